//! Broader groups of topics: a tree over them, cut where it reads well.

use crate::cluster::merges;
use crate::vectors::Vectors;

use super::members::Centres;
use super::{Collection, Grouping, Topic};
use crate::findings::labels::label_topics;

/// Numbers of groups that a level may have: few for the broadest, more for the one below. Each is cut where the next join
/// would bring together what is least alike against the join before.
const RANGES: [(usize, usize); 2] = [(2, 7), (8, 20)];

/// Topics against the groups of a level at least; with fewer a level tells nothing new.
const TOPICS_PER_GROUP: usize = 2;

/// Topics brought together.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Groups by the number of their papers, largest first.
    pub groups: Vec<Group>,
}

/// A group of topics.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// What sets it apart from the other groups of its level; the topic's own label where there is one topic.
    pub label: String,
    /// Its topics, ascending.
    pub topics: Vec<usize>,
    /// Its papers.
    pub size: usize,
}

/// The levels over topics, broadest first; none over few topics.
pub(super) fn levels(collection: &Collection, grouping: &Grouping, centres: &Centres, topics: &[Topic]) -> Vec<Level> {
    let leaves: Vec<usize> = centres.directions().map(|(topic, _)| topic).collect();
    let mut directions = Vectors::new(collection.vectors.dimension());
    for (_, direction) in centres.directions() {
        if directions.push(direction).is_err() {
            return Vec::new();
        }
    }
    let joins = merges(&directions);
    let k = leaves.len();
    // `g` groups are left before join `k - g`; what that join gives away is how much less alike its sides are.
    let loss = |g: usize| joins[k - g - 1].similarity - joins[k - g].similarity;
    let cut = |(from, to): (usize, usize)| {
        let fitting = (from..=to.min(k / TOPICS_PER_GROUP)).filter(|&g| g > 1 && g < k);
        fitting.max_by(|&a, &b| loss(a).total_cmp(&loss(b)).then(b.cmp(&a)))
    };
    let cuts = RANGES.into_iter().filter_map(cut);
    let parts = cuts.map(|groups| {
        let mut group_of: Vec<usize> = (0..k).collect();
        for (step, join) in joins.iter().take(k - groups).enumerate() {
            let is_joined = |group: &usize| *group == join.a || *group == join.b;
            group_of.iter_mut().filter(|group| is_joined(group)).for_each(|group| *group = k + step);
        }
        level(collection, grouping, topics, &leaves.iter().copied().zip(group_of).collect::<Vec<_>>())
    });
    parts.collect()
}

/// Names groups; `group_of` gives pairs of a topic and its group.
fn level(collection: &Collection, grouping: &Grouping, topics: &[Topic], group_of: &[(usize, usize)]) -> Level {
    let mut names: Vec<usize> = group_of.iter().map(|(_, group)| *group).collect();
    names.sort_unstable();
    names.dedup();
    let mut place = vec![usize::MAX; grouping.k];
    for &(topic, group) in group_of {
        place[topic] = names.binary_search(&group).unwrap_or(usize::MAX);
    }
    let nodes: Vec<usize> = grouping.topic_of.iter().map(|&topic| place[topic]).collect();
    let terms = label_topics(&collection.vocabulary, &nodes, names.len());
    let groups = terms.into_iter().enumerate().map(|(group, terms)| {
        let own: Vec<usize> = (0..grouping.k).filter(|&topic| place[topic] == group).collect();
        let label = match own[..] {
            [topic] => topics[topic].label.clone(),
            _ => terms.label,
        };
        Group { label, size: own.iter().map(|&topic| topics[topic].papers.len()).sum(), topics: own }
    });
    let mut groups: Vec<Group> = groups.collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.size), group.topics[0]));
    Level { groups }
}
