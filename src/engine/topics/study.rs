//! Topics that are found once and then looked at from several sides, by a program that runs for long.

use crate::error::{Error, Result};
use crate::findings::terms::Vocabulary;
use crate::findings::topics::{self, Collection};
use crate::paper::Paper;
use crate::report::{self, rounded};
use crate::vectors::{Distinct, Similarity};

use super::{views, Engine, Named, TopicParams};

/// Topics told of as nearest to one.
const NEAREST: usize = 5;

/// Topics of a state of the library, and what is needed to tell more of them. Nothing of it is kept in the library.
pub struct Study {
    topics: report::Topics,
    over_time: report::OverTime,
    named: Named,
    distinct: Distinct,
    vocabulary: Vocabulary,
    likeness: Vec<Vec<Similarity>>,
    state: i64,
}

impl Engine<'_> {
    /// Finds topics as [`Engine::topics`] does, but keeps nothing for the next run.
    ///
    /// # Errors
    /// As [`Engine::topics`].
    pub fn study(&self, params: &TopicParams) -> Result<Study> {
        let papers = self.papers()?;
        let collection = self.collection(&papers)?;
        let named = self.find_topics(&collection, params)?;
        Ok(self.studied(&papers, collection, named, params.seed))
    }

    pub(super) fn studied(&self, papers: &[Paper], collection: Collection, named: Named, seed: u64) -> Study {
        Study {
            topics: self.tell_topics(&named, seed),
            over_time: views::over_time(papers, &collection.distinct, &named),
            likeness: topics::likeness(&collection, &named.grouping),
            named,
            distinct: collection.distinct,
            vocabulary: collection.vocabulary,
            state: self.state,
        }
    }

    /// What sets groups of papers apart that share a value of a field, such as a venue, in topics found before.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for a field that papers cannot be compared by.
    pub fn compare(&self, study: &Study, field: &str) -> Result<report::Compare> {
        let field = views::field(field)?;
        let papers = self.papers()?;
        Ok(views::compare(&papers, (&study.distinct, &study.vocabulary), &study.named, field))
    }
}

impl Study {
    /// The topics.
    pub fn topics(&self) -> &report::Topics {
        &self.topics
    }

    /// Papers of each topic, year by year.
    pub fn over_time(&self) -> &report::OverTime {
        &self.over_time
    }

    /// The state of the library that the topics are those of.
    pub fn state(&self) -> i64 {
        self.state
    }

    /// One topic by its id.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`].
    pub fn topic(&self, id: usize) -> Result<&report::Topic> {
        let topics = &self.topics.topics;
        topics.iter().find(|topic| topic.id == id).ok_or(Error::UnknownTopic { topic: id, topics: topics.len() })
    }

    /// The topics that are most like one, the most alike first.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`].
    pub fn nearest(&self, id: usize) -> Result<Vec<report::NearTopic>> {
        let own = self.position(id)?;
        let others = self.named.names.iter().zip(&self.named.found.topics).enumerate();
        let others = others.filter(|(at, (_, topic))| *at != own && !topic.papers.is_empty());
        let mut near: Vec<(Similarity, usize, &str)> =
            others.map(|(at, (name, topic))| (self.likeness[own][at], name.id, topic.label.as_str())).collect();
        near.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let told = near.into_iter().take(NEAREST).map(|(similarity, topic, label)| report::NearTopic {
            topic,
            label: label.to_owned(),
            similarity: rounded(similarity.value()),
        });
        Ok(told.collect())
    }

    /// What sets two topics apart.
    ///
    /// # Errors
    /// [`Error::UnknownTopic`]; [`Error::InvalidParameter`] if the two are one.
    pub fn compare(&self, a: usize, b: usize) -> Result<report::TopicContrast> {
        if a == b {
            let expected = format!("another topic than a, which is {a}");
            return Err(Error::InvalidParameter { name: "b", value: b.to_string(), expected });
        }
        let places = [self.position(a)?, self.position(b)?];
        let sides = topics::contrast_topics(&self.vocabulary, &self.named.grouping.topic_of, places);
        let [first, second] = [(0, a), (1, b)].map(|(side, id)| report::TopicSide {
            topic: id,
            label: self.named.found.topics[places[side]].label.clone(),
            papers: self.named.found.topics[places[side]].papers.len(),
            words: views::tell_words(&sides[side]),
        });
        let similarity = rounded(self.likeness[places[0]][places[1]].value());
        Ok(report::TopicContrast { similarity, a: first, b: second })
    }

    fn position(&self, id: usize) -> Result<usize> {
        let has_papers = |at: &usize| !self.named.found.topics[*at].papers.is_empty();
        let found = self.named.names.iter().position(|name| name.id == id).filter(has_papers);
        found.ok_or(Error::UnknownTopic { topic: id, topics: self.topics.topics.len() })
    }

    /// For each row its topic's id and how strongly it belongs to it.
    pub(in crate::engine) fn of_rows(&self) -> Vec<(usize, f64)> {
        let mut of_rows = vec![(0, 0.0); self.distinct.node_of.len()];
        for (id, topic) in self.named.topics() {
            topic.papers.iter().for_each(|member| of_rows[member.row] = (id, rounded(member.strength.value())));
        }
        of_rows
    }
}
