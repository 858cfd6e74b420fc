//! `paperkin eval duplicates`

use std::path::PathBuf;

use clap::Args;

use crate::error::Result;
use crate::findings::duplicates::DuplicateParams;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(in crate::cli) struct EvalDuplicatesArgs {
    /// Judged pairs, CSV or TSV: two ids, a label (1 the same, 0 not, -1 not counted), a sort of pair
    #[arg(value_name = "PAIRS.tsv")]
    pairs: PathBuf,
    /// Do not count pairs whose sort holds this word (repeatable)
    #[arg(long, value_name = "WORD")]
    ignore: Vec<String>,
    /// Similarity from which neighbours in the vectors are compared word by word, -1 to 1
    #[arg(long, allow_negative_numbers = true, default_value_t = DuplicateParams::default().min_similarity)]
    min_similarity: f32,
}

pub(super) fn run(context: &Context, args: &EvalDuplicatesArgs) -> Result<Outcome> {
    let params = DuplicateParams { min_similarity: args.min_similarity, ..DuplicateParams::default() };
    let figures = context.open()?.eval_duplicates(&args.pairs, &args.ignore, &params)?;
    context.output.print(&Report::EvalDuplicates(Box::new(figures)))?;
    Ok(Outcome::Done)
}
