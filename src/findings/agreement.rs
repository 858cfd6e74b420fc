//! How well topics agree with labels that people gave.

use std::collections::BTreeMap;

use crate::cluster::adjusted_rand_index;

/// Two groupings of the same papers, compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Harmonic mean of homogeneity and completeness, in `[0, 1]` (Rosenberg and Hirschberg 2007).
    pub v_measure: f64,
    /// How far topics hold papers of one label only, in `[0, 1]`.
    pub homogeneity: f64,
    /// How far papers of one label are in one topic, in `[0, 1]`.
    pub completeness: f64,
    /// Adjusted Rand index, at most 1, about 0 by chance.
    pub ari: f64,
    /// Mutual information over the arithmetic mean of the entropies, in `[0, 1]`.
    pub nmi: f64,
    /// Share of papers whose label is the commonest of their topic, in `(0, 1]`.
    pub purity: f64,
}

impl Agreement {
    /// Compares topics with labels; element `i` of both is the same paper.
    pub fn of(topics: &[usize], labels: &[usize]) -> Self {
        let n = topics.len().min(labels.len()).max(1) as f64;
        let mut both: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        topics.iter().zip(labels).for_each(|(&topic, &label)| *both.entry((topic, label)).or_default() += 1);
        let (of_topics, of_labels) = (counts(topics), counts(labels));
        let information: f64 = both
            .iter()
            .map(|((topic, label), &count)| {
                let count = count as f64;
                count / n * (count * n / (of_topics[topic] as f64 * of_labels[label] as f64)).ln()
            })
            .sum();
        let (h_topics, h_labels) = (entropy(&of_topics, n), entropy(&of_labels, n));
        // Where one side has no entropy there is nothing to tell apart, and that is done fully.
        let share = |entropy: f64| if entropy > f64::EPSILON { (information / entropy).clamp(0.0, 1.0) } else { 1.0 };
        let (homogeneity, completeness) = (share(h_labels), share(h_topics));
        let mut commonest: BTreeMap<usize, usize> = BTreeMap::new();
        for (&(topic, _), &count) in &both {
            let most = commonest.entry(topic).or_default();
            *most = count.max(*most);
        }
        Agreement {
            v_measure: 2.0 * homogeneity * completeness / (homogeneity + completeness).max(f64::MIN_POSITIVE),
            homogeneity,
            completeness,
            ari: adjusted_rand_index(topics, labels),
            nmi: share((h_topics + h_labels) / 2.0),
            purity: commonest.values().sum::<usize>() as f64 / n,
        }
    }
}

fn counts(of: &[usize]) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    of.iter().for_each(|&group| *counts.entry(group).or_default() += 1);
    counts
}

/// Entropy of group sizes, in nats.
fn entropy(counts: &BTreeMap<usize, usize>, n: f64) -> f64 {
    let share = |&count: &usize| count as f64 / n;
    -counts.values().map(share).map(|share| share * share.ln()).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_scikit_learn() {
        // scikit-learn 1.9: homogeneity_completeness_v_measure([0,0,0,1,1,2], [0,0,1,1,2,2]) and the like.
        let got = Agreement::of(&[0, 0, 1, 1, 2, 2], &[0, 0, 0, 1, 1, 2]);
        let want = [0.543112347359, 0.500000000000, 0.520665246398, 0.520665246398, 0.074074074074];
        for (got, want) in [got.homogeneity, got.completeness, got.v_measure, got.nmi, got.ari].into_iter().zip(want) {
            assert!((got - want).abs() < 1e-9, "{got} {want}");
        }
        assert!((got.purity - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn the_same_groups_under_other_names_agree_fully() {
        let got = Agreement::of(&[2, 2, 7, 7], &[1, 1, 0, 0]);
        for figure in [got.v_measure, got.homogeneity, got.completeness, got.ari, got.nmi, got.purity] {
            assert!((figure - 1.0).abs() < 1e-12);
        }
        let one = Agreement::of(&[0, 0], &[0, 0]);
        assert!((one.v_measure - 1.0).abs() < 1e-12 && one.nmi.is_finite());
    }
}
