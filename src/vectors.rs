//! Vectors: `n` unit rows of `d` dimensions, and the similarity between two of them.

use std::cmp::Ordering;
use std::fmt;

use pulp::Arch;
use rayon::prelude::*;

use crate::error::{Error, Result};

mod kernels;

use kernels::{Compare, Hashes, HASHED_ROWS};

pub use kernels::{dot, squared_distance};

/// Cosine similarity in `[-1, 1]`; greater is closer. Totally ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Similarity(f32);

impl Similarity {
    /// Clamps rounding errors to `[-1, 1]`.
    pub fn new(cosine: f32) -> Self {
        Similarity(cosine.clamp(-1.0, 1.0))
    }

    /// The cosine, in `[-1, 1]`.
    pub fn value(self) -> f32 {
        self.0
    }
}

impl Eq for Similarity {}

impl Ord for Similarity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Similarity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Similarity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

/// How far the squared length of a row may be from 1.
const UNIT_TOLERANCE: f32 = 1e-3;

/// `n` rows of `d` 32-bit floats in one block, each row of length 1. Row `i` belongs to row `i` of the corpus.
#[derive(Debug, Clone, PartialEq)]
pub struct Vectors {
    dimension: usize,
    data: Vec<f32>,
}

impl Vectors {
    /// No rows yet, of `dimension` >= 1 floats each.
    pub fn new(dimension: usize) -> Self {
        Vectors { dimension: dimension.max(1), data: Vec::new() }
    }

    /// The same with room for `rows` of them.
    pub fn with_capacity(dimension: usize, rows: usize) -> Self {
        let dimension = dimension.max(1);
        Vectors { dimension, data: Vec::with_capacity(rows * dimension) }
    }

    /// A block of rows of `dimension` floats each, of which it is known that they are of length 1; what is no whole row is
    /// left out.
    pub fn from_units(dimension: usize, mut data: Vec<f32>) -> Self {
        let dimension = dimension.max(1);
        data.truncate(data.len() / dimension * dimension);
        Vectors { dimension, data }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error::Dimension`] if the row has another length than the others, [`Error::InvalidParameter`] if it is not a
    /// finite vector of length 1 within 0.001.
    pub fn push(&mut self, row: &[f32]) -> Result<()> {
        if row.len() != self.dimension {
            return Err(Error::Dimension {
                what: format!("vector {}", self.len()),
                expected: self.dimension,
                got: row.len(),
            });
        }
        if !is_unit(row) {
            return Err(Error::InvalidParameter {
                name: "vector length",
                value: format!("{}", dot(row, row).sqrt()),
                expected: "1 (within 0.001)".to_owned(),
            });
        }
        self.data.extend_from_slice(row);
        Ok(())
    }

    /// Puts another unit row in the place of row `i`.
    ///
    /// # Panics
    /// If `i >= n` or the row has another length than the others.
    pub fn replace(&mut self, i: usize, row: &[f32]) {
        let d = self.dimension;
        self.data[i * d..(i + 1) * d].copy_from_slice(row);
    }

    /// Number of rows `n`.
    pub fn len(&self) -> usize {
        self.data.len() / self.dimension
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// Floats per row `d`.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Row `i` of `n`, `d` floats.
    ///
    /// # Panics
    /// If `i >= n`.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.data[i * self.dimension..(i + 1) * self.dimension]
    }

    /// All rows in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f32]> {
        self.data.chunks_exact(self.dimension)
    }

    /// The whole block, row after row: `n * d` floats.
    pub fn as_slice(&self) -> &[f32] {
        &self.data
    }

    /// Similarity of rows `a` and `b`.
    pub fn similarity(&self, a: usize, b: usize) -> Similarity {
        Similarity::new(dot(self.row(a), self.row(b)))
    }

    /// Which rows hold the same bits.
    ///
    /// Copies of one text have one vector; indexes keep one node for it and clustering counts it once.
    pub fn distinct(&self) -> Distinct {
        let hashes = self.hashes();
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.par_sort_unstable_by_key(|&row| (hashes[row as usize], row));
        let mut first_of: Vec<usize> = (0..self.len()).collect();
        for same_hash in order.chunk_by(|&a, &b| hashes[a as usize] == hashes[b as usize]) {
            let mut firsts: Vec<usize> = Vec::new();
            for row in same_hash.iter().map(|&row| row as usize) {
                match firsts.iter().find(|&&first| is_same(self.row(first), self.row(row))) {
                    Some(&first) => first_of[row] = first,
                    None => firsts.push(row),
                }
            }
        }
        Distinct::from_firsts(&first_of)
    }

    /// A number for each row: equal for rows of the same bits, and hardly ever for others.
    pub fn hashes(&self) -> Vec<u64> {
        let blocks: Vec<Vec<u64>> = self
            .data
            .par_chunks(HASHED_ROWS * self.dimension)
            .map(|rows| Arch::new().dispatch(Hashes { rows, dimension: self.dimension }))
            .collect();
        blocks.concat()
    }

    /// Calls `each` with the rows named and their dot products with `query` (`d` floats), in the order of `rows`.
    pub fn compare(&self, query: &[f32], rows: impl Iterator<Item = usize>, each: impl FnMut(usize, f32)) {
        Arch::new().dispatch(Compare { vectors: self, query, rows, each });
    }

    /// The rows named, in that order.
    pub fn select(&self, rows: &[usize]) -> Vectors {
        let mut data = Vec::with_capacity(rows.len() * self.dimension);
        for &row in rows {
            data.extend_from_slice(self.row(row));
        }
        Vectors { dimension: self.dimension, data }
    }
}

/// Which rows of a [`Vectors`] hold the same vector; a *node* is one distinct vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distinct {
    /// For each node its first row, ascending.
    pub firsts: Vec<usize>,
    /// For each row its node.
    pub node_of: Vec<usize>,
}

impl Distinct {
    /// From the first row of the same kind as each row.
    fn from_firsts(first_of: &[usize]) -> Self {
        let firsts: Vec<usize> = (0..first_of.len()).filter(|&row| first_of[row] == row).collect();
        let mut node_at = vec![0; first_of.len()];
        firsts.iter().enumerate().for_each(|(node, &row)| node_at[row] = node);
        let node_of = first_of.iter().map(|&first| node_at[first]).collect();
        Distinct { firsts, node_of }
    }

    /// Rows that are the same by this or by `first_of`, which names for each row the first of its kind.
    pub fn joined(&self, first_of: &[usize]) -> Distinct {
        let mut parent: Vec<usize> = self.node_of.iter().map(|&node| self.firsts[node]).collect();
        for (row, &first) in first_of.iter().enumerate() {
            let (a, b) = (root(&mut parent, row), root(&mut parent, first));
            parent[a.max(b)] = a.min(b);
        }
        let roots: Vec<usize> = (0..parent.len()).map(|row| root(&mut parent, row)).collect();
        Distinct::from_firsts(&roots)
    }

    /// For each node all its rows, ascending.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.firsts.len()];
        for (row, &node) in self.node_of.iter().enumerate() {
            members[node].push(row);
        }
        members
    }
}

/// The smallest row that `row` is joined with (disjoint sets with path halving; a root is its own parent).
pub fn root(parent: &mut [usize], mut row: usize) -> usize {
    while parent[row] != row {
        parent[row] = parent[parent[row]];
        row = parent[row];
    }
    row
}

fn is_same(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).all(|(x, y)| x.to_bits() == y.to_bits())
}

/// Whether a row is of length 1 and finite, as [`Vectors::push`] wants it.
pub fn is_unit(row: &[f32]) -> bool {
    // A sum that is not a number is within no tolerance.
    (dot(row, row) - 1.0).abs() <= UNIT_TOLERANCE
}

/// Scales `row` to length 1; `false` if its length is 0 or not finite, and then `row` is left as it was.
pub fn normalize(row: &mut [f32]) -> bool {
    let length = dot(row, row).sqrt();
    if !length.is_finite() || length <= f32::MIN_POSITIVE {
        return false;
    }
    row.iter_mut().for_each(|x| *x /= length);
    true
}
