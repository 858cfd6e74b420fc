//! `paperkin info`

use crate::error::Result;
use crate::report::Report;

use super::{Context, Outcome};

pub(super) fn run(context: &Context) -> Result<Outcome> {
    let library = context.open()?.info()?;
    context.output.print(&Report::Library(Box::new(library)))?;
    Ok(Outcome::Done)
}
