//! Exact search: every row is compared. The oracle for the other engines, and the faster one for small corpora.

use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::vectors::{Similarity, Vectors};

use super::{Filter, Index, Neighbor};

/// Rows compared by one task; enough work to be worth a thread.
const ROWS_PER_TASK: usize = 2048;

/// Compares a query with all `n` rows.
pub struct Exact {
    vectors: Arc<Vectors>,
}

impl Exact {
    /// An index over these rows; nothing is built.
    pub fn new(vectors: Arc<Vectors>) -> Self {
        Exact { vectors }
    }
}

impl Index for Exact {
    fn name(&self) -> &'static str {
        "exact"
    }

    fn len(&self) -> usize {
        self.vectors.len()
    }

    fn is_exact(&self) -> bool {
        true
    }

    fn recall(&self) -> f32 {
        1.0
    }

    fn search(&self, query: &[f32], k: usize, filter: Option<Filter<'_>>) -> Result<Vec<Neighbor>> {
        scan(&self.vectors, query, k, filter)
    }

    fn around(&self, row: usize, k: usize, filter: Option<Filter<'_>>) -> Result<Vec<Neighbor>> {
        scan(&self.vectors, self.vectors.row(row), k, filter)
    }
}

/// The `k` nearest of all rows that pass, nearest first, then by row.
pub(super) fn scan(vectors: &Vectors, query: &[f32], k: usize, filter: Option<Filter<'_>>) -> Result<Vec<Neighbor>> {
    check_dimension(vectors, query)?;
    let tasks = vectors.len().div_ceil(ROWS_PER_TASK);
    let parts: Vec<Vec<Neighbor>> = (0..tasks)
        .into_par_iter()
        .map(|task| {
            let rows = task * ROWS_PER_TASK..((task + 1) * ROWS_PER_TASK).min(vectors.len());
            let mut best = Best::new(k);
            match filter {
                None => vectors.compare(query, rows, |row, cosine| best.offer(row, cosine)),
                Some(filter) => {
                    let passing = rows.filter(|&row| filter.passes(row));
                    vectors.compare(query, passing, |row, cosine| best.offer(row, cosine));
                }
            }
            best.into_nearest()
        })
        .collect();
    Ok(nearest(parts.concat(), k))
}

/// The `k` nearest of the rows offered, which come in ascending order.
struct Best {
    k: usize,
    kept: Vec<Neighbor>,
    /// What the next row must exceed: `k` rows kept are at least so near, and they come first among equals.
    floor: Option<Similarity>,
}

impl Best {
    fn new(k: usize) -> Self {
        Best { k, kept: Vec::new(), floor: None }
    }

    #[inline]
    fn offer(&mut self, row: usize, cosine: f32) {
        let similarity = Similarity::new(cosine);
        if self.floor.is_some_and(|floor| similarity <= floor) {
            return;
        }
        self.kept.push(Neighbor { row, similarity });
        if self.kept.len() >= 2 * self.k.max(8) {
            self.kept = nearest(std::mem::take(&mut self.kept), self.k);
            self.floor = self.kept.last().map(|last| last.similarity);
        }
    }

    fn into_nearest(self) -> Vec<Neighbor> {
        nearest(self.kept, self.k)
    }
}

/// The first `k` in the order of answers.
pub(super) fn nearest(mut neighbors: Vec<Neighbor>, k: usize) -> Vec<Neighbor> {
    let order = |a: &Neighbor, b: &Neighbor| b.similarity.cmp(&a.similarity).then(a.row.cmp(&b.row));
    if k == 0 {
        return Vec::new();
    }
    if neighbors.len() > k {
        neighbors.select_nth_unstable_by(k - 1, order);
        neighbors.truncate(k);
    }
    neighbors.sort_unstable_by(order);
    neighbors
}

pub(super) fn check_dimension(vectors: &Vectors, query: &[f32]) -> Result<()> {
    if query.len() == vectors.dimension() {
        return Ok(());
    }
    Err(Error::Dimension { what: "the query's vector".to_owned(), expected: vectors.dimension(), got: query.len() })
}
