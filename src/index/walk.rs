//! A walk through the links of a graph towards a vector (Algorithm 2 of Malkov and Yashunin 2016).

use std::cell::RefCell;

use super::codes::{Code, Codes};

/// A node on the way, greatest for the nearest: its similarity in 32 bits whose order is that of the numbers, its number
/// with all bits turned, so that the smaller number comes first, and [`OPEN`].
pub(super) type Step = u64;

/// Set in a step whose links are still to be looked at.
const OPEN: Step = 1;

/// Nodes that steps can tell apart.
pub(super) const MOST_NODES: usize = 1 << 31;

pub(super) fn step(similarity: f32, node: u32) -> Step {
    let bits = similarity.to_bits();
    let ordered = if bits >> 31 == 0 { bits | 1 << 31 } else { !bits };
    u64::from(ordered) << 32 | u64::from(!node << 1) | OPEN
}

pub(super) fn node_of(step: Step) -> u32 {
    !(step as u32) >> 1 & (MOST_NODES as u32 - 1)
}

/// What a walk writes to, kept from one to the next.
#[derive(Default)]
struct Notes {
    /// For each node the last walk that came by.
    seen: Vec<u32>,
    walk: u32,
    /// Nearest first, at most as many as the walk is wide.
    beam: Vec<Step>,
    fresh: Vec<u32>,
    near: Vec<f32>,
}

thread_local! {
    static NOTES: RefCell<Notes> = RefCell::default();
}

/// The `width` nearest nodes found from `start`, nearest first, then by node.
pub(super) fn walk<'l>(
    codes: &Codes,
    to: Code<'_>,
    (start, width): (u32, usize),
    links_of: impl Fn(u32) -> &'l [u32],
) -> Vec<u32> {
    NOTES.with_borrow_mut(|notes| {
        notes.begin(codes.len());
        notes.fresh.push(start);
        notes.seen[start as usize] = notes.walk;
        notes.add_fresh(codes, to, width);
        let mut next = 0;
        while let Some(at) = (next..notes.beam.len()).find(|&at| notes.beam[at] & OPEN != 0) {
            notes.beam[at] &= !OPEN;
            notes.gather(links_of(node_of(notes.beam[at])));
            next = notes.add_fresh(codes, to, width).min(at + 1);
        }
        notes.beam.iter().map(|&step| node_of(step)).collect()
    })
}

impl Notes {
    fn begin(&mut self, nodes: usize) {
        if self.seen.len() < nodes {
            self.seen.resize(nodes, 0);
        }
        self.walk = self.walk.wrapping_add(1);
        if self.walk == 0 {
            self.seen.fill(0);
            self.walk = 1;
        }
        self.beam.clear();
        self.fresh.clear();
    }

    /// Takes the links that this walk has not seen.
    fn gather(&mut self, links: &[u32]) {
        self.fresh.clear();
        for &node in links {
            if std::mem::replace(&mut self.seen[node as usize], self.walk) != self.walk {
                self.fresh.push(node);
            }
        }
    }

    /// Puts the fresh nodes into the beam as far as they are near enough; the foremost place that one of them got.
    fn add_fresh(&mut self, codes: &Codes, to: Code<'_>, width: usize) -> usize {
        self.near.resize(self.fresh.len(), 0.0);
        codes.touch(&self.fresh);
        codes.similarities(to, &self.fresh, &mut self.near);
        let mut foremost = self.beam.len();
        for (&node, &similarity) in self.fresh.iter().zip(&self.near) {
            let step = step(similarity, node);
            if self.beam.len() >= width {
                if self.beam.last().is_none_or(|&last| step < last) {
                    continue;
                }
                self.beam.pop();
            }
            let at = self.beam.partition_point(|&other| other > step);
            self.beam.insert(at, step);
            foremost = foremost.min(at);
        }
        foremost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_in_the_order_of_answers() {
        let steps = [(1.0, 7), (0.5, 0), (0.5, 1), (0.5, MOST_NODES as u32 - 1), (0.0, 3), (-0.0, 2), (-0.25, 9)];
        let as_steps: Vec<Step> = steps.iter().map(|&(similarity, node)| step(similarity, node)).collect();
        assert!(as_steps.windows(2).all(|pair| pair[0] > pair[1]));
        assert!(as_steps
            .iter()
            .zip(steps)
            .all(|(&step, (_, node))| node_of(step) == node && node_of(step & !OPEN) == node));
    }
}
