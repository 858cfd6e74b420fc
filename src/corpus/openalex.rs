//! Works from OpenAlex: the snapshot's JSON lines, the API's answers, and single works.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::fields::Fields;
use super::ids::arxiv_id;
use super::tagged::page_range;
use super::values::{first_text, member_text, members};
use super::{Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// What stands in front of the key of everything in OpenAlex.
const ADDRESS: &str = "https://openalex.org/";

/// Names that only works have.
const OWN_NAMES: &[&str] = &["abstract_inverted_index", "authorships", "primary_location", "referenced_works"];

/// OpenAlex works.
pub(super) struct OpenAlex;

const DIALECT: Dialect = Dialect { is_own, answer: Some(("/meta/db_response_time_ms", "/results")), paper };

impl Format for OpenAlex {
    fn name(&self) -> &'static str {
        "openalex"
    }

    fn about(&self) -> &'static str {
        "OpenAlex works: JSON lines, or an answer of the API"
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
    let work = |id: &str| id.strip_prefix(ADDRESS).is_some_and(|key| key.starts_with(['W', 'w']));
    record.get("id").and_then(Value::as_str).is_some_and(work)
        || (record.contains_key("id") && OWN_NAMES.iter().any(|name| record.contains_key(*name)))
}

fn paper(record: &Map<String, Value>, line: u64) -> Paper {
    let generic = Fields::of(record).strict_paper(line);
    let text = |path: &[&str]| member_text(record, path);
    let written = Some(generic.title).filter(|title| !title.is_empty());
    let doi = generic.doi.or_else(|| text(&["ids", "doi"]));
    let key = Some(generic.id.0).filter(|id| !id.is_empty()).or_else(|| text(&["ids", "openalex"])).unwrap_or_default();
    let authors: Vec<String> = members(record, "authorships").filter_map(author).collect();
    let url = text(&["primary_location", "landing_page_url"]).or(generic.url).or_else(|| doi.clone());
    let categories = subjects(record);
    Paper {
        id: PaperId(key.strip_prefix(ADDRESS).unwrap_or(&key).to_owned()),
        title: written.or_else(|| text(&["display_name"])).unwrap_or_default(),
        abstract_text: record.get("abstract_inverted_index").and_then(rebuilt).unwrap_or(generic.abstract_text),
        authors: if authors.is_empty() { generic.authors } else { authors },
        venue: venue(record).or(generic.venue),
        categories: if categories.is_empty() { generic.categories } else { categories },
        volume: text(&["biblio", "volume"]).or(generic.volume),
        issue: text(&["biblio", "issue"]).or(generic.issue),
        pages: page_range(text(&["biblio", "first_page"]), text(&["biblio", "last_page"])).or(generic.pages),
        arxiv_id: generic.arxiv_id.or_else(|| arxiv(record, doi.as_deref())),
        pmid: text(&["ids", "pmid"]).or(generic.pmid),
        url: url.or_else(|| key.starts_with(ADDRESS).then(|| key.clone())),
        doi,
        ..generic
    }
}

/// The text behind an inverted index, which gives the places of every word; in old snapshots it is JSON in a string.
fn rebuilt(index: &Value) -> Option<String> {
    let index = match index.as_str() {
        Some(text) => &serde_json::from_str(text).ok()?,
        None => index,
    };
    let words = index.get("InvertedIndex").unwrap_or(index).as_object()?;
    let places = |places: &Value| places.as_array().into_iter().flatten().filter_map(Value::as_u64).collect::<Vec<_>>();
    let mut placed: Vec<(u64, &str)> =
        words.iter().flat_map(|(word, at)| places(at).into_iter().map(|at| (at, word.as_str()))).collect();
    placed.sort_unstable();
    let text = placed.into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.trim().is_empty())
}

fn author(authorship: &Map<String, Value>) -> Option<String> {
    member_text(authorship, &["author", "display_name"]).or_else(|| member_text(authorship, &["raw_author_name"]))
}

/// The journal, conference or repository, as the works of several years name it.
fn venue(record: &Map<String, Value>) -> Option<String> {
    let places: [&[&str]; 3] = [
        &["primary_location", "source", "display_name"],
        &["primary_location", "raw_source_name"],
        &["host_venue", "display_name"],
    ];
    places.iter().find_map(|path| member_text(record, path))
}

/// The fields that a work's topics belong to; in older works, its concepts of the top level.
fn subjects(record: &Map<String, Value>) -> Vec<String> {
    let topics = members(record, "topics").filter_map(|topic| member_text(topic, &["field", "display_name"]));
    let mut found: Vec<String> = member_text(record, &["primary_topic", "field", "display_name"]).into_iter().collect();
    found.extend(topics);
    if found.is_empty() {
        let top = members(record, "concepts").filter(|concept| concept.get("level").and_then(Value::as_u64) == Some(0));
        found.extend(top.filter_map(|concept| member_text(concept, &["display_name"])));
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|name| seen.insert(name.clone()));
    found
}

/// The arXiv id, from the DOI or from a place where the work can be read.
fn arxiv(record: &Map<String, Value>, doi: Option<&str>) -> Option<String> {
    let own = [member_text(record, &["ids", "arxiv"]), doi.map(str::to_owned)];
    let best = ["primary_location", "best_oa_location"].into_iter().filter_map(|name| record.get(name)?.as_object());
    let places = best.chain(members(record, "locations")).flat_map(|place| {
        ["landing_page_url", "pdf_url", "id"].into_iter().filter_map(|name| place.get(name).and_then(first_text))
    });
    own.into_iter().flatten().chain(places).find_map(|text| arxiv_id(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_inverted_index_becomes_text() {
        for index in [
            json!({"again": [1, 4], "Once": [0], "and": [2], "once": [3]}),
            json!({"IndexLength": 5, "InvertedIndex": {"Once": [0], "again": [1, 4], "and": [2], "once": [3]}}),
            json!("{\"Once\": [0], \"again\": [1, 4], \"and\": [2], \"once\": [3]}"),
        ] {
            assert_eq!(rebuilt(&index).as_deref(), Some("Once again and once again"), "{index}");
        }
        for index in [json!(null), json!({}), json!("no JSON"), json!({"a": null, "b": ["x", -1]})] {
            assert_eq!(rebuilt(&index), None, "{index}");
        }
    }

    #[test]
    fn works_are_told_from_other_entities() {
        let own = |value: Value| is_own(value.as_object().expect("an object"));
        assert!(own(json!({"id": "https://openalex.org/W1", "title": "T"})));
        assert!(own(json!({"id": "W1", "authorships": []})));
        assert!(!own(json!({"id": "https://openalex.org/A1", "display_name": "A. Person"})));
        assert!(!own(json!({"id": "W1", "title": "T", "authors": []})));
    }
}
