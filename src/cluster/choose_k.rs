//! How many clusters: a sweep over `k`, judged by whether halves of the rows give the same clusters.

use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256Plus;
use rayon::prelude::*;

use crate::error::Result;
use crate::vectors::Vectors;

use super::kmeans::nearest;
use super::quality::mean;
use super::{adjusted_rand_index, fit, silhouettes, ClusterParams};

/// Starts on all swept rows for each number of clusters.
const RUNS: usize = 3;

/// Halves of the swept rows that are grouped, each by itself.
const HALVES: usize = 6;

/// The fewest clusters that are looked for: with fewer, halves agree on the broad fields that a reader of the collection
/// knows already.
const FEWEST: usize = 5;

/// Rows looked at in the sweep at most; every so-many-th row.
const SWEEP_ROWS: usize = 4000;

/// One number of clusters that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Number of clusters.
    pub k: usize,
    /// Mean silhouette over the swept rows, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean adjusted Rand index between starts on the same rows, at most 1.
    pub stability: f64,
    /// Mean adjusted Rand index between what different halves of the rows say of all of them, at most 1.
    pub agreement: f64,
}

/// Numbers of clusters that were tried on some of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The rows, ascending.
    pub rows: Vec<usize>,
    /// What was tried, ascending, each with the clusters of the rows.
    pub tried: Vec<(Candidate, Vec<usize>)>,
}

impl Sweep {
    /// Tries numbers of clusters in steps of about a fifth, up to the square root of half the rows, or the one that is given
    /// with its neighbours. Halves of the rows agree on as many clusters as are there (clustering stability by
    /// subsampling, Ben-Hur, Elisseeff and Guyon 2002; von Luxburg 2010, <https://arxiv.org/abs/1007.1075>).
    ///
    /// # Errors
    /// As [`fit`].
    pub fn over(points: &Vectors, around: Option<usize>, seed: u64) -> Result<Self> {
        let every = points.len().div_ceil(SWEEP_ROWS).max(1);
        let rows: Vec<usize> = (0..points.len()).step_by(every).collect();
        let swept = points.select(&rows);
        let steps = around.map_or_else(|| ladder(swept.len()), |k| neighbours(k, swept.len()));
        let tried = steps.into_par_iter().map(|k| try_k(&swept, k, seed)).collect::<Result<_>>()?;
        Ok(Sweep { rows, tried })
    }
}

fn try_k(points: &Vectors, k: usize, seed: u64) -> Result<(Candidate, Vec<usize>)> {
    let whole = fit(points, &ClusterParams { k, seed, runs: RUNS })?;
    let mut halves: Vec<Vec<usize>> = Vec::with_capacity(HALVES);
    for half in 0..HALVES as u64 {
        let mut random = Xoshiro256Plus::seed_from_u64(seed.wrapping_mul(1000).wrapping_add(half));
        let rows: Vec<usize> = (0..points.len()).filter(|_| random.next_u64() >> 63 == 0).collect();
        if rows.len() < k {
            continue;
        }
        let seen = fit(&points.select(&rows), &ClusterParams { k, seed: seed.wrapping_add(half), runs: 1 })?;
        halves.push(nearest(points, &seen.centroids).into_iter().map(|(cluster, _)| cluster).collect());
    }
    let pairs = (0..halves.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let agreements: Vec<f64> = pairs.map(|(a, b)| adjusted_rand_index(&halves[a], &halves[b])).collect();
    let candidate = Candidate {
        k,
        silhouette: mean(&silhouettes(points, &whole.cluster_of, k)),
        stability: whole.stability,
        agreement: mean(&agreements),
    };
    Ok((candidate, whole.cluster_of))
}

/// Steps of about a fifth from [`FEWEST`], or from 2 where there are few rows, to the square root of half the rows (the usual
/// rule of thumb, Mardia, Kent and Bibby 1979, section 13; far above it clusters are of near-copies, and halves agree again).
fn ladder(n: usize) -> Vec<usize> {
    let last = (n as f64 / 2.0).sqrt() as usize;
    let mut steps = Vec::new();
    let mut k = if last < 2 * FEWEST { 2 } else { FEWEST };
    while k <= last {
        steps.push(k);
        k += (k / 5).max(1);
    }
    steps
}

/// A number of clusters between the steps before and after it, as far as halves of the rows allow.
fn neighbours(k: usize, n: usize) -> Vec<usize> {
    let step = (k / 5).max(1);
    [k.saturating_sub(step), k, k + step].into_iter().filter(|&k| k >= 2 && k <= n / 4).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_there_are_is_what_halves_agree_on() {
        // Eight bundles of directions, a little apart each.
        let mut points = Vectors::new(8);
        for i in 0..320 {
            let mut row: Vec<f32> = (0..8).map(|d| 0.02 * ((i * 7 + d * 13) % 10) as f32).collect();
            row[i % 8] += 1.0;
            crate::vectors::normalize(&mut row);
            points.push(&row).expect("a unit row");
        }
        let sweep = Sweep::over(&points, None, 0).expect("a sweep");
        let best = sweep.tried.iter().max_by(|a, b| a.0.agreement.total_cmp(&b.0.agreement)).expect("something tried");
        assert_eq!(best.0.k, 8);
        assert_eq!(sweep, Sweep::over(&points, None, 0).expect("a sweep"));
        let around = Sweep::over(&points, Some(8), 0).expect("a sweep");
        assert_eq!(around.tried.iter().map(|(c, _)| c.k).collect::<Vec<_>>(), [7, 8, 9]);
    }

    #[test]
    fn few_rows_leave_nothing_to_try() {
        let mut points = Vectors::new(2);
        assert_eq!(Sweep::over(&points, None, 0).expect("a sweep").tried, []);
        for angle in [0.0f32, 0.1, 2.0, 2.1, 3.0] {
            points.push(&[angle.cos(), angle.sin()]).expect("a unit row");
        }
        assert_eq!(Sweep::over(&points, None, 0).expect("a sweep").tried, []);
    }
}
