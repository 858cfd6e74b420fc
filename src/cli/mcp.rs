//! `paperkin mcp`

use crate::error::Result;
use crate::mcp;

use super::{Context, Outcome};

pub(super) fn run(context: &Context) -> Result<Outcome> {
    mcp::serve(&context.settings, context.output.on_progress())?;
    Ok(Outcome::Done)
}
