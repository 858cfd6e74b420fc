//! What a collection is about: clusters with labels, representatives and figures.

use std::cmp::Reverse;

use crate::cluster::{silhouette, Candidate, Clustering};
use crate::paper::Paper;
use crate::vectors::{Distinct, Similarity, Vectors};

use super::labels::{label_topics, npmi};
use super::terms::Vocabulary;

/// Papers shown for a topic.
const REPRESENTATIVES: usize = 3;

/// Papers nearest to the centroid among which representatives are chosen.
const REPRESENTATIVE_POOL: usize = 15;

/// How much being unlike the representatives already chosen counts beside being central, in `[0, 1]`.
const VARIETY: f32 = 0.3;

/// The topics of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Topics {
    /// Largest first.
    pub topics: Vec<Topic>,
    /// Mean silhouette with cosine distance, in `[-1, 1]`; copies count once.
    pub silhouette: f64,
    /// Mean normalised pointwise mutual information of the keywords of all topics, in `[-1, 1]`.
    pub npmi: f64,
    /// Mean adjusted Rand index of independent starts with the kept one, at most 1.
    pub stability: f64,
    /// Numbers of topics that were tried, where one was chosen.
    pub evidence: Vec<Candidate>,
}

/// One topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// What sets it apart; no two topics have the same.
    pub label: String,
    /// Terms, most telling first.
    pub keywords: Vec<String>,
    /// Rows with their similarity to the centroid, strongest first, then by row.
    pub papers: Vec<(usize, Similarity)>,
    /// Mean strength of its papers.
    pub cohesion: f64,
    /// Rows of central papers that differ from each other.
    pub representatives: Vec<usize>,
}

/// Describes clusters of papers. Row `i` of all arguments is the same paper.
pub fn describe(
    papers: &[Paper],
    vectors: &Vectors,
    distinct: &Distinct,
    clustering: &Clustering,
    evidence: Vec<Candidate>,
) -> Topics {
    let k = clustering.k();
    let vocabulary = Vocabulary::build(papers);
    let terms = label_topics(&vocabulary, &clustering.cluster_of, k);
    let coherence = npmi(&vocabulary, &terms);
    let cluster_of_distinct: Vec<usize> = distinct.firsts.iter().map(|&row| clustering.cluster_of[row]).collect();
    let topics = clustering.members().into_iter().zip(terms).map(|(rows, terms)| {
        let mut members: Vec<(usize, Similarity)> =
            rows.into_iter().map(|row| (row, clustering.strength[row])).collect();
        members.sort_by_key(|&(row, strength)| (Reverse(strength), row));
        let cohesion = members.iter().map(|(_, s)| f64::from(s.value())).sum::<f64>() / members.len().max(1) as f64;
        let representatives = representatives(vectors, distinct, &members);
        Topic { label: terms.label, keywords: terms.keywords, papers: members, cohesion, representatives }
    });
    Topics {
        topics: topics.collect(),
        silhouette: silhouette(&vectors.select(&distinct.firsts), &cluster_of_distinct, k),
        npmi: coherence.iter().map(|&c| f64::from(c)).sum::<f64>() / k.max(1) as f64,
        stability: clustering.stability,
        evidence,
    }
}

/// Central papers that are not too alike (maximal marginal relevance, Carbonell and Goldstein 1998); no two copies.
fn representatives(vectors: &Vectors, distinct: &Distinct, members: &[(usize, Similarity)]) -> Vec<usize> {
    let firsts = members.iter().filter(|&&(row, _)| distinct.firsts[distinct.node_of[row]] == row);
    let mut pool: Vec<(usize, Similarity)> = firsts.take(REPRESENTATIVE_POOL).copied().collect();
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < REPRESENTATIVES && !pool.is_empty() {
        let worth = |&(row, strength): &(usize, Similarity)| {
            let alike = chosen.iter().map(|&other| vectors.similarity(row, other).value()).fold(0.0, f32::max);
            (1.0 - VARIETY) * strength.value() - VARIETY * alike
        };
        let best = (0..pool.len()).max_by(|&a, &b| worth(&pool[a]).total_cmp(&worth(&pool[b])).then(b.cmp(&a)));
        if let Some(best) = best {
            chosen.push(pool.remove(best).0);
        }
    }
    chosen
}
