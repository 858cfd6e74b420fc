//! `paperkin show`

use clap::Args;

use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Id of the paper
    id: String,
    /// Show title, abstract, authors and venue as they were read, before they were cleaned
    #[arg(long)]
    raw: bool,
}

pub(super) fn run(context: &Context, args: &ShowArgs) -> Result<Outcome> {
    let paper = context.open()?.show(&args.id, args.raw)?;
    context.output.print(&Report::Paper(Box::new(paper)))?;
    Ok(Outcome::Done)
}
