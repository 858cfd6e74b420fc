//! A batch whose vectors are there and which is not committed yet.

use crate::embed::ModelIdentity;
use crate::paper::{Paper, PaperId};
use crate::store::{Batch, TextHash};
use crate::vectors::Vectors;

/// As [`Batch`], but its own. To those who compare it is part of the library already.
pub(super) struct Pending {
    pub(super) model: ModelIdentity,
    /// By id, ascending.
    pub(super) papers: Vec<Paper>,
    /// Ascending.
    pub(super) hashes: Vec<TextHash>,
    pub(super) vectors: Vectors,
}

impl Pending {
    pub(super) fn batch(&self) -> Batch<'_> {
        Batch { model: &self.model, papers: &self.papers, hashes: &self.hashes, vectors: &self.vectors }
    }

    /// The paper with this id.
    pub(super) fn find(&self, id: &PaperId) -> Option<&Paper> {
        self.papers.binary_search_by(|paper| paper.id.cmp(id)).ok().map(|at| &self.papers[at])
    }

    /// Whether this text has a vector here.
    pub(super) fn has_vector(&self, hash: TextHash) -> bool {
        self.hashes.binary_search(&hash).is_ok()
    }
}
