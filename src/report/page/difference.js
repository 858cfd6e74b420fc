// ---------- two records side by side, with the words that differ marked

/** Cells of the table of common words above which two texts are shown unmarked: some 4,000 words each. */
const MOST_CELLS = 16_000_000;

/** Which tokens of two lists are not in their longest common subsequence, by the table of Wagner and Fischer (1974). */
function differing(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [n, m] = [a.length - start - end, b.length - start - end];
  const marks = [new Uint8Array(a.length), new Uint8Array(b.length)];
  if (n * m > MOST_CELLS) return marks;
  const width = m + 1;
  const common = new Uint16Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i -= 1) {
    for (let j = m - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      common[at] = a[start + i] === b[start + j] ? common[at + width + 1] + 1 : Math.max(common[at + width], common[at + 1]);
    }
  }
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && a[start + i] === b[start + j]) { i += 1; j += 1; }
    else if (j === m || (i < n && common[(i + 1) * width + j] >= common[i * width + j + 1])) { marks[0][start + i] = 1; i += 1; }
    else { marks[1][start + j] = 1; j += 1; }
  }
  return marks;
}

/** Two texts as nodes; words that the other has not are marked with `tag`. Case and signs around words count. */
function differences(first, second) {
  const tokens = [first, second].map((text) => text.match(/\S+\s*/g) ?? []);
  const marks = differing(...tokens.map((list) => list.map((token) => token.trim())));
  return tokens.map((list, side) => {
    const nodes = [];
    for (let i = 0; i < list.length;) {
      let end = i;
      while (end < list.length && marks[side][end] === marks[side][i]) end += 1;
      const text = list.slice(i, end).join('');
      nodes.push(marks[side][i] ? el(side ? 'ins' : 'del', {}, text) : text);
      i = end;
    }
    return nodes;
  });
}

const COMPARED = [
  ['Title', (paper) => paper.title], ['Authors', (paper) => paper.authors.join(', ')], ['Year', (paper) => String(paper.year ?? '')],
  ['Venue', (paper) => paper.venue ?? ''], ['Pages', (paper) => [paper.volume, paper.issue, paper.pages].filter(Boolean).join(', ')],
  ['DOI', (paper) => paper.doi ?? ''], ['Abstract', (paper) => paper.abstract],
];

/** A table of two records. */
async function sideBySide(ids) {
  const papers = await Promise.all(ids.map((id) => library.source.paper(library.rowOf(id))));
  const line = ([name, read]) => {
    const texts = papers.map(read);
    if (!texts.some(Boolean)) return null;
    return el('tr', {}, el('th', { scope: 'row' }, name), ...differences(...texts).map((nodes) => el('td', { dir: 'auto' }, ...nodes)));
  };
  const head = papers.map((paper) => el('th', { scope: 'col' }, el('bdi', {}, paper.id), el('span', { class: 'muted' }, el('bdi', {}, `${paper.source}:${paper.line}`))));
  const table = el('table', { class: 'beside' },
    el('caption', { class: 'hidden-text' }, 'Two records side by side; words that only one has are marked'),
    el('thead', {}, el('tr', {}, el('td'), ...head)), el('tbody', {}, ...COMPARED.map(line)));
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Two records side by side' }, table);
}
