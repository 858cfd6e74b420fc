//! A report as tables: what every format that is no JSON starts from.

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

#[cfg(test)]
mod tests {
    use super::escape_control;

    #[test]
    fn terminal_commands_and_reordering_are_taken_out() {
        assert_eq!(escape_control("a\u{1b}[31mred\u{7}\r\nb\u{202e}c\u{9b}2J"), "a[31mred  bc2J");
        assert_eq!(escape_control("Schrödinger 薛定谔 🐈"), "Schrödinger 薛定谔 🐈");
    }
}
