//! `paperkin show`

use clap::Args;

use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Id of the paper
    id: String,
}

pub(super) fn run(context: &Context, args: &ShowArgs) -> Result<Outcome> {
    let paper = context.open()?.show(&args.id)?;
    context.output.print(&Report::Paper(Box::new(paper)))?;
    Ok(Outcome::Done)
}
