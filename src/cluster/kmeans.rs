//! Spherical k-means: `linfa-clustering` finds starting centroids on a sample, matrix products finish over all rows.

use std::cmp::Reverse;

use linfa::traits::Fit;
use linfa::DatasetBase;
use linfa_clustering::KMeans;
use ndarray::{Array2, ArrayView1, ArrayView2};
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256Plus;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::vectors::{normalize, Distinct, Similarity, Vectors};

use super::{adjusted_rand_index, ClusterParams, Clustering};

/// Rows that `linfa` sees: so many for each cluster, and not fewer than so many. Its k-means++ costs `O(n k^2 d)`, and
/// the rounds over all rows that follow make up for what a sample misses.
const SAMPLE_ROWS_PER_CLUSTER: usize = 16;
const SAMPLE_ROWS: usize = 1024;

/// Rounds of `linfa` on the sample.
const SAMPLE_ROUNDS: u64 = 10;

/// Rounds over all rows at most, and the share of the inertia that a round must gain for another to follow.
const MAX_ROUNDS: usize = 50;
const MIN_GAIN: f64 = 1e-4;

/// Rows multiplied with the centroids at a time.
const ROWS_PER_PRODUCT: usize = 1024;

/// Groups the `n` rows of `vectors`. Rows that `distinct` calls the same count once; the result does not depend on threads.
///
/// # Errors
/// [`Error::TooManyTopics`] if `params.k` exceeds the number of distinct rows, [`Error::InvalidParameter`] if `k` or
/// `runs` is 0, [`Error::Clustering`] if `linfa` gives up.
pub fn fit(vectors: &Vectors, distinct: &Distinct, params: &ClusterParams) -> Result<Clustering> {
    params.check(distinct.firsts.len())?;
    let points = vectors.select(&distinct.firsts);
    let mut runs = (0..params.runs).map(|run| one_run(&points, params, run)).collect::<Result<Vec<_>>>()?;
    let best = (0..runs.len())
        .min_by(|&a, &b| runs[a].inertia.total_cmp(&runs[b].inertia).then(a.cmp(&b)))
        .unwrap_or_default();
    let kept = runs.swap_remove(best);
    let agreement: f64 = runs.iter().map(|run| adjusted_rand_index(&run.cluster_of, &kept.cluster_of)).sum();
    let stability = if runs.is_empty() { 1.0 } else { agreement / runs.len() as f64 };

    let cluster_of: Vec<usize> = distinct.node_of.iter().map(|&node| kept.cluster_of[node]).collect();
    let strength = distinct.node_of.iter().map(|&node| kept.strength[node]).collect();
    let (number_of, order) = numbers_by_size(&cluster_of, params.k);
    Ok(Clustering {
        centroids: kept.centroids.select(&order),
        cluster_of: cluster_of.into_iter().map(|cluster| number_of[cluster]).collect(),
        strength,
        inertia: kept.inertia,
        stability,
    })
}

/// One start, brought to its end.
struct Run {
    centroids: Vectors,
    cluster_of: Vec<usize>,
    strength: Vec<Similarity>,
    inertia: f64,
}

fn one_run(points: &Vectors, params: &ClusterParams, run: usize) -> Result<Run> {
    let mut random = Xoshiro256Plus::seed_from_u64(params.seed.wrapping_mul(1000).wrapping_add(run as u64));
    let mut now = assign(points, start(points, params.k, &mut random)?);
    for _ in 0..MAX_ROUNDS {
        let next = assign(points, recentre(points, &now));
        let gain = now.inertia - next.inertia;
        let enough = gain > MIN_GAIN * now.inertia;
        if gain > 0.0 {
            now = next;
        }
        if !enough {
            break;
        }
    }
    Ok(now)
}

/// Centroids that `linfa`'s k-means++ and Lloyd iterations find on a sample of the points.
fn start(points: &Vectors, k: usize, random: &mut Xoshiro256Plus) -> Result<Vectors> {
    let sample = points.select(&sample_rows(points.len(), SAMPLE_ROWS.max(SAMPLE_ROWS_PER_CLUSTER * k), random));
    let failed = |cause: crate::error::Cause| Error::Clustering { k, source: cause };
    let observations = Array2::from_shape_vec((sample.len(), sample.dimension()), sample.as_slice().to_vec())
        .map_err(|e| failed(e.into()))?;
    let model = KMeans::params_with_rng(k, random.clone())
        .n_runs(1)
        .max_n_iterations(SAMPLE_ROUNDS)
        .tolerance(1e-4)
        .fit(&DatasetBase::from(observations))
        .map_err(|e| failed(e.into()))?;
    let mut centroids = Vectors::new(points.dimension());
    for (cluster, centroid) in model.centroids().outer_iter().enumerate() {
        let mut row = centroid.to_vec();
        if !normalize(&mut row) {
            row = points.row(cluster % points.len()).to_vec();
        }
        centroids.push(&row)?;
    }
    Ok(centroids)
}

/// `count` of `n` rows, drawn without replacement, ascending; all of them if there are no more.
fn sample_rows(n: usize, count: usize, random: &mut Xoshiro256Plus) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..n).collect();
    if n > count {
        for i in 0..count {
            rows.swap(i, i + (random.next_u64() % (n - i) as u64) as usize);
        }
        rows.truncate(count);
        rows.sort_unstable();
    }
    rows
}

/// Gives each point to its nearest centroid, the first of equals, and leaves no cluster empty.
fn assign(points: &Vectors, centroids: Vectors) -> Run {
    let d = points.dimension();
    let nearest_in = |block: &[f32]| -> Vec<(usize, Similarity)> {
        let (Ok(rows), Ok(centroids)) = (
            ArrayView2::from_shape((block.len() / d, d), block),
            ArrayView2::from_shape((centroids.len(), d), centroids.as_slice()),
        ) else {
            return Vec::new();
        };
        let nearest = |row: ArrayView1<'_, f32>| {
            let best = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            best.map_or((0, Similarity::default()), |(cluster, &cosine)| (cluster, Similarity::new(cosine)))
        };
        rows.dot(&centroids.t()).outer_iter().map(nearest).collect()
    };
    let blocks: Vec<_> = points.as_slice().par_chunks(ROWS_PER_PRODUCT * d).map(nearest_in).collect();
    let (cluster_of, strength) = blocks.into_iter().flatten().unzip();
    let mut run = Run { centroids, cluster_of, strength, inertia: 0.0 };
    fill_empty(points, &mut run);
    run.inertia = run.strength.iter().map(|s| 1.0 - f64::from(s.value())).sum();
    run
}

/// Gives each cluster without points the point that is farthest from its centroid, each another one.
fn fill_empty(points: &Vectors, run: &mut Run) {
    let mut sizes = vec![0usize; run.centroids.len()];
    run.cluster_of.iter().for_each(|&cluster| sizes[cluster] += 1);
    let empty: Vec<usize> = (0..sizes.len()).filter(|&cluster| sizes[cluster] == 0).collect();
    if empty.is_empty() {
        return;
    }
    let mut farthest: Vec<usize> = (0..points.len()).collect();
    farthest.sort_by_key(|&point| (run.strength[point], point));
    let mut candidates = farthest.into_iter();
    for cluster in empty {
        let spare = candidates.find(|&point| sizes[run.cluster_of[point]] > 1);
        let Some(point) = spare else { return };
        sizes[run.cluster_of[point]] -= 1;
        sizes[cluster] = 1;
        run.cluster_of[point] = cluster;
        run.strength[point] = Similarity::new(1.0);
        run.centroids.replace(cluster, points.row(point));
    }
}

/// The mean direction of each cluster; where its points cancel out, the centroid stays.
fn recentre(points: &Vectors, run: &Run) -> Vectors {
    let mut sums = vec![vec![0.0f32; points.dimension()]; run.centroids.len()];
    for (row, &cluster) in points.rows().zip(&run.cluster_of) {
        sums[cluster].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    let mut centroids = run.centroids.clone();
    for (cluster, sum) in sums.iter_mut().enumerate() {
        if normalize(sum) {
            centroids.replace(cluster, sum);
        }
    }
    centroids
}

/// Numbers by size, largest first, then by first row: the new number of each cluster, and the clusters in that order.
fn numbers_by_size(cluster_of: &[usize], k: usize) -> (Vec<usize>, Vec<usize>) {
    let mut sizes = vec![0usize; k];
    let mut first_row = vec![usize::MAX; k];
    for (row, &cluster) in cluster_of.iter().enumerate() {
        sizes[cluster] += 1;
        first_row[cluster] = first_row[cluster].min(row);
    }
    let mut order: Vec<usize> = (0..k).collect();
    order.sort_by_key(|&cluster| (Reverse(sizes[cluster]), first_row[cluster], cluster));
    let mut number_of = vec![0; k];
    for (number, &cluster) in order.iter().enumerate() {
        number_of[cluster] = number;
    }
    (number_of, order)
}
