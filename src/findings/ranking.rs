//! The order of answers: meaning and words together, then the company that a paper keeps among the best.

use rayon::prelude::*;

use crate::vectors::{dot, Vectors};

/// What a paper gets for having the most words of the query, in standard deviations of similarity: this times the root of
/// how many deviations of BM25 it stands above the library's mean, so that words count for more where they set one paper
/// apart; and at most that. On the development sets 1.3 to 1.45 did about as well.
const WORDS_WEIGHT: f32 = 1.4;
const MOST_FOR_WORDS: f32 = 6.0;

/// The part of the library's mean that is taken off every vector: what all papers have in common tells none from another.
/// 0.4 and 0.5 did about as well on the development sets; all of it gained on one and lost on two.
const CENTRED: f32 = 0.4;

/// The best papers whose neighbours among each other are looked at. 100 and 400 did as well.
const POOL: usize = 200;

/// Neighbours of each of them, and what their mean counts. 5 to 20 and 0.3 to 0.6 did as well.
const NEIGHBORS: usize = 10;
const NEIGHBORS_WEIGHT: f32 = 0.5;

/// Which part of a query decides the order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Meaning and words.
    #[default]
    Hybrid,
    /// Meaning alone: the cosine of vectors.
    Dense,
    /// Words alone: BM25.
    Lexical,
}

/// What speaks for a paper, and the sum that decides its place.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Score {
    /// Row of the paper.
    pub row: usize,
    /// The sum; greater is better. Comparable within one answer only.
    pub total: f32,
    /// From its vector.
    pub meaning: f32,
    /// From its words, at least 0.
    pub words: f32,
}

/// How similar the papers of a library are to a query as a whole: what its similarities are measured with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    mean: f32,
    deviation: f32,
}

impl Spread {
    /// Of the similarities of a query to papers drawn without regard to it.
    pub fn of(similarities: &[f32]) -> Self {
        let n = similarities.len().max(1) as f32;
        let mean = similarities.iter().sum::<f32>() / n;
        let variance = similarities.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / n;
        Spread { mean, deviation: variance.sqrt().max(1e-6) }
    }

    /// What stands as far above another mean as `value` does above this one.
    pub fn shifted(self, value: f32, to: Spread) -> f32 {
        to.mean + value - self.mean
    }
}

/// Vectors as they are seen from a part of the library's mean, without a second copy of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Centre {
    mean: Vec<f32>,
    /// The mean's squared length.
    square: f32,
    /// For each row its dot product with the mean.
    along: Vec<f32>,
}

impl Centre {
    /// Of a library.
    pub fn of(vectors: &Vectors) -> Self {
        let n = vectors.len().max(1) as f32;
        let mut mean = vec![0.0; vectors.dimension()];
        vectors.rows().for_each(|row| mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x));
        mean.iter_mut().for_each(|sum| *sum /= n);
        let along = |row: &[f32]| dot(row, &mean);
        let along = vectors.as_slice().par_chunks_exact(vectors.dimension()).with_min_len(1024).map(along).collect();
        Centre { square: dot(&mean, &mean), mean, along }
    }

    /// The cosine of two unit vectors so seen, from their own cosine and their dot products with the mean.
    fn cosine(&self, cosine: f32, along_a: f32, along_b: f32) -> f32 {
        let shared = CENTRED * CENTRED * self.square;
        let length = |along: f32| (1.0 - 2.0 * CENTRED * along + shared).max(1e-9).sqrt();
        (cosine - CENTRED * (along_a + along_b) + shared) / (length(along_a) * length(along_b))
    }

    /// The cosine of a unit vector and a row so seen, by their own cosine.
    pub fn to_row(&self, vector: &[f32]) -> impl Fn(usize, f32) -> f32 + Sync + '_ {
        let along = dot(vector, &self.mean);
        move |row, cosine| self.cosine(cosine, along, self.along[row])
    }
}

/// What the best of these words is worth, in standard deviations of similarity.
fn worth_of_words(words: &[f32], best: f32) -> f32 {
    let spread = Spread::of(words);
    (WORDS_WEIGHT * ((best - spread.mean).max(0.0) / spread.deviation).sqrt()).min(MOST_FOR_WORDS)
}

/// Joins similarity and words of each candidate: the similarity as so many standard deviations above the library's mean,
/// the words (one number for each row of the library) as a share of the best (Lee 1997, "Analyses of multiple evidence combination", for both kinds of scaling).
/// Sorted, best first, equals by row.
///
/// On the development sets this gained 0.01 nDCG@10 over reciprocal rank fusion, since it keeps how far apart papers are.
pub fn fuse(candidates: &[(usize, f32)], words: &[f32], spread: Spread, mode: Mode) -> Vec<Score> {
    let best = words.iter().copied().fold(0.0, f32::max).max(1e-9);
    let weight = worth_of_words(words, best);
    let score = |&(row, similarity): &(usize, f32)| {
        let words = words.get(row).copied().unwrap_or_default();
        let meaning = if mode == Mode::Lexical { 0.0 } else { (similarity - spread.mean) / spread.deviation };
        let share = weight * words / best;
        let total = match mode {
            Mode::Hybrid => meaning + share,
            Mode::Dense => similarity,
            Mode::Lexical => words,
        };
        Score { row, total, meaning, words: share }
    };
    let mut scores: Vec<Score> = candidates.iter().map(score).collect();
    sort(&mut scores);
    scores
}

/// Adds to the best papers what their neighbours among each other got: papers on one subject come up together (the
/// cluster hypothesis; score regularisation of Diaz 2005, <https://doi.org/10.1145/1099554.1099722>, over one pool).
pub fn add_company(scores: &mut [Score], vectors: &Vectors, centre: &Centre) {
    let pool = &scores[..scores.len().min(POOL)];
    if pool.len() < 2 {
        return;
    }
    let company: Vec<f32> = (0..pool.len()).into_par_iter().map(|i| company_of(i, pool, vectors, centre)).collect();
    let added = company.len();
    for (score, company) in scores.iter_mut().zip(company) {
        score.total += NEIGHBORS_WEIGHT * company;
    }
    // The rest keep their own company, so that the two parts stay comparable.
    for score in &mut scores[added..] {
        score.total += NEIGHBORS_WEIGHT * score.total;
    }
    sort(scores);
}

/// The mean of what the nearest of the pool got, near ones counting more.
fn company_of(i: usize, pool: &[Score], vectors: &Vectors, centre: &Centre) -> f32 {
    let own = pool[i].row;
    let mut near: Vec<(f32, usize)> = Vec::with_capacity(pool.len());
    let to_own = centre.to_row(vectors.row(own));
    let mut other = 0;
    vectors.compare(vectors.row(own), pool.iter().map(|score| score.row), |row, cosine| {
        if other != i {
            near.push((to_own(row, cosine), other));
        }
        other += 1;
    });
    let order = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if near.len() > NEIGHBORS {
        near.select_nth_unstable_by(NEIGHBORS - 1, order);
        near.truncate(NEIGHBORS);
    }
    near.sort_unstable_by(order);
    let weight = |similarity: f32| similarity.max(1e-3).powi(2);
    let weights: f32 = near.iter().map(|near| weight(near.0)).sum();
    near.iter().map(|near| weight(near.0) * pool[near.1].total).sum::<f32>() / weights.max(1e-9)
}

fn sort(scores: &mut [Score]) {
    scores.sort_unstable_by(|a, b| b.total.total_cmp(&a.total).then(a.row.cmp(&b.row)));
}

/// Orders the best `k` anew so that they differ from each other: maximal marginal relevance (Carbonell and Goldstein
/// 1998, <https://doi.org/10.1145/290941.291025>). `diversity` 0 changes nothing; at 1 each next paper is the one least
/// like those before it, whatever it got.
pub fn diversify(scores: &[Score], vectors: &Vectors, diversity: f32, k: usize) -> Vec<Score> {
    let (Some(first), Some(last)) = (scores.first(), scores.last()) else { return Vec::new() };
    let range = (first.total - last.total).max(1e-9);
    let mut left: Vec<(Score, f32)> = scores.iter().map(|&score| (score, 0.0)).collect();
    let mut chosen: Vec<Score> = Vec::new();
    while chosen.len() < k && !left.is_empty() {
        let value = |&(score, nearest): &(Score, f32)| {
            (1.0 - diversity) * (score.total - last.total) / range - diversity * nearest
        };
        // The first of equals, which is the better one.
        let next = (1..left.len()).fold(0, |best, i| if value(&left[i]) > value(&left[best]) { i } else { best });
        let (taken, _) = left.remove(next);
        let own = vectors.row(taken.row);
        let is_first = chosen.is_empty();
        left.par_iter_mut().for_each(|(score, nearest)| {
            let similarity = dot(own, vectors.row(score.row));
            *nearest = if is_first { similarity } else { nearest.max(similarity) };
        });
        chosen.push(taken);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::normalize;

    fn vectors(rows: &[[f32; 2]]) -> Vectors {
        let mut vectors = Vectors::new(2);
        for row in rows {
            let mut row = row.to_vec();
            assert!(normalize(&mut row));
            vectors.push(&row).expect("a unit row");
        }
        vectors
    }

    fn rows(scores: &[Score]) -> Vec<usize> {
        scores.iter().map(|score| score.row).collect()
    }

    #[test]
    fn each_mode_follows_its_part_and_hybrid_both() {
        let candidates = [(0, 0.9), (1, 0.5), (2, 0.6)];
        let words = [0.0, 8.0, 7.0];
        let spread = Spread::of(&[0.1, 0.5, 0.9]);
        assert_eq!(rows(&fuse(&candidates, &words, spread, Mode::Dense)), [0, 2, 1]);
        assert_eq!(rows(&fuse(&candidates, &words, spread, Mode::Lexical)), [1, 2, 0]);
        assert_eq!(rows(&fuse(&candidates, &words, spread, Mode::Hybrid)), [2, 1, 0]);
        assert_eq!(rows(&fuse(&candidates, &[0.0; 3], spread, Mode::Hybrid)), [0, 2, 1]);
    }

    #[test]
    fn company_lifts_a_paper_among_its_kind() {
        let vectors = vectors(&[[1.0, 0.0], [0.0, 1.0], [0.99, 0.01], [0.98, 0.02], [0.01, 1.0]]);
        let score = |row, total| Score { row, total, ..Score::default() };
        let mut scores = vec![score(2, 3.0), score(3, 2.9), score(1, 2.0), score(0, 1.9), score(4, 0.1)];
        add_company(&mut scores, &vectors, &Centre::of(&vectors));
        assert_eq!(rows(&scores), [2, 3, 0, 1, 4], "the one in poor company falls behind");
    }

    #[test]
    fn no_diversity_is_the_order_itself_and_full_diversity_the_spread() {
        let vectors = vectors(&[[1.0, 0.0], [0.99, 0.05], [0.0, 1.0], [0.7, 0.7]]);
        let scores: Vec<Score> = (0..4).map(|row| Score { row, total: 4.0 - row as f32, ..Score::default() }).collect();
        assert_eq!(rows(&diversify(&scores, &vectors, 0.0, 4)), [0, 1, 2, 3]);
        assert_eq!(rows(&diversify(&scores, &vectors, 1.0, 3)), [0, 2, 3]);
    }
}
