//! `paperkin eval`: the library's answers against what people have judged, one subcommand a question.

mod duplicates;
mod similar;
mod topics;

use clap::{Args, Subcommand};

use crate::error::Result;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Rankings against relevance judgements: nDCG@10, MAP, recall@100, MRR
    Similar(similar::EvalSimilarArgs),
    /// Topics against labels: V-measure, ARI, NMI, purity; stability over seeds, NPMI of keywords
    Topics(topics::EvalTopicsArgs),
    /// Precision, recall and F1 of the duplicates found
    Duplicates(duplicates::EvalDuplicatesArgs),
}

pub(super) fn run(context: &Context, args: &EvalArgs) -> Result<Outcome> {
    match &args.question {
        Question::Similar(args) => similar::run(context, args),
        Question::Topics(args) => topics::run(context, args),
        Question::Duplicates(args) => duplicates::run(context, args),
    }
}
