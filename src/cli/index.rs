//! `paperkin index`

use std::path::PathBuf;

use clap::Args;

use crate::engine::{self, IndexParams};
use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    /// Files, folders, or - for standard input; may be left out with --model, to move the library to another model
    #[arg(required_unless_present = "model", value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Stop at the first record that cannot be used, before anything is written
    #[arg(long)]
    strict: bool,
    /// Say what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write all records that could not be used to this file: .csv, .json, .jsonl, .md
    #[arg(long, value_name = "FILE")]
    skipped: Option<PathBuf>,
}

/// How files are read, wherever a command reads some.
#[derive(Debug, Args)]
pub(super) struct ReadingArgs {
    /// Reader for all files, in place of the one that recognises each
    #[arg(long, value_name = "NAME")]
    format_in: Option<String>,
    /// Column or member that holds a field, where its name does not say so; repeatable
    #[arg(long, value_name = "FIELD=COLUMN,...", value_parser = parse_pairs)]
    map: Vec<Pairs>,
    /// Model to embed with: a name, or the folder that holds its model.toml
    #[arg(long, value_name = "NAME-or-DIR")]
    model: Option<String>,
}

/// Fields and the columns that hold them.
#[derive(Debug, Clone)]
struct Pairs(Vec<(String, String)>);

/// Several pairs are separated by commas. A column's name may hold a comma too: what has no `=` goes on with it.
fn parse_pairs(text: &str) -> Result<Pairs, String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for part in text.split(',') {
        match (part.split_once('='), pairs.last_mut()) {
            (Some((field, column)), _) => pairs.push((field.trim().to_owned(), column.to_owned())),
            (None, Some((_, column))) => *column = format!("{column},{part}"),
            (None, None) => return Err("expected FIELD=COLUMN".to_owned()),
        }
    }
    let is_whole = pairs.iter().all(|(field, column)| !field.is_empty() && !column.is_empty());
    if is_whole {
        Ok(Pairs(pairs))
    } else {
        Err("expected FIELD=COLUMN".to_owned())
    }
}

impl ReadingArgs {
    pub(super) fn params(&self, paths: &[PathBuf]) -> IndexParams {
        IndexParams {
            paths: paths.to_vec(),
            format: self.format_in.clone(),
            map: self.map.iter().flat_map(|pairs| pairs.0.clone()).collect(),
            model: self.model.clone(),
            ..IndexParams::default()
        }
    }
}

pub(super) fn run(context: &Context, args: &IndexArgs) -> Result<Outcome> {
    if let Some(path) = &args.skipped {
        // Before the work, not after it.
        context.output.check_list(path, &args.paths)?;
    }
    let params = IndexParams { strict: args.strict, dry_run: args.dry_run, ..args.reading.params(&args.paths) };
    let done = engine::index(&context.settings, &params, context.output.on_progress())?;
    if let Some(path) = &args.skipped {
        context.output.write_list(&Report::Losses(done.skipped.clone()), path)?;
    }
    context.output.print(&Report::Ingest(done))?;
    Ok(Outcome::Done)
}
