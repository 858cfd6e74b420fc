//! How good the groups of duplicates are, as judged pairs tell.

use serde::Serialize;

use super::Table;

/// How good the groups of duplicates are.
#[derive(Debug, Serialize)]
pub struct EvalDuplicates {
    /// Judged pairs of which both papers are in the library.
    pub judged: usize,
    /// Judged pairs of which a paper is not.
    pub missing: usize,
    /// Pairs within groups, `kind` `all`, then those of each kind of group.
    pub pairs: Vec<Figures>,
    /// B-cubed precision, recall and F1.
    pub b_cubed: [f64; 3],
    /// Recall by the judges' own sorts of pairs.
    pub sorts: Vec<SortFound>,
    /// What is left when pairs of lesser similarity are left out.
    pub thresholds: Vec<Threshold>,
}

/// Pairs of one kind of group.
#[derive(Debug, Serialize)]
pub struct Figures {
    /// `all`, `exact`, `near` or `version`.
    pub kind: &'static str,
    /// Found and right.
    pub hits: usize,
    /// Found and wrong.
    pub wrong: usize,
    /// In `[0, 1]`.
    pub precision: f64,
    /// Of all pairs that are the same, in `[0, 1]`.
    pub recall: f64,
    /// In `[0, 1]`.
    pub f1: f64,
}

/// Pairs of one of the judges' sorts.
#[derive(Debug, Serialize)]
pub struct SortFound {
    /// The judges' word.
    pub sort: String,
    /// Pairs that are the same.
    pub positives: usize,
    /// Share of them that was found, in `[0, 1]`.
    pub recall: f64,
}

/// Pairs of some similarity and more.
#[derive(Debug, Serialize)]
pub struct Threshold {
    /// Least similarity; 0 stands for all.
    pub similarity: f64,
    /// In `[0, 1]`.
    pub precision: f64,
    /// In `[0, 1]`.
    pub recall: f64,
    /// In `[0, 1]`.
    pub f1: f64,
}

pub(super) fn tables(r: &EvalDuplicates) -> Vec<Table> {
    let share = |value: f64| format!("{value:.4}");
    let mut pairs = Table::new("Pairs", &["groups", "hits", "wrong", "precision", "recall", "F1"]);
    for f in &r.pairs {
        let (hits, wrong) = (f.hits.to_string(), f.wrong.to_string());
        pairs.push([f.kind.to_owned(), hits, wrong, share(f.precision), share(f.recall), share(f.f1)]);
    }
    let [precision, recall, f1] = r.b_cubed.map(share);
    pairs.notes.push(format!("B-cubed precision {precision}, recall {recall}, F1 {f1}"));
    if r.missing > 0 {
        pairs.notes.push(format!("{} judged pairs were left out: a paper of theirs is not in the library", r.missing));
    }
    let mut sorts = Table::new("By sort of pair", &["sort", "same", "recall"]);
    for sort in &r.sorts {
        sorts.push([sort.sort.clone(), sort.positives.to_string(), share(sort.recall)]);
    }
    let mut thresholds = Table::new("Pairs of a similarity and more", &["similarity", "precision", "recall", "F1"]);
    for t in &r.thresholds {
        thresholds.push([format!("{:.2}", t.similarity), share(t.precision), share(t.recall), share(t.f1)]);
    }
    [pairs, sorts, thresholds].into_iter().filter(|table| !table.rows.is_empty()).collect()
}
