//! CSL-JSON, as Zotero, pandoc and other reference managers write it.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::fields::Fields;
use super::ids::{arxiv_id, pubmed_id};
use super::values::{date_parts, first_text, members, people, year};
use super::{Emit, Fit, Format};
use crate::error::Result;
use crate::paper::Paper;

/// Types that CSL has and others have not; `book` and `article` stand in records of all kinds.
const OWN_TYPES: &[&str] = &[
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "paper-conference",
    "entry-dictionary",
    "entry-encyclopedia",
    "legal_case",
    "motion_picture",
    "personal_communication",
    "post-weblog",
    "review-book",
];

/// Names for dates of publication, best first.
const DATES: &[&str] = &["issued", "available-date", "original-date", "submitted"];

/// Where the venue stands, best first.
const VENUES: &[&str] = &["container-title", "event-title", "event", "collection-title", "container-title-short"];

/// Where an arXiv id may stand.
const ARXIV_PLACES: &[&str] = &["DOI", "URL", "number", "archive_location", "note"];

/// CSL-JSON.
pub(super) struct CslJson;

const DIALECT: Dialect = Dialect { is_own, answer: None, paper };

impl Format for CslJson {
    fn name(&self) -> &'static str {
        "csl_json"
    }

    fn about(&self) -> &'static str {
        "CSL-JSON, as Zotero and pandoc export it"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "jsonl"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        DIALECT.recognizes(head)
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        DIALECT.read(input, source, emit)
    }
}

fn is_own(record: &Map<String, Value>) -> bool {
    let kind = record.get("type").and_then(Value::as_str);
    let issued = record.get("issued").and_then(Value::as_object);
    let dated = issued.is_some_and(|date| ["date-parts", "raw", "literal"].iter().any(|name| date.contains_key(*name)));
    let person = |person: &Map<String, Value>| person.contains_key("family") || person.contains_key("literal");
    let names = || ["author", "editor"].into_iter().flat_map(|name| members(record, name)).any(person);
    let crossref = record.get("title").is_some_and(Value::is_array);
    let typed = kind.is_some_and(|kind| OWN_TYPES.contains(&kind));
    !crossref && (typed && record.contains_key("id") || kind.is_some() && (dated || names()) || dated && names())
}

fn paper(record: &Map<String, Value>, line: u64) -> Paper {
    let generic = Fields::of(record).strict_paper(line);
    let date = DATES.iter().filter_map(|name| record.get(*name)).find_map(date_parts).or(generic.date);
    let texts = |names: &'static [&str]| names.iter().filter_map(|name| record.get(*name).and_then(first_text));
    let venue = texts(VENUES).next();
    let arxiv = texts(ARXIV_PLACES).find_map(|text| arxiv_id(&text));
    Paper {
        authors: record.get("author").and_then(people).unwrap_or(generic.authors),
        year: date.as_deref().and_then(|date| year(&Value::from(date))).or(generic.year),
        date,
        venue: venue.or(generic.venue),
        pages: record.get("page").and_then(first_text).or(generic.pages),
        arxiv_id: generic.arxiv_id.or(arxiv),
        pmid: generic.pmid.or_else(|| record.get("note").and_then(first_text).and_then(|note| pmid_in(&note))),
        ..generic
    }
}

/// PubMed's number in a note, where Zotero keeps what it has no field for, each on a line.
fn pmid_in(note: &str) -> Option<String> {
    note.lines().filter(|line| line.starts_with("PMID")).find_map(pubmed_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn items_are_known_by_type_dates_and_names() {
        let own = |value: Value| is_own(value.as_object().expect("an object"));
        assert!(own(json!({"id": "a", "type": "article-journal"})));
        assert!(own(json!({"id": "a", "type": "book", "issued": {"raw": "2001"}})));
        assert!(own(json!({"title": "T", "author": [{"literal": "WHO"}], "issued": {"date-parts": [[2001]]}})));
        assert!(!own(json!({"id": "a", "type": "book", "title": "T", "author": ["A. Person"]})));
        assert!(!own(json!({"title": "T", "author": [{"family": "One"}], "year": 2001})));
    }

    #[test]
    fn odd_items_are_read() {
        let record = json!({
            "id": 12, "type": "report", "issued": {"date-parts": [[]], "raw": "May 2018"}, "note": "arXiv: 1806.05726",
            "author": [{"literal": "WHO"}, {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"}],
        });
        let read = paper(record.as_object().expect("an object"), 1);
        assert_eq!((read.id.as_str(), read.year, read.date.as_deref()), ("12", Some(2018), Some("May 2018")));
        assert_eq!(read.authors, ["WHO", "Vincent van Gogh"]);
        assert_eq!(read.arxiv_id.as_deref(), Some("1806.05726"));
        assert_eq!(pmid_in("arXiv: 1806.05726\nPMID: 7\nx").as_deref(), Some("7"));
        assert_eq!(pmid_in("Indexed for MEDLINE 2019"), None);
    }
}
