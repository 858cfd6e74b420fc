// ---------- state: what is asked, chosen and open. It lives in the hash, so that a view can be sent to somebody.

const NO_ROWS = [];
const NOTHING = {
  query: '', like: NO_ROWS, unlike: NO_ROWS, filters: {}, topics: new Set(), row: -1, region: null, at: null, side: null, list: 'list', apart: null, theme: null,
};
const FILTERS = ['from', 'to', ...FACETS];

let library = null;
let state = NOTHING;

const numbers = (text) => (text ?? '').split(',').map(Number);

function readHash() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const rows = (key) => hash.getAll(key).map((id) => library.rowOf(id)).filter((row) => row >= 0);
  const ids = numbers(hash.get('topic') || '-1').filter((id) => library.topic(id));
  const corners = (hash.get('region') ?? '').split(';').map(numbers).filter((corner) => corner.length === 2 && corner.every(Number.isFinite));
  const at = numbers(hash.get('at'));
  const apart = numbers(hash.get('apart')).filter((id) => library.topic(id));
  const filters = Object.fromEntries(FILTERS.filter((key) => hash.get(key)).map((key) => [key, hash.get(key)]));
  for (const key of ['from', 'to']) if (filters[key] && !/^\d{1,4}$/.test(filters[key])) delete filters[key];
  return {
    ...NOTHING, query: hash.get('q') ?? '', like: rows('like'), unlike: rows('unlike'), filters, topics: new Set(ids),
    row: library.rowOf(hash.get('paper')), region: corners.length > 2 ? corners : null,
    at: at.length === 3 && at.every(Number.isFinite) && at[0] > 1 ? at : null, side: hash.get('side'),
    list: hash.get('list') === 'tree' ? 'tree' : 'list', apart: apart.length === 2 ? apart : null, theme: hash.get('theme'),
  };
}

function writeHash(from = state) {
  const hash = new URLSearchParams();
  const ids = (key, rows) => rows.forEach((row) => hash.append(key, library.ids[row]));
  if (from.query) hash.set('q', from.query);
  ids('like', from.like);
  ids('unlike', from.unlike);
  for (const key of FILTERS) if (from.filters[key]) hash.set(key, from.filters[key]);
  if (from.topics.size) hash.set('topic', [...from.topics].join(','));
  if (from.row >= 0) hash.set('paper', library.ids[from.row]);
  if (from.region) hash.set('region', from.region.map((corner) => corner.map((value) => value.toFixed(3)).join(',')).join(';'));
  if (from.at) hash.set('at', from.at.map((value) => Number(value.toFixed(4))).join(','));
  if (from.side) hash.set('side', from.side);
  if (from.list === 'tree') hash.set('list', 'tree');
  if (from.apart) hash.set('apart', from.apart.join(','));
  if (from.theme) hash.set('theme', from.theme);
  return `#${hash}`;
}

/** Changes the state, the hash and the page. Another paper or question makes an entry in the history, so that Back returns. */
function go(change) {
  const before = state;
  state = { ...state, ...change };
  const isStep = state.row !== before.row || state.like !== before.like || state.unlike !== before.unlike;
  // Safari refuses more than 100 of these in half a minute; the page goes on without that one.
  try { history[isStep ? 'pushState' : 'replaceState'](null, '', writeHash()); } catch { /* the next one will do */ }
  show(before);
}

const isAsked = ({ query, like }) => Boolean(query.trim() || like.length);

/** Asks for papers like one, which takes the place of a text, or away from it; what was said before of others stays. */
function ask(kind, row) {
  const without = (list) => list.filter((other) => other !== row);
  if (kind === 'like') go({ query: '', like: [...without(state.like), row], unlike: without(state.unlike), side: 'results' });
  else go({ like: without(state.like), unlike: [...without(state.unlike), row], side: 'results' });
}
