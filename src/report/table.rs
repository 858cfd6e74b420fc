//! A report as tables: what every format that is no JSON starts from.

/// Characters of a title that a table shows at most.
const LONGEST_TITLE: usize = 300;

/// Rows of text under a heading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// What the rows are; may be empty.
    pub heading: String,
    /// One name a column.
    pub columns: Vec<&'static str>,
    /// Cells, as many a row as there are columns. They may hold anything a file held: writers escape them.
    pub rows: Vec<Vec<String>>,
    /// Sentences below the rows.
    pub notes: Vec<String>,
    /// Rows that a terminal shows at most; all if not given.
    pub shown: Option<usize>,
}

impl Table {
    /// A table without rows.
    pub fn new(heading: impl Into<String>, columns: &[&'static str]) -> Self {
        Table { heading: heading.into(), columns: columns.to_vec(), ..Table::default() }
    }

    /// Adds a row.
    pub fn push<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.into());
    }
}

/// Strangers' text made safe for a terminal and for one line: control and bidirectional formatting characters, which
/// could move the cursor or reorder what follows, become spaces or vanish.
pub fn escape_control(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' | '\r' => Some(' '),
        '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() => None,
        c => Some(c),
    };
    text.chars().filter_map(shown).collect()
}

/// A title at a length that a table bears.
pub(super) fn clipped(title: &str) -> String {
    match title.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => format!("{}...", &title[..end]),
        None => title.to_owned(),
    }
}

/// Takes out those of the named columns that have no text in any row.
pub(super) fn drop_empty_columns(table: &mut Table, names: &[&str]) {
    for name in names {
        let Some(column) = table.columns.iter().position(|c| c == name) else { continue };
        if table.rows.iter().all(|row| row[column].is_empty()) {
            table.columns.remove(column);
            table.rows.iter_mut().for_each(|row| drop(row.remove(column)));
        }
    }
}

/// Names and values, leaving out those without a value.
pub(super) fn facts<const N: usize>(heading: impl Into<String>, facts: [(&str, String); N]) -> Table {
    let mut table = Table::new(heading, &["", " "]);
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.push([name.to_owned(), value]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::escape_control;

    #[test]
    fn terminal_commands_and_reordering_are_taken_out() {
        assert_eq!(escape_control("a\u{1b}[31mred\u{7}\r\nb\u{202e}c\u{9b}2J"), "a[31mred  bc2J");
        assert_eq!(escape_control("Schrödinger 薛定谔 🐈"), "Schrödinger 薛定谔 🐈");
    }
}
