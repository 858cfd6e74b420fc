//! How a table is laid out: its delimiter, its column names, and which cells of a row belong to which of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;

use super::field_names::{evidence, fits, is_known, is_text, Evidence};
use super::fields::Fields;
use super::{FieldMap, Record};

/// What may stand between two cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows may stand above the column names: exports put a banner or `sep=;` there.
const BANNER_ROWS: usize = 5;

/// How many rows are looked at to see whether they have as many cells as there are names.
const SAMPLE_ROWS: usize = 50;

/// The longest column name, in bytes; Scopus, Web of Science and Embase stay below 50.
const LONGEST_NAME: usize = 80;

/// What no column name holds, but other text with commas in it does.
const NO_NAME: [char; 9] = ['{', '}', '[', ']', '<', '>', '`', '"', '='];

/// How a table is laid out.
pub(super) struct Layout {
    pub(super) delimiter: u8,
    /// Rows above the column names.
    pub(super) rows_above: usize,
    /// All column names.
    pub(super) columns: Vec<String>,
    /// What they say.
    pub(super) evidence: Evidence,
    /// How many cells most of the rows looked at have; the header may have forgotten a name.
    width: usize,
    /// Whether at least half of the rows looked at can be told to the columns.
    pub(super) regular: bool,
}

impl Layout {
    /// The layout under which the head of a table has most column names that are known.
    pub(super) fn of(head: &str, map: &FieldMap) -> Option<Layout> {
        let known = |layout: &Layout| layout.columns.iter().filter(|name| is_known(name)).count();
        // `max_by_key` takes the last of equals; the commoner delimiter shall win.
        DELIMITERS.iter().rev().filter_map(|delimiter| Layout::with(head, *delimiter, map)).max_by_key(known)
    }

    fn with(head: &str, delimiter: u8, map: &FieldMap) -> Option<Layout> {
        let rows: Vec<ByteRecord> = reader(delimiter, head.as_bytes())
            .into_byte_records()
            .map_while(|row| row.ok())
            .take(SAMPLE_ROWS)
            .collect();
        let (rows_above, columns, evidence) = rows.iter().take(BANNER_ROWS).enumerate().find_map(|(at, row)| {
            let names: Vec<String> = row.iter().map(text).collect();
            let columns = map.names(names.iter().map(String::as_str));
            let found = evidence(columns.iter().map(String::as_str));
            (found > Evidence::None && names.iter().all(|name| is_name(name))).then_some((at, columns, found))
        })?;
        // The last row that was looked at may be cut off.
        let below = &rows[rows_above + 1..];
        let whole = &below[..if below.len() > 1 { below.len() - 1 } else { below.len() }];
        let width = usual_width(whole).unwrap_or(columns.len());
        let layout = Layout { delimiter, rows_above, columns, evidence, width, regular: true };
        let names = layout.columns.len();
        let fits = |row: &&ByteRecord| row.len() == names || (row.len() > names && layout.texts_are_certain(row));
        let told = whole.iter().filter(fits).count();
        Some(Layout { regular: told * 2 >= whole.len(), ..layout })
    }

    /// The paper in a row that begins on `line`.
    pub(super) fn record(&self, row: &ByteRecord, line: u64) -> Record {
        let names = self.columns.len();
        let spare = row.iter().skip(names).all(|cell| cell.trim_ascii().is_empty());
        let cells: Vec<(&String, String)> = if row.len() >= names && spare {
            self.columns.iter().zip(row.iter().map(text)).collect()
        } else if self.texts_are_certain(row) {
            self.certain_cells(row)
        } else {
            return Record::skipped(line, wrong_width(row, names));
        };
        let named = cells.into_iter().filter(|(name, _)| is_known(name));
        let fields = named.map(|(name, cell)| (name.as_str(), Cow::Owned(Value::String(cell)))).collect();
        Record::Paper(Box::new(Fields(fields).paper(line)))
    }

    /// How many columns there are up to the last one with a title or an abstract.
    fn texts_end(&self) -> usize {
        self.columns.iter().rposition(|name| is_text(name)).map_or(self.columns.len(), |at| at + 1)
    }

    /// Whether title and abstract of a row that has more or fewer cells than there are names stand where the names
    /// say, so that what is missing or too much stands behind them.
    ///
    /// Cells whose kind can be checked, such as years and DOIs, must be what their column says as far as the texts go,
    /// and no cell there may be a piece of another. What is too much is behind them if a cell there can be checked in
    /// its own place, or if one above them can and so can one at the end of the row, or most rows have as many cells:
    /// then the header has too few names.
    fn texts_are_certain(&self, row: &ByteRecord) -> bool {
        let (end, names) = (self.texts_end(), self.columns.len());
        let check = |cell: usize, column: usize| {
            let cell = row.get(cell).map(text).filter(|cell| !cell.is_empty());
            cell.and_then(|cell| fits(&self.columns[column], &cell))
        };
        let above = || (0..end).map(|at| check(at, at));
        if row.len() < end || above().any(|fit| fit == Some(false)) || row.iter().take(end + 1).any(is_piece) {
            return false;
        }
        let anchored = above().any(|fit| fit == Some(true));
        let from_end = |at: usize| (at + row.len()).checked_sub(names).and_then(|cell| check(cell, at));
        let in_place = (end..names).any(|at| check(at, at) == Some(true));
        let shifted = || row.len() == self.width || (end..names).any(|at| from_end(at) == Some(true));
        row.len() < names || in_place || (anchored && shifted())
    }

    /// The cells of such a row that are certain: those up to the texts, and behind them those that look as their column
    /// says, counted from the beginning of the row or from its end.
    fn certain_cells(&self, row: &ByteRecord) -> Vec<(&String, String)> {
        let end = self.texts_end();
        let shifted = |at: usize| (at + row.len()).checked_sub(self.columns.len()).filter(|at| *at >= end);
        let behind = (end..self.columns.len()).filter_map(|at| {
            let cells = [shifted(at), Some(at)].into_iter().flatten().filter_map(|at| row.get(at)).map(text);
            cells.map(|cell| (&self.columns[at], cell)).find(|(name, cell)| fits(name, cell) == Some(true))
        });
        self.columns.iter().zip(row.iter().map(text)).take(end).chain(behind).collect()
    }
}

/// Whether a cell was torn from another or has swallowed others: text goes on behind a comma and a space, and broken
/// quotes leave single ones behind.
fn is_piece(cell: &[u8]) -> bool {
    let quotes = cell.iter().filter(|byte| **byte == b'"').count();
    cell.starts_with(b" ") || quotes % 2 == 1 || cell.windows(3).any(|three| three == b"\",\"")
}

/// How many cells most rows have.
fn usual_width(rows: &[ByteRecord]) -> Option<usize> {
    let mut counts = BTreeMap::new();
    rows.iter().for_each(|row| *counts.entry(row.len()).or_insert(0) += 1);
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(width, _)| width)
}

/// The rows of a table.
pub(super) fn reader<R: Read>(delimiter: u8, input: R) -> Reader<R> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(input)
}

/// Why a row cannot be used whose cells cannot be told to `names` columns.
fn wrong_width(row: &ByteRecord, names: usize) -> String {
    let cells = if row.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", row.len()) };
    let lines = line_ends(row) + 1;
    let hint = if lines > 1 { format!(" (it takes {lines} lines: is a quote not closed?)") } else { String::new() };
    format!("{cells} where the header has {names}{hint}")
}

/// Line ends inside the cells of a row.
pub(super) fn line_ends(row: &ByteRecord) -> u64 {
    row.as_slice().iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// Whether a text can be the name of a column, and is no part of a sentence that speaks of columns.
fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && !text.contains(NO_NAME)
}

fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}
