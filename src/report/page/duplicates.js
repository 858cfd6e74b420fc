// ---------- duplicates: groups, pairs to review, and what was decided

/** Groups that are shown at a time. */
const GROUPS = 24;

let pairs = new Map();
let decided = new Map();

const pairKey = (a, b) => JSON.stringify([a, b].sort());

/** What was seen of a pair. */
function pairNote(pair) {
  const parts = [...pair.reasons, `similarity ${pair.similarity.toFixed(3)}`, `text overlap ${pair.text_overlap.toFixed(2)}`];
  if (pair.earlier) parts.push(`${pair.earlier} is earlier`);
  if (pair.verdict === 'review') parts.push('to review');
  return parts.join(', ');
}

/** The buttons of a pair: "same" and "not the same" are remembered by the library, and can be taken back. */
function decisionButtons(a, b) {
  if (!library.isLive) return null;
  const note = el('span', { class: 'small muted', role: 'status' });
  const choice = ([verdict, label]) => button(label, async () => {
    try {
      await library.source.decide(a, b, verdict);
      if (verdict === 'undecided') decided.delete(pairKey(a, b));
      else decided.set(pairKey(a, b), verdict);
      note.textContent = verdict === 'undecided' ? 'Taken back.' : 'Remembered.';
    } catch (problem) { note.textContent = problem.message; }
    showDecided();
  }, { class: 'small', 'data-verdict': verdict, 'aria-pressed': (decided.get(pairKey(a, b)) ?? 'undecided') === verdict });
  const choices = [['same', 'Same paper'], ['not same', 'Not the same'], ['undecided', 'Undecided']];
  return el('span', { class: 'verdicts', role: 'group', 'aria-label': `Are ${a} and ${b} the same paper?`, 'data-pair': pairKey(a, b) }, ...choices.map(choice), note);
}

/** A button that opens two records side by side below it. */
function comparison(a, b) {
  const place = el('div', { class: 'compared', hidden: '' });
  const open = button('Compare', async () => {
    place.hidden = !place.hidden;
    open.setAttribute('aria-expanded', !place.hidden);
    open.closest('.group').classList.toggle('wide', $$('.compared:not([hidden])', open.closest('.group')).length > 0);
    if (place.childElementCount) return;
    try { place.append(await sideBySide([a, b])); } catch (problem) { place.append(sorry(problem)); }
  }, { class: 'small', 'aria-expanded': 'false', 'aria-label': `Compare ${a} and ${b}` });
  return [open, place];
}

function groupArticle(group) {
  const { keep } = group;
  const others = group.papers.filter((id) => id !== keep);
  const record = (id) => {
    const pair = pairs.get(pairKey(keep, id));
    const isSame = library.title(library.rowOf(id)) === library.title(library.rowOf(keep));
    const [open, place] = comparison(keep, id);
    return el('li', {}, el('span', { class: 'mark' }, 'repeat'), isSame ? null : el('p', {}, namedPaper(id)), el('bdi', {}, id),
      pair ? el('p', { class: 'muted' }, pairNote(pair)) : null, el('div', { class: 'decide' }, open, decisionButtons(keep, id)), place);
  };
  const weakest = group.papers.length > 2 ? el('p', { class: 'reasons' }, `Weakest similarity ${group.weakest_similarity.toFixed(3)}, of `,
    el('bdi', {}, group.weakest[0]), ' and ', el('bdi', {}, group.weakest[1])) : null;
  return el('article', { class: 'group', tabindex: '-1', 'data-group': keep },
    el('p', { class: 'eyebrow' }, group.kind), el('h3', { dir: 'auto' }, namedPaper(keep)),
    el('ul', { class: 'records' }, el('li', { class: 'keep' }, el('span', { class: 'mark' }, 'keep'), el('bdi', {}, keep)), ...others.map(record)), weakest);
}

function reviewItem(pair) {
  const [open, place] = comparison(pair.a, pair.b);
  return el('li', { class: 'group' }, el('p', { class: 'eyebrow' }, pair.kind),
    ...[pair.a, pair.b].map((id) => el('h4', { dir: 'auto' }, namedPaper(id))),
    el('p', { class: 'reasons' }, pairNote(pair)), el('div', { class: 'decide' }, open, decisionButtons(pair.a, pair.b)), place);
}

/** The decisions there are, in the list of them and on the buttons of their pairs. */
function showDecided() {
  for (const node of $$('.verdicts')) {
    const verdict = decided.get(node.dataset.pair) ?? 'undecided';
    for (const choice of $$('[data-verdict]', node)) choice.setAttribute('aria-pressed', choice.dataset.verdict === verdict);
  }
  const item = ([key, verdict]) => {
    const [a, b] = JSON.parse(key);
    return el('li', {}, el('p', {}, namedPaper(a), el('span', { class: 'muted' }, verdict === 'same' ? ' is the same as ' : ' is not the same as '), namedPaper(b)),
      decisionButtons(a, b));
  };
  // A list that the focus is in stays as it is: a decision taken back can be given again.
  if ($('#decided').contains(document.activeElement)) return;
  $('#decided').hidden = decided.size === 0;
  $('#decided-list').replaceChildren(...[...decided].map(item));
}

function remember(found) {
  for (const pair of found) pairs.set(pairKey(pair.a, pair.b), pair);
}

/** The next part of the groups, or of the pairs to review. A decision may have moved them, so all are asked for again. */
async function grow(list, more, { key, item, total, noun }) {
  more.disabled = true;
  const found = await library.source.duplicates(0, list.children.length + GROUPS);
  remember(found.pairs);
  const name = ({ papers, a, b }) => JSON.stringify(papers ?? [a, b]);
  const shown = new Set(Array.from(list.children, (node) => node.dataset.name));
  const fresh = found[key].filter((one) => !shown.has(name(one)));
  list.append(...fresh.map((one) => { const node = item(one); node.dataset.name = name(one); return node; }));
  const rest = Math.max(0, found[total] - list.children.length);
  more.hidden = rest === 0;
  more.disabled = false;
  more.textContent = `${count(rest)} more ${noun}`;
  return found;
}

const growGroups = () => grow($('#groups'), $('#more-groups'), { key: 'groups', item: groupArticle, total: 'total', noun: 'groups' });
const growReview = () => grow($('#review-list'), $('#more-review'), { key: 'review', item: reviewItem, total: 'totalReview', noun: 'pairs' });

async function showDuplicates() {
  try {
    if (library.isLive) decided = new Map((await library.source.decisions()).map(({ a, b, verdict }) => [pairKey(a, b), verdict]));
    const { total, totalReview } = await growGroups();
    $('#duplicates-lede').replaceChildren(...(total ? [`${plural(total, 'duplicate group')}. `, el('em', {}, 'Exact'), ': the same text. ', el('em', {}, 'Near'),
      ': the same text but for small changes. ', el('em', {}, 'Version'), ': an earlier or later form of one paper. Similarity is the cosine, from −1 to 1.']
      : ['No paper was found more than once.']));
    $('#save-duplicates').hidden = total + totalReview === 0;
    $('#review').hidden = totalReview === 0;
    await growReview();
    showDecided();
  } catch (problem) { $('#duplicates-lede').replaceChildren(sorry(problem)); }
}

/** Brings a group into view, with those before it. */
async function showGroup(group) {
  visit('#duplicates');
  await duplicatesShown;
  const shown = () => $(`[data-group="${CSS.escape(group.keep)}"]`);
  while (!shown() && !$('#more-groups').hidden) await growGroups();
  if (shown()) visit(shown());
}

/** All groups and pairs, as the command `duplicates` writes them, or a table of each record and what it repeats. */
async function saveDuplicates(format) {
  const { groups, pairs: all } = await library.source.duplicates();
  if (format === 'json') { download('duplicates.json', 'application/json', JSON.stringify({ groups, pairs: all }, null, 1)); return; }
  const lines = groups.flatMap((group) => group.papers.map((id) => csvLine([group.keep, id, id === group.keep ? 'keep' : 'repeat', group.kind,
    library.title(library.rowOf(id))])));
  download('duplicates.csv', 'text/csv', csvLine(['group', 'id', 'place', 'kind', 'title']) + lines.join(''));
}

let duplicatesShown = null;

function listenDuplicates() {
  let begin = null;
  duplicatesShown = new Promise((resolve) => { begin = resolve; });
  // A server looks for duplicates when they are first asked for; a saved report has them.
  if (library.isLive) whenSeen($('#duplicates'), () => showDuplicates().then(begin));
  else showDuplicates().then(begin);
  $('#more-groups').addEventListener('click', growGroups);
  $('#more-review').addEventListener('click', growReview);
  for (const node of $$('[data-save]')) node.addEventListener('click', () => saveDuplicates(node.dataset.save));
}
