//! A frozen HNSW graph: links in flat arrays, searched without locks.

use super::codes::{Code, Codes};
use super::walk::walk;

/// Fills a list of links that has room.
const NONE: u32 = u32::MAX;

/// The links of all nodes `0..n` of the ground layer, at most `width` each.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Links {
    width: usize,
    lists: Vec<u32>,
}

impl Links {
    pub(super) fn new(nodes: usize, width: usize) -> Self {
        Links { width, lists: vec![NONE; nodes * width] }
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.lists.len() / self.width.max(1)
    }

    /// Room for links in each list.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    #[inline]
    pub(super) fn of(&self, node: u32) -> &[u32] {
        let list = &self.lists[node as usize * self.width..(node as usize + 1) * self.width];
        &list[..list.partition_point(|&link| link != NONE)]
    }

    /// Replaces the links of a node by the first of these, as many as there is room for.
    pub(super) fn set(&mut self, node: u32, links: &[u32]) {
        let list = &mut self.lists[node as usize * self.width..(node as usize + 1) * self.width];
        list.fill(NONE);
        list.iter_mut().zip(links).for_each(|(to, &link)| *to = link);
    }

    /// The same links as those of an upper layer.
    pub(super) fn to_layer(&self) -> Layer {
        Layer::new((0..self.len() as u32).map(|node| (node, self.of(node).to_vec())).collect())
    }

    fn has_room(&self, node: u32) -> bool {
        self.of(node).len() < self.width
    }

    /// Adds a link, in the place of one that is given up or where there is room.
    fn add(&mut self, node: u32, link: u32, given_up: Option<u32>) {
        let links = self.of(node);
        let at = given_up.and_then(|old| links.iter().position(|&other| other == old)).unwrap_or(links.len());
        self.lists[node as usize * self.width + at] = link;
    }
}

/// The links of some nodes: those of `nodes[i]` are `links[starts[i]..starts[i + 1]]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layer {
    pub(super) nodes: Vec<u32>,
    pub(super) starts: Vec<u32>,
    pub(super) links: Vec<u32>,
}

impl Layer {
    /// From the links of each of its nodes.
    pub(super) fn new(mut lists: Vec<(u32, Vec<u32>)>) -> Self {
        lists.sort_unstable();
        let mut layer = Layer { starts: vec![0], ..Layer::default() };
        for (node, links) in lists {
            layer.nodes.push(node);
            layer.links.extend(links);
            layer.starts.push(layer.links.len() as u32);
        }
        layer
    }

    pub(super) fn lists(&self) -> impl Iterator<Item = (u32, &[u32])> {
        self.nodes.iter().enumerate().map(|(at, &node)| (node, self.links_at(at)))
    }

    fn links_at(&self, at: usize) -> &[u32] {
        &self.links[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    fn links_of(&self, node: u32) -> &[u32] {
        self.nodes.binary_search(&node).map_or(&[], |at| self.links_at(at))
    }
}

/// A graph over nodes `0..n`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Graph {
    /// How wide a walk is, beyond the neighbours wanted.
    pub(super) search_width: usize,
    /// Recall measured with that width, in `[0, 1]`.
    pub(super) recall: f32,
    /// Where searches begin: a node of the last upper layer.
    pub(super) entry: u32,
    /// Sparser layers above the ground, the densest first.
    pub(super) upper: Vec<Layer>,
    pub(super) ground: Links,
}

impl Graph {
    /// The `width` nearest nodes found, nearest first (Algorithm 5 of the paper).
    pub(super) fn search(&self, codes: &Codes, to: Code<'_>, width: usize) -> Vec<u32> {
        if self.ground.len() == 0 {
            return Vec::new();
        }
        self.search_from(codes, to, (self.start(codes, to), width))
    }

    /// The same, from a node that is known to be near what is sought: the ground layer alone, without a way down to it.
    pub(super) fn search_from(&self, codes: &Codes, to: Code<'_>, (start, width): (u32, usize)) -> Vec<u32> {
        walk(codes, to, (start, width), |node| self.ground.of(node))
    }

    /// Where a walk on the ground begins: the node that following the nearest links down the upper layers leads to.
    fn start(&self, codes: &Codes, to: Code<'_>) -> u32 {
        let mut near = vec![0.0];
        codes.similarities(to, &[self.entry], &mut near);
        let mut best = (near[0], self.entry);
        for layer in self.upper.iter().rev() {
            loop {
                let links = layer.links_of(best.1);
                near.resize(links.len(), 0.0);
                codes.touch(links);
                codes.similarities(to, links, &mut near);
                let before = best.1;
                for (&similarity, &node) in near.iter().zip(links) {
                    if similarity > best.0 {
                        best = (similarity, node);
                    }
                }
                if best.1 == before {
                    break;
                }
            }
        }
        best.1
    }

    /// Links every node that cannot be reached from the entry to one that can, near it if a walk of this width finds one. A
    /// bridge that has no room gives up a link that nothing depends on.
    pub(super) fn connect(&mut self, codes: &Codes, width: usize) {
        let nodes = self.ground.len() as u32;
        let mut via = vec![NONE; nodes as usize];
        if nodes > 0 {
            self.reach((self.entry, self.entry), &mut via);
        }
        for node in 0..nodes {
            if via[node as usize] != NONE {
                continue;
            }
            let can_bridge = |&other: &u32| self.ground.has_room(other) || self.spare(other, &via).next().is_some();
            let is_bridge = |other: &u32| via[*other as usize] != NONE && can_bridge(other);
            let closer =
                |a: &u32, b: &u32| codes.similarity(node, *a).total_cmp(&codes.similarity(node, *b)).then(b.cmp(a));
            let by_link = self.ground.of(node).iter().copied().filter(is_bridge).max_by(closer);
            let by_walk = || self.search(codes, codes.code(node), width).into_iter().find(is_bridge);
            // There is one: of all links among nodes that are reached, less than one a node is needed.
            if let Some(bridge) = by_link.or_else(by_walk).or_else(|| (0..nodes).find(is_bridge)) {
                let farther = |a: &u32, b: &u32| {
                    codes.similarity(bridge, *b).total_cmp(&codes.similarity(bridge, *a)).then(a.cmp(b))
                };
                let given_up = self.spare(bridge, &via).max_by(farther).filter(|_| !self.ground.has_room(bridge));
                self.ground.add(bridge, node, given_up);
                self.reach((node, bridge), &mut via);
            }
        }
    }

    /// Links of a node whose ends were first reached from elsewhere.
    fn spare<'g>(&'g self, node: u32, via: &'g [u32]) -> impl Iterator<Item = u32> + 'g {
        self.ground.of(node).iter().copied().filter(move |&link| via[link as usize] != node)
    }

    /// Notes for all that can be reached from a node, and for itself, from which node it was first reached; what has such a
    /// note already is passed over.
    fn reach(&self, (start, from): (u32, u32), via: &mut [u32]) {
        via[start as usize] = from;
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for &link in self.ground.of(node) {
                if via[link as usize] == NONE {
                    via[link as usize] = node;
                    open.push(link);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::rand_core::{RngCore, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::super::build::{build, GraphParams};
    use super::*;
    use crate::vectors::{normalize, Vectors};

    /// Unit rows, each near the direction of its clump.
    fn codes(rows: usize, clumps: usize, spread: f32) -> Codes {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut vectors = Vectors::new(16);
        for row in 0..rows {
            let mut number = || spread * (random.next_u32() as f32 / u32::MAX as f32 - 0.5);
            let mut floats: Vec<f32> = (0..16).map(|_| number()).collect();
            floats[row % clumps] += 1.0;
            assert!(normalize(&mut floats));
            vectors.push(&floats).expect("a unit row");
        }
        Codes::new(&vectors, &(0..rows as u32).collect::<Vec<_>>())
    }

    fn unreached(graph: &Graph) -> usize {
        let mut via = vec![NONE; graph.ground.len()];
        graph.reach((graph.entry, graph.entry), &mut via);
        via.iter().filter(|&&from| from == NONE).count()
    }

    #[test]
    fn every_node_can_be_reached() {
        for rows in [1, 2, 255, 256, 257, 1024, 1025, 5000] {
            let codes = codes(rows, 3, 0.5);
            assert_eq!(unreached(&build(&codes, &GraphParams::default())), 0, "of {rows}");
        }
    }

    #[test]
    fn a_sample_that_is_large_itself_stands_above_the_ground() {
        // One more than 32 times the sample that is inserted node by node.
        let rows = 32 * 4097;
        let codes = codes(rows, 5, 0.8);
        let graph = build(&codes, &GraphParams::default());
        assert_eq!(graph.upper[0].nodes.len(), 4097);
        assert_eq!(graph.upper[1].nodes.len(), 256);
        assert_eq!(unreached(&graph), 0);
        let itself = |&node: &u32| graph.search(&codes, codes.code(node), 32).contains(&node);
        assert!((0..rows as u32).step_by(997).filter(itself).count() * 997 > rows * 9 / 10);
    }

    #[test]
    fn clumps_whose_codes_hardly_differ_hold_together() {
        for (rows, clumps, spread) in [(4000, 2, 1e-3), (4000, 2, 0.0), (4000, 1, 1e-6), (6000, 6, 1e-4)] {
            let graph = build(&codes(rows, clumps, spread), &GraphParams::default());
            assert_eq!(unreached(&graph), 0, "of {rows} in {clumps} clumps");
        }
    }

    #[test]
    fn a_bridge_without_room_gives_up_what_is_not_needed() {
        let codes = codes(4, 2, 0.5);
        let mut graph = Graph { ground: Links::new(4, 1), ..Graph::default() };
        // 0 and 1 hold each other, and have no room; 2 and 3 hang on nothing.
        [(0, 1), (1, 0), (2, 0), (3, 2)].into_iter().for_each(|(node, link)| graph.ground.set(node, &[link]));
        graph.connect(&codes, 4);
        assert_eq!(unreached(&graph), 0);
    }
}
