// ---------- the search box and what drops down from it

const HITS_SHOWN = 8;

function showHits() {
  const list = $('#hits');
  list.replaceChildren();
  if (!answers || !state.query.trim()) { toggleHits(false); return; }
  const terms = termsOf(state.query);
  const item = ({ row, similarity, excerpt: part }) => el('li', {
    id: `hit-${row}`, role: 'option', 'aria-selected': 'false', 'data-row': row,
    pointerenter: () => map.point(row), pointerleave: () => map.point(-1),
  },
  el('b', { dir: 'auto' }, ...marked(library.title(row), terms)),
  part ? el('span', { class: 'small', dir: 'auto' }, ...marked(part, terms)) : null,
  el('span', { class: 'small muted where' }, ...topicName(library.topicOf(row)), el('bdi', {}, library.ids[row]),
    similarity == null ? null : el('span', { class: 'number' }, similarity.toFixed(2))));
  list.append(...answers.results.slice(0, HITS_SHOWN).map(item));
  $('#found-count').textContent = answers.problem?.message ?? `${resultNote()}${answers.results.length > HITS_SHOWN ? '; Enter lists all' : ''}`;
  $('#hits').hidden = answers.results.length === 0;
}

function toggleHits(open) {
  const isOpen = open && Boolean(answers && state.query.trim());
  $('#found').hidden = !isOpen;
  $('#query').setAttribute('aria-expanded', isOpen && answers.results.length > 0);
  if (!isOpen) choose(null);
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
  const current = $('#hits [aria-selected=true]');
  if (event.key === 'ArrowDown') { toggleHits(true); choose(current?.nextElementSibling ?? $('#hits').firstElementChild); }
  else if (event.key === 'ArrowUp') choose(current?.previousElementSibling ?? $('#hits').lastElementChild);
  else if (event.key === 'Enter' && current) openHit(current);
  else if (event.key === 'Enter') listAnswers(event.target.value);
  else if (event.key === 'Escape' && !$('#found').hidden) toggleHits(false);
  else if (event.key === 'Escape') { event.target.value = ''; search(''); }
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

function search(query) {
  if (query !== state.query) go({ query, like: query.trim() ? NO_ROWS : state.like, side: null });
}

/** All answers, beside the map. */
async function listAnswers(query) {
  search(query);
  await settled;
  toggleHits(false);
  if (!answers) return;
  if (state.side) go({ side: null });
  visit('#map');
  $('#results h3 a')?.focus({ preventScroll: true });
}

function listenSearch() {
  const input = $('#query');
  input.placeholder = library.isLive ? 'Describe what you look for' : 'Search titles, abstracts, ids';
  input.addEventListener('input', debounced(library.isLive ? 250 : 90, async () => {
    search(input.value);
    await settled;
    toggleHits(document.activeElement === input);
  }));
  input.addEventListener('click', () => toggleHits(true));
  input.addEventListener('keydown', onSearchKey);
  $('#found').addEventListener('pointerdown', (event) => event.preventDefault());
  $('#hits').addEventListener('click', (event) => openHit(event.target.closest('[role=option]')));
  $('.search').addEventListener('focusout', (event) => { if (!$('.search').contains(event.relatedTarget)) toggleHits(false); });
}
