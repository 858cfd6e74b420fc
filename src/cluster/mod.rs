//! CLUSTER: groups of rows around centroids.

mod choose_k;
mod consensus;
mod growth;
mod kmeans;
mod latent;
mod quality;
mod space;
mod tree;

use std::cmp::Reverse;

use crate::error::{Error, Result};
use crate::vectors::Vectors;

pub use choose_k::{Candidate, Sweep};
pub use consensus::consensus;
pub use growth::{settle, Groups, Settled};
pub use kmeans::fit;
pub use latent::Words;
pub use quality::{adjusted_rand_index, silhouettes, togetherness};
pub use space::space;
pub use tree::{merges, Merge};

/// How rows are grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterParams {
    /// Number of clusters, at least 1 and at most the number of rows.
    pub k: usize,
    /// Decides the starting centroids; the same seed gives the same clusters.
    pub seed: u64,
    /// Independent starts, at least 1, of which the best is kept.
    pub runs: usize,
}

impl ClusterParams {
    /// Whether so many clusters can be found among `distinct` rows.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if `k` or `runs` is 0, [`Error::TooManyTopics`] if `k` exceeds `distinct`.
    pub fn check(&self, distinct: usize) -> Result<()> {
        for (name, value) in [("-k", self.k), ("--runs", self.runs)] {
            if value == 0 {
                return Err(Error::InvalidParameter { name, value: "0".to_owned(), expected: "at least 1".to_owned() });
            }
        }
        if self.k > distinct {
            return Err(Error::TooManyTopics { k: self.k, distinct });
        }
        Ok(())
    }
}

/// Rows grouped around centroids.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// One unit row per cluster, `(k, d)`.
    pub centroids: Vectors,
    /// For each of `n` rows its cluster, `0..k`; none is empty.
    pub cluster_of: Vec<usize>,
    /// Sum over rows of 1 minus the similarity to their centroid; less is better.
    pub inertia: f64,
    /// How much the independent starts agree: mean adjusted Rand index of the kept one with the others, at most 1.
    /// 1 where there was one start.
    pub stability: f64,
    /// For each cluster, how often two of its rows are together in the other starts, in `[0, 1]`; 1 where there was
    /// one start.
    pub cluster_stability: Vec<f64>,
}

impl Clustering {
    /// Number of clusters.
    pub fn k(&self) -> usize {
        self.centroids.len()
    }

    /// Numbers the clusters by size, largest first, then by first row, where row `i` counts `sizes[i]` times.
    pub fn by_size(self, sizes: &[usize]) -> Clustering {
        let mut size_of = vec![0usize; self.k()];
        let mut first_of = vec![usize::MAX; self.k()];
        for (row, &cluster) in self.cluster_of.iter().enumerate() {
            size_of[cluster] += sizes[row];
            first_of[cluster] = first_of[cluster].min(row);
        }
        let mut order: Vec<usize> = (0..self.k()).collect();
        order.sort_by_key(|&cluster| (Reverse(size_of[cluster]), first_of[cluster], cluster));
        let mut number_of = vec![0; self.k()];
        order.iter().enumerate().for_each(|(number, &cluster)| number_of[cluster] = number);
        Clustering {
            centroids: self.centroids.select(&order),
            cluster_of: self.cluster_of.into_iter().map(|cluster| number_of[cluster]).collect(),
            cluster_stability: order.iter().map(|&cluster| self.cluster_stability[cluster]).collect(),
            ..self
        }
    }
}
