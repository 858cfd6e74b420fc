'use strict';

// ---------- small things

const $ = (selector, within = document) => within.querySelector(selector);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const count = (n) => n.toLocaleString('en');
const plural = (n, noun) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
const root = document.documentElement;
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const announce = (text) => { $('#live').textContent = text; };

/** Builds an element. Strings become text nodes, so that no title can become markup. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value != null) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

function debounced(wait, action) {
  let timer = 0;
  return () => { clearTimeout(timer); timer = setTimeout(action, wait); };
}

// ---------- the library: all that the page asks of its data

/** The JSON itself or, for a large collection, a JSON string that holds it gzipped in base64. */
async function readReport() {
  const value = JSON.parse($('#report-data').textContent);
  if (typeof value !== 'string') return value;
  const packed = atob(value);
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i += 1) bytes[i] = packed.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
}

/** Lower case without accents, and of the same length, so that places found in it hold in the text itself. */
function fold(text) {
  const plain = (character) => character.normalize('NFD').charAt(0).toLowerCase().charAt(0);
  return text.replace(/[^\0-\x7f]/g, plain).toLowerCase();
}

/** Words, and "phrases in quotes", of a query. */
function termsOf(query) {
  return Array.from(fold(query).matchAll(/"([^"]+)"|[^\s"]+/g), (match) => match[1] ?? match[0]);
}

function openLibrary({ papers, topics: { topics }, duplicates }) {
  const rows = new Map(papers.map((paper, row) => [paper.id, row]));
  const rowOf = (id) => rows.get(id) ?? -1;
  const groups = new Map(duplicates.groups.flatMap((group) => group.papers.map((id) => [rowOf(id), group])));
  const members = topics.map(() => []);
  papers.forEach((paper, row) => members[paper.topic]?.push(row));
  members.forEach((list) => list.sort((a, b) => papers[b].strength - papers[a].strength || a - b));
  let texts = null;

  function foldTexts() {
    return papers.map(({ id, title, abstract, authors, venue }) => (
      { id: fold(id), title: fold(title), rest: fold([abstract, ...authors, venue ?? '', id].join('\n')) }
    ));
  }

  /** How well a text answers one term: a title counts more than the rest, the start of a word more than its inside. */
  function weigh(text, term) {
    const at = (where) => {
      const place = where.indexOf(term);
      return place < 0 ? 0 : place === 0 || /[^\p{L}\p{N}]/u.test(where[place - 1]) ? 2 : 1;
    };
    return (text.id === term ? 100 : 0) + 4 * at(text.title) + at(text.rest);
  }

  /** Rows of the papers that hold every term, best first. */
  function search(query) {
    texts ??= foldTexts();
    const terms = termsOf(query);
    const found = [];
    texts.forEach((text, row) => {
      let total = 0;
      for (const term of terms) {
        const weight = weigh(text, term);
        if (weight === 0) return;
        total += weight;
      }
      found.push({ row, total });
    });
    return found.sort((a, b) => b.total - a.total || a.row - b.row).map(({ row }) => row);
  }

  return {
    papers, topics, rowOf, search,
    members: (topic) => members[topic],
    groupOf: (row) => groups.get(row),
    title: (row) => papers[row].title || papers[row].id,
    topicOf: (row) => topics[papers[row].topic],
    kin: (row) => papers[row].near.map(([id, similarity]) => ({ row: rowOf(id), similarity })).filter((near) => near.row >= 0),
  };
}

// ---------- pieces of the page

const colourOf = (topic) => (topic ? `--colour:var(--t${topic.id % 40})` : '');
const topicName = (topic) => (topic ? [swatch(topic), ' ', el('bdi', {}, topic.label)] : []);
const swatch = (topic) => el('span', { class: 'swatch', style: colourOf(topic), 'aria-hidden': 'true' });
const measure = (value) => el('span', { class: 'measure', style: `--share:${value}` }, value.toFixed(2));

function paperLink(row) {
  const hash = new URLSearchParams({ paper: library.papers[row].id });
  return el('a', {
    href: `#${hash}`, dir: 'auto',
    click: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go({ row });
    },
    pointerenter: () => map.point(row), pointerleave: () => map.point(-1),
  }, library.title(row));
}

/** The text with every term marked. */
function marked(text, terms) {
  const folded = fold(text);
  const spans = [];
  for (const term of terms) {
    for (let at = folded.indexOf(term); at >= 0; at = folded.indexOf(term, at + term.length)) spans.push([at, at + term.length]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  const nodes = [];
  let done = 0;
  for (const [start, end] of spans) {
    if (start < done) continue;
    nodes.push(text.slice(done, start), el('mark', {}, text.slice(start, end)));
    done = end;
  }
  return [...nodes, text.slice(done)];
}

/** The part of an abstract around the first term that it holds. */
function excerpt(text, terms) {
  const folded = fold(text);
  const first = Math.min(...terms.map((term) => folded.indexOf(term)).filter((at) => at >= 0), text.length);
  const start = first === text.length || first < 60 ? 0 : text.indexOf(' ', first - 50) + 1;
  const end = start + 150 < text.length ? Math.max(text.lastIndexOf(' ', start + 150), start + 100) : text.length;
  return `${start ? '… ' : ''}${text.slice(start, end)}${end < text.length ? ' …' : ''}`;
}

/** Titles of the static page become links to their papers. */
function linkTitles() {
  for (const node of document.querySelectorAll('[data-paper]')) {
    const row = library.rowOf(node.dataset.paper);
    if (row >= 0) node.replaceChildren(paperLink(row));
  }
}

const PAGE = 100;

/** A list that shows its rows a page at a time, so that a topic of thousands of papers opens at once. */
function memberList(rows) {
  const list = el('ol', { class: 'members' });
  const item = (row) => el('li', {}, measure(library.papers[row].strength), paperLink(row));
  const more = el('button', { type: 'button', class: 'more small', click: grow });
  function grow() {
    const shown = list.children.length;
    const rest = rows.length - shown - PAGE;
    list.append(...rows.slice(shown, shown + PAGE).map(item));
    more.textContent = `${count(rest)} more`;
    more.hidden = rest <= 0;
  }
  grow();
  return el('div', {}, list, more);
}

function fillTopics() {
  for (const node of document.querySelectorAll('.topic')) {
    const topic = library.topics[Number(node.dataset.topic)];
    const details = el('details', {
      toggle: () => details.children.length > 1 || details.append(memberList(library.members(topic.id))),
    }, el('summary', {}, `All ${plural(topic.size, 'paper')} by strength`));
    const show = el('button', { type: 'button', click: () => { go({ topics: new Set([topic.id]) }); visit('#map'); } }, 'On the map');
    $('.actions', node).append(details, show);
  }
}

function fillLegend() {
  const entry = (topic) => el('li', {}, el('button', {
    type: 'button', 'aria-pressed': 'false', 'data-topic': topic.id,
    click: () => go({ topics: state.topics.symmetricDifference(new Set([topic.id])) }),
    pointerenter: () => map.peek(topic.id), pointerleave: () => map.peek(-1),
  }, swatch(topic), el('span', { dir: 'auto' }, topic.label), el('span', { class: 'number' }, count(topic.size))));
  $('#legend').append(...library.topics.map(entry));
  $('#all-topics').addEventListener('click', () => { go({ topics: new Set() }); $('#legend button').focus(); });
}

function showLegend() {
  for (const button of document.querySelectorAll('#legend button')) {
    button.setAttribute('aria-pressed', state.topics.has(Number(button.dataset.topic)));
  }
  $('#legend').classList.toggle('some', state.topics.size > 0);
  $('#all-topics').hidden = state.topics.size === 0;
}

// ---------- the card of one paper

/** The link of a paper, if it is an ordinary web address: other schemes could run code. */
function webAddress(text) {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol)
    ? el('a', { href: url.href, rel: 'noopener noreferrer', target: '_blank' }, url.hostname) : null;
}

function spaced(parts) {
  return parts.filter(Boolean).flatMap((part, i) => (i ? [' · ', part] : [part]));
}

function duplicateNote(row) {
  const group = library.groupOf(row);
  if (!group) return [];
  const others = group.papers.filter((id) => id !== library.papers[row].id).map(library.rowOf).filter((other) => other >= 0);
  const item = (other) => el('li', {}, el('span', { class: 'mark' }, library.papers[other].id === group.keep ? 'keep' : 'repeat'),
    paperLink(other), el('bdi', { class: 'muted' }, `${library.papers[other].source}:${library.papers[other].line}`));
  return [el('h3', {}, `Also here (${group.kind})`), el('ul', { class: 'records' }, ...others.map(item))];
}

function kinList(row) {
  const kin = library.kin(row);
  if (kin.length === 0) return [];
  const item = (near) => el('li', {}, measure(near.similarity), el('span', {}, swatch(library.topicOf(near.row)), paperLink(near.row)));
  return [el('h3', {}, 'Nearest papers'), el('p', { class: 'small muted' }, 'with their similarity'),
    el('ol', { class: 'kin' }, ...kin.map(item))];
}

function fillCard(row) {
  const paper = library.papers[row];
  const topic = library.topicOf(row);
  const byline = spaced([
    paper.authors.length && el('bdi', {}, paper.authors.join(', ')), paper.venue && el('bdi', {}, paper.venue),
    paper.year && el('time', {}, String(paper.year)), webAddress(paper.url),
  ]);
  $('#card').replaceChildren(
    el('div', { class: 'card-top' }, el('span', { class: 'eyebrow' }, 'Paper'),
      el('button', { type: 'button', class: 'small', click: () => go({ row: -1 }) }, 'Close')),
    el('h2', { id: 'card-title', tabindex: '-1', dir: 'auto' }, library.title(row)),
    ...(byline.length ? [el('p', { class: 'byline' }, ...byline)] : []),
    el('p', { class: 'origin' }, el('bdi', {}, paper.id), ' · ', el('bdi', {}, `${paper.source}:${paper.line}`)),
    ...(topic ? [el('button', { type: 'button', class: 'belongs', click: () => go({ topics: new Set([topic.id]) }) },
      swatch(topic), el('bdi', {}, topic.label), el('span', { class: 'muted number' }, `strength ${paper.strength.toFixed(2)}`))] : []),
    el('p', { class: 'abstract', dir: 'auto' }, ...marked(paper.abstract || 'No abstract.', termsOf(state.query))),
    ...duplicateNote(row), ...kinList(row),
  );
  $('#card').scrollTop = 0;
}

let opener = null;

function showCard(first) {
  const card = $('#card');
  if (state.row < 0) {
    const hadFocus = card.contains(document.activeElement);
    card.hidden = true;
    if (hadFocus && opener?.isConnected) opener.focus({ preventScroll: true });
    return;
  }
  if (!first && !card.contains(document.activeElement)) opener = document.activeElement;
  fillCard(state.row);
  card.hidden = false;
  if (!first) $('#card-title').focus({ preventScroll: true });
  map.reveal(state.row, card.getBoundingClientRect());
}

// ---------- the map: where papers stand, how that is drawn, how one moves about

/** Where each paper stands on the canvas: the layout, and the zoom (k) and shift (left, top) over it. In CSS pixels. */
class View {
  constructor(papers) {
    const coordinate = (key) => Float32Array.from(papers, (paper) => (Number.isFinite(paper[key]) ? paper[key] : 0.5));
    const extent = (values) => [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
    [this.xs, this.ys] = [coordinate('x'), coordinate('y')];
    [this.rangeX, this.rangeY] = [extent(this.xs), extent(this.ys)];
    [this.px, this.py] = [new Float32Array(papers.length), new Float32Array(papers.length)];
    Object.assign(this, { width: 0, height: 0, k: 1, left: 0, top: 0, lit: papers.length });
  }

  x(row) { return this.px[row] * this.k + this.left; }
  y(row) { return this.py[row] * this.k + this.top; }
  holds(row) { return this.x(row) > 0 && this.y(row) > 0 && this.x(row) < this.width && this.y(row) < this.height; }

  /** The radius of points that are so many: fewer are larger, and all grow a little as the map is zoomed. */
  radiusOf(many) {
    return clamp(0.13 * Math.sqrt(this.width * this.height / (many + 1)), 1.6, 6) * Math.min(2.2, Math.round(4 * this.k ** 0.4) / 4);
  }

  get dimRadius() { return this.radiusOf(this.px.length); }
  get radius() { return Math.min(this.radiusOf(this.lit), 2.2 * this.dimRadius); }

  /** Lays the points out in a box: stretched to fill it, within reason, since the axes mean nothing. */
  fit(width, height) {
    const [[x0, x1], [y0, y1]] = [this.rangeX, this.rangeY];
    const margin = Math.min(44, width / 14);
    let [sx, sy] = [(width - 2 * margin) / (x1 - x0 || 1), (height - 2 * margin) / (y1 - y0 || 1)];
    [sx, sy] = [Math.min(sx, 1.7 * sy), Math.min(sy, 1.7 * sx)];
    for (let row = 0; row < this.px.length; row += 1) {
      this.px[row] = width / 2 + (this.xs[row] - (x0 + x1) / 2) * sx;
      this.py[row] = height / 2 - (this.ys[row] - (y0 + y1) / 2) * sy;
    }
    if (this.width) [this.left, this.top] = [this.left * width / this.width, this.top * height / this.height];
    [this.width, this.height] = [width, height];
  }

  move(k, left, top) {
    this.k = clamp(k, 1, 60);
    this.left = clamp(left, this.width * (0.7 - this.k), this.width * 0.3);
    this.top = clamp(top, this.height * (0.7 - this.k), this.height * 0.3);
  }

  /** The nearest lit paper within reach of a point, or -1. */
  nearest(x, y, reach, lit) {
    let [best, least] = [-1, reach ** 2];
    for (let row = 0; row < lit.length; row += 1) {
      const distance = (this.x(row) - x) ** 2 + (this.y(row) - y) ** 2;
      if (lit[row] && distance < least) [best, least] = [row, distance];
    }
    return best;
  }

  /** The nearest lit paper in a direction from another. */
  towards(from, [dx, dy], lit) {
    let [best, least] = [from, Infinity];
    for (let row = 0; row < lit.length; row += 1) {
      const [x, y] = [this.x(row) - this.x(from), this.y(row) - this.y(from)];
      const [along, aside] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
      if (lit[row] && along > 0.01 && aside <= along && along + 2 * aside < least) [best, least] = [row, along + 2 * aside];
    }
    return best;
  }

  /** The paper that lies nearest the median of some: a label there stands among its own points. */
  middle(rows) {
    if (rows.length === 0) return -1;
    const median = (values) => rows.map((row) => values[row]).sort((a, b) => a - b)[rows.length >> 1];
    const [x, y] = [median(this.xs), median(this.ys)];
    const off = (row) => Math.hypot(this.xs[row] - x, this.ys[row] - y);
    return rows.reduce((best, row) => (off(row) < off(best) ? row : best));
  }
}

class Painter {
  constructor(canvas, view) {
    Object.assign(this, { canvas, view, pen: canvas.getContext('2d'), ratio: 1, colours: null, image: null, stamps: new Map() });
    this.labels = library.topics.map((topic) => this.wrap(topic.label));
    this.anchors = library.topics.map((topic) => view.middle(library.members(topic.id)));
  }

  resize(width, height, ratio) {
    this.ratio = ratio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.image = this.pen.createImageData(this.canvas.width, this.canvas.height);
    this.stamps.clear();
  }

  /** The colours of the theme as they are now: the style sheet is the one place that knows them. */
  readColours() {
    const probe = document.body.appendChild(el('i', { hidden: '' }));
    const read = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
    this.colours = Object.fromEntries(['ink', 'muted', 'faint', 'plate', 'accent'].map((name) => [name, read(name)]));
    this.colours.topics = library.topics.map((topic) => read(`t${topic.id % 40}`));
    probe.remove();
  }

  draw(scene) {
    const { pen, view, ratio } = this;
    if (!this.colours) this.readColours();
    this.drawPoints(scene.lit);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (scene.open >= 0) this.drawKin(scene.open);
    this.drawLabels(scene);
    if (scene.focus >= 0) this.ring(scene.focus, view.radius + 3.5, this.colours.ink, 2);
  }

  /** How much of each pixel a disc covers, for centres at 4 x 4 places within a pixel, so that points glide when they move. */
  makeStamps(radius) {
    const { ratio } = this;
    const rim = radius < 2 ? 0 : 0.9;
    const side = Math.ceil((radius + rim) * 2 * ratio) + 2;
    const cover = (size, phase) => Float32Array.from({ length: side * side }, (_, i) => {
      const [x, y] = [i % side + 0.5 - side / 2 - (phase % 4) / 4, Math.floor(i / side) + 0.5 - side / 2 - (phase >> 2) / 4];
      return clamp(size * ratio + 0.5 - Math.hypot(x, y), 0, 1);
    });
    const masks = (size) => Array.from({ length: 16 }, (_, phase) => cover(size, phase));
    return { side, disc: masks(radius), rim: rim && masks(radius + rim) };
  }

  stampsOf(radius) {
    if (this.stamps.size > 20) this.stamps.clear();
    if (!this.stamps.has(radius)) this.stamps.set(radius, this.makeStamps(radius));
    return this.stamps.get(radius);
  }

  /** Blends a disc into the picture. */
  stamp(masks, side, row, [red, green, blue]) {
    const { image: { data, width, height }, view, ratio } = this;
    const [x, y] = [view.x(row) * ratio - side / 2, view.y(row) * ratio - side / 2];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    if (left <= -side || top <= -side || left >= width || top >= height) return;
    const mask = masks[Math.floor((y - top) * 4) * 4 + Math.floor((x - left) * 4)];
    const [right, bottom] = [Math.min(side, width - left), Math.min(side, height - top)];
    for (let v = Math.max(0, -top); v < bottom; v += 1) {
      for (let u = Math.max(0, -left); u < right; u += 1) {
        const part = mask[v * side + u] * 0.9;
        if (part === 0) continue;
        const at = ((top + v) * width + left + u) * 4;
        data[at] += (red - data[at]) * part;
        data[at + 1] += (green - data[at + 1]) * part;
        data[at + 2] += (blue - data[at + 2]) * part;
      }
    }
  }

  /** Points are set pixel by pixel: without a graphics card that is ten times faster than 20,000 calls of the canvas. */
  drawPoints(lit) {
    const { colours, image, view } = this;
    const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
    const ground = channels(colours.plate);
    new Uint32Array(image.data.buffer).fill(new Uint32Array(new Uint8Array([...ground, 255]).buffer)[0]);
    const [dim, plain, ...hues] = [colours.faint, colours.muted, ...colours.topics].map(channels);
    for (const layer of [0, 1]) {
      const { side, disc, rim } = this.stampsOf(layer ? view.radius : view.dimRadius);
      for (let row = 0; row < lit.length; row += 1) {
        if (lit[row] !== layer) continue;
        if (rim) this.stamp(rim, side, row, ground);
        this.stamp(disc, side, row, layer ? hues[library.papers[row].topic] ?? plain : dim);
      }
    }
    this.pen.putImageData(image, 0, 0);
  }

  dot(x, y, radius, colour) {
    const { pen } = this;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 7);
    pen.fill();
  }

  ring(row, radius, colour, thick) {
    Object.assign(this.pen, { strokeStyle: colour, lineWidth: thick });
    this.pen.beginPath();
    this.pen.arc(this.view.x(row), this.view.y(row), radius, 0, 7);
    this.pen.stroke();
  }

  /** The open paper, and lines to its nearest papers. */
  drawKin(open) {
    const { pen, view, colours } = this;
    const near = library.kin(open);
    pen.beginPath();
    for (const { row } of near) {
      pen.moveTo(view.x(open), view.y(open));
      pen.lineTo(view.x(row), view.y(row));
    }
    Object.assign(pen, { strokeStyle: colours.ink, lineWidth: 1 });
    pen.stroke();
    for (const { row } of [...near, { row: open }]) {
      this.dot(view.x(row), view.y(row), view.radius, colours.topics[library.papers[row].topic] ?? colours.muted);
      this.ring(row, view.radius + 2, colours.ink, 1);
    }
    this.ring(open, view.radius + 5, colours.accent, 3);
  }

  /** At most two lines of some twenty letters. */
  wrap(label) {
    const [first, ...words] = label.slice(0, 60).split(' ');
    const lines = [first];
    for (const word of words) {
      if (lines.length === 1 && `${lines[0]} ${word}`.length > 20) lines.push(word);
      else lines[lines.length - 1] += ` ${word}`;
    }
    return lines.map((line) => (line.length > 30 ? `${line.slice(0, 29)}…` : line));
  }

  /** Writes lines of text with a halo beside a paper, at the first of some places that is still free. */
  write(lines, row, { size, bold, colour, flag, places }, taken) {
    const { pen, view } = this;
    const [lineHeight, indent] = [size + 4, flag ? 9 : 0];
    pen.font = `${bold ? 600 : 400} ${size}px ${this.family}`;
    const w = Math.max(...lines.map((line) => pen.measureText(line).width)) + indent;
    const h = lines.length * lineHeight;
    const boxes = places(w, h).map(([dx, dy]) => ({ x: view.x(row) + dx, y: view.y(row) + dy, w, h }));
    const free = boxes.find((box) => box.x > 4 && box.y > 4 && box.x + w < view.width - 4 && box.y + h < view.height - 4
      && !taken.some((other) => box.x < other.x + other.w + 6 && other.x < box.x + w + 6 && box.y < other.y + other.h + 3 && other.y < box.y + h + 3));
    if (!free) return;
    taken.push(free);
    Object.assign(pen, { lineWidth: 4.5, lineJoin: 'round', strokeStyle: this.colours.plate, fillStyle: colour });
    lines.forEach((line, i) => {
      pen.strokeText(line, free.x + indent, free.y + (i + 0.78) * lineHeight);
      pen.fillText(line, free.x + indent, free.y + (i + 0.78) * lineHeight);
    });
    if (!flag) return;
    pen.fillStyle = flag;
    pen.fillRect(free.x, free.y + 2, 4, h - 4);
  }

  drawLabels({ lit, litTopics, sheet }) {
    const { view, colours } = this;
    this.family = getComputedStyle(this.canvas).fontFamily;
    // The buttons stand in the lower left corner.
    const taken = sheet ? [] : [{ x: 0, y: view.height - 52, w: 310, h: 52 }];
    const size = view.width < 560 ? 11.5 : view.width > 1400 ? 14.5 : 13;
    const around = (w, h) => [0, -1, 1, -2, 2].flatMap((up) => [0, -0.25, 0.25, -0.5, 0.5].map((side) => [side * w - w / 2, up * (h + 4) - h / 2]));
    const order = library.topics.map((_, i) => i).sort((a, b) => litTopics[b] - litTopics[a] || a - b);
    for (const i of order) {
      const style = litTopics[i] ? { colour: colours.ink, flag: colours.topics[i] } : { colour: colours.muted, flag: colours.faint };
      if (this.anchors[i] >= 0 && view.holds(this.anchors[i])) this.write(this.labels[i], this.anchors[i], { size, bold: true, places: around, ...style }, taken);
    }
    this.drawTitles(lit, taken);
  }

  /** Titles, once the map is zoomed so far that they have room. */
  drawTitles(lit, taken) {
    const { view } = this;
    if (view.k < 2.5) return;
    const near = [];
    for (let row = 0; row < lit.length && near.length <= 60; row += 1) if (lit[row] && view.holds(row)) near.push(row);
    if (near.length > 60) return;
    const gap = view.radius + 5;
    const beside = (w, h) => [[gap, -h / 2], [-w - gap, -h / 2], [-w / 2, gap], [-w / 2, -h - gap]];
    for (const row of near) {
      const title = library.title(row);
      this.write([title.length > 44 ? `${title.slice(0, 43)}…` : title], row, { size: 12, colour: this.colours.ink, places: beside }, taken);
    }
  }
}

function createMap() {
  const { papers } = library;
  const [canvas, tip] = [$('#canvas'), $('#tip')];
  const view = new View(papers);
  const painter = new Painter(canvas, view);
  const lit = new Uint8Array(papers.length).fill(1);
  const litTopics = new Uint8Array(library.topics.length).fill(1);
  let [hovered, pointed, peeked, frame, flight] = [-1, -1, -1, 0, 0];
  let beforeSheet = null;

  function draw() {
    frame = 0;
    if (view.width === 0) return;
    painter.draw({ lit, litTopics, open: state.row, focus: pointed >= 0 ? pointed : hovered, sheet: Boolean(beforeSheet) });
  }

  function paint() {
    frame ||= requestAnimationFrame(draw);
  }

  function fit() {
    const [width, height, ratio] = beforeSheet ? [1060, 660, 2.5] : [canvas.clientWidth, canvas.clientHeight, devicePixelRatio];
    if (width === 0) return;
    view.fit(width, height);
    painter.resize(width, height, ratio);
    draw();
  }

  function move(k, left, top) {
    view.move(k, left, top);
    // A finger scrolls the page over the whole map, and moves the map once that is zoomed.
    canvas.style.touchAction = view.k > 1.01 ? 'none' : 'pan-x pan-y';
    placeTip();
    paint();
  }

  function zoom(factor, x = view.width / 2, y = view.height / 2) {
    const k = clamp(view.k * factor, 1, 60);
    const real = k / view.k;
    if (k === 1) move(1, 0, 0);
    else move(k, x - (x - view.left) * real, y - (y - view.top) * real);
  }

  function fly(k, left, top) {
    cancelAnimationFrame(flight);
    if (calm.matches) { move(k, left, top); return; }
    const from = { k: view.k, left: view.left, top: view.top };
    const start = performance.now();
    const step = (now) => {
      const part = clamp((now - start) / 320, 0, 1);
      const blend = (a, b) => a + (b - a) * (1 - (1 - part) ** 3);
      move(blend(from.k, k), blend(from.left, left), blend(from.top, top));
      if (part < 1) flight = requestAnimationFrame(step);
    };
    flight = requestAnimationFrame(step);
  }

  /** Brings a paper into the part of the map that the card leaves free. */
  function reveal(row, cover) {
    const beside = cover && cover.width < innerWidth * 0.8;
    const free = beside ? Math.min(view.width, cover.left - canvas.getBoundingClientRect().left) : view.width;
    const [x, y] = [view.x(row), view.y(row)];
    const seen = x > 24 && x < free - 24 && y > 24 && y < view.height - 24;
    if (!seen && free > 120) fly(view.k, view.left + clamp(x, 60, free - 60) - x, view.top + clamp(y, 60, view.height - 60) - y);
  }

  function hover(row) {
    if (row === hovered) return;
    hovered = row;
    canvas.classList.toggle('over', row >= 0);
    tip.hidden = row < 0;
    if (row >= 0) {
      tip.replaceChildren(el('b', { dir: 'auto' }, library.title(row)), el('span', { class: 'small muted' }, ...topicName(library.topicOf(row))));
      placeTip();
    }
    paint();
  }

  function placeTip() {
    if (hovered < 0) return;
    const [x, y] = [view.x(hovered), view.y(hovered)];
    const left = x + 16 + tip.offsetWidth > view.width ? x - 14 - tip.offsetWidth : x + 14;
    tip.style.translate = `${Math.max(4, left)}px ${clamp(y + 14, 4, view.height - tip.offsetHeight - 4)}px`;
  }

  function step(direction) {
    const from = hovered >= 0 ? hovered : state.row;
    const row = from >= 0 ? view.towards(from, direction, lit) : view.nearest(view.width / 2, view.height / 2, Infinity, lit);
    if (row < 0) return;
    hover(row);
    reveal(row);
    announce(`${library.title(row)}, ${library.topicOf(row)?.label ?? 'no topic'}`);
  }

  function onKey(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (direction) step(direction);
    else if (event.key === 'Enter' && hovered >= 0) go({ row: hovered });
    else if (event.key === '+' || event.key === '=') zoom(1.6);
    else if (event.key === '-') zoom(0.625);
    else if (event.key === '0') fly(1, 0, 0);
    else return;
    event.preventDefault();
  }

  /** The wheel belongs to the page until the map has the focus; with Ctrl, or a pinch on a touchpad, it always zooms. */
  function onWheel(event) {
    const pinch = event.ctrlKey || event.metaKey;
    const ours = pinch || document.activeElement === canvas || document.body.classList.contains('enlarged');
    if (!ours || (!pinch && event.deltaY > 0 && view.k === 1)) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 30 : 1) * (event.ctrlKey ? 0.008 : 0.002)), event.offsetX, event.offsetY);
  }

  function listenPointers() {
    const pointers = new Map();
    let travel = 0;
    const drag = (event, before) => {
      const [x, y] = [event.offsetX, event.offsetY];
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      const span = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
      travel += Math.hypot(x - before[0], y - before[1]);
      pointers.set(event.pointerId, [x, y]);
      if (other) zoom(span([x, y]) / span(before), (x + other[0]) / 2, (y + other[1]) / 2);
      if (travel > 4) move(view.k, view.left + (x - before[0]) / pointers.size, view.top + (y - before[1]) / pointers.size);
    };
    canvas.addEventListener('pointerdown', (event) => {
      if (pointers.size === 0) travel = 0;
      pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener('pointermove', (event) => {
      const before = pointers.get(event.pointerId);
      if (before) drag(event, before);
      else hover(view.nearest(event.offsetX, event.offsetY, 12, lit));
    });
    canvas.addEventListener('pointerup', (event) => {
      pointers.delete(event.pointerId);
      if (travel > 4 || pointers.size) return;
      const row = view.nearest(event.offsetX, event.offsetY, event.pointerType === 'mouse' ? 12 : 22, lit);
      if (row >= 0) go({ row });
    });
    canvas.addEventListener('pointercancel', (event) => pointers.delete(event.pointerId));
    for (const leave of ['pointerleave', 'blur']) canvas.addEventListener(leave, () => hover(-1));
  }

  /** Lights the papers of the chosen topics that the search has found; a topic pointed at in the legend goes first. */
  function light() {
    const found = hits && new Set(hits);
    litTopics.fill(0);
    view.lit = 0;
    papers.forEach((paper, row) => {
      const chosen = (state.topics.size === 0 || state.topics.has(paper.topic)) && (!found || found.has(row));
      lit[row] = peeked >= 0 ? paper.topic === peeked : chosen;
      view.lit += lit[row];
      if (lit[row]) litTopics[paper.topic] = 1;
    });
    paint();
  }

  /** Draws the whole map for a sheet of paper, or goes back to the screen. */
  function print(on) {
    const { k, left, top } = beforeSheet ?? view;
    beforeSheet = on ? { k, left, top } : null;
    painter.colours = null;
    if (on) view.move(1, 0, 0);
    fit();
    if (!on) move(k, left, top);
  }

  listenPointers();
  canvas.addEventListener('keydown', onKey);
  canvas.addEventListener('wheel', onWheel, { passive: false });
  for (const button of document.querySelectorAll('[data-zoom]')) button.addEventListener('click', () => zoom(Number(button.dataset.zoom)));
  $('#whole').addEventListener('click', () => fly(1, 0, 0));
  fit();
  new ResizeObserver(() => beforeSheet || fit()).observe(canvas);
  return {
    light, reveal, paint, print,
    peek: (topic) => { peeked = topic; light(); },
    point: (row) => { pointed = row; paint(); },
    recolour: () => { painter.colours = null; paint(); },
  };
}

// ---------- search

let hits = null;
const HITS_SHOWN = 40;

function showHits() {
  const list = $('#hits');
  list.replaceChildren();
  if (!hits) { toggleHits(false); return; }
  const terms = termsOf(state.query);
  const item = (row) => el('li', {
    id: `hit-${row}`, role: 'option', 'aria-selected': 'false', 'data-row': row,
    pointerenter: () => map.point(row), pointerleave: () => map.point(-1),
  },
  el('b', { dir: 'auto' }, ...marked(library.title(row), terms)),
  el('span', { class: 'small', dir: 'auto' }, ...marked(excerpt(library.papers[row].abstract, terms), terms)),
  el('span', { class: 'small muted where' }, ...topicName(library.topicOf(row)), el('bdi', {}, library.papers[row].id)));
  list.append(...hits.slice(0, HITS_SHOWN).map(item));
  const where = state.topics.size ? ' in the topics chosen' : '';
  $('#found-count').textContent = hits.length > HITS_SHOWN
    ? `${plural(hits.length, 'paper')}${where}, the best ${HITS_SHOWN} below, all of them lit on the map`
    : `${hits.length ? plural(hits.length, 'paper') : 'No paper'}${where} ${hits.length === 1 ? 'has' : 'with'} all of these words`;
}

function toggleHits(open) {
  $('#found').hidden = !open || !hits;
  $('#hits').hidden = !hits?.length;
  $('#query').setAttribute('aria-expanded', open && Boolean(hits?.length));
  if (!open) choose(null);
}

function choose(option) {
  $('#hits [aria-selected=true]')?.setAttribute('aria-selected', 'false');
  option?.setAttribute('aria-selected', 'true');
  option?.scrollIntoView({ block: 'nearest' });
  if (option) $('#query').setAttribute('aria-activedescendant', option.id);
  else $('#query').removeAttribute('aria-activedescendant');
  map.point(option ? Number(option.dataset.row) : -1);
}

function onSearchKey(event) {
  if (event.isComposing) return;
  if (['ArrowDown', 'ArrowUp', 'Enter'].includes(event.key)) search(event.target.value);
  const current = $('#hits [aria-selected=true]');
  if (event.key === 'ArrowDown') { toggleHits(true); choose(current?.nextElementSibling ?? $('#hits').firstElementChild); }
  else if (event.key === 'ArrowUp') choose(current?.previousElementSibling ?? $('#hits').lastElementChild);
  else if (event.key === 'Enter') openHit(current ?? $('#hits').firstElementChild);
  else if (event.key === 'Escape' && !$('#found').hidden) toggleHits(false);
  else if (event.key === 'Escape') { event.target.value = ''; go({ query: '' }); }
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function openHit(option) {
  if (!option) return;
  const row = Number(option.dataset.row);
  toggleHits(false);
  go({ row });
}

/** Searches at once; a key that comes before the pause in typing calls this too, and then the pause finds nothing to do. */
function search(query) {
  if (query === state.query) return;
  go({ query });
  toggleHits(true);
}

function listenSearch() {
  const input = $('#query');
  input.addEventListener('input', debounced(90, () => search(input.value)));
  input.addEventListener('click', () => toggleHits(true));
  input.addEventListener('keydown', onSearchKey);
  $('#found').addEventListener('pointerdown', (event) => event.preventDefault());
  $('#hits').addEventListener('click', (event) => openHit(event.target.closest('[role=option]')));
  $('.search').addEventListener('focusout', (event) => { if (!$('.search').contains(event.relatedTarget)) toggleHits(false); });
}

// ---------- state, kept in the hash: topic, paper, q, and theme where storage is refused

let library = null;
let map = null;
let state = { topics: new Set(), row: -1, query: '', theme: null };

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const ids = (hash.get('topic') ?? '').split(',').filter(Boolean).map(Number).filter((id) => library.topics[id]);
  return { topics: new Set(ids), row: library.rowOf(hash.get('paper')), query: hash.get('q') ?? '', theme: hash.get('theme') };
}

function writeHash() {
  const hash = new URLSearchParams();
  if (state.topics.size) hash.set('topic', [...state.topics].join(','));
  if (state.row >= 0) hash.set('paper', library.papers[state.row].id);
  if (state.query) hash.set('q', state.query);
  if (state.theme) hash.set('theme', state.theme);
  return `#${hash}`;
}

/** Changes the state, the hash and the page. Another paper makes a new entry in the history, so that Back returns. */
function go(change) {
  const before = state;
  state = { ...state, ...change };
  // Safari refuses more than 100 of these in half a minute; the page goes on without that one.
  try { history[state.row === before.row ? 'replaceState' : 'pushState'](null, '', writeHash()); } catch { /* the next one will do */ }
  show(before);
}

function show(before) {
  if (state.query !== before?.query || state.topics !== before?.topics) {
    const found = termsOf(state.query).length ? library.search(state.query) : null;
    hits = found && state.topics.size ? found.filter((row) => state.topics.has(library.papers[row].topic)) : found;
    showHits();
    showLegend();
    map.light();
  }
  if (state.row !== before?.row) showCard(!before);
  map.paint();
}

function onHash() {
  const before = state;
  state = readHash();
  $('#query').value = state.query;
  show(before);
}

/** Goes to a section without touching the hash, which holds the state. */
function visit(target) {
  const section = $(target);
  section.scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' });
  section.focus({ preventScroll: true });
}

function listenLinks() {
  for (const link of document.querySelectorAll('.bar a, .skip')) {
    link.addEventListener('click', (event) => { event.preventDefault(); visit(link.getAttribute('href')); });
  }
}

function listenKeys() {
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      $('#query').focus();
      $('#query').select();
      toggleHits(true);
    } else if (event.key === 'Escape' && state.row >= 0) go({ row: -1 });
    else if (event.key === 'Escape') enlarge(false);
  });
}

function enlarge(on) {
  document.body.classList.toggle('enlarged', on);
  $('#enlarge').setAttribute('aria-pressed', on);
}

// ---------- theme and print

const darkSystem = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme ?? (darkSystem.matches ? 'dark' : 'light')) === 'dark';

function showTheme() {
  $('#theme').setAttribute('aria-pressed', isDark());
  map.recolour();
}

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  root.dataset.theme = theme;
  let kept = null;
  try { localStorage.setItem('paperkin-theme', theme); } catch { kept = theme; }
  go({ theme: kept });
  showTheme();
}

function listenTheme() {
  $('#theme').addEventListener('click', switchTheme);
  darkSystem.addEventListener('change', showTheme);
  let worn = null;
  addEventListener('beforeprint', () => {
    worn = root.dataset.theme;
    root.dataset.theme = 'light';
    root.style.setProperty('--plate', '#fff');
    map.print(true);
  });
  addEventListener('afterprint', () => {
    if (worn) root.dataset.theme = worn;
    else delete root.dataset.theme;
    root.style.removeProperty('--plate');
    map.print(false);
  });
}

async function start() {
  library = openLibrary(await readReport());
  for (const node of document.querySelectorAll('.number')) {
    node.textContent = node.textContent.replace(/^\d{4,}/, (digits) => count(Number(digits)));
  }
  map = createMap();
  linkTitles();
  fillTopics();
  fillLegend();
  listenSearch();
  listenLinks();
  listenKeys();
  listenTheme();
  $('#enlarge').addEventListener('click', () => enlarge(!document.body.classList.contains('enlarged')));
  addEventListener('hashchange', onHash);
  addEventListener('popstate', onHash);
  state = readHash();
  $('#query').value = state.query;
  show(null);
  showTheme();
}

start();
