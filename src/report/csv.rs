//! CSV of a report's first table.

use std::io::Write;

use super::{Failure, Renderer, Report};

/// Comma-separated values with a header line.
pub(super) struct Csv;

impl Renderer for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        let Some(table) = report.tables().into_iter().next() else { return Ok(()) };
        let mut writer = csv::Writer::from_writer(out);
        let write_error = |e: csv::Error| Failure::Write(io_error(e));
        writer.write_record(&table.columns).map_err(write_error)?;
        for row in &table.rows {
            writer.write_record(row).map_err(write_error)?;
        }
        Ok(writer.flush()?)
    }
}

/// The writer's own error where there is one, so that a closed pipe is known as such.
pub(super) fn io_error(error: csv::Error) -> std::io::Error {
    let kind = error.into_kind();
    if let csv::ErrorKind::Io(error) = kind {
        return error;
    }
    std::io::Error::other(format!("{kind:?}"))
}
