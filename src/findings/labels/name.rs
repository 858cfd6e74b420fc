//! One label for each topic, made of its keywords as a person would.

use std::collections::{BTreeMap, BTreeSet};

use super::coherence::Postings;
use super::keywords::Wording;
use super::{Candidate, Vocabulary};

/// Parts of a label.
const PARTS: usize = 3;

/// Characters of a label to which no third part is added.
const LONG: usize = 28;

/// Weight of recall against precision in how well papers fit a topic: a label should not fit other topics.
const RECALL: f32 = 0.8;

/// What the fit of a part by itself counts beside what it adds to the parts before it.
const ALONE: f32 = 0.3;

/// What a part of several words is worth against one of a single word that fits as well.
const SEVERAL_WORDS: f32 = 1.8;

/// Power of the score as a keyword in the worth of a part.
const SCORE: f32 = 0.3;

/// Growth of the fit from which on a part is added to one that needs no company.
const GROWTH: f32 = 1.1;

/// The labels of topics with these keywords; no two alike in any case of letters.
pub(super) fn labels(
    vocabulary: &Vocabulary,
    topic_of: &[usize],
    postings: &Postings,
    keywords: &[Vec<Candidate>],
) -> Vec<String> {
    let mut sizes = vec![0usize; keywords.len()];
    for topic in topic_of {
        if let Some(size) = sizes.get_mut(*topic) {
            *size += 1;
        }
    }
    let named = keywords.iter().zip(sizes).enumerate().map(|(topic, (keywords, size))| {
        let fit = Fit { topic_of, topic, size };
        parts_of(vocabulary, postings, keywords, &fit)
    });
    let mut parts: Vec<Vec<usize>> = named.collect();
    let write = |topic: usize, parts: &[usize]| {
        let surface = |part: &usize| vocabulary.term(keywords[topic][*part].term).surface.as_str();
        parts.iter().map(surface).collect::<Vec<_>>().join(", ")
    };
    // Topics that would be called alike all get one keyword more, until they run out of keywords.
    for _ in 0..keywords.iter().map(Vec::len).max().unwrap_or(0) {
        for topic in alike(parts.iter().enumerate().map(|(topic, parts)| write(topic, parts))) {
            let unused = (0..keywords[topic].len()).find(|keyword| !parts[topic].contains(keyword));
            parts[topic].extend(unused);
        }
    }
    numbered(parts.iter().enumerate().map(|(topic, parts)| write(topic, parts)))
}

/// How well sets of papers fit a topic.
struct Fit<'a> {
    topic_of: &'a [usize],
    topic: usize,
    size: usize,
}

impl Fit<'_> {
    /// F-measure of papers as a guess at the topic, in `[0, 1]`.
    fn of(&self, papers: &[u32]) -> f32 {
        let hits =
            papers.iter().filter(|paper| self.topic_of.get(**paper as usize) == Some(&self.topic)).count() as f32;
        let weighted = RECALL * RECALL * self.size as f32 + papers.len() as f32;
        (1.0 + RECALL * RECALL) * hits / weighted.max(1.0)
    }
}

/// The papers in either of two ascending lists, ascending.
fn union(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut union = [a, b].concat();
    union.sort_unstable();
    union.dedup();
    union
}

/// Indices of the keywords that make a label: those whose papers, taken together, fit the topic best.
fn parts_of(vocabulary: &Vocabulary, postings: &Postings, keywords: &[Candidate], fit: &Fit) -> Vec<usize> {
    let wordings: Vec<Wording> = keywords.iter().map(|keyword| Wording::of(vocabulary, keyword)).collect();
    let length = |part: &usize| vocabulary.term(keywords[*part].term).surface.chars().count();
    let best_score = keywords.iter().map(|keyword| keyword.score).fold(f32::MIN_POSITIVE, f32::max);
    let mut parts: Vec<usize> = Vec::new();
    let (mut met, mut reached): (Vec<u32>, f32) = (Vec::new(), 0.0);
    while parts.len() < PARTS && (parts.len() < 2 || parts.iter().map(length).sum::<usize>() <= LONG) {
        let worth = |at: usize| {
            let papers = postings.papers(keywords[at].term);
            let together = fit.of(&union(&met, papers));
            let score = (keywords[at].score / best_score).powf(SCORE);
            let words = if wordings[at].is_single() { 1.0 } else { SEVERAL_WORDS };
            (at, together, (together - reached + ALONE * fit.of(papers)) * score * words)
        };
        let differs = |at: &usize| !parts.iter().any(|part| wordings[*at].is_kin(&wordings[*part]));
        let further = (0..keywords.len()).filter(differs).map(worth);
        let Some((best, together, _)) = further.min_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0))) else { break };
        // One word alone says little: it always gets company if there is any.
        let lone_word = parts.len() == 1 && wordings[parts[0]].is_single();
        if !parts.is_empty() && !lone_word && together < GROWTH * reached {
            break;
        }
        met = union(&met, postings.papers(keywords[best].term));
        reached = together;
        parts.push(best);
    }
    parts
}

/// Indices of labels that another one equals, whatever the case of letters; an empty one equals none.
fn alike(labels: impl Iterator<Item = String>) -> Vec<usize> {
    let mut same: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (topic, label) in labels.enumerate().filter(|(_, label)| !label.is_empty()) {
        same.entry(label.to_lowercase()).or_default().push(topic);
    }
    same.into_values().filter(|topics| topics.len() > 1).flatten().collect()
}

/// Calls what has no label `Topic N`, and tells labels that are still alike apart by `(2)`, `(3)`.
fn numbered(labels: impl Iterator<Item = String>) -> Vec<String> {
    let mut used: BTreeSet<String> = BTreeSet::new();
    let unique = labels.enumerate().map(|(topic, label)| {
        let label = if label.is_empty() { format!("Topic {}", topic + 1) } else { label };
        let mut unique = label.clone();
        let mut nth = 1;
        while !used.insert(unique.to_lowercase()) {
            nth += 1;
            unique = format!("{label} ({nth})");
        }
        unique
    });
    unique.collect()
}
