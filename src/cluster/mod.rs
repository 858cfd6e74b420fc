//! CLUSTER: groups of rows around centroids.

mod choose_k;
mod kmeans;
mod quality;

use crate::error::{Error, Result};
use crate::vectors::{Similarity, Vectors};

pub use choose_k::{choose_k, Candidate};
pub use kmeans::fit;
pub use quality::{adjusted_rand_index, silhouette};

/// How rows are grouped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterParams {
    /// Number of clusters, at least 1 and at most the number of distinct rows.
    pub k: usize,
    /// Decides the starting centroids; the same seed gives the same clusters.
    pub seed: u64,
    /// Independent starts, at least 1, of which the best is kept.
    pub runs: usize,
}

impl ClusterParams {
    /// # Errors
    /// [`Error::InvalidParameter`] if `k` or `runs` is 0, [`Error::TooManyTopics`] if `k` exceeds `distinct`.
    fn check(&self, distinct: usize) -> Result<()> {
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

/// Rows grouped around centroids. Clusters are numbered by size, largest first, then by their first row.
#[derive(Debug, Clone, PartialEq)]
pub struct Clustering {
    /// One unit row per cluster, `(k, d)`.
    pub centroids: Vectors,
    /// For each of `n` rows its cluster, `0..k`.
    pub cluster_of: Vec<usize>,
    /// For each row its similarity to the centroid of its cluster.
    pub strength: Vec<Similarity>,
    /// Sum over distinct rows of 1 - strength; less is better.
    pub inertia: f64,
    /// How much the independent starts agree: mean adjusted Rand index of the kept one with the others, at most 1.
    /// 1 where there was one start.
    pub stability: f64,
}

impl Clustering {
    /// Number of clusters.
    pub fn k(&self) -> usize {
        self.centroids.len()
    }

    /// For each cluster its rows, ascending.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.k()];
        for (row, &cluster) in self.cluster_of.iter().enumerate() {
            members[cluster].push(row);
        }
        members
    }
}
