//! Finds the files behind the paths that a user names, and checks each of them.

use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::input::{self, Bytes, Text};
use super::packed::inner_path;
use super::source::{Corpus, Ignored, Source, Stream};
use super::{binary_format_of, format_names, format_of, FieldMap, Fit, Format};
use crate::error::{Error, Result};

/// A corpus in the making.
pub(super) struct Search {
    forced: Option<&'static dyn Format>,
    map: FieldMap,
    /// The real paths of all files that were looked at.
    seen: BTreeSet<PathBuf>,
    corpus: Corpus,
}

impl Search {
    /// Nothing yet; `forced` is the one format to read, and `map` names columns of generic ones.
    pub(super) fn new(forced: Option<&'static dyn Format>, map: FieldMap) -> Self {
        Search { forced, map, seen: BTreeSet::new(), corpus: Corpus::default() }
    }

    /// What was found.
    pub(super) fn corpus(self) -> Corpus {
        Corpus { map: self.map, ..self.corpus }
    }

    /// Adds a file, a folder, or a pipe that has a path.
    pub(super) fn path(&mut self, path: &Path) -> Result<()> {
        let metadata = fs::metadata(path).map_err(|error| missing(path, error))?;
        if metadata.is_dir() {
            self.folder(path)
        } else if metadata.is_file() {
            self.file(path)
        } else {
            self.stream(path, input::bytes(path)?)
        }
    }

    /// Adds a file that was named.
    fn file(&mut self, path: &Path) -> Result<()> {
        let (first, bytes) = input::peek(input::bytes(path)?).map_err(Error::io(path))?;
        let format = match self.binary_format(&first) {
            Some(format) => format,
            None => self.named_format(path, &Text::new(bytes).head().map_err(Error::io(path))?)?,
        };
        self.add(shown(path), path, format, None);
        Ok(())
    }

    /// Adds standard input or another pipe, which can be read only once.
    pub(super) fn stream(&mut self, path: &Path, bytes: Bytes) -> Result<()> {
        let (first, bytes) = input::peek(bytes).map_err(Error::io(path))?;
        let (format, stream) = match self.binary_format(&first) {
            Some(format) => (format, Stream::File(input::spooled(bytes).map_err(Error::io(path))?)),
            None => {
                let mut text = Text::new(bytes);
                let head = text.head().map_err(Error::io(path))?;
                (self.named_format(path, &head)?, Stream::Text(text))
            }
        };
        self.add(shown(path), path, format, Some(stream));
        Ok(())
    }

    /// Adds the files in a folder.
    fn folder(&mut self, folder: &Path) -> Result<()> {
        let mut found = 0;
        let left_out_before = self.corpus.ignored.len();
        let entries = WalkDir::new(folder).min_depth(1).follow_links(true).sort_by_file_name().into_iter();
        for entry in entries.filter_entry(|entry| !is_hidden(entry)) {
            let (path, fit) = match entry {
                Ok(entry) if entry.file_type().is_dir() => continue,
                Ok(entry) => (entry.path().to_path_buf(), self.entry_format(entry.path(), entry.file_type())),
                Err(error) => (error.path().unwrap_or(folder).to_path_buf(), Err(walk_reason(&error))),
            };
            let name = shown(&path);
            match fit {
                Ok(format) => {
                    found += 1;
                    self.add(name, &path, format, None);
                }
                Err(reason) => self.corpus.ignored.push(Ignored { path: name, reason }),
            }
        }
        if found == 0 {
            let reason = no_papers_reason(&self.corpus.ignored[left_out_before..]);
            return Err(Error::NoPapers { source_name: shown(folder), reason, formats: format_names() });
        }
        Ok(())
    }

    /// The format of a file that is not text, unless another one is forced.
    fn binary_format(&self, first: &[u8]) -> Option<&'static dyn Format> {
        binary_format_of(first).filter(|found| self.forced.is_none_or(|forced| forced.name() == found.name()))
    }

    /// The format of a file that was named, or the error that there is none.
    fn named_format(&self, path: &Path, head: &str) -> Result<&'static dyn Format> {
        if head.trim().is_empty() {
            return Err(Error::EmptyFile { path: path.to_path_buf() });
        }
        self.forced
            .or_else(|| format_of(head, &extension(path), &self.map))
            .ok_or_else(|| Error::NotACorpus { path: path.to_path_buf(), formats: format_names() })
    }

    /// The format of a file in a folder, or the reason to leave it out.
    fn entry_format(&self, path: &Path, kind: FileType) -> Result<&'static dyn Format, String> {
        if !kind.is_file() {
            return Err("not a regular file".to_owned());
        }
        let opened = input::bytes(path).map_err(|error| error_reason(&error));
        let (first, bytes) = input::peek(opened?).map_err(|error| error.to_string())?;
        if let Some(format) = self.binary_format(&first) {
            return Ok(format);
        }
        let head = Text::new(bytes).head().map_err(|error| error.to_string())?;
        if head.trim().is_empty() {
            return Err("empty".to_owned());
        }
        let extension = extension(path);
        match self.forced {
            // A folder holds other files too: a forced format takes the ones that look like it.
            Some(format) => Some(format).filter(|format| {
                format.extensions().contains(&extension.as_str())
                    || format.recognizes_mapped(&head, &self.map) > Fit::No
            }),
            None => format_of(&head, &extension, &self.map),
        }
        .ok_or_else(|| "no known format".to_owned())
    }

    /// Adds a source, unless its file has been reached before.
    fn add(&mut self, name: String, path: &Path, format: &'static dyn Format, stream: Option<Stream>) {
        let real = if stream.is_none() { fs::canonicalize(path).ok() } else { None };
        let path = real.unwrap_or_else(|| path.to_path_buf());
        if self.seen.insert(path.clone()) {
            self.corpus.sources.push(Source { name, format, path, stream });
        }
    }
}

fn missing(path: &Path, error: io::Error) -> Error {
    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) {
        return Error::NoSuchPath { path: path.to_path_buf() };
    }
    Error::io(path)(error)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

/// The extension in lower case; that of the packed file where the file is compressed.
fn extension(path: &Path) -> String {
    inner_path(path).extension().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// A path as it is shown: with forward slashes, and without `.` in it.
fn shown(path: &Path) -> String {
    let mut out = String::new();
    for part in path.components() {
        match part {
            Component::CurDir => continue,
            Component::RootDir => out.push('/'),
            Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {
                if !out.is_empty() && !out.ends_with('/') {
                    out.push('/');
                }
                out.push_str(&part.as_os_str().to_string_lossy());
            }
        }
    }
    if out.is_empty() {
        ".".to_owned()
    } else {
        out
    }
}

fn walk_reason(error: &walkdir::Error) -> String {
    match error.io_error() {
        Some(error) => error.to_string(),
        None => "a link that leads back to a folder above it".to_owned(),
    }
}

/// Why a file could not be opened, without the path, which is shown beside it.
fn error_reason(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn no_papers_reason(left_out: &[Ignored]) -> String {
    match left_out {
        [] => "it holds no files".to_owned(),
        [only] => format!("it holds only {}: {}", only.path, only.reason),
        [first, rest @ ..] => {
            format!("{} files were left out, such as {}: {}", rest.len() + 1, first.path, first.reason)
        }
    }
}
