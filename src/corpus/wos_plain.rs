//! Web of Science's tagged lines ("plain text"): `PT J` to `ER`, with three spaces before what goes on.

use std::io::BufRead;

use super::input::Lines;
use super::tagged::{arxiv_in, date, finish, page_range, Tagged};
use super::{clean, Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// How many lines of a head are looked at for the first record.
const BANNER_LINES: usize = 20;

/// How many tags behind a first `PT` show that it begins a record.
const ENOUGH_TAGS: usize = 2;

/// The tagged format of Web of Science.
pub(super) struct WosPlain;

impl Format for WosPlain {
    fn name(&self) -> &'static str {
        "wos_plain"
    }

    fn about(&self) -> &'static str {
        "Web of Science's plain text: two-letter tags from `PT J` to `ER`"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "isi", "ciw"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let mut lines = head.lines().filter(|line| !line.trim().is_empty());
        if !lines.by_ref().take(BANNER_LINES).any(begins) {
            return Fit::No;
        }
        // The tags stand at the beginning of their lines, one right below the other.
        let behind = lines.filter(|line| !line.starts_with(' ')).take(ENOUGH_TAGS + 1);
        match behind.filter(|line| tag_line(line).is_some()).count() {
            0 => Fit::No,
            tags if tags >= ENOUGH_TAGS => Fit::Content,
            _ => Fit::WithExtension,
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut lines = Lines::new(input, source);
        let mut open: Option<Tagged> = None;
        while let Some((number, line)) = lines.next()? {
            match tag_line(&line) {
                Some(("PT", _)) => finish(open.replace(Tagged::new(number)), paper, emit)?,
                Some(("ER" | "EF", "")) => finish(open.take(), paper, emit)?,
                Some((tag, value)) => {
                    if let Some(record) = &mut open {
                        record.push(tag, value);
                    }
                }
                None => {
                    if let Some(record) = &mut open {
                        record.go_on(&line);
                    }
                }
            }
        }
        finish(open, paper, emit)
    }
}

/// Whether a line begins a record: `PT` and one of the four types there are, as a letter or as a word.
fn begins(line: &str) -> bool {
    let types = ["J", "B", "S", "P", "C", "Journal", "Book", "Series", "Patent", "Conference"];
    tag_line(line).is_some_and(|(tag, value)| tag == "PT" && types.contains(&value))
}

/// Tag and value of a line such as `TI A title`; `ER` and `EF` have no value.
fn tag_line(line: &str) -> Option<(&str, &str)> {
    let (tag, rest) = line.split_at_checked(2)?;
    let mut letters = tag.bytes();
    let named = letters.next().is_some_and(|byte| byte.is_ascii_uppercase())
        && letters.next().is_some_and(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (named && (rest.is_empty() || rest.starts_with(' '))).then(|| (tag, rest.trim()))
}

/// The paper that a record describes; the tab-delimited export has the same tags.
pub(super) fn paper(record: &Tagged) -> Paper {
    let year = record.first(&["PY"]).or_else(|| record.first(&["EA"])).as_deref().and_then(clean::year);
    let early = || record.first(&["EA"]).as_deref().and_then(date);
    // Of a preprint it is the arXiv id.
    let number = record.first(&["AR"]).filter(|number| arxiv_in(number).is_none());
    // `PD` has month and day only.
    let printed = |year: i32| record.first(&["PD"]).and_then(|day| date(&format!("{year} {day}")));
    Paper {
        id: PaperId(record.first(&["UT"]).unwrap_or_default()),
        title: record.first(&["TI"]).unwrap_or_default(),
        abstract_text: record.whole(&["AB"]),
        authors: record.lines(&["AF", "AU", "BA"]),
        year,
        date: year.and_then(printed).or_else(early),
        venue: record.first(&["SO", "JI", "CT"]),
        categories: record.whole(&["WC", "SC"]).replace('\n', " ").split(';').map(|c| c.trim().to_owned()).collect(),
        volume: record.first(&["VL"]),
        issue: record.first(&["IS"]),
        pages: page_range(record.first(&["BP"]), record.first(&["EP"])).or(number),
        doi: record.first(&["DI"]),
        arxiv_id: record.first(&["AR", "UR"]).as_deref().and_then(arxiv_in),
        pmid: record.first(&["PM"]),
        line: record.line,
        ..Paper::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;

    /// Line, id and title of each record in a text.
    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = WosPlain.read(&mut input, "test", &mut |record| {
            if let Record::Paper(paper) = record {
                found.push(format!("{} {} {}", paper.line, paper.id, paper.title.replace('\n', "|")));
            }
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn records_go_from_pt_to_er_or_to_the_next() {
        let text =
            "FN X\nVR 1.0\nPT J\nTI A\n   title\nUT WOS:1\nER\n\nPT B\nTI U\nPT J\nTI V\nER\n\nEF\nFN X\nPT J\nTI W";
        assert_eq!(read(text), ["3 WOS:1 A|title", "9  U", "11  V", "17  W"]);
    }

    #[test]
    fn tags_at_the_beginning_of_lines_are_recognised() {
        assert_eq!(WosPlain.recognizes("FN Clarivate\nVR 1.0\nPT J\nAU A\n   B\nTI T\n"), Fit::Content);
        assert_eq!(WosPlain.recognizes("PT J\nTI T\n"), Fit::WithExtension);
        for other in ["", "PT\tAU\tTI\n", "TY  - JOUR\nTI  - T\nER  - \n", "PT J\nis what\nit says\nthere\n"] {
            assert_eq!(WosPlain.recognizes(other), Fit::No, "{other}");
        }
    }
}
