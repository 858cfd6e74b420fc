//! What the user has decided about pairs.

use serde::Serialize;
use utoipa::ToSchema;

use super::Table;

/// What the user has decided about pairs, by ids.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decisions {
    /// One a pair.
    pub decisions: Vec<Decision>,
}

/// What the user has decided about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decision {
    /// The smaller id.
    pub a: String,
    /// The greater id.
    pub b: String,
    /// `same` or `not same`, as `--decide` reads it.
    pub verdict: &'static str,
}

pub(super) fn table(r: &Decisions) -> Table {
    let mut table = Table::new("", &["a", "b", "verdict"]);
    for decision in &r.decisions {
        table.push([decision.a.clone(), decision.b.clone(), decision.verdict.to_owned()]);
    }
    table.notes.push(format!("{} decisions", r.decisions.len()));
    table
}
