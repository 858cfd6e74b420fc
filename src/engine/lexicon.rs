//! The words of the library, read when they are first asked for and kept for the next query.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Result;
use crate::findings::words::{self, Lengths, Posting, Term};
use crate::store::{Store, Tokens};

use super::Engine;

/// Where the stems of a library stand.
pub(super) struct Lexicon {
    pub(super) lengths: Lengths,
    row_of: HashMap<i64, u32>,
    known: Mutex<Known>,
}

/// Postings that were read.
#[derive(Default)]
struct Known {
    of_stem: HashMap<String, Arc<[Posting]>>,
    /// Of all stems together.
    postings: usize,
}

/// Postings kept at most, of 12 bytes each: a server would keep all of a library in the end.
const MOST_POSTINGS: usize = 1 << 22;

impl Lexicon {
    fn open(store: &Store) -> Result<Self> {
        let row_of = store.keys()?.into_iter().zip(0..).collect();
        Ok(Lexicon { lengths: store.lengths()?, row_of, known: Mutex::default() })
    }

    fn postings(&self, store: &Store, stem: &str) -> Result<Arc<[Posting]>> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().of_stem.get(stem) {
            return Ok(Arc::clone(known));
        }
        let found: Arc<[Posting]> = store.postings(stem, &|key| self.row_of.get(&key).copied())?.into();
        let mut known = lock();
        if known.postings + found.len() > MOST_POSTINGS {
            *known = Known::default();
        }
        if known.of_stem.insert(stem.to_owned(), Arc::clone(&found)).is_none() {
            known.postings += found.len();
        }
        Ok(found)
    }
}

impl Engine<'_> {
    pub(super) fn lexicon(&self) -> Result<&Lexicon> {
        self.made.lexicon.get_or_make(|| Lexicon::open(&self.store))
    }

    /// The terms of a query that tell most, from its stems and how often each was asked for.
    pub(super) fn terms(&self, stems: &[(String, f32)]) -> Result<Vec<Term>> {
        let lexicon = self.lexicon()?;
        let mut terms = Vec::new();
        for (stem, weight) in stems.iter().filter(|(stem, weight)| *weight > 0.0 && !words::is_stop(stem)) {
            let postings = lexicon.postings(&self.store, stem)?;
            terms.push(Term { stem: stem.clone(), weight: *weight, postings });
        }
        Ok(words::most_telling(terms, self.vectors.len()))
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
