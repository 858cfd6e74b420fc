//! JSON lines, and JSON lists, of records whose fields go by names that are known.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::field_names::{evidence, is_text, may_hold_papers, Evidence};
use super::fields::Fields;
use super::json::each_value;
use super::{Emit, FieldMap, Fit, Format, Record};
use crate::error::Result;

/// How deep inside a value records are looked for.
pub(super) const MAX_DEPTH: usize = 4;

/// How many records of a file have to show nothing but a title before it is taken for a corpus.
const ENOUGH_TITLES: usize = 2;

/// Generic JSON.
pub(super) struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn about(&self) -> &'static str {
        "JSON lines, or a JSON list, of objects with a title or an abstract"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson", "json"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        self.recognizes_mapped(head, &FieldMap::default())
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        self.read_mapped(input, source, &FieldMap::default(), emit)
    }

    fn recognizes_mapped(&self, head: &str, map: &FieldMap) -> Fit {
        if !head.trim_start().starts_with(['{', '[']) {
            return Fit::No;
        }
        let (mut values, mut titles, mut hollow, mut best) = (0, 0, false, Evidence::None);
        let mut input = head.as_bytes();
        let judged = each_value(&mut input, "", &mut |_, mut value| {
            value.iter_mut().for_each(|value| map.rename(value));
            for record in value.iter().flat_map(|value| records(value)) {
                let found =
                    evidence(record.iter().filter(|(_, value)| !is_blank(value)).map(|(name, _)| name.as_str()));
                titles += usize::from(found > Evidence::None);
                hollow |= record.keys().filter(|name| is_text(name)).count() > 1;
                best = best.max(found);
            }
            values += usize::from(value.is_ok());
            Ok(())
        });
        match best {
            _ if judged.is_err() => Fit::No,
            Evidence::Paper => Fit::Content,
            Evidence::Title if titles >= ENOUGH_TITLES => Fit::Content,
            Evidence::Title if !head.trim_end().contains('\n') => Fit::WithExtension,
            Evidence::Title => Fit::No,
            // Records of papers that say nothing: there is something to report.
            Evidence::None if hollow => Fit::WithExtension,
            // The first record is longer than the head.
            Evidence::None if values == 0 && head.contains("\"abstract\"") => Fit::Content,
            Evidence::None => Fit::No,
        }
    }

    fn read_mapped(&self, input: &mut dyn BufRead, source: &str, map: &FieldMap, emit: &mut Emit<'_>) -> Result<()> {
        each_value(input, source, &mut |line, value| match value {
            Ok(Value::Null) => Ok(()),
            Ok(mut value) => {
                map.rename(&mut value);
                let found = records(&value);
                if found.is_empty() {
                    return emit(Record::skipped(line, "not a JSON object"));
                }
                found.into_iter().try_for_each(|record| emit(paper(record, line)))
            }
            Err(reason) => emit(Record::skipped(line, reason)),
        })
    }
}

/// The objects in a value that are records; an object that is none and holds none is a bad one.
pub(super) fn records(value: &Value) -> Vec<&Map<String, Value>> {
    let found = found(value, 0);
    if found.is_empty() {
        value.as_object().into_iter().collect()
    } else {
        found
    }
}

/// The objects with a title or an abstract in a value, and their neighbours in its lists.
fn found(value: &Value, depth: usize) -> Vec<&Map<String, Value>> {
    match value {
        Value::Array(values) => {
            let objects = || values.iter().filter_map(Value::as_object);
            if objects().any(|object| names(object) > Evidence::None) {
                return objects().collect();
            }
            values.iter().flat_map(|value| found(value, depth)).collect()
        }
        Value::Object(map) if names(map) > Evidence::None => vec![map],
        Value::Object(map) if depth < MAX_DEPTH => {
            // What a known field holds, such as the journal, has a title too and is no record.
            let others = map.iter().filter(|(name, _)| may_hold_papers(name));
            others.flat_map(|(_, value)| found(value, depth + 1)).collect()
        }
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Whether a member says nothing, so that its name is no evidence either.
fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// How clearly the names in an object say that it describes a paper.
pub(super) fn names(record: &Map<String, Value>) -> Evidence {
    evidence(record.keys().map(String::as_str))
}

fn paper(record: &Map<String, Value>, line: u64) -> Record {
    Record::Paper(Box::new(Fields::of(record).paper(line)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The paper or the reason of each record in a text.
    fn read(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = Jsonl.read(&mut input, "test", &mut |record| {
            found.push(match record {
                Record::Paper(paper) => format!("{} {}/{}", paper.line, paper.title, paper.abstract_text),
                Record::Skipped(skipped) => format!("{} {}", skipped.line, skipped.reason),
            });
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn what_shows_papers_is_recognised() {
        for head in [
            "{\"id\": 1, \"title\": \"T\", \"abstract\": \"A\"}",
            "{\"id\": 1, \"title\": \"T\", \"authors\": []}\n{\"id\": 2, \"tit",
            "{\"title\": \"T\"}\n{\"title\": \"U\"}\n",
            "{\"_id\": \"1\", \"title\": \"T\", \"text\": \"x\"}\n{\"_id\": \"2\", \"title\": \"U\", \"text\": \"y\"}\n",
            "[{\"Paper Title\": \"T\", \"Year\": 2020}]",
            "\n{\n  \"results\": [\n    {\"title\": \"T\", \"abstract\": \"A\"",
            "{\"a\": {\"b\": [{\"paper\": {\"title\": \"T\", \"year\": 1}}]}}",
            "{\"body\": \"a first record that is longer than the head\", \"abstract\": \"A",
        ] {
            assert_eq!(Jsonl.recognizes(head), Fit::Content, "{head}");
        }
        assert_eq!(Jsonl.recognizes("{\"title\": \"T\"}\n"), Fit::WithExtension);
        assert_eq!(Jsonl.recognizes("{\"id\": 1, \"title\": \"\", \"abstract\": null}\n"), Fit::WithExtension);
    }

    #[test]
    fn other_json_is_not_recognised() {
        for head in [
            "",
            "{}",
            "[1, 2]",
            "{\"id\": \"1\", \"text\": \"a query\"}\n{\"id\": \"2\", \"text\": \"another\"}\n",
            "{\"id\": \"1\", \"title\": \"\", \"text\": \"a query\"}\n{\"id\": \"2\", \"title\": null}\n",
            "{\"name\": \"pkg\", \"description\": \"D\", \"author\": \"A\", \"version\": \"1.0\"}",
            "{\n\"$schema\": \"x\",\n\"title\": \"Config\",\n\"description\": \"D\"\n}",
            "{\"id\": 1, \"journal\": {\"title\": \"J\", \"year\": 2}}",
            "Title: {\"title\": \"T\", \"abstract\": \"A\"}",
        ] {
            assert_ne!(Jsonl.recognizes(head), Fit::Content, "{head}");
        }
    }

    #[test]
    fn every_object_of_a_list_with_records_is_a_record() {
        let text = "{\"xs\": [{\"title\": \"T\"}, {\"id\": 2}, null], \"n\": {\"paper\": {\"title\": \"U\"}}}";
        assert_eq!(read(text), ["1 T/", "1 /", "1 U/"]);
    }

    #[test]
    fn what_holds_no_object_is_skipped() {
        assert_eq!(
            read("{\"title\": \"T\"}\n7\nnull\n[]\n{\"a\": 1}\n"),
            ["1 T/", "2 not a JSON object", "4 not a JSON object", "5 /"]
        );
    }

    #[test]
    fn a_record_is_found_where_it_is_wrapped() {
        let value = json!({"query": "q", "candidates": [{"title": "T"}], "journal": {"title": "J"}});
        assert_eq!(records(&value), [&json!({"title": "T"}).as_object().cloned().expect("an object")]);
    }
}
