//! Markdown.

use std::io::Write;

use super::{escape_control, Failure, Renderer, Report, Table};

/// Headings and pipe tables.
pub(super) struct Markdown;

impl Renderer for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        if let Report::Whole(whole) = report {
            writeln!(out, "# {}\n", escape(&whole.title))?;
        }
        for (i, table) in report.tables().iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            write_table(table, out)?;
        }
        Ok(())
    }
}

fn write_table(table: &Table, out: &mut dyn Write) -> Result<(), Failure> {
    if !table.heading.is_empty() {
        writeln!(out, "## {}\n", escape(&table.heading))?;
    }
    if !table.rows.is_empty() {
        writeln!(out, "| {} |", table.columns.join(" | "))?;
        writeln!(out, "|{}", " --- |".repeat(table.columns.len()))?;
    }
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| escape(cell)).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    for note in &table.notes {
        writeln!(out, "\n{}", escape(note))?;
    }
    Ok(())
}

/// Strangers' text as Markdown that shows it as it is: no links, no markup, no HTML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in escape_control(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '!' | '~' | '$') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
