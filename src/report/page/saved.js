// ---------- a saved report as a source: all that is known is in the page

class SavedSource {
  constructor(report) {
    const { papers, topics, duplicates, overview, pairs } = report;
    Object.assign(this, { papers, topics, overview, found: duplicates, pairs, isLive: false, texts: null, listing: null });
    this.rows = new Map(papers.map((paper, row) => [paper.id, row]));
    const place = (key) => Float32Array.from(papers, (paper) => (Number.isFinite(paper[key]) ? paper[key] : 0.5));
    this.columns = {
      ids: papers.map((paper) => paper.id), titles: papers.map((paper) => paper.title),
      x: place('x'), y: place('y'), strengths: papers.map((paper) => paper.strength), topics: papers.map((paper) => paper.topic),
      years: papers.map((paper) => paper.year ?? 0),
      facets: {
        venue: Facet.of(papers, (paper) => paper.venue), category: Facet.of(papers, (paper) => paper.categories),
        source: Facet.of(papers, (paper) => paper.source),
      },
    };
    this.groups = new Map(duplicates.groups.flatMap((group) => group.papers.map((id) => [this.rows.get(id), group])));
  }

  async paper(row) { return this.papers[row]; }

  async kin(row) {
    return this.papers[row].near.map(([id, similarity]) => ({ row: this.rows.get(id), similarity }));
  }

  async groupOf(row) { return this.groups.get(row); }

  async duplicates(offset = 0, limit = Infinity) {
    const { groups, pairs } = this.found;
    const review = pairs.filter((pair) => pair.verdict === 'review');
    const part = (list) => list.slice(offset, offset + limit);
    return { groups: part(groups), pairs, review: part(review), total: groups.length, totalReview: review.length };
  }

  async trends() { return this.topics.over_time; }

  /** Papers near those that are liked, as far as the lists go, or else those that hold all words of the text. */
  async ask({ text, like, unlike, passes }) {
    const ranked = like.length ? this.near(like) : this.search(text);
    const dislike = this.dislike(unlike);
    const wanted = ranked.filter(({ row, similarity = 0 }) => (!passes || passes[row]) && !(dislike.get(row) >= similarity));
    return { results: this.folded(wanted), kind: like.length ? 'near' : 'words' };
  }

  /** Versions of one paper are one answer: the first, which names the others. */
  folded(ranked) {
    const leaders = new Map();
    const results = [];
    for (const answer of ranked) {
      const group = this.groups.get(answer.row);
      const leader = group && leaders.get(group);
      if (leader) { leader.also.push(answer.row); continue; }
      const result = { ...answer, also: [], percentile: this.percentile(answer.similarity) };
      if (group) leaders.set(group, result);
      results.push(result);
    }
    return results;
  }

  /** Share of random pairs of papers that are less similar, in percent. */
  percentile(similarity) {
    const { pairs } = this;
    if (similarity == null || !pairs?.length) return undefined;
    const above = pairs.findIndex((pair) => pair.similarity > similarity);
    if (above === 0) return 0;
    if (above < 0) return pairs.at(-1).percentile;
    const [low, high] = [pairs[above - 1], pairs[above]];
    return low.percentile + (high.percentile - low.percentile) * (similarity - low.similarity) / (high.similarity - low.similarity);
  }

  /** How well a paper answers one term: a title counts more than the rest, the start of a word more than its inside. */
  weigh(row, term) {
    this.texts ??= this.papers.map(({ id, title, abstract, authors, venue }) => (
      { id: fold(id), title: fold(title), rest: fold([abstract, ...authors, venue ?? '', id].join('\n')) }
    ));
    const text = this.texts[row];
    const at = (where) => {
      const place = where.indexOf(term);
      return place < 0 ? 0 : place === 0 || /[^\p{L}\p{N}]/u.test(where[place - 1]) ? 2 : 1;
    };
    return (text.id === term ? 100 : 0) + 4 * at(text.title) + at(text.rest);
  }

  /** The papers that hold every term, best first. */
  search(query) {
    const terms = termsOf(query);
    const found = [];
    for (let row = 0; terms.length && row < this.papers.length; row += 1) {
      let total = 0;
      for (const term of terms) {
        const weight = this.weigh(row, term);
        total = weight && total + weight;
        if (!total) break;
      }
      if (total) found.push({ row, total });
    }
    found.sort((a, b) => b.total - a.total || a.row - b.row);
    return found.map(({ row }) => ({ row, excerpt: excerpt(this.papers[row].abstract, terms) }));
  }

  /** The papers in the list of a paper, and those in whose lists it is, with their similarities. */
  around(row) {
    if (!this.listing) {
      this.listing = this.papers.map((paper) => new Map(paper.near.map(([id, similarity]) => [this.rows.get(id), similarity])));
      this.listing.map((list) => [...list]).forEach((list, from) => {
        for (const [to, similarity] of list) this.listing[to].set(from, similarity);
      });
    }
    return this.listing[row];
  }

  /** Papers around those that are liked, near to most of them first; then those one step on, without a similarity. */
  near(like) {
    const around = new Map();
    for (const row of like) for (const [near, similarity] of this.around(row)) around.set(near, [...around.get(near) ?? [], similarity]);
    const further = new Map();
    for (const [row, [similarity]] of around) {
      for (const [next, step] of this.around(row)) {
        if (!around.has(next)) further.set(next, Math.max(further.get(next) ?? 0, similarity * step));
      }
    }
    const asked = new Set(like);
    const own = new Set(like.map((row) => this.groups.get(row)).filter(Boolean));
    const total = (list) => list.reduce((a, b) => a + b, 0);
    const order = (rows, worth) => [...rows.keys()].filter((row) => !asked.has(row) && !own.has(this.groups.get(row)))
      .sort((a, b) => worth(b) - worth(a) || a - b);
    const known = (list) => (list.length === like.length ? total(list) / list.length : undefined);
    return [
      ...order(around, (row) => total(around.get(row))).map((row) => ({ row, similarity: known(around.get(row)) })),
      ...order(further, (row) => further.get(row)).map((row) => ({ row })),
    ];
  }

  /** What is disliked, and how near papers around it are to it. */
  dislike(unlike) {
    const found = new Map();
    for (const row of unlike) {
      found.set(row, 1);
      for (const [near, similarity] of this.around(row)) found.set(near, Math.max(found.get(near) ?? 0, similarity));
    }
    return found;
  }

  /** Words that set two topics apart. */
  async contrast(a, b) {
    const texts = [a, b].map((topic) => topic.papers.map(({ id }) => this.papers[this.rows.get(id)]).filter(Boolean));
    return contrastWords(...texts.map((papers) => papers.map(({ title, abstract }) => `${title} ${abstract}`)));
  }
}

/** Words that are told of each side at most, papers that must hold one, and the share of all that must not. */
const TOLD_WORDS = 10;
const FEWEST_PAPERS = 3;
const TOO_COMMON = 0.5;
/** Deviations from which on a difference is told: 5 % of words without one pass. */
const SURE = 1.96;

/**
 * The words that more papers of one side hold than of the other, by log-odds with a prior of all papers over its deviation
 * (Monroe, Colaresi and Quinn 2008, Political Analysis 16, section 3.5.1).
 */
function contrastWords(...sides) {
  const counts = sides.map((texts) => {
    const papers = new Map();
    for (const text of texts) {
      for (const word of new Set(text.toLowerCase().match(/\p{L}[\p{L}\p{N}-]{2,}/gu))) papers.set(word, (papers.get(word) ?? 0) + 1);
    }
    return papers;
  });
  const words = [];
  for (const word of new Set(counts.flatMap((papers) => [...papers.keys()]))) {
    const papers = counts.map((side) => side.get(word) ?? 0);
    const all = papers[0] + papers[1];
    const share = all / (sides[0].length + sides[1].length);
    if (all < FEWEST_PAPERS || share > TOO_COMMON) continue;
    const odds = papers.map((n, i) => Math.log((n + share) / (sides[i].length - n + 1 - share)));
    words.push({ word, papers, z: (odds[0] - odds[1]) / Math.sqrt(1 / (papers[0] + share) + 1 / (papers[1] + share)) });
  }
  words.sort((x, y) => y.z - x.z || (x.word < y.word ? -1 : 1));
  const first = words.filter(({ z }) => z > SURE).slice(0, TOLD_WORDS);
  const second = words.filter(({ z }) => z < -SURE).reverse().slice(0, TOLD_WORDS);
  return [first, second].map((told, side) => told.map(({ word, papers }) => ({ word, papers: papers[side] })));
}
