//! The words of the library, read when they are first asked for.

use crate::error::Result;
use crate::findings::words::{self, Term};
use crate::store::{Lexicon, Tokens};

use super::Engine;

impl Engine<'_> {
    pub(super) fn lexicon(&self) -> Result<&Lexicon> {
        self.made.lexicon.get_or_make(|| self.store.lexicon())
    }

    /// The terms of a query that tell most, from its stems and how often each was asked for.
    pub(super) fn terms(&self, stems: &[(String, f32)]) -> Result<Vec<Term>> {
        let lexicon = self.lexicon()?;
        let term = |(stem, weight): &(String, f32)| {
            let postings = lexicon.postings(stem).into();
            Term { stem: stem.clone(), weight: *weight, postings }
        };
        let asked = stems.iter().filter(|(_, weight)| *weight > 0.0);
        Ok(words::most_telling(asked.map(term).collect(), self.vectors.len()))
    }
}

/// The stems of several texts in one list, each text's counts multiplied by its weight.
pub(super) fn weighted(texts: &[(f32, &Tokens)]) -> Vec<(String, f32)> {
    let mut sums = std::collections::BTreeMap::<&str, f32>::new();
    for (weight, tokens) in texts {
        for (stem, count) in tokens.iter() {
            *sums.entry(stem).or_default() += weight * *count as f32;
        }
    }
    sums.into_iter().map(|(stem, weight)| (stem.to_owned(), weight)).collect()
}
