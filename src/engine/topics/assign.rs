//! Papers from outside, placed in the topics of the library without being added to it.

use std::path::PathBuf;

use crate::corpus::{Corpus, ReadOptions, Record};
use crate::error::Result;
use crate::findings::copies::Copies;
use crate::findings::topics::{self, Collection, Placed};
use crate::paper::Paper;
use crate::report::{self, rounded};
use crate::vectors::Vectors;

use super::keep::Before;
use super::{Engine, Progress, TopicParams};
use crate::engine::{check_model, model_to_load};

impl Engine<'_> {
    /// Places the papers of files in the topics of the last run, or, where there was none, in those found now.
    ///
    /// # Errors
    /// What reading and embedding say, and as [`Engine::topics`].
    pub fn assign(&self, paths: &[PathBuf], params: &TopicParams) -> Result<report::Assigned> {
        let (new, skipped) = read(paths)?;
        let mut papers = self.papers()?;
        let known = self.known_topics(&papers, params)?;
        let own = papers.len();
        let vectors = self.with(&new)?;
        papers.extend(new);
        let keys: Vec<_> = papers.iter().map(Paper::exact_key).collect();
        let distinct = vectors.distinct().joined(Copies::new(&keys).firsts());
        (self.on_progress)(Progress::Stage("placing papers"));
        let collection = Collection::of(&papers, &vectors, distinct, own)?;
        let mut known_nodes = vec![None; collection.len()];
        for (topic, &node) in known.of_row.iter().zip(&collection.distinct.node_of) {
            known_nodes[node] = known_nodes[node].or(*topic);
        }
        let placed = topics::place(&collection, &known_nodes, known.names.len());
        let told = (own..papers.len()).map(|row| known.tell(&papers[row], &placed[collection.distinct.node_of[row]]));
        Ok(report::Assigned { papers: told.collect(), skipped })
    }

    fn known_topics(&self, papers: &[Paper], params: &TopicParams) -> Result<Known> {
        if let Some(kept) = self.store.kept_topics()? {
            let before = Before::of(papers, &kept);
            if before.of_row.iter().any(Option::is_some) {
                self.tell_left_out(&kept, params);
                let names = kept.topics.into_iter().map(|topic| (topic.id, topic.label)).collect();
                return Ok(Known { of_row: before.of_row, names });
            }
        }
        let collection = self.collection(papers)?;
        let found = self.find_topics(&collection, params)?;
        let of_row = collection.distinct.node_of.iter().map(|&node| Some(found.grouping.topic_of[node]));
        let names = found.topics().map(|(id, topic)| (id, topic.label.clone())).collect();
        Ok(Known { of_row: of_row.collect(), names })
    }

    /// The library's vectors, and those of other papers after them.
    fn with(&self, papers: &[Paper]) -> Result<Vectors> {
        let embedder = self.settings.load_model(&model_to_load(&self.model), self.on_progress)?;
        check_model(&self.settings.library, &self.model, embedder.identity())?;
        let texts: Vec<String> = papers.iter().map(Paper::text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let read = texts.len();
        let progress = |done: usize| (self.on_progress)(Progress::Embedding { done, read, expected: Some(read) });
        let new = embedder.embed_papers(&texts, &progress)?;
        let mut vectors = (*self.vectors).clone();
        new.rows().try_for_each(|row| vectors.push(row))?;
        Ok(vectors)
    }
}

/// The topics that papers are placed in.
struct Known {
    /// For each paper of the library its topic.
    of_row: Vec<Option<usize>>,
    /// Ids and labels of the topics.
    names: Vec<(usize, String)>,
}

impl Known {
    fn tell(&self, paper: &Paper, placed: &Placed) -> report::AssignedPaper {
        let (topic, label) = &self.names[placed.topic];
        report::AssignedPaper {
            id: paper.id.to_string(),
            title: paper.title.clone(),
            topic: *topic,
            label: label.clone(),
            strength: rounded(placed.strength.value()),
            second: placed.second.map(|(second, strength)| report::Second {
                topic: self.names[second].0,
                strength: rounded(strength.value()),
            }),
            fits: placed.is_fit,
        }
    }
}

fn read(paths: &[PathBuf]) -> Result<(Vec<Paper>, Vec<report::Skipped>)> {
    let (mut papers, mut skipped) = (Vec::new(), Vec::new());
    Corpus::open(paths, &ReadOptions::default())?.read(&mut |record| {
        match record {
            Record::Paper(paper) => papers.push(*paper),
            Record::Skipped(s) => skipped.push(report::Skipped { source: s.source, line: s.line, reason: s.reason }),
        }
        Ok(())
    })?;
    Ok((papers, skipped))
}
