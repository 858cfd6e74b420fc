//! The metadata snapshot of arXiv: JSON lines, one paper each.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::fields::Fields;
use super::ids::{arxiv_year, is_arxiv_id};
use super::values::{first_text, members, whole_text};
use super::{Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// Months as the dates of versions name them.
const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The first month whose ids have five digits behind the point.
const FIVE_DIGITS_FROM: u32 = 1501;

/// Snapshots of arXiv.
pub(super) struct ArxivSnapshot;

const DIALECT: Dialect = Dialect { is_own, answer: None, paper };

impl Format for ArxivSnapshot {
    fn name(&self) -> &'static str {
        "arxiv_snapshot"
    }

    fn about(&self) -> &'static str {
        "arXiv metadata snapshot, JSON lines"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "jsonl", "ndjson", "txt"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        DIALECT.recognizes(head)
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        DIALECT.read(input, source, emit)
    }
}

fn is_own(record: &Map<String, Value>) -> bool {
    let has = |name: &str| record.contains_key(name);
    let list = |name: &str| record.get(name).is_some_and(Value::is_array);
    let clear = has("authors_parsed")
        || (list("versions") && has("categories"))
        || (has("submitter") && has("update_date"))
        || (has("journal-ref") && has("report-no"));
    has("id") && has("title") && clear
}

fn paper(record: &Map<String, Value>, line: u64) -> Paper {
    let generic = Fields::of(record).strict_paper(line);
    let id = record.get("id").and_then(own_id).unwrap_or_else(|| generic.id.0.clone());
    let arxiv_id = Some(id.clone()).filter(|id| is_arxiv_id(id));
    let submitted = first_version(record);
    let year = submitted.as_deref().and_then(|date| date[..4].parse().ok());
    let parsed: Vec<String> = list(record, "authors_parsed").iter().filter_map(author).collect();
    Paper {
        id: PaperId(id.clone()),
        authors: if parsed.is_empty() { generic.authors } else { parsed },
        year: year.or_else(|| arxiv_year(&id)).or(generic.year),
        date: submitted.or(generic.date),
        url: generic.url.or_else(|| arxiv_id.as_deref().map(|id| format!("https://arxiv.org/abs/{id}"))),
        arxiv_id: arxiv_id.or(generic.arxiv_id),
        categories: codes(record).unwrap_or(generic.categories),
        ..generic
    }
}

/// The id as arXiv writes it; programs that took it for a number have dropped the zeros at its ends.
fn own_id(value: &Value) -> Option<String> {
    let text = first_text(value)?;
    let Some((month, count)) = text.split_once('.').filter(|_| value.is_number()) else { return Some(text) };
    let digits = if month.parse::<u32>().ok()? >= FIVE_DIGITS_FROM { 5 } else { 4 };
    Some(format!("{month:0>4}.{count:0<digits$}"))
}

fn list<'a>(record: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    record.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// One entry of `authors_parsed`: last name, first names, suffix, and affiliations behind them.
fn author(entry: &Value) -> Option<String> {
    let part = |at: usize| entry.get(at).and_then(whole_text);
    let name = [part(1), part(0), part(2)].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty())
}

/// The day on which the first version came, `YYYY-MM-DD`, from `Mon, 2 Apr 2007 19:18:42 GMT`.
fn first_version(record: &Map<String, Value>) -> Option<String> {
    let created = members(record, "versions").find_map(|version| version.get("created")?.as_str())?;
    let words: Vec<&str> = created.split_whitespace().collect();
    let [_, day, month, year, ..] = words[..] else { return None };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let (day, year): (u32, u32) = (day.parse().ok()?, year.parse().ok()?);
    Some(format!("{year:04}-{month:02}-{day:02}")).filter(|date| date.len() == "YYYY-MM-DD".len())
}

/// Categories, which stand in one string with spaces between them.
fn codes(record: &Map<String, Value>) -> Option<Vec<String>> {
    let codes = record.get("categories")?.as_str()?;
    Some(codes.split([' ', ',', ';']).filter(|code| !code.is_empty()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(record: &Value) -> Paper {
        paper(record.as_object().expect("an object"), 1)
    }

    #[test]
    fn ids_that_became_numbers_are_mended() {
        for (number, id) in [(json!(704.0001), "0704.0001"), (json!(704.1), "0704.1000"), (json!(2101.1), "2101.10000")]
        {
            let read = of(&json!({"id": number, "title": "T", "versions": []}));
            assert_eq!((read.id.as_str(), read.arxiv_id.as_deref()), (id, Some(id)));
        }
    }

    #[test]
    fn the_first_version_gives_the_date() {
        let versions = json!([{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"created": "x"}]);
        let read = of(&json!({"id": "0704.0001", "versions": versions, "update_date": "2008-11-26"}));
        assert_eq!((read.year, read.date.as_deref()), (Some(2007), Some("2007-04-02")));
        let read = of(&json!({"id": "hep-th/9901001", "versions": ["v1"], "update_date": "2008-11-26"}));
        assert_eq!((read.year, read.date.as_deref()), (Some(1999), Some("2008-11-26")));
    }
}
