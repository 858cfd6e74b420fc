//! Which records of the library are the same paper.

use crate::error::Result;
use crate::findings::duplicates::{self, DuplicateParams, Duplicates, Group, Pair};
use crate::paper::Paper;
use crate::report::{self, rounded};

use super::{Engine, Progress};

impl Engine<'_> {
    /// Records that are the same paper.
    ///
    /// # Errors
    /// [`crate::error::Error::InvalidParameter`] if the least similarity is outside `[-1, 1]`.
    pub fn duplicates(&self, params: &DuplicateParams) -> Result<report::Duplicates> {
        let papers = self.papers()?;
        Ok(self.tell_duplicates(&self.find_duplicates(&papers, params)?))
    }

    pub(super) fn find_duplicates(&self, papers: &[Paper], params: &DuplicateParams) -> Result<Duplicates> {
        (self.on_progress)(Progress::Stage("finding duplicates"));
        duplicates::find(papers, &self.vectors, self.index()?, &self.copies, params)
    }

    pub(super) fn tell_duplicates(&self, found: &Duplicates) -> report::Duplicates {
        let group = |group: &Group| report::Group {
            kind: group.kind.name(),
            keep: self.id(group.keep),
            papers: self.names(&group.papers),
            weakest_similarity: rounded(group.weakest_similarity.value()),
        };
        let pair = |pair: &Pair| report::Pair {
            a: self.id(pair.a),
            b: self.id(pair.b),
            kind: pair.kind.name(),
            similarity: rounded(pair.similarity.value()),
            text_overlap: rounded(pair.text_overlap),
            verdict: pair.verdict.name(),
            reasons: pair.reasons.clone(),
        };
        report::Duplicates {
            groups: found.groups.iter().map(group).collect(),
            pairs: found.pairs.iter().map(pair).collect(),
        }
    }
}
