//! Many queries in one go.

use rayon::prelude::*;

use crate::error::Result;
use crate::findings::ranking::Score;
use crate::report::{self, Report};

use super::super::{Engine, Progress};
use super::ask::has_word;
use super::tell::told;
use super::{Query, SimilarParams, Subject};

/// Queries that are answered and told together.
const CHUNK: usize = 64;

/// What is written of each query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Answers with all that is known of them.
    Answers,
    /// Ids and scores alone, copies not folded.
    Run,
}

/// A query of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its name.
    pub id: String,
    /// What it asks with.
    pub subject: Subject,
    /// Where it stands in its list, from 1.
    pub line: u64,
}

impl Line {
    /// The paper it asks with.
    pub fn paper(&self) -> Option<&str> {
        match &self.subject {
            Subject::Paper(id) => Some(id),
            Subject::Text(_) | Subject::Topic(_) | Subject::Group(..) => None,
        }
    }
}

impl Engine<'_> {
    /// Answers queries in order, and hands them on in parts as they are done. A text without words has no answers.
    ///
    /// # Errors
    /// As [`Engine::similar`], and what `tell` returns.
    pub fn similar_many(
        &self,
        lines: &[Line],
        params: &SimilarParams,
        written: Written,
        tell: &mut dyn FnMut(Report) -> Result<()>,
    ) -> Result<()> {
        params.check()?;
        let is_asking = |line: &Line| !matches!(&line.subject, Subject::Text(text) if !has_word(text));
        for line in lines.iter().filter(|line| !is_asking(line)) {
            (self.on_progress)(Progress::Notice(format!("query '{}' has no words, and so no answers", line.id)));
        }
        let query = |line: &Line| Query { id: Some(line.id.clone()), ..Query::new(vec![line.subject.clone().into()]) };
        for chunk in lines.chunks(CHUNK) {
            let queries: Vec<Query> = chunk.iter().filter(|line| is_asking(line)).map(query).collect();
            let answered = if queries.is_empty() { None } else { Some(self.answer_chunk(&queries, params, written)?) };
            let mut answers = match answered {
                Some(Report::Answers(answers)) => answers.into_iter(),
                Some(run) => {
                    tell(run)?;
                    continue;
                }
                None => Vec::new().into_iter(),
            };
            if written == Written::Answers {
                let nothing = |line: &Line| report::Similar { query: told(&query(line), params), results: Vec::new() };
                let answer = |line: &Line| if is_asking(line) { answers.next() } else { Some(nothing(line)) };
                tell(Report::Answers(chunk.iter().filter_map(answer).collect()))?;
            }
        }
        Ok(())
    }

    /// The order of papers for a query, copies not folded.
    ///
    /// # Errors
    /// As [`Engine::similar`].
    pub fn ranking(&self, query: &Query, params: &SimilarParams) -> Result<report::Ranking> {
        params.check()?;
        let scores = self.rank_chunk(std::slice::from_ref(query), params)?.remove(0);
        Ok(self.tell_ranking(query, &scores, params))
    }

    fn tell_ranking(&self, query: &Query, scores: &[Score], params: &SimilarParams) -> report::Ranking {
        report::Ranking {
            query: query.id.clone().unwrap_or_else(|| "1".to_owned()),
            papers: scores.iter().take(params.k).map(|s| (self.id(s.row), f64::from(s.total))).collect(),
        }
    }

    /// The best `k` for every paper of the library: a graph of neighbours, in which copies are nodes of their own.
    ///
    /// # Errors
    /// As [`Engine::similar`].
    pub fn neighbour_graph(&self, params: &SimilarParams) -> Result<report::Graph> {
        params.check()?;
        let mut edges = Vec::new();
        for start in (0..self.ids.len()).step_by(CHUNK) {
            let rows = start..(start + CHUNK).min(self.ids.len());
            let queries: Vec<Query> = rows.clone().map(|row| Query::papers([self.ids[row].as_str()])).collect();
            for (row, scores) in rows.zip(self.rank_chunk(&queries, params)?) {
                edges.extend(scores.iter().take(params.k).enumerate().map(|(i, score)| report::Edge {
                    source: self.id(row),
                    target: self.id(score.row),
                    rank: i + 1,
                    similarity: report::rounded(self.vectors.similarity(row, score.row).value()),
                }));
            }
        }
        let papers = self.papers()?;
        let node = |paper: crate::paper::Paper| report::Node { id: paper.id.0, title: paper.title, year: paper.year };
        Ok(report::Graph { nodes: papers.into_iter().map(node).collect(), edges })
    }

    fn rank_chunk(&self, queries: &[Query], params: &SimilarParams) -> Result<Vec<Vec<Score>>> {
        let resolved = self.resolve(queries)?;
        let ranker = self.ranker(params)?;
        let passing = match queries.first() {
            Some(query) => self.passing(query, params)?,
            None => None,
        };
        let passes = |row: usize| passing.as_ref().is_none_or(|passing| passing[row]);
        let asked: Vec<_> = resolved.into_iter().map(|resolved| resolved.asked).collect();
        asked.par_iter().map(|asked| ranker.rank(asked, params.k, &passes)).collect()
    }

    fn answer_chunk(&self, queries: &[Query], params: &SimilarParams, written: Written) -> Result<Report> {
        if written == Written::Run {
            let scores = self.rank_chunk(queries, params)?;
            let run = queries.iter().zip(&scores).map(|(query, scores)| self.tell_ranking(query, scores, params));
            return Ok(Report::Run(run.collect()));
        }
        let resolved = self.resolve(queries)?;
        let ranker = self.ranker(params)?;
        let passing = self.passing(&queries[0], params)?;
        let passes = |row: usize| passing.as_ref().is_none_or(|passing| passing[row]);
        let asked: Vec<_> = resolved.iter().map(|resolved| &resolved.asked).collect();
        let scores: Vec<Vec<Score>> =
            asked.par_iter().map(|asked| ranker.rank(asked, params.k, &passes)).collect::<Result<_>>()?;
        let told = queries.iter().zip(&resolved).zip(&scores).map(|((query, resolved), scores)| {
            let answers = self.answers(resolved, scores, params)?;
            self.tell_similar((query, resolved), params, &answers)
        });
        told.collect::<Result<_>>().map(Report::Answers)
    }
}
