//! All about a library, in one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::duplicates::Duplicates;
use super::ingest::Skipped;
use super::library::SourceCount;
use super::paper::Paper;
use super::table::{clipped, facts, Table};
use super::topics::{Topic, Topics};
use super::{duplicates, topic_tables};

/// All about a library, in one.
#[derive(Debug, Serialize)]
pub struct Whole {
    /// Heading.
    pub title: String,
    /// What was read.
    pub overview: Overview,
    /// What the collection is about.
    pub topics: Topics,
    /// Records that are the same paper.
    pub duplicates: Duplicates,
    /// How alike random pairs of papers are.
    pub pairs: Vec<PairShare>,
    /// Every paper, by id, with its place.
    pub papers: Vec<PlacedPaper>,
}

/// What was read.
#[derive(Debug, Serialize)]
pub struct Overview {
    /// Papers in the library.
    pub papers: usize,
    /// Papers when exact copies count once.
    pub distinct: usize,
    /// Papers without an abstract.
    pub title_only: usize,
    /// The files they came from.
    pub sources: Vec<SourceCount>,
    /// The model's name.
    pub model: String,
    /// Floats per vector.
    pub dimension: usize,
    /// Years of the papers that have one.
    pub years: Option<Years>,
    /// Number of topics.
    pub topics: usize,
    /// Number of duplicate groups.
    pub duplicate_groups: usize,
    /// Records beyond the one to keep of each group.
    pub surplus: usize,
    /// Records that the run before this report could not use.
    pub skipped: Vec<Skipped>,
    /// Version of the program.
    pub version: &'static str,
}

/// A span of years.
#[derive(Debug, Serialize)]
pub struct Years {
    /// The earliest.
    pub first: i32,
    /// The latest.
    pub last: i32,
}

/// How many random pairs of papers are less alike than a similarity.
#[derive(Debug, Serialize)]
pub struct PairShare {
    /// Their share, in percent.
    pub percentile: f64,
    /// Cosine in `[-1, 1]`.
    pub similarity: f64,
}

/// A paper with its topic and its place on the map.
#[derive(Debug, Serialize)]
pub struct PlacedPaper {
    /// The paper.
    #[serde(flatten)]
    pub paper: Paper,
    /// Its topic's id.
    pub topic: usize,
    /// Similarity to the topic's centroid.
    pub strength: f64,
    /// Across, in `[0, 1]`.
    pub x: f64,
    /// Down, in `[0, 1]`.
    pub y: f64,
    /// Its nearest papers with their similarities.
    pub near: Vec<(String, f64)>,
}

pub(super) fn tables(r: &Whole) -> Vec<Table> {
    let titles: BTreeMap<&str, &str> = r.papers.iter().map(|p| (p.paper.id.as_str(), p.paper.title.as_str())).collect();
    let overview = &r.overview;
    let years = overview.years.as_ref().map(|y| format!("{} to {}", y.first, y.last)).unwrap_or_default();
    let mut tables = vec![facts(
        "Overview",
        [
            ("papers", overview.papers.to_string()),
            ("without copies", overview.distinct.to_string()),
            ("years", years),
            ("topics", overview.topics.to_string()),
            ("duplicate groups", overview.duplicate_groups.to_string()),
            ("surplus records", overview.surplus.to_string()),
            ("model", format!("{} ({} dimensions)", overview.model, overview.dimension)),
        ],
    )];
    let mut sources = Table::new("Sources", &["source", "papers"]);
    for source in &overview.sources {
        sources.push([source.source.clone(), source.papers.to_string()]);
    }
    tables.push(sources);
    let mut table = topic_tables::table(&r.topics, &titles);
    table.heading = "Topics".to_owned();
    tables.push(table);
    tables.extend(r.topics.topics.iter().map(|topic| representatives(topic, &titles)));
    let mut found = duplicates::tables(&r.duplicates);
    found[0].heading = "Duplicates".to_owned();
    tables.extend(found);
    tables
}

fn representatives(topic: &Topic, titles: &BTreeMap<&str, &str>) -> Table {
    let mut table = Table::new(format!("Topic {}: {}", topic.id, topic.label), &["id", "representative paper"]);
    for id in &topic.representatives {
        table.push([id.clone(), clipped(titles.get(id.as_str()).copied().unwrap_or_default())]);
    }
    table
}
