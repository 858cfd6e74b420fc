//! `paperkin check`

use clap::Args;

use crate::engine;
use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Make again what can be made from the papers: hashes, vectors, the neighbour graph
    #[arg(long)]
    repair: bool,
}

pub(super) fn run(context: &Context, args: &CheckArgs) -> Result<Outcome> {
    let check = engine::check(&context.settings, args.repair, context.output.on_progress())?;
    let outcome = if check.ok { Outcome::Done } else { Outcome::Damaged };
    context.output.print(&Report::Check(check))?;
    Ok(outcome)
}
