//! Keywords and a label for each topic: the terms that set its papers apart from all others.
//!
//! [`candidates`] scores terms by a class-based TF-IDF, [`choose`] picks ten that differ and belong together and
//! makes a label of them. In between, a caller may score the candidates anew, by closeness to a centroid say.

mod coherence;
mod keywords;
mod name;

use std::cmp::Ordering;

pub use coherence::{c_v, diversity, npmi};

use super::terms::{TermId, Vocabulary};
use coherence::Postings;

/// Candidates kept for each topic.
const CANDIDATES: usize = 80;

/// Papers of the average of all topics that are mixed into each topic, so that two papers do not make a rate.
const PRIOR_PAPERS: f32 = 3.0;

/// Power of the share of a term's rate that is the topic's own; 0 is plain class-based TF-IDF.
const DISTINCTION: f32 = 1.5;

/// Share of its own that a term is granted which sets nothing apart, so that it comes last but can come.
const LEAST_DISTINCTION: f32 = 0.02;

/// What a term of several words is worth against a single word with the same rate.
const SEVERAL_WORDS: f32 = 1.3;

/// What a paper that has a term e times adds to one that has it once.
const REPEATED: f32 = 0.5;

/// One paper, in the unit of [`Count::weight`]. Sums of integers do not depend on the order of papers and topics.
const WHOLE: f32 = 4096.0;

/// Units of a mean weight a paper in one of [`Count::weight`].
const FINE: u64 = 1 << 20;

/// A term that may stand for a topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The term.
    pub term: TermId,
    /// How well it sets the topic apart, above 0, greater is better; comparable within a topic.
    pub score: f32,
    /// Papers of the topic that have it, at least 1.
    pub papers: u32,
}

/// What a topic is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicTerms {
    /// One term, or two or three with `, ` between them; never empty, no two of a run alike in any case of letters.
    pub label: String,
    /// At most ten terms in their commonest written form, most telling first.
    pub keywords: Vec<String>,
    /// The terms of the keywords.
    pub terms: Vec<TermId>,
}

/// Keywords and labels of topics `0..k`; `topic_of[i]` is the topic of paper `i`, and one of `k` and more is none.
///
/// A topic without terms is called `Topic N`, counted from 1.
pub fn label_topics(vocabulary: &Vocabulary, topic_of: &[usize], k: usize) -> Vec<TopicTerms> {
    choose(vocabulary, topic_of, &candidates(vocabulary, topic_of, k))
}

/// The best candidates of each topic, best first, then by term.
///
/// The score is the class-based TF-IDF of BERTopic (Grootendorst 2022, arXiv:2203.05794, equation 1), with rates a
/// paper in place of counts a class, so that large topics do not outweigh small ones, times the share of the rate that
/// papers outside the topic do not have, which keeps out what the whole collection says.
pub fn candidates(vocabulary: &Vocabulary, topic_of: &[usize], k: usize) -> Vec<Vec<Candidate>> {
    let tallies = tallies(vocabulary, topic_of, k);
    let mut rates = vec![0u64; vocabulary.len()];
    for tally in &tallies {
        tally.terms.iter().for_each(|count| rates[count.term as usize] += count.weight * FINE / tally.papers);
    }
    let used = tallies.iter().filter(|tally| tally.papers > 0).count().max(1);
    let mean_rate = (rates.iter().sum::<u64>() as f64 / used as f64) as f32;
    let scored = tallies.iter().map(|tally| {
        let score = |count: &Count| Candidate {
            term: count.term,
            score: tally.score(count, vocabulary, mean_rate / rates[count.term as usize].max(1) as f32),
            papers: count.papers,
        };
        let mut scored: Vec<Candidate> = tally.terms.iter().map(score).collect();
        scored.sort_by(better);
        scored.truncate(CANDIDATES);
        scored
    });
    scored.collect()
}

/// Chooses keywords and labels from candidates, those of topic `t` at index `t`.
pub fn choose(vocabulary: &Vocabulary, topic_of: &[usize], candidates: &[Vec<Candidate>]) -> Vec<TopicTerms> {
    let postings = Postings::of(vocabulary, candidates.iter().flatten().map(|candidate| candidate.term));
    let chosen: Vec<Vec<Candidate>> =
        candidates.iter().map(|candidates| keywords::choose(vocabulary, &postings, candidates)).collect();
    let labels = name::labels(vocabulary, topic_of, &postings, &chosen);
    let named = chosen.iter().zip(labels).map(|(chosen, label)| {
        let terms: Vec<TermId> = chosen.iter().map(|candidate| candidate.term).collect();
        let keywords = terms.iter().map(|term| vocabulary.term(*term).surface.clone()).collect();
        TopicTerms { label, keywords, terms }
    });
    named.collect()
}

/// Greater score first, then alphabetically.
fn better(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(a.term.cmp(&b.term))
}

/// The terms of one topic.
#[derive(Debug, Default)]
struct Tally {
    papers: u64,
    terms: Vec<Count>,
}

/// One term in one topic.
#[derive(Debug, Clone, Copy)]
struct Count {
    term: TermId,
    papers: u32,
    /// Its papers, [`WHOLE`] each and somewhat more the oftener they have it.
    weight: u64,
}

impl Tally {
    /// The score of a term; `rarity` is the mean rate of a topic's terms against that of this one in all topics.
    fn score(&self, count: &Count, vocabulary: &Vocabulary, rarity: f32) -> f32 {
        let (size, collection) = (self.papers as f32, vocabulary.papers() as f32);
        let (papers, frequency) = (count.papers as f32, vocabulary.frequency(count.term) as f32);
        let prior = PRIOR_PAPERS * frequency / collection;
        let inside = (papers + prior) / (size + PRIOR_PAPERS);
        let outside = (frequency - papers + prior) / (collection - size + PRIOR_PAPERS);
        let own = (1.0 - outside / inside).max(LEAST_DISTINCTION);
        let rate = (count.weight as f32 / WHOLE + prior) / (size + PRIOR_PAPERS);
        let several = vocabulary.term(count.term).normal.contains(' ');
        rate * rarity.ln_1p() * own.powf(DISTINCTION) * if several { SEVERAL_WORDS } else { 1.0 }
    }
}

/// Counts the terms of each topic, in ascending order.
fn tallies(vocabulary: &Vocabulary, topic_of: &[usize], k: usize) -> Vec<Tally> {
    let mut papers_of: Vec<Vec<usize>> = vec![Vec::new(); k];
    for (paper, topic) in topic_of.iter().enumerate().take(vocabulary.papers()).filter(|(_, topic)| **topic < k) {
        papers_of[*topic].push(paper);
    }
    let mut counts = vec![(0u32, 0u64); vocabulary.len()];
    let tally = |papers: Vec<usize>| {
        let mut met: Vec<TermId> = Vec::new();
        for found in papers.iter().flat_map(|paper| vocabulary.uses(*paper)) {
            let (papers, weight) = &mut counts[found.term as usize];
            if *papers == 0 {
                met.push(found.term);
            }
            *papers += 1;
            *weight += (WHOLE * (1.0 + REPEATED * (found.times as f32).ln())) as u64;
        }
        met.sort_unstable();
        let terms = met.into_iter().map(|term| {
            let (papers, weight) = std::mem::take(&mut counts[term as usize]);
            Count { term, papers, weight }
        });
        Tally { papers: papers.len() as u64, terms: terms.collect() }
    };
    papers_of.into_iter().map(tally).collect()
}

#[cfg(test)]
mod tests;
