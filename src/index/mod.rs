//! INDEX: the nearest rows of a vector. One trait, one file per engine.

mod exact;
mod graph;
mod hnsw;

use crate::error::Result;
use crate::vectors::Similarity;

pub use exact::Exact;
pub use hnsw::{GraphParams, Hnsw};

/// A row near a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbor {
    /// Row of the corpus.
    pub row: usize,
    /// Similarity to the query.
    pub similarity: Similarity,
}

/// Which rows may be answered.
pub type Filter<'a> = &'a (dyn Fn(usize) -> bool + Sync);

/// An index over the rows of a corpus. Exact copies share one node; an answer lists them all.
pub trait Index: Send + Sync {
    /// Name of the engine, as `info` shows it.
    fn name(&self) -> &'static str;

    /// Number of rows `n`.
    fn len(&self) -> usize;

    /// Whether there is no row.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every search compares all rows.
    fn is_exact(&self) -> bool {
        false
    }

    /// Share of the true 10 nearest rows that a sample of searches found when the index was built, in `[0, 1]`.
    fn recall(&self) -> f32;

    /// The `k` nearest rows of `query` (unit length, `d` floats) among those that `filter` lets pass, nearest first,
    /// equal similarities by row. Fewer only if fewer pass.
    ///
    /// # Errors
    /// [`crate::error::Error::Dimension`] if the query has another dimension than the rows.
    fn search(&self, query: &[f32], k: usize, filter: Option<Filter<'_>>) -> Result<Vec<Neighbor>>;

    /// Rows close to a row, itself included, at most `k` of those that `filter` lets pass, in the order of
    /// [`Index::search`]. An engine may look at the surroundings of the row alone: this is for those who ask for every
    /// row, and who can bear to miss some.
    ///
    /// # Errors
    /// As [`Index::search`].
    fn around(&self, row: usize, k: usize, filter: Filter<'_>) -> Result<Vec<Neighbor>>;
}
