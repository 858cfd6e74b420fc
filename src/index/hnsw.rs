//! HNSW (Malkov and Yashunin 2016, <https://arxiv.org/abs/1603.09320>): `hnsw_rs` builds the graph, which is then frozen.

use std::sync::Arc;

use hnsw_rs::anndists::dist::distances::Distance;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::error::Result;
use crate::vectors::{dot, Distinct, Similarity, Vectors};

use super::exact::{check_dimension, nearest, scan};
use super::graph::Graph;
use super::{Filter, Index, Neighbor};

/// Recall that a search width must reach on the sample to be chosen.
const WANTED_RECALL: f32 = 0.99;

/// Below this recall a graph is built again, once, with twice the effort.
const POOR_RECALL: f32 = 0.95;

/// Search widths tried, narrowest first.
const SEARCH_WIDTHS: [usize; 10] = [32, 64, 96, 128, 192, 256, 384, 512, 768, 1024];

/// Search width around a row that is itself a node. What is nearer than most is linked to it, or to what is.
const AROUND_WIDTH: usize = 16;

/// Rows searched both ways to measure recall, and neighbours counted for each.
const RECALL_QUERIES: usize = 200;
const RECALL_DEPTH: usize = 10;

/// Floats hashed at a time: 256 KiB.
const FLOATS_HASHED: usize = 1 << 16;

/// A scan is taken instead of the graph where at most one row in so many passes a filter or is asked for.
const SCAN_SHARE: usize = 10;

/// How the graph is built.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphParams {
    /// Links per node in the upper layers; the ground layer has twice as many.
    pub links: usize,
    /// Candidates looked at for each insertion.
    pub build_width: usize,
    /// Decides the order of insertion.
    pub seed: u64,
}

impl Default for GraphParams {
    /// 24 links left 6 times fewer papers unreachable than 16 on 50,000 abstracts.
    fn default() -> Self {
        GraphParams { links: 24, build_width: 200, seed: 1 }
    }
}

/// 1 - cosine, never below 0: rounding must not make a distance negative.
#[derive(Debug, Clone, Copy, Default)]
struct CosineDistance;

impl Distance<f32> for CosineDistance {
    fn eval(&self, a: &[f32], b: &[f32]) -> f32 {
        (1.0 - dot(a, b)).max(0.0)
    }
}

/// An HNSW index: one node per distinct vector.
pub struct Hnsw {
    vectors: Arc<Vectors>,
    distinct: Distinct,
    members: Vec<Vec<usize>>,
    graph: Graph,
}

impl Hnsw {
    /// Builds the graph, measures its recall against a scan and picks the search width. Serial and seeded, so the same
    /// vectors give the same graph.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn build(vectors: Arc<Vectors>, params: &GraphParams) -> Result<Self> {
        let distinct = vectors.distinct();
        let mut index = Self::with_graph(vectors, distinct, Graph::default());
        index.graph = index.insert_all(params);
        index.tune()?;
        if index.graph.recall < POOR_RECALL {
            let effort = GraphParams { links: params.links * 2, build_width: params.build_width * 2, ..*params };
            let more = index.insert_all(&effort);
            let first = std::mem::replace(&mut index.graph, more);
            index.tune()?;
            if index.graph.recall < first.recall {
                index.graph = first;
            }
        }
        Ok(index)
    }

    fn with_graph(vectors: Arc<Vectors>, distinct: Distinct, graph: Graph) -> Self {
        let members = distinct.members();
        Hnsw { vectors, distinct, members, graph }
    }

    /// The frozen graph with its checksum and that of the vectors it belongs to, for [`Hnsw::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = checksum(&self.vectors).as_bytes().to_vec();
        bytes.extend(self.graph.to_bytes());
        bytes
    }

    /// The index that [`Hnsw::to_bytes`] wrote for these very vectors; `None` if the bytes are damaged or belong to others.
    pub fn from_bytes(vectors: Arc<Vectors>, bytes: &[u8]) -> Option<Self> {
        let (of, graph) = bytes.split_at_checked(blake3::OUT_LEN)?;
        if checksum(&vectors).as_bytes() != of {
            return None;
        }
        let distinct = vectors.distinct();
        let graph = Graph::from_bytes(graph, distinct.firsts.len())?;
        Some(Self::with_graph(vectors, distinct, graph))
    }

    fn node_vector(&self, node: usize) -> &[f32] {
        self.vectors.row(self.distinct.firsts[node])
    }

    /// Inserts in a shuffled order: papers that come sorted by topic would cost a fifth of the neighbours.
    fn insert_all(&self, params: &GraphParams) -> Graph {
        const MAX_LAYERS: usize = 16;
        let nodes = self.distinct.firsts.len();
        if nodes == 0 {
            return Graph::default();
        }
        let mut order: Vec<usize> = (0..nodes).collect();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(params.seed);
        for i in (1..nodes).rev() {
            order.swap(i, (random.next_u64() % (i as u64 + 1)) as usize);
        }
        let builder = hnsw_rs::hnsw::Hnsw::new(params.links, nodes, MAX_LAYERS, params.build_width, CosineDistance);
        for &node in &order {
            builder.insert_slice((self.node_vector(node), node));
        }
        let mut graph = Graph::freeze(&builder, nodes);
        graph.connect(|a, b| dot(self.node_vector(a), self.node_vector(b)));
        graph
    }

    /// Searches a sample both ways and keeps the narrowest width that finds enough.
    fn tune(&mut self) -> Result<()> {
        let sample = self.sample()?;
        for width in SEARCH_WIDTHS {
            self.graph.search_width = width;
            self.graph.recall = self.share_found(&sample);
            if self.graph.recall >= WANTED_RECALL {
                break;
            }
        }
        Ok(())
    }

    /// The share of the true 10 nearest rows that searches find now, in `[0, 1]`, measured on a sample.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn measured_recall(&self) -> Result<f32> {
        Ok(self.share_found(&self.sample()?))
    }

    /// Nodes spread over all, each with its true nearest nodes.
    fn sample(&self) -> Result<Vec<(usize, Vec<usize>)>> {
        let nodes = self.distinct.firsts.len();
        let queries: Vec<usize> = (0..nodes).step_by(nodes.div_ceil(RECALL_QUERIES).max(1)).collect();
        queries.into_par_iter().map(|query| Ok((query, self.nodes_by_scan(query)?))).collect()
    }

    fn share_found(&self, sample: &[(usize, Vec<usize>)]) -> f32 {
        let width = self.graph.search_width;
        let found: usize = sample.par_iter().map(|(query, truth)| self.count_found(*query, truth, width)).sum();
        let wanted: usize = sample.iter().map(|(_, truth)| truth.len()).sum();
        found as f32 / wanted.max(1) as f32
    }

    /// The true nearest nodes of a node, without itself.
    fn nodes_by_scan(&self, node: usize) -> Result<Vec<usize>> {
        let is_other_node = |row: usize| {
            let other = self.distinct.node_of[row];
            other != node && self.distinct.firsts[other] == row
        };
        let near = scan(&self.vectors, self.node_vector(node), RECALL_DEPTH, Some(&is_other_node))?;
        Ok(near.into_iter().map(|n| self.distinct.node_of[n.row]).collect())
    }

    fn count_found(&self, node: usize, truth: &[usize], width: usize) -> usize {
        let query = self.node_vector(node);
        let found = self.graph.search(width.max(RECALL_DEPTH + 1), |n| dot(query, self.node_vector(n)), |_| true);
        found.iter().filter(|(n, _)| *n != node).take(RECALL_DEPTH).filter(|(n, _)| truth.contains(n)).count()
    }

    fn search_graph(&self, query: &[f32], width: usize, k: usize, filter: Option<Filter<'_>>) -> Vec<Neighbor> {
        let passes = |row: usize| filter.is_none_or(|f| f(row));
        let similarity = |node: usize| dot(query, self.node_vector(node));
        let found = self.graph.search(width, similarity, |node| self.members[node].iter().any(|&row| passes(row)));
        self.rows_of(found, k, filter)
    }

    /// The rows of the nodes found, as they are answered.
    fn rows_of(&self, found: Vec<(usize, Similarity)>, k: usize, filter: Option<Filter<'_>>) -> Vec<Neighbor> {
        let passes = |row: usize| filter.is_none_or(|f| f(row));
        let rows = found.into_iter().flat_map(|(node, similarity)| {
            self.members[node].iter().filter(|&&row| passes(row)).map(move |&row| Neighbor { row, similarity })
        });
        nearest(rows.collect(), k)
    }
}

/// blake3 of all rows, as little-endian 32-bit floats.
fn checksum(vectors: &Vectors) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut bytes = Vec::new();
    // Pieces of one row would be hashed one block at a time, and not several side by side.
    for floats in vectors.as_slice().chunks(FLOATS_HASHED) {
        bytes.clear();
        bytes.extend(floats.iter().flat_map(|x| x.to_le_bytes()));
        hasher.update(&bytes);
    }
    hasher.finalize()
}

impl Index for Hnsw {
    fn name(&self) -> &'static str {
        "hnsw"
    }

    fn len(&self) -> usize {
        self.vectors.len()
    }

    fn recall(&self) -> f32 {
        self.graph.recall
    }

    fn search(&self, query: &[f32], k: usize, filter: Option<Filter<'_>>) -> Result<Vec<Neighbor>> {
        check_dimension(&self.vectors, query)?;
        let rows = self.vectors.len();
        let passing = filter.map_or(rows, |passes| (0..rows).filter(|&row| passes(row)).count());
        let wanted = k.min(passing);
        if passing * SCAN_SHARE <= rows || wanted * SCAN_SHARE >= passing {
            return scan(&self.vectors, query, k, filter);
        }
        let found = self.search_graph(query, self.graph.search_width.max(k), k, filter);
        if found.len() < wanted {
            return scan(&self.vectors, query, k, filter);
        }
        Ok(found)
    }

    fn around(&self, row: usize, k: usize, filter: Filter<'_>) -> Result<Vec<Neighbor>> {
        let query = self.vectors.row(row);
        let similarity = |node: usize| dot(query, self.node_vector(node));
        let passes = |node: usize| self.members[node].iter().any(|&row| filter(row));
        let found = self.graph.search_from(self.distinct.node_of[row], AROUND_WIDTH.max(k), similarity, passes);
        Ok(self.rows_of(found, k, Some(filter)))
    }
}
