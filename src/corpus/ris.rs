//! RIS, as Zotero, EndNote, Web of Science, Scopus, Ovid, Embase and ProQuest write it: `TY  - JOUR` to `ER  -`.
//!
//! Exports differ in the spaces around the dash, put banners and numbers between the records, forget the end of a
//! record, and break values into lines with and without indentation. So a record goes from one `TY` to the next or to
//! its `ER`; what is no tag goes on with the value above it; and what stands outside of records is not looked at.

use std::io::BufRead;

use super::ids::{is_pubmed, is_pubmed_id, pubmed_id};
use super::input::Lines;
use super::tagged::{arxiv_in, date, doi_in, finish, page_range, Tagged};
use super::{clean, Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// How many lines of other text may stand above the first record: search banners have about five.
const BANNER_LINES: usize = 20;

/// How many tags behind a first `TY` show that it begins a record.
const ENOUGH_TAGS: usize = 2;

/// The longest bare number that is taken for a running number and not for an id, in digits.
const RUNNING_NUMBER: usize = 5;

/// The RIS format.
pub(super) struct Ris;

impl Format for Ris {
    fn name(&self) -> &'static str {
        "ris"
    }

    fn about(&self) -> &'static str {
        "RIS: tagged lines from `TY  - ` to `ER  - `"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ris", "txt"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let mut lines = head.lines().filter(|line| !line.trim().is_empty());
        let Some(first) = lines.by_ref().take(BANNER_LINES).find_map(|line| tag_line(line).filter(|t| t.tag == "TY"))
        else {
            return Fit::No;
        };
        let tags = lines.filter_map(tag_line).filter(|line| line.is_like(first.spaces)).take(ENOUGH_TAGS).count();
        match tags {
            0 => Fit::No,
            ENOUGH_TAGS => Fit::Content,
            _ => Fit::WithExtension,
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut lines = Lines::new(input, source);
        let mut open: Option<Tagged> = None;
        let mut spaces = 0;
        while let Some((number, line)) = lines.next()? {
            match tag_line(&line) {
                Some(found) if found.tag == "TY" => {
                    finish(open.take(), paper, emit)?;
                    spaces = found.spaces;
                    open = Some(Tagged::new(number));
                }
                Some(found) if found.tag == "ER" && found.is_like(spaces) => finish(open.take(), paper, emit)?,
                Some(found) if found.is_like(spaces) => {
                    if let Some(record) = &mut open {
                        record.push(found.tag, found.value);
                    }
                }
                _ => {
                    if let Some(record) = &mut open {
                        record.go_on(&line);
                    }
                }
            }
        }
        finish(open, paper, emit)
    }
}

/// A line with a tag.
struct TagLine<'a> {
    tag: &'a str,
    /// White space between tag and dash, in characters.
    spaces: usize,
    value: &'a str,
}

impl TagLine<'_> {
    /// Whether the line is written as one whose `TY` has this white space. `IL - 6` in an abstract is no tag in a file
    /// with two spaces.
    fn is_like(&self, spaces: usize) -> bool {
        self.spaces >= spaces.min(2)
    }
}

/// The tag that a line begins with: two characters, white space, and a dash.
fn tag_line(line: &str) -> Option<TagLine<'_>> {
    let line = line.trim_start();
    let (tag, rest) = line.split_at_checked(2)?;
    let mut letters = tag.chars();
    let named = letters.next().is_some_and(|c| c.is_ascii_uppercase())
        && letters.next().is_some_and(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let bare = rest.trim_start();
    let value = bare.strip_prefix('-').filter(|_| named)?;
    // `TY-JOUR` is a tag, `IL-6` is none; which it is depends on how the record began.
    Some(TagLine { tag, spaces: rest.chars().count() - bare.chars().count(), value })
}

/// The paper that a record describes.
fn paper(record: &Tagged) -> Paper {
    let when = record.first(&["PY", "Y1", "DA"]);
    let day = record.first(&["DA"]).and_then(|text| date(&text));
    let day = day.or_else(|| record.first(&["Y1", "PY"]).and_then(|text| date(&text)));
    let titles = ["TI", "T1", "CT"];
    let venues = ["JF", "T2", "JO", "J1", "J2", "JA", "BT"];
    let own = record.first(&titles);
    let address =
        |tags: &[&str], find: fn(&str) -> Option<String>| tags.iter().flat_map(|tag| record.all(tag)).find_map(find);
    let doi = address(&["DO", "DI"], |text| doi_in(text).or_else(|| Some(text.to_owned())));
    Paper {
        id: PaperId(own_id(record).unwrap_or_default()),
        title: own.clone().or_else(|| record.first(&["BT"])).unwrap_or_default(),
        abstract_text: record.whole(&["AB", "N2"]),
        authors: record.lines(&["AU", "A1"]),
        year: when.as_deref().and_then(clean::year),
        date: day,
        venue: record.first(if own.is_some() { &venues } else { &venues[..6] }),
        doi: doi.or_else(|| address(&["UR", "L3", "M3", "L2", "LK"], doi_in)),
        volume: record.first(&["VL"]),
        issue: record.first(&["IS"]),
        pages: page_range(record.first(&["SP"]), record.first(&["EP"])).or_else(|| record.first(&["C7"])),
        arxiv_id: address(&["UR", "L1", "L2", "DO"], arxiv_in),
        pmid: pmid(record),
        url: record.first(&["UR", "LK", "L2"]).and_then(|text| text.lines().next().map(str::to_owned)),
        line: record.line,
        ..Paper::default()
    }
}

/// The id that the record was given by its source. EndNote numbers the records of each library from 1, which tells
/// two files' records from each other no more than their places do.
fn own_id(record: &Tagged) -> Option<String> {
    let running = |id: &str| id.len() <= RUNNING_NUMBER && id.bytes().all(|byte| byte.is_ascii_digit());
    let ids = ["AN", "ID"].into_iter().flat_map(|tag| record.all(tag)).filter_map(|ids| ids.split(';').next());
    ids.map(str::trim).find(|id| !id.is_empty() && !running(id)).map(str::to_owned)
}

/// PubMed's number, which every database keeps in a place of its own.
fn pmid(record: &Tagged) -> Option<String> {
    let database = record.first(&["DB"]).or_else(|| record.first(&["DP"])).unwrap_or_default();
    let embase = database == "Embase" || is_pubmed(&database);
    let places = [("C2", database == "Scopus"), ("AN", is_pubmed(&database)), ("C5", embase)];
    let own = places.into_iter().filter(|(_, is_own)| *is_own).find_map(|(tag, _)| {
        let number = record.first(&[tag])?;
        is_pubmed_id(&number).then_some(number)
    });
    let named = || ["AN", "C3", "UR", "L2", "LK"].into_iter().flat_map(|tag| record.all(tag)).find_map(pubmed_id);
    own.or_else(named)
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;

    /// Line, title and abstract of each record in a text.
    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = Ris.read(&mut input, "test", &mut |record| {
            if let Record::Paper(paper) = record {
                found.push(format!("{} {}/{}", paper.line, paper.title, paper.abstract_text.replace('\n', "|")));
            }
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn spaces_around_the_dash_differ() {
        for text in
            ["TY  - JOUR\nTI  - T\nER  - \n", "TY - JOUR\nTI - T\nER -", "TY-JOUR\nTI-T\nER-", "TY  -JOUR\n TI  -T"]
        {
            assert_eq!(read(text), ["1 T/"], "{text}");
        }
    }

    #[test]
    fn what_is_no_tag_goes_on_with_the_value() {
        let text = "TY  - JOUR\nT1  - A\n      title\nN2  - One\nIL - 6 two\nIL-6 three\n\nER  - \n";
        assert_eq!(read(text), ["1 A\ntitle/One|IL - 6 two|IL-6 three"]);
    }

    #[test]
    fn a_record_ends_where_the_next_begins() {
        let text =
            "2 results\n1.\nTY  - JOUR\nTI  - T\n\nTY  - BOOK\nBT  - U\nAB  - A\nAB  - B\nER  -\n2.\nTI  - not this\n";
        assert_eq!(read(text), ["3 T/", "6 U/A|B"]);
    }

    #[test]
    fn running_numbers_are_no_ids() {
        let id = |tag: &str, value: &str| {
            let mut record = Tagged::new(1);
            record.push(tag, value);
            own_id(&record)
        };
        assert_eq!(id("ID", "12"), None);
        assert_eq!(id("AN", "32945768").as_deref(), Some("32945768"));
        assert_eq!(id("AN", "2214991469; 51887").as_deref(), Some("2214991469"));
        assert_eq!(id("ID", "smith2020").as_deref(), Some("smith2020"));
    }

    #[test]
    fn a_record_is_recognised_by_its_tags() {
        assert_eq!(Ris.recognizes("Provider: X\n\nTY  - JOUR\nTI  - T\nAU  - A\n"), Fit::Content);
        assert_eq!(Ris.recognizes("TY  - JOUR\nER  - "), Fit::WithExtension);
        for other in ["", "TY  - JOUR\n", "PMID- 1\nTI  - T\nAB  - A\n", "PT J\nTI T\n"] {
            assert_eq!(Ris.recognizes(other), Fit::No, "{other}");
        }
    }
}
