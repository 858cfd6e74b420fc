//! One JSON object a line, with every field that a paper has; `index` reads it back as it was.

use std::io::Write;

use serde::Serialize;

use super::{Collection, Exporter};
use crate::paper::Paper;
use crate::report::Failure;

/// JSON lines.
pub(super) struct JsonLines;

/// A paper's fields under their public names; those without a value are left out.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(rename = "abstract")]
    abstract_text: &'a str,
    authors: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issue: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: &'a Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    categories: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    doi: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arxiv_id: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pmid: &'a Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: &'a Option<String>,
    source: &'a str,
    line: u64,
}

impl<'a> Record<'a> {
    fn of(paper: &'a Paper) -> Self {
        Record {
            id: paper.id.as_str(),
            title: &paper.title,
            abstract_text: &paper.abstract_text,
            authors: &paper.authors,
            year: paper.year,
            date: &paper.date,
            venue: &paper.venue,
            volume: &paper.volume,
            issue: &paper.issue,
            pages: &paper.pages,
            categories: &paper.categories,
            doi: &paper.doi,
            arxiv_id: &paper.arxiv_id,
            pmid: &paper.pmid,
            url: &paper.url,
            source: &paper.source,
            line: paper.line,
        }
    }
}

impl Exporter for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        (collection.each)(&mut |paper, _| {
            serde_json::to_writer(&mut *out, &Record::of(paper)).map_err(std::io::Error::from)?;
            Ok(writeln!(out)?)
        })
    }
}
