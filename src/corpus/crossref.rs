//! Works from Crossref: answers of the REST API, single works, and JSON lines.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::fields::Fields;
use super::ids::arxiv_id;
use super::values::{categories, date_parts, first_text, member_text, members, people, year};
use super::{Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// Names that works have at Crossref and in nothing else that has a DOI.
const OWN_NAMES: &[&str] = &[
    "reference-count",
    "references-count",
    "is-referenced-by-count",
    "content-domain",
    "short-container-title",
    "issn-type",
    "deposited",
    "indexed",
    "member",
];

/// Where the date of publication stands, best first. `created` and `deposited` are dates of the record.
const DATES: &[&str] = &["issued", "published", "published-online", "published-print", "posted"];

/// Crossref works.
pub(super) struct Crossref;

const DIALECT: Dialect = Dialect { is_own, answer: Some(("/message-type", "/message/items")), paper };

impl Format for Crossref {
    fn name(&self) -> &'static str {
        "crossref"
    }

    fn about(&self) -> &'static str {
        "Crossref works: an answer of the API, single works, or JSON lines"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "jsonl", "ndjson"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        DIALECT.recognizes(head)
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        DIALECT.read(input, source, emit)
    }
}

fn is_own(record: &Map<String, Value>) -> bool {
    let list = |name: &str| record.get(name).is_some_and(Value::is_array);
    let named = OWN_NAMES.iter().any(|name| record.contains_key(*name));
    (record.contains_key("DOI") && (named || list("title"))) || (list("title") && list("container-title"))
}

fn paper(record: &Map<String, Value>, line: u64) -> Paper {
    let generic = Fields::of(record).strict_paper(line);
    let text = |name: &str| record.get(name).and_then(first_text);
    let date = DATES.iter().filter_map(|name| record.get(*name)).find_map(date_parts).or(generic.date);
    let doi = text("DOI").or(generic.doi);
    let url = text("URL").or_else(|| member_text(record, &["resource", "primary", "URL"])).or(generic.url);
    Paper {
        id: PaperId(doi.clone().unwrap_or(generic.id.0)),
        title: with_subtitle(generic.title, text("subtitle")),
        authors: record.get("author").and_then(people).unwrap_or(generic.authors),
        year: date.as_deref().and_then(|date| year(&Value::from(date))).or(generic.year),
        date,
        venue: venue(record).or(generic.venue),
        categories: record.get("subject").and_then(categories).unwrap_or(generic.categories),
        arxiv_id: generic.arxiv_id.or_else(|| [&doi, &url].into_iter().flatten().find_map(|text| arxiv_id(text))),
        pages: text("page").or(generic.pages),
        issue: generic.issue.or_else(|| member_text(record, &["journal-issue", "issue"])),
        doi,
        url,
        ..generic
    }
}

/// A title with its subtitle, unless the title holds it already.
fn with_subtitle(title: String, subtitle: Option<String>) -> String {
    match subtitle {
        Some(subtitle) if title.is_empty() => subtitle,
        Some(subtitle) if title.to_lowercase().contains(&subtitle.to_lowercase()) => title,
        Some(subtitle) if title.ends_with([':', '?', '!']) => format!("{title} {subtitle}"),
        Some(subtitle) => format!("{title}: {subtitle}"),
        None => title,
    }
}

/// The journal or book; of a talk the conference, and of a preprint the server.
fn venue(record: &Map<String, Value>) -> Option<String> {
    let named = ["container-title", "short-container-title"].iter().find_map(|name| first_text(record.get(*name)?));
    let event = || member_text(record, &["event", "name"]);
    let server = || members(record, "institution").find_map(|institution| member_text(institution, &["name"]));
    named.or_else(event).or_else(server)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn subtitles_follow_titles() {
        let titled = |title: &str, subtitle: &str| with_subtitle(title.to_owned(), Some(subtitle.to_owned()));
        assert_eq!(titled("Andean Ontologies", "An Introduction"), "Andean Ontologies: An Introduction");
        assert_eq!(titled("Ontologies: an introduction", "An Introduction"), "Ontologies: an introduction");
        assert_eq!(titled("What Is It?", "A Question"), "What Is It? A Question");
    }

    #[test]
    fn dates_of_the_record_are_not_the_paper_s() {
        let record = json!({
            "DOI": "10.1/x", "title": ["T"], "created": {"date-parts": [[2002, 12, 21]]},
            "issued": {"date-parts": [[null]]}, "published-print": {"date-parts": [[1999]]},
        });
        let read = paper(record.as_object().expect("an object"), 1);
        assert_eq!((read.year, read.date.as_deref()), (Some(1999), Some("1999")));
    }

    #[test]
    fn references_of_a_work_without_title_are_no_records() {
        let text = "{\"DOI\": \"10.1/x\", \"member\": \"1\", \"reference\": [{\"article-title\": \"R\", \"year\": 1}]}";
        let (mut count, mut input) = (0, text.as_bytes());
        let read = Crossref.read(&mut input, "test", &mut |record| {
            count += 1;
            assert!(matches!(record, super::super::Record::Paper(paper) if paper.title.is_empty()));
            Ok(())
        });
        assert_eq!((read.is_ok(), count), (true, 1));
    }
}
