//! Papers like a query.

use serde::Serialize;
use utoipa::ToSchema;

use super::table::{clipped, drop_empty_columns, Table};

/// Papers like a query.
#[derive(Debug, Serialize, ToSchema)]
pub struct Similar {
    /// What was asked.
    pub query: Query,
    /// Best first.
    pub results: Vec<SimilarPaper>,
}

/// What was asked.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Query {
    /// Its name among other queries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The text asked with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The papers asked with, as `ID` or `ID^WEIGHT`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<String>,
    /// The topic asked with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<usize>,
    /// Papers and texts to stay away from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<String>,
    /// Answers wanted.
    pub k: usize,
    /// `hybrid`, `dense` or `lexical`.
    pub mode: &'static str,
}

/// A paper like the query.
#[derive(Debug, Serialize, ToSchema)]
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
    /// The percentile in words: `very close`, `close`, `related`, `weak`.
    pub verdict: &'static str,
    /// Year of publication.
    pub year: Option<i32>,
    /// Journal, conference or repository.
    pub venue: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// Ids of its copies and versions.
    pub also: Vec<String>,
    /// Why it is an answer, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// Why a paper is an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Why {
    /// Words of the query that it has, the most telling first.
    pub terms: Vec<String>,
    /// Sentences that are most alike.
    pub sentences: Vec<Met>,
    /// Share of its place that it owes to words, in `[0, 1]`.
    pub words: f64,
    /// Share that it owes to meaning, in `[0, 1]`.
    pub meaning: f64,
}

/// A sentence of the query and one of a paper.
#[derive(Debug, Serialize, ToSchema)]
pub struct Met {
    /// The query's.
    pub query: String,
    /// The paper's.
    pub paper: String,
    /// Cosine in `[-1, 1]`, six digits.
    pub similarity: f64,
}

/// The order of papers for one query, as TREC's runs have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ranking {
    /// The query's name.
    pub query: String,
    /// Ids and scores, best first.
    pub papers: Vec<(String, f64)>,
}

pub(super) fn tables(r: &Similar) -> Vec<Table> {
    let mut table = Table::new("", &["rank", "similarity", "percentile", "verdict", "id", "title", "also"]);
    for paper in &r.results {
        table.push([
            paper.rank.to_string(),
            format!("{:.3}", paper.similarity),
            format!("{:.1}", paper.percentile),
            paper.verdict.to_owned(),
            paper.id.clone(),
            clipped(&paper.title),
            paper.also.join(" "),
        ]);
    }
    drop_empty_columns(&mut table, &["also"]);
    table.notes.push(match r.results.is_empty() {
        true => "no paper was found: none is left, or none passes what was asked for".to_owned(),
        false => "percentile: share of random pairs of this library that are less similar".to_owned(),
    });
    let mut tables = vec![table];
    tables.extend(r.results.iter().filter_map(|paper| paper.why.as_ref().map(|why| reasons(paper, why))));
    tables
}

fn reasons(paper: &SimilarPaper, why: &Why) -> Table {
    let mut table = Table::new(format!("{} {}", paper.rank, paper.id), &["similarity", "query", "paper"]);
    for met in &why.sentences {
        table.push([format!("{:.3}", met.similarity), clipped(&met.query), clipped(&met.paper)]);
    }
    if !why.terms.is_empty() {
        table.notes.push(format!("terms: {}", why.terms.join(", ")));
    }
    table.notes.push(format!("words {:.0} %, meaning {:.0} %", 100.0 * why.words, 100.0 * why.meaning));
    table
}

/// One table for many queries.
pub(super) fn table_of_many(answers: &[Similar]) -> Table {
    let mut table = Table::new("", &["query", "rank", "similarity", "percentile", "verdict", "id", "title", "also"]);
    for answer in answers {
        for paper in &answer.results {
            table.push([
                answer.query.id.clone().unwrap_or_default(),
                paper.rank.to_string(),
                format!("{:.3}", paper.similarity),
                format!("{:.1}", paper.percentile),
                paper.verdict.to_owned(),
                paper.id.clone(),
                clipped(&paper.title),
                paper.also.join(" "),
            ]);
        }
    }
    table
}

/// Rankings as a table.
pub(super) fn table_of_run(rankings: &[Ranking]) -> Table {
    let mut table = Table::new("", &["query", "rank", "id", "score"]);
    for ranking in rankings {
        for (i, (id, score)) in ranking.papers.iter().enumerate() {
            table.push([ranking.query.clone(), (i + 1).to_string(), id.clone(), score.to_string()]);
        }
    }
    table
}
