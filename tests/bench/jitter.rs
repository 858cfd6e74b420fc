//! More vectors than there are: copies of the real ones, each turned a little.

use paperkin::vectors::normalize;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Length of what is added to a unit vector; the copy's similarity to its origin is then about 0.8, as of close papers.
const NOISE: f32 = 0.75;

/// Turns vectors in directions that a seed decides.
pub(crate) struct Jitter(Xoshiro256PlusPlus);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Jitter(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A unit vector near `row`.
    pub(crate) fn turned(&mut self, row: &[f32]) -> Vec<f32> {
        // Uniform in [-1, 1): of variance 1/3.
        let noise = (3.0 / row.len() as f32).sqrt() * NOISE;
        let mut near = row.to_vec();
        near.iter_mut().for_each(|x| *x += noise * (self.0.next_u32() as f32 / (1u32 << 31) as f32 - 1.0));
        normalize(&mut near);
        near
    }
}
