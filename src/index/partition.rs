//! Nodes in parts so small that all pairs of a part can be compared: where a graph's links are picked (PiPNN, Rubel et al.
//! 2026, <https://arxiv.org/abs/2602.21247>).
//!
//! Nodes are parted by the nearest of a few leaders, and what is still large is parted again. At first a node goes to several
//! parts, so that near nodes with a border between them meet on one side of another.

use rayon::prelude::*;

use super::codes::Codes;
use super::walk::{node_of, step, Step};

/// Nodes at most of a part in the end. Their codes, 400 kB of 384 dimensions, stay in a core's cache.
const MOST_OF_PART: usize = 1024;

/// Parts that a node goes to at the first parting, at the second, and from then on. With two, three and four at first searches
/// 64 wide found 0.991, 0.992 and 0.995 of the ten nearest of 99,000 abstracts; the fourth took a third more time to build.
const PARTS_PER_NODE: [usize; 3] = [3, 2, 1];

/// Parts that a node is in at most.
pub(super) const MOST_PARTS: usize = 6;

/// Nodes for each leader of the first parting, and its leaders at least.
const NODES_PER_LEADER: usize = 2000;
const FEWEST_LEADERS: usize = 8;

/// Leaders of a parting at most.
const MOST_LEADERS: usize = 1000;

/// The nodes `0..nodes` in parts. A node is in 1 to [`MOST_PARTS`], and a part is in the order of the nodes.
pub(super) fn parts(codes: &Codes, nodes: usize) -> Vec<Vec<u32>> {
    let leaders = (nodes / NODES_PER_LEADER).clamp(FEWEST_LEADERS, MOST_LEADERS);
    parted(codes, (0..nodes as u32).collect(), leaders, 0)
}

fn parted(codes: &Codes, nodes: Vec<u32>, leaders: usize, partings: usize) -> Vec<Vec<u32>> {
    if nodes.len() <= MOST_OF_PART {
        return vec![nodes];
    }
    let of_node = |partings: usize| PARTS_PER_NODE[partings.min(PARTS_PER_NODE.len() - 1)];
    let again = |part: Vec<u32>| {
        // Nodes that leaders do not tell apart are not told apart by more of them.
        if 4 * part.len() > 3 * nodes.len() {
            return part.chunks(MOST_OF_PART).map(<[u32]>::to_vec).collect();
        }
        let copies = of_node(partings + 1);
        // Twice as many as would do if all parts became equal.
        let leaders = (2 * copies * part.len()).div_ceil(MOST_OF_PART).clamp(copies + 1, MOST_LEADERS);
        parted(codes, part, leaders, partings + 1)
    };
    let parts = by_leaders(codes, &nodes, leaders, of_node(partings));
    parts.into_par_iter().flat_map_iter(again).collect()
}

/// A part for each leader: the nodes that have it among their nearest `copies` leaders.
fn by_leaders(codes: &Codes, nodes: &[u32], leaders: usize, copies: usize) -> Vec<Vec<u32>> {
    let leading: Vec<u32> = (0..leaders).map(|leader| nodes[leader * nodes.len() / leaders]).collect();
    let nearest = |(near, steps): &mut (Vec<f32>, Vec<Step>), &node: &u32| -> Vec<u32> {
        codes.similarities(codes.code(node), &leading, near);
        steps.clear();
        steps.extend((0..).zip(near.iter()).map(|(leader, &similarity)| step(similarity, leader)));
        keep_nearest(steps, copies);
        steps.iter().map(|&step| node_of(step)).collect()
    };
    let chosen: Vec<Vec<u32>> =
        nodes.par_iter().map_init(|| (vec![0.0; leaders], Vec::with_capacity(leaders)), nearest).collect();
    let mut parts = vec![Vec::new(); leaders];
    for (&node, leaders) in nodes.iter().zip(&chosen) {
        leaders.iter().for_each(|&leader| parts[leader as usize].push(node));
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// For each node of a part the `k` nearest others of it, in no order.
pub(super) fn neighbors(codes: &Codes, part: &[u32], k: usize) -> Vec<Vec<u32>> {
    let n = part.len();
    let mut table = vec![0.0; n * n];
    let mut near = vec![0.0; n];
    for i in 0..n {
        let near = &mut near[i + 1..];
        codes.similarities(codes.code(part[i]), &part[i + 1..], near);
        table[i * n + i + 1..(i + 1) * n].copy_from_slice(near);
        near.iter().enumerate().for_each(|(after, &similarity)| table[(i + 1 + after) * n + i] = similarity);
    }
    let mut steps = Vec::with_capacity(n);
    let nearest = |i: usize| {
        let others = (0..n).filter(|&j| j != i);
        steps.clear();
        steps.extend(others.map(|j| step(table[i * n + j], part[j])));
        keep_nearest(&mut steps, k);
        steps.iter().map(|&step| node_of(step)).collect()
    };
    (0..n).map(nearest).collect()
}

fn keep_nearest(steps: &mut Vec<Step>, k: usize) {
    if steps.len() > k {
        steps.select_nth_unstable_by(k, |a, b| b.cmp(a));
        steps.truncate(k);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::{normalize, Vectors};

    /// Unit rows: `rest` of each is the same for all.
    fn codes(rows: usize, rest: f32) -> Codes {
        let mut vectors = Vectors::new(8);
        for row in 0..rows {
            let mut floats: Vec<f32> = (0..8).map(|i| rest + ((row * (2 * i + 3) + i) as f32).sin()).collect();
            assert!(normalize(&mut floats));
            vectors.push(&floats).expect("a unit row");
        }
        Codes::new(&vectors, &(0..rows as u32).collect::<Vec<_>>())
    }

    #[test]
    fn every_node_has_a_part_and_no_part_is_too_large() {
        for (rows, rest) in [(0, 0.0), (1, 0.0), (MOST_OF_PART, 0.0), (MOST_OF_PART + 1, 0.0), (9000, 0.0), (9000, 1e9)]
        {
            let codes = codes(rows, rest);
            let parts = parts(&codes, rows);
            let mut counts = vec![0; rows];
            parts.iter().flatten().for_each(|&node| counts[node as usize] += 1);
            assert!(counts.iter().all(|count| (1..=MOST_PARTS).contains(count)), "{rows} rows and {rest}");
            assert!(parts.iter().all(|part| part.len() <= MOST_OF_PART && part.is_sorted()));
        }
    }

    #[test]
    fn the_nearest_of_a_part_are_those_that_sorting_gives() {
        let codes = codes(60, 0.0);
        let part: Vec<u32> = (0..60).step_by(2).collect();
        for (&node, mut near) in part.iter().zip(neighbors(&codes, &part, 5)) {
            let mut all: Vec<u32> = part.iter().copied().filter(|&other| other != node).collect();
            all.sort_by(|&a, &b| codes.similarity(node, b).total_cmp(&codes.similarity(node, a)).then(a.cmp(&b)));
            all.truncate(5);
            all.sort_unstable();
            near.sort_unstable();
            assert_eq!(near, all);
        }
        assert_eq!(neighbors(&codes, &[7], 5), [[0u32; 0]]);
    }
}
