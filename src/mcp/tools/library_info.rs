//! `library_info`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::mcp::bounds::{field, Page, MOST_NAMED};
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;

pub(in crate::mcp) struct LibraryInfo;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {}

/// The library itself.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// The library's folder.
    library: String,
    papers: usize,
    /// Papers when exact copies count once.
    distinct: usize,
    /// Papers without an abstract.
    title_only: usize,
    /// The files they came from, those with most papers first.
    sources: Vec<Source>,
    /// The model that made the vectors.
    model: Model,
    index: Index,
    /// Bytes on disk.
    bytes: u64,
    /// What is not shown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Source {
    source: String,
    papers: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Model {
    name: String,
    fingerprint: String,
    dimension: usize,
}

/// How neighbours are found.
#[derive(Debug, Serialize, JsonSchema)]
struct Index {
    engine: &'static str,
    /// Share of the true 10 nearest that a sample of searches found, 0 to 1.
    recall_at_10: f64,
}

impl Tool for LibraryInfo {
    const NAME: &'static str = "library_info";
    const TITLE: &'static str = "Describe the library";
    const DESCRIPTION: &'static str =
        "What the library holds: how many papers, from which files, and which model compares \
        them. Use it first.";
    type Input = Input;
    type Output = Output;

    fn answer(_: Input, session: &mut Session<'_>) -> Result<Output> {
        let info = session.engine()?.info()?;
        let sources = Page::of(&info.sources, 0, MOST_NAMED);
        let source = |s: &crate::report::SourceCount| Source { source: field(&s.source), papers: s.papers };
        Ok(Output {
            sources: sources.items.iter().map(source).collect(),
            left_out: sources
                .left_out("sources")
                .map(|_| format!("{} sources with fewer papers", info.sources.len() - MOST_NAMED))
                .into_iter()
                .collect(),
            library: info.library,
            papers: info.papers,
            distinct: info.distinct,
            title_only: info.title_only,
            model: Model {
                name: info.model.name,
                fingerprint: info.model.fingerprint,
                dimension: info.model.dimension,
            },
            index: Index { engine: info.index.engine, recall_at_10: info.index.recall_at_10 },
            bytes: info.bytes,
        })
    }
}
