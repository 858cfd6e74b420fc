//! `paperkin eval topics`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::engine::TopicTrials;
use crate::error::{Error, Result};
use crate::report::Report;

use super::super::topics::GroupingArgs;
use super::super::{Context, Outcome};

#[derive(Debug, Args)]
#[command(mut_arg("k", |arg| arg.help("Number of topics, or 'auto' to have it chosen [default: as many as labels]")))]
pub(in crate::cli) struct EvalTopicsArgs {
    /// Labels of papers: CSV or TSV with the columns id and label, or JSON lines with these fields
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Seeds to try, from --seed on
    #[arg(long, default_value_t = 3)]
    seeds: usize,
    #[command(flatten)]
    grouping: GroupingArgs,
}

pub(super) fn run(context: &Context, args: &EvalTopicsArgs) -> Result<Outcome> {
    let labels = read_labels(&args.labels)?;
    let trials = TopicTrials { seeds: args.seeds, as_many_as_labels: !args.grouping.has_k() };
    let evaluated = context.open()?.eval_topics(&labels, &args.grouping.params(), trials)?;
    context.output.print(&Report::TopicEval(evaluated))?;
    Ok(Outcome::Done)
}

/// Labels by id.
fn read_labels(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
    if text.trim_start().starts_with('{') {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        return lines.map(|(line, text)| of_json(text).ok_or_else(|| bad_line(path, line))).collect();
    }
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.contains('\t') { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|_| bad_line(path, 1))?.clone();
    let column = |name: &str| {
        columns.iter().position(|column| column.trim().eq_ignore_ascii_case(name)).ok_or_else(|| bad_line(path, 1))
    };
    let (id, label) = (column("id")?, column("label")?);
    let mut labels = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|e| bad_line(path, e.position().map_or(0, csv::Position::line)))?;
        let line = record.position().map_or(0, csv::Position::line);
        let (Some(id), Some(label)) = (record.get(id), record.get(label)) else { return Err(bad_line(path, line)) };
        labels.insert(id.trim().to_owned(), label.trim().to_owned());
    }
    Ok(labels)
}

fn of_json(line: &str) -> Option<(String, String)> {
    let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).ok()?;
    let text = |name: &str| match fields.get(name)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(value) => Some(value.to_string()),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    };
    Some((text("id")?, text("label")?))
}

fn bad_line(path: &Path, line: u64) -> Error {
    let reason = "expected an id and a label".to_owned();
    Error::BadFile { source_name: path.display().to_string(), line, reason }
}
