// ---------- answers: what the question found, beside the map

/** Answers that are asked for at a time. */
const STEP = 30;

/** `results` best first, `found` the same as 0 and 1 a row; null while nothing is asked. */
let answers = null;
let wanted = STEP;
let asking = null;

/** Asks the source. An answer that comes after the next question is dropped. */
async function seek({ why = false } = {}) {
  asking?.abort();
  asking = null;
  if (!isAsked(state)) { answers = null; return; }
  const turn = new AbortController();
  asking = turn;
  const { query, like, unlike, filters, topics } = state;
  const question = { text: query.trim(), like, unlike, filters, k: wanted, why, passes: library.passing(filters, topics) };
  let told;
  try { told = await library.source.ask(question, turn.signal); } catch (problem) {
    if (turn.signal.aborted) return;
    told = { results: [], problem };
  }
  if (asking !== turn) return;
  asking = null;
  const results = question.passes ? told.results.filter(({ row }) => question.passes[row]) : told.results;
  const found = new Uint8Array(library.size);
  for (const { row, also } of results) for (const one of [row, ...also]) found[one] = 1;
  answers = { ...told, results, found };
}

function resultNote() {
  const { results, kind, isCut, problem } = answers;
  if (problem) return '';
  const many = `${isCut ? 'The best ' : ''}${results.length ? plural(results.length, 'paper') : 'No paper'}`;
  const what = { words: results.length === 1 ? 'has all of these words' : 'with all of these words', near: 'near to what you like', meaning: 'by similarity' }[kind];
  return `${many} ${what}${state.topics.size ? ' in the topics chosen' : ''}`;
}

function whyOf({ why }) {
  const met = ({ query, paper, similarity }) => el('li', {}, measure(similarity), el('div', {},
    el('p', { class: 'muted', dir: 'auto' }, query), el('p', { dir: 'auto' }, ...marked(paper, why.terms.map(fold)))));
  return [
    why.terms.length ? el('p', { class: 'keywords' }, 'Words: ', ...why.terms.map((term) => el('span', {}, term))) : null,
    el('p', { class: 'muted' }, `${Math.round(100 * why.words)} % words, ${Math.round(100 * why.meaning)} % meaning`),
    why.sentences.length ? el('ol', { class: 'met' }, ...why.sentences.map(met)) : null,
  ];
}

/** Reasons cost time, so that the server is asked for them when the first is opened, and then for all. */
function whyDetails(result) {
  if (!library.isLive) return null;
  const details = el('details', { class: 'why' }, el('summary', {}, 'Why'));
  details.addEventListener('toggle', async () => {
    if (!details.open || details.children.length > 1) return;
    let told = result;
    if (!told.why) {
      details.append(el('p', { class: 'muted' }, 'Looking …'));
      await seek({ why: true });
      told = answers?.results.find(({ row }) => row === result.row);
      details.lastChild.remove();
    }
    if (told?.why) details.append(...whyOf(told).filter(Boolean));
    else details.append(el('p', { class: 'muted' }, answers?.problem?.message ?? 'Nothing is known.'));
  });
  return details;
}

function resultItem(result) {
  const { row, similarity, percentile, verdict, also } = result;
  const terms = termsOf(state.query);
  const year = library.years[row];
  const venue = library.facets.venue.placesOf(row).map((place) => library.facets.venue.values[place]);
  const figures = similarity == null ? null : el('p', { class: 'figures' }, measure(similarity),
    el('span', {}, percentile == null ? 'similarity' : `closer than ${percentile.toFixed(percentile > 99 ? 2 : 1)} % of pairs${verdict ? `, ${verdict}` : ''}`));
  return el('li', { class: 'result', 'data-id': library.ids[row] },
    el('h3', {}, paperLink(row, terms)),
    el('p', { class: 'small muted where' }, ...spaced([year || null, ...venue.map((name) => el('bdi', {}, name)), el('bdi', {}, library.ids[row])])),
    figures,
    result.excerpt ? el('p', { class: 'small', dir: 'auto' }, ...marked(result.excerpt, terms)) : null,
    also.length ? el('details', { class: 'small' }, el('summary', {}, plural(also.length, 'other version')),
      el('ul', {}, ...also.map((other) => el('li', {}, paperLink(other), ' ', el('bdi', { class: 'muted' }, library.ids[other]))))) : null,
    whyDetails(result), likeButtons(row));
}

/** Up and Down go from title to title. */
function walkTitles(event) {
  const links = $$('h3 a', event.currentTarget);
  const place = links.indexOf(document.activeElement);
  const next = { ArrowDown: links[place + 1], ArrowUp: links[place - 1], Home: links[0], End: links.at(-1) }[event.key];
  if (place < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

function showAnswers() {
  const panel = $('#side-results');
  $('#tab-results').hidden = !answers;
  $('#tab-results .number').textContent = answers ? count(answers.results.length) + (answers.isCut ? '+' : '') : '';
  if (!answers) { panel.replaceChildren(); return; }
  const { results, problem, isCut } = answers;
  const list = el('ol', { id: 'results', class: 'results', keydown: walkTitles }, ...results.slice(0, wanted).map(resultItem));
  const more = button('More', async () => {
    const place = list.children.length;
    wanted += STEP;
    if (isCut) { await seek(); light(); }
    showAnswers();
    $$('#results h3 a')[place]?.focus();
  }, { class: 'more small' });
  more.hidden = !isCut && results.length <= wanted;
  panel.replaceChildren(el('p', { class: 'small muted', role: 'status' }, resultNote()), problem ? sorry(problem) : list, more);
  panel.scrollTop = 0;
}

// ---------- the question in words: what was asked, each part with a way to drop it

function showQuestion() {
  const chip = (kind, text, drop) => el('li', { class: 'chip' }, kind ? el('span', { class: 'muted' }, kind) : null, el('bdi', {}, text),
    el('button', { type: 'button', 'aria-label': `Without ${kind} ${text}`, click: () => { drop(); $('#query').focus(); } }, '×'));
  const rows = (kind, name) => state[kind].map((row) => chip(name, library.title(row), () => go({ [kind]: state[kind].filter((other) => other !== row) })));
  const chips = [
    ...(state.query.trim() ? [chip(library.isLive ? 'about' : 'words', state.query, () => { $('#query').value = ''; go({ query: '' }); })] : []),
    ...rows('like', 'like'), ...rows('unlike', 'not like'),
    ...[...state.topics].map((id) => chip('topic', library.topic(id).label, () => go({ topics: new Set([...state.topics].filter((other) => other !== id)) }))),
    ...FILTERS.filter((key) => state.filters[key]).map((key) => chip(key, state.filters[key], () => go({ filters: { ...state.filters, [key]: undefined } }))),
    ...(state.region ? [chip('', 'region of the map', () => go({ region: null }))] : []),
  ];
  if (chips.length > 1) chips.push(el('li', {}, button('Clear all', () => { $('#query').value = ''; go({ ...NOTHING, row: state.row, at: state.at, theme: state.theme }); }, { class: 'small' })));
  $('#question').replaceChildren(...chips);
  $('#question').hidden = chips.length === 0;
  for (const input of $$('#filters input')) if (document.activeElement !== input) input.value = state.filters[input.name] ?? '';
}

/** Fields for what papers of this library differ in; a field of thousands of values offers the commonest. */
function fillFilters() {
  const form = $('#filters');
  const field = (name, label, ...inside) => el('label', { class: `field ${name}` }, el('span', {}, label), ...inside);
  const span = library.years01;
  if (span && span[0] < span[1]) {
    const year = (name, label, hint) => el('input', { name, type: 'number', inputmode: 'numeric', min: 0, max: 9999, 'aria-label': label, placeholder: hint });
    form.append(el('div', { class: 'field years', role: 'group', 'aria-label': 'Years' }, el('span', {}, 'Years'),
      year('from', 'From year', span[0]), '–', year('to', 'To year', span[1])));
  }
  for (const name of FACETS) {
    const values = library.facets[name].counted();
    if (values.length < 2) continue;
    const options = values.slice(0, 500).map(([value, papers]) => el('option', { value }, plural(papers, 'paper')));
    form.append(field(name, name[0].toUpperCase() + name.slice(1), el('input', { name, type: 'text', list: `known-${name}`, placeholder: `any of ${count(values.length)}`, autocomplete: 'off', spellcheck: 'false' }),
      el('datalist', { id: `known-${name}` }, ...options)));
  }
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', debounced(library.isLive ? 300 : 150, () => {
    const filters = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]).filter(([, value]) => value));
    go({ filters });
  }));
}
