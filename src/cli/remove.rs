//! `paperkin remove`

use clap::Args;

use crate::engine;
use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct RemoveArgs {
    /// Ids of the papers to take out: all of them, or none if one is not there
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

pub(super) fn run(context: &Context, args: &RemoveArgs) -> Result<Outcome> {
    let removal = engine::remove(&context.settings, &args.ids)?;
    context.output.print(&Report::Removal(removal))?;
    Ok(Outcome::Done)
}
