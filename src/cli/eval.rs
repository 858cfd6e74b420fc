//! `paperkin eval`: the library against what people have judged, a subcommand a question.

mod duplicates;

use clap::Subcommand;

use crate::error::Result;

use super::{Context, Outcome};

#[derive(Debug, Subcommand)]
pub(super) enum EvalCommand {
    /// Precision, recall and F1 of the duplicates found
    Duplicates(duplicates::EvalDuplicatesArgs),
}

pub(super) fn run(context: &Context, command: &EvalCommand) -> Result<Outcome> {
    match command {
        EvalCommand::Duplicates(args) => duplicates::run(context, args),
    }
}
