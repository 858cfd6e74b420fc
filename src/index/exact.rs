//! Exact search: every row is compared. The oracle for the other engines, and the faster one for small corpora.

use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::vectors::{Similarity, Vectors};

use super::join::nearest_of_all;
use super::{rows_passing, Filter, Index, Neighbor};

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

    fn around_all(&self, k: usize, filter: Option<Filter<'_>>) -> Vec<Vec<Neighbor>> {
        nearest_of_all(&self.vectors, &rows_passing(filter, self.len()), k)
    }
}

/// Rows that many queries are compared with, one query after the other, while they are in a core's cache: 400 kB of 384
/// dimensions.
const ROWS_AT_HAND: usize = 256;

/// What [`scan`] finds for each of many queries, which all pass over memory once together.
///
/// # Errors
/// [`Error::Dimension`] if a query has another length than the rows.
pub(super) fn scan_all(
    vectors: &Vectors,
    queries: &[&[f32]],
    k: usize,
    filter: Filter<'_>,
) -> Result<Vec<Vec<Neighbor>>> {
    queries.iter().try_for_each(|query| check_dimension(vectors, query))?;
    let share = vectors.len().div_ceil(rayon::current_num_threads()).max(1);
    let part = |task: usize| {
        let mut best: Vec<Best> = queries.iter().map(|_| Best::new(k)).collect();
        for begin in (task * share..((task + 1) * share).min(vectors.len())).step_by(ROWS_AT_HAND) {
            let end = (begin + ROWS_AT_HAND).min((task + 1) * share).min(vectors.len());
            let rows: Vec<usize> = (begin..end).filter(|&row| filter.passes(row)).collect();
            for (query, best) in queries.iter().zip(&mut best) {
                vectors.compare(query, rows.iter().copied(), |row, cosine| best.offer(row, cosine));
            }
        }
        best.into_iter().map(Best::into_nearest).collect::<Vec<_>>()
    };
    let parts: Vec<Vec<Vec<Neighbor>>> = (0..vectors.len().div_ceil(share)).into_par_iter().map(part).collect();
    let of_query = |query: usize| nearest(parts.iter().flat_map(|part| part[query].iter().copied()).collect(), k);
    Ok((0..queries.len()).map(of_query).collect())
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

/// The `k` nearest of the rows offered, in any order.
pub(super) struct Best {
    k: usize,
    kept: Vec<Neighbor>,
    /// What the next row must reach: `k` rows kept are at least so near.
    floor: Option<Similarity>,
}

impl Best {
    pub(super) fn new(k: usize) -> Self {
        Best { k, kept: Vec::new(), floor: None }
    }

    #[inline]
    pub(super) fn offer(&mut self, row: usize, cosine: f32) {
        let similarity = Similarity::new(cosine);
        if self.floor.is_some_and(|floor| similarity < floor) {
            return;
        }
        self.kept.push(Neighbor { row, similarity });
        if self.kept.len() >= 2 * self.k.max(8) {
            self.kept = nearest(std::mem::take(&mut self.kept), self.k);
            self.floor = self.kept.last().map(|last| last.similarity);
        }
    }

    pub(super) fn into_nearest(self) -> Vec<Neighbor> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_queries_together_find_what_each_finds_alone() {
        let mut vectors = Vectors::new(2);
        for i in 0..700 {
            let angle = (i * i % 431) as f32;
            vectors.push(&[angle.cos(), angle.sin()]).expect("a unit row");
        }
        let kept: Vec<bool> = (0..700).map(|row| row % 3 > 0).collect();
        let queries: Vec<&[f32]> = (0..9).map(|i| vectors.row(70 * i)).collect();
        let together = scan_all(&vectors, &queries, 11, Filter::new(&kept)).expect("the dimension fits");
        let alone = |query: &&[f32]| scan(&vectors, query, 11, Some(Filter::new(&kept))).expect("the dimension fits");
        assert_eq!(together, queries.iter().map(alone).collect::<Vec<_>>());
        assert!(scan_all(&vectors, &[&[1.0]], 11, Filter::new(&kept)).is_err());
    }
}
