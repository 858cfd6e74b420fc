//! Which papers are like this one.

use std::collections::BTreeSet;

use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::error::Result;
use crate::index::Index;
use crate::vectors::{normalize, Similarity, Vectors};

use super::copies::Copies;

/// Random pairs that a similarity is compared with.
const CALIBRATION_PAIRS: usize = 20_000;

/// How similar random pairs of papers of this library are.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    sorted: Vec<Similarity>,
}

impl Calibration {
    /// Draws pairs of papers that are no copies of each other; the same ones each time.
    pub fn sample(vectors: &Vectors, copies: &Copies) -> Self {
        let n = vectors.len() as u64;
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut sorted = Vec::new();
        for _ in 0..CALIBRATION_PAIRS {
            let (a, b) = ((random.next_u64() % n.max(1)) as usize, (random.next_u64() % n.max(1)) as usize);
            if a < vectors.len() && b < vectors.len() && copies.first(a) != copies.first(b) {
                sorted.push(vectors.similarity(a, b));
            }
        }
        sorted.sort_unstable();
        Calibration { sorted }
    }

    /// Share of random pairs that are less similar, in percent, `[0, 100]`; 100 if there are no pairs.
    pub fn percentile(&self, similarity: Similarity) -> f32 {
        if self.sorted.is_empty() {
            return 100.0;
        }
        let below = self.sorted.partition_point(|&other| other < similarity);
        100.0 * below as f32 / self.sorted.len() as f32
    }
}

/// A paper that is like the query.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its row; the first of its exact copies.
    pub row: usize,
    /// Similarity to the query.
    pub similarity: Similarity,
    /// Its exact copies.
    pub also: Vec<usize>,
}

/// The `k` papers nearest to `query` (unit length), nearest first. Exact copies are one answer; `without` and the copies
/// of those rows are none.
///
/// # Errors
/// [`crate::error::Error::Dimension`] if the query does not fit the index.
pub fn similar(index: &dyn Index, copies: &Copies, query: &[f32], without: &[usize], k: usize) -> Result<Vec<Answer>> {
    let left_out: BTreeSet<usize> = without.iter().map(|&row| copies.first(row)).collect();
    let passes = |row: usize| copies.first(row) == row && !left_out.contains(&row);
    let found = index.search(query, k, Some(&passes))?;
    let answer = |row: usize, similarity: Similarity| {
        let also = copies.of(row).into_iter().filter(|&copy| copy != row).collect();
        Answer { row, similarity, also }
    };
    Ok(found.into_iter().map(|neighbor| answer(neighbor.row, neighbor.similarity)).collect())
}

/// The direction between several rows: their mean, of length 1. The first row if they cancel out.
pub fn mean_of(vectors: &Vectors, rows: &[usize]) -> Vec<f32> {
    let mut mean = vec![0.0; vectors.dimension()];
    for &row in rows {
        mean.iter_mut().zip(vectors.row(row)).for_each(|(sum, x)| *sum += x);
    }
    if !normalize(&mut mean) {
        mean = rows.first().map(|&row| vectors.row(row).to_vec()).unwrap_or(mean);
    }
    mean
}
