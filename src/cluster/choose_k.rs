//! How many clusters: a sweep over `k`, judged by whether independent starts agree.

use crate::error::Result;
use crate::vectors::Vectors;

use super::{fit, silhouette, ClusterParams};

/// Starts tried for each number of clusters.
const RUNS: usize = 4;

/// Agreement of the starts (mean adjusted Rand index) from which a division counts as found and not as drawn by lot.
const STABLE: f64 = 0.75;

/// Share of the best agreement that is enough where none reaches [`STABLE`], as in small collections.
const NEARLY_BEST: f64 = 2.0 / 3.0;

/// Rows looked at in the sweep at most; every so-many-th distinct row.
const SWEEP_ROWS: usize = 2500;

/// One number of clusters that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Number of clusters.
    pub k: usize,
    /// Mean silhouette over the swept rows, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean adjusted Rand index between the starts, at most 1.
    pub stability: f64,
}

/// Tries numbers of clusters from 2 to twice the square root of the rows and takes the finest division that independent
/// starts still agree on (clustering stability, von Luxburg 2010, <https://arxiv.org/abs/1007.1075>): the largest `k` whose
/// starts agree by 0.75 (mean adjusted Rand index), else the largest that reaches two thirds of the best. Fewer than 4 distinct rows are one
/// cluster. Answers that number and all that were tried; silhouettes are told beside it, but they favour two or three
/// broad clusters in every collection of abstracts tried, and so do not decide.
///
/// # Errors
/// As [`fit`].
pub fn choose_k(vectors: &Vectors, seed: u64) -> Result<(usize, Vec<Candidate>)> {
    let distinct = vectors.distinct().firsts;
    let step = distinct.len().div_ceil(SWEEP_ROWS).max(1);
    let points = vectors.select(&distinct.iter().copied().step_by(step).collect::<Vec<_>>());
    let mut tried = Vec::new();
    for k in ladder(points.len()) {
        let clustering = fit(&points, &points.distinct(), &ClusterParams { k, seed, runs: RUNS })?;
        let silhouette = silhouette(&points, &clustering.cluster_of, k);
        tried.push(Candidate { k, silhouette, stability: clustering.stability });
    }
    let best = tried.iter().map(|candidate| candidate.stability).fold(0.0, f64::max);
    let wanted = if best >= STABLE { STABLE } else { NEARLY_BEST * best };
    let finest = tried.iter().filter(|candidate| candidate.stability >= wanted).map(|candidate| candidate.k).max();
    Ok((finest.unwrap_or(distinct.len().min(1)), tried))
}

/// Steps of about a fifth from 2 to `2 sqrt(n)`, never beyond half the rows.
fn ladder(n: usize) -> Vec<usize> {
    let last = ((2.0 * (n as f64).sqrt()) as usize).min(n / 2);
    let mut steps = Vec::new();
    let mut k = 2;
    while k <= last {
        steps.push(k);
        k += (k / 5).max(1);
    }
    steps
}
