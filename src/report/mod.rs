//! TELL: findings as the outside sees them. The shapes here are the contract for JSON; one file per output format.

mod csv;
mod html;
mod json;
mod markdown;
mod table;
mod tables;
mod text;

use std::io::Write;

use serde::Serialize;

use crate::error::{Error, Result};

pub use table::{escape_control, Table};

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

/// What an `index` run did.
#[derive(Debug, Default, Serialize)]
pub struct Ingest {
    /// Records found in the input, used or skipped.
    pub read: usize,
    /// Papers that are new.
    pub added: usize,
    /// Papers whose id was there, with another text or other metadata.
    pub updated: usize,
    /// Papers that were there as they are.
    pub unchanged: usize,
    /// Records that could not be used.
    pub skipped: Vec<Skipped>,
    /// Papers whose text gave way to that of another file, or of another record of this run, with the same id.
    pub replaced: Vec<Replaced>,
    /// Texts that were embedded; copies and texts already known are not embedded again.
    pub embedded: usize,
    /// Wall-clock time.
    pub seconds: f64,
    /// The model's name.
    pub model: String,
    /// Papers kept although they have no abstract.
    pub title_only: usize,
    /// The files that were read, with the reader of each.
    pub sources: Vec<Source>,
    /// Files in folders that are no corpus.
    pub ignored: Vec<Ignored>,
    /// Whether nothing was written.
    pub dry_run: bool,
}

/// A record that could not be used.
#[derive(Debug, Clone, Serialize)]
pub struct Skipped {
    /// The file.
    pub source: String,
    /// Line on which the record begins, from 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// A paper whose text gave way to another with the same id.
#[derive(Debug, Clone, Serialize)]
pub struct Replaced {
    /// The id that both have.
    pub id: String,
    /// File and line of the text that was there.
    pub source: String,
    /// File and line of the text that is there now.
    pub by: String,
}

/// A file that was read.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// The file.
    pub source: String,
    /// The reader's name.
    pub format: String,
}

/// A file in a folder that was not read.
#[derive(Debug, Clone, Serialize)]
pub struct Ignored {
    /// The file.
    pub source: String,
    /// Why.
    pub reason: String,
}

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

/// Records that are the same paper.
#[derive(Debug, Serialize)]
pub struct Duplicates {
    /// Records that are one paper.
    pub groups: Vec<Group>,
    /// Pairs that hold the groups together, and pairs to look at.
    pub pairs: Vec<Pair>,
}

/// Records that are one paper.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// `exact`, `near` or `version`.
    pub kind: &'static str,
    /// Id of the record to keep.
    pub keep: String,
    /// Ids of all.
    pub papers: Vec<String>,
    /// Similarity of the two that are least alike.
    pub weakest_similarity: f64,
}

/// Two records and what speaks for their being one paper.
#[derive(Debug, Clone, Serialize)]
pub struct Pair {
    /// Id of the first.
    pub a: String,
    /// Id of the second.
    pub b: String,
    /// `exact`, `near` or `version`.
    pub kind: &'static str,
    /// Cosine in `[-1, 1]`.
    pub similarity: f64,
    /// Share of the shorter text that is in both, in `[0, 1]`.
    pub text_overlap: f64,
    /// `same` or `review`.
    pub verdict: &'static str,
    /// What was seen.
    pub reasons: Vec<String>,
}

/// One paper.
#[derive(Debug, Clone, Serialize)]
pub struct Paper {
    /// Unique in the library.
    pub id: String,
    /// The title.
    pub title: String,
    /// The abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: String,
    /// In the order of the record.
    pub authors: Vec<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Date of publication.
    pub date: Option<String>,
    /// Journal, conference or repository.
    pub venue: Option<String>,
    /// Subject categories.
    pub categories: Vec<String>,
    /// DOI.
    pub doi: Option<String>,
    /// arXiv id.
    pub arxiv_id: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// The file it came from.
    pub source: String,
    /// Line of that file, from 1.
    pub line: u64,
    /// Whether there is no abstract.
    pub title_only: bool,
    /// Ids of its exact copies.
    pub also: Vec<String>,
}

/// The library itself.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Hash of all that decides a vector.
    pub fingerprint: String,
    /// Floats per vector.
    pub dimension: usize,
}

/// How neighbours are found.
#[derive(Debug, Serialize)]
pub struct IndexState {
    /// `exact` or `hnsw`.
    pub engine: &'static str,
    /// Share of the true 10 nearest that a sample of searches found, in `[0, 1]`.
    pub recall_at_10: f64,
}

/// Papers of one file.
#[derive(Debug, Clone, Serialize)]
pub struct SourceCount {
    /// The file.
    pub source: String,
    /// Papers from it.
    pub papers: usize,
}

/// The models that were found.
#[derive(Debug, Serialize)]
pub struct Models {
    /// By name.
    pub models: Vec<ModelState>,
}

/// A model on this machine.
#[derive(Debug, Default, Serialize)]
pub struct ModelState {
    /// Its name, or its folder where the card cannot be read.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Floats per vector.
    pub dimension: usize,
    /// Tokens read of a text.
    pub max_tokens: usize,
    /// The weights' licence.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
    /// `ok`, or what is wrong with it.
    pub state: String,
}

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
