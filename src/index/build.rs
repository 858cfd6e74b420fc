//! Builds an HNSW graph (Malkov and Yashunin 2016, <https://arxiv.org/abs/1603.09320>).
//!
//! `hnsw_rs` builds a graph of a sample, one node after the other. The layers of that graph stand above the ground layer. On
//! the ground the links of each node are picked among those that are near it in small parts of all nodes (PiPNN, Rubel et al.
//! 2026, <https://arxiv.org/abs/2602.21247>), and then once more among those that a short walk from it finds: half the time
//! of inserting node after node by walks, which read from all over memory, and a graph that is searched as fast. Nothing
//! depends on the number of threads. A sample that is large itself is built in the same way.

use hnsw_rs::anndists::dist::distances::Distance;
use rayon::prelude::*;

use super::codes::Codes;
use super::graph::{Graph, Layer, Links};
use super::partition::{neighbors, parts, MOST_PARTS};

/// One node in so many is of the sample, and at least so many nodes are.
const SAMPLE_SHARE: usize = 32;
const SMALLEST_SAMPLE: usize = 256;

/// Nodes that are inserted one after the other at most. The 31,000 of a million, which are its sample, took 40 s of one core.
const MOST_BY_ONE: usize = 4096;

/// Parts that are compared before what is near in them is noted: some 20 MB.
const PARTS_AT_ONCE: usize = 256;

/// A walk that begins at a node, to find what is near it, is so many times narrower than one that begins elsewhere.
const NARROWER: usize = 4;

/// How the graph is built.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphParams {
    /// Links per node in the upper layers, 1 to 128; the ground layer has twice as many. As many neighbours are taken from
    /// each part that a node is in.
    pub links: usize,
    /// Candidates looked at for each insertion into the sample; a quarter of them by the walk from each node.
    pub build_width: usize,
    /// Decides the order of the nodes, and with it the sample.
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

/// The graph of all nodes.
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
    let mut graph = Graph { entry, upper, ground: Links::new(nodes, 2 * params.links), ..Graph::default() };
    if nodes > sample {
        graph.fill(codes, params);
    } else if let Some(densest) = graph.upper.first() {
        densest.lists().for_each(|(node, links)| graph.ground.set(node, links));
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

/// Each node with what is near it in its parts; nodes of a part follow each other.
fn candidates(codes: &Codes, nodes: usize, params: &GraphParams) -> Vec<(u32, Vec<u32>)> {
    let parts = parts(codes, nodes);
    let mut place = vec![None; nodes];
    let mut candidates: Vec<(u32, Vec<u32>)> = Vec::with_capacity(nodes);
    for some in parts.chunks(PARTS_AT_ONCE) {
        let found: Vec<Vec<Vec<u32>>> = some.par_iter().map(|part| neighbors(codes, part, params.links)).collect();
        for (&node, near) in some.iter().flatten().zip(found.into_iter().flatten()) {
            let at = *place[node as usize].get_or_insert_with(|| {
                candidates.push((node, Vec::with_capacity(MOST_PARTS * params.links)));
                candidates.len() - 1
            });
            candidates[at].1.extend(near);
        }
    }
    candidates
}

impl Graph {
    /// Links all nodes of the ground layer.
    fn fill(&mut self, codes: &Codes, params: &GraphParams) {
        let width = self.ground.width();
        let mut links = candidates(codes, self.ground.len(), params);
        links.par_iter_mut().for_each(|(node, near)| *near = select(codes, *node, std::mem::take(near), width));
        self.link(codes, &links);
        // What the walk of a node has read from memory is at hand for the next, which is near it.
        links.par_iter_mut().for_each(|(node, near)| {
            *near = self.search_from(codes, codes.code(*node), (*node, params.build_width / NARROWER));
            near.extend(self.ground.of(*node));
            *near = select(codes, *node, std::mem::take(near), width);
        });
        self.link(codes, &links);
    }

    /// Gives nodes these links, and each node that is linked to one back.
    fn link(&mut self, codes: &Codes, links: &[(u32, Vec<u32>)]) {
        let width = self.ground.width();
        let mut back: Vec<(u32, u32)> = Vec::new();
        for (node, links) in links {
            self.ground.set(*node, links);
            back.extend(links.iter().map(|&link| (link, *node)));
        }
        back.par_sort_unstable();
        let targets: Vec<&[(u32, u32)]> = back.chunk_by(|a, b| a.0 == b.0).collect();
        let linked: Vec<(u32, Vec<u32>)> = targets
            .into_par_iter()
            .map(|added| {
                let target = added[0].0;
                let own = self.ground.of(target).iter().copied();
                let mut links: Vec<u32> = own.chain(added.iter().map(|&(_, node)| node)).collect();
                links.sort_unstable();
                links.dedup();
                if links.len() > width {
                    links = select(codes, target, links, width);
                }
                (target, links)
            })
            .collect();
        linked.iter().for_each(|(target, links)| self.ground.set(*target, links));
    }
}

/// At most `most` neighbours of a node, nearest first: none that is nearer to one before it than to the node (Algorithm 4
/// of the paper).
fn select(codes: &Codes, node: u32, mut candidates: Vec<u32>, most: usize) -> Vec<u32> {
    candidates.retain(|&candidate| candidate != node);
    candidates.sort_unstable();
    candidates.dedup();
    let mut near = vec![0.0; candidates.len()];
    codes.similarities(codes.code(node), &candidates, &mut near);
    let mut ordered: Vec<(f32, u32)> = near.into_iter().zip(candidates).collect();
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
