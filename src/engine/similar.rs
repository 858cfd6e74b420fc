//! Which papers are like a query.

mod ask;
mod many;
mod tell;
mod why;
mod wishes;

use std::collections::BTreeSet;

use crate::error::{Error, Result};
use crate::findings::duplicates::{same_work, Verdict};
use crate::findings::filter::Filter;
use crate::findings::ranking::{diversify, Centre, Mode, Score};
use crate::findings::similar::{Nearness, Ranker, Strategy};
use crate::findings::syntax;
use crate::report;
use crate::vectors::Similarity;

use super::Engine;

pub use many::{Line, Written};

use ask::Resolved;

/// Answers to a query where nothing else is asked.
pub const USUAL_K: usize = 10;

/// Something to be like, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A text.
    Text(String),
    /// A paper of the library.
    Paper(String),
    /// A topic, by its id in `topics` with the number of topics chosen.
    Topic(usize),
    /// A topic, by its id and its papers', for who has found topics without keeping them.
    Group(usize, Vec<String>),
}

/// A subject, and how much it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The subject.
    pub subject: Subject,
    /// Above 0; 1 is usual.
    pub weight: f32,
}

impl From<Subject> for Wish {
    fn from(subject: Subject) -> Self {
        Wish { subject, weight: 1.0 }
    }
}

/// What similar papers are asked with.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Its name among other queries.
    pub id: Option<String>,
    /// Something like these.
    pub like: Vec<Wish>,
    /// And unlike these.
    pub unlike: Vec<Wish>,
    /// What an answer must say.
    pub demands: Filter,
}

impl Query {
    /// Something like all of these.
    pub fn new(like: Vec<Wish>) -> Self {
        Query { id: None, like, unlike: Vec::new(), demands: Filter::All(Vec::new()) }
    }

    /// A text as it is.
    pub fn text(text: impl Into<String>) -> Self {
        Query::new(vec![Subject::Text(text.into()).into()])
    }

    /// A text in which phrases, prefixes, fields and words with a minus are understood.
    pub fn typed(text: &str) -> Self {
        let typed = syntax::parse(text);
        Query { demands: typed.demands, ..Query::text(typed.text) }
    }

    /// Papers of the library: something like all of these.
    pub fn papers<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        Query::new(ids.into_iter().map(|id| Subject::Paper(id.to_owned()).into()).collect())
    }
}

/// How similar papers are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarParams {
    /// Answers wanted, at least 1.
    pub k: usize,
    /// Which part of the query decides.
    pub mode: Mode,
    /// How several examples are joined.
    pub strategy: Strategy,
    /// Which papers may be answered.
    pub filter: Filter,
    /// 0 is the plain order, 1 the most varied.
    pub diversity: f32,
    /// Ids of papers that are known already.
    pub seen: BTreeSet<String>,
    /// Whether versions of one work are answers of their own.
    pub with_versions: bool,
    /// Whether to say why.
    pub with_reasons: bool,
}

impl Default for SimilarParams {
    fn default() -> Self {
        SimilarParams {
            k: USUAL_K,
            mode: Mode::default(),
            strategy: Strategy::default(),
            filter: Filter::All(Vec::new()),
            diversity: 0.0,
            seen: BTreeSet::new(),
            with_versions: false,
            with_reasons: false,
        }
    }
}

impl SimilarParams {
    fn check(&self) -> Result<()> {
        let invalid = |name, value: String, expected: &str| {
            Err(Error::InvalidParameter { name, value, expected: expected.to_owned() })
        };
        if self.k == 0 {
            return invalid("-k", "0".to_owned(), "at least 1");
        }
        if !(0.0..=1.0).contains(&self.diversity) {
            return invalid("--diversity", self.diversity.to_string(), "a number from 0 to 1");
        }
        Ok(())
    }
}

/// A paper that is like the query.
#[derive(Debug, Clone, PartialEq)]
struct Answer {
    score: Score,
    similarity: Similarity,
    /// Rows of its copies and versions, ascending.
    also: Vec<usize>,
}

/// Candidates beyond the last answer that are looked at for versions of the answers.
const LOOKED_AT: usize = 20;

/// The best papers of which varied ones are chosen, in answers wanted, and at least.
const VARIETY_DEPTH: usize = 5;
const FEWEST_FOR_VARIETY: usize = 100;

/// Similarity from which two answers are compared word by word.
const LIKE_VERSIONS: f32 = 0.75;

impl Engine<'_> {
    /// The `k` papers most like a query, copies and versions as one answer; a paper asked with is no answer, nor are its
    /// copies.
    ///
    /// # Errors
    /// [`Error::UnknownPaper`], [`Error::EmptyQuery`], [`Error::InvalidParameter`] if a number is outside its range, and
    /// what loading the library's model says when the query has a text.
    pub fn similar(&self, query: &Query, params: &SimilarParams) -> Result<report::Similar> {
        params.check()?;
        let asked = self.resolve(std::slice::from_ref(query))?.remove(0);
        let passing = self.passing(query, params)?;
        let passes = |row: usize| passing.as_ref().is_none_or(|passing| passing[row]);
        let scores = self.ranker(params)?.rank(&asked.asked, params.k, &passes)?;
        let mut answers = self.answers(&asked, &scores, params)?;
        if answers.len() < params.k && scores.len() < self.ids.len() {
            // Copies took the places of other papers: then every paper is ranked.
            let scores = self.ranker(params)?.rank(&asked.asked, self.ids.len(), &passes)?;
            answers = self.answers(&asked, &scores, params)?;
        }
        self.tell_similar((query, &asked), params, &answers)
    }

    fn ranker(&self, params: &SimilarParams) -> Result<Ranker<'_>> {
        Ok(Ranker {
            vectors: &self.vectors,
            index: self.index()?,
            centre: self.centre()?,
            lengths: &self.lexicon()?.lengths,
            mode: params.mode,
            strategy: params.strategy,
        })
    }

    /// What all papers have in common.
    pub(super) fn centre(&self) -> Result<&Centre> {
        self.made.centre.get_or_make(|| Ok(Centre::of(&self.vectors)))
    }

    /// Which rows may be answered; `None` if all.
    fn passing(&self, query: &Query, params: &SimilarParams) -> Result<Option<Vec<bool>>> {
        let is_free = |filter: &Filter| matches!(filter, Filter::All(parts) if parts.is_empty());
        if is_free(&query.demands) && is_free(&params.filter) && params.seen.is_empty() {
            return Ok(None);
        }
        let both = Filter::All(vec![params.filter.clone(), query.demands.clone()]);
        let mut passing = self.store.passing(&both)?;
        // An id that the library does not have is no fault of a list of what was read.
        for row in params.seen.iter().filter_map(|id| self.row(id).ok()) {
            self.copies.of(row).into_iter().for_each(|copy| passing[copy] = false);
        }
        Ok(Some(passing))
    }

    /// The best `k` works among ranked papers.
    fn answers(&self, asked: &Resolved, scores: &[Score], params: &SimilarParams) -> Result<Vec<Answer>> {
        let folded = asked.asked.rows.iter().filter(|_| !params.with_versions);
        let own: BTreeSet<usize> = folded.map(|&row| self.copies.first(row)).collect();
        let others = scores.iter().filter(|score| !own.contains(&self.copies.first(score.row)));
        let depth = if params.diversity > 0.0 { (VARIETY_DEPTH * params.k).max(FEWEST_FOR_VARIETY) } else { params.k };
        let nearness = Nearness::new(&asked.asked, params.strategy);
        let mut answers: Vec<Answer> = Vec::new();
        let mut beyond = 0;
        for score in others {
            beyond += usize::from(answers.len() == depth);
            if beyond > LOOKED_AT {
                break;
            }
            if let Some(i) = self.same_work(&answers, score.row, params)? {
                answers[i].also.push(score.row);
            } else if answers.len() < depth {
                let similarity = nearness.similarity(self.vectors.row(score.row));
                let copies = if params.with_versions { Vec::new() } else { self.copies.of(score.row) };
                answers.push(Answer { score: *score, similarity, also: copies });
            }
        }
        for answer in &mut answers {
            let own = answer.score.row;
            answer.also.sort_unstable();
            answer.also.dedup();
            answer.also.retain(|&row| row != own);
        }
        Ok(self.varied(answers, params))
    }

    fn varied(&self, mut answers: Vec<Answer>, params: &SimilarParams) -> Vec<Answer> {
        if params.diversity > 0.0 {
            let scores: Vec<Score> = answers.iter().map(|answer| answer.score).collect();
            let order = diversify(&scores, &self.vectors, params.diversity, params.k);
            let mut left = answers;
            let mut take = |row: usize| left.iter().position(|a| a.score.row == row).map(|at| left.swap_remove(at));
            answers = order.iter().filter_map(|score| take(score.row)).collect();
        }
        answers.truncate(params.k);
        answers
    }

    /// The answer that a row is a copy or version of.
    fn same_work(&self, answers: &[Answer], row: usize, params: &SimilarParams) -> Result<Option<usize>> {
        if params.with_versions {
            return Ok(None);
        }
        let first = self.copies.first(row);
        if let Some(copy) = answers.iter().position(|answer| self.copies.first(answer.score.row) == first) {
            return Ok(Some(copy));
        }
        let like = |answer: &Answer| self.vectors.similarity(answer.score.row, row);
        let near: Vec<usize> = (0..answers.len()).filter(|&i| like(&answers[i]).value() >= LIKE_VERSIONS).collect();
        if near.is_empty() {
            return Ok(None);
        }
        let paper = self.paper(row)?;
        let decisions = self.store.decisions()?;
        for i in near {
            let other = self.paper(answers[i].score.row)?;
            let decided = decisions.iter().find(|decision| decision.is_about(&paper.id, &other.id));
            let judged = || same_work(&other, &paper).is_some_and(|judged| judged.verdict == Verdict::Same);
            if decided.map_or_else(judged, |decision| decision.is_same) {
                return Ok(Some(i));
            }
        }
        Ok(None)
    }
}
