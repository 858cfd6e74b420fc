//! Builds an HNSW graph (Malkov and Yashunin 2016, <https://arxiv.org/abs/1603.09320>).
//!
//! `hnsw_rs` builds a graph of a sample, one node after the other. The layers of that graph stand above the ground layer,
//! into which the other nodes are then put in batches: all nodes of a batch look for their neighbours among those before it,
//! at the same time, so the graph does not depend on the number of threads (Manohar et al. 2024, ParlayANN,
//! <https://arxiv.org/abs/2305.04359>, section 4.1). A sample that is large itself is built in the same way.

use hnsw_rs::anndists::dist::distances::Distance;
use rayon::prelude::*;

use super::codes::Codes;
use super::graph::{Graph, Layer, Links};

/// One node in so many is of the sample, and at least so many nodes are.
const SAMPLE_SHARE: usize = 32;
const SMALLEST_SAMPLE: usize = 256;

/// Nodes that are inserted one after the other at most. The 31,000 of a million, which are its sample, took 40 s of one core.
const MOST_BY_ONE: usize = 4096;

/// A batch has one node for so many that are in the graph already: the nodes of a batch do not see each other.
const BATCH_SHARE: usize = 16;

/// How the graph is built.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphParams {
    /// Links per node in the upper layers, 1 to 128; the ground layer has twice as many.
    pub links: usize,
    /// Candidates looked at for each insertion.
    pub build_width: usize,
    /// Decides the order of insertion.
    pub seed: u64,
}

/// Links per node that are asked for at most; `hnsw_rs` takes 256, and a poor graph is built again with twice as many.
pub(super) const MOST_LINKS: usize = 128;

impl Default for GraphParams {
    /// The links that the paper advises for most vectors (section 4.1), and the candidates that hnswlib takes by default.
    fn default() -> Self {
        GraphParams { links: 16, build_width: 200, seed: 1 }
    }
}

/// 1 - cosine of two nodes, never below 0: rounding must not make a distance negative.
struct NodeDistance<'a>(&'a Codes);

impl Distance<u32> for NodeDistance<'_> {
    fn eval(&self, a: &[u32], b: &[u32]) -> f32 {
        (1.0 - self.0.similarity(a[0], b[0])).max(0.0)
    }
}

/// The graph of all nodes, which are inserted in their order.
pub(super) fn build(codes: &Codes, params: &GraphParams) -> Graph {
    let params = &GraphParams { links: params.links.clamp(1, MOST_LINKS), ..*params };
    let mut graph = build_first(codes, codes.len(), params);
    graph.connect(codes, params.build_width);
    graph
}

/// The graph of the first `nodes` nodes.
fn build_first(codes: &Codes, nodes: usize, params: &GraphParams) -> Graph {
    let sample = (nodes / SAMPLE_SHARE).max(SMALLEST_SAMPLE).min(nodes);
    let (entry, upper) = if sample > MOST_BY_ONE {
        let of_sample = build_first(codes, sample, params);
        (of_sample.entry, std::iter::once(of_sample.ground.to_layer()).chain(of_sample.upper).collect())
    } else {
        build_sample(codes, sample, params)
    };
    let mut ground = Links::new(nodes, 2 * params.links);
    for (node, links) in upper.first().into_iter().flat_map(Layer::lists) {
        ground.set(node, links);
    }
    let mut graph = Graph { entry, upper, ground, ..Graph::default() };
    let mut done = sample;
    while done < nodes {
        let end = (done + (done / BATCH_SHARE).max(1)).min(nodes);
        graph.insert(codes, done as u32..end as u32, params);
        done = end;
    }
    graph
}

/// The entry and the layers, densest first, of what `hnsw_rs` builds of the first nodes.
fn build_sample(codes: &Codes, sample: usize, params: &GraphParams) -> (u32, Vec<Layer>) {
    const MAX_LAYERS: usize = 16;
    let distance = NodeDistance(codes);
    let built = hnsw_rs::hnsw::Hnsw::new(params.links, sample, MAX_LAYERS, params.build_width, distance);
    for node in 0..sample {
        built.insert_slice((&[node as u32], node));
    }
    let mut lists: Vec<Vec<(u32, Vec<u32>)>> = Vec::new();
    let mut entry = None;
    for point in built.get_point_indexation() {
        let (node, level) = (point.get_origin_id() as u32, usize::from(point.get_point_id().0));
        // The first point of the highest layer is where a search begins; ties go to the smaller number.
        if entry.is_none_or(|(top, first)| level > top || level == top && node < first) {
            entry = Some((level, node));
        }
        if lists.len() <= level {
            lists.resize(level + 1, Vec::new());
        }
        // Lists above a point's own level are left-overs of its insertion.
        for (layer, links) in point.get_neighborhood_id().into_iter().take(level + 1).enumerate() {
            lists[layer].push((node, links.into_iter().map(|link| link.d_id as u32).collect()));
        }
    }
    (entry.map_or(0, |(_, node)| node), lists.into_iter().map(Layer::new).collect())
}

impl Graph {
    /// Puts a batch into the ground layer.
    fn insert(&mut self, codes: &Codes, batch: std::ops::Range<u32>, params: &GraphParams) {
        let width = self.ground.width();
        // Those that come the same way down are looked after together: what the walk of one has read from memory is still at
        // hand for the next.
        let mut ways: Vec<(Vec<u32>, u32)> =
            batch.into_par_iter().map(|node| (self.way(codes, codes.code(node)), node)).collect();
        ways.par_sort_unstable();
        let choose = |(way, node): &(Vec<u32>, u32)| {
            let found = self.search_from(codes, codes.code(*node), (self.start(way), params.build_width));
            (*node, select(codes, *node, &found, width))
        };
        let chosen: Vec<(u32, Vec<u32>)> = ways.par_iter().map(choose).collect();
        let mut back: Vec<(u32, u32)> = Vec::new();
        for (node, links) in &chosen {
            self.ground.set(*node, links);
            back.extend(links.iter().map(|&link| (link, *node)));
        }
        back.par_sort_unstable();
        let targets: Vec<&[(u32, u32)]> = back.chunk_by(|a, b| a.0 == b.0).collect();
        let linked: Vec<(u32, Vec<u32>)> = targets
            .into_par_iter()
            .map(|added| {
                let target = added[0].0;
                let mut links = self.ground.of(target).to_vec();
                links.extend(added.iter().map(|&(_, node)| node));
                if links.len() > width {
                    links = select(codes, target, &links, width);
                }
                (target, links)
            })
            .collect();
        linked.iter().for_each(|(target, links)| self.ground.set(*target, links));
    }
}

/// At most `most` neighbours of a node, nearest first: none that is nearer to one before it than to the node (Algorithm 4
/// of the paper).
fn select(codes: &Codes, node: u32, candidates: &[u32], most: usize) -> Vec<u32> {
    let mut near = vec![0.0; candidates.len()];
    codes.similarities(codes.code(node), candidates, &mut near);
    let mut ordered: Vec<(f32, u32)> = near.into_iter().zip(candidates.iter().copied()).collect();
    ordered.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<u32> = Vec::with_capacity(most);
    for (similarity, candidate) in ordered {
        if chosen.len() == most {
            break;
        }
        if !is_nearer_to_any(codes, candidate, &chosen, similarity) {
            chosen.push(candidate);
        }
    }
    chosen
}

fn is_nearer_to_any(codes: &Codes, candidate: u32, chosen: &[u32], similarity: f32) -> bool {
    const AT_ONCE: usize = 8;
    let mut near = [0.0; AT_ONCE];
    chosen.chunks(AT_ONCE).any(|chosen| {
        codes.similarities(codes.code(candidate), chosen, &mut near);
        near[..chosen.len()].iter().any(|&other| other > similarity)
    })
}
