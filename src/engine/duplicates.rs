//! Which records of the library are the same paper.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::findings::duplicates::{self, Collection, Decided, DuplicateParams, Duplicates, Group, Pair};
use crate::paper::{Paper, PaperId};
use crate::report::{self, rounded};

use super::sealed::{sealed, unsealed};
use super::{Engine, Progress};

/// The name of what was found among the library's cached files.
const DUPLICATES: &str = "duplicates";

impl Engine<'_> {
    /// Records that are the same paper. What the user has decided wins.
    ///
    /// # Errors
    /// [`crate::error::Error::InvalidParameter`] if the least similarity is outside `[-1, 1]`.
    pub fn duplicates(&self, params: &DuplicateParams) -> Result<report::Duplicates> {
        let papers = self.papers()?;
        Ok(self.tell_duplicates(&self.find_duplicates(&papers, params)?))
    }

    /// The same, kept beside the library for the next who asks for it in this state, with these decisions.
    ///
    /// # Errors
    /// As [`Engine::duplicates`].
    pub fn kept_duplicates(&self, params: &DuplicateParams) -> Result<report::Duplicates> {
        let decided: Vec<String> = self.store.decisions()?.iter().map(|decision| format!("{decision:?}")).collect();
        let asked = format!("{} {params:?} {decided:?}", env!("CARGO_PKG_VERSION"));
        let question = *blake3::hash(asked.as_bytes()).as_bytes();
        let kept = self.store.cached(DUPLICATES, self.generation);
        let of_question = |bytes: &[u8]| Some(unsealed(self.state, bytes)?.strip_prefix(question.as_slice())?.to_vec());
        let kept = kept.and_then(|bytes| serde_json::from_slice(&of_question(&bytes)?).ok());
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let found = self.duplicates(params)?;
        let told = serde_json::to_vec(&found).unwrap_or_default();
        // Without the kept file the next run finds them again: no reason to fail.
        let bytes = sealed(self.state, &[question.as_slice(), &told].concat());
        if let Err(error) = self.store.cache(DUPLICATES, self.generation, &bytes) {
            (self.on_progress)(Progress::Notice(format!("the duplicates could not be kept: {error}")));
        }
        Ok(found)
    }

    pub(super) fn find_duplicates(&self, papers: &[Paper], params: &DuplicateParams) -> Result<Duplicates> {
        (self.on_progress)(Progress::Stage("finding duplicates"));
        let collection = Collection { papers, vectors: &self.vectors, index: self.index()? };
        duplicates::find(&collection, params, &self.decided(&self.ids)?)
    }

    /// The decisions about papers among these ids, as rows.
    pub(super) fn decided(&self, ids: &[PaperId]) -> Result<Decided> {
        let row_of: BTreeMap<&PaperId, usize> = ids.iter().enumerate().map(|(row, id)| (id, row)).collect();
        let decisions = self.store.decisions()?;
        let rows = decisions.iter().filter_map(|decision| {
            let (a, b) = (*row_of.get(&decision.a)?, *row_of.get(&decision.b)?);
            Some(((a.min(b), a.max(b)), decision.is_same))
        });
        Ok(rows.collect())
    }

    pub(super) fn tell_duplicates(&self, found: &Duplicates) -> report::Duplicates {
        tell(found, self.ids.len(), &|row| self.id(row))
    }
}

/// Findings as a report. Rows from `known` on belong to another collection.
pub(super) fn tell(found: &Duplicates, known: usize, id: &dyn Fn(usize) -> String) -> report::Duplicates {
    let is_known = |row: &usize| *row < known;
    let group = |group: &Group| {
        let (papers, others): (Vec<usize>, Vec<usize>) = group.papers.iter().partition(|row| is_known(row));
        let names = |rows: &[usize]| rows.iter().map(|&row| id(row)).collect::<Vec<_>>();
        report::Group {
            kind: group.kind.name().into(),
            keep: id(group.keep),
            papers: names(&papers),
            against: (!others.is_empty()).then(|| names(&others)),
            weakest_similarity: rounded(group.weakest_similarity.value()),
            weakest: [id(group.weakest.0), id(group.weakest.1)],
        }
    };
    let pair = |pair: &Pair| report::Pair {
        a: id(pair.a),
        b: id(pair.b),
        kind: pair.kind.name().into(),
        similarity: rounded(pair.similarity.value()),
        text_overlap: rounded(pair.text_overlap),
        verdict: pair.verdict.name().into(),
        reasons: pair.reasons.clone(),
        earlier: pair.earlier.map(id),
    };
    report::Duplicates {
        groups: found.groups.iter().map(group).collect(),
        pairs: found.pairs.iter().map(pair).collect(),
        against: None,
    }
}
