// ---------- pieces that several parts of the page use

let map = null;

const colourOf = (topic) => (topic ? `--colour:var(--t${topic.slot % 40})` : '');
const swatch = (topic) => el('span', { class: 'swatch', style: colourOf(topic), 'aria-hidden': 'true' });
const topicName = (topic) => (topic ? [swatch(topic), ' ', el('bdi', {}, topic.label)] : []);
const measure = (value) => el('span', { class: 'measure', style: `--share:${value ?? 0}` }, value == null ? '–' : value.toFixed(2));
const spaced = (parts) => parts.filter(Boolean).flatMap((part, i) => (i ? [' · ', part] : [part]));

/** Rows of the map light up while a pointer or the focus is on what names them. */
const pointing = (row) => ({
  pointerenter: () => map.point(row), pointerleave: () => map.point(-1), focus: () => map.point(row), blur: () => map.point(-1),
});

function paperLink(row, terms = []) {
  return el('a', {
    href: writeHash({ ...NOTHING, row }), dir: 'auto', ...pointing(row),
    click: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go({ row });
    },
  }, ...marked(library.title(row), terms));
}

/** A link to a paper that may have left the library since it was named. */
const namedPaper = (id) => (library.rowOf(id) < 0 ? el('bdi', {}, id) : paperLink(library.rowOf(id)));

const likeButtons = (row) => el('span', { class: 'alike' },
  button('More like this', () => ask('like', row), { class: 'small', 'data-more': library.ids[row] }),
  button('Less like this', () => ask('unlike', row), { class: 'small', 'data-less': library.ids[row] }));

const PAGE = 100;

/** A list that shows its rows a page at a time, so that thousands of papers open at once. */
function pagedList(rows, item, attributes = { class: 'members' }) {
  const list = el('ol', attributes);
  const more = button('', grow, { class: 'more small' });
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

/** Goes to a section without touching the hash, which holds the state. */
function visit(target) {
  const section = typeof target === 'string' ? $(target) : target;
  section.scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' });
  section.focus({ preventScroll: true });
}

/** Says why something did not come, where it should have stood. */
const sorry = (problem) => el('p', { class: 'sorry', role: 'alert' }, `This did not work: ${problem.message}`);

// ---------- the head of the page

function showOverview() {
  const { overview } = library.source;
  const { papers, distinct, title_only: titleOnly, years, sources } = overview;
  const when = years ? `, published ${years.first}${years.last === years.first ? '' : ` to ${years.last}`}` : '';
  const what = overview.topics ? `, in ${plural(overview.topics, 'topic')}` : '';
  const surplus = overview.surplus;
  const repeats = surplus == null ? '' : surplus ? ` ${count(surplus)} ${surplus === 1 ? 'repeats' : 'repeat'} a paper that is already there.` : ' No paper occurs twice.';
  $('#lede').textContent = `${plural(papers, 'paper')} from ${plural(sources.length, 'source')}${when}${what}.${repeats}`;
  const facts = [['papers', papers], ['distinct', distinct], ['topics', overview.topics], ['duplicate groups', overview.duplicate_groups]];
  if (titleOnly) facts.push(['without an abstract', titleOnly]);
  $('#facts').append(...facts.filter(([, value]) => value != null)
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', { class: 'number' }, count(value)))));
  const line = (item) => el('tr', {}, el('th', { scope: 'row' }, el('bdi', {}, item.source)), el('td', { class: 'number' }, count(item.papers)));
  $('#sources').append(...sources.slice(0, 8).map(line));
  if (sources.length > 8) {
    const rest = el('table', { class: 'sources' }, el('tbody', {}, ...sources.slice(8).map(line)));
    $('#more-sources').append(el('details', { class: 'small' }, el('summary', {}, `${sources.length - 8} more`), rest));
  }
  const { k, seed, quality, topics } = library.source.topics;
  const figures = [['silhouette', quality.silhouette], ['NPMI', quality.npmi], ['stability', quality.stability]];
  const made = [['Model', [el('bdi', {}, overview.model), `, ${overview.dimension} dimensions`]]];
  if (topics.length) {
    made.push(['Topics', [`k-means, k = ${k}, seed ${seed}`]]);
    made.push(['Quality', [figures.filter(([, value]) => value != null).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ')]]);
  }
  $('#made').append(...made.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, ...value)]));
  if (overview.skipped.length === 0) return;
  const lost = (item) => el('li', {}, el('bdi', {}, item.source), `:${item.line} `, el('span', { class: 'muted', dir: 'auto' }, item.reason));
  $('#overview').append(el('details', { class: 'skipped' }, el('summary', {}, `${plural(overview.skipped.length, 'record')} could not be used`),
    el('ul', {}, ...overview.skipped.map(lost))));
}
