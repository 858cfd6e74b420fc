//! `paperkin models`

use crate::engine;
use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

pub(super) fn run(context: &Context) -> Result<Outcome> {
    let found = engine::models();
    let is_empty = found.models.is_empty();
    context.output.print(&Report::Models(found))?;
    Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done })
}
