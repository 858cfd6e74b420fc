// ---------- the library: all that the page asks of its data
//
// A library has rows, one a paper, and columns that the map and the filters need at once. Everything else comes from its
// source, which is the saved report (saved.js) or a server (live.js): the text of a paper, the papers near it, answers,
// duplicates, trends. Answers of a source are promises.

/** A column of few different values: each paper has none, one or several. */
class Facet {
  /** `codes` holds for each row nothing, a place in `values`, or a list of places. */
  constructor(values, codes) {
    Object.assign(this, { values, codes });
    this.folded = values.map(fold);
  }

  static of(rows, read) {
    const [values, places] = [[], new Map()];
    const place = (value) => {
      if (!places.has(value)) { places.set(value, values.length); values.push(value); }
      return places.get(value);
    };
    return new Facet(values, rows.map((row) => [read(row)].flat().filter((value) => value != null && value !== '').map(place)));
  }

  placesOf(row) {
    const code = this.codes[row];
    return Array.isArray(code) ? code : code == null || code < 0 ? [] : [code];
  }

  /** The values with the number of their papers, most first. */
  counted() {
    const papers = new Array(this.values.length).fill(0);
    for (let row = 0; row < this.codes.length; row += 1) for (const place of this.placesOf(row)) papers[place] += 1;
    return this.values.map((value, place) => [value, papers[place]]).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  }

  /** Whether a paper has a value with this text in it. */
  holding(text) {
    const wanted = fold(text);
    const fits = this.folded.map((value) => value.includes(wanted));
    return (row) => this.placesOf(row).some((place) => fits[place]);
  }
}

const FACETS = ['venue', 'category', 'source'];

class Library {
  constructor(source) {
    const { ids, titles, x, y, years, strengths, topics, facets } = source.columns;
    Object.assign(this, { source, ids, titles, x, y, years, strengths, facets, size: ids.length, isLive: source.isLive });
    this.topics = source.topics.topics;
    this.rows = new Map(ids.map((id, row) => [id, row]));
    this.places = new Map(this.topics.map((topic, place) => [topic.id, place]));
    this.topicAt = Int32Array.from(topics, (id) => this.places.get(id) ?? -1);
    this.lists = this.topics.map(() => []);
    for (let row = 0; row < this.size; row += 1) this.lists[this.topicAt[row]]?.push(row);
    for (const list of this.lists) list.sort((a, b) => strengths[b] - strengths[a] || a - b);
  }

  rowOf(id) { return this.rows.get(id) ?? -1; }
  title(row) { return this.titles[row] || this.ids[row]; }
  topicOf(row) { return this.topics[this.topicAt[row]]; }
  topic(id) { return this.topics[this.places.get(id)]; }
  /** Rows of a topic, strongest first. */
  members(topic) { return this.lists[this.places.get(topic.id)] ?? []; }

  get years01() {
    const known = this.years.filter(Boolean);
    return known.length ? [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))] : null;
  }

  /** Which rows pass filters and chosen topics, as 0 and 1; null if all do. */
  passing({ from, to, ...texts }, topics) {
    const tests = FACETS.filter((name) => texts[name]).map((name) => this.facets[name].holding(texts[name]));
    if (from) tests.push((row) => this.years[row] >= from);
    if (to) tests.push((row) => this.years[row] && this.years[row] <= to);
    if (topics.size) tests.push((row) => topics.has(this.topicOf(row)?.id));
    if (tests.length === 0) return null;
    return Uint8Array.from({ length: this.size }, (_, row) => (tests.every((test) => test(row)) ? 1 : 0));
  }
}

/** The report itself or, of a large collection, its JSON gzipped in base64; of a server only its address. */
async function openLibrary() {
  let value = JSON.parse($('#report-data').textContent);
  if (typeof value === 'string') {
    const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
    value = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json();
  }
  return new Library(value.live ? await openLive(value) : new SavedSource(value));
}
