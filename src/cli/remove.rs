//! `paperkin remove`

use std::io;

use clap::Args;

use crate::engine;
use crate::error::{Error, Result};
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct RemoveArgs {
    /// Ids of the papers to take out: all of them, or none if one is not there; - reads ids from standard input, one a line
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
}

/// The argument that means standard input.
const STANDARD_INPUT: &str = "-";

/// The lines of standard input that are not empty.
fn lines() -> Result<Vec<String>> {
    let text = io::read_to_string(io::stdin()).map_err(Error::io("standard input"))?;
    Ok(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
}

pub(super) fn run(context: &Context, args: &RemoveArgs) -> Result<Outcome> {
    let mut ids = Vec::new();
    for id in &args.ids {
        match id.as_str() {
            STANDARD_INPUT => ids.extend(lines()?),
            id => ids.push(id.to_owned()),
        }
    }
    let removal = engine::remove(&context.settings, &ids)?;
    context.output.print(&Report::Removal(removal))?;
    Ok(Outcome::Done)
}
