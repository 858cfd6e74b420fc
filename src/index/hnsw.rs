//! HNSW: a graph over one node per distinct vector, walked with codes of one byte a dimension; what is found is then
//! compared as it is.

use std::sync::Arc;

use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

use crate::error::Result;
use crate::vectors::{Similarity, Vectors};

use super::build::{build, GraphParams};
use super::codes::Codes;
use super::exact::{check_dimension, nearest, scan, scan_all};
use super::graph::Graph;
use super::join::nearest_of_all;
use super::members::Members;
use super::{rows_passing, stored, Filter, Index, Neighbor};

/// Recall that a search width must reach on the sample to be chosen. The sample is of nodes of the graph; texts are harder to
/// find: where nodes reached 0.994 and 0.996, papers that were kept out of the graph reached 0.982 and 0.989.
const WANTED_RECALL: f32 = 0.998;

/// Below this recall a graph is built again, once, with twice the effort.
const POOR_RECALL: f32 = 0.95;

/// Search widths tried, narrowest first.
const SEARCH_WIDTHS: [usize; 14] = [16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 256, 384, 512, 1024];

/// Search width around a row that is itself a node. What is nearer than most is linked to it, or to what is.
const AROUND_WIDTH: usize = 16;

/// Rows searched both ways to measure recall, and neighbours counted for each.
const RECALL_QUERIES: usize = 200;
const RECALL_DEPTH: usize = 10;

/// Nodes beyond those wanted whose similarity is taken from the vectors: their codes may have put them too far back.
const DOUBTFUL: usize = 8;

/// Rows that a scan compares in the time of a walk that is one node wider. With this a scan is taken, of 100,000 abstracts,
/// where 5 % pass (1.1 ms), and a walk where 10 % do (0.8 ms).
const ROWS_PER_STEP: usize = 16;

/// An HNSW index: one node per distinct vector.
pub struct Hnsw {
    vectors: Arc<Vectors>,
    members: Members,
    codes: Codes,
    graph: Graph,
}

impl Hnsw {
    /// Builds the graph, measures its recall against a scan and picks the search width. Seeded, and the same for any number
    /// of threads.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn build(vectors: Arc<Vectors>, params: &GraphParams) -> Result<Self> {
        let members = shuffled(&vectors, params.seed);
        let codes = Codes::new(&vectors, &members.firsts());
        let graph = build(&codes, params);
        let mut index = Hnsw { vectors, members, codes, graph };
        index.tune()?;
        if index.graph.recall < POOR_RECALL {
            let effort = GraphParams { links: params.links * 2, build_width: params.build_width * 2, ..*params };
            let more = build(&index.codes, &effort);
            let first = std::mem::replace(&mut index.graph, more);
            index.tune()?;
            if index.graph.recall < first.recall {
                index.graph = first;
            }
        }
        Ok(index)
    }

    /// The graph with its checksum and a fingerprint of the vectors it belongs to, for [`Hnsw::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        stored::to_bytes(&fingerprint(&self.vectors), &self.graph, &self.members)
    }

    /// The index that [`Hnsw::to_bytes`] wrote for these very vectors; `None` if the bytes are damaged or belong to others.
    pub fn from_bytes(vectors: Arc<Vectors>, bytes: &[u8]) -> Option<Self> {
        let (graph, members) = stored::from_bytes(&fingerprint(&vectors), bytes, vectors.len())?;
        let codes = Codes::new(&vectors, &members.firsts());
        Some(Hnsw { vectors, members, codes, graph })
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
    fn sample(&self) -> Result<Vec<(u32, Vec<u32>)>> {
        let nodes = self.members.len();
        let mut is_first = vec![false; self.vectors.len()];
        self.members.firsts().into_iter().for_each(|row| is_first[row as usize] = true);
        let firsts = Filter::new(&is_first);
        let sampled: Vec<u32> = (0..nodes as u32).step_by(nodes.div_ceil(RECALL_QUERIES).max(1)).collect();
        let first = |&node: &u32| self.vectors.row(self.members.rows(node)[0] as usize);
        let queries: Vec<&[f32]> = sampled.iter().map(first).collect();
        let found = scan_all(&self.vectors, &queries, RECALL_DEPTH + 1, firsts)?;
        let truth = |(node, near): (u32, Vec<Neighbor>)| {
            let near = near.into_iter().map(|n| self.members.node_of()[n.row]).filter(|&other| other != node);
            (node, near.take(RECALL_DEPTH).collect())
        };
        Ok(sampled.into_iter().zip(found).map(truth).collect())
    }

    fn share_found(&self, sample: &[(u32, Vec<u32>)]) -> f32 {
        let found: usize = sample.par_iter().map(|(node, truth)| self.count_found(*node, truth)).sum();
        let wanted: usize = sample.iter().map(|(_, truth)| truth.len()).sum();
        // Of a single node there is nothing to find.
        if wanted == 0 {
            1.0
        } else {
            found as f32 / wanted as f32
        }
    }

    fn count_found(&self, node: u32, truth: &[u32]) -> usize {
        let query = self.vectors.row(self.members.rows(node)[0] as usize);
        let depth = RECALL_DEPTH + 1;
        let found = self.graph.search(&self.codes, self.codes.code(node), self.graph.search_width + depth);
        let near = self.compared(query, &found, depth, None);
        near.iter().filter(|n| truth.contains(&self.members.node_of()[n.row])).count()
    }

    /// The `k` nearest rows that pass of nodes that a walk found, nearest first as their codes have it.
    fn compared(&self, query: &[f32], found: &[u32], k: usize, filter: Option<Filter<'_>>) -> Vec<Neighbor> {
        let passes = |&row: &u32| filter.is_none_or(|filter| filter.passes(row as usize));
        let mut near = Vec::with_capacity(k + DOUBTFUL);
        let passing = found.iter().copied().filter(|&node| self.members.rows(node).iter().any(passes));
        let firsts = passing.take(k + DOUBTFUL).map(|node| self.members.rows(node)[0] as usize);
        self.vectors.compare(query, firsts, |first, cosine| {
            let rows = self.members.rows(self.members.node_of()[first]).iter().filter(|row| passes(row));
            let similarity = Similarity::new(cosine);
            // Of copies, which are all as near, the first come first.
            near.extend(rows.take(k).map(|&row| Neighbor { row: row as usize, similarity }));
        });
        nearest(near, k)
    }
}

/// One node per distinct vector, in an order that is shuffled: its first nodes are the sample, and leaders are taken from all
/// over it, whether or not papers come sorted by topic.
fn shuffled(vectors: &Vectors, seed: u64) -> Members {
    let distinct = vectors.distinct();
    let nodes = distinct.firsts.len();
    let mut place: Vec<u32> = (0..nodes as u32).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    for i in (1..nodes).rev() {
        place.swap(i, (random.next_u64() % (i as u64 + 1)) as usize);
    }
    let node_of = distinct.node_of.iter().map(|&node| place[node]).collect();
    Members::new(node_of, nodes).unwrap_or_default()
}

/// blake3 of the hashes of all rows.
fn fingerprint(vectors: &Vectors) -> blake3::Hash {
    let bytes: Vec<u8> = vectors.hashes().iter().flat_map(|hash| hash.to_le_bytes()).collect();
    blake3::hash(&bytes)
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
        let passing = filter.map_or(rows, |filter| filter.passing());
        let wanted = k.min(passing);
        if wanted == 0 {
            return Ok(Vec::new());
        }
        // Of the nearest nodes, whatever they are, as many as hold enough that pass.
        let width = (self.graph.search_width + k).saturating_mul(rows) / passing;
        if width.saturating_mul(ROWS_PER_STEP) >= passing {
            return scan(&self.vectors, query, k, filter);
        }
        let mut bytes = Vec::new();
        let found = self.graph.search(&self.codes, self.codes.code_of(query, &mut bytes), width);
        let near = self.compared(query, &found, k, filter);
        if near.len() < wanted {
            return scan(&self.vectors, query, k, filter);
        }
        Ok(near)
    }

    fn around_all(&self, k: usize, filter: Option<Filter<'_>>) -> Vec<Vec<Neighbor>> {
        let rows = rows_passing(filter, self.vectors.len());
        let width = AROUND_WIDTH.max(k).saturating_mul(self.vectors.len()) / rows.len().max(1);
        if width.saturating_mul(ROWS_PER_STEP) >= rows.len() {
            return nearest_of_all(&self.vectors, &rows, k);
        }
        let around = |&row: &usize| {
            let node = self.members.node_of()[row];
            let found = self.graph.search_from(&self.codes, self.codes.code(node), (node, width));
            self.compared(self.vectors.row(row), &found, k, filter)
        };
        rows.par_iter().map(around).collect()
    }
}
