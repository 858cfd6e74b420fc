//! Reading ahead of embedding: a thread of its own that sends on what it reads in batches.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::Arc;

use crate::corpus::{self, Corpus, ReadOptions, Record, Totals};
use crate::error::{Error, Result};
use crate::paper::Paper;
use crate::report;

use super::{IndexParams, BATCH};

pub(super) fn open(params: &IndexParams) -> Result<Corpus> {
    Corpus::open(&params.paths, &ReadOptions { format: params.format.as_deref(), map: &params.map })
}

/// Reads everything once, before anything is written, and stops at the first record that cannot be used.
pub(super) fn check_all(params: &IndexParams) -> Result<()> {
    let is_stream = |path: &&PathBuf| path.exists() && !path.is_file() && !path.is_dir() || path.as_os_str() == "-";
    if let Some(stream) = params.paths.iter().find(is_stream) {
        return Err(Error::InvalidParameter {
            name: "--strict",
            value: format!("used with the stream {}", stream.display()),
            expected: "files or folders, which can be read twice".to_owned(),
        });
    }
    let checked = open(params)?.read(&mut |record| match record {
        Record::Paper(_) => Ok(()),
        Record::Skipped(s) => Err(Error::BadRecord { source_name: s.source, line: s.line, reason: s.reason }),
    });
    checked.map(drop)
}

pub(super) fn sources(corpus: &Corpus) -> Vec<report::Source> {
    let told = |source: &corpus::Source| report::Source {
        source: source.name().to_owned(),
        format: source.format().to_owned(),
    };
    corpus.sources().iter().map(told).collect()
}

pub(super) fn ignored(corpus: &Corpus) -> Vec<report::Ignored> {
    let told = |file: &corpus::Ignored| report::Ignored { source: file.path.clone(), reason: file.reason.clone() };
    corpus.ignored().iter().map(told).collect()
}

/// How far the reader is ahead of the embedder.
#[derive(Default)]
pub(super) struct Ahead {
    pub(super) papers: AtomicUsize,
    pub(super) is_all: AtomicBool,
    /// Bytes of the files, if that is known.
    pub(super) bytes: Option<u64>,
    pub(super) bytes_taken: Arc<AtomicU64>,
}

impl Ahead {
    /// Papers there will be, as far as can be told.
    pub(super) fn expected(&self) -> Option<usize> {
        let read = self.papers.load(Ordering::Relaxed);
        if self.is_all.load(Ordering::Relaxed) {
            return Some(read);
        }
        let taken = self.bytes_taken.load(Ordering::Relaxed).max(1);
        self.bytes.map(|bytes| (read as f64 * (bytes as f64 / taken as f64).max(1.0)) as usize)
    }
}

pub(super) fn reader_died() -> Error {
    Error::BadFile { source_name: "input".to_owned(), line: 0, reason: "the reader died".to_owned() }
}

/// What travels from the reader to the embedder: some papers, and records that could not be used.
#[derive(Default)]
pub(super) struct Read {
    pub(super) papers: Vec<Paper>,
    pub(super) skipped: Vec<report::Skipped>,
}

/// Reads everything and sends it on in batches.
pub(super) fn send_batches(corpus: Corpus, sender: &SyncSender<Read>, ahead: &Ahead) -> Result<Totals> {
    let mut batch = Read::default();
    let mut is_heard = true;
    let totals = corpus.read(&mut |record| {
        match record {
            Record::Paper(paper) => {
                batch.papers.push(*paper);
                ahead.papers.fetch_add(1, Ordering::Relaxed);
            }
            Record::Skipped(s) => {
                batch.skipped.push(report::Skipped { source: s.source, line: s.line, reason: s.reason });
            }
        }
        if is_heard && batch.papers.len() >= BATCH {
            is_heard = sender.send(std::mem::take(&mut batch)).is_ok();
        }
        Ok(())
    })?;
    ahead.is_all.store(true, Ordering::Relaxed);
    if is_heard {
        // Nobody listens any more only if embedding failed, and that tells its own error.
        let _ = sender.send(batch);
    }
    Ok(totals)
}
