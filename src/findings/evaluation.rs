//! How good rankings are against judgements: nDCG, average precision, recall, reciprocal rank, with intervals.

use std::collections::BTreeMap;

use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Judgements of one query: how relevant each paper is, 0 and below not at all.
pub type Judged = BTreeMap<String, i64>;

/// Answers that nDCG and recall look at.
const NDCG_DEPTH: usize = 10;
const RECALL_DEPTH: usize = 100;

/// Samples of queries for an interval.
const RESAMPLES: usize = 10_000;

/// How good one ranking is; each in `[0, 1]`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Quality {
    /// Normalised discounted cumulative gain of the first 10, gains as judged (Järvelin and Kekäläinen 2002).
    pub ndcg: f64,
    /// Average precision.
    pub average_precision: f64,
    /// Share of the relevant papers among the first 100.
    pub recall: f64,
    /// 1 over the rank of the first relevant paper.
    pub reciprocal_rank: f64,
}

/// How good a ranking of ids is, best first. Papers judged `relevant` and more count as relevant.
pub fn quality(ranked: &[&str], judged: &Judged, relevant: i64) -> Quality {
    let gain = |id: &str| judged.get(id).copied().unwrap_or_default().max(0) as f64;
    let is_hit = |id: &str| judged.get(id).is_some_and(|&grade| grade >= relevant);
    let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(NDCG_DEPTH).enumerate().map(|(i, gain)| gain / (i as f64 + 2.0).log2()).sum()
    };
    let mut ideal: Vec<f64> = judged.values().map(|&grade| grade.max(0) as f64).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(&mut ideal.into_iter());
    let wanted = judged.values().filter(|&&grade| grade >= relevant).count().max(1) as f64;
    let (mut hits, mut precision, mut first, mut early) = (0.0, 0.0, 0.0, 0.0);
    for i in (0..ranked.len()).filter(|&i| is_hit(ranked[i])) {
        hits += 1.0;
        precision += hits / (i as f64 + 1.0);
        first = f64::max(first, 1.0 / (i as f64 + 1.0));
        early += f64::from(u8::from(i < RECALL_DEPTH));
    }
    Quality {
        ndcg: if best > 0.0 { discounted(&mut ranked.iter().map(|id| gain(id))) / best } else { 0.0 },
        average_precision: precision / wanted,
        recall: early / wanted,
        reciprocal_rank: first,
    }
}

/// A mean and the interval that holds 95 % of the means of resampled queries (Sakai 2006, "Evaluating evaluation metrics
/// based on the bootstrap").
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Where the interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl Estimate {
    /// Of one value a query; the same values give the same interval.
    pub fn of(values: &[f64]) -> Self {
        let n = values.len();
        if n == 0 {
            return Estimate::default();
        }
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut sample = || (0..n).map(|_| values[(random.next_u64() % n as u64) as usize]).sum::<f64>() / n as f64;
        let mut means: Vec<f64> = (0..RESAMPLES).map(|_| sample()).collect();
        means.sort_by(f64::total_cmp);
        let at = |share: f64| means[((RESAMPLES as f64 * share) as usize).min(RESAMPLES - 1)];
        Estimate { mean: values.iter().sum::<f64>() / n as f64, low: at(0.025), high: at(0.975) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(grades: &[(&str, i64)]) -> Judged {
        grades.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect()
    }

    #[test]
    fn figures_are_those_of_trec_eval() {
        let judged = judged(&[("a", 2), ("b", 1), ("c", 0), ("d", 1)]);
        let q = quality(&["c", "a", "x", "b"], &judged, 1);
        // 2 / log2(3) + 1 / log2(5), over 2 / log2(2) + 1 / log2(3) + 1 / log2(4).
        assert!((q.ndcg - (1.261_859_5 + 0.430_676_6) / 3.130_929_8).abs() < 1e-6, "{q:?}");
        assert!((q.average_precision - (0.5 + 0.5) / 3.0).abs() < 1e-9, "{q:?}");
        assert_eq!((q.recall, q.reciprocal_rank), (2.0 / 3.0, 0.5));
        assert_eq!(quality(&[], &judged, 1), Quality::default());
    }

    #[test]
    fn an_interval_holds_the_mean_and_narrows_with_more_queries() {
        let values: Vec<f64> = (0..400).map(|i| f64::from(i % 5) / 4.0).collect();
        let (few, many) = (Estimate::of(&values[..40]), Estimate::of(&values));
        assert!(few.low < few.mean && few.mean < few.high);
        assert!(many.high - many.low < few.high - few.low);
        assert_eq!(Estimate::of(&values), many);
    }
}
