//! What the library is about.

mod assign;
mod eval;
mod keep;
mod naming;
mod standing;
mod study;
mod tell;
pub(super) mod views;

use crate::cluster::{self, ClusterParams, Sweep};
use crate::error::Result;
use crate::findings::topics::{self, Collection, Evidence, Grouping, Topics};
use crate::paper::Paper;
use crate::report;
use crate::vectors::Distinct;

use super::{Engine, Progress};

pub use standing::Standing;
pub use study::Study;

/// Independent starts, of which the best is kept, where nothing else is asked.
pub const USUAL_RUNS: usize = 8;

/// How topics are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicParams {
    /// Number of topics, or none to have it chosen.
    pub k: Option<usize>,
    /// The same seed gives the same topics.
    pub seed: u64,
    /// Independent starts.
    pub runs: usize,
    /// Take what the starts agree on, in place of the best of them.
    pub consensus: bool,
}

/// How topics are compared with labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TopicTrials {
    /// Seeds to try.
    pub seeds: usize,
    /// Find as many topics as there are labels, whatever else is asked.
    pub as_many_as_labels: bool,
}

/// What else is asked of topics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicViews {
    /// Keep the topics of the last run.
    pub keep: bool,
    /// Count papers by year.
    pub over_time: bool,
    /// Compare groups of papers by this field.
    pub compare: Option<String>,
    /// A command that gives topics their labels.
    pub label_command: Option<String>,
    /// Tell everything in tables too.
    pub is_detailed: bool,
}

/// Topics, and what the outside calls them.
pub(super) struct Named {
    found: Topics,
    grouping: Grouping,
    evidence: Vec<Evidence>,
    names: Vec<Name>,
    kept: Option<report::Kept>,
}

/// What the outside calls a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Name {
    id: usize,
    slot: usize,
}

impl Named {
    /// The topics with papers, the largest first.
    pub(super) fn topics(&self) -> impl Iterator<Item = (usize, &topics::Topic)> {
        self.names.iter().map(|name| name.id).zip(&self.found.topics).filter(|(_, topic)| !topic.papers.is_empty())
    }
}

impl Engine<'_> {
    /// What the library is about. The topics are kept in the library for the next run, if it can be written.
    ///
    /// # Errors
    /// [`crate::error::Error::TooManyTopics`], [`crate::error::Error::InvalidParameter`],
    /// [`crate::error::Error::UnknownName`] for a field that papers cannot be compared by,
    /// [`crate::error::Error::LabelCommand`].
    pub fn topics(&self, params: &TopicParams, views: &TopicViews) -> Result<report::Topics> {
        let field = views.compare.as_deref().map(views::field).transpose()?;
        let papers = self.papers()?;
        let collection = self.collection(&papers)?;
        let kept = if views.keep { self.store.kept_topics()? } else { None };
        let mut named = match &kept {
            Some(kept) => self.regrown(&papers, &collection, kept, params)?,
            None => self.find_topics(&collection, params)?,
        };
        if let Some(command) = &views.label_command {
            naming::rename(&mut named, &papers, command)?;
        }
        self.keep_for_next(&papers, &named, kept.as_ref());
        let mut told = self.tell_topics(&named, params.seed);
        told.over_time = views.over_time.then(|| views::over_time(&papers, &collection.distinct, &named));
        told.compare =
            field.map(|field| views::compare(&papers, (&collection.distinct, &collection.vocabulary), &named, field));
        told.is_detailed = views.is_detailed;
        Ok(told)
    }

    /// The library as topics are found in it. Copies count once, whether their words are the same or their vectors.
    pub(super) fn collection(&self, papers: &[Paper]) -> Result<Collection> {
        (self.on_progress)(Progress::Stage("finding topics"));
        Collection::of(papers, &self.vectors, self.distinct(), papers.len())
    }

    fn distinct(&self) -> Distinct {
        self.vectors.distinct().joined(self.copies.firsts())
    }

    /// Whether so many topics can be found, before anything is done for them.
    ///
    /// # Errors
    /// [`crate::error::Error::TooManyTopics`], [`crate::error::Error::InvalidParameter`].
    pub(super) fn check_topics(&self, params: &TopicParams) -> Result<()> {
        let asked = ClusterParams { k: params.k.unwrap_or(1), seed: params.seed, runs: params.runs };
        asked.check(self.distinct().firsts.len())
    }

    pub(super) fn find_topics(&self, collection: &Collection, params: &TopicParams) -> Result<Named> {
        let evidence = evidence(collection, &Sweep::over(&collection.space, params.k, params.seed)?);
        let k = params.k.or_else(|| topics::choose(&evidence)).unwrap_or(collection.len().min(1));
        let grouping = group(collection, k, params)?;
        let found = topics::describe(collection, &grouping, &[]);
        let names = (0..k).map(|id| Name { id, slot: id }).collect();
        Ok(Named { found, grouping, evidence, names, kept: None })
    }
}

fn group(collection: &Collection, k: usize, params: &TopicParams) -> Result<Grouping> {
    let asked = ClusterParams { k, seed: params.seed, runs: params.runs };
    let space = &collection.space;
    let clustering = if params.consensus { cluster::consensus(space, &asked)? } else { cluster::fit(space, &asked)? };
    let clustering = clustering.by_size(&collection.sizes());
    Ok(Grouping {
        topic_of: clustering.cluster_of,
        k,
        stability: clustering.stability,
        topic_stability: clustering.cluster_stability,
    })
}

/// What clusters and labels say of each number of topics that was tried.
fn evidence(collection: &Collection, sweep: &Sweep) -> Vec<Evidence> {
    let told = |(candidate, cluster_of): &(cluster::Candidate, Vec<usize>)| {
        let mut topic_of = vec![candidate.k; collection.len()];
        sweep.rows.iter().zip(cluster_of).for_each(|(&node, &topic)| topic_of[node] = topic);
        Evidence { candidate: *candidate, npmi: topics::label_coherence(collection, &topic_of, candidate.k) }
    };
    sweep.tried.iter().map(told).collect()
}
