//! What sets groups of papers apart: topics and words that they have more often than others ("Fightin' words").

use std::collections::BTreeMap;

use crate::findings::terms::Vocabulary;

/// Papers with the collection's own rates that are mixed into either side, so that a few papers prove nothing.
const PRIOR_PAPERS: f64 = 10.0;

/// Standard deviations on either side of an estimate that hold the truth in 95 of 100 cases.
const NORMAL_95: f64 = 1.96;

/// Papers of a group at least, and groups at most.
const FEWEST_PAPERS: usize = 5;
const MOST_GROUPS: usize = 12;

/// Words told of a group.
const WORDS: usize = 10;

/// Papers that a word must occur in to be compared.
const FEWEST_USES: u32 = 5;

/// How much more often a group has something than all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Papers of the group that have it.
    pub papers: usize,
    /// Natural logarithm of the odds ratio.
    pub log_odds: f64,
    /// Half the width of its 95 % interval.
    pub margin: f64,
}

impl Odds {
    /// Log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008, <https://doi.org/10.1093/pan/mpn018>,
    /// equations 15, 16 and 20), of papers that have something against those that do not: `own` and `all` are pairs of
    /// papers that have it and papers.
    fn of(own: (usize, usize), all: (usize, usize)) -> Self {
        // Half a paper more on either side keeps what all or none have finite.
        let prior = PRIOR_PAPERS * (all.0 as f64 + 0.5) / (all.1 as f64 + 1.0);
        let side =
            |(with, papers): (usize, usize)| (with as f64 + prior, (papers - with) as f64 + PRIOR_PAPERS - prior);
        let (with, without) = side(own);
        let (others_with, others_without) = side((all.0 - own.0, all.1 - own.1));
        let log_odds = (with / without).ln() - (others_with / others_without).ln();
        let variance = 1.0 / with + 1.0 / without + 1.0 / others_with + 1.0 / others_without;
        Odds { papers: own.0, log_odds, margin: NORMAL_95 * variance.sqrt() }
    }

    /// The estimate in its standard deviations.
    fn z(&self) -> f64 {
        NORMAL_95 * self.log_odds / self.margin
    }

    /// Whether the whole interval is above 0.
    fn is_more(&self) -> bool {
        self.log_odds > self.margin
    }
}

/// A group of papers against all others that are in a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// What the group is called.
    pub group: String,
    /// Its papers.
    pub papers: usize,
    /// Topics, what it has more of first.
    pub topics: Vec<(usize, Odds)>,
    /// Words that it has more often, most telling first.
    pub words: Vec<(String, Odds)>,
}

/// Compares groups of nodes, larger ones first; `groups_of[i]` are those of node `i`. Groups of fewer than five papers are
/// none, and of many the twelve largest are told.
pub fn contrast(vocabulary: &Vocabulary, topic_of: &[usize], k: usize, groups_of: &[Vec<String>]) -> Vec<Contrast> {
    let grouped: Vec<usize> = (0..groups_of.len()).filter(|&node| !groups_of[node].is_empty()).collect();
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &node in &grouped {
        groups_of[node].iter().for_each(|group| members.entry(group).or_default().push(node));
    }
    let mut groups: Vec<(&str, Vec<usize>)> =
        members.into_iter().filter(|(_, own)| own.len() >= FEWEST_PAPERS).collect();
    groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    groups.truncate(MOST_GROUPS);
    let all = Tally::of(vocabulary, topic_of, k, &grouped);
    groups
        .into_iter()
        .map(|(group, own)| compared(vocabulary, group, &Tally::of(vocabulary, topic_of, k, &own), &all))
        .collect()
}

/// Compares the nodes of two different topics with each other, however few they are.
pub fn contrast_topics(vocabulary: &Vocabulary, topic_of: &[usize], [a, b]: [usize; 2]) -> [Contrast; 2] {
    let of = |wanted: &dyn Fn(usize) -> bool| -> Tally {
        let nodes: Vec<usize> = (0..topic_of.len()).filter(|&node| wanted(topic_of[node])).collect();
        Tally::of(vocabulary, topic_of, a.max(b) + 1, &nodes)
    };
    let all = of(&|topic| topic == a || topic == b);
    [a, b].map(|own| compared(vocabulary, "", &of(&|topic| topic == own), &all))
}

fn compared(vocabulary: &Vocabulary, group: &str, own: &Tally, all: &Tally) -> Contrast {
    let odds = |own_with: usize, all_with: usize| Odds::of((own_with, own.papers), (all_with, all.papers));
    let mut topics: Vec<(usize, Odds)> =
        (0..own.topics.len()).map(|topic| (topic, odds(own.topics[topic], all.topics[topic]))).collect();
    topics.sort_by(|a, b| b.1.log_odds.total_cmp(&a.1.log_odds).then(a.0.cmp(&b.0)));
    let used = (0..vocabulary.len()).filter(|&term| vocabulary.frequency(term as u32) >= FEWEST_USES);
    let mut words: Vec<(u32, Odds)> = used.map(|term| (term as u32, odds(own.terms[term], all.terms[term]))).collect();
    words.retain(|(_, odds)| odds.is_more());
    words.sort_by(|a, b| b.1.z().total_cmp(&a.1.z()).then(a.0.cmp(&b.0)));
    words.truncate(WORDS);
    let words = words.into_iter().map(|(term, odds)| (vocabulary.term(term).surface.clone(), odds)).collect();
    Contrast { group: group.to_owned(), papers: own.papers, topics, words }
}

/// How many papers have each topic and each term.
struct Tally {
    papers: usize,
    topics: Vec<usize>,
    terms: Vec<usize>,
}

impl Tally {
    fn of(vocabulary: &Vocabulary, topic_of: &[usize], k: usize, nodes: &[usize]) -> Self {
        let mut tally = Tally { papers: nodes.len(), topics: vec![0; k], terms: vec![0; vocabulary.len()] };
        for &node in nodes {
            tally.topics[topic_of[node]] += 1;
            vocabulary.uses(node).iter().for_each(|found| tally.terms[found.term as usize] += 1);
        }
        tally
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_are_drawn_to_nothing_by_few_papers_and_their_interval_narrows_with_many() {
        let few = Odds::of((2, 4), (10, 100));
        let many = Odds::of((200, 400), (1000, 10_000));
        assert!(many.log_odds > few.log_odds && few.log_odds > 0.0);
        assert!(many.margin < few.margin && many.is_more());
        let none = Odds::of((10, 100), (100, 1000));
        assert!(none.log_odds.abs() < 0.05 && !none.is_more());
        assert!(Odds::of((5, 5), (50, 50)).log_odds.is_finite() && Odds::of((0, 5), (0, 50)).log_odds.is_finite());
    }

    #[test]
    fn odds_are_those_of_the_formula() {
        // 30 of 100 papers against 20 of 200, prior 10 papers of rate 50 / 300.
        let prior: f64 = 10.0 * 50.5 / 301.0;
        let wanted = ((30.0 + prior) / (70.0 + 10.0 - prior)).ln() - ((20.0 + prior) / (180.0 + 10.0 - prior)).ln();
        assert!((Odds::of((30, 100), (50, 300)).log_odds - wanted).abs() < 1e-12);
    }
}
