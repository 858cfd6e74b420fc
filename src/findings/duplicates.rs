//! Which records are the same paper: copies by their words, near copies by neighbours that are compared word by word.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::index::Index;
use crate::paper::{words, Paper};
use crate::vectors::{root, Similarity, Vectors};

use super::copies::Copies;

/// Neighbours of each paper that are compared with it.
const NEIGHBORS: usize = 10;

/// Words in a row that two texts must share to count as shared text.
const SHINGLE: usize = 4;

/// Fewest words of an abstract that make its overlap worth something.
const FEWEST_WORDS: usize = 20;

/// Share of the shorter text that is also in the other from which two records are near copies.
const NEAR_OVERLAP: f32 = 0.5;

/// Share of the words of both titles that they must have in common for [`NEAR_OVERLAP`] to be enough.
const LIKE_TITLES: f32 = 0.5;

/// The overlap, and the fewest words of both abstracts, that make records with unlike titles near copies all the same.
const RETITLED_OVERLAP: f32 = 0.7;
const RETITLED_WORDS: usize = 60;

/// Records that have a run of words from which on it is taken for boilerplate, which says nothing of two of them.
const BOILERPLATE_RECORDS: u32 = 10;

/// Words of titles that mark a notice about a paper; its text is mostly the publisher's.
const NOTICE_WORDS: [&str; 10] = [
    "retraction",
    "retracted",
    "erratum",
    "errata",
    "corrigendum",
    "correction",
    "protocol",
    "comment",
    "reply",
    "editorial",
];

/// The same for records with one title, which are then versions of one work.
const VERSION_OVERLAP: f32 = 0.15;

/// Overlap from which a pair is shown to the user although it is not taken as the same.
const REVIEW_OVERLAP: f32 = 0.25;

/// How two records are the same paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The same words.
    Exact,
    /// The same text, lightly edited, cut or marked up otherwise.
    Near,
    /// The same work with a changed text.
    Version,
}

impl Kind {
    /// The kind as it is written in output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Exact => "exact",
            Kind::Near => "near",
            Kind::Version => "version",
        }
    }
}

/// Whether a pair may be merged unseen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Safe to merge.
    Same,
    /// A person should look.
    Review,
}

impl Verdict {
    /// The verdict as it is written in output.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::Review => "review",
        }
    }
}

/// Two records, and what speaks for their being one paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Row of the first record.
    pub a: usize,
    /// Row of the second, `b > a`.
    pub b: usize,
    /// How they are the same.
    pub kind: Kind,
    /// Similarity of their vectors.
    pub similarity: Similarity,
    /// Share of the shorter text's word runs that the other has too, in `[0, 1]`.
    pub text_overlap: f32,
    /// Whether a person should look.
    pub verdict: Verdict,
    /// What was seen, in words.
    pub reasons: Vec<String>,
}

/// Records that are one paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The loosest kind among the pairs that hold it together.
    pub kind: Kind,
    /// Row of the record to keep.
    pub keep: usize,
    /// Rows, ascending.
    pub papers: Vec<usize>,
    /// Similarity of the two records that are least alike.
    pub weakest_similarity: Similarity,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Duplicates {
    /// By kind, then by first row.
    pub groups: Vec<Group>,
    /// By kind and verdict, most overlap first, then by rows.
    pub pairs: Vec<Pair>,
}

impl Duplicates {
    /// Records beyond the one to keep of each group.
    pub fn surplus(&self) -> usize {
        self.groups.iter().map(|group| group.papers.len() - 1).sum()
    }
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicateParams {
    /// Kinds wanted.
    pub kinds: Vec<Kind>,
    /// Similarity from which two papers are compared word by word, in `[-1, 1]`.
    pub min_similarity: f32,
}

impl DuplicateParams {
    fn check(&self) -> Result<()> {
        if (-1.0..=1.0).contains(&self.min_similarity) {
            return Ok(());
        }
        let (name, expected) = ("--min-similarity", "a number from -1 to 1".to_owned());
        Err(Error::InvalidParameter { name, value: self.min_similarity.to_string(), expected })
    }
}

impl Default for DuplicateParams {
    fn default() -> Self {
        DuplicateParams { kinds: vec![Kind::Exact, Kind::Near, Kind::Version], min_similarity: 0.75 }
    }
}

/// Finds records that are the same paper. Row `i` of `papers`, `vectors` and `index` is the same paper.
///
/// # Errors
/// [`Error::InvalidParameter`] if the least similarity is outside `[-1, 1]`; as [`Index::search`].
pub fn find(
    papers: &[Paper],
    vectors: &Vectors,
    index: &dyn Index,
    copies: &Copies,
    params: &DuplicateParams,
) -> Result<Duplicates> {
    params.check()?;
    let mut pairs: Vec<Pair> = copies.groups().flat_map(|rows| exact_pairs(rows, vectors)).collect();
    let mut texts: Vec<Text> = papers.par_iter().map(Text::of).collect();
    drop_boilerplate(&mut texts, copies);
    let candidates = candidates(vectors, index, copies, params.min_similarity)?;
    let judged: Vec<Pair> =
        candidates.par_iter().filter_map(|&(a, b)| judge(a, b, &texts, vectors.similarity(a, b))).collect();
    pairs.extend(judged);
    pairs.retain(|pair| params.kinds.contains(&pair.kind));
    pairs.sort_by(|x, y| {
        let order = |p: &Pair| (p.verdict == Verdict::Review, p.kind);
        order(x).cmp(&order(y)).then(y.text_overlap.total_cmp(&x.text_overlap)).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    let groups = group(papers, vectors, &pairs);
    Ok(Duplicates { groups, pairs })
}

/// The copies of one paper, each paired with the first.
fn exact_pairs<'a>(rows: &'a [usize], vectors: &'a Vectors) -> impl Iterator<Item = Pair> + 'a {
    rows.iter().skip(1).map(move |&b| Pair {
        a: rows[0],
        b,
        kind: Kind::Exact,
        similarity: vectors.similarity(rows[0], b),
        text_overlap: 1.0,
        verdict: Verdict::Same,
        reasons: vec!["same text".to_owned()],
    })
}

/// Pairs of near papers, one of each group of copies standing for it; ascending.
fn candidates(
    vectors: &Vectors,
    index: &dyn Index,
    copies: &Copies,
    min_similarity: f32,
) -> Result<BTreeSet<(usize, usize)>> {
    let firsts: Vec<usize> = (0..vectors.len()).filter(|&row| copies.first(row) == row).collect();
    let is_first = |row: usize| copies.first(row) == row;
    let near: Vec<Vec<(usize, usize)>> = firsts
        .par_iter()
        .map(|&row| {
            let found = index.search(vectors.row(row), NEIGHBORS + 1, Some(&is_first))?;
            let close = found.into_iter().filter(|n| n.row != row && n.similarity.value() >= min_similarity);
            Ok(close.map(|n| (row.min(n.row), row.max(n.row))).collect())
        })
        .collect::<Result<_>>()?;
    Ok(near.into_iter().flatten().collect())
}

/// The words of a paper, ready to be compared.
struct Text {
    title: Vec<String>,
    /// Runs of words of the abstract.
    shingles: BTreeSet<u64>,
    /// Words of the abstract.
    length: usize,
}

impl Text {
    fn of(paper: &Paper) -> Self {
        let body = words(&paper.abstract_text);
        let shingles = body.windows(SHINGLE).map(|run| {
            let hash = blake3::hash(run.join(" ").as_bytes());
            hash.as_bytes()[..8].iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
        });
        Text { title: words(&paper.title), shingles: shingles.collect(), length: body.len() }
    }

    /// Share of the smaller set of word runs that is also in the other, in `[0, 1]`; 0 if one of them is too short.
    fn overlap(&self, other: &Text) -> f32 {
        let smaller = self.shingles.len().min(other.shingles.len());
        if smaller == 0 || self.length.min(other.length) < FEWEST_WORDS {
            return 0.0;
        }
        self.shingles.intersection(&other.shingles).count() as f32 / smaller as f32
    }

    /// Share of the words of both titles that they have in common, in `[0, 1]`; 1 where a title is missing.
    fn title_overlap(&self, other: &Text) -> f32 {
        let (a, b): (BTreeSet<&String>, BTreeSet<&String>) =
            (self.title.iter().collect(), other.title.iter().collect());
        if a.is_empty() || b.is_empty() {
            return 1.0;
        }
        a.intersection(&b).count() as f32 / a.union(&b).count() as f32
    }

    /// Words of the title that count or number: parts, years, editions.
    fn numbers(&self) -> BTreeSet<&str> {
        const ROMAN: [&str; 9] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
        let is_number = |word: &&str| word.chars().any(|c| c.is_ascii_digit()) || ROMAN.contains(word);
        self.title.iter().map(String::as_str).filter(is_number).collect()
    }

    fn is_notice(&self) -> bool {
        self.title.iter().any(|word| NOTICE_WORDS.contains(&word.as_str()))
    }
}

/// Takes word runs that many records share out of all of them.
fn drop_boilerplate(texts: &mut [Text], copies: &Copies) {
    let mut records: HashMap<u64, u32> = HashMap::new();
    for (_, text) in texts.iter().enumerate().filter(|(row, _)| copies.first(*row) == *row) {
        text.shingles.iter().for_each(|&shingle| *records.entry(shingle).or_default() += 1);
    }
    texts.par_iter_mut().for_each(|text| {
        text.shingles.retain(|shingle| records.get(shingle).is_none_or(|&count| count < BOILERPLATE_RECORDS));
    });
}

/// Compares two records; `None` if they are different papers.
fn judge(a: usize, b: usize, texts: &[Text], similarity: Similarity) -> Option<Pair> {
    let (first, second) = (&texts[a], &texts[b]);
    let overlap = first.overlap(second);
    let same_title = first.title == second.title && first.title.len() > 3;
    let like_titles = first.title_overlap(second) >= LIKE_TITLES;
    let is_retitled = overlap >= RETITLED_OVERLAP && first.length.min(second.length) >= RETITLED_WORDS;
    let mut reasons = vec![format!("{:.0} % of the shorter abstract is in both", 100.0 * overlap)];
    reasons.push(if same_title { "same title" } else { "different titles" }.to_owned());
    let (kind, mut verdict) = match (same_title, overlap) {
        (true, o) if o >= NEAR_OVERLAP => (Kind::Near, Verdict::Same),
        (true, o) if o >= VERSION_OVERLAP => (Kind::Version, Verdict::Same),
        (false, o) if o >= NEAR_OVERLAP && (like_titles || is_retitled) => (Kind::Near, Verdict::Same),
        (false, o) if o >= NEAR_OVERLAP => (Kind::Near, Verdict::Review),
        (true, _) => (Kind::Version, Verdict::Review),
        (false, o) if o >= REVIEW_OVERLAP => (Kind::Version, Verdict::Review),
        _ => return None,
    };
    if !same_title && first.numbers() != second.numbers() {
        verdict = Verdict::Review;
        reasons.push("the titles have other numbers".to_owned());
    }
    if !same_title && (first.is_notice() || second.is_notice()) {
        verdict = Verdict::Review;
        reasons.push("a title is that of a notice or protocol".to_owned());
    }
    Some(Pair { a, b, kind, similarity, text_overlap: overlap, verdict, reasons })
}

/// Joins records whose pairs are the same; by kind, then first row.
fn group(papers: &[Paper], vectors: &Vectors, pairs: &[Pair]) -> Vec<Group> {
    let same: Vec<&Pair> = pairs.iter().filter(|pair| pair.verdict == Verdict::Same).collect();
    let mut parent: Vec<usize> = (0..papers.len()).collect();
    for pair in &same {
        let (a, b) = (root(&mut parent, pair.a), root(&mut parent, pair.b));
        parent[a.max(b)] = a.min(b);
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for row in 0..papers.len() {
        members.entry(root(&mut parent, row)).or_default().push(row);
    }
    let mut kinds: BTreeMap<usize, Kind> = BTreeMap::new();
    for pair in &same {
        let kind = kinds.entry(root(&mut parent, pair.a)).or_insert(pair.kind);
        *kind = (*kind).max(pair.kind);
    }
    let mut groups: Vec<Group> = kinds
        .into_iter()
        .filter_map(|(first, kind)| {
            let papers_of_group = members.remove(&first)?;
            let keep = papers_of_group.iter().copied().min_by_key(|&row| keep_order(&papers[row]))?;
            Some(Group { kind, keep, weakest_similarity: weakest(vectors, &papers_of_group), papers: papers_of_group })
        })
        .collect();
    groups.sort_by_key(|group| (group.kind, group.papers[0]));
    groups
}

/// What makes a record worth keeping, best first: a DOI, a longer abstract, more metadata, then the id.
fn keep_order(paper: &Paper) -> impl Ord {
    let filled = [
        !paper.authors.is_empty(),
        paper.year.is_some(),
        paper.venue.is_some(),
        paper.url.is_some(),
        paper.arxiv_id.is_some(),
    ];
    let metadata = filled.into_iter().filter(|&is_there| is_there).count();
    (paper.doi.is_none(), Reverse(paper.abstract_text.len()), Reverse(metadata), paper.id.clone())
}

/// The least similarity between any two of the rows.
fn weakest(vectors: &Vectors, rows: &[usize]) -> Similarity {
    let distinct = vectors.select(rows).distinct().firsts;
    let mut least = Similarity::new(1.0);
    for (i, &a) in distinct.iter().enumerate() {
        for &b in &distinct[i + 1..] {
            least = least.min(vectors.similarity(rows[a], rows[b]));
        }
    }
    least
}
