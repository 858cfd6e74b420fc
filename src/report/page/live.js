// ---------- a server as a source: the API of `paperkin serve`

/** What the server refuses, in its own words. */
class Refusal extends Error {}

class LiveSource {
  constructor(api, { overview, map, topics }) {
    Object.assign(this, { api, topics, isLive: true, notes: new Map() });
    this.rows = new Map(map.ids.map((id, row) => [id, row]));
    const facet = (column) => new Facet(column?.values ?? [], column?.codes ?? []);
    this.columns = {
      ids: map.ids, titles: map.titles, x: Float32Array.from(map.x), y: Float32Array.from(map.y), topics: map.topics,
      strengths: map.strengths, years: map.years.map((year) => year ?? 0),
      facets: { venue: facet(map.venues), category: facet(map.categories), source: facet(map.sources) },
    };
    // Duplicates are looked for later, when they are to be seen.
    this.overview = { ...overview, topics: topics.topics.length, duplicate_groups: undefined, surplus: undefined };
  }

  async get(path, params = {}, signal = undefined) {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(params)) {
      for (const one of [value].flat()) if (one != null && one !== '') query.append(key, one);
    }
    return readAnswer(await fetch(`${this.api}${path}${query.size ? `?${query}` : ''}`, { signal }));
  }

  async paper(row) {
    const id = this.columns.ids[row];
    if (!this.notes.has(id)) this.notes.set(id, this.get(`/papers/${encodeURIComponent(id)}`));
    return this.notes.get(id);
  }

  async kin(row) {
    const { results } = await this.get('/similar', { id: this.columns.ids[row], k: 10, mode: 'dense' });
    return this.placed(results);
  }

  placed(results) {
    const rows = (ids) => ids.map((id) => this.rows.get(id)).filter((row) => row !== undefined);
    return results.filter(({ id }) => this.rows.has(id)).map((result) => ({ ...result, row: this.rows.get(result.id), also: rows(result.also) }));
  }

  async groupOf(row) {
    this.grouped ??= this.duplicates().then(({ groups }) => new Map(groups.flatMap((group) => group.papers.map((id) => [id, group]))));
    return (await this.grouped).get(this.columns.ids[row]);
  }

  async duplicates(offset = 0, limit = null) {
    const { groups, pairs, total_groups: total, total_review: totalReview } = await this.get('/duplicates', { offset, limit });
    return { groups, pairs, review: pairs.filter((pair) => pair.verdict === 'review'), total, totalReview };
  }

  async trends() { return this.get('/topics/over-time'); }

  async contrast(one, other) {
    const { a, b } = await this.get('/topics/compare', { a: one.id, b: other.id });
    return [a, b].map(({ words }) => words.map(({ word, papers }) => ({ word, papers })));
  }

  async ask({ text, like, unlike, filters, k, why }, signal) {
    const id = (row) => this.columns.ids[row];
    const params = { text: like.length ? null : text, id: like.map(id), not: unlike.map(id), where: whereOf(filters), k, why: why || null };
    const { results } = await this.get('/similar', params, signal);
    return { results: this.placed(results), kind: 'meaning', isCut: results.length === k };
  }

  async decisions() { return (await this.get('/decisions')).decisions; }

  async decide(a, b, verdict) {
    const answer = await fetch(`${this.api}/decisions`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ a, b, verdict }),
    });
    return readAnswer(answer);
  }
}

async function readAnswer(answer) {
  const isJson = answer.headers.get('content-type')?.includes('json');
  const body = isJson ? await answer.json() : null;
  if (!answer.ok) throw new Refusal(body?.error?.message ?? `the server answers ${answer.status}`);
  return body;
}

/** How often a server is asked again that says it is still working on the answer: an hour. */
const MOST_ASKED = 1800;

/** Asks for what may take long to make; a server that is not done says after how many seconds to ask again. */
async function patiently(address) {
  for (let turn = 1; ; turn += 1) {
    const answer = await fetch(address);
    const wait = Number(answer.headers.get('retry-after'));
    if (answer.status !== 503 || !wait || turn === MOST_ASKED) return readAnswer(answer);
    $('#waiting').textContent = 'The server is finding topics and drawing the map …';
    await new Promise((resolve) => { setTimeout(resolve, 1000 * wait); });
  }
}

/** Filters as the expression that `--where` takes. */
function whereOf({ from, to, ...texts }) {
  const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
  const parts = FACETS.filter((name) => texts[name]).map((name) => `${name} contains ${quoted(texts[name])}`);
  if (from) parts.push(`year >= ${from}`);
  if (to) parts.push(`year <= ${to}`);
  return parts.join(' and ');
}

async function openLive({ live: { api }, overview }) {
  const [topics, map] = await Promise.all(['/topics?members=0', '/map'].map((path) => patiently(`${api}${path}`)));
  return new LiveSource(api, { overview, map, topics });
}
