//! Vectors of one byte a dimension: what a graph is built and walked with. Whole numbers are summed, so similarities are
//! the same on every processor.
//!
//! What is coded is how a vector differs from the mean of many: vectors that have much in common would otherwise spend their
//! bytes on that, and could not be told apart. Similarities are `1 - |a - b|^2 / 2` of what the codes stand for, as they would
//! be of vectors of length 1. With products of the codes alone, those that rounding made longer would be nearest to all.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::vectors::Vectors;

/// The greatest number of a code.
const GREATEST: f32 = 127.0;

/// Bytes that come from memory together.
const CACHE_LINE: usize = 64;

/// Rows that the mean is taken of, at most: it need not be that of all.
const MEAN_ROWS: usize = 10_000;

/// `n` rows of `d` bytes, each with what they are worth.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    dimension: usize,
    bytes: Vec<i8>,
    worths: Vec<Worth>,
    mean: Vec<f32>,
}

/// What the bytes of a code are worth.
#[derive(Debug, Clone, Copy)]
struct Worth {
    /// What one unit of a byte is worth.
    unit: f32,
    /// Half of what the square of the code's length is short of 1.
    short: f32,
}

/// One vector as a row of [`Codes`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Code<'a> {
    bytes: &'a [i8],
    worth: Worth,
}

impl Codes {
    /// The rows named, in that order.
    pub(super) fn new(vectors: &Vectors, rows: &[u32]) -> Self {
        let (dimension, mean) = (vectors.dimension(), mean(vectors, rows));
        let mut bytes = vec![0; rows.len() * dimension];
        let coded = bytes.par_chunks_mut(dimension).zip(rows);
        let worths = coded.map(|(code, &row)| encode(vectors.row(row as usize), &mean, code)).collect();
        Codes { dimension, bytes, worths, mean }
    }

    pub(super) fn len(&self) -> usize {
        self.worths.len()
    }

    pub(super) fn code(&self, node: u32) -> Code<'_> {
        let start = node as usize * self.dimension;
        Code { bytes: &self.bytes[start..start + self.dimension], worth: self.worths[node as usize] }
    }

    /// Codes a vector that is in no row, in `bytes`.
    pub(super) fn code_of<'a>(&self, vector: &[f32], bytes: &'a mut Vec<i8>) -> Code<'a> {
        bytes.clear();
        bytes.resize(vector.len(), 0);
        let worth = encode(vector, &self.mean, bytes);
        Code { bytes, worth }
    }

    /// About the cosine of two nodes.
    pub(super) fn similarity(&self, a: u32, b: u32) -> f32 {
        let mut similarity = [0.0];
        self.similarities(self.code(a), &[b], &mut similarity);
        similarity[0]
    }

    /// Reads a byte of each cache line of these nodes, so that all of them are on their way before the first is needed.
    pub(super) fn touch(&self, nodes: &[u32]) {
        let mut sum = 0i8;
        for &node in nodes {
            let code = self.code(node).bytes;
            code.chunks(CACHE_LINE).for_each(|line| sum ^= line[0]);
        }
        std::hint::black_box(sum);
    }

    /// About the cosines of a code and as many nodes as there is room for.
    pub(super) fn similarities(&self, code: Code<'_>, nodes: &[u32], into: &mut [f32]) {
        Arch::new().dispatch(Similarities { codes: self, code, nodes, into });
    }
}

/// The mean of some of the rows, spread over all; zeros if there is none.
fn mean(vectors: &Vectors, rows: &[u32]) -> Vec<f32> {
    let mut sums = vec![0.0f64; vectors.dimension()];
    let some = rows.iter().step_by(rows.len().div_ceil(MEAN_ROWS).max(1));
    let count = some.len().max(1) as f64;
    for &row in some {
        sums.iter_mut().zip(vectors.row(row as usize)).for_each(|(sum, &x)| *sum += f64::from(x));
    }
    sums.into_iter().map(|sum| (sum / count) as f32).collect()
}

fn encode(row: &[f32], mean: &[f32], code: &mut [i8]) -> Worth {
    let unit = Arch::new().dispatch(Encode { row, mean, code });
    let squares: i32 = code.iter().map(|&x| i32::from(x) * i32::from(x)).sum();
    Worth { unit, short: (1.0 - squares as f32 * (unit * unit)) / 2.0 }
}

struct Encode<'a> {
    row: &'a [f32],
    mean: &'a [f32],
    code: &'a mut [i8],
}

impl WithSimd for Encode<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        let rest = || self.row.iter().zip(self.mean).map(|(x, mean)| x - mean);
        let greatest = rest().fold(0.0f32, |most, x| if x.abs() > most { x.abs() } else { most });
        let steps = if greatest > 0.0 { GREATEST / greatest } else { 0.0 };
        for (code, x) in self.code.iter_mut().zip(rest()) {
            *code = (x * steps).round_ties_even() as i8;
        }
        greatest / GREATEST
    }
}

struct Similarities<'a> {
    codes: &'a Codes,
    code: Code<'a>,
    nodes: &'a [u32],
    into: &'a mut [f32],
}

impl WithSimd for Similarities<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (similarity, &node) in self.into.iter_mut().zip(self.nodes) {
            let other = self.codes.code(node);
            let products = self.code.bytes.iter().zip(other.bytes).map(|(&x, &y)| i32::from(x) * i32::from(y));
            let (own, others) = (self.code.worth, other.worth);
            *similarity = products.sum::<i32>() as f32 * (own.unit * others.unit) + (own.short + others.short);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::normalize;

    #[test]
    fn nothing_is_nearer_to_a_vector_than_itself() {
        // Two tight clumps with the mean between them, where a rounded code is longer or shorter than its vector.
        let mut vectors = Vectors::new(16);
        for row in 0..200 {
            let mut floats: Vec<f32> = (0..16).map(|i| 0.01 * ((row * (2 * i + 3) + i) as f32).sin()).collect();
            floats[row % 2] += 1.0;
            assert!(normalize(&mut floats));
            vectors.push(&floats).expect("a unit row");
        }
        let codes = Codes::new(&vectors, &(0..200).collect::<Vec<u32>>());
        for a in 0..200 {
            let itself = codes.similarity(a, a);
            assert!((itself - 1.0).abs() < 1e-5, "{itself}");
            assert!((0..200).all(|b| codes.similarity(a, b) <= itself + 1e-6), "{a}");
        }
    }
}
