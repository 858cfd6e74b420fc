//! What topics are found in: the distinct papers of a collection, their words, and the space they are grouped in.

use std::collections::HashMap;

use crate::cluster::{space, Words};
use crate::error::Result;
use crate::findings::terms::Vocabulary;
use crate::paper::{words, Paper};
use crate::vectors::{Distinct, Vectors};

/// Papers that a word must occur in to say how papers hang together.
const FEWEST_PAPERS: u32 = 2;

/// Share of the papers above which a word says nothing.
const MOST_OF_PAPERS: f64 = 0.5;

/// The distinct papers of a collection; a *node* is one of them, and exact copies share one.
#[derive(Debug, Clone)]
pub struct Collection {
    /// Which papers are the same.
    pub distinct: Distinct,
    /// The words of the nodes.
    pub vocabulary: Vocabulary,
    /// The vectors of the nodes.
    pub vectors: Vectors,
    /// The nodes where k-means groups them: see [`space`].
    pub space: Vectors,
}

impl Collection {
    /// Looks at papers; row `i` of `vectors` is `papers[i]`. Only the first `shaping` papers decide on the place of others.
    ///
    /// # Errors
    /// As [`space`].
    pub fn of(papers: &[Paper], vectors: &Vectors, distinct: Distinct, shaping: usize) -> Result<Self> {
        let nodes = distinct.firsts.iter().map(|&row| &papers[row]);
        let texts = nodes.map(|paper| (paper.title.as_str(), paper.abstract_text.as_str()));
        let vocabulary = Vocabulary::from_texts(texts.clone());
        let vectors = vectors.select(&distinct.firsts);
        let shaping = distinct.firsts.partition_point(|&row| row < shaping);
        let space = space(&vectors, &weights(texts), shaping)?;
        Ok(Collection { distinct, vocabulary, vectors, space })
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.vectors.len()
    }

    /// Whether there is no paper.
    pub fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// How many papers each node stands for.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.len()];
        self.distinct.node_of.iter().for_each(|&node| sizes[node] += 1);
        sizes
    }
}

/// For each text its words with their TF-IDF, the term frequency damped by its logarithm, as a row of length 1.
///
/// These are all words, not the terms of the vocabulary: verbs and common nouns tell no reader what a topic is about, but
/// they help to find it, and sequences of words did not.
fn weights<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Words> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut papers_with: Vec<u32> = Vec::new();
    let mut rows: Vec<Words> = Vec::new();
    for (title, abstract_text) in texts {
        let mut met: Vec<u32> = Vec::new();
        for word in words(title).into_iter().chain(words(abstract_text)) {
            let next = numbers.len() as u32;
            met.push(*numbers.entry(word).or_insert(next));
        }
        papers_with.resize(numbers.len(), 0);
        met.sort_unstable();
        let row: Words = met.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as f32)).collect();
        row.iter().for_each(|&(word, _)| papers_with[word as usize] += 1);
        rows.push(row);
    }
    let papers = rows.len() as f64;
    for row in &mut rows {
        row.retain(|&(word, _)| {
            let with = papers_with[word as usize];
            with >= FEWEST_PAPERS && f64::from(with) <= MOST_OF_PAPERS * papers
        });
        for (word, weight) in row.iter_mut() {
            let rarity = ((1.0 + papers) / (1.0 + f64::from(papers_with[*word as usize]))).ln() + 1.0;
            *weight = (1.0 + weight.ln()) * rarity as f32;
        }
        let length = row.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        row.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    rows
}
