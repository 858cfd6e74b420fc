//! Papers like a query.

use serde::Serialize;

use super::table::{clipped, drop_empty_columns, Table};

/// Papers like a query.
#[derive(Debug, Serialize)]
pub struct Similar {
    /// What was asked.
    pub query: Query,
    /// Nearest first.
    pub results: Vec<SimilarPaper>,
}

/// What was asked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Query {
    /// The text asked with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The papers asked with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// Answers wanted.
    pub k: usize,
}

/// A paper like the query.
#[derive(Debug, Serialize)]
pub struct SimilarPaper {
    /// From 1.
    pub rank: usize,
    /// The paper's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Cosine in `[-1, 1]`, six digits.
    pub similarity: f64,
    /// Share of random pairs of this library that are less similar, in percent.
    pub percentile: f64,
    /// Year of publication.
    pub year: Option<i32>,
    /// Journal, conference or repository.
    pub venue: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Ids of its exact copies.
    pub also: Vec<String>,
}

pub(super) fn tables(r: &Similar) -> Vec<Table> {
    let mut table = Table::new("", &["rank", "similarity", "percentile", "id", "title", "also"]);
    for paper in &r.results {
        table.push([
            paper.rank.to_string(),
            format!("{:.3}", paper.similarity),
            format!("{:.1}", paper.percentile),
            paper.id.clone(),
            clipped(&paper.title),
            paper.also.join(" "),
        ]);
    }
    drop_empty_columns(&mut table, &["also"]);
    table.notes.push(match r.results.is_empty() {
        true => "no other paper in this library".to_owned(),
        false => "percentile: share of random pairs of this library that are less similar".to_owned(),
    });
    vec![table]
}
