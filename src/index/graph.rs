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

    fn add(&mut self, node: u32, link: u32) {
        let at = node as usize * self.width + self.of(node).len();
        self.lists[at] = link;
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

    /// Links every node that cannot be reached from the entry to one that can, among those that a walk of this width finds
    /// if there is room for a link: of a million nodes thousands want one, and a look at all takes 50 ms.
    pub(super) fn connect(&mut self, codes: &Codes, width: usize) {
        let nodes = self.ground.len() as u32;
        let mut reached = vec![false; nodes as usize];
        if nodes > 0 {
            self.reach(self.entry, &mut reached);
        }
        for node in 0..nodes {
            if reached[node as usize] {
                continue;
            }
            let is_bridge = |&other: &u32| reached[other as usize] && self.ground.has_room(other);
            let closer =
                |a: &u32, b: &u32| codes.similarity(node, *a).total_cmp(&codes.similarity(node, *b)).then(b.cmp(a));
            let by_link = self.ground.of(node).iter().copied().filter(is_bridge).max_by(closer);
            let by_walk = || self.search(codes, codes.code(node), width).into_iter().find(is_bridge);
            if let Some(bridge) = by_link.or_else(by_walk).or_else(|| (0..nodes).filter(is_bridge).max_by(closer)) {
                self.ground.add(bridge, node);
                self.reach(node, &mut reached);
            }
        }
    }

    /// Marks all that can be reached from `start` through links of nodes that bear no mark yet; in which order.
    fn reach(&self, start: u32, reached: &mut [bool]) -> Vec<u32> {
        let mut order = vec![start];
        reached[start as usize] = true;
        let mut at = 0;
        while let Some(&node) = order.get(at) {
            for &link in self.ground.of(node) {
                if !std::mem::replace(&mut reached[link as usize], true) {
                    order.push(link);
                }
            }
            at += 1;
        }
        order
    }
}
