//! Rows become ids and titles: findings in the shapes of reports.

use std::cmp::Reverse;

use crate::cluster::Candidate;
use crate::error::Result;
use crate::findings::duplicates::Duplicates;
use crate::findings::similar::{Answer, Calibration};
use crate::findings::topics::{Topic, Topics};
use crate::paper::Paper;
use crate::report::{self, rounded};

use super::{Engine, Query};

impl Engine<'_> {
    pub(super) fn id(&self, row: usize) -> String {
        self.ids[row].to_string()
    }

    pub(super) fn names(&self, rows: &[usize]) -> Vec<String> {
        rows.iter().map(|&row| self.id(row)).collect()
    }

    pub(super) fn tell_paper(&self, row: usize, paper: Paper) -> report::Paper {
        let copies: Vec<usize> = self.copies.of(row).into_iter().filter(|&copy| copy != row).collect();
        report::Paper {
            title_only: paper.abstract_text.is_empty(),
            also: self.names(&copies),
            id: paper.id.0,
            title: paper.title,
            abstract_text: paper.abstract_text,
            authors: paper.authors,
            year: paper.year,
            date: paper.date,
            venue: paper.venue,
            categories: paper.categories,
            doi: paper.doi,
            arxiv_id: paper.arxiv_id,
            url: paper.url,
            source: paper.source,
            line: paper.line,
        }
    }

    pub(super) fn tell_similar(
        &self,
        query: &Query,
        k: usize,
        answers: &[Answer],
        calibration: &Calibration,
    ) -> Result<report::Similar> {
        let mut results = Vec::with_capacity(answers.len());
        for (i, answer) in answers.iter().enumerate() {
            let paper = self.paper(answer.row)?;
            results.push(report::SimilarPaper {
                rank: i + 1,
                id: paper.id.0,
                title: paper.title,
                similarity: rounded(answer.similarity.value()),
                percentile: rounded(calibration.percentile(answer.similarity)),
                year: paper.year,
                venue: paper.venue,
                url: paper.url,
                also: self.names(&answer.also),
            });
        }
        let query = match query {
            Query::Text(text) => report::Query { text: Some(text.clone()), papers: Vec::new(), k },
            Query::Papers(ids) => report::Query { text: None, papers: ids.clone(), k },
        };
        Ok(report::Similar { query, results })
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

    pub(super) fn tell_duplicates(&self, found: &Duplicates) -> report::Duplicates {
        let group = |group: &crate::findings::duplicates::Group| report::Group {
            kind: group.kind.name(),
            keep: self.id(group.keep),
            papers: self.names(&group.papers),
            weakest_similarity: rounded(group.weakest_similarity.value()),
        };
        let pair = |pair: &crate::findings::duplicates::Pair| report::Pair {
            a: self.id(pair.a),
            b: self.id(pair.b),
            kind: pair.kind.name(),
            similarity: rounded(pair.similarity.value()),
            text_overlap: rounded(pair.text_overlap),
            verdict: pair.verdict.name(),
            reasons: pair.reasons.clone(),
        };
        report::Duplicates {
            groups: found.groups.iter().map(group).collect(),
            pairs: found.pairs.iter().map(pair).collect(),
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

/// Papers of each source, most first, then by name.
pub(super) fn count_sources<'a>(sources: impl Iterator<Item = &'a str>) -> Vec<report::SourceCount> {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    sources.for_each(|source| *counts.entry(source).or_default() += 1);
    let mut counted: Vec<_> =
        counts.into_iter().map(|(source, papers)| report::SourceCount { source: source.to_owned(), papers }).collect();
    counted.sort_by_key(|count| (Reverse(count.papers), count.source.clone()));
    counted
}
