//! `paperkin similar`

use std::path::PathBuf;

use clap::Args;

use crate::engine::Query;
use crate::error::{Error, Result};
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct SimilarArgs {
    /// Text to look for
    #[arg(conflicts_with_all = ["id", "file"])]
    text: Option<String>,
    /// Paper of the library to find others like; several together mean something like all of them
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// File whose text to look for, such as a draft
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    file: Option<PathBuf>,
    /// Answers wanted
    #[arg(short, default_value_t = 10)]
    k: usize,
}

impl SimilarArgs {
    fn query(&self) -> Result<Query> {
        match (&self.text, &self.file) {
            (Some(text), _) => Ok(Query::Text(text.clone())),
            (None, Some(path)) => {
                let bytes = std::fs::read(path).map_err(Error::io(path))?;
                Ok(Query::Text(String::from_utf8_lossy(&bytes).into_owned()))
            }
            (None, None) if self.id.is_empty() => Err(Error::EmptyQuery),
            (None, None) => Ok(Query::Papers(self.id.clone())),
        }
    }
}

pub(super) fn run(context: &Context, args: &SimilarArgs) -> Result<Outcome> {
    let query = args.query()?;
    let found = context.open()?.similar(&query, args.k)?;
    let is_empty = found.results.is_empty();
    context.output.print(&Report::Similar(found))?;
    Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done })
}
