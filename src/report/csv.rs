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
        // Of a writer's errors only those of its output can happen here; they keep their kind.
        let write_error = |e: csv::Error| Failure::Write(e.into());
        writer.write_record(&table.columns).map_err(write_error)?;
        for row in &table.rows {
            writer.write_record(row).map_err(write_error)?;
        }
        Ok(writer.flush()?)
    }
}
