// ---------- topics: the legend of the map, and the section that tells them

let trends = null;

function fillLegend() {
  const entry = (topic) => el('li', {}, el('button', {
    type: 'button', 'aria-pressed': 'false', 'data-topic': topic.id,
    click: () => go({ topics: state.topics.symmetricDifference(new Set([topic.id])) }),
    pointerenter: () => map.peek(topic), pointerleave: () => map.peek(null),
  }, swatch(topic), el('span', { dir: 'auto' }, topic.label), el('span', { class: 'number' }, count(topic.size))));
  $('#legend').append(...library.topics.map(entry));
  $('#all-topics').addEventListener('click', () => { go({ topics: new Set() }); $('#legend button').focus(); });
}

function showLegend() {
  for (const node of $$('#legend button')) node.setAttribute('aria-pressed', state.topics.has(Number(node.dataset.topic)));
  $('#legend').classList.toggle('some', state.topics.size > 0);
  $('#all-topics').hidden = state.topics.size === 0;
}

/** Papers of each year as a small line, its area filled; the scale is the topic's own. */
function sparkline(trend, years) {
  const [width, height, most] = [120, 28, Math.max(1, ...trend.counts)];
  const spot = (n, i) => `${((i / Math.max(1, years.length - 1)) * width).toFixed(1)},${(height - 1 - (n / most) * (height - 3)).toFixed(1)}`;
  const line = trend.counts.map(spot).join(' ');
  const told = `${years[0]} to ${years.at(-1)}: ${trend.counts[0]} to ${trend.counts.at(-1)} papers a year, at most ${most}; ${trend.trend}`;
  return el('div', { class: 'spark' },
    svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': told, preserveAspectRatio: 'none' },
      svg('polygon', { points: `0,${height} ${line} ${width},${height}` }), svg('polyline', { points: line })),
    el('span', { class: 'small muted' }, `${years[0]}–${years.at(-1)}, ${trend.trend}`));
}

function topicArticle(topic) {
  const largest = Math.max(...library.topics.map(({ size }) => size));
  const node = el('article', { class: 'topic', tabindex: '-1', 'data-topic': topic.id, style: `${colourOf(topic)};--share:${(topic.size / largest).toFixed(4)}` });
  const lines = (row) => {
    const text = el('p', { class: 'lines', dir: 'auto' });
    whenSeen(text, () => library.source.paper(row).then((paper) => { text.textContent = paper.abstract.slice(0, 420); }, () => text.remove()));
    return text;
  };
  const told = topic.representatives.map((id) => library.rowOf(id)).filter((row) => row >= 0)
    .flatMap((row) => [el('h4', { dir: 'auto' }, paperLink(row)), lines(row)]);
  const figures = [['cohesion', topic.cohesion], ['separation', topic.quality?.separation], ['stability', topic.quality?.stability]];
  const trend = trends?.topics.find((other) => other.topic === topic.id);
  node.append(
    el('div', { class: 'size' }),
    el('div', { class: 'title' }, el('h3', { dir: 'auto' }, topic.label), el('span', { class: 'number' }, plural(topic.size, 'paper'))),
    el('p', { class: 'keywords' }, ...topic.keywords.flatMap((word) => [el('span', {}, word), ' '])),
    el('p', { class: 'small muted figures' }, figures.filter(([, value]) => value != null).map(([name, value]) => `${name} ${value.toFixed(2)}`).join(' · ')),
    ...(trend && trends.years.length > 1 ? [sparkline(trend, trends.years)] : []), ...told, nearTopics(topic), topicActions(topic));
  return node;
}

/** The topics most like one. Each leads to the words that set the two apart. */
function nearTopics(topic) {
  const near = (topic.near ?? []).filter((other) => library.topic(other.topic));
  if (near.length === 0) return '';
  const item = ({ topic: id, similarity }) => el('li', {}, button([swatch(library.topic(id)), el('bdi', {}, library.topic(id).label),
    el('span', { class: 'muted number' }, similarity.toFixed(2))], () => { go({ apart: [topic.id, id] }); visit($('#apart summary')); },
  { 'aria-label': `${library.topic(id).label}, similarity ${similarity.toFixed(2)}: what sets the two apart` }));
  return el('div', { class: 'near' }, el('p', { class: 'small muted' }, 'Most like'), el('ul', {}, ...near.map(item)));
}

function topicActions(topic) {
  const member = (row) => el('li', {}, measure(library.strengths[row]), paperLink(row));
  const details = el('details', {
    toggle: () => details.children.length > 1 || details.append(pagedList(library.members(topic), member)),
  }, el('summary', {}, `All ${plural(topic.size, 'paper')} by strength`));
  const show = button('On the map', () => { go({ topics: new Set([topic.id]), side: 'topics' }); visit('#map'); });
  return el('div', { class: 'actions' }, details, show);
}

/** Groups within groups; what holds a single part is left out. A topic is told when it is opened. */
function topicTree(levels, topics = library.topics) {
  const leaf = (topic) => {
    const details = el('details', { toggle: () => details.children.length > 1 || details.append(topicArticle(topic)) },
      el('summary', {}, swatch(topic), ' ', el('bdi', {}, topic.label), ' ', el('span', { class: 'muted number' }, count(topic.size))));
    return el('li', {}, details);
  };
  const [level, ...finer] = levels;
  if (!level) return topics.map(leaf);
  const ids = new Set(topics.map(({ id }) => id));
  const groups = level.groups.map((group) => ({ ...group, topics: group.topics.filter((id) => ids.has(id)) })).filter((group) => group.topics.length);
  if (groups.length < 2) return topicTree(finer, topics);
  return groups.flatMap((group) => {
    const inside = group.topics.map((id) => library.topic(id)).filter(Boolean);
    if (inside.length < 2) return topicTree([], inside);
    return [el('li', {}, el('details', { open: '' }, el('summary', { class: 'branch' }, el('bdi', {}, group.label), ' ',
      el('span', { class: 'muted number' }, `${plural(inside.length, 'topic')}, ${plural(group.size, 'paper')}`)), el('ul', {}, ...topicTree(finer, inside))))];
  });
}

function showTopics() {
  const isTree = state.list === 'tree';
  for (const node of $$('#topic-views button')) node.setAttribute('aria-pressed', (node.dataset.list === 'tree') === isTree);
  $('#topic-list').replaceChildren(...(isTree
    ? [el('ul', { class: 'tree' }, ...topicTree(library.source.topics.levels ?? []))] : [el('div', { class: 'columns' }, ...library.topics.map(topicArticle))]));
}

function showEvidence() {
  const { evidence = [], k } = library.source.topics;
  if (evidence.length < 2) return;
  const most = Math.max(...evidence.map(({ worth }) => worth));
  const bar = (point) => el('li', {
    class: point.k === k ? 'chosen' : null,
    title: `${point.k} topics: halves of the papers agree ${point.agreement.toFixed(2)}, keywords cohere ${point.npmi.toFixed(2)}, silhouette ${point.silhouette.toFixed(3)}`,
  }, el('i', { style: `--share:${most > 0 ? (point.worth / most).toFixed(3) : 0}` }), String(point.k));
  $('#evidence').append(el('p', { class: 'small' }, 'What speaks for each number of topics'), el('ul', { class: 'evidence' }, ...evidence.map(bar)));
}

// ---- what sets two topics apart

async function showApart() {
  for (const [i, name] of ['apart-a', 'apart-b'].entries()) $(`#${name}`).value = state.apart?.[i] ?? '';
  const place = $('#apart-words');
  place.replaceChildren();
  if (!state.apart) return;
  $('#apart').open = true;
  const pair = state.apart.map((id) => library.topic(id));
  const asked = state.apart;
  try {
    const sides = await library.source.contrast(...pair);
    if (state.apart !== asked) return;
    const word = ({ word: text, papers }) => el('li', {}, el('span', { dir: 'auto' }, text), el('span', { class: 'muted number' }, ` ${count(papers)}`));
    place.replaceChildren(...sides.map((words, side) => el('div', { style: colourOf(pair[side]) },
      el('h3', { dir: 'auto' }, swatch(pair[side]), ' ', pair[side].label),
      words.length ? el('ol', {}, ...words.map(word)) : el('p', { class: 'muted' }, 'No word is used so much more here.'))));
  } catch (problem) { place.replaceChildren(sorry(problem)); }
}

function listenTopics() {
  const option = (topic) => el('option', { value: topic.id }, topic.label);
  for (const name of ['apart-a', 'apart-b']) {
    $(`#${name}`).append(el('option', { value: '' }, 'Choose a topic'), ...library.topics.map(option));
    $(`#${name}`).addEventListener('change', () => {
      const ids = ['apart-a', 'apart-b'].map((other) => $(`#${other}`).value);
      if (ids.every(Boolean)) go({ apart: ids[0] === ids[1] ? null : ids.map(Number) });
    });
  }
  for (const node of $$('#topic-views button')) node.addEventListener('click', () => go({ list: node.dataset.list }));
  $('#apart').hidden = library.topics.length < 2;
  $('#topic-views').hidden = !library.source.topics.levels?.length;
  if (library.topics.length === 0) $('#topics-lede').textContent = 'There are too few papers to group into topics.';
  showEvidence();
  library.source.trends().then((told) => { if (told) { trends = told; showTopics(); } }, () => { /* no years, no plot */ });
}
