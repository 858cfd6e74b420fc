//! Which papers are like a query: candidates from vectors and from words, ranked together.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::error::Result;
use crate::index::{Filter, Index};
use crate::vectors::{dot, normalize, Similarity, Vectors};

use super::ranking::{add_company, fuse, Centre, Mode, Score, Spread};
use super::words::{bm25, Lengths, Term};

/// Candidates of each kind that a large library is searched for, at least.
const FEWEST_CANDIDATES: usize = 500;

/// Every paper is compared where at most one in so many is not wanted, or passes.
const SCAN_SHARE: usize = 10;

/// Papers that tell how similar a library is to a query as a whole.
const SPREAD_SAMPLE: usize = 2048;

/// Rows that one thread compares at a time.
const ROWS_AT_ONCE: usize = 512;

/// What dislike counts against like (Rocchio's third weight). With three examples each of Cranfield, CISI and MEDLINE, 0.25
/// gave better answers than 0.5, which is Qdrant's, and both better ones than [`Strategy::Best`] on three of four sets.
const AWAY: f32 = 0.25;

/// How several papers that are liked and disliked become one order of answers, as Qdrant's recommendations document it
/// (<https://qdrant.tech/documentation/concepts/explore/>, `average_vector` and `best_score`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Near the mean of what is liked, moved away from the mean of what is not (Rocchio).
    #[default]
    Mean,
    /// Near any of what is liked, and nearer to that than to anything that is not.
    Best,
}

/// A query as the library's parts understand it.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Unit vectors of what is liked, with weights above 0.
    pub like: Vec<(f32, Vec<f32>)>,
    /// The same for what is not.
    pub unlike: Vec<(f32, Vec<f32>)>,
    /// The words of what is liked.
    pub terms: Vec<Term>,
    /// Rows that were asked with, which are no answers.
    pub rows: BTreeSet<usize>,
}

/// How similar a row is to what is liked and disliked.
pub struct Nearness<'a> {
    strategy: Strategy,
    asked: &'a Asked,
    /// Where the mean points.
    direction: Vec<f32>,
    /// The greatest weight of what is liked.
    unit: f32,
}

impl<'a> Nearness<'a> {
    /// Of a query with at least one vector that is liked.
    pub fn new(asked: &'a Asked, strategy: Strategy) -> Self {
        let unit = asked.like.iter().map(|(weight, _)| *weight).fold(f32::MIN_POSITIVE, f32::max);
        Nearness { strategy, asked, direction: direction(asked), unit }
    }

    /// What decides the order.
    fn value(&self, row: &[f32]) -> f32 {
        match self.strategy {
            Strategy::Mean => dot(&self.direction, row),
            Strategy::Best => {
                let (like, unlike) = (best(&self.asked.like, self.unit, row), best(&self.asked.unlike, 1.0, row));
                if self.asked.unlike.is_empty() || like > unlike {
                    like
                } else {
                    -unlike * unlike
                }
            }
        }
    }

    /// The similarity to tell: to the direction, or to the nearest of what is liked.
    pub fn similarity(&self, row: &[f32]) -> Similarity {
        Similarity::new(match self.strategy {
            Strategy::Mean => dot(&self.direction, row),
            Strategy::Best => best(&self.asked.like, self.unit, row),
        })
    }
}

/// The greatest similarity, each times its weight in units of `unit`.
fn best(examples: &[(f32, Vec<f32>)], unit: f32, row: &[f32]) -> f32 {
    examples.iter().map(|(weight, vector)| weight / unit * dot(vector, row)).fold(-1.0, f32::max)
}

/// The mean of what is liked, less a part of what is not, of length 1. The first example if they cancel out.
fn direction(asked: &Asked) -> Vec<f32> {
    let mut sum = mean_of(&asked.like);
    for (weight, away) in &asked.unlike {
        let part = AWAY * weight / asked.unlike.len() as f32;
        sum.iter_mut().zip(away).for_each(|(to, from)| *to -= part * from);
    }
    if normalize(&mut sum) {
        sum
    } else {
        asked.like.first().map(|(_, vector)| vector.clone()).unwrap_or(sum)
    }
}

/// The weighted mean.
fn mean_of(examples: &[(f32, Vec<f32>)]) -> Vec<f32> {
    let mut mean = vec![0.0; examples.first().map_or(0, |(_, vector)| vector.len())];
    let weights: f32 = examples.iter().map(|(weight, _)| weight).sum();
    for (weight, vector) in examples {
        mean.iter_mut().zip(vector).for_each(|(sum, x)| *sum += weight / weights * x);
    }
    mean
}

/// Ranks the papers of a library. Row `i` of all parts is the same paper.
#[derive(Clone, Copy)]
pub struct Ranker<'a> {
    /// Vectors.
    pub vectors: &'a Vectors,
    /// Their index.
    pub index: &'a dyn Index,
    /// What its vectors have in common.
    pub centre: &'a Centre,
    /// Lengths of texts.
    pub lengths: &'a Lengths,
    /// Which part decides.
    pub mode: Mode,
    /// How several examples are joined.
    pub strategy: Strategy,
}

impl Ranker<'_> {
    /// At least the best `k` papers that `passes` lets through, or all of these, best first; papers asked with are none.
    /// In [`Mode::Lexical`] only papers that have a word of the query.
    ///
    /// # Errors
    /// [`crate::error::Error::Dimension`] if the query does not fit the index.
    pub fn rank(&self, asked: &Asked, k: usize, passes: &(dyn Fn(usize) -> bool + Sync)) -> Result<Vec<Score>> {
        let mut words = match self.mode {
            Mode::Dense => Vec::new(),
            Mode::Hybrid | Mode::Lexical => bm25(&asked.terms, self.lengths),
        };
        // A paper asked with has the most of its own words, and is no measure for those of others.
        for &row in asked.rows.iter().filter(|_| self.mode != Mode::Dense) {
            words[row] = 0.0;
        }
        let passes = |row: usize| !asked.rows.contains(&row) && passes(row);
        let nearness = Nearness::new(asked, self.strategy);
        let rows = self.candidates(asked, &words, k, &passes)?;
        let candidates = self.meanings(&nearness, &rows);
        let step = self.vectors.len().div_ceil(SPREAD_SAMPLE).max(1);
        let sampled: Vec<usize> = (0..self.vectors.len()).step_by(step).collect();
        let sample: Vec<f32> = self.meanings(&nearness, &sampled).into_iter().map(|(_, value)| value).collect();
        let mut scores = fuse(&candidates, &words, Spread::of(&sample), self.mode);
        if self.mode == Mode::Hybrid {
            add_company(&mut scores, self.vectors, self.centre);
        }
        Ok(scores)
    }

    /// Rows with what their vectors say, in the order of `rows`.
    fn meanings(&self, nearness: &Nearness<'_>, rows: &[usize]) -> Vec<(usize, f32)> {
        if self.strategy == Strategy::Best {
            let value = |&row: &usize| (row, nearness.value(self.vectors.row(row)));
            return rows.par_iter().with_min_len(ROWS_AT_ONCE).map(value).collect();
        }
        let centred = (self.mode == Mode::Hybrid).then(|| self.centre.to_row(&nearness.direction));
        let meanings = |rows: &[usize]| {
            let mut told = Vec::with_capacity(rows.len());
            self.vectors.compare(&nearness.direction, rows.iter().copied(), |row, cosine| {
                told.push((row, centred.as_ref().map_or(cosine, |centred| centred(row, cosine))));
            });
            told
        };
        rows.par_chunks(ROWS_AT_ONCE).flat_map_iter(meanings).collect()
    }

    /// Rows worth ranking, ascending: all that pass in a small library, for many answers or under a selective filter; else
    /// the nearest by vector and the best by words.
    fn candidates(
        &self,
        asked: &Asked,
        words: &[f32],
        k: usize,
        passes: &(dyn Fn(usize) -> bool + Sync),
    ) -> Result<Vec<usize>> {
        let all = 0..self.vectors.len();
        if self.mode == Mode::Lexical {
            return Ok(all.filter(|&row| words[row] > 0.0 && passes(row)).collect());
        }
        let may_pass: Vec<bool> = all.clone().into_par_iter().with_min_len(2048).map(passes).collect();
        let filter = Filter::new(&may_pass);
        let passing = || all.filter(|&row| filter.passes(row)).collect::<Vec<usize>>();
        let depth = (2 * k).max(FEWEST_CANDIDATES);
        let is_few = filter.passing() * SCAN_SHARE <= self.vectors.len() || depth * SCAN_SHARE >= filter.passing();
        if self.index.is_exact() || is_few {
            return Ok(passing());
        }
        let mut chosen = BTreeSet::new();
        let directions = match self.strategy {
            Strategy::Mean => vec![direction(asked)],
            Strategy::Best => asked.like.iter().map(|(_, vector)| vector.clone()).collect(),
        };
        for vector in directions {
            chosen.extend(self.index.search(&vector, depth, Some(filter))?.into_iter().map(|near| near.row));
        }
        chosen.extend(best_by_words(words, &passing(), depth));
        Ok(chosen.into_iter().collect())
    }
}

/// Of the rows that pass the `depth` with the most words of the query, without those that have none.
fn best_by_words(words: &[f32], passing: &[usize], depth: usize) -> Vec<usize> {
    let worth = |row: usize| words.get(row).copied().unwrap_or_default();
    let mut rows: Vec<usize> = passing.iter().copied().filter(|&row| worth(row) > 0.0).collect();
    if rows.len() > depth {
        rows.select_nth_unstable_by(depth, |&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
        rows.truncate(depth);
    }
    rows
}
