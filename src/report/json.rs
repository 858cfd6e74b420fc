//! JSON and JSON lines.

use std::io::Write;

use serde_json::Value;

use crate::error::Error;

use super::{Failure, Renderer, Report};

/// One object, indented.
pub(super) struct Json;

/// One object a line: an answer, a topic, a group.
pub(super) struct JsonLines;

impl Renderer for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn extension(&self) -> &'static str {
        "json"
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        if matches!(report, Report::Answers(_) | Report::Run(_)) {
            // They come in parts, as many as there are queries: one object a line is what a reader can join.
            return JsonLines.render(report, out);
        }
        serde_json::to_writer_pretty(&mut *out, report).map_err(failure)?;
        Ok(writeln!(out)?)
    }
}

impl Renderer for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extension(&self) -> &'static str {
        "jsonl"
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        for value in records(report).map_err(failure)? {
            serde_json::to_writer(&mut *out, &value).map_err(failure)?;
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The parts of a report that are a record each.
fn records(report: &Report) -> serde_json::Result<Vec<Value>> {
    let values = |value: serde_json::Result<Value>| {
        let value = value?;
        Ok(value.as_array().cloned().unwrap_or_else(|| vec![value]))
    };
    match report {
        Report::Similar(r) => values(serde_json::to_value(&r.results)),
        Report::Answers(r) => values(serde_json::to_value(r)),
        Report::Run(r) => values(serde_json::to_value(r)),
        Report::Graph(r) => values(serde_json::to_value(&r.edges)),
        Report::Topics(r) => values(serde_json::to_value(&r.topics)),
        Report::Assigned(r) => values(serde_json::to_value(&r.papers)),
        Report::Duplicates(r) => values(serde_json::to_value(&r.groups)),
        Report::Decisions(r) => values(serde_json::to_value(&r.decisions)),
        Report::Models(r) => values(serde_json::to_value(&r.models)),
        Report::Whole(r) => values(serde_json::to_value(&r.papers)),
        Report::Evaluation(_)
        | Report::TopicEval(_)
        | Report::Ingest(_)
        | Report::Losses(_)
        | Report::Removal(_)
        | Report::Export(_)
        | Report::Check(_)
        | Report::EvalDuplicates(_)
        | Report::Paper(_)
        | Report::Library(_) => values(serde_json::to_value(report)),
    }
}

fn failure(error: serde_json::Error) -> Failure {
    if error.is_io() {
        Failure::Write(error.into())
    } else {
        Failure::Format(Error::Rendering { what: "json", source: error.into() })
    }
}
