//! A frozen HNSW graph: links in flat arrays, searched without locks, checksummed on disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use hnsw_rs::anndists::dist::distances::Distance;

use crate::vectors::Similarity;

/// First bytes of a stored graph; the digit is its format.
const MAGIC: &[u8; 8] = b"PKGRAPH1";

/// Length of the checksum at the end of a stored graph, in bytes.
const CHECKSUM: usize = blake3::OUT_LEN;

/// The links of some nodes: those of `nodes[i]` are `links[offsets[i]..offsets[i + 1]]`.
#[derive(Debug, Clone, Default, PartialEq)]
struct Layer {
    nodes: Vec<u32>,
    offsets: Vec<u32>,
    links: Vec<u32>,
}

impl Layer {
    fn from_lists(lists: Vec<(u32, Vec<u32>)>) -> Self {
        let mut layer = Layer { offsets: vec![0], ..Layer::default() };
        for (node, links) in lists {
            layer.nodes.push(node);
            layer.links.extend(links);
            layer.offsets.push(layer.links.len() as u32);
        }
        layer
    }

    fn links_at(&self, position: usize) -> &[u32] {
        &self.links[self.offsets[position] as usize..self.offsets[position + 1] as usize]
    }

    fn links_of(&self, node: usize) -> &[u32] {
        match self.nodes.binary_search(&(node as u32)) {
            Ok(position) => self.links_at(position),
            Err(_) => &[],
        }
    }

    /// Whether every number stays in its bounds for `nodes` nodes.
    fn is_sound(&self, nodes: usize) -> bool {
        self.offsets.len() == self.nodes.len() + 1
            && self.offsets[0] == 0
            && self.offsets.windows(2).all(|pair| pair[0] <= pair[1])
            && self.offsets[self.nodes.len()] as usize == self.links.len()
            && self.nodes.windows(2).all(|pair| pair[0] < pair[1])
            && self.nodes.iter().chain(&self.links).all(|&node| (node as usize) < nodes)
    }
}

/// A graph over nodes `0..n`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Graph {
    /// Nodes kept while searching the ground layer.
    pub(super) search_width: usize,
    /// Recall measured with that width, in `[0, 1]`.
    pub(super) recall: f32,
    entry: u32,
    /// The ground layer holds all nodes, so node `i` is at position `i`.
    layers: Vec<Layer>,
}

impl Graph {
    /// Copies the links out of what `hnsw_rs` built.
    pub(super) fn freeze<D>(built: &hnsw_rs::hnsw::Hnsw<'_, f32, D>, nodes: usize) -> Self
    where
        D: Distance<f32> + Send + Sync,
    {
        let mut lists: Vec<Vec<(u32, Vec<u32>)>> = Vec::new();
        let (mut entry, mut top) = (0, 0);
        for point in built.get_point_indexation() {
            let (node, level) = (point.get_origin_id() as u32, usize::from(point.get_point_id().0));
            // The first point of the highest layer is where a search begins; ties go to the smaller number.
            if (Reverse(level), node) < (Reverse(top), entry) || lists.is_empty() {
                (entry, top) = (node, level);
            }
            if lists.len() <= level {
                lists.resize(level + 1, Vec::new());
            }
            // Lists above a point's own level are left-overs of its insertion.
            for (layer, links) in point.get_neighborhood_id().into_iter().take(level + 1).enumerate() {
                lists[layer].push((node, links.into_iter().map(|n| n.d_id as u32).collect()));
            }
        }
        let layers = lists.into_iter().map(|mut list| {
            list.sort_unstable_by_key(|(node, _)| *node);
            Layer::from_lists(list)
        });
        let graph = Graph { entry, layers: layers.collect(), ..Graph::default() };
        debug_assert!(graph.layers.first().map_or(0, |ground| ground.nodes.len()) == nodes);
        graph
    }

    /// Links every node that cannot be reached from the entry to the nearest one that can.
    pub(super) fn connect(&mut self, similarity: impl Fn(usize, usize) -> f32) {
        let Some(ground) = self.layers.first_mut() else { return };
        let nodes = ground.nodes.len();
        let mut lists: Vec<(u32, Vec<u32>)> =
            (0..nodes).map(|node| (node as u32, ground.links_at(node).to_vec())).collect();
        let mut reached = vec![false; nodes];
        reach(&lists, &mut reached, self.entry as usize);
        for node in 0..nodes {
            if reached[node] {
                continue;
            }
            let closer = |a: &usize, b: &usize| similarity(node, *a).total_cmp(&similarity(node, *b)).then(b.cmp(a));
            let by_link = lists[node].1.iter().map(|&n| n as usize).filter(|&n| reached[n]).max_by(closer);
            let bridge = by_link.or_else(|| (0..nodes).filter(|&n| reached[n]).max_by(closer));
            if let Some(bridge) = bridge {
                lists[bridge].1.push(node as u32);
                reach(&lists, &mut reached, node);
            }
        }
        *ground = Layer::from_lists(lists);
    }

    /// The `width` nearest nodes found that `passes` accepts, nearest first, then by node (Algorithms 2 and 5 of the paper).
    pub(super) fn search(
        &self,
        width: usize,
        similarity: impl Fn(usize) -> f32,
        passes: impl Fn(usize) -> bool,
    ) -> Vec<(usize, Similarity)> {
        if self.layers.is_empty() {
            return Vec::new();
        }
        let closeness = |node: usize| Similarity::new(similarity(node));
        let mut best = (closeness(self.entry as usize), Reverse(self.entry as usize));
        for layer in self.layers.iter().skip(1).rev() {
            loop {
                let node = best.1 .0;
                let links = layer.links_of(node).iter().map(|&n| n as usize);
                match links.map(|n| (closeness(n), Reverse(n))).max() {
                    Some(next) if next > best => best = next,
                    _ => break,
                }
            }
        }
        self.search_from(best.1 .0, width, similarity, passes)
    }

    /// The same, from a node that is known to be near what is sought: the ground layer alone, without a way down to it.
    pub(super) fn search_from(
        &self,
        start: usize,
        width: usize,
        similarity: impl Fn(usize) -> f32,
        passes: impl Fn(usize) -> bool,
    ) -> Vec<(usize, Similarity)> {
        let Some(ground) = self.layers.first() else { return Vec::new() };
        let closeness = |node: usize| Similarity::new(similarity(node));
        let best = (closeness(start), Reverse(start));
        let mut visited = vec![false; ground.nodes.len()];
        visited[start] = true;
        let mut open = BinaryHeap::from([best]);
        let mut found = BinaryHeap::new();
        if passes(start) {
            found.push(Reverse(best));
        }
        while let Some(candidate) = open.pop() {
            if found.len() >= width && found.peek().is_some_and(|Reverse(worst)| candidate < *worst) {
                break;
            }
            for &link in ground.links_at(candidate.1 .0) {
                let node = link as usize;
                if std::mem::replace(&mut visited[node], true) {
                    continue;
                }
                let next = (closeness(node), Reverse(node));
                if found.len() < width || found.peek().is_some_and(|Reverse(worst)| next > *worst) {
                    open.push(next);
                    if passes(node) {
                        found.push(Reverse(next));
                        if found.len() > width {
                            found.pop();
                        }
                    }
                }
            }
        }
        found.into_sorted_vec().into_iter().map(|Reverse((similarity, Reverse(node)))| (node, similarity)).collect()
    }

    /// Magic, numbers, layers, and the blake3 of all that; little-endian 32-bit words.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let mut put = |word: u32| bytes.extend(word.to_le_bytes());
        put(self.search_width as u32);
        put(self.recall.to_bits());
        put(self.entry);
        put(self.layers.len() as u32);
        for layer in &self.layers {
            for part in [&layer.nodes, &layer.offsets, &layer.links] {
                put(part.len() as u32);
                part.iter().for_each(|&word| put(word));
            }
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend(checksum.as_bytes());
        bytes
    }

    /// What [`Graph::to_bytes`] wrote for `nodes` nodes, or `None` if anything about it is wrong.
    pub(super) fn from_bytes(bytes: &[u8], nodes: usize) -> Option<Self> {
        let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        if blake3::hash(body).as_bytes() != checksum {
            return None;
        }
        let mut words = body.strip_prefix(MAGIC)?.chunks_exact(4).map(|w| u32::from_le_bytes([w[0], w[1], w[2], w[3]]));
        let mut take = || words.next();
        let (search_width, recall, entry) = (take()? as usize, f32::from_bits(take()?), take()?);
        let mut layers = Vec::new();
        for _ in 0..take()? {
            let mut part = || -> Option<Vec<u32>> { (0..take()?).map(|_| take()).collect() };
            layers.push(Layer { nodes: part()?, offsets: part()?, links: part()? });
        }
        let is_sound = layers.iter().all(|layer| layer.is_sound(nodes))
            && layers.first().map_or(0, |ground| ground.nodes.len()) == nodes
            && (entry as usize) < nodes.max(1);
        is_sound.then_some(Graph { search_width, recall, entry, layers })
    }
}

/// Marks all that can be reached from `start`.
fn reach(lists: &[(u32, Vec<u32>)], reached: &mut [bool], start: usize) {
    let mut open = vec![start];
    reached[start] = true;
    while let Some(node) = open.pop() {
        for &link in &lists[node].1 {
            if !std::mem::replace(&mut reached[link as usize], true) {
                open.push(link as usize);
            }
        }
    }
}
