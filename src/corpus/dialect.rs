//! What the special kinds of JSON share: how their records are found in the values of a file.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::field_names::{may_hold_papers, Evidence};
use super::json::each_value;
use super::jsonl::{names, records, MAX_DEPTH};
use super::mend::closed;
use super::{Emit, Fit, Record};
use crate::error::Result;
use crate::paper::Paper;

/// One kind of JSON with names of its own.
pub(super) struct Dialect {
    /// Whether an object is a record of this kind, by what no other kind has.
    pub(super) is_own: fn(&Map<String, Value>) -> bool,
    /// Where an answer of the service has a mark of its own and its list of records, as JSON pointers.
    pub(super) answer: Option<(&'static str, &'static str)>,
    /// The paper that a record describes, as written; also of a record in such a file that shows too little.
    pub(super) paper: fn(&Map<String, Value>, u64) -> Paper,
}

impl Dialect {
    /// Judges the beginning of a file.
    pub(super) fn recognizes(&self, head: &str) -> Fit {
        if !head.trim_start().starts_with(['{', '[']) {
            return Fit::No;
        }
        // A first record that is longer than the head is judged by as much of it as there is.
        let owns = self.owns(head).or_else(|| self.owns(&closed(head)));
        let empty = || serde_json::from_str(head).is_ok_and(|value| self.is_empty(&value));
        if owns.unwrap_or(false) || empty() {
            Fit::Content
        } else {
            Fit::No
        }
    }

    /// Whether any record in a text is of this kind; `None` if there is no whole value in it.
    fn owns(&self, text: &str) -> Option<bool> {
        let mut owns = None;
        let mut input = text.as_bytes();
        let judged = each_value(&mut input, "", &mut |_, value| {
            let Ok(value) = value else { return Ok(()) };
            owns = Some(owns == Some(true) || !self.found(&value, 0).is_empty());
            Ok(())
        });
        judged.ok().and(owns)
    }

    /// Reads a file, as [`super::Format::read`] does.
    pub(super) fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        each_value(input, source, &mut |line, value| match value {
            Ok(Value::Null) => Ok(()),
            Ok(value) if self.is_empty(&value) => Ok(()),
            Ok(value) => {
                let own = self.found(&value, 0);
                let found = if own.is_empty() { records(&value) } else { own };
                if found.is_empty() {
                    return emit(Record::skipped(line, "not a JSON object"));
                }
                found.into_iter().try_for_each(|record| emit(Record::Paper(Box::new((self.paper)(record, line)))))
            }
            Err(reason) => emit(Record::skipped(line, reason)),
        })
    }

    /// Whether this is an answer without any record.
    fn is_empty(&self, value: &Value) -> bool {
        self.answer.is_some_and(|(mark, list)| {
            let records = value.pointer(list).and_then(Value::as_array);
            value.pointer(mark).is_some() && records.is_some_and(Vec::is_empty)
        })
    }

    /// The records of this kind in a value, and their neighbours in its lists. What a paper holds is no record.
    fn found<'a>(&self, value: &'a Value, depth: usize) -> Vec<&'a Map<String, Value>> {
        match value {
            Value::Array(values) => {
                let objects = || values.iter().filter_map(Value::as_object);
                if objects().any(self.is_own) {
                    return objects().collect();
                }
                values.iter().flat_map(|value| self.found(value, depth)).collect()
            }
            Value::Object(map) if (self.is_own)(map) => vec![map],
            Value::Object(map) if depth < MAX_DEPTH && names(map) == Evidence::None => {
                let others = map.iter().filter(|(name, _)| may_hold_papers(name));
                others.flat_map(|(_, value)| self.found(value, depth + 1)).collect()
            }
            Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        }
    }
}
