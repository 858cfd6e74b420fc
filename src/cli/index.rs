//! `paperkin index`

use std::path::PathBuf;

use clap::Args;

use crate::engine::{self, IndexParams};
use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Stop at the first record that cannot be used, before anything is written
    #[arg(long)]
    strict: bool,
    /// Say what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// How files are read, wherever a command reads some.
#[derive(Debug, Args)]
pub(super) struct ReadingArgs {
    /// Reader for all files, in place of the one that recognises each
    #[arg(long, value_name = "NAME")]
    format_in: Option<String>,
    /// Model to embed with: a name, or the folder that holds its model.toml
    #[arg(long, value_name = "NAME-or-DIR")]
    model: Option<String>,
}

impl ReadingArgs {
    pub(super) fn params(&self, paths: &[PathBuf]) -> IndexParams {
        IndexParams {
            paths: paths.to_vec(),
            format: self.format_in.clone(),
            model: self.model.clone(),
            ..IndexParams::default()
        }
    }
}

pub(super) fn run(context: &Context, args: &IndexArgs) -> Result<Outcome> {
    let params = IndexParams { strict: args.strict, dry_run: args.dry_run, ..args.reading.params(&args.paths) };
    let done = engine::index(&context.settings, &params, context.output.on_progress())?;
    context.output.print(&Report::Ingest(done))?;
    Ok(Outcome::Done)
}
