//! The space that rows are grouped in: what the model says and what the words say, each row drawn towards its kin.

use std::cmp::Ordering;
use std::ops::Range;

use ndarray::ArrayView2;
use rayon::prelude::*;

use crate::error::Result;
use crate::vectors::{normalize, Similarity, Vectors};

use super::latent::{latent, Words};

/// Directions of the words. Between 64 and 256 the development sets do not tell them apart.
const LATENT: usize = 128;

/// Nearest rows that a row is drawn towards. On four development sets the V-measure of k-means rose by 0.01 to 0.02 with
/// 10 to 20 of them, and fell again with 30.
const KIN: usize = 15;

/// Rows at most that shape the directions of the words and that others are drawn towards; every so-many-th.
const SHAPING_ROWS: usize = 10_000;

/// Rows compared with the shaping rows at a time.
const ROWS_PER_PRODUCT: usize = 256;

/// Places `n` rows where k-means finds their subjects better than in `vectors` alone, as unit rows.
///
/// Each row becomes its vector beside the latent directions of its words, both counting alike, and then the sum of
/// itself and the weighted mean of its nearest rows, which takes out part of what is a paper's own. Only the first
/// `shaping` rows decide on the place of others: what is added after them is placed as if it had been there.
///
/// # Errors
/// [`crate::error::Error::InvalidParameter`] if a row is not finite.
pub fn space(vectors: &Vectors, words: &[Words], shaping: usize) -> Result<Vectors> {
    let every = shaping.div_ceil(SHAPING_ROWS).max(1);
    let shaping: Vec<usize> = (0..shaping).step_by(every).collect();
    let placed = latent(words, &shaping, LATENT.min(vectors.len()));
    let dimension = vectors.dimension() + placed.first().map_or(0, Vec::len);
    let mut joined = Vectors::with_capacity(dimension, vectors.len());
    for (row, latent) in vectors.rows().zip(placed) {
        let mut both = [row, latent.as_slice()].concat();
        normalize(&mut both);
        joined.push(&both)?;
    }
    Ok(drawn_to_kin(&joined, &shaping))
}

/// Adds to each row the mean of its nearest rows among the shaping ones, weighted by similarity.
fn drawn_to_kin(points: &Vectors, shaping: &[usize]) -> Vectors {
    let d = points.dimension();
    let references = points.select(shaping);
    let mut drawn = points.as_slice().to_vec();
    let draw_block = |(block, rows): (usize, &mut [f32])| {
        let first = block * ROWS_PER_PRODUCT;
        for (row, kin) in (first..).zip(kin_of_block(points, first..first + rows.len() / d, (shaping, &references))) {
            draw(&mut rows[(row - first) * d..(row - first + 1) * d], points, &kin);
        }
    };
    drawn.par_chunks_mut(ROWS_PER_PRODUCT * d).enumerate().for_each(draw_block);
    Vectors::from_units(d, drawn)
}

/// Adds to a row the weighted mean of others, unless they cancel out.
fn draw(row: &mut [f32], points: &Vectors, kin: &[(usize, f32)]) {
    let weight: f32 = kin.iter().map(|(_, similarity)| similarity).sum();
    let mut sum = row.to_vec();
    for (other, similarity) in kin {
        let share = similarity / weight;
        sum.iter_mut().zip(points.row(*other)).for_each(|(sum, x)| *sum += share * x);
    }
    if normalize(&mut sum) {
        row.copy_from_slice(&sum);
    }
}

/// For each of these rows its nearest shaping rows with a similarity above 0, itself left out.
fn kin_of_block(
    points: &Vectors,
    block: Range<usize>,
    (shaping, references): (&[usize], &Vectors),
) -> Vec<Vec<(usize, f32)>> {
    let d = points.dimension();
    let (Ok(rows), Ok(references)) = (
        ArrayView2::from_shape((block.len(), d), &points.as_slice()[block.start * d..block.end * d]),
        ArrayView2::from_shape((references.len(), d), references.as_slice()),
    ) else {
        return Vec::new();
    };
    let products = rows.dot(&references.t());
    let nearest = |(row, cosines): (usize, ndarray::ArrayView1<'_, f32>)| {
        let others = shaping.iter().copied().zip(cosines.iter().copied());
        nearest(others.filter(|&(other, cosine)| other != row && cosine > 0.0))
    };
    block.zip(products.outer_iter()).map(nearest).collect()
}

/// The [`KIN`] with the greatest similarity, in a fixed order.
fn nearest(others: impl Iterator<Item = (usize, f32)>) -> Vec<(usize, f32)> {
    let closer = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    let mut kept: Vec<(usize, f32)> = Vec::with_capacity(2 * KIN);
    let mut least = 0.0;
    for (row, cosine) in others {
        if cosine < least {
            continue;
        }
        kept.push((row, Similarity::new(cosine).value()));
        if kept.len() == 2 * KIN {
            kept.select_nth_unstable_by(KIN - 1, closer);
            kept.truncate(KIN);
            least = kept.iter().map(|other| other.1).fold(f32::INFINITY, f32::min);
        }
    }
    kept.sort_unstable_by(closer as fn(&(usize, f32), &(usize, f32)) -> Ordering);
    kept.truncate(KIN);
    kept
}
