//! TELL: findings as the outside sees them. The shapes here are the contract for JSON; one file per kind of report,
//! and one per output format.

mod check;
mod csv;
mod decisions;
mod duplicates;
mod eval_duplicates;
mod evaluation;
pub mod export;
mod graph;
mod graphml;
mod html;
mod ingest;
mod json;
mod library;
mod map;
mod markdown;
mod models;
mod paper;
mod removal;
mod similar;
mod table;
mod text;
mod topic_tables;
mod topics;
mod trec;
mod whole;

use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::error::{Error, Result};

pub use check::{Check, Fault};
pub use decisions::{Decision, Decisions};
pub use duplicates::{Against, Duplicates, Group, Pair};
pub use eval_duplicates::{EvalDuplicates, Figures, SortFound, Threshold};
pub use evaluation::{Comparison, Evaluation, Measure};
pub use export::Export;
pub use graph::{Edge, Graph, Node};
pub use html::live_page;
pub use ingest::{Ignored, Ingest, Replaced, Skipped, Source};
pub use library::{IndexState, Library, Model, SourceCount};
pub use map::{Coded, CodedLists, Map};
pub use models::{ModelState, Models};
pub use paper::Paper;
pub use removal::Removal;
pub use similar::{Met, Query, Ranking, Similar, SimilarPaper, Why};
pub use table::{escape_control, Table};
pub use topics::{
    Assigned, AssignedPaper, Compare, ComparedGroup, Evidence, Kept, Level, LevelGroup, Member, Moved, NearTopic, Odds,
    OverTime, Quality, Second, Topic, TopicContrast, TopicEval, TopicOdds, TopicQuality, TopicSide, Topics, Trend,
    WordOdds,
};
pub use whole::{Overview, PairShare, PlacedPaper, Whole, Years};

/// Anything that can be told.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// What an `index` run did.
    Ingest(Ingest),
    /// Records that an `index` run could not use.
    Losses(Vec<Skipped>),
    /// What a `remove` run took out.
    Removal(Removal),
    /// What an `export` run wrote.
    Export(Export),
    /// What a look at a whole library found.
    Check(Check),
    /// Papers like a query.
    Similar(Similar),
    /// The same for several queries.
    Answers(Vec<Similar>),
    /// The order of papers for several queries.
    Run(Vec<Ranking>),
    /// The neighbours of all papers.
    Graph(Box<Graph>),
    /// How good a run is.
    Evaluation(Evaluation),
    /// What the collection is about.
    Topics(Topics),
    /// Papers from outside, placed in topics.
    Assigned(Assigned),
    /// How well topics agree with labels.
    TopicEval(TopicEval),
    /// Records that are the same paper.
    Duplicates(Duplicates),
    /// What the user has decided about pairs.
    Decisions(Decisions),
    /// How good the groups of duplicates are.
    EvalDuplicates(Box<EvalDuplicates>),
    /// One paper.
    Paper(Box<Paper>),
    /// The library itself.
    Library(Box<Library>),
    /// The models that were found.
    Models(Models),
    /// All about a library, in one.
    Whole(Box<Whole>),
}

impl Report {
    /// The tables of this report, the most important first.
    pub fn tables(&self) -> Vec<Table> {
        match self {
            Report::Ingest(r) => ingest::tables(r),
            Report::Losses(r) => vec![ingest::losses(r)],
            Report::Removal(r) => vec![removal::table(r)],
            Report::Export(r) => vec![export::table(r)],
            Report::Check(r) => check::tables(r),
            Report::Similar(r) => similar::tables(r),
            Report::Answers(r) => vec![similar::table_of_many(r)],
            Report::Run(r) => vec![similar::table_of_run(r)],
            Report::Graph(r) => vec![graph::table(r)],
            Report::Evaluation(r) => evaluation::tables(r),
            Report::Topics(r) => topic_tables::tables(r),
            Report::Assigned(r) => topic_tables::assigned(r),
            Report::TopicEval(r) => vec![topic_tables::eval(r)],
            Report::Duplicates(r) => duplicates::tables(r),
            Report::Decisions(r) => vec![decisions::table(r)],
            Report::EvalDuplicates(r) => eval_duplicates::tables(r),
            Report::Paper(r) => vec![paper::table(r)],
            Report::Library(r) => library::tables(r),
            Report::Models(r) => vec![models::table(r)],
            Report::Whole(r) => whole::tables(r),
        }
    }
}

/// Six digits are more than a similarity is worth, and fewer than two machines agree on.
pub fn rounded(value: impl Into<f64>) -> f64 {
    // Adding zero turns -0 into 0.
    (value.into() * 1e6).round() / 1e6 + 0.0
}

/// An output format.
pub trait Renderer: Sync {
    /// Its name, as `--format` takes it.
    fn name(&self) -> &'static str;

    /// The file extension that stands for it, without a dot.
    fn extension(&self) -> &'static str;

    /// The one command whose report it can tell, in words, if it is only one.
    fn only_for(&self) -> Option<&'static str> {
        None
    }

    /// Writes the report.
    ///
    /// # Errors
    /// [`Failure`]: the writer failed, or the report does not fit the format.
    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure>;
}

/// Why rendering stopped; the two are told apart because a closed pipe is no fault.
#[derive(Debug)]
pub enum Failure {
    /// The writer failed.
    Write(std::io::Error),
    /// The format cannot tell this report.
    Format(Error),
}

impl Failure {
    /// The error that it is for whoever writes to `path`.
    pub fn at(self, path: &Path) -> Error {
        match self {
            Failure::Write(source) => Error::Io { path: path.to_path_buf(), source },
            Failure::Format(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Format(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Write(error)
    }
}

/// All output formats.
pub const RENDERERS: &[&dyn Renderer] = &[
    &text::Text,
    &json::Json,
    &json::JsonLines,
    &csv::Csv,
    &markdown::Markdown,
    &html::Html,
    &trec::Trec,
    &graphml::GraphMl,
];

/// The output format of this name.
///
/// # Errors
/// [`Error::UnknownName`].
pub fn renderer(name: &str) -> Result<&'static dyn Renderer> {
    find(name, |r| r.name())
}

/// The output format that this file extension stands for.
///
/// # Errors
/// [`Error::UnknownName`].
pub fn renderer_for_extension(extension: &str) -> Result<&'static dyn Renderer> {
    find(extension, |r| r.extension())
}

fn find(wanted: &str, key: fn(&'static dyn Renderer) -> &'static str) -> Result<&'static dyn Renderer> {
    RENDERERS.iter().copied().find(|&r| key(r).eq_ignore_ascii_case(wanted)).ok_or_else(|| Error::UnknownName {
        what: "output format",
        name: wanted.to_owned(),
        known: RENDERERS.iter().map(|&r| key(r)).collect::<Vec<_>>().join(", "),
    })
}
