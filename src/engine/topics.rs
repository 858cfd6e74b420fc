//! What the library is about.

use crate::cluster::{self, Candidate, ClusterParams};
use crate::error::Result;
use crate::findings::topics::{self, Topic, Topics};
use crate::paper::Paper;
use crate::report::{self, rounded};

use super::{Engine, Progress};

/// How topics are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicParams {
    /// Number of topics, or none to have it chosen.
    pub k: Option<usize>,
    /// The same seed gives the same topics.
    pub seed: u64,
    /// Independent starts.
    pub runs: usize,
}

impl Engine<'_> {
    /// What the library is about.
    ///
    /// # Errors
    /// [`crate::error::Error::TooManyTopics`], [`crate::error::Error::InvalidParameter`].
    pub fn topics(&self, params: &TopicParams) -> Result<report::Topics> {
        let papers = self.papers()?;
        Ok(self.tell_topics(&self.find_topics(&papers, params)?, params.seed))
    }

    pub(super) fn find_topics(&self, papers: &[Paper], params: &TopicParams) -> Result<topics::Topics> {
        (self.on_progress)(Progress::Stage("finding topics"));
        // Copies count once, whether their words are the same or their vectors.
        let distinct = self.vectors.distinct().joined(self.copies.firsts());
        let (k, evidence) = match params.k {
            Some(k) => (k, Vec::new()),
            None => cluster::choose_k(&self.vectors.select(&distinct.firsts), params.seed)?,
        };
        let params = ClusterParams { k, seed: params.seed, runs: params.runs };
        let clustering = cluster::fit(&self.vectors, &distinct, &params)?;
        Ok(topics::describe(papers, &self.vectors, &distinct, &clustering, evidence))
    }

    pub(super) fn tell_topics(&self, found: &Topics, seed: u64) -> report::Topics {
        report::Topics {
            k: found.topics.len(),
            seed,
            quality: report::Quality {
                silhouette: rounded(found.silhouette),
                npmi: rounded(found.npmi),
                stability: rounded(found.stability),
            },
            topics: found.topics.iter().enumerate().map(|(id, topic)| self.tell_topic(id, topic)).collect(),
            evidence: found.evidence.iter().map(tell_candidate).collect(),
        }
    }

    fn tell_topic(&self, id: usize, topic: &Topic) -> report::Topic {
        let member = |&(row, strength): &(usize, crate::vectors::Similarity)| report::Member {
            id: self.id(row),
            strength: rounded(strength.value()),
        };
        report::Topic {
            id,
            label: topic.label.clone(),
            keywords: topic.keywords.clone(),
            size: topic.papers.len(),
            cohesion: rounded(topic.cohesion),
            representatives: self.names(&topic.representatives),
            papers: topic.papers.iter().map(member).collect(),
        }
    }
}

fn tell_candidate(candidate: &Candidate) -> report::Evidence {
    report::Evidence {
        k: candidate.k,
        silhouette: rounded(candidate.silhouette),
        stability: rounded(candidate.stability),
    }
}
