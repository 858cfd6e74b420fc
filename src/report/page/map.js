// ---------- the map: how one moves about on it

/** A sheet of paper is drawn as wide and high as this, in CSS pixels, and so many times finer. */
const SHEET = [1060, 660, 2.5];
/** Pixels that a pointer may move and still click, and within which it finds a paper. */
const STILL = 4;
const REACH = { mouse: 12, other: 22 };

class Chart {
  constructor() {
    Object.assign(this, { canvas: $('#canvas'), tip: $('#tip'), view: new View(library), kin: [], path: null, sheet: null, isPicking: false });
    Object.assign(this, { hovered: -1, pointed: -1, peeked: null, frame: 0, flight: 0 });
    this.painter = new Painter(this.canvas, this.view);
    this.lit = new Uint8Array(library.size).fill(1);
    this.litTopics = new Uint8Array(library.topics.length).fill(1);
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
    this.canvas.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    for (const node of $$('[data-zoom]')) node.addEventListener('click', () => this.zoom(Number(node.dataset.zoom)));
    $('#whole').addEventListener('click', () => this.fly(1, 0, 0));
    $('#pick').addEventListener('click', () => this.pick(!this.isPicking));
    $('#in-view').addEventListener('click', () => this.listView());
    listenPointers(this);
    this.fit();
    new ResizeObserver(() => this.sheet || this.fit()).observe(this.canvas);
    this.remember = debounced(400, () => go({ at: this.place() }));
  }

  draw() {
    this.frame = 0;
    if (this.view.width === 0) return;
    const { lit, litTopics, kin } = this;
    const corners = this.path ? this.path.map((spot) => this.view.toLayout(spot)) : state.region;
    this.painter.draw({
      lit, litTopics, corners, kin, open: state.row, focus: this.pointed >= 0 ? this.pointed : this.hovered, sheet: Boolean(this.sheet),
    });
  }

  paint() { this.frame ||= requestAnimationFrame(() => this.draw()); }

  fit() {
    const [width, height, ratio] = this.sheet ? SHEET : [this.canvas.clientWidth, this.canvas.clientHeight, devicePixelRatio];
    if (width === 0) return;
    this.view.fit(width, height);
    this.painter.resize(width, height, ratio);
    this.draw();
  }

  /** Zoom and the middle of what is seen, in the units of the layout: the same view on a window of any size. */
  place() {
    const { view } = this;
    return view.k > 1.001 ? [view.k, ...view.toLayout([view.width / 2, view.height / 2])] : null;
  }

  goTo([k, x, y]) {
    const { view } = this;
    view.move(k, 0, 0);
    const [cx, cy] = view.fromLayout([x, y]);
    this.move(k, view.left + view.width / 2 - cx, view.top + view.height / 2 - cy);
  }

  move(k, left, top) {
    this.view.move(k, left, top);
    // A finger scrolls the page over the whole map, and moves the map once that is zoomed.
    this.canvas.style.touchAction = this.view.k > 1.01 || this.isPicking ? 'none' : 'pan-x pan-y';
    this.placeTip();
    this.paint();
    this.remember?.();
  }

  zoom(factor, x = this.view.width / 2, y = this.view.height / 2) {
    const { view } = this;
    const k = clamp(view.k * factor, 1, MOST_ZOOM);
    const real = k / view.k;
    if (k === 1) this.move(1, 0, 0);
    else this.move(k, x - (x - view.left) * real, y - (y - view.top) * real);
  }

  fly(k, left, top) {
    cancelAnimationFrame(this.flight);
    if (calm.matches) { this.move(k, left, top); return; }
    const from = { ...this.view };
    const start = performance.now();
    const step = (now) => {
      const part = clamp((now - start) / 320, 0, 1);
      const blend = (a, b) => a + (b - a) * (1 - (1 - part) ** 3);
      this.move(blend(from.k, k), blend(from.left, left), blend(from.top, top));
      if (part < 1) this.flight = requestAnimationFrame(step);
    };
    this.flight = requestAnimationFrame(step);
  }

  /** Brings a paper into the part of the map that the card leaves free. */
  reveal(row, cover) {
    const { view } = this;
    const beside = cover && cover.width < innerWidth * 0.8;
    const free = beside ? Math.min(view.width, cover.left - this.canvas.getBoundingClientRect().left) : view.width;
    const [x, y] = [view.x(row), view.y(row)];
    const seen = x > 24 && x < free - 24 && y > 24 && y < view.height - 24;
    if (!seen && free > 120) this.fly(view.k, view.left + clamp(x, 60, free - 60) - x, view.top + clamp(y, 60, view.height - 60) - y);
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.canvas.classList.toggle('over', row >= 0);
    this.tip.hidden = row < 0;
    if (row >= 0) {
      this.tip.replaceChildren(el('b', { dir: 'auto' }, library.title(row)), el('span', { class: 'small muted' }, ...topicName(library.topicOf(row))));
      this.placeTip();
    }
    this.paint();
  }

  placeTip() {
    if (this.hovered < 0) return;
    const { view, tip } = this;
    const [x, y] = [view.x(this.hovered), view.y(this.hovered)];
    const left = x + 16 + tip.offsetWidth > view.width ? x - 14 - tip.offsetWidth : x + 14;
    tip.style.translate = `${Math.max(4, left)}px ${clamp(y + 14, 4, view.height - tip.offsetHeight - 4)}px`;
  }

  step(direction) {
    const { view, lit } = this;
    const from = this.hovered >= 0 ? this.hovered : state.row;
    const row = from >= 0 ? view.towards(from, direction, lit) : view.nearest(view.width / 2, view.height / 2, Infinity, lit);
    if (row < 0) return;
    this.hover(row);
    this.reveal(row);
    announce(`${library.title(row)}, ${library.topicOf(row)?.label ?? 'no topic'}`);
  }

  onKey(event) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (direction) this.step(direction);
    else if (event.key === 'Enter' && this.hovered >= 0) go({ row: this.hovered });
    else if (event.key === '+' || event.key === '=') this.zoom(1.6);
    else if (event.key === '-') this.zoom(0.625);
    else if (event.key === '0') this.fly(1, 0, 0);
    else return;
    event.preventDefault();
  }

  /** The wheel belongs to the page until the map has the focus; with Ctrl, or a pinch on a touchpad, it always zooms. */
  onWheel(event) {
    const pinch = event.ctrlKey || event.metaKey;
    const ours = pinch || document.activeElement === this.canvas || document.body.classList.contains('enlarged');
    if (!ours || (!pinch && event.deltaY > 0 && this.view.k === 1)) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 30 : 1) * (event.ctrlKey ? 0.008 : 0.002)), event.offsetX, event.offsetY);
  }

  // ---- regions: drawn by hand, or what is in view

  pick(on) {
    this.isPicking = on;
    $('#pick').setAttribute('aria-pressed', on);
    this.canvas.classList.toggle('picking', on);
    this.canvas.style.touchAction = on || this.view.k > 1.01 ? 'none' : 'pan-x pan-y';
  }

  /** Ends the line that was drawn: the papers within are listed. A line of many corners is thinned out, to fit the address. */
  close() {
    const path = this.path;
    this.path = null;
    this.pick(false);
    const every = Math.ceil(path.length / 40);
    const corners = path.filter((_, i) => i % every === 0).map((spot) => this.view.toLayout(spot));
    if (corners.length > 2) go({ region: corners, side: 'region' });
    else this.paint();
  }

  listView() {
    const { width, height } = this.view;
    const corners = [[0, 0], [width, 0], [width, height], [0, height]].map((spot) => this.view.toLayout(spot));
    go({ region: corners, side: 'region' });
    $('#tab-region').focus();
  }

  // ---- what is lit

  /** Lights the papers that are chosen, found and in the region; a topic pointed at in the legend goes first. */
  light(passes, found, region) {
    this.masks = [passes, found, region];
    this.litTopics.fill(0);
    const peeked = this.peeked && library.places.get(this.peeked.id);
    let lit = 0;
    for (let row = 0; row < library.size; row += 1) {
      const topic = library.topicAt[row];
      const chosen = this.peeked ? topic === peeked : (!passes || passes[row]) && (!found || found[row]) && (!region || region[row]);
      this.lit[row] = chosen ? 1 : 0;
      lit += this.lit[row];
      if (chosen && topic >= 0) this.litTopics[topic] = 1;
    }
    this.view.lit = lit;
    this.paint();
  }

  peek(topic) { this.peeked = topic; this.light(...this.masks); }
  point(row) { this.pointed = row; this.paint(); }
  recolour() { this.painter.colours = null; this.paint(); }

  /** The lines of the open paper. */
  tie(kin) { this.kin = kin; this.paint(); }

  /** Draws the whole map for a sheet of paper, or goes back to the screen. */
  print(on) {
    const { k, left, top } = this.sheet ?? this.view;
    this.sheet = on ? { k, left, top } : null;
    this.painter.colours = null;
    if (on) this.view.move(1, 0, 0);
    this.fit();
    if (!on) this.move(k, left, top);
  }
}

/** One pointer moves the map, or draws while picking or with Shift held; two zoom. */
function listenPointers(chart) {
  const { canvas, view } = chart;
  const pointers = new Map();
  let travel = 0;
  const drag = (event, before) => {
    const spot = [event.offsetX, event.offsetY];
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    const span = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    travel += Math.hypot(spot[0] - before[0], spot[1] - before[1]);
    pointers.set(event.pointerId, spot);
    if (chart.path) { chart.path.push(spot); chart.paint(); return; }
    if (other) chart.zoom(span(spot) / span(before), (spot[0] + other[0]) / 2, (spot[1] + other[1]) / 2);
    if (travel > STILL) chart.move(view.k, view.left + (spot[0] - before[0]) / pointers.size, view.top + (spot[1] - before[1]) / pointers.size);
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button > 0) return;
    if (pointers.size === 0) travel = 0;
    pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
    chart.path = pointers.size === 1 && (chart.isPicking || event.shiftKey) ? [[event.offsetX, event.offsetY]] : null;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (before) drag(event, before);
    else chart.hover(view.nearest(event.offsetX, event.offsetY, REACH.mouse, chart.lit));
  });
  canvas.addEventListener('pointerup', (event) => {
    if (!pointers.delete(event.pointerId)) return;
    if (chart.path) { chart.close(); return; }
    if (travel > STILL || pointers.size) return;
    const row = view.nearest(event.offsetX, event.offsetY, REACH[event.pointerType] ?? REACH.other, chart.lit);
    if (row >= 0) go({ row });
  });
  canvas.addEventListener('pointercancel', (event) => { pointers.delete(event.pointerId); chart.path = null; });
  for (const leave of ['pointerleave', 'blur']) canvas.addEventListener(leave, () => chart.hover(-1));
}
