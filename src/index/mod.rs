//! INDEX: the nearest rows of a vector. One trait, one file per engine.

mod build;
mod codes;
mod exact;
mod graph;
mod hnsw;
mod join;
mod members;
mod partition;
mod stored;
mod walk;

use crate::error::Result;
use crate::vectors::Similarity;

pub use build::GraphParams;
pub use exact::Exact;
pub use hnsw::Hnsw;

/// A row near a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbor {
    /// Row of the corpus.
    pub row: usize,
    /// Similarity to the query.
    pub similarity: Similarity,
}

/// Which rows may be answered, and how many they are.
#[derive(Debug, Clone, Copy)]
pub struct Filter<'a> {
    rows: &'a [bool],
    passing: usize,
}

impl<'a> Filter<'a> {
    /// From what holds for each of the `n` rows; rows beyond its end do not pass.
    pub fn new(rows: &'a [bool]) -> Self {
        Filter { rows, passing: rows.iter().map(|&passes| usize::from(passes)).sum() }
    }

    /// Whether a row may be answered.
    pub fn passes(&self, row: usize) -> bool {
        self.rows.get(row).is_some_and(|&passes| passes)
    }

    /// Number of rows that may be answered, `0..=n`.
    pub fn passing(&self) -> usize {
        self.passing
    }
}

/// Those of `n` rows that pass.
fn rows_passing(filter: Option<Filter<'_>>, n: usize) -> Vec<usize> {
    (0..n).filter(|&row| filter.is_none_or(|filter| filter.passes(row))).collect()
}

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

    /// For each row that `filter` lets pass, in order, rows that are close to it, itself included: at most `k` of those that
    /// pass, in the order of [`Index::search`]. An exact engine answers as its search does; another may look at the
    /// surroundings of each row alone: this is for those who can bear to miss some.
    fn around_all(&self, k: usize, filter: Option<Filter<'_>>) -> Vec<Vec<Neighbor>>;
}
