//! Whole collections in formats that other programs read: one file per format, all listed in [`EXPORTERS`].

mod bibtex;
mod csv;
mod jsonl;
mod npy;
mod parquet;
mod ris;

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::paper::Paper;

use super::table::Table;
use super::Failure;

/// Takes papers with their vectors (`d` floats), one after the other.
pub type Take<'a> = dyn FnMut(&Paper, &[f32]) -> Result<(), Failure> + 'a;

/// Papers to be written, which may be gone through more than once.
pub struct Collection<'a> {
    /// Number of papers `n`.
    pub papers: usize,
    /// Floats per vector `d`.
    pub dimension: usize,
    /// Hands on all papers in the order of ids.
    pub each: &'a dyn Fn(&mut Take<'_>) -> Result<(), Failure>,
}

/// A format in which collections are written.
pub trait Exporter: Sync {
    /// The name, as `export --as` takes it.
    fn name(&self) -> &'static str;

    /// File extensions that stand for it, in lower case and without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// Writes all papers.
    ///
    /// # Errors
    /// [`Failure`]: the writer failed, or the papers could not be read.
    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure>;

    /// The list of ids that belongs beside this file, where the file itself names no papers.
    fn ids_path(&self, _path: &Path) -> Option<PathBuf> {
        None
    }
}

/// The formats there are.
pub static EXPORTERS: &[&dyn Exporter] =
    &[&jsonl::JsonLines, &csv::Csv, &parquet::Parquet, &bibtex::Bibtex, &ris::Ris, &npy::Npy];

/// The format of this name.
///
/// # Errors
/// [`Error::UnknownName`].
pub fn exporter(name: &str) -> Result<&'static dyn Exporter> {
    EXPORTERS.iter().copied().find(|exporter| exporter.name() == name).ok_or_else(|| unknown(name))
}

/// The format that the extension of a file stands for.
///
/// # Errors
/// [`Error::UnknownName`].
pub fn exporter_for(path: &Path) -> Result<&'static dyn Exporter> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let named = |exporter: &&dyn Exporter| exporter.extensions().contains(&extension.as_str());
    EXPORTERS.iter().copied().find(named).ok_or_else(|| unknown(&path.display().to_string()))
}

fn unknown(name: &str) -> Error {
    let known: Vec<&str> = EXPORTERS.iter().map(|exporter| exporter.name()).collect();
    Error::UnknownName { what: "export format", name: name.to_owned(), known: format!("{} (--as)", known.join(", ")) }
}

/// What an `export` run wrote.
#[derive(Debug, Serialize)]
pub struct Export {
    /// Papers written.
    pub papers: usize,
    /// The format's name.
    pub format: &'static str,
    /// The files written.
    pub files: Vec<String>,
}

pub(super) fn table(r: &Export) -> Table {
    let mut table = Table::new("", &["papers", "format", "files"]);
    table.push([r.papers.to_string(), r.format.to_owned(), r.files.join(" ")]);
    table
}
