// ---------- the card of one paper

/** The link of a paper, if it is an ordinary web address: other schemes could run code. */
function webAddress(text) {
  const url = text && URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol)
    ? el('a', { href: url.href, rel: 'noopener noreferrer', target: '_blank' }, url.hostname) : null;
}

function duplicateNote(row, group) {
  if (!group) return [];
  const others = group.papers.filter((id) => id !== library.ids[row]);
  const item = (id) => el('li', {}, el('span', { class: 'mark' }, id === group.keep ? 'keep' : 'repeat'), namedPaper(id), el('bdi', { class: 'muted' }, id));
  return [el('h3', {}, `Also here (${group.kind})`), el('ul', { class: 'records' }, ...others.map(item)),
    button('Compare them', () => showGroup(group), { class: 'small' })];
}

function kinList(kin) {
  if (kin.length === 0) return [];
  const item = (near) => el('li', {}, measure(near.similarity), el('span', {}, swatch(library.topicOf(near.row)), paperLink(near.row)));
  return [el('h3', {}, 'Nearest papers'), el('p', { class: 'small muted' }, 'with their similarity'), el('ol', { class: 'kin' }, ...kin.map(item))];
}

/** What is known at once; the rest is filled in when the source has told it. */
function fillCard(row) {
  const topic = library.topicOf(row);
  const [byline, origin] = [el('p', { class: 'byline' }), el('p', { class: 'origin' }, el('bdi', {}, library.ids[row]))];
  const abstract = el('p', { class: 'abstract', dir: 'auto' });
  const [copies, kin] = [el('div', { class: 'copies' }), el('div', {})];
  $('#card').replaceChildren(
    el('div', { class: 'card-top' }, el('span', { class: 'eyebrow' }, 'Paper'), button('Close', () => go({ row: -1 }), { class: 'small' })),
    el('h2', { id: 'card-title', tabindex: '-1', dir: 'auto' }, library.title(row)), byline, origin,
    ...(topic ? [button([swatch(topic), el('bdi', {}, topic.label),
      el('span', { class: 'muted number' }, `strength ${library.strengths[row].toFixed(2)}`)], () => go({ topics: new Set([topic.id]) }), { class: 'belongs' })] : []),
    likeButtons(row), abstract, copies, kin,
  );
  $('#card').scrollTop = 0;
  const isOpen = () => state.row === row;
  const told = (asked, fill) => asked.then((answer) => isOpen() && fill(answer), (problem) => isOpen() && $('#card').append(sorry(problem)));
  told(library.source.paper(row), (paper) => {
    byline.append(...spaced([
      paper.authors.length && el('bdi', {}, paper.authors.join(', ')), paper.venue && el('bdi', {}, paper.venue),
      paper.year && el('time', {}, String(paper.year)), webAddress(paper.url),
    ]));
    origin.append(' · ', el('bdi', {}, `${paper.source}:${paper.line}`));
    abstract.append(...marked(paper.abstract || 'No abstract.', termsOf(state.query)));
  });
  told(library.source.groupOf(row), (group) => copies.append(...duplicateNote(row, group)));
  map.tie([]);
  told(library.source.kin(row), (near) => { kin.append(...kinList(near)); map.tie(near); });
}

let opener = null;

function showCard(isFirst) {
  const card = $('#card');
  document.body.classList.toggle('with-card', state.row >= 0);
  if (state.row < 0) {
    const hadFocus = card.contains(document.activeElement);
    card.hidden = true;
    if (hadFocus && opener?.isConnected) opener.focus({ preventScroll: true });
    return;
  }
  if (!isFirst && !card.contains(document.activeElement)) opener = document.activeElement;
  fillCard(state.row);
  card.hidden = false;
  if (!isFirst) $('#card-title').focus({ preventScroll: true });
  map.reveal(state.row, card.getBoundingClientRect());
}
