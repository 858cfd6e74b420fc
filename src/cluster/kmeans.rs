//! Spherical k-means: `linfa-clustering` finds starting centroids on a sample, matrix products finish over all rows.

use std::borrow::Cow;

use linfa::traits::Fit;
use linfa::DatasetBase;
use linfa_clustering::{KMeans, KMeansInit};
use linfa_nn::distance::{Distance, L2Dist};
use ndarray::{Array2, ArrayView, ArrayView1, ArrayView2, Dimension};
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256Plus;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::vectors::{dot, normalize, squared_distance, Similarity, Vectors};

use super::{adjusted_rand_index, togetherness, ClusterParams, Clustering};

/// Rows that a start sees: so many for each cluster, and not fewer than so many. The rounds over all rows that follow make
/// up for what a sample misses.
const SAMPLE_ROWS_PER_CLUSTER: usize = 16;
const SAMPLE_ROWS: usize = 2048;

/// Rounds of `linfa` on the sample.
const SAMPLE_ROUNDS: u64 = 4;

/// Rounds over all rows at most, and the share of the inertia that a round must gain for another to follow.
const MAX_ROUNDS: usize = 50;
const MIN_GAIN: f64 = 1e-4;

/// Rows at most that the starts see.
const START_ROWS: usize = 20_000;

/// Rows multiplied with the centroids at a time.
const ROWS_PER_PRODUCT: usize = 1024;

/// Groups the `n` rows of `points`; the result does not depend on threads.
///
/// Above a size the starts see every so-many-th row, and the best of them is finished over all rows.
///
/// # Errors
/// [`Error::TooManyTopics`] if `params.k` exceeds the number of rows, [`Error::InvalidParameter`] if `k` or
/// `runs` is 0, [`Error::Clustering`] if `linfa` gives up.
pub fn fit(points: &Vectors, params: &ClusterParams) -> Result<Clustering> {
    params.check(points.len())?;
    let every = points.len().div_ceil(START_ROWS.max(SAMPLE_ROWS_PER_CLUSTER * params.k)).max(1);
    let sampled: Vec<usize> = (0..points.len()).step_by(every).collect();
    let sample = if every == 1 { Cow::Borrowed(points) } else { Cow::Owned(points.select(&sampled)) };
    let mut runs = (0..params.runs).map(|run| one_run(&sample, params, run)).collect::<Result<Vec<_>>>()?;
    let best = (0..runs.len())
        .min_by(|&a, &b| runs[a].inertia.total_cmp(&runs[b].inertia).then(a.cmp(&b)))
        .unwrap_or_default();
    let best = runs.swap_remove(best);
    let kept = if every == 1 { best } else { finished(points, assign(points, best.centroids)) };
    let own: Vec<usize> = sampled.iter().map(|&row| kept.cluster_of[row]).collect();
    let others: Vec<Vec<usize>> = runs.into_iter().map(|run| run.cluster_of).collect();
    let agreement: f64 = others.iter().map(|other| adjusted_rand_index(other, &own)).sum();
    Ok(Clustering {
        stability: if others.is_empty() { 1.0 } else { agreement / others.len() as f64 },
        cluster_stability: togetherness(&own, params.k, &others),
        centroids: kept.centroids,
        cluster_of: kept.cluster_of,
        inertia: kept.inertia,
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
    Ok(finished(points, assign(points, start(points, params.k, &mut random)?)))
}

/// Lloyd's rounds until they gain little.
fn finished(points: &Vectors, mut now: Run) -> Run {
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
    now
}

/// Centroids that k-means++ and `linfa`'s iterations find on a sample of the points.
fn start(points: &Vectors, k: usize, random: &mut Xoshiro256Plus) -> Result<Vectors> {
    let sample = points.select(&sample_rows(points.len(), SAMPLE_ROWS.max(SAMPLE_ROWS_PER_CLUSTER * k), random));
    let failed = |cause: crate::error::Cause| Error::Clustering { k, source: cause };
    let table = |rows: &Vectors| {
        Array2::from_shape_vec((rows.len(), rows.dimension()), rows.as_slice().to_vec()).map_err(|e| failed(e.into()))
    };
    let seeds = table(&sample.select(&seeds(&sample, k, random)))?;
    let model = KMeans::params_with(k, random.clone(), Euclidean)
        .init_method(KMeansInit::Precomputed(seeds))
        .n_runs(1)
        .max_n_iterations(SAMPLE_ROUNDS)
        .tolerance(1e-4)
        .fit(&DatasetBase::from(table(&sample)?))
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

/// The distance that `linfa` measures by default, summed in lanes.
#[derive(Clone)]
struct Euclidean;

impl Distance<f32> for Euclidean {
    fn distance<D: Dimension>(&self, a: ArrayView<'_, f32, D>, b: ArrayView<'_, f32, D>) -> f32 {
        self.rdistance(a, b).sqrt()
    }

    fn rdistance<D: Dimension>(&self, a: ArrayView<'_, f32, D>, b: ArrayView<'_, f32, D>) -> f32 {
        match (a.as_slice(), b.as_slice()) {
            (Some(a), Some(b)) => squared_distance(a, b),
            _ => L2Dist.rdistance(a, b),
        }
    }

    fn rdist_to_dist(&self, rdist: f32) -> f32 {
        rdist.sqrt()
    }

    fn dist_to_rdist(&self, dist: f32) -> f32 {
        dist * dist
    }
}

/// Rows to start from: each is, of a few drawn by their distance from those before it, the one that leaves least (k-means++
/// as Arthur and Vassilvitskii 2007 try it, section 5). `linfa`'s own measures all rows against all seeds each time.
fn seeds(sample: &Vectors, k: usize, random: &mut Xoshiro256Plus) -> Vec<usize> {
    let n = sample.len();
    let mut seeds = vec![(random.next_u64() % n as u64) as usize];
    let far_from =
        |seed: usize| -> Vec<f32> { sample.rows().map(|row| (1.0 - dot(row, sample.row(seed))).max(0.0)).collect() };
    let mut far = far_from(seeds[0]);
    let draws = 2 + (k as f64).ln() as usize;
    while seeds.len() < k {
        let total: f64 = far.iter().map(|&x| f64::from(x)).sum();
        let nearer = |_| {
            let seed = drawn(&far, total, random);
            let left: Vec<f32> = far.iter().zip(far_from(seed)).map(|(&old, new)| old.min(new)).collect();
            let sum: f64 = left.iter().map(|&x| f64::from(x)).sum();
            (seed, left, sum)
        };
        let tried: Vec<_> = (0..draws).map(nearer).collect();
        let best = tried.into_iter().min_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        let Some((seed, left, _)) = best else { break };
        seeds.push(seed);
        far = left;
    }
    seeds
}

/// A row drawn with a chance in proportion to how far it is; any row if none is far.
fn drawn(far: &[f32], total: f64, random: &mut Xoshiro256Plus) -> usize {
    if total <= 0.0 {
        return (random.next_u64() % far.len() as u64) as usize;
    }
    // 53 bits make a number in [0, 1) with nothing lost.
    let mut left = (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64 * total;
    let reached = far.iter().position(|&x| {
        left -= f64::from(x);
        left < 0.0
    });
    reached.unwrap_or(far.len() - 1)
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

/// Gives each point to its nearest centroid and leaves no cluster empty.
fn assign(points: &Vectors, centroids: Vectors) -> Run {
    let (cluster_of, strength) = nearest(points, &centroids).into_iter().unzip();
    let mut run = Run { centroids, cluster_of, strength, inertia: 0.0 };
    fill_empty(points, &mut run);
    run.inertia = run.strength.iter().map(|s| 1.0 - f64::from(s.value())).sum();
    run
}

/// For each point its nearest centroid, the first of equals, and how near.
pub(super) fn nearest(points: &Vectors, centroids: &Vectors) -> Vec<(usize, Similarity)> {
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
    blocks.into_iter().flatten().collect()
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
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); run.centroids.len()];
    run.cluster_of.iter().enumerate().for_each(|(row, &cluster)| members[cluster].push(row));
    // Each cluster's rows in their order, so that no sum depends on the number of threads.
    let means = members.par_iter().map(|rows| {
        let mut sum = vec![0.0f32; points.dimension()];
        rows.iter().for_each(|&row| sum.iter_mut().zip(points.row(row)).for_each(|(sum, x)| *sum += x));
        normalize(&mut sum).then_some(sum)
    });
    let mut centroids = run.centroids.clone();
    for (cluster, mean) in means.collect::<Vec<_>>().into_iter().enumerate() {
        if let Some(mean) = mean {
            centroids.replace(cluster, &mean);
        }
    }
    centroids
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cluster::consensus;

    /// Up to 40 unit rows of three floats, some of them the same.
    fn rows() -> impl Strategy<Value = Vectors> {
        let row = prop::array::uniform3(-2i8..=2).prop_filter("a direction", |row| row.iter().any(|x| *x != 0));
        prop::collection::vec(row, 1..40).prop_map(|rows| {
            let mut points = Vectors::new(3);
            for row in rows {
                let mut row = row.map(f32::from);
                normalize(&mut row);
                points.push(&row).expect("a unit row");
            }
            points
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_distance_is_that_of_linfa(pairs in prop::collection::vec((-9.0f32..9.0, -9.0f32..9.0), 1..50)) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let (a, b) = (ArrayView1::from(&a), ArrayView1::from(&b));
            let close = |ours: f32, theirs: f32| (ours - theirs).abs() <= 1e-5 * theirs;
            prop_assert!(close(Euclidean.rdistance(a, b), L2Dist.rdistance(a, b)));
            prop_assert!(close(Euclidean.distance(a, b), L2Dist.distance(a, b)));
        }

        #[test]
        fn every_row_is_in_a_cluster_and_no_cluster_is_empty(points in rows(), k in 1usize..40, seed: u64, agree: bool) {
            let params = ClusterParams { k: k.min(points.len()), seed, runs: 2 };
            let group = |points: &Vectors| if agree { consensus(points, &params) } else { fit(points, &params) };
            let found = group(&points).expect("clusters").by_size(&vec![1; points.len()]);
            let mut sizes = vec![0usize; params.k];
            found.cluster_of.iter().for_each(|&cluster| sizes[cluster] += 1);
            prop_assert_eq!(found.cluster_of.len(), points.len());
            prop_assert!(sizes.iter().all(|size| *size > 0) && sizes.windows(2).all(|pair| pair[0] >= pair[1]));
            prop_assert!(found.inertia.is_finite() && found.cluster_stability.iter().all(|x| (0.0..=1.0).contains(x)));
            prop_assert_eq!(group(&points).expect("clusters").by_size(&vec![1; points.len()]), found);
        }
    }
}
