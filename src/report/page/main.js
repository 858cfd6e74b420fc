// ---------- all of it together

/** Done when the answers to the question as it is now are there. */
let settled = Promise.resolve();

const ASKING = ['query', 'like', 'unlike', 'filters', 'topics'];
const LIGHTING = [...ASKING, 'region'];

function light() {
  map.light(library.passing(state.filters, state.topics), answers?.found, state.region && map.view.within(state.region));
}

/** Brings the page in line with the state; `before` is null at the start. */
function show(before) {
  const differs = (key) => state[key] !== before?.[key];
  if (ASKING.some(differs)) {
    wanted = STEP;
    showLegend();
    settled = seek().then(() => { showAnswers(); showHits(); light(); showSide(); });
  }
  if (differs('query') && document.activeElement !== $('#query')) $('#query').value = state.query;
  if (LIGHTING.some(differs)) { showQuestion(); showRegion(); light(); }
  if (LIGHTING.some(differs) || differs('side')) showSide();
  if (differs('list')) showTopics();
  if (differs('apart')) showApart();
  if (differs('row')) showCard(!before);
  map.paint();
}

// ---------- what stands beside the map: the legend, the answers, or the papers of a region

const SIDES = ['topics', 'results', 'region'];

function showSide() {
  const there = { topics: true, results: Boolean(answers), region: Boolean(state.region) };
  const side = Object.hasOwn(there, state.side) && there[state.side] ? state.side : answers ? 'results' : 'topics';
  for (const name of SIDES) {
    const tab = $(`#tab-${name}`);
    tab.hidden = !there[name];
    tab.setAttribute('aria-selected', name === side);
    tab.tabIndex = name === side ? 0 : -1;
    $(`#side-${name}`).hidden = name !== side;
  }
}

function showRegion() {
  const panel = $('#side-region');
  panel.replaceChildren();
  if (!state.region) return;
  const [inside, passes] = [map.view.within(state.region), library.passing(state.filters, state.topics)];
  const rows = [];
  for (let row = 0; row < library.size; row += 1) if (inside[row] && (!passes || passes[row])) rows.push(row);
  const papers = new Map();
  for (const row of rows) papers.set(library.topicAt[row], (papers.get(library.topicAt[row]) ?? 0) + 1);
  const shares = [...papers].filter(([place]) => place >= 0).sort((a, b) => b[1] - a[1]).slice(0, 5);
  rows.sort((a, b) => papers.get(library.topicAt[b]) - papers.get(library.topicAt[a]) || library.strengths[b] - library.strengths[a] || a - b);
  $('#tab-region .number').textContent = count(rows.length);
  const line = (row) => csvLine([library.ids[row], library.title(row), library.years[row] || '', library.topicOf(row)?.label]);
  panel.append(
    el('p', { class: 'small', role: 'status' }, plural(rows.length, 'paper'), ' ',
      button('Save as CSV', () => download('region.csv', 'text/csv', csvLine(['id', 'title', 'year', 'topic']) + rows.map(line).join('')), { class: 'small' }), ' ',
      button('Drop the region', () => { go({ region: null }); $('#tab-topics').focus(); }, { class: 'small' })),
    el('ul', { class: 'small' }, ...shares.map(([place, n]) => el('li', {}, swatch(library.topics[place]), ' ', el('bdi', {}, library.topics[place].label), ' ', el('span', { class: 'muted number' }, count(n))))),
    pagedList(rows, (row) => el('li', {}, swatch(library.topicOf(row)), ' ', paperLink(row)), { class: 'region' }));
}

function listenSides() {
  for (const name of SIDES) $(`#tab-${name}`).addEventListener('click', () => go({ side: name }));
  $('#tabs').addEventListener('keydown', (event) => {
    const tabs = SIDES.map((name) => $(`#tab-${name}`)).filter((tab) => !tab.hidden);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length);
    next.click();
    next.focus();
  });
}

// ---------- keys, links, theme, print

function onHash() {
  const before = state;
  state = readHash();
  $('#query').value = state.query;
  if (state.at) map.goTo(state.at);
  show(before);
}

function listenLinks() {
  for (const link of $$('.bar a, .skip')) {
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
    } else if (event.key === 'Escape' && map.isPicking) map.pick(false);
    else if (event.key === 'Escape' && state.row >= 0) go({ row: -1 });
    else if (event.key === 'Escape') enlarge(false);
  });
}

function enlarge(on) {
  document.body.classList.toggle('enlarged', on);
  $('#enlarge').setAttribute('aria-pressed', on);
}

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
  try { library = await openLibrary(); } catch (problem) {
    $('#waiting').replaceWith(sorry(problem));
    return;
  }
  document.body.classList.add('ready');
  $('#waiting').remove();
  showOverview();
  map = new Chart();
  fillLegend();
  fillFilters();
  listenTopics();
  listenDuplicates();
  listenSearch();
  listenSides();
  listenLinks();
  listenKeys();
  listenTheme();
  $('#enlarge').addEventListener('click', () => enlarge(!document.body.classList.contains('enlarged')));
  addEventListener('hashchange', onHash);
  addEventListener('popstate', onHash);
  state = readHash();
  $('#query').value = state.query;
  if (state.at) map.goTo(state.at);
  show(null);
  showTheme();
}

start();
