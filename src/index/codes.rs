//! Vectors of one byte a dimension: what a graph is built and walked with. Whole numbers are summed, so similarities are
//! the same on every processor.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use crate::vectors::Vectors;

/// The greatest number of a code.
const GREATEST: f32 = 127.0;

/// Bytes that come from memory together.
const CACHE_LINE: usize = 64;

/// `n` rows of `d` bytes, each with what one unit of it is worth.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    dimension: usize,
    bytes: Vec<i8>,
    units: Vec<f32>,
}

/// One vector as a row of [`Codes`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Code<'a> {
    bytes: &'a [i8],
    unit: f32,
}

impl Codes {
    /// The rows named, in that order.
    pub(super) fn new(vectors: &Vectors, rows: &[u32]) -> Self {
        let dimension = vectors.dimension();
        let mut bytes = vec![0; rows.len() * dimension];
        let coded = bytes.par_chunks_mut(dimension).zip(rows);
        let units = coded.map(|(code, &row)| Arch::new().dispatch(Encode { row: vectors.row(row as usize), code }));
        let units = units.collect();
        Codes { dimension, bytes, units }
    }

    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    pub(super) fn code(&self, node: u32) -> Code<'_> {
        let start = node as usize * self.dimension;
        Code { bytes: &self.bytes[start..start + self.dimension], unit: self.units[node as usize] }
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

/// Codes a vector that is in no row, in `bytes`.
pub(super) fn code_of<'a>(vector: &[f32], bytes: &'a mut Vec<i8>) -> Code<'a> {
    bytes.clear();
    bytes.resize(vector.len(), 0);
    let unit = Arch::new().dispatch(Encode { row: vector, code: bytes });
    Code { bytes, unit }
}

struct Encode<'a> {
    row: &'a [f32],
    code: &'a mut [i8],
}

impl WithSimd for Encode<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        let greatest = self.row.iter().fold(0.0f32, |most, x| if x.abs() > most { x.abs() } else { most });
        let steps = if greatest > 0.0 { GREATEST / greatest } else { 0.0 };
        for (code, x) in self.code.iter_mut().zip(self.row) {
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
            *similarity = products.sum::<i32>() as f32 * (self.code.unit * other.unit);
        }
    }
}
