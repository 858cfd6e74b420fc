//! Why a paper is an answer: terms, sentences, and the parts of its score.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use crate::error::Result;
use crate::findings::calibration::Calibration;
use crate::findings::words::share_of;
use crate::paper::{words, Paper};
use crate::report::{self, rounded};
use crate::store::TextHash;
use crate::vectors::{Similarity, Vectors};

use super::super::Engine;
use super::ask::Resolved;
use super::Answer;

/// Terms and pairs of sentences that are told.
const TOLD_TERMS: usize = 8;
const TOLD_SENTENCES: usize = 3;

/// Sentences of a text that are looked at, and the fewest words of one that says something.
const MOST_SENTENCES: usize = 30;
const FEWEST_WORDS: usize = 3;

impl Engine<'_> {
    /// How similar random pairs of papers are: as the library keeps it, or sampled where it was not kept yet.
    pub(in crate::engine) fn calibration(&self) -> Result<&Calibration> {
        self.made.calibration.get_or_make(|| {
            let kept = self.store.calibration(self.generation, &self.model)?;
            Ok(kept.map_or_else(|| Calibration::sample(&self.vectors, &self.copies), Calibration::new))
        })
    }

    /// Keeps how similar random pairs are in this state of the library.
    pub(in crate::engine) fn keep_calibration(&self) -> Result<()> {
        let sample = Calibration::sample(&self.vectors, &self.copies);
        self.store.keep_calibration(self.generation, &self.model, sample.similarities())
    }

    /// Why each answer is one.
    pub(super) fn reasons(&self, resolved: &Resolved, answers: &[Answer]) -> Result<Vec<report::Why>> {
        let papers = answers.iter().map(|answer| self.paper(answer.score.row)).collect::<Result<Vec<Paper>>>()?;
        let asked: Vec<String> = resolved.texts.iter().flat_map(|text| sentences(text)).take(MOST_SENTENCES).collect();
        let asked_vectors = match asked.is_empty() {
            true => Vectors::new(self.vectors.dimension()),
            false => {
                let texts: Vec<&str> = asked.iter().map(String::as_str).collect();
                self.embedder()?.embed_papers(&texts, &|_| ())?
            }
        };
        let vectors = self.sentence_vectors(&papers)?;
        let lengths = &self.lexicon()?.lengths;
        let why = answers.iter().zip(&papers).zip(&vectors).map(|((answer, paper), vectors)| {
            let value = |term: &crate::findings::words::Term| share_of(term, answer.score.row, lengths);
            let mut terms: Vec<(f32, String)> = resolved
                .asked
                .terms
                .iter()
                .map(|term| (value(term), spelled(&term.stem, paper)))
                .filter(|(value, _)| *value > 0.0)
                .collect();
            terms.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            let meaning = answer.score.meaning.max(0.0);
            let sum = (meaning + answer.score.words).max(f32::MIN_POSITIVE);
            report::Why {
                terms: terms.into_iter().take(TOLD_TERMS).map(|(_, term)| term).collect(),
                sentences: met((&asked, &asked_vectors), (&sentences(&paper.text()), vectors)),
                words: rounded(answer.score.words / sum),
                meaning: rounded(meaning / sum),
            }
        });
        Ok(why.collect())
    }

    /// A vector for each sentence of each paper: those that are kept, the others made and then kept.
    fn sentence_vectors(&self, papers: &[Paper]) -> Result<Vec<Vectors>> {
        let mut known: BTreeMap<TextHash, Vectors> = BTreeMap::new();
        let mut missing: BTreeMap<TextHash, Vec<String>> = BTreeMap::new();
        for paper in papers {
            let (hash, sentences) = (TextHash::of(paper), sentences(&paper.text()));
            match self.store.sentence_vectors(hash, &self.model)?.filter(|kept| kept.len() == sentences.len()) {
                Some(kept) => known.entry(hash).or_insert(kept),
                None => {
                    missing.insert(hash, sentences);
                    continue;
                }
            };
        }
        let texts: Vec<&str> = missing.values().flatten().map(String::as_str).collect();
        if !texts.is_empty() {
            let made = self.embedder()?.embed_papers(&texts, &|_| ())?;
            let mut next = 0;
            let mut new = Vec::new();
            for (hash, sentences) in missing {
                let rows: Vec<usize> = (next..next + sentences.len()).collect();
                next += sentences.len();
                new.push((hash, made.select(&rows)));
            }
            // Without the right to write, or while another process writes, they are made again next time.
            let _ = self.store.keep_sentences(&new, &self.model);
            known.extend(new);
        }
        let empty = || Vectors::new(self.vectors.dimension());
        Ok(papers.iter().map(|paper| known.get(&TextHash::of(paper)).cloned().unwrap_or_else(empty)).collect())
    }
}

/// The sentences of a text that have some words.
fn sentences(text: &str) -> Vec<String> {
    let all = text.unicode_sentences().map(str::trim).filter(|sentence| words(sentence).len() >= FEWEST_WORDS);
    all.take(MOST_SENTENCES).map(str::to_owned).collect()
}

/// The pairs of sentences that are most alike, each sentence of the paper once.
fn met((asked, asked_vectors): (&[String], &Vectors), (own, own_vectors): (&[String], &Vectors)) -> Vec<report::Met> {
    let mut pairs: Vec<(Similarity, usize, usize)> = Vec::new();
    for (j, row) in own_vectors.rows().enumerate() {
        let near =
            asked_vectors.rows().enumerate().map(|(i, other)| (Similarity::new(crate::vectors::dot(other, row)), i, j));
        pairs.extend(near.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))));
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let told = |&(similarity, i, j): &(Similarity, usize, usize)| report::Met {
        query: asked[i].clone(),
        paper: own[j].clone(),
        similarity: rounded(similarity.value()),
    };
    pairs.iter().take(TOLD_SENTENCES).map(told).collect()
}

/// The first word of a paper that begins as a stem does, since `similar` reads better than `similar`'s stem; else the stem.
fn spelled(stem: &str, paper: &Paper) -> String {
    let shared = |word: &str| word.bytes().zip(stem.bytes()).take_while(|(a, b)| a == b).count();
    let is_form = |word: &String| shared(word) + 1 >= stem.len() && word.len() <= stem.len() + 5;
    words(&paper.text()).into_iter().find(is_form).unwrap_or_else(|| stem.to_owned())
}
