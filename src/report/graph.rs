//! The neighbours of all papers as a graph.

use serde::Serialize;

use super::table::Table;

/// Papers, and to each its nearest.
#[derive(Debug, Serialize)]
pub struct Graph {
    /// By id.
    pub nodes: Vec<Node>,
    /// By source, then rank.
    pub edges: Vec<Edge>,
}

/// A paper.
#[derive(Debug, Serialize)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Year of publication.
    pub year: Option<i32>,
}

/// One paper is among the nearest of another.
#[derive(Debug, Serialize)]
pub struct Edge {
    /// The paper asked with.
    pub source: String,
    /// Its answer.
    pub target: String,
    /// From 1.
    pub rank: usize,
    /// Cosine in `[-1, 1]`, six digits.
    pub similarity: f64,
}

pub(super) fn table(graph: &Graph) -> Table {
    let mut table = Table::new("", &["source", "target", "rank", "similarity"]);
    for edge in &graph.edges {
        table.push([edge.source.clone(), edge.target.clone(), edge.rank.to_string(), edge.similarity.to_string()]);
    }
    table
}
