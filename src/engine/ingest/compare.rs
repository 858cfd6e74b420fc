//! What of a batch is new, changed or the same.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::paper::{Paper, PaperId};
use crate::report;
use crate::store::{Store, TextHash};

use super::Ingest;

/// What a batch adds to the library.
#[derive(Default)]
pub(super) struct Additions {
    pub(super) papers: BTreeMap<PaperId, Paper>,
    pub(super) texts: BTreeMap<TextHash, String>,
}

impl Ingest<'_> {
    /// Compares with the library as it is at one moment: to look at it anew for every paper would take longer.
    pub(super) fn compare(&mut self, papers: Vec<Paper>) -> Result<Additions> {
        self.store.as_ref().map_or(Ok(()), Store::snapshot)?;
        let compared = self.compare_each(papers);
        let released = self.store.as_ref().map_or(Ok(()), Store::release);
        let additions = compared?;
        released.map(|()| additions)
    }

    /// Counts what is new, changed or the same, and keeps what must be written.
    fn compare_each(&mut self, papers: Vec<Paper>) -> Result<Additions> {
        let mut additions = Additions::default();
        for paper in papers {
            let hash = TextHash::of(&paper);
            let earlier =
                self.seen.insert(beginning(blake3::hash(paper.id.0.as_bytes()).as_bytes()), beginning(&hash.0));
            let known = self.known(&paper, &additions)?;
            // One id and one text are one record, whose first telling in a run counts.
            let is_same =
                known.as_ref().is_some_and(|known| known.is_same_record(&paper)) || earlier == Some(beginning(&hash.0));
            self.report.title_only += usize::from(paper.abstract_text.is_empty());
            match (is_same, known.is_some() || earlier.is_some()) {
                (true, _) => self.report.unchanged += 1,
                (false, true) => self.report.updated += 1,
                (false, false) => self.report.added += 1,
            }
            self.name_if_replaced(&paper, known.as_ref(), earlier);
            let has_vector = additions.texts.contains_key(&hash) || self.has_vector(hash)?;
            let is_lost_in_dry_run = self.params.dry_run && is_same;
            if !has_vector && !is_lost_in_dry_run {
                additions.texts.insert(hash, paper.text());
            }
            // A paper whose vector was lost is written again with it.
            if !is_same || !has_vector {
                additions.papers.insert(paper.id.clone(), paper);
            }
        }
        Ok(additions)
    }

    /// The paper that has this id so far.
    fn known(&self, paper: &Paper, additions: &Additions) -> Result<Option<Paper>> {
        let pending = || self.pending.as_ref().and_then(|pending| pending.find(&paper.id));
        match (additions.papers.get(&paper.id).or_else(pending), &self.store) {
            (Some(pending), _) => Ok(Some(pending.clone())),
            (None, Some(store)) => match store.find(paper.id.as_str()) {
                // What cannot be read is written anew.
                Err(Error::Damaged { .. }) => Ok(None),
                found => found,
            },
            (None, None) => Ok(None),
        }
    }

    /// An id with another text from the same file is an update. From another file, or twice in one run, it may be two
    /// papers that share an id by accident: that is named.
    fn name_if_replaced(&mut self, paper: &Paper, known: Option<&Paper>, earlier: Option<u128>) {
        let Some(known) = known.filter(|known| known.text() != paper.text()) else { return };
        if earlier.is_none() && known.source == paper.source {
            return;
        }
        self.report.replaced.push(report::Replaced {
            id: paper.id.to_string(),
            source: format!("{}:{}", known.source, known.line),
            by: format!("{}:{}", paper.source, paper.line),
        });
    }

    fn has_vector(&self, hash: TextHash) -> Result<bool> {
        if self.pending.as_ref().is_some_and(|pending| pending.has_vector(hash)) {
            return Ok(true);
        }
        self.store.as_ref().map_or(Ok(false), |store| store.has_vector(hash))
    }
}

/// The first 16 bytes of a hash.
fn beginning(hash: &[u8; 32]) -> u128 {
    hash[..16].iter().fold(0, |sum, &byte| sum << 8 | u128::from(byte))
}
