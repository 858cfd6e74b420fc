//! What of another collection is in the library, and what is new in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::corpus::{Corpus, ReadOptions, Record};
use crate::error::Result;
use crate::findings::duplicates::{self, Collection, Decided, DuplicateParams, Verdict};
use crate::paper::{Paper, PaperId};
use crate::report;
use crate::store::TextHash;
use crate::vectors::Vectors;

use super::duplicates::tell;
use super::{check_model, model_to_load, Engine, Progress, Remainder};

/// Another collection compared with the library.
pub struct Compared {
    /// What of it is in the library.
    pub found: report::Duplicates,
    /// Its papers that are not there, by id: neither surely nor to be looked at.
    pub new: Remainder,
}

impl Engine<'_> {
    /// Finds what of these files is in the library. Nothing is added to it.
    ///
    /// # Errors
    /// What reading the files says, what loading the library's model says, and as [`Engine::duplicates`].
    pub fn against(&self, paths: &[PathBuf], params: &DuplicateParams) -> Result<Compared> {
        let known = self.ids.len();
        let mut papers = self.papers()?;
        let others = self.read_others(paths)?;
        let vectors = self.vectors_with(&papers, &others)?;
        papers.extend(others);
        (self.on_progress)(Progress::Stage("finding duplicates"));
        let collection = Collection { papers: &papers, vectors: &vectors, index: self.index()? };
        let found = duplicates::find(&collection, params, &self.decided_across(&papers[known..])?)?;
        let rows = |verdict: Verdict| {
            let pairs = found.pairs.iter().filter(move |pair| pair.verdict == verdict);
            pairs.map(|pair| pair.b).collect::<BTreeSet<usize>>()
        };
        let in_groups = found.groups.iter().flat_map(|group| group.papers.iter().copied()).filter(|&row| row >= known);
        let same: BTreeSet<usize> = in_groups.collect();
        let doubtful = rows(Verdict::Review);
        let is_new = |row: &usize| !same.contains(row) && !doubtful.contains(row);
        let rows: Vec<usize> = (known..papers.len()).filter(is_new).collect();
        let new = Remainder {
            papers: rows.iter().map(|&row| papers[row].clone()).collect(),
            vectors: vectors.select(&rows),
            stands_for: vec![Vec::new(); rows.len()],
        };
        let mut found = tell(&found, known, &|row| papers[row].id.to_string());
        found.against = Some(report::Against { papers: papers.len() - known, found: same.len(), new: rows.len() });
        Ok(Compared { found, new })
    }

    /// The papers of the files, by id; of two with one id the later.
    fn read_others(&self, paths: &[PathBuf]) -> Result<Vec<Paper>> {
        let corpus = Corpus::open(paths, &ReadOptions { format: None, map: &[] })?;
        let mut papers: BTreeMap<PaperId, Paper> = BTreeMap::new();
        let mut skipped = 0;
        corpus.read(&mut |record| {
            match record {
                Record::Paper(paper) => drop(papers.insert(paper.id.clone(), *paper)),
                Record::Skipped(_) => skipped += 1,
            }
            Ok(())
        })?;
        if skipped > 0 {
            (self.on_progress)(Progress::Notice(format!("{skipped} records that cannot be used were left out")));
        }
        Ok(papers.into_values().collect())
    }

    /// The library's vectors, then those of the others; a text that the library has is not embedded again.
    fn vectors_with(&self, papers: &[Paper], others: &[Paper]) -> Result<Vectors> {
        let row_of: BTreeMap<TextHash, usize> =
            papers.iter().enumerate().map(|(row, paper)| (TextHash::of(paper), row)).collect();
        let mut texts: BTreeMap<TextHash, String> = BTreeMap::new();
        for paper in others.iter().filter(|paper| !row_of.contains_key(&TextHash::of(paper))) {
            texts.insert(TextHash::of(paper), paper.text());
        }
        let mut embedded = Vectors::new(self.model.dimension);
        if !texts.is_empty() {
            let embedder = self.settings.load_model(&model_to_load(&self.model), self.on_progress)?;
            check_model(&self.settings.library, &self.model, embedder.identity())?;
            let texts: Vec<&str> = texts.values().map(String::as_str).collect();
            let read = texts.len();
            let progress = |done| (self.on_progress)(Progress::Embedding { done, read, expected: Some(read) });
            embedded = embedder.embed_papers(&texts, &progress)?;
        }
        let new: BTreeMap<TextHash, usize> = texts.into_keys().zip(0..).collect();
        let mut vectors = (*self.vectors).clone();
        for hash in others.iter().map(TextHash::of) {
            match (row_of.get(&hash), new.get(&hash)) {
                (Some(&row), _) => vectors.push(self.vectors.row(row))?,
                (None, Some(&row)) => vectors.push(embedded.row(row))?,
                (None, None) => {}
            }
        }
        Ok(vectors)
    }

    /// The decisions about a paper of the library and one of the others.
    fn decided_across(&self, others: &[Paper]) -> Result<Decided> {
        let known = self.ids.len();
        let row_of = |id: &PaperId| self.ids.binary_search(id).ok();
        let other_of = |id: &PaperId| others.binary_search_by(|paper| paper.id.cmp(id)).ok().map(|row| known + row);
        let mut decided = Decided::new();
        for decision in self.store.decisions()? {
            let ways = [(&decision.a, &decision.b), (&decision.b, &decision.a)];
            let pairs = ways.into_iter().filter_map(|(a, b)| Some((row_of(a)?, other_of(b)?)));
            decided.extend(pairs.map(|pair| (pair, decision.is_same)));
        }
        Ok(decided)
    }
}
