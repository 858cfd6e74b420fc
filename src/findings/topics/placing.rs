//! Papers from outside, placed in the topics of a collection.

use crate::cluster::Groups;
use crate::vectors::Similarity;

use super::members::Centres;
use super::Collection;

/// A paper that was placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Its topic.
    pub topic: usize,
    /// Similarity to the mean direction of the topic's papers.
    pub strength: Similarity,
    /// The topic it is nearest to beside its own, if it is about as near.
    pub second: Option<(usize, Similarity)>,
    /// Whether it is as near to its topic as 19 of 20 of the topic's own papers.
    pub is_fit: bool,
}

/// Places every node as it would have been placed among those whose topic, `0..k`, is known.
pub fn place(collection: &Collection, known: &[Option<usize>], k: usize) -> Vec<Placed> {
    let own: Vec<usize> = (0..collection.len()).filter(|&node| known[node].is_some()).collect();
    let topic_of: Vec<usize> = own.iter().filter_map(|&node| known[node]).collect();
    let centres = Centres::of(&collection.vectors.select(&own), &topic_of, k);
    let groups = Groups::of(&collection.space, known, k);
    let placed = |node: usize| {
        let (nearest, near) = groups.nearest(collection.space.row(node));
        let topic = known[node].unwrap_or(nearest);
        let (strength, second) = centres.place(collection.vectors.row(node), topic);
        Placed { topic, strength, second, is_fit: groups.fits(topic, near) }
    };
    (0..collection.len()).map(placed).collect()
}
