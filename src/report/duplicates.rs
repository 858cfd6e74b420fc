//! Records that are the same paper.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::table::clipped;
use super::Table;

/// Groups that a terminal shows at most.
const SHOWN_GROUPS: usize = 50;

/// Pairs to look at that a table shows at most.
const SHOWN_PAIRS: usize = 20;

/// Records that are the same paper.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Duplicates {
    /// Records that are one paper.
    pub groups: Vec<Group>,
    /// Pairs that hold the groups together, and pairs to look at.
    pub pairs: Vec<Pair>,
    /// What was compared with the library, if anything was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Against>,
}

/// Records that are one paper.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Group {
    /// `exact`, `near` or `version`.
    pub kind: Cow<'static, str>,
    /// Id of the record to keep.
    pub keep: String,
    /// Ids of all that are in the library.
    pub papers: Vec<String>,
    /// Ids of those in the other collection, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Vec<String>>,
    /// Similarity of the two that are least alike.
    pub weakest_similarity: f64,
    /// Ids of these two.
    pub weakest: [String; 2],
}

/// Two records and what speaks for their being one paper.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Pair {
    /// Id of the first.
    pub a: String,
    /// Id of the second; of the other collection, if there is one.
    pub b: String,
    /// `exact`, `near`, `version` or `overlap`.
    pub kind: Cow<'static, str>,
    /// Cosine in `[-1, 1]`.
    pub similarity: f64,
    /// Share of the shorter text that is in both, in `[0, 1]`.
    pub text_overlap: f64,
    /// `same` or `review`.
    pub verdict: Cow<'static, str>,
    /// What was seen.
    pub reasons: Vec<String>,
    /// Id of the earlier of two versions, where the records show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<String>,
}

/// A collection that was compared with the library.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Against {
    /// Papers in it.
    pub papers: usize,
    /// Those that the library has, too.
    pub found: usize,
    /// Those that it has not: neither surely nor to be looked at.
    pub new: usize,
}

pub(super) fn tables(r: &Duplicates) -> Vec<Table> {
    let others = if r.against.is_some() { "is there as" } else { "the same paper as" };
    let mut groups = Table::new("", &["kind", "weakest", "keep", others]);
    groups.shown = Some(SHOWN_GROUPS);
    for group in &r.groups {
        let others = group.papers.iter().chain(group.against.iter().flatten());
        let others: Vec<&str> = others.filter(|id| **id != group.keep).map(String::as_str).collect();
        groups.push([
            group.kind.to_string(),
            format!("{:.3}", group.weakest_similarity),
            group.keep.clone(),
            others.join(" "),
        ]);
    }
    groups.notes.push(match &r.against {
        Some(other) => format!(
            "{} of {} papers are in the library, {} are new, {} to look at",
            other.found,
            other.papers,
            other.new,
            other.papers - other.found - other.new
        ),
        None => {
            let surplus: usize = r.groups.iter().map(|group| group.papers.len() - 1).sum();
            format!("{} groups, {surplus} surplus records", r.groups.len())
        }
    });
    let to_review: Vec<_> = r.pairs.iter().filter(|pair| pair.verdict == "review").collect();
    let mut tables = vec![groups];
    if !to_review.is_empty() {
        let mut review = Table::new("To look at", &["kind", "similarity", "overlap", "a", "b", "reasons"]);
        for pair in to_review.iter().take(SHOWN_PAIRS) {
            review.push([
                pair.kind.to_string(),
                format!("{:.3}", pair.similarity),
                format!("{:.2}", pair.text_overlap),
                pair.a.clone(),
                pair.b.clone(),
                clipped(&pair.reasons.join("; ")),
            ]);
        }
        if to_review.len() > SHOWN_PAIRS {
            review.notes.push(format!("and {} more; --format json lists them all", to_review.len() - SHOWN_PAIRS));
        }
        tables.push(review);
    }
    tables
}
