//! The library itself.

use serde::Serialize;
use utoipa::ToSchema;

use super::table::{facts, Table};

/// The library itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct Library {
    /// The library's folder.
    pub library: String,
    /// Papers in it.
    pub papers: usize,
    /// Papers when exact copies count once.
    pub distinct: usize,
    /// Papers without an abstract.
    pub title_only: usize,
    /// The files they came from.
    pub sources: Vec<SourceCount>,
    /// The model that made the vectors.
    pub model: Model,
    /// How neighbours are found.
    pub index: IndexState,
    /// Bytes on disk.
    pub bytes: u64,
}

/// The model of a library.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Hash of all that decides a vector.
    pub fingerprint: String,
    /// Floats per vector.
    pub dimension: usize,
}

/// How neighbours are found.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndexState {
    /// `exact` or `hnsw`.
    pub engine: &'static str,
    /// Share of the true 10 nearest that a sample of searches found, in `[0, 1]`.
    pub recall_at_10: f64,
}

/// Papers of one file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SourceCount {
    /// The file.
    pub source: String,
    /// Papers from it.
    pub papers: usize,
}

pub(super) fn tables(r: &Library) -> Vec<Table> {
    let mut table = facts(
        "",
        [
            ("library", r.library.clone()),
            ("papers", r.papers.to_string()),
            ("without copies", r.distinct.to_string()),
            ("title only", r.title_only.to_string()),
            ("model", format!("{} ({})", r.model.name, r.model.fingerprint)),
            ("dimension", r.model.dimension.to_string()),
            ("index", r.index.engine.to_owned()),
            ("recall at 10", format!("{:.3}", r.index.recall_at_10)),
            ("size on disk", format!("{:.1} MB", r.bytes as f64 / 1e6)),
        ],
    );
    table.heading = "Library".to_owned();
    let mut sources = Table::new("Sources", &["source", "papers"]);
    for source in &r.sources {
        sources.push([source.source.clone(), source.papers.to_string()]);
    }
    vec![table, sources]
}
