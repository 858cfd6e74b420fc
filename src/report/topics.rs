//! What the collection is about.

use std::collections::BTreeMap;

use serde::Serialize;

use super::table::{clipped, drop_empty_columns, Table};

/// What the collection is about.
#[derive(Debug, Serialize)]
pub struct Topics {
    /// Number of topics.
    pub k: usize,
    /// The seed they were found with.
    pub seed: u64,
    /// How good they are.
    pub quality: Quality,
    /// Largest first.
    pub topics: Vec<Topic>,
    /// The numbers of topics that were tried, where `k` was chosen.
    pub evidence: Vec<Evidence>,
}

/// How good the topics are.
#[derive(Debug, Serialize)]
pub struct Quality {
    /// Mean silhouette with cosine distance, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean normalised pointwise mutual information of the keywords, in `[-1, 1]`.
    pub npmi: f64,
    /// Mean adjusted Rand index between independent starts, at most 1.
    pub stability: f64,
}

/// A number of topics that was tried.
#[derive(Debug, Clone, Serialize)]
pub struct Evidence {
    /// Number of topics.
    pub k: usize,
    /// Mean silhouette, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean adjusted Rand index between starts, at most 1.
    pub stability: f64,
}

/// One topic.
#[derive(Debug, Clone, Serialize)]
pub struct Topic {
    /// From 0, by size.
    pub id: usize,
    /// What sets it apart.
    pub label: String,
    /// Terms, most telling first.
    pub keywords: Vec<String>,
    /// Papers in it.
    pub size: usize,
    /// Mean strength of its papers.
    pub cohesion: f64,
    /// Ids of central papers that differ from each other.
    pub representatives: Vec<String>,
    /// All its papers, strongest first.
    pub papers: Vec<Member>,
}

/// A paper of a topic.
#[derive(Debug, Clone, Serialize)]
pub struct Member {
    /// The paper's id.
    pub id: String,
    /// Similarity to the topic's centroid, in `[-1, 1]`.
    pub strength: f64,
}

pub(super) fn table(r: &Topics, titles: &BTreeMap<&str, &str>) -> Table {
    let mut table = Table::new("", &["topic", "papers", "label", "keywords", "cohesion", "central paper"]);
    for topic in &r.topics {
        let central = topic.representatives.first().map_or("", String::as_str);
        table.push([
            topic.id.to_string(),
            topic.size.to_string(),
            topic.label.clone(),
            topic.keywords.iter().take(6).cloned().collect::<Vec<_>>().join(", "),
            format!("{:.2}", topic.cohesion),
            clipped(titles.get(central).copied().unwrap_or_default()),
        ]);
    }
    drop_empty_columns(&mut table, &["central paper"]);
    table.notes.push(format!(
        "{} topics, seed {}; silhouette {:.3}, NPMI {:.3}, stability {:.2}",
        r.k, r.seed, r.quality.silhouette, r.quality.npmi, r.quality.stability
    ));
    table
}
