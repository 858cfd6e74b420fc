//! The models that were found.

use serde::Serialize;

use super::Table;

/// The models that were found.
#[derive(Debug, Serialize)]
pub struct Models {
    /// By name.
    pub models: Vec<ModelState>,
}

/// A model on this machine.
#[derive(Debug, Default, Serialize)]
pub struct ModelState {
    /// Its name, or its folder where the card cannot be read.
    pub name: String,
    /// One sentence.
    pub description: String,
    /// Floats per vector.
    pub dimension: usize,
    /// Tokens read of a text.
    pub max_tokens: usize,
    /// The weights' licence.
    pub licence: String,
    /// Where the weights come from.
    pub source: String,
    /// `ok`, or what is wrong with it.
    pub state: String,
}

pub(super) fn table(r: &Models) -> Table {
    let mut table = Table::new("", &["model", "dimension", "tokens", "licence", "state", "description"]);
    for model in &r.models {
        table.push([
            model.name.clone(),
            model.dimension.to_string(),
            model.max_tokens.to_string(),
            model.licence.clone(),
            model.state.clone(),
            model.description.clone(),
        ]);
    }
    table
}
