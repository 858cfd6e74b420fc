//! A corpus: files that were found and checked, then read one after the other.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::Arc;

use super::input::{self, Bytes, Text};
use super::label::labels;
use super::packed;
use super::repeats::Repeats;
use super::search::Search;
use super::{clean, format_named, Emit, FieldMap, Format, Record};
use crate::error::{Error, Result};
use crate::paper::PaperId;

/// The argument that means standard input.
const STANDARD_INPUT: &str = "-";

/// What standard input is called in ids and messages.
const STANDARD_INPUT_NAME: &str = "stdin";

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions<'a> {
    /// The name of the one format to read; found by content and extension if absent.
    pub format: Option<&'a str>,
    /// Pairs of a field and the column that holds it, for the generic formats; overrides the names that they know.
    pub map: &'a [(String, String)],
}

/// A file in a folder that is not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The file, as shown to the user.
    pub path: String,
    /// What was seen instead of papers.
    pub reason: String,
}

/// How many records a corpus held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Records that are papers.
    pub papers: u64,
    /// Records that could not be used.
    pub skipped: u64,
}

impl Totals {
    /// Records found, used or not.
    pub fn records(&self) -> u64 {
        self.papers + self.skipped
    }
}

/// One file, or standard input, in a known format.
pub struct Source {
    pub(super) name: String,
    pub(super) format: &'static dyn Format,
    /// The real path, which tells the file from others.
    pub(super) path: PathBuf,
    /// What is read, if it cannot be opened a second time.
    pub(super) stream: Option<Stream>,
}

/// What came through a pipe.
pub(super) enum Stream {
    /// Text, of which the head has been looked at.
    Text(Text),
    /// Something else, spooled to a temporary file.
    File(File),
}

impl Source {
    /// The file as the user named it, or its path from the folder that the user named; `stdin` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its format.
    pub fn format(&self) -> &'static str {
        self.format.name()
    }

    /// Streams the records, cleaned, with source and id.
    fn read(self, label: &str, reading: &mut Reading<'_>, take: &mut Emit<'_>) -> Result<()> {
        let mut ordinal = 0;
        let name = self.name;
        let stopped = Cell::new(false);
        let mut repeats = Repeats::default();
        let emit = &mut |record| {
            ordinal += 1;
            let mut record = finish(record, &name, || format!("{label}:{ordinal}"));
            match &mut record {
                Record::Paper(paper) => {
                    repeats.settle(paper);
                    reading.totals.papers += 1;
                }
                Record::Skipped(_) => reading.totals.skipped += 1,
            }
            take(record).inspect_err(|_| stopped.set(true))
        };
        let mut text = match (self.format.binary(), self.stream) {
            (Some(binary), Some(Stream::File(file))) => return binary.read_file(file, &name, emit),
            (Some(binary), None) => {
                return match input::unpacked_file(&self.path, binary.magic()) {
                    Ok(file) => binary.read_file(file, &name, emit),
                    Err(error) => match packed::damage(&error) {
                        Some(reason) => emit(Record::skipped(1, reason)),
                        None => Err(Error::io(&self.path)(error)),
                    },
                };
            }
            (_, Some(Stream::Text(text))) => text,
            (None, Some(Stream::File(file))) => Text::new(Box::new(file)),
            (None, None) => input::open(&self.path, Arc::clone(reading.bytes_taken))?,
        };
        text.head().map_err(Error::io(&name))?;
        let result = self.format.read_mapped(&mut text, &name, reading.map, emit);
        match text.damage() {
            // What follows the damage is lost, and counts as one record that cannot be used.
            Some((line, reason)) if !stopped.get() => emit(Record::skipped(line, reason)),
            _ => result,
        }
    }
}

/// What the reading of all sources shares.
struct Reading<'a> {
    map: &'a FieldMap,
    totals: Totals,
    bytes_taken: &'a Arc<AtomicU64>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.format.name())
    }
}

/// Cleans a record and gives it its source and, where it has none, an id. A paper without text is no paper.
fn finish(record: Record, source: &str, id: impl FnOnce() -> String) -> Record {
    match record {
        Record::Paper(mut paper) => {
            clean::clean(&mut paper);
            if paper.title.is_empty() && paper.abstract_text.is_empty() {
                return finish(Record::skipped(paper.line, "neither title nor abstract"), source, id);
            }
            source.clone_into(&mut paper.source);
            if paper.id.0.is_empty() {
                let own = paper.arxiv_id.clone().or_else(|| paper.doi.clone());
                paper.id = PaperId(own.unwrap_or_else(id));
            }
            Record::Paper(paper)
        }
        Record::Skipped(mut skipped) => {
            source.clone_into(&mut skipped.source);
            Record::Skipped(skipped)
        }
    }
}

/// Files that hold papers, checked and ready to be read.
#[derive(Debug, Default)]
pub struct Corpus {
    pub(super) sources: Vec<Source>,
    pub(super) ignored: Vec<Ignored>,
    pub(super) map: FieldMap,
    /// Bytes taken from files so far.
    pub(super) bytes_taken: Arc<AtomicU64>,
}

impl Corpus {
    /// Finds the files behind `paths` (files, folders, or `-` for standard input) and checks all of them.
    ///
    /// A file that was named must hold papers. A folder is searched to the bottom, in the order of names, without
    /// hidden files; what holds no papers there is left out and listed in [`Corpus::ignored`]. A file that is reached
    /// twice is read once, where it was reached first.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for an unknown format or field, [`Error::NoSuchPath`], [`Error::EmptyFile`] and
    /// [`Error::NotACorpus`] for a file, [`Error::NoPapers`] for a folder without papers, [`Error::Io`].
    pub fn open(paths: &[PathBuf], options: &ReadOptions<'_>) -> Result<Corpus> {
        Corpus::open_with(paths, options, || Box::new(io::stdin()))
    }

    /// Like [`Corpus::open`], with another standard input.
    pub(super) fn open_with(
        paths: &[PathBuf],
        options: &ReadOptions<'_>,
        standard_input: impl FnOnce() -> Bytes,
    ) -> Result<Corpus> {
        let forced = options.format.map(format_named).transpose()?;
        let mut search = Search::new(forced, FieldMap::new(options.map)?);
        let mut standard_input = Some(standard_input);
        for path in paths {
            if path.as_os_str() != STANDARD_INPUT {
                search.path(path)?;
            } else if let Some(open) = standard_input.take() {
                let name = Path::new(STANDARD_INPUT_NAME);
                search.stream(name, input::piped(open(), name)?)?;
            }
        }
        Ok(search.corpus())
    }

    /// What will be read, in that order.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Files in folders that will not be read.
    pub fn ignored(&self) -> &[Ignored] {
        &self.ignored
    }

    /// Bytes of all files, packed as they are; `None` where one is a stream, or is not read from its beginning to its end.
    pub fn bytes(&self) -> Option<u64> {
        let size = |source: &Source| match (&source.stream, source.format.binary()) {
            (None, None) => source.path.metadata().ok().map(|file| file.len()),
            _ => None,
        };
        self.sources.iter().map(size).sum()
    }

    /// The count of bytes that [`Corpus::read`] has taken from files so far; it goes on counting while that runs.
    pub fn bytes_taken(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_taken)
    }

    /// Streams all records to `take`, source by source, with their final ids; keeps none of them.
    ///
    /// A record without an id of its own is called `FILE-STEM:ORDINAL`, where the ordinal counts the records of its
    /// file from 1, also skipped ones. Files with one stem are told apart by their folders: `b/x:1`. Where compressed
    /// data breaks off or is damaged, the records before are read and the rest is one [`Record::Skipped`].
    ///
    /// # Errors
    /// The first error of `take`, and [`Error::Io`] where a file cannot be read to its end.
    pub fn read(self, take: &mut Emit<'_>) -> Result<Totals> {
        let labels = labels(&self.sources.iter().map(|source| source.path.as_path()).collect::<Vec<_>>());
        let mut reading = Reading { map: &self.map, totals: Totals::default(), bytes_taken: &self.bytes_taken };
        for (source, label) in self.sources.into_iter().zip(labels) {
            source.read(&label, &mut reading, take)?;
        }
        Ok(reading.totals)
    }
}
