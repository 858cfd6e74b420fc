//! What an `index` run did.

use serde::Serialize;

use super::Table;

/// Skipped records and ignored files that a table shows at most.
const SHOWN_LOSSES: usize = 10;

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
    /// The model that made the vectors before, where this run moved the library to another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_model: Option<String>,
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

pub(super) fn tables(r: &Ingest) -> Vec<Table> {
    let mut counts = Table::new("", &["read", "added", "updated", "unchanged", "skipped", "embedded"]);
    counts.push([r.read, r.added, r.updated, r.unchanged, r.skipped.len(), r.embedded].map(|n| n.to_string()));
    if let Some(previous) = &r.previous_model {
        let moved = if r.dry_run { "would be moved" } else { "was moved" };
        counts.notes.push(format!("the library {moved} from model {previous} to {}", r.model));
    }
    if r.dry_run {
        counts.notes.push("dry run: nothing was written".to_owned());
    }
    if r.title_only > 0 {
        counts.notes.push(format!("{} of these papers have a title but no abstract", r.title_only));
    }
    let mut tables = vec![counts];
    if !r.skipped.is_empty() {
        let mut skipped = Table::new("Skipped", &["record", "reason"]);
        for loss in r.skipped.iter().take(SHOWN_LOSSES) {
            skipped.push([format!("{}:{}", loss.source, loss.line), loss.reason.clone()]);
        }
        skipped.notes.extend(more(r.skipped.len(), "--skipped FILE and --format json list them all"));
        tables.push(skipped);
    }
    if !r.replaced.is_empty() {
        let mut replaced = Table::new("Replaced by another record with the same id", &["id", "was", "is now"]);
        for loss in r.replaced.iter().take(SHOWN_LOSSES) {
            replaced.push([loss.id.clone(), loss.source.clone(), loss.by.clone()]);
        }
        replaced.notes.extend(more(r.replaced.len(), "--format json lists them all"));
        tables.push(replaced);
    }
    if !r.ignored.is_empty() {
        let mut ignored = Table::new("Files left out", &["file", "reason"]);
        for loss in r.ignored.iter().take(SHOWN_LOSSES) {
            ignored.push([loss.source.clone(), loss.reason.clone()]);
        }
        ignored.notes.extend(more(r.ignored.len(), "--format json lists them all"));
        tables.push(ignored);
    }
    tables
}

/// All records that could not be used.
pub(super) fn losses(skipped: &[Skipped]) -> Table {
    let mut table = Table::new("", &["source", "line", "reason"]);
    for loss in skipped {
        table.push([loss.source.clone(), loss.line.to_string(), loss.reason.clone()]);
    }
    table
}

fn more(count: usize, way: &str) -> Option<String> {
    (count > SHOWN_LOSSES).then(|| format!("and {} more; {way}", count - SHOWN_LOSSES))
}
