//! `paperkin export`

use std::io;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValuesParser;
use clap::Args;

use crate::engine::{self, Place};
use crate::error::Result;
use crate::report::export::{exporter, exporter_for, EXPORTERS};
use crate::report::{Failure, Report};

use super::output::check_place;
use super::{Context, Outcome};

/// The file name that means standard output.
const STANDARD_OUTPUT: &str = "-";

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// File to write, whose extension tells the format; - for standard output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Format to write, in place of the one that the extension stands for
    #[arg(long = "as", value_name = "NAME", value_parser = PossibleValuesParser::new(EXPORTERS.iter().map(|e| e.name())))]
    name: Option<String>,
}

pub(super) fn run(context: &Context, args: &ExportArgs) -> Result<Outcome> {
    let is_stream = args.file.as_os_str() == STANDARD_OUTPUT;
    let exporter = match &args.name {
        Some(name) => exporter(name)?,
        None if is_stream => EXPORTERS[0],
        None => exporter_for(&args.file)?,
    };
    if is_stream {
        let mut out = io::BufWriter::new(io::stdout());
        let written = engine::export(&context.settings, exporter, Place::Stream(&mut out));
        return match written.and_then(|_| Ok(io::Write::flush(&mut out)?)) {
            // A reader that closed its end has seen enough.
            Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Outcome::Done),
            other => other.map(|()| Outcome::Done).map_err(|failure| failure.at(Path::new("standard output"))),
        };
    }
    check_place(&args.file, &[])?;
    if let Some(ids) = exporter.ids_path(&args.file) {
        check_place(&ids, &[])?;
    }
    let written = engine::export(&context.settings, exporter, Place::File(&args.file));
    context.output.print(&Report::Export(written.map_err(|failure| failure.at(&args.file))?))?;
    Ok(Outcome::Done)
}
