//! MEDLINE's tagged lines, as PubMed exports them (`.nbib`, "PubMed" in a `.txt`): `PMID- 1` to a blank line.

use std::io::BufRead;

use super::input::Lines;
use super::tagged::{date, finish, Tagged};
use super::{clean, Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// The tag with which PubMed begins every record.
const FIRST_TAG: &str = "PMID";

/// Where the dash stands behind a tag, in bytes.
const DASH: usize = 4;

/// How many lines of other text may stand above the first record.
const BANNER_LINES: usize = 10;

/// How many tags show that a file has this form.
const ENOUGH_TAGS: usize = 3;

/// The MEDLINE format.
pub(super) struct Nbib;

impl Format for Nbib {
    fn name(&self) -> &'static str {
        "nbib"
    }

    fn about(&self) -> &'static str {
        "PubMed's tagged lines (MEDLINE, .nbib), from `PMID- ` to a blank line"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["nbib", "medline", "txt"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let mut lines = head.lines().filter(|line| !line.trim().is_empty()).skip_while({
            let mut above = 0;
            move |line| {
                above += 1;
                above <= BANNER_LINES && tag_line(line).is_none()
            }
        });
        let Some((first, _)) = lines.next().and_then(tag_line) else { return Fit::No };
        let tags: Vec<&str> =
            [first].into_iter().chain(lines.filter_map(tag_line).map(|(tag, _)| tag)).take(64).collect();
        // RIS has tags of the same shape.
        if first == "TY" || !tags.iter().any(|tag| matches!(*tag, FIRST_TAG | "OWN" | "STAT" | "FAU")) {
            Fit::No
        } else if tags.len() >= ENOUGH_TAGS {
            Fit::Content
        } else {
            Fit::WithExtension
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut lines = Lines::new(input, source);
        let mut open: Option<Tagged> = None;
        let mut first: Option<String> = None;
        let mut after_blank = true;
        while let Some((number, line)) = lines.next()? {
            if let Some((tag, value)) = tag_line(&line) {
                let opening = first.get_or_insert_with(|| tag.to_owned());
                let again = open.as_ref().is_some_and(|record| record.has(tag));
                let begins = (tag == opening && after_blank) || (tag == FIRST_TAG && again);
                if begins || open.is_none() {
                    finish(open.replace(Tagged::new(number)), paper, emit)?;
                }
                if let Some(record) = &mut open {
                    record.push(tag, value);
                }
            } else if let Some(record) = &mut open {
                record.go_on(&line);
            }
            after_blank = line.trim().is_empty();
        }
        finish(open, paper, emit)
    }
}

/// Tag and value of a line such as `TI  - A title`. What begins with white space goes on with the line above.
fn tag_line(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(DASH)?;
    let value = rest.strip_prefix('-').filter(|value| value.is_empty() || value.starts_with(' '))?;
    let name = tag.trim_end();
    let named = name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    named.then_some((name, value))
}

/// The paper that a record describes.
fn paper(record: &Tagged) -> Paper {
    let when = record.first(&["DP", "DEP", "CDAT"]);
    let doi = ["LID", "AID", "BID"].iter().flat_map(|tag| record.all(tag)).find_map(|id| id.strip_suffix("[doi]"));
    let own = record.first(&["TI"]);
    Paper {
        id: PaperId(record.first(&[FIRST_TAG]).unwrap_or_default()),
        venue: record.first(if own.is_some() { &["JT", "TA", "BTI"] } else { &["JT", "TA"] }),
        title: own.or_else(|| record.first(&["BTI", "CTI"])).unwrap_or_default(),
        abstract_text: record.whole(&["AB"]),
        authors: record.lines(&["FAU", "AU", "CN"]),
        year: when.as_deref().and_then(clean::year),
        date: when.as_deref().and_then(date),
        volume: record.first(&["VI"]),
        issue: record.first(&["IP"]),
        pages: record.first(&["PG"]),
        doi: doi.map(|doi| doi.trim().to_owned()),
        pmid: record.first(&[FIRST_TAG]),
        line: record.line,
        ..Paper::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;

    /// Line, id, title and abstract of each record in a text.
    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = Nbib.read(&mut input, "test", &mut |record| {
            if let Record::Paper(paper) = record {
                let text = paper.abstract_text.replace('\n', "|");
                found.push(format!("{} {} {}/{text}", paper.line, paper.id, paper.title));
            }
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn records_begin_with_their_first_tag() {
        let text = "\nPMID- 1\nTI  - T\nAB  - One\n      two.\n\n\nPMID- 2\nBTI - B\nPMID- 3\nTI  - U\n";
        assert_eq!(read(text), ["2 1 T/One|two.", "8 2 B/", "10 3 U/"]);
        let text = "OWN - NLM\nPMID- 1\nTI  - T\n\nOWN - NLM\nPMID- 2\nTI  - U\n";
        assert_eq!(read(text), ["1 1 T/", "5 2 U/"]);
    }

    #[test]
    fn only_tagged_lines_are_recognised() {
        assert_eq!(Nbib.recognizes("\nPMID- 1\nOWN - NLM\nTI  - T\n"), Fit::Content);
        assert_eq!(Nbib.recognizes("PMID- 1\n"), Fit::WithExtension);
        for other in ["", "TY  - JOUR\nTI  - T\nAU  - A\n", "PMID: 1\n", "AB  - text\nKW  - x\nAU  - y\n"] {
            assert_eq!(Nbib.recognizes(other), Fit::No, "{other}");
        }
    }
}
