//! A paper made ready to be compared, so that the work for it is done once.

use rayon::prelude::*;

use crate::paper::{ExactKey, Paper};

use super::names::{self, Name};
use super::place::Place;
use super::titles::Title;
use super::words;

/// Fewest words of an abstract that make its overlap worth something.
const FEWEST_WORDS: usize = 20;

/// Titles under which a run of words stands from which on it is taken for boilerplate, which says nothing of two papers.
/// Copies of one paper share its title, so that many of them do not make boilerplate of their text.
const BOILERPLATE_TITLES: usize = 10;

/// Word runs are looked at in parts, by so many of their first bits: all at once they take 2.4 kB a paper.
const PART_BITS: u32 = 5;

/// A paper, ready to be compared.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) title: Title,
    pub(super) authors: Vec<Name>,
    pub(super) place: Place,
    /// Hashes of the runs of words of the abstract, ascending.
    pub(super) runs: Vec<u64>,
    /// Words of the abstract.
    pub(super) length: usize,
    /// The same for the same words; `None` where these are too few, or a title that many papers have.
    pub(super) exact: Option<ExactKey>,
}

impl Record {
    pub(super) fn of(paper: &Paper) -> Self {
        let body = words::hashes(&paper.abstract_text);
        let title = Title::of(&paper.title);
        // "Letter to the editor" is the text of many papers.
        let is_telling = !body.is_empty() || title.is_telling();
        Record {
            exact: paper.exact_key().filter(|_| is_telling),
            title,
            authors: names::names(&paper.authors),
            place: Place::of(paper),
            runs: words::runs(&body),
            length: body.len(),
        }
    }

    /// Whether the abstract is long enough to be compared.
    pub(super) fn has_text(&self) -> bool {
        self.length >= FEWEST_WORDS
    }

    /// Share of the word runs of the shorter abstract that the other has too, in `[0, 1]`; `None` if one is too short.
    pub(super) fn overlap(&self, other: &Record) -> Option<f32> {
        if !self.has_text() || !other.has_text() {
            return None;
        }
        let shorter = self.runs.len().min(other.runs.len());
        Some(words::in_both(&self.runs, &other.runs) as f32 / shorter.max(1) as f32)
    }
}

/// Takes word runs that stand under many titles out of all records.
pub(super) fn drop_boilerplate(records: &mut [Record]) {
    let titles: Vec<u64> = records.par_iter().map(|record| words::hash(record.title.letters().as_bytes())).collect();
    let many = |part: u64| {
        let least = part << (u64::BITS - PART_BITS);
        let most = least | u64::MAX >> PART_BITS;
        let mut seen: Vec<(u64, u64)> = Vec::new();
        for (record, &title) in records.iter().zip(&titles) {
            let (from, to) =
                (record.runs.partition_point(|&run| run < least), record.runs.partition_point(|&run| run <= most));
            seen.extend(record.runs[from..to].iter().map(|&run| (run, title)));
        }
        seen.sort_unstable();
        seen.dedup();
        let many = seen.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() >= BOILERPLATE_TITLES);
        many.map(|same| same[0].0).collect::<Vec<u64>>()
    };
    let boilerplate = (0..1 << PART_BITS).into_par_iter().map(many).collect::<Vec<_>>().concat();
    records.par_iter_mut().for_each(|record| record.runs.retain(|run| boilerplate.binary_search(run).is_err()));
}
