//! TELL: findings as the outside sees them. The shapes here are the contract for JSON; one file per kind of report,
//! and one per output format.

mod csv;
mod duplicates;
mod html;
mod ingest;
mod json;
mod library;
mod markdown;
mod models;
mod paper;
mod similar;
mod table;
mod text;
mod topics;
mod whole;

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use crate::error::{Error, Result};

pub use duplicates::{Duplicates, Group, Pair};
pub use ingest::{Ignored, Ingest, Replaced, Skipped, Source};
pub use library::{IndexState, Library, Model, SourceCount};
pub use models::{ModelState, Models};
pub use paper::Paper;
pub use similar::{Query, Similar, SimilarPaper};
pub use table::{escape_control, Table};
pub use topics::{Evidence, Member, Quality, Topic, Topics};
pub use whole::{Overview, PlacedPaper, Whole, Years};

/// Anything that can be told.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Report {
    /// What an `index` run did.
    Ingest(Ingest),
    /// Papers like a query.
    Similar(Similar),
    /// What the collection is about.
    Topics(Topics),
    /// Records that are the same paper.
    Duplicates(Duplicates),
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
            Report::Similar(r) => similar::tables(r),
            Report::Topics(r) => vec![topics::table(r, &BTreeMap::new())],
            Report::Duplicates(r) => duplicates::tables(r),
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

    /// Whether it can tell only [`Report::Whole`].
    fn is_page(&self) -> bool {
        false
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

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Write(error)
    }
}

/// All output formats.
pub const RENDERERS: &[&dyn Renderer] =
    &[&text::Text, &json::Json, &json::JsonLines, &csv::Csv, &markdown::Markdown, &html::Html];

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
