//! Who belongs to a topic: how strongly, what else it is near to, who stands for it, and who is odd.

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::vectors::{dot, Similarity, Vectors};

use super::{Collection, Member};

/// Papers shown for a topic.
const REPRESENTATIVES: usize = 3;

/// Papers nearest to the centre among which representatives are chosen.
const REPRESENTATIVE_POOL: usize = 15;

/// How much being unlike the representatives already chosen counts beside being central, in `[0, 1]`.
const VARIETY: f32 = 0.3;

/// A paper that is nearer to its own topic than to another by no more than this similarity is on the border.
const BORDER: f32 = 0.02;

/// Quartile distances below the lower quartile at which a similarity is an outlier (Tukey 1977).
const FENCE: f32 = 1.5;

/// Papers below which quartiles say nothing.
const FEWEST: usize = 20;

/// The mean directions of topics.
#[derive(Debug)]
pub(super) struct Centres(Vec<Option<Vec<f32>>>);

impl Centres {
    pub(super) fn of(vectors: &Vectors, topic_of: &[usize], k: usize) -> Self {
        Centres(super::centres(vectors, topic_of, k))
    }

    fn similarity(&self, topic: usize, row: &[f32]) -> Similarity {
        self.0[topic].as_deref().map_or(Similarity::default(), |centre| Similarity::new(dot(centre, row)))
    }

    /// How near two topics are; `None` where one has no direction.
    pub(super) fn between(&self, a: usize, b: usize) -> Option<Similarity> {
        let (a, b) = (self.0[a].as_deref()?, self.0[b].as_deref()?);
        Some(Similarity::new(dot(a, b)))
    }

    /// The direction of each topic that has one, with the topic.
    pub(super) fn directions(&self) -> impl Iterator<Item = (usize, &[f32])> {
        self.0.iter().enumerate().filter_map(|(topic, centre)| Some((topic, centre.as_deref()?)))
    }

    /// The other topics that have a direction, nearest first, then by number.
    pub(super) fn others(&self, topic: usize) -> Vec<(usize, Similarity)> {
        let others = (0..self.0.len()).filter(|&other| other != topic);
        let mut near: Vec<_> = others.filter_map(|other| Some((other, self.between(topic, other)?))).collect();
        near.sort_by_key(|&(other, similarity)| (Reverse(similarity), other));
        near
    }

    /// How near a row is to its topic, and the other topic that it is about as near to.
    pub(super) fn place(&self, row: &[f32], topic: usize) -> (Similarity, Option<(usize, Similarity)>) {
        let strength = self.similarity(topic, row);
        let others = self.directions().filter(|&(other, _)| other != topic);
        let second = others.map(|(other, centre)| (other, Similarity::new(dot(centre, row))));
        let second = second.max_by_key(|&(other, near)| (near, Reverse(other)));
        (strength, second.filter(|(_, near)| near.value() >= strength.value() - BORDER))
    }

    /// The papers of each topic, strongest first, then by row.
    pub(super) fn members(&self, collection: &Collection, topic_of: &[usize]) -> Vec<Vec<Member>> {
        let placed = |node: usize| self.place(collection.vectors.row(node), topic_of[node]);
        let nodes: Vec<_> = (0..collection.len()).into_par_iter().map(placed).collect();
        let mut members: Vec<Vec<Member>> = vec![Vec::new(); self.0.len()];
        for (row, &node) in collection.distinct.node_of.iter().enumerate() {
            let (strength, second) = nodes[node];
            members[topic_of[node]].push(Member { row, strength, second });
        }
        members.iter_mut().for_each(|papers| papers.sort_by_key(|member| (Reverse(member.strength), member.row)));
        members
    }
}

/// From which similarity on a paper is not odd.
#[derive(Debug)]
pub(super) struct Oddness {
    floor: f32,
}

impl Oddness {
    /// The lower fence over all papers of their similarity to the nearest topic.
    pub(super) fn of(members: &[Vec<Member>]) -> Self {
        let mut near: Vec<f32> = members.iter().flatten().map(nearest).collect();
        if near.len() < FEWEST {
            return Oddness { floor: f32::NEG_INFINITY };
        }
        near.sort_by(f32::total_cmp);
        let (lower, upper) = (near[near.len() / 4], near[3 * near.len() / 4]);
        Oddness { floor: lower - FENCE * (upper - lower) }
    }

    /// The rows of a topic that are far from every topic, farthest first.
    pub(super) fn of_topic(&self, papers: &[Member]) -> Vec<usize> {
        papers.iter().rev().filter(|member| nearest(member) < self.floor).map(|member| member.row).collect()
    }
}

fn nearest(member: &Member) -> f32 {
    member.second.map_or(member.strength, |(_, second)| second.max(member.strength)).value()
}

/// Central papers that are not too alike (maximal marginal relevance, Carbonell and Goldstein 1998); no two copies.
pub(super) fn representatives(collection: &Collection, members: &[Member]) -> Vec<usize> {
    let distinct = &collection.distinct;
    let firsts = members.iter().filter(|member| distinct.firsts[distinct.node_of[member.row]] == member.row);
    let nodes = firsts.map(|member| (distinct.node_of[member.row], member.strength));
    let mut pool: Vec<(usize, Similarity)> = nodes.take(REPRESENTATIVE_POOL).collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < REPRESENTATIVES && !pool.is_empty() {
        let worth = |&(node, strength): &(usize, Similarity)| {
            let alike = chosen.iter().map(|&other| collection.vectors.similarity(node, other).value());
            (1.0 - VARIETY) * strength.value() - VARIETY * alike.fold(0.0, f32::max)
        };
        let best = (0..pool.len()).max_by(|&a, &b| worth(&pool[a]).total_cmp(&worth(&pool[b])).then(b.cmp(&a)));
        if let Some(best) = best {
            chosen.push(pool.remove(best).0);
        }
    }
    chosen.into_iter().map(|node| distinct.firsts[node]).collect()
}
