//! Records that are the same paper.

use serde::Serialize;

use super::Table;

/// Pairs to look at that a table shows at most.
const SHOWN_PAIRS: usize = 20;

/// Records that are the same paper.
#[derive(Debug, Serialize)]
pub struct Duplicates {
    /// Records that are one paper.
    pub groups: Vec<Group>,
    /// Pairs that hold the groups together, and pairs to look at.
    pub pairs: Vec<Pair>,
}

/// Records that are one paper.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// `exact`, `near` or `version`.
    pub kind: &'static str,
    /// Id of the record to keep.
    pub keep: String,
    /// Ids of all.
    pub papers: Vec<String>,
    /// Similarity of the two that are least alike.
    pub weakest_similarity: f64,
}

/// Two records and what speaks for their being one paper.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// Id of the first.
    pub a: String,
    /// Id of the second.
    pub b: String,
    /// `exact`, `near` or `version`.
    pub kind: &'static str,
    /// Cosine in `[-1, 1]`.
    pub similarity: f64,
    /// Share of the shorter text that is in both, in `[0, 1]`.
    pub text_overlap: f64,
    /// `same` or `review`.
    pub verdict: &'static str,
    /// What was seen.
    pub reasons: Vec<String>,
}

pub(super) fn tables(r: &Duplicates) -> Vec<Table> {
    let mut groups = Table::new("", &["kind", "weakest", "keep", "the same paper as"]);
    for group in &r.groups {
        let others: Vec<&str> = group.papers.iter().filter(|id| **id != group.keep).map(String::as_str).collect();
        groups.push([
            group.kind.to_owned(),
            format!("{:.3}", group.weakest_similarity),
            group.keep.clone(),
            others.join(" "),
        ]);
    }
    let surplus: usize = r.groups.iter().map(|group| group.papers.len() - 1).sum();
    groups.notes.push(format!("{} groups, {surplus} surplus records", r.groups.len()));
    let to_review: Vec<_> = r.pairs.iter().filter(|pair| pair.verdict == "review").collect();
    let mut tables = vec![groups];
    if !to_review.is_empty() {
        let mut review = Table::new("To look at", &["similarity", "overlap", "a", "b", "reasons"]);
        for pair in to_review.iter().take(SHOWN_PAIRS) {
            review.push([
                format!("{:.3}", pair.similarity),
                format!("{:.2}", pair.text_overlap),
                pair.a.clone(),
                pair.b.clone(),
                pair.reasons.join("; "),
            ]);
        }
        if to_review.len() > SHOWN_PAIRS {
            review.notes.push(format!("and {} more; --format json lists them all", to_review.len() - SHOWN_PAIRS));
        }
        tables.push(review);
    }
    tables
}
