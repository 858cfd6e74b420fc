//! `paperkin duplicates`

use clap::{Args, ValueEnum};

use crate::error::Result;
use crate::findings::duplicates::{DuplicateParams, Kind};
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct DuplicatesArgs {
    /// Kinds of sameness to report
    #[arg(long, value_enum, default_value_t = Level::All)]
    level: Level,
    /// Similarity from which two papers are compared word by word, -1 to 1
    #[arg(long, allow_negative_numbers = true, default_value_t = DuplicateParams::default().min_similarity)]
    min_similarity: f32,
    /// Exit with 1 when any group is found, with 0 when none is
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    /// The same words
    Exact,
    /// The same text, lightly edited or cut
    Near,
    /// The same work with a changed text
    Version,
    /// All of these
    All,
}

impl Level {
    fn kinds(self) -> Vec<Kind> {
        match self {
            Level::Exact => vec![Kind::Exact],
            Level::Near => vec![Kind::Near],
            Level::Version => vec![Kind::Version],
            Level::All => vec![Kind::Exact, Kind::Near, Kind::Version],
        }
    }
}

pub(super) fn run(context: &Context, args: &DuplicatesArgs) -> Result<Outcome> {
    let params = DuplicateParams { kinds: args.level.kinds(), min_similarity: args.min_similarity };
    let found = context.open()?.duplicates(&params)?;
    let (has_groups, has_pairs) = (!found.groups.is_empty(), !found.pairs.is_empty());
    context.output.print(&Report::Duplicates(found))?;
    // With --check a group is the fault that a script looks for; without, pairs to look at are something found, too.
    let is_one = if args.check { has_groups } else { !has_groups && !has_pairs };
    Ok(if is_one { Outcome::NothingFound } else { Outcome::Done })
}
