//! Web of Science's tab-delimited export: two-letter tags as column names, one record a line, quotes as they are.

use std::io::BufRead;

use super::input::Lines;
use super::tagged::Tagged;
use super::wos_plain::paper;
use super::{Emit, Fit, Format, Record};
use crate::error::Result;

/// How many column names show that a line has them.
const ENOUGH_NAMES: usize = 3;

/// The tab-delimited format of Web of Science.
pub(super) struct WosTab;

impl Format for WosTab {
    fn name(&self) -> &'static str {
        "wos_tab"
    }

    fn about(&self) -> &'static str {
        "Web of Science's tab-delimited export: columns PT, AU, TI, AB, UT"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "tsv", "tab"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        match head.lines().find(|line| !line.trim().is_empty()).and_then(columns) {
            Some(_) => Fit::Content,
            None => Fit::No,
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut lines = Lines::new(input, source);
        let mut names: Option<Vec<String>> = None;
        while let Some((number, line)) = lines.next()? {
            if line.trim().is_empty() {
                continue;
            }
            // Exports that were joined have their names again.
            match (columns(&line), &names) {
                (Some(own), _) => names = Some(own),
                (None, Some(names)) => emit(record(names, &line, number))?,
                (None, None) => return emit(Record::skipped(number, "no row of column names such as PT, AU, TI")),
            }
        }
        Ok(())
    }
}

/// The column names in a line that has them.
fn columns(line: &str) -> Option<Vec<String>> {
    let names: Vec<String> = line.trim_end().split('\t').map(|name| name.trim().trim_matches('"').to_owned()).collect();
    let tag = |name: &String| name.len() == 2 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let has = |tag: &str| names.iter().any(|name| name == tag);
    (names.len() >= ENOUGH_NAMES && names.iter().all(tag) && has("PT") && has("TI")).then_some(names)
}

/// The paper in a line, if its cells can be told to the columns.
fn record(names: &[String], line: &str, number: u64) -> Record {
    let cells: Vec<&str> = line.split('\t').collect();
    let spare = cells.iter().skip(names.len()).all(|cell| cell.trim().is_empty());
    // Cut off behind the abstract, a line is as good as a whole one; before that, it may be cut anywhere.
    let told = names.iter().rposition(|name| name == "TI" || name == "AB").unwrap_or_default() + 1;
    if !spare || (cells.len() <= told && cells.len() < names.len()) {
        return Record::skipped(number, format!("{} cells where the header has {}", cells.len(), names.len()));
    }
    let mut tagged = Tagged::new(number);
    for (name, cell) in names.iter().zip(cells) {
        tagged.push(name, cell);
    }
    Record::Paper(Box::new(paper(&tagged)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and title, or line and reason, of each record in a text.
    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = WosTab.read(&mut input, "test", &mut |record| {
            found.push(match record {
                Record::Paper(paper) => format!("{} {}/{}", paper.line, paper.title, paper.abstract_text),
                Record::Skipped(skipped) => format!("{} {}", skipped.line, skipped.reason),
            });
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn quotes_are_text_and_a_cut_line_is_told() {
        let text =
            "PT\tAU\tTI\tAB\tUT\t\nJ\tA; B\tA \"title\tAn \"abstract\tW:1\t\nJ\tA\tT\tcut of\nJ\tA\tT\tB\tW\tx\n";
        let cut = "3 4 cells where the header has 5";
        assert_eq!(read(text), ["2 A \"title/An \"abstract", cut, "4 6 cells where the header has 5"]);
    }

    #[test]
    fn the_names_are_recognised() {
        assert_eq!(WosTab.recognizes("PT\tAU\tTI\tSO\t\n"), Fit::Content);
        for other in ["", "PT J\nTI T\n", "PT\tAU\tSO\n", "pt\tau\tti\n"] {
            assert_eq!(WosTab.recognizes(other), Fit::No, "{other}");
        }
    }
}
