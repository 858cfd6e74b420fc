//! Loops over the floats of rows. Sums are kept in a fixed number of lanes, which processors hold in fewer or more registers, and
//! no product is fused with its addition: the results are the same on every call and on every processor.

use pulp::{Arch, Simd, WithSimd};

use super::Vectors;

/// Sums kept side by side so that the compiler can use vector registers.
const LANES: usize = 16;

/// Dot product of two slices of equal length; the cosine if both are of length 1.
///
/// The order of the additions is fixed and no product is fused with its addition, so the result is the same on every call
/// and on every processor.
#[inline]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    product(a, b)
}

/// [`dot`], compiled anew for the instructions of whatever it is inlined into.
#[inline(always)]
fn product(a: &[f32], b: &[f32]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    let mut sums = [0.0f32; LANES];
    let (a_blocks, b_blocks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f32 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_blocks.zip(b_blocks) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + tail
}

/// The square of the Euclidean distance of two slices of equal length, with the widest instructions that the processor has;
/// the same on every processor.
pub fn squared_distance(a: &[f32], b: &[f32]) -> f32 {
    debug_assert_eq!(a.len(), b.len());
    Arch::new().dispatch(SquaredDistance { a, b })
}

struct SquaredDistance<'a> {
    a: &'a [f32],
    b: &'a [f32],
}

impl WithSimd for SquaredDistance<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f32 {
        let square = |x: &f32, y: &f32| (x - y) * (x - y);
        let mut sums = [0.0f32; LANES];
        let (a_blocks, b_blocks) = (self.a.chunks_exact(LANES), self.b.chunks_exact(LANES));
        let tail: f32 = a_blocks.remainder().iter().zip(b_blocks.remainder()).map(|(x, y)| square(x, y)).sum();
        for (x, y) in a_blocks.zip(b_blocks) {
            for lane in 0..LANES {
                sums[lane] += square(&x[lane], &y[lane]);
            }
        }
        sums.iter().sum::<f32>() + tail
    }
}

/// Dot products of one query with many rows, with the widest instructions that the processor has.
pub(super) struct Compare<'a, R, E> {
    pub(super) vectors: &'a Vectors,
    pub(super) query: &'a [f32],
    pub(super) rows: R,
    pub(super) each: E,
}

impl<R: Iterator<Item = usize>, E: FnMut(usize, f32)> WithSimd for Compare<'_, R, E> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        for row in self.rows {
            (self.each)(row, product(self.query, self.vectors.row(row)));
        }
    }
}

/// Rows hashed by one task.
pub(super) const HASHED_ROWS: usize = 1024;

/// [`hash`] of each of some rows.
pub(super) struct Hashes<'a> {
    pub(super) rows: &'a [f32],
    pub(super) dimension: usize,
}

impl WithSimd for Hashes<'_> {
    type Output = Vec<u64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<u64> {
        self.rows.chunks_exact(self.dimension).map(hash).collect()
    }
}

/// Multiplies and rotates as FNV and xxHash do, in as many lanes as [`dot`].
#[inline(always)]
fn hash(row: &[f32]) -> u64 {
    let mut lanes = [0x811c_9dc5_u32; LANES];
    let blocks = row.chunks_exact(LANES);
    let tail = blocks.remainder();
    for block in blocks {
        for lane in 0..LANES {
            lanes[lane] = (lanes[lane] ^ block[lane].to_bits()).wrapping_mul(0x9e37_79b1).rotate_left(13);
        }
    }
    lanes.into_iter().chain(tail.iter().map(|x| x.to_bits())).fold(0xcbf2_9ce4_8422_2325, |sum: u64, word| {
        let mixed = (sum ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    })
}
