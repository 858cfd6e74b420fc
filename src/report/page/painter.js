// ---------- the map: how it is drawn

class Painter {
  constructor(canvas, view) {
    Object.assign(this, { canvas, view, pen: canvas.getContext('2d'), ratio: 1, colours: null, image: null, stamps: new Map() });
    this.labels = library.topics.map((topic) => this.wrap(topic.label));
    this.anchors = library.topics.map((topic) => view.middle(library.members(topic)));
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
    this.colours.topics = library.topics.map((topic) => read(`t${topic.slot % 40}`));
    probe.remove();
  }

  draw(scene) {
    const { pen, view, ratio } = this;
    if (!this.colours) this.readColours();
    this.drawPoints(scene.lit);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (scene.corners) this.drawRegion(scene.corners);
    if (scene.open >= 0) this.drawKin(scene.open, scene.kin);
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
        this.stamp(disc, side, row, layer ? hues[library.topicAt[row]] ?? plain : dim);
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

  drawRegion(corners) {
    const { pen, view, colours } = this;
    pen.beginPath();
    corners.map((corner) => view.fromLayout(corner)).forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.closePath();
    Object.assign(pen, { strokeStyle: colours.accent, lineWidth: 1.5 });
    pen.setLineDash([5, 4]);
    pen.stroke();
    pen.setLineDash([]);
  }

  /** The open paper, and lines to its nearest papers. */
  drawKin(open, near) {
    const { pen, view, colours } = this;
    pen.beginPath();
    for (const { row } of near) {
      pen.moveTo(view.x(open), view.y(open));
      pen.lineTo(view.x(row), view.y(row));
    }
    Object.assign(pen, { strokeStyle: colours.ink, lineWidth: 1 });
    pen.stroke();
    for (const { row } of [...near, { row: open }]) {
      this.dot(view.x(row), view.y(row), view.radius, colours.topics[library.topicAt[row]] ?? colours.muted);
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
    const tools = $('.tools', this.canvas.parentElement);
    const taken = sheet ? [] : [{ x: 0, y: tools.offsetTop - 4, w: tools.offsetLeft + tools.offsetWidth + 4, h: view.height }];
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
