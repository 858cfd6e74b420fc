//! `paperkin report`

use std::path::{Path, PathBuf};

use clap::Args;

use crate::engine;
use crate::error::Result;
use crate::report::Report;

use super::index::ReadingArgs;
use super::topics::GroupingArgs;
use super::{Context, Outcome};

const DEFAULT_FILE: &str = "report.html";

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Files, folders, or - for standard input, indexed first
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// File to write: .html, .md, .json, ... [default: report.html, or stdout with --format]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    #[command(flatten)]
    grouping: GroupingArgs,
}

pub(super) fn run(context: &Context, args: &ReportArgs) -> Result<Outcome> {
    let to_stdout = args.output.is_none() && context.output.has_format();
    let path = args.output.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
    if !to_stdout {
        // Before the work, not after it.
        context.output.check_target(path, &args.paths)?;
    }
    let mut skipped = Vec::new();
    if !args.paths.is_empty() {
        let params = args.reading.params(&args.paths);
        skipped = engine::index(&context.settings, &params, context.output.on_progress())?.skipped;
    }
    let whole = Report::Whole(Box::new(context.open()?.whole(&args.grouping.params(), skipped)?));
    if to_stdout {
        context.output.print(&whole)?;
    } else {
        context.output.write(&whole, path)?;
    }
    Ok(Outcome::Done)
}
