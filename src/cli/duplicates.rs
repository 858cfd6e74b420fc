//! `paperkin duplicates`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::engine::{decide, remember, Remainder};
use crate::error::{Error, Result};
use crate::findings::duplicates::{DuplicateParams, KeepRule, Kind};
use crate::report::export::{exporter_for, Exporter};
use crate::report::{Duplicates, Report};

use super::output::check_place;
use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct DuplicatesArgs {
    /// Kinds of sameness to report
    #[arg(long, value_enum, default_value_t = Level::All)]
    level: Level,
    /// Similarity from which neighbours in the vectors are compared word by word, -1 to 1
    #[arg(long, allow_negative_numbers = true, default_value_t = DuplicateParams::default().min_similarity)]
    min_similarity: f32,
    /// Exit with 1 when any group is found, with 0 when none is
    #[arg(long)]
    check: bool,
    /// Look for the papers of these files in the library, in place of repeats in the library
    #[arg(long, value_name = "PATH", num_args = 1..)]
    against: Vec<PathBuf>,
    /// With --against: export the papers that the library does not have
    #[arg(long, requires = "against", requires = "export")]
    new_only: bool,
    /// Write the library without the repeats, with merged metadata; the extension tells the format, as for 'export'
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// Which record of a group to keep: reasons in order, of published, doi, abstract, metadata, newest, oldest, id
    #[arg(long, value_name = "LIST", default_value = "published,doi,abstract,metadata,id")]
    keep_rule: String,
    /// Remember the decisions in this file: CSV or JSON with the columns a, b and verdict (same, not same, undecided)
    #[arg(long, value_name = "FILE")]
    decide: Option<PathBuf>,
    /// List what was decided, and look for nothing
    #[arg(long, conflicts_with_all = ["against", "export", "check"])]
    decisions: bool,
    /// Forget what was decided about two papers
    #[arg(long, num_args = 2, value_names = ["ID", "ID"])]
    undo: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    /// The same words
    Exact,
    /// The same text, lightly edited or cut
    Near,
    /// The same work with a changed text
    Version,
    /// Different works that share much text; only ever to be looked at
    Overlap,
    /// Exact, near and version
    All,
}

impl Level {
    fn kinds(self) -> Vec<Kind> {
        match self {
            Level::Exact => vec![Kind::Exact],
            Level::Near => vec![Kind::Near],
            Level::Version => vec![Kind::Version],
            Level::Overlap => vec![Kind::Overlap],
            Level::All => DuplicateParams::default().kinds,
        }
    }
}

pub(super) fn run(context: &Context, args: &DuplicatesArgs) -> Result<Outcome> {
    let keep: KeepRule = args.keep_rule.parse()?;
    let params = DuplicateParams { kinds: args.level.kinds(), min_similarity: args.min_similarity, keep };
    let exporter = args.export.as_ref().map(|path| check_export(path, args)).transpose()?;
    if let Some(file) = &args.decide {
        decide(&context.settings, file, context.output.on_progress())?;
    }
    if let [a, b] = args.undo.as_slice() {
        remember(&context.settings, a, b, None)?;
    }
    if args.decisions {
        return list(context);
    }
    let (found, rest) = find(context, args, &params)?;
    if let (Some(path), Some(exporter), Some(rest)) = (&args.export, exporter, &rest) {
        let written = rest.write(exporter, path).map_err(|failure| failure.at(path))?;
        context.output.notice(format!("wrote {} papers to {}", written.papers, written.files.join(", ")));
    }
    let (has_groups, has_pairs) = (!found.groups.is_empty(), !found.pairs.is_empty());
    context.output.print(&Report::Duplicates(found))?;
    // With --check a group is the fault that a script looks for; without, pairs to look at are something found, too.
    let is_one = if args.check { has_groups } else { !has_groups && !has_pairs };
    Ok(if is_one { Outcome::NothingFound } else { Outcome::Done })
}

fn list(context: &Context) -> Result<Outcome> {
    let decisions = context.open()?.decisions()?;
    let is_empty = decisions.decisions.is_empty();
    context.output.print(&Report::Decisions(decisions))?;
    Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done })
}

/// Looks in the library, or for other papers in it; with what is left, if that is asked for.
fn find(context: &Context, args: &DuplicatesArgs, params: &DuplicateParams) -> Result<(Duplicates, Option<Remainder>)> {
    let engine = context.open()?;
    if !args.against.is_empty() {
        let compared = engine.against(&args.against, params)?;
        return Ok((compared.found, Some(compared.new)));
    }
    let found = engine.duplicates(params)?;
    let rest = args.export.as_ref().map(|_| engine.without_repeats(&found, &params.keep)).transpose()?;
    Ok((found, rest))
}

/// The format to export in; refuses what cannot be exported before any work is done.
fn check_export(path: &Path, args: &DuplicatesArgs) -> Result<&'static dyn Exporter> {
    if !args.against.is_empty() && !args.new_only {
        let expected = "--new-only beside --against, or no --against".to_owned();
        return Err(Error::InvalidParameter { name: "--export", value: path.display().to_string(), expected });
    }
    check_place(path, &args.against)?;
    exporter_for(path)
}
