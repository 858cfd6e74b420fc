//! One grouping that many starts agree on.

use crate::error::Result;
use crate::vectors::{normalize, Vectors};

use super::{adjusted_rand_index, fit, togetherness, ClusterParams, Clustering};

/// Groups rows by how often independent starts put them together.
///
/// Each row becomes the list of the clusters it was in, one start after the other; the cosine of two such rows is the
/// share of starts in which they were together, so k-means on them is k-means on the co-association matrix (Wu et al.
/// 2015, "K-means-based consensus clustering"), at the cost of one more run. Of the groupings tried (each start, and the
/// consensus) none is preferred by its inertia: the consensus is the answer.
///
/// # Errors
/// As [`fit`].
pub fn consensus(points: &Vectors, params: &ClusterParams) -> Result<Clustering> {
    let one = |run: usize| {
        let seed = params.seed.wrapping_mul(1000).wrapping_add(run as u64);
        fit(points, &ClusterParams { k: params.k, seed, runs: 1 }).map(|clustering| clustering.cluster_of)
    };
    let runs = (0..params.runs).map(one).collect::<Result<Vec<_>>>()?;
    let mut votes = Vectors::new((params.runs * params.k).max(1));
    for row in 0..points.len() {
        let mut vote = vec![0.0f32; votes.dimension()];
        runs.iter().enumerate().for_each(|(run, cluster_of)| vote[run * params.k + cluster_of[row]] = 1.0);
        normalize(&mut vote);
        votes.push(&vote)?;
    }
    let agreed = fit(&votes, params)?;
    let stability = runs.iter().map(|run| adjusted_rand_index(run, &agreed.cluster_of)).sum::<f64>();
    let centroids = centroids(points, &agreed)?;
    Ok(Clustering {
        stability: stability / runs.len() as f64,
        cluster_stability: togetherness(&agreed.cluster_of, params.k, &runs),
        inertia: inertia(points, &centroids, &agreed.cluster_of),
        centroids,
        cluster_of: agreed.cluster_of,
    })
}

/// The mean direction of each cluster; its first row where its rows cancel out.
fn centroids(points: &Vectors, agreed: &Clustering) -> Result<Vectors> {
    let mut sums = vec![vec![0.0f32; points.dimension()]; agreed.k()];
    let mut firsts = vec![None; agreed.k()];
    for (row, &cluster) in agreed.cluster_of.iter().enumerate() {
        firsts[cluster] = firsts[cluster].or(Some(row));
        sums[cluster].iter_mut().zip(points.row(row)).for_each(|(sum, x)| *sum += x);
    }
    let mut centroids = Vectors::new(points.dimension());
    for (sum, first) in sums.iter_mut().zip(firsts) {
        if !normalize(sum) {
            sum.copy_from_slice(points.row(first.unwrap_or_default()));
        }
        centroids.push(sum)?;
    }
    Ok(centroids)
}

fn inertia(points: &Vectors, centroids: &Vectors, cluster_of: &[usize]) -> f64 {
    let far = |(row, &cluster): (&[f32], &usize)| 1.0 - f64::from(crate::vectors::dot(row, centroids.row(cluster)));
    points.rows().zip(cluster_of).map(far).sum()
}
