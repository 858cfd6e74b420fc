//! The JSON of the daily papers API, and of scrapers of that page.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::fields::Fields;
use super::ids::is_arxiv_id;
use super::{Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// The daily papers as JSON.
pub(super) struct HfDaily;

const DIALECT: Dialect = Dialect { is_own, answer: None, paper };

impl Format for HfDaily {
    fn name(&self) -> &'static str {
        "hf_daily"
    }

    fn about(&self) -> &'static str {
        "answers of the daily papers API"
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
    let entry = record.get("paper").and_then(Value::as_object);
    is_listed(entry.unwrap_or(record))
}

/// Whether this is the paper of an entry: a text that the page shows, and what the page adds to it.
fn is_listed(paper: &Map<String, Value>) -> bool {
    let has = |name: &&str| paper.contains_key(*name);
    let added = ["upvotes", "discussionId", "submittedOnDailyAt", "submittedOnDailyBy"];
    has(&"id") && ["title", "summary", "abstract"].iter().any(has) && added.iter().any(has)
}

/// The paper stands inside its entry, which repeats some of it.
fn paper(record: &Map<String, Value>, line: u64) -> Paper {
    let entry = Fields::of(record).strict_paper(line);
    let inner = record.get("paper").and_then(Value::as_object).unwrap_or(record);
    let paper = Fields::of(inner).strict_paper(line);
    let summary = |from: &Map<String, Value>| from.get("summary").and_then(Value::as_str).map(str::to_owned);
    let own = [paper.abstract_text, entry.abstract_text].into_iter().find(|text| !text.is_empty());
    let arxiv_id = paper.arxiv_id.or_else(|| Some(paper.id.0.clone()).filter(|id| is_arxiv_id(id)));
    let url = paper.url.or(entry.url);
    Paper {
        id: PaperId(Some(paper.id.0).filter(|id| !id.is_empty()).unwrap_or(entry.id.0)),
        title: Some(paper.title).filter(|title| !title.is_empty()).unwrap_or(entry.title),
        abstract_text: own.or_else(|| summary(inner)).or_else(|| summary(record)).unwrap_or_default(),
        authors: if paper.authors.is_empty() { entry.authors } else { paper.authors },
        year: paper.year.or(entry.year),
        date: paper.date.or(entry.date),
        url: url.or_else(|| arxiv_id.as_deref().map(|id| format!("https://arxiv.org/abs/{id}"))),
        arxiv_id,
        ..paper
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_and_papers_are_own() {
        let own = |value: Value| is_own(value.as_object().expect("an object"));
        assert!(own(json!({"paper": {"id": "2501.00001", "summary": "A", "upvotes": 3}, "title": "T"})));
        assert!(own(json!({"id": "2501.00001", "title": "T", "summary": "A", "upvotes": 3})));
        assert!(!own(json!({"id": "2501.00001", "title": "T", "summary": "A"})));
        assert!(!own(json!({"paper": {"corpusId": 3, "title": "T"}, "score": 1})));
    }

    #[test]
    fn an_entry_fills_in_what_its_paper_lacks() {
        let record = json!({"paper": {"id": "2501.00001", "authors": [{"name": "A", "hidden": true}]},
                            "title": "T", "summary": "A summary.", "publishedAt": "2025-01-02T00:00:00.000Z"});
        let read = paper(record.as_object().expect("an object"), 1);
        assert_eq!((read.title.as_str(), read.abstract_text.as_str()), ("T", "A summary."));
        assert_eq!((read.arxiv_id.as_deref(), read.authors.len()), (Some("2501.00001"), 1));
        assert_eq!(read.date.as_deref(), Some("2025-01-02T00:00:00.000Z"));
    }
}
