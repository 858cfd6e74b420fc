//! Which records are the same paper: candidates from keys, buckets and neighbours, each judged by itself, and groups in
//! which all agree.

mod candidates;
mod groups;
mod judge;
mod keep;
mod measure;
mod minhash;
mod names;
mod place;
mod record;
#[cfg(test)]
mod tests;
mod titles;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::index::Index;
use crate::paper::Paper;
use crate::vectors::{Similarity, Vectors};

use record::Record;

pub use judge::{same_work, Judgement};
pub use keep::{merged, KeepRule};
pub use measure::{harmonic, measure, Counts, JudgedPair, Measured};

/// Records of a group of which every pair is compared to find its weakest; of more, the first stand for all.
const WEAKEST_OF: usize = 100;

/// How two records are the same paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The same words.
    Exact,
    /// The same text, lightly edited, cut or marked up otherwise.
    Near,
    /// The same work with a changed text.
    Version,
    /// Different works that share much text. Never merged.
    Overlap,
}

impl Kind {
    /// The kind as it is written in output.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Exact => "exact",
            Kind::Near => "near",
            Kind::Version => "version",
            Kind::Overlap => "overlap",
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
    /// Row of the earlier version, where years or places show it.
    pub earlier: Option<usize>,
}

/// Records that are one paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The loosest kind among the pairs that hold it together.
    pub kind: Kind,
    /// Row of the record to keep; of two collections one of the first.
    pub keep: usize,
    /// Rows, ascending.
    pub papers: Vec<usize>,
    /// The two records that are least alike.
    pub weakest: (usize, usize),
    /// Their similarity.
    pub weakest_similarity: Similarity,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Duplicates {
    /// By kind, then by first row.
    pub groups: Vec<Group>,
    /// By verdict and kind, most overlap first, then by rows.
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
    /// Which record of a group to keep.
    pub keep: KeepRule,
}

impl DuplicateParams {
    /// Whether they can be used.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the least similarity is outside `[-1, 1]`.
    pub fn check(&self) -> Result<()> {
        if (-1.0..=1.0).contains(&self.min_similarity) {
            return Ok(());
        }
        let (name, expected) = ("--min-similarity", "a number from -1 to 1".to_owned());
        Err(Error::InvalidParameter { name, value: self.min_similarity.to_string(), expected })
    }
}

impl Default for DuplicateParams {
    fn default() -> Self {
        let kinds = vec![Kind::Exact, Kind::Near, Kind::Version];
        DuplicateParams { kinds, min_similarity: 0.75, keep: KeepRule::default() }
    }
}

/// Papers in which to look. Row `i` of `papers` and `vectors` is the same paper; `index` holds the first rows. If it holds
/// not all, the others are a second collection, and only pairs of a paper of each are looked for.
#[derive(Clone, Copy)]
pub struct Collection<'a> {
    /// `n` papers.
    pub papers: &'a [Paper],
    /// Their `n` vectors.
    pub vectors: &'a Vectors,
    /// The index over all, or over the first collection.
    pub index: &'a dyn Index,
}

impl Collection<'_> {
    fn is_against(&self) -> bool {
        self.index.len() < self.papers.len()
    }

    fn is_wanted(&self, a: usize, b: usize) -> bool {
        let is_second = |row: usize| row >= self.index.len();
        a != b && (!self.is_against() || is_second(a) != is_second(b))
    }
}

/// What the user has decided about two rows `a < b`: whether they are the same paper.
pub type Decided = BTreeMap<(usize, usize), bool>;

/// Finds records that are the same paper. What the user has decided wins over what is found.
///
/// # Errors
/// [`Error::InvalidParameter`] if the least similarity is outside `[-1, 1]`; as [`Index::search`].
pub fn find(collection: &Collection<'_>, params: &DuplicateParams, decided: &Decided) -> Result<Duplicates> {
    params.check()?;
    let mut records: Vec<Record> = collection.papers.par_iter().map(Record::of).collect();
    record::drop_boilerplate(&mut records);
    let copies = copies(collection, &records);
    let is_asked = |row: usize| copies[row] == row;
    let mut found: BTreeSet<(usize, usize)> =
        candidates::pairs(collection, &records, &is_asked, params.min_similarity)?.into_iter().collect();
    found.extend((0..copies.len()).filter(|&row| !is_asked(row)).map(|row| (copies[row], row)));
    found.extend(decided.keys().filter(|&&(a, b)| b < records.len() && collection.is_wanted(a, b)));
    let found: Vec<(usize, usize)> = found.into_iter().collect();
    let judged = found.par_iter().filter_map(|&(a, b)| judged(collection, &records, decided, (a, b)));
    let mut pairs: Vec<Pair> = judged.filter(|pair| params.kinds.contains(&pair.kind)).collect();
    let compare = |a: usize, b: usize| judge::judge(&records[a], &records[b]);
    let mut joined = groups::join(records.len(), &mut pairs, decided, &compare);
    // Copies within one of two collections were joined, so that what is said of one holds for all, but are not asked for.
    pairs.retain(|pair| collection.is_wanted(pair.a, pair.b));
    joined.retain(|rows| collection.is_wanted(rows[0], rows[rows.len() - 1]));
    sort(&mut pairs);
    let groups = told(collection, params, &pairs, joined);
    Ok(Duplicates { groups, pairs })
}

/// For each row the first with the same text; titles alone must come with the same facts, too. In two collections copies
/// are sought only across.
fn copies(collection: &Collection<'_>, records: &[Record]) -> Vec<usize> {
    let mut firsts = BTreeMap::new();
    let first_of = |(row, record): (usize, &Record)| {
        let Some(key) = record.exact else { return row };
        let paper = &collection.papers[row];
        let facts = (&paper.authors, paper.year, &paper.doi, &paper.pmid, &paper.volume, &paper.pages);
        let facts = (!record.has_text()).then_some(facts);
        let side = collection.is_against() && row >= collection.index.len();
        *firsts.entry((key, facts, side)).or_insert(row)
    };
    records.iter().enumerate().map(first_of).collect()
}

/// The pair as it is reported; `None` if it is none.
fn judged(collection: &Collection<'_>, records: &[Record], decided: &Decided, (a, b): (usize, usize)) -> Option<Pair> {
    let decision = decided.get(&(a, b)).copied();
    let found = judge::judge(&records[a], &records[b]);
    let mut judged = match (decision, found) {
        (Some(false), _) | (None, None) => return None,
        (_, Some(found)) => found,
        (Some(true), None) => Judgement {
            kind: Kind::Version,
            verdict: Verdict::Same,
            text_overlap: records[a].overlap(&records[b]).unwrap_or_default(),
            reasons: Vec::new(),
            is_contradicted: false,
        },
    };
    if decision == Some(true) {
        judged.verdict = Verdict::Same;
        judged.kind = judged.kind.min(Kind::Version);
        judged.reasons.insert(0, "decided by the user".to_owned());
    }
    let Judgement { kind, verdict, text_overlap, reasons, is_contradicted: _ } = judged;
    let similarity = collection.vectors.similarity(a, b);
    let earlier = if kind == Kind::Version { earlier(&records[a], &records[b]) } else { None };
    let earlier = earlier.map(|is_first| if is_first { a } else { b });
    Some(Pair { a, b, kind, similarity, text_overlap, verdict, reasons, earlier })
}

/// Whether the first of two versions is the earlier; `None` if nothing shows it.
fn earlier(a: &Record, b: &Record) -> Option<bool> {
    if a.place.is_preprint != b.place.is_preprint {
        return Some(a.place.is_preprint);
    }
    let (first, second) = (a.place.year?, b.place.year?);
    (first != second).then_some(first < second)
}

fn sort(pairs: &mut [Pair]) {
    pairs.sort_by(|x, y| {
        let order = |pair: &Pair| (pair.verdict == Verdict::Review, pair.kind);
        let closest = y.text_overlap.total_cmp(&x.text_overlap).then(y.similarity.cmp(&x.similarity));
        order(x).cmp(&order(y)).then(closest).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
}

/// Groups as they are reported, by kind, then by first row.
fn told(collection: &Collection<'_>, params: &DuplicateParams, pairs: &[Pair], joined: Vec<Vec<usize>>) -> Vec<Group> {
    let mut group_of = vec![usize::MAX; collection.papers.len()];
    for (group, rows) in joined.iter().enumerate() {
        rows.iter().for_each(|&row| group_of[row] = group);
    }
    let mut kinds = vec![Kind::Exact; joined.len()];
    for pair in pairs.iter().filter(|pair| pair.verdict == Verdict::Same && group_of[pair.a] == group_of[pair.b]) {
        let kind = &mut kinds[group_of[pair.a]];
        *kind = pair.kind.max(*kind);
    }
    let group = |(papers, kind): (Vec<usize>, Kind)| {
        let order = |&a: &usize, &b: &usize| params.keep.order(&collection.papers[a], &collection.papers[b]);
        // Of two collections the first is the one that is kept.
        let known = papers.iter().filter(|&&row| row < collection.index.len());
        let keep = known.copied().min_by(order)?;
        let (weakest, weakest_similarity) = weakest(collection.vectors, &papers)?;
        Some(Group { kind, keep, papers, weakest, weakest_similarity })
    };
    let mut groups: Vec<Group> = joined.into_iter().zip(kinds).filter_map(group).collect();
    groups.sort_by_key(|group| (group.kind, group.papers[0]));
    groups
}

/// The two rows that are least alike; `None` of a single one.
fn weakest(vectors: &Vectors, rows: &[usize]) -> Option<((usize, usize), Similarity)> {
    let rows = &rows[..rows.len().min(WEAKEST_OF)];
    let pairs = rows.iter().enumerate().flat_map(|(i, &a)| rows[i + 1..].iter().map(move |&b| (a, b)));
    pairs.map(|(a, b)| ((a, b), vectors.similarity(a, b))).min_by(|x, y| x.1.cmp(&y.1).then(x.0.cmp(&y.0)))
}
