//! READ: papers from files. One file per format, all listed in [`FORMATS`].
//!
//! [`Corpus::open`] checks everything that can be checked before a record is read; [`Corpus::read`] then streams the
//! records. A reader sees clean UTF-8 with `\n` line ends and knows nothing of files, encodings, ids or cleaning:
//! those have one place each (`input`, `label`, `clean`). A new format is one file and one line in the table.

mod acl_xml;
mod arxiv_atom;
mod arxiv_snapshot;
mod bibtex;
mod bibtex_entries;
mod bibtex_fields;
mod calendar;
mod citation;
mod clean;
mod crossref;
mod csl_json;
mod csv;
mod csv_layout;
mod daily_papers;
mod dialect;
mod encoding;
mod endnote_xml;
mod field_map;
mod field_names;
mod fields;
mod hf_daily;
mod ids;
mod input;
mod json;
mod jsonl;
mod label;
mod mend;
mod nbib;
mod openalex;
mod packed;
mod page;
mod parquet;
mod pubmed_xml;
mod repeats;
mod ris;
mod search;
mod semantic_scholar;
mod source;
mod tagged;
#[cfg(test)]
mod tests;
mod turns;
mod values;
mod wos_plain;
mod wos_tab;
mod xml;
mod xml_input;
mod xml_tree;

use std::fs::File;
use std::io::BufRead;

use crate::error::{Error, Result};
use crate::paper::Paper;

pub use field_map::FieldMap;
pub use source::{Corpus, Ignored, ReadOptions, Source, Totals};

/// What a reader finds in its input, and what [`Corpus::read`] hands on, in the order of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A paper. A reader leaves its source empty, and its id too where the record has none; the corpus fills them in.
    Paper(Box<Paper>),
    /// A record that cannot be used.
    Skipped(Skipped),
}

impl Record {
    /// A record that begins on `line` (from 1) and cannot be used; the corpus adds the source.
    pub fn skipped(line: u64, reason: impl Into<String>) -> Self {
        Record::Skipped(Skipped { source: String::new(), line, reason: reason.into() })
    }
}

/// A record that was found and cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file, as shown to the user.
    pub source: String,
    /// Line on which the record begins, counted from 1.
    pub line: u64,
    /// What is wrong with it, for a person to read.
    pub reason: String,
}

/// How sure a format is that a file is its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is not.
    No,
    /// It may be, if the file's extension says so too.
    WithExtension,
    /// The content alone shows it.
    Content,
}

/// Receives the records of a reader, one at a time; an error ends the reading.
pub type Emit<'a> = dyn FnMut(Record) -> Result<()> + 'a;

/// One way in which files hold papers.
pub trait Format: Sync {
    /// The name, as given to `--format-in`.
    fn name(&self) -> &'static str;

    /// One line that says what kind of file this is.
    fn about(&self) -> &'static str;

    /// Extensions that such files have, in lower case and without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Judges the beginning of a file: up to 64 KiB of decoded text, which may end in the middle of a record.
    fn recognizes(&self, head: &str) -> Fit;

    /// Reads all records, keeping no more than one of them in memory.
    ///
    /// The input is UTF-8 with `\n` line ends, without control characters other than tab; its first `fill_buf` holds
    /// the whole head that [`Format::recognizes`] saw. `source` names the file in errors.
    ///
    /// # Errors
    /// What `emit` returns, and [`Error::Io`] where reading fails. A bad record is a [`Record::Skipped`], no error.
    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()>;

    /// The reader of the files themselves, for a format that is not text.
    fn binary(&self) -> Option<&dyn Binary> {
        None
    }

    /// Like [`Format::recognizes`], with columns that the user has given to fields; generic formats know of them.
    fn recognizes_mapped(&self, head: &str, _map: &FieldMap) -> Fit {
        self.recognizes(head)
    }

    /// Like [`Format::read`], with columns that the user has given to fields; generic formats know of them.
    ///
    /// # Errors
    /// Those of [`Format::read`].
    fn read_mapped(&self, input: &mut dyn BufRead, source: &str, _map: &FieldMap, emit: &mut Emit<'_>) -> Result<()> {
        self.read(input, source, emit)
    }
}

/// What a format can do that is not text: it needs the bytes as they are, and may read them in any order.
pub trait Binary: Sync {
    /// The bytes that every such file begins with, 8 at most. They alone tell it from others.
    fn magic(&self) -> &'static [u8];

    /// Reads all records, as [`Format::read`] does. The line of a record is its number, counted from 1.
    ///
    /// # Errors
    /// What `emit` returns, and [`Error::Io`] where the system fails. Damage in a file is a [`Record::Skipped`].
    fn read_file(&self, file: File, source: &str, emit: &mut Emit<'_>) -> Result<()>;
}

/// The formats there are. Where the content fits several, the first wins: special ones stand before general ones.
pub static FORMATS: &[&dyn Format] = &[
    &parquet::Parquet,
    &daily_papers::DailyPapers,
    &hf_daily::HfDaily,
    &arxiv_snapshot::ArxivSnapshot,
    &openalex::OpenAlex,
    &semantic_scholar::SemanticScholar,
    &crossref::Crossref,
    &csl_json::CslJson,
    &arxiv_atom::ArxivAtom,
    &pubmed_xml::PubmedXml,
    &acl_xml::AclXml,
    &endnote_xml::EndnoteXml,
    &bibtex::Bibtex,
    &ris::Ris,
    &nbib::Nbib,
    &wos_plain::WosPlain,
    &wos_tab::WosTab,
    &jsonl::Jsonl,
    &csv::Csv,
];

/// The names of [`FORMATS`], for messages.
pub fn format_names() -> String {
    FORMATS.iter().map(|format| format.name()).collect::<Vec<_>>().join(", ")
}

/// The format with this name.
fn format_named(name: &str) -> Result<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name).ok_or_else(|| Error::UnknownName {
        what: "input format",
        name: name.to_owned(),
        known: format_names(),
    })
}

/// The format of a file that is not text, by its first bytes.
fn binary_format_of(first: &[u8]) -> Option<&'static dyn Format> {
    let fits = |format: &&dyn Format| format.binary().is_some_and(|binary| first.starts_with(binary.magic()));
    FORMATS.iter().copied().find(fits)
}

/// The format that fits a file best, by the beginning of its text first and its extension second.
fn format_of(head: &str, extension: &str, map: &FieldMap) -> Option<&'static dyn Format> {
    let fits: Vec<Fit> = FORMATS.iter().map(|format| format.recognizes_mapped(head, map)).collect();
    let by_content = fits.iter().position(|fit| *fit == Fit::Content);
    let by_extension = || {
        let named = |format: &&dyn Format| format.extensions().contains(&extension);
        fits.iter().zip(FORMATS).position(|(fit, format)| *fit == Fit::WithExtension && named(format))
    };
    by_content.or_else(by_extension).map(|at| FORMATS[at])
}
