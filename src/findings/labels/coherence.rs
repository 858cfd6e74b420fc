//! How well the keywords of a topic belong together, and how much topics share.

use std::collections::BTreeSet;

use super::{TermId, TopicTerms, Vocabulary};

/// In which papers each of some terms occurs.
#[derive(Debug)]
pub(super) struct Postings {
    terms: Vec<TermId>,
    papers: Vec<Vec<u32>>,
    collection: usize,
}

impl Postings {
    /// Looks up terms, which may repeat, in all papers.
    pub(super) fn of(vocabulary: &Vocabulary, terms: impl Iterator<Item = TermId>) -> Self {
        let mut terms: Vec<TermId> = terms.collect();
        terms.sort_unstable();
        terms.dedup();
        let mut slots: Vec<Option<u32>> = vec![None; vocabulary.len()];
        for (slot, term) in (0u32..).zip(&terms) {
            slots[*term as usize] = Some(slot);
        }
        let mut papers = vec![Vec::new(); terms.len()];
        for paper in 0..vocabulary.papers() {
            for slot in vocabulary.uses(paper).iter().filter_map(|found| slots[found.term as usize]) {
                papers[slot as usize].push(paper as u32);
            }
        }
        Postings { terms, papers, collection: vocabulary.papers() }
    }

    /// The papers of a term in ascending order; none for a term that was not looked up.
    pub(super) fn papers(&self, term: TermId) -> &[u32] {
        self.terms.binary_search(&term).map_or(&[], |slot| &self.papers[slot])
    }

    /// Normalised pointwise mutual information of two terms by the papers they share, in `[-1, 1]` (Bouma 2009).
    pub(super) fn npmi(&self, a: TermId, b: TermId) -> f32 {
        let (a, b) = (self.papers(a), self.papers(b));
        let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let both = few.iter().filter(|paper| many.binary_search(paper).is_ok()).count();
        if both == 0 {
            return -1.0;
        }
        if both == self.collection {
            return 1.0;
        }
        let share = |papers: usize| (papers as f64 / self.collection as f64).ln();
        let information = share(both) - share(few.len()) - share(many.len());
        (information / -share(both)) as f32
    }
}

/// Coherence of each topic: the mean over pairs of its keywords of their normalised pointwise mutual information, by
/// papers of the collection that have both, in `[-1, 1]` (Bouma 2009; Lau, Newman and Baldwin 2014).
///
/// A topic with fewer than two keywords has 0.
pub fn npmi(vocabulary: &Vocabulary, topics: &[TopicTerms]) -> Vec<f32> {
    let postings = Postings::of(vocabulary, topics.iter().flat_map(|topic| topic.terms.iter().copied()));
    let coherence = |topic: &TopicTerms| {
        let pairs = topic.terms.iter().enumerate().flat_map(|(at, a)| topic.terms[..at].iter().map(move |b| (a, b)));
        let values: Vec<f32> = pairs.map(|(a, b)| postings.npmi(*a, *b)).collect();
        values.iter().sum::<f32>() / values.len().max(1) as f32
    };
    topics.iter().map(coherence).collect()
}

/// C_v coherence of each topic, in `[0, 1]` (Röder, Both and Hinneburg 2015, <https://doi.org/10.1145/2684822.2685324>): each
/// keyword is the list of its NPMI with all keywords, and what counts is the mean cosine of these lists with their sum.
///
/// Where the paper slides a window of 110 words, a whole abstract is one window here. A topic with fewer than two keywords
/// has 0.
pub fn c_v(vocabulary: &Vocabulary, topics: &[TopicTerms]) -> Vec<f32> {
    let postings = Postings::of(vocabulary, topics.iter().flat_map(|topic| topic.terms.iter().copied()));
    let coherence = |topic: &TopicTerms| {
        if topic.terms.len() < 2 {
            return 0.0;
        }
        // Words that never meet say nothing, as in the paper's implementation, rather than the contrary.
        let near = |a: TermId, b: TermId| if a == b { 1.0 } else { postings.npmi(a, b).max(0.0) };
        let lists: Vec<Vec<f32>> =
            topic.terms.iter().map(|&a| topic.terms.iter().map(|&b| near(a, b)).collect()).collect();
        let sum: Vec<f32> = (0..lists.len()).map(|at| lists.iter().map(|list| list[at]).sum()).collect();
        let cosines = lists.iter().map(|list| cosine(list, &sum));
        cosines.sum::<f32>() / lists.len() as f32
    };
    topics.iter().map(coherence).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    product(a, b) / (product(a, a) * product(b, b)).sqrt().max(f32::MIN_POSITIVE)
}

/// Share of the keywords of all topics that are different, in `[0, 1]` (Dieng, Ruiz and Blei 2020); 1 if there are none.
pub fn diversity(topics: &[TopicTerms]) -> f32 {
    let all = topics.iter().map(|topic| topic.terms.len()).sum::<usize>();
    let different: BTreeSet<TermId> = topics.iter().flat_map(|topic| topic.terms.iter().copied()).collect();
    if all == 0 {
        return 1.0;
    }
    different.len() as f32 / all as f32
}
