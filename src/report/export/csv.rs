//! CSV with a header line; lists are joined with semicolons.

use std::io::Write;

use super::{Collection, Exporter};
use crate::paper::Paper;
use crate::report::csv::io_error;
use crate::report::Failure;

/// Comma-separated values.
pub(super) struct Csv;

const COLUMNS: [&str; 15] = [
    "id",
    "title",
    "abstract",
    "authors",
    "year",
    "date",
    "venue",
    "volume",
    "issue",
    "pages",
    "categories",
    "doi",
    "arxiv_id",
    "pmid",
    "url",
];

fn cells(paper: &Paper) -> [String; COLUMNS.len()] {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    [
        paper.id.to_string(),
        paper.title.clone(),
        paper.abstract_text.clone(),
        paper.authors.join("; "),
        paper.year.map(|year| year.to_string()).unwrap_or_default(),
        text(&paper.date),
        text(&paper.venue),
        text(&paper.volume),
        text(&paper.issue),
        text(&paper.pages),
        paper.categories.join("; "),
        text(&paper.doi),
        text(&paper.arxiv_id),
        text(&paper.pmid),
        text(&paper.url),
    ]
}

impl Exporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv"]
    }

    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(COLUMNS).map_err(io_error)?;
        (collection.each)(&mut |paper, _| Ok(writer.write_record(cells(paper)).map_err(io_error)?))?;
        Ok(writer.flush()?)
    }
}
