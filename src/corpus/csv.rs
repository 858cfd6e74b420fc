//! Comma-, semicolon- and tab-separated tables with a row of column names.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::Value;

use super::fields::{evidence, is_known, Evidence, Fields};
use super::{Emit, Fit, Format, Record};
use crate::error::{Error, Result};

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

/// Generic tables.
pub(super) struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "tables with commas, semicolons or tabs and a column for the title or the abstract"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tsv", "tab"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        match Layout::of(head) {
            Some(layout) if !layout.regular => Fit::No,
            Some(layout) if layout.columns.len() > 1 && layout.evidence == Evidence::Paper => Fit::Content,
            Some(_) => Fit::WithExtension,
            None => Fit::No,
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let head = String::from_utf8_lossy(input.fill_buf().map_err(Error::io(source))?).into_owned();
        let Some(layout) = Layout::of(&head) else {
            return emit(Record::skipped(1, "no row of column names with a title or an abstract"));
        };
        // With a line end behind it, every row has one, and its lines can be counted.
        let mut rows = reader(layout.delimiter, input.chain(&b"\n"[..]));
        let mut row = ByteRecord::new();
        let mut above = layout.rows_above + 1;
        while rows.read_byte_record(&mut row).map_err(|error| Error::io(source)(error.into()))? {
            if above > 0 {
                above -= 1;
            } else if row.len() > 1 || row.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                emit(layout.record(&row, first_line(&row, rows.position().line())))?;
            }
        }
        Ok(())
    }
}

/// The line on which a row begins that ends before line `next`. The parser's own number counts from the row before it,
/// also where blank lines follow that one.
fn first_line(row: &ByteRecord, next: u64) -> u64 {
    next.saturating_sub(line_ends(row) + 1).max(row.position().map_or(1, csv::Position::line))
}

/// How a table is laid out.
struct Layout {
    delimiter: u8,
    /// Rows above the column names.
    rows_above: usize,
    /// All column names.
    columns: Vec<String>,
    /// What they say.
    evidence: Evidence,
    /// Whether at least half of the rows looked at have as many cells as there are names.
    regular: bool,
}

impl Layout {
    /// The layout under which the head of a table has most column names that are known.
    fn of(head: &str) -> Option<Layout> {
        let known = |layout: &Layout| layout.columns.iter().filter(|name| is_known(name)).count();
        // `max_by_key` takes the last of equals; the commoner delimiter shall win.
        DELIMITERS.iter().rev().filter_map(|delimiter| Layout::with(head, *delimiter)).max_by_key(known)
    }

    fn with(head: &str, delimiter: u8) -> Option<Layout> {
        let rows: Vec<ByteRecord> = reader(delimiter, head.as_bytes())
            .into_byte_records()
            .map_while(|row| row.ok())
            .take(SAMPLE_ROWS)
            .collect();
        let (rows_above, columns, evidence) = rows.iter().take(BANNER_ROWS).enumerate().find_map(|(at, row)| {
            let columns: Vec<String> = row.iter().map(text).collect();
            let found = evidence(columns.iter().map(String::as_str));
            (found > Evidence::None && columns.iter().all(|name| is_name(name))).then_some((at, columns, found))
        })?;
        // The last row that was looked at may be cut off.
        let below = rows.len() - rows_above - 1;
        let whole = if below > 1 { below - 1 } else { below };
        let full = rows.iter().skip(rows_above + 1).take(whole).filter(|row| row.len() == columns.len()).count();
        Some(Layout { delimiter, rows_above, evidence, regular: full * 2 >= whole, columns })
    }

    /// The paper in a row that begins on `line`.
    fn record(&self, row: &ByteRecord, line: u64) -> Record {
        let width = row.len();
        let names = self.columns.len();
        let spare = row.iter().skip(names).all(|cell| cell.trim_ascii().is_empty());
        if width < names || !spare {
            return Record::skipped(line, wrong_width(row, names));
        }
        let named = self.columns.iter().zip(row).filter(|(name, _)| is_known(name));
        let fields = named.map(|(name, cell)| (name.as_str(), Cow::Owned(Value::String(text(cell))))).collect();
        Record::Paper(Box::new(Fields(fields).paper(line)))
    }
}

fn reader<R: Read>(delimiter: u8, input: R) -> Reader<R> {
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
fn line_ends(row: &ByteRecord) -> u64 {
    row.as_slice().iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// Whether a text can be the name of a column, and is no part of a sentence that speaks of columns.
fn is_name(text: &str) -> bool {
    text.len() <= LONGEST_NAME && !text.contains(NO_NAME)
}

fn text(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and title, or line and reason, of each record in a text.
    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = Csv.read(&mut input, "test", &mut |record| {
            found.push(match record {
                Record::Paper(paper) => format!("{} {}", paper.line, paper.title),
                Record::Skipped(skipped) => format!("{} {}", skipped.line, skipped.reason),
            });
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn tables_of_papers_are_recognised() {
        for head in [
            "id,title,abstract\n1,T,A\n",
            "Title;Authors;Year\n\"T; U\";A, B;2020\n",
            "Document Title\tPublication Year\nT\t2020\nU\t20",
            "sep=|\ntitle|abstract\nT|A\n",
            "Exported on 28 July\n\ntitle,year\nT,2020\n",
            "title,abstract\n",
        ] {
            assert_eq!(Csv.recognizes(head), Fit::Content, "{head}");
        }
        assert_eq!(Csv.recognizes("title\nT\nU\n"), Fit::WithExtension);
        assert_eq!(Csv.recognizes("title,pages\nT,3\nU,4\n"), Fit::WithExtension);
    }

    #[test]
    fn other_texts_are_not_recognised() {
        for head in [
            "",
            "name,email\nA,a@example.org\n",
            "query-id\tcorpus-id\tscore\n1\t2\t1\n",
            "# Data\nRecords are {id, title, abstract, authors} in JSON.\n",
            "Title, year and authors of a paper\nare what a reader\nlooks for first.\n",
            "title, abstract, authors\nThat is what each record holds.\nThere are nine.\nAnd so on.\nAnd on.\n",
        ] {
            assert_eq!(Csv.recognizes(head), Fit::No, "{head}");
        }
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let text = "title,abstract\n\n\nT,\"two\nlines\"\n\nU,A\n\"three\n\nlines\",A\nV,A";
        assert_eq!(read(text), ["4 T", "7 U", "8 three\n\nlines", "11 V"]);
    }

    #[test]
    fn rows_of_another_width_are_skipped_and_spare_commas_are_not_counted() {
        let text = "title,abstract\nT,A,,\nU\nV,A,x\n,\n";
        let expected = ["2 T", "3 1 cell where the header has 2", "4 3 cells where the header has 2", "5 "];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn a_quote_that_is_not_closed_costs_the_rest() {
        let reason = "3 1 cell where the header has 2 (it takes 4 lines: is a quote not closed?)";
        assert_eq!(read("title,abstract\nT,A\n\"U,A\nV,A\n"), ["2 T", reason]);
    }

    #[test]
    fn a_table_without_names_is_one_bad_record() {
        assert_eq!(read("a,b\n1,2\n"), ["1 no row of column names with a title or an abstract"]);
    }
}
