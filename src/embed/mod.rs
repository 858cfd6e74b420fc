//! EMBED: a vector for each text. One trait; a model is a folder with a card, and no code.

mod card;
mod hashed;
mod lookup;
mod onnx;
mod pool;
mod runtime;

use std::path::PathBuf;

use crate::error::Result;
use crate::vectors::Vectors;

pub use card::{installed, Card, Pooling, DEFAULT_MODEL, STATIC_MODEL};
pub use hashed::HASHED_MODEL;

/// Which model makes vectors, and how.
#[derive(Debug, Clone)]
pub struct ModelIdentity {
    /// The model's name, which is also its folder's.
    pub name: String,
    /// Hash of all that decides a vector: files, pooling, prefixes, token limit.
    pub fingerprint: String,
    /// Floats per vector `d`.
    pub dimension: usize,
    /// The model's folder, where it has one.
    pub folder: Option<PathBuf>,
}

impl ModelIdentity {
    /// Whether vectors of the two can be compared: they were made in the same way, whatever the model is called.
    pub fn agrees_with(&self, other: &ModelIdentity) -> bool {
        self.fingerprint == other.fingerprint && self.dimension == other.dimension
    }

    /// `name (fingerprint)`, as messages show it.
    pub fn label(&self) -> String {
        format!("{} ({})", self.name, self.fingerprint)
    }
}

/// Makes unit vectors from texts. A vector depends on its text alone: not on the other texts of a call, their order, or
/// the number of threads.
pub trait Embedder: Send + Sync {
    /// Which model this is.
    fn identity(&self) -> &ModelIdentity;

    /// One row per text, in order. `progress` is told the number of texts done so far, from any thread.
    ///
    /// # Errors
    /// [`crate::error::Error::Embedding`] if the model fails on a text.
    fn embed_papers(&self, texts: &[&str], progress: &(dyn Fn(usize) + Sync)) -> Result<Vectors>;

    /// The vectors of queries, one row each, in order.
    ///
    /// # Errors
    /// [`crate::error::Error::EmptyQuery`] if there is no word in one, [`crate::error::Error::Embedding`] if the model
    /// fails.
    fn embed_queries(&self, texts: &[&str]) -> Result<Vectors>;

    /// The vector of one query, `d` floats of length 1.
    ///
    /// # Errors
    /// As [`Embedder::embed_queries`].
    fn embed_query(&self, text: &str) -> Result<Vec<f32>> {
        self.embed_queries(&[text]).map(|rows| rows.row(0).to_vec())
    }
}

/// How a model is loaded.
pub struct LoadOptions<'a> {
    /// Never reach for the network.
    pub offline: bool,
    /// Texts embedded at the same time, at least 1.
    pub threads: usize,
    /// Told in a line what takes time, such as fetching ONNX Runtime.
    pub notice: &'a dyn Fn(&str),
    /// Told in a line what only the curious want to know, such as where ONNX Runtime was found.
    pub detail: &'a dyn Fn(&str),
}

/// Loads the model of this name, or in this folder.
///
/// # Errors
/// [`crate::error::Error::NoModel`] if there is none, [`crate::error::Error::BadModelCard`] and
/// [`crate::error::Error::Checksum`] if its files are not what the card says,
/// [`crate::error::Error::RuntimeMissing`] if ONNX Runtime cannot be had.
pub fn load(name_or_folder: &str, options: &LoadOptions<'_>) -> Result<Box<dyn Embedder>> {
    if name_or_folder == HASHED_MODEL {
        return Ok(Box::new(hashed::Hashed::new()));
    }
    let card = Card::find(name_or_folder)?;
    Ok(Box::new(onnx::Onnx::load(card, options)?))
}
