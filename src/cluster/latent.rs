//! Latent semantic analysis: rows of weighted words as rows of a few numbers (Deerwester et al. 1990).

use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256Plus;
use rayon::prelude::*;

use crate::vectors::{dot, normalize};

/// A row of words: their numbers, each once, and what they weigh.
pub type Words = Vec<(u32, f32)>;

/// Rounds of the subspace iteration: more of them changed no development set by more than its seeds do.
const ROUNDS: usize = 4;

/// The basis is drawn by lot, but for every collection by the same.
const SEED: u64 = 0x5eed;

/// Places rows of words in the `d` directions in which the `shaping` ones among them differ most.
///
/// The directions are those of the greatest singular values, found by subspace iteration from random signs (Halko,
/// Martinsson and Tropp 2011, <https://arxiv.org/abs/0909.4061>, algorithm 4.4). Any orthonormal basis of them serves, as
/// cosines do not depend on which. Answers rows of length 1, `d` floats each; a row without words is all zeros.
pub(super) fn latent(rows: &[Words], shaping: &[usize], d: usize) -> Vec<Vec<f32>> {
    let postings = postings(rows, shaping);
    let mut random = Xoshiro256Plus::seed_from_u64(SEED);
    let mut sign = || if random.next_u64() >> 63 == 0 { 1.0f32 } else { -1.0 };
    let mut basis: Vec<Vec<f32>> = postings.iter().map(|_| (0..d).map(|_| sign()).collect()).collect();
    for _ in 0..ROUNDS {
        let images: Vec<Vec<f32>> = shaping.par_iter().map(|&row| image(&rows[row], &basis, d)).collect();
        basis = postings.par_iter().map(|posting| image(posting, &images, d)).collect();
        orthonormalize(&mut basis, d);
    }
    let placed = rows.par_iter().map(|row| {
        let mut row = image(row, &basis, d);
        normalize(&mut row);
        row
    });
    placed.collect()
}

/// For each word the shaping rows that have it, by their place among these, with its weight.
fn postings(rows: &[Words], shaping: &[usize]) -> Vec<Words> {
    let words = rows.iter().flatten().map(|&(word, _)| word as usize + 1).max().unwrap_or(0);
    let mut postings: Vec<Words> = vec![Vec::new(); words];
    for (place, &row) in (0u32..).zip(shaping) {
        rows[row].iter().for_each(|&(word, weight)| postings[word as usize].push((place, weight)));
    }
    postings
}

/// The weighted sum of the vectors that are named.
fn image(weights: &[(u32, f32)], vectors: &[Vec<f32>], d: usize) -> Vec<f32> {
    let mut sum = vec![0.0f32; d];
    for &(at, weight) in weights {
        sum.iter_mut().zip(&vectors[at as usize]).for_each(|(sum, x)| *sum += weight * x);
    }
    sum
}

/// Makes the `d` columns orthogonal and of length 1 (modified Gram-Schmidt); a column without anything new becomes 0.
fn orthonormalize(rows: &mut [Vec<f32>], d: usize) {
    let mut columns: Vec<Vec<f32>> = (0..d).map(|at| rows.iter().map(|row| row[at]).collect()).collect();
    for at in 0..d {
        let (done, rest) = columns.split_at_mut(at + 1);
        let column = &mut done[at];
        let before = dot(column, column).sqrt();
        if !is_new(column, before) {
            column.fill(0.0);
        }
        let column = &*column;
        rest.par_iter_mut().for_each(|other| {
            let share = dot(column, other);
            other.iter_mut().zip(column).for_each(|(x, y)| *x -= share * y);
        });
    }
    for (row, values) in rows.iter_mut().enumerate() {
        values.iter_mut().zip(&columns).for_each(|(value, column)| *value = column[row]);
    }
}

/// Brings a column to length 1; `false` if what is left of it is rounding.
fn is_new(column: &mut [f32], length: f32) -> bool {
    length > 1e-6 && normalize(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_about_one_subject_come_together_though_they_share_no_word() {
        // Words 0 and 1 are each used with 2, words 3 and 4 each with 5; rows 0 and 1 share no word, nor do rows 2 and 3.
        let row = |words: &[u32]| words.iter().map(|&word| (word, 1.0)).collect::<Words>();
        let mut rows = vec![row(&[0]), row(&[1]), row(&[3]), row(&[4])];
        for _ in 0..5 {
            rows.extend([row(&[0, 2]), row(&[1, 2]), row(&[3, 5]), row(&[4, 5])]);
        }
        let placed = latent(&rows, &(0..rows.len()).collect::<Vec<_>>(), 2);
        assert!(dot(&placed[0], &placed[1]) > 0.9);
        assert!(dot(&placed[2], &placed[3]) > 0.9);
        assert!(dot(&placed[0], &placed[2]).abs() < 0.5);
    }

    #[test]
    fn rows_without_words_and_more_directions_than_words_do_no_harm() {
        let rows = [vec![], vec![(0, 1.0)], vec![(1, 1.0)]];
        let placed = latent(&rows, &[0, 1, 2], 8);
        assert!(placed[0].iter().all(|x| *x == 0.0));
        assert!(placed.iter().flatten().all(|x| x.is_finite()));
        assert!(dot(&placed[1], &placed[2]).abs() < 1e-3 && dot(&placed[1], &placed[1]) > 0.99);
        assert!(latent(&[], &[], 4).is_empty());
    }
}
