//! One label for each topic, made of its keywords as a person would.

use std::collections::BTreeSet;

use super::coherence::Postings;
use super::keywords::Wording;
use super::{Candidate, Vocabulary};

/// Parts of a label.
const PARTS: usize = 3;

/// Characters of a label to which no third part is added.
const LONG: usize = 28;

/// Weight of recall against precision in how well papers fit a topic: a label should not fit other topics.
const RECALL: f32 = 0.6;

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
    let drafts = keywords.iter().zip(sizes).enumerate().map(|(topic, (keywords, size))| {
        let mut draft = Draft::of(vocabulary, keywords);
        draft.fill(postings, &Fit { topic_of, topic, size });
        draft
    });
    let mut drafts: Vec<Draft> = drafts.collect();
    loop {
        let labels: Vec<String> = drafts.iter().map(|draft| draft.label().to_lowercase()).collect();
        let is_alike = |a: usize| {
            let like = |b: usize| {
                labels[a] == labels[b] || drafts[a].is_part_of(&drafts[b]) || drafts[b].is_part_of(&drafts[a])
            };
            (0..drafts.len()).any(|b| b != a && like(b))
        };
        let alike: Vec<usize> = (0..drafts.len()).filter(|topic| is_alike(*topic)).collect();
        // Topics that would be called alike all get one keyword more, until they run out of keywords.
        let mut grown = false;
        for topic in alike {
            grown |= drafts[topic].grow();
        }
        if !grown {
            return numbered(drafts.iter().map(Draft::label));
        }
    }
}

/// A label in the making.
struct Draft<'a> {
    keywords: &'a [Candidate],
    surfaces: Vec<&'a str>,
    wordings: Vec<Wording<'a>>,
    /// Indices of the keywords that the label is made of.
    parts: Vec<usize>,
}

impl<'a> Draft<'a> {
    fn of(vocabulary: &'a Vocabulary, keywords: &'a [Candidate]) -> Self {
        let surface = |keyword: &Candidate| vocabulary.term(keyword.term).surface.as_str();
        Draft {
            keywords,
            surfaces: keywords.iter().map(surface).collect(),
            wordings: keywords.iter().map(|keyword| Wording::of(vocabulary, keyword)).collect(),
            parts: Vec::new(),
        }
    }

    fn label(&self) -> String {
        self.parts.iter().map(|part| self.surfaces[*part]).collect::<Vec<_>>().join(", ")
    }

    /// Whether a keyword shares words with a part of the label.
    fn repeats(&self, keyword: usize) -> bool {
        self.parts.iter().any(|part| self.wordings[keyword].is_kin(&self.wordings[*part]))
    }

    /// Takes the keywords whose papers, taken together, fit the topic best.
    fn fill(&mut self, postings: &Postings, fit: &Fit) {
        let best_score = self.keywords.iter().map(|keyword| keyword.score).fold(f32::MIN_POSITIVE, f32::max);
        let (mut met, mut reached): (Vec<u32>, f32) = (Vec::new(), 0.0);
        while self.parts.len() < PARTS && (self.parts.len() < 2 || self.label().chars().count() <= LONG) {
            let worth = |at: usize| {
                let papers = postings.papers(self.keywords[at].term);
                let together = fit.of(&union(&met, papers));
                let score = (self.keywords[at].score / best_score).powf(SCORE);
                let words = if self.wordings[at].is_single() { 1.0 } else { SEVERAL_WORDS };
                (at, together, (together - reached + ALONE * fit.of(papers)) * score * words)
            };
            let further = (0..self.keywords.len()).filter(|at| !self.repeats(*at)).map(worth);
            let best = further.min_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
            let Some((best, together, _)) = best else { break };
            // One word alone says little: it gets company if there is any.
            let lonely = self.parts.len() == 1 && self.wordings[self.parts[0]].is_single();
            if !self.parts.is_empty() && !lonely && together < GROWTH * reached {
                break;
            }
            met = union(&met, postings.papers(self.keywords[best].term));
            reached = together;
            self.parts.push(best);
        }
    }

    /// Whether both labels are one term, and this one a part of the other (`language models`, `large language models`).
    fn is_part_of(&self, other: &Draft) -> bool {
        match (&self.parts[..], &other.parts[..]) {
            ([part], [whole]) => other.wordings[*whole].holds(&self.wordings[*part]),
            _ => false,
        }
    }

    /// Adds the first keyword that is not in the label, one that shares no words with it if there is any.
    fn grow(&mut self) -> bool {
        let unused: Vec<usize> = (0..self.keywords.len()).filter(|keyword| !self.parts.contains(keyword)).collect();
        let next = unused.iter().find(|keyword| !self.repeats(**keyword)).or(unused.first());
        // A topic without any keywords stays without a label.
        self.parts.extend(next);
        next.is_some()
    }
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
        let is_hit = |paper: &&u32| self.topic_of.get(**paper as usize) == Some(&self.topic);
        let hits = papers.iter().filter(is_hit).count() as f32;
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
