//! How good a clustering is, and how much two agree.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::vectors::{dot, Vectors};

/// Silhouette of each of `n` rows with cosine distance, in `[-1, 1]` (Rousseeuw 1987).
///
/// The mean distance of `x` to a cluster is 1 minus the product of `x` with the cluster's mean, so all pairs count in
/// `O(n k d)`. A row alone in its cluster counts 0; one cluster alone gives 0.
pub fn silhouettes(vectors: &Vectors, cluster_of: &[usize], k: usize) -> Vec<f64> {
    if k < 2 {
        return vec![0.0; vectors.len()];
    }
    let (sums, sizes) = cluster_sums(vectors, cluster_of, k);
    let width = |row: usize, x: &[f32]| {
        let own = cluster_of[row];
        if sizes[own] < 2 {
            return 0.0;
        }
        let mean_distance = |cluster: usize| 1.0 - f64::from(dot(x, &sums[cluster])) / sizes[cluster] as f64;
        // The row itself is part of its cluster's sum.
        let inside = 1.0 - (f64::from(dot(x, &sums[own])) - 1.0) / (sizes[own] - 1) as f64;
        let others = (0..k).filter(|&cluster| cluster != own && sizes[cluster] > 0);
        let outside = others.map(mean_distance).fold(f64::INFINITY, f64::min);
        let larger = inside.max(outside);
        if larger.is_finite() && larger > f64::EPSILON {
            (outside - inside) / larger
        } else {
            0.0
        }
    };
    (0..vectors.len()).into_par_iter().map(|row| width(row, vectors.row(row))).collect()
}

/// The mean of values; 0 of none.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// For each of `k` clusters, how often two of its rows are together in other groupings of the same rows, in `[0, 1]`.
///
/// This is the mean of the cluster's block of the co-association matrix (Fred and Jain 2005), counted in linear time. A
/// cluster of one row, and every cluster where there is no other grouping, has 1.
pub fn togetherness(cluster_of: &[usize], k: usize, others: &[Vec<usize>]) -> Vec<f64> {
    let pairs = |n: usize| n as f64 * (n as f64 - 1.0) / 2.0;
    let mut sizes = vec![0usize; k];
    cluster_of.iter().for_each(|&cluster| sizes[cluster] += 1);
    let mut together = vec![0.0; k];
    for other in others {
        let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        cluster_of.iter().zip(other).for_each(|(&own, &theirs)| *shared.entry((own, theirs)).or_default() += 1);
        shared.into_iter().for_each(|((own, _), rows)| together[own] += pairs(rows));
    }
    let share = |cluster: usize| {
        let all = pairs(sizes[cluster]) * others.len() as f64;
        if all > 0.0 {
            together[cluster] / all
        } else {
            1.0
        }
    };
    (0..k).map(share).collect()
}

/// The sum of each cluster's rows, `d` floats, and its size.
fn cluster_sums(vectors: &Vectors, cluster_of: &[usize], k: usize) -> (Vec<Vec<f32>>, Vec<usize>) {
    let mut sums = vec![vec![0.0f32; vectors.dimension()]; k];
    let mut sizes = vec![0usize; k];
    for (row, x) in vectors.rows().enumerate() {
        let cluster = cluster_of[row];
        sizes[cluster] += 1;
        sums[cluster].iter_mut().zip(x).for_each(|(sum, value)| *sum += value);
    }
    (sums, sizes)
}

/// Adjusted Rand index of two groupings of the same rows: 1 if they are the same up to names, about 0 if they agree by
/// chance alone (Hubert and Arabie 1985, eq. 5).
pub fn adjusted_rand_index(a: &[usize], b: &[usize]) -> f64 {
    let pairs = |n: usize| n as f64 * (n as f64 - 1.0) / 2.0;
    let mut both: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let (mut in_a, mut in_b): (BTreeMap<usize, usize>, BTreeMap<usize, usize>) = Default::default();
    for (&x, &y) in a.iter().zip(b) {
        *both.entry((x, y)).or_default() += 1;
        *in_a.entry(x).or_default() += 1;
        *in_b.entry(y).or_default() += 1;
    }
    let together: f64 = both.values().map(|&n| pairs(n)).sum();
    let (pairs_a, pairs_b): (f64, f64) =
        (in_a.values().map(|&n| pairs(n)).sum(), in_b.values().map(|&n| pairs(n)).sum());
    let expected = pairs_a * pairs_b / pairs(a.len()).max(1.0);
    let most = (pairs_a + pairs_b) / 2.0;
    if (most - expected).abs() < f64::EPSILON {
        return 1.0;
    }
    (together - expected) / (most - expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rand_index_is_one_for_renamed_groups_and_small_for_crossed_ones() {
        assert!((adjusted_rand_index(&[0, 0, 1, 1], &[1, 1, 0, 0]) - 1.0).abs() < 1e-12);
        // scikit-learn 1.5: adjusted_rand_score([0,0,1,2], [0,0,1,1]) = 0.5714285714285715
        assert!((adjusted_rand_index(&[0, 0, 1, 2], &[0, 0, 1, 1]) - 0.571_428_571_428_571_5).abs() < 1e-12);
        assert!((adjusted_rand_index(&[0, 0, 1, 1], &[0, 1, 0, 1]) + 0.5).abs() < 1e-12);
    }

    #[test]
    fn silhouette_equals_the_definition_over_all_pairs() {
        let mut vectors = Vectors::new(2);
        for angle in [0.0f32, 0.1, 0.3, 1.5, 1.6, 2.9] {
            vectors.push(&[angle.cos(), angle.sin()]).expect("a unit vector");
        }
        let cluster_of = [0, 0, 0, 1, 1, 2];
        let distance = |a: usize, b: usize| 1.0 - f64::from(vectors.similarity(a, b).value());
        let mean = |row: usize, cluster: usize| {
            let others: Vec<usize> = (0..6).filter(|&r| r != row && cluster_of[r] == cluster).collect();
            others.iter().map(|&r| distance(row, r)).sum::<f64>() / others.len() as f64
        };
        let by_pairs: f64 = (0..5)
            .map(|row| {
                let inside = mean(row, cluster_of[row]);
                let outside =
                    (0..3).filter(|&c| c != cluster_of[row]).map(|c| mean(row, c)).fold(f64::INFINITY, f64::min);
                (outside - inside) / inside.max(outside)
            })
            .sum::<f64>()
            / 6.0;
        assert!((super::mean(&silhouettes(&vectors, &cluster_of, 3)) - by_pairs).abs() < 1e-5);
    }

    #[test]
    fn togetherness_is_the_share_of_pairs_that_stay() {
        let own = [0, 0, 0, 1, 1, 2];
        // Of three pairs of cluster 0 one stays; the pair of cluster 1 stays in one of two.
        let others = [vec![5, 5, 6, 7, 7, 7], vec![0, 1, 1, 2, 3, 3]];
        let got = togetherness(&own, 3, &others);
        assert!((got[0] - 1.0 / 3.0).abs() < 1e-12 && (got[1] - 0.5).abs() < 1e-12 && (got[2] - 1.0).abs() < 1e-12);
    }
}
