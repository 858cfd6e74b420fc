//! MinHash with banding: sets that share much meet in a bucket (Broder 1997, "On the resemblance and containment of
//! documents"; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4).

use super::words::mixed;

/// Bands and the minima in each: sets meet with probability `1 - (1 - s^4)^20`, for a resemblance `s` of 0.5 with 0.72,
/// of 0.7 with 0.996.
const BANDS: usize = 20;
const ROWS: usize = 4;

/// The keys of the buckets that a set falls into, one a band; none for an empty set.
pub(super) fn buckets(set: &[u64]) -> Vec<u64> {
    if set.is_empty() {
        return Vec::new();
    }
    let mut minima = [u64::MAX; BANDS * ROWS];
    for &element in set {
        for (i, least) in minima.iter_mut().enumerate() {
            // Multiplication by an odd number permutes; the high bits decide.
            *least = (*least).min((element ^ SEEDS[i]).wrapping_mul(SEEDS[i] | 1));
        }
    }
    let key = |(band, rows): (usize, &[u64])| rows.iter().fold(band as u64, |sum, &least| mixed(sum ^ least));
    minima.chunks_exact(ROWS).enumerate().map(key).collect()
}

/// One pseudo-random number a minimum, always the same.
const SEEDS: [u64; BANDS * ROWS] = seeds();

const fn seeds() -> [u64; BANDS * ROWS] {
    let mut seeds = [0; BANDS * ROWS];
    let mut i = 0;
    while i < seeds.len() {
        seeds[i] = mixed(i as u64);
        i += 1;
    }
    seeds
}

#[cfg(test)]
mod tests {
    use super::{buckets, BANDS};
    use crate::findings::duplicates::words::mixed;

    fn shared(share: f64) -> usize {
        let size = 200;
        let both = (2.0 * share / (1.0 + share) * f64::from(size)) as u64;
        let set = |own: u64| (0..size as u64).map(|i| mixed(if i < both { i } else { own + i })).collect::<Vec<_>>();
        (0..50)
            .filter(|trial| {
                let shift = |set: Vec<u64>| set.into_iter().map(|x| mixed(x ^ trial)).collect::<Vec<_>>();
                let (a, b) = (buckets(&shift(set(1_000))), buckets(&shift(set(2_000))));
                a.iter().zip(&b).any(|(x, y)| x == y)
            })
            .count()
    }

    #[test]
    fn sets_meet_as_often_as_the_formula_says() {
        assert_eq!(buckets(&[]).len(), 0);
        assert_eq!(buckets(&[1]).len(), BANDS);
        // Of 50 pairs: at resemblance 0.8 expected 49.99, at 0.5 36, at 0.1 0.1.
        assert!(shared(0.8) >= 49, "{}", shared(0.8));
        assert!((26..=46).contains(&shared(0.5)), "{}", shared(0.5));
        assert!(shared(0.1) <= 3, "{}", shared(0.1));
    }
}
