//! What a `remove` run took out.

use serde::Serialize;

use super::Table;

/// What a `remove` run took out.
#[derive(Debug, Serialize)]
pub struct Removal {
    /// Ids of the papers taken out.
    pub removed: Vec<String>,
    /// Papers left.
    pub papers: usize,
}

pub(super) fn table(r: &Removal) -> Table {
    let mut table = Table::new("", &["removed", "left"]);
    table.push([r.removed.len().to_string(), r.papers.to_string()]);
    table
}
