//! Tables for a terminal.

use std::io::Write;

use comfy_table::{presets, ContentArrangement, Table as Grid};

use super::{escape_control, Failure, Renderer, Report, Table};

/// Columns a table takes where the output is no terminal that tells its width.
const DEFAULT_WIDTH: u16 = 120;

/// Aligned columns, wrapped to the width of the terminal.
pub(super) struct Text;

impl Renderer for Text {
    fn name(&self) -> &'static str {
        "table"
    }

    fn extension(&self) -> &'static str {
        "txt"
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        for (i, table) in report.tables().iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            if !table.heading.is_empty() {
                writeln!(out, "{}", escape_control(&table.heading))?;
            }
            if !table.rows.is_empty() {
                writeln!(out, "{}", grid(table).trim_fmt())?;
            }
            let hidden = table.rows.len() - shown(table);
            if hidden > 0 {
                writeln!(out, "and {hidden} more; --format csv lists them all")?;
            }
            for note in &table.notes {
                writeln!(out, "{}", escape_control(note))?;
            }
        }
        Ok(())
    }
}

fn shown(table: &Table) -> usize {
    table.rows.len().min(table.shown.unwrap_or(usize::MAX))
}

fn grid(table: &Table) -> Grid {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if grid.width().is_none() {
        grid.set_width(DEFAULT_WIDTH);
    }
    if table.columns.iter().any(|name| !name.trim().is_empty()) {
        grid.set_header(&table.columns);
    }
    for row in &table.rows[..shown(table)] {
        grid.add_row(row.iter().map(|cell| escape_control(cell)));
    }
    for column in grid.column_iter_mut() {
        column.set_padding((0, 2));
    }
    grid
}
