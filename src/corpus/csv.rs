//! Comma-, semicolon- and tab-separated tables with a row of column names.

use std::io::{BufRead, Read};

use csv::ByteRecord;

use super::csv_layout::{line_ends, reader, Layout};
use super::field_names::Evidence;
use super::{Emit, FieldMap, Fit, Format, Record};
use crate::error::{Error, Result};

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
        self.recognizes_mapped(head, &FieldMap::default())
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        self.read_mapped(input, source, &FieldMap::default(), emit)
    }

    fn recognizes_mapped(&self, head: &str, map: &FieldMap) -> Fit {
        match Layout::of(head, map) {
            Some(layout) if !layout.regular => Fit::No,
            Some(layout) if layout.columns.len() > 1 && layout.evidence == Evidence::Paper => Fit::Content,
            Some(_) => Fit::WithExtension,
            None => Fit::No,
        }
    }

    fn read_mapped(&self, input: &mut dyn BufRead, source: &str, map: &FieldMap, emit: &mut Emit<'_>) -> Result<()> {
        let head = String::from_utf8_lossy(input.fill_buf().map_err(Error::io(source))?).into_owned();
        let Some(layout) = Layout::of(&head, map) else {
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
    fn rows_of_another_width_are_read_where_title_and_abstract_are_certain() {
        let header = "Title,Year,Abstract,Funding,References,EID\n";
        assert_eq!(read(&format!("{header}T,2005,A,F,more,R,2-s2.0-1\nU,2005,A,F,R,2-s2.0-2\n")), ["2 T", "3 U"]);
        let torn = "2 7 cells where the header has 6";
        assert_eq!(read(&format!("{header}T,2005,An abstract, cut,F,R,2-s2.0-1\n")), [torn]);
        assert_eq!(read(&format!("{header}A title, cut,2005,A,F,R,2-s2.0-1\n")), ["2 7 cells where the header has 6"]);
        assert_eq!(
            read("title,abstract,doi,note\nT,A,10.1000/x,n,m\nT,A,a,10.1000/x,n\nU,A\nV,A,10.1000/y\n"),
            ["2 T", "3 5 cells where the header has 4", "4 U", "5 V"]
        );
    }

    #[test]
    fn the_user_names_columns() {
        let map = FieldMap::new(&[("title".into(), "What".into())]).expect("a field");
        let text = "What;Title;Who\nT;U;V\n";
        assert_eq!((Csv.recognizes("What;Who\n"), Csv.recognizes_mapped(text, &map)), (Fit::No, Fit::WithExtension));
        let mut titles = Vec::new();
        let read = Csv.read_mapped(&mut text.as_bytes(), "test", &map, &mut |record| {
            if let Record::Paper(paper) = record {
                titles.push(paper.title);
            }
            Ok(())
        });
        assert!(read.is_ok() && titles == ["T"]);
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
