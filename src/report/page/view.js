// ---------- the map: where papers stand

const MOST_ZOOM = 80;

/** Where each paper stands on the canvas: the layout, and the zoom (k) and shift (left, top) over it. In CSS pixels. */
class View {
  constructor({ x, y, size }) {
    const extent = (values) => [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)];
    [this.xs, this.ys] = [x, y];
    [this.rangeX, this.rangeY] = [extent(this.xs), extent(this.ys)];
    [this.px, this.py] = [new Float32Array(size), new Float32Array(size)];
    Object.assign(this, { width: 0, height: 0, k: 1, left: 0, top: 0, lit: size });
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
    this.scale = [sx, sy];
    for (let row = 0; row < this.px.length; row += 1) {
      this.px[row] = width / 2 + (this.xs[row] - (x0 + x1) / 2) * sx;
      this.py[row] = height / 2 - (this.ys[row] - (y0 + y1) / 2) * sy;
    }
    if (this.width) [this.left, this.top] = [this.left * width / this.width, this.top * height / this.height];
    [this.width, this.height] = [width, height];
  }

  move(k, left, top) {
    this.k = clamp(k, 1, MOST_ZOOM);
    this.left = clamp(left, this.width * (0.7 - this.k), this.width * 0.3);
    this.top = clamp(top, this.height * (0.7 - this.k), this.height * 0.3);
  }

  /** A place on the canvas in the units of the layout, and back. */
  toLayout([x, y]) {
    const [cx, cy] = [(this.rangeX[0] + this.rangeX[1]) / 2, (this.rangeY[0] + this.rangeY[1]) / 2];
    return [cx + ((x - this.left) / this.k - this.width / 2) / this.scale[0], cy - ((y - this.top) / this.k - this.height / 2) / this.scale[1]];
  }

  fromLayout([x, y]) {
    const [cx, cy] = [(this.rangeX[0] + this.rangeX[1]) / 2, (this.rangeY[0] + this.rangeY[1]) / 2];
    return [(this.width / 2 + (x - cx) * this.scale[0]) * this.k + this.left, (this.height / 2 - (y - cy) * this.scale[1]) * this.k + this.top];
  }

  /** The rows within corners in the units of the layout, as 0 and 1. */
  within(corners) {
    const inside = (x, y) => {
      let odd = 0;
      for (let i = 0, j = corners.length - 1; i < corners.length; j = i, i += 1) {
        const [[x0, y0], [x1, y1]] = [corners[i], corners[j]];
        if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) odd ^= 1;
      }
      return odd;
    };
    return Uint8Array.from(this.xs, (x, row) => inside(x, this.ys[row]));
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
