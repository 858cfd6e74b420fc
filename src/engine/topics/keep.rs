//! Topics that stay: the last run is kept in the library, and the next goes on from it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::cluster::{adjusted_rand_index, fit, settle, togetherness, ClusterParams};
use crate::error::Result;
use crate::findings::topics::{self, Collection, Grouping};
use crate::paper::Paper;
use crate::report;
use crate::store::{KeptPaper, KeptTopic, KeptTopics, Store, TextHash, WriterLock};

use super::{Engine, Name, Named, Progress, TopicParams};

/// How long keeping a run waits for another writer. Topics can be found anew; nobody should wait long for that.
const PATIENCE: Duration = Duration::from_millis(500);

/// What the last run said of the papers of today.
pub(super) struct Before {
    /// For each row the position of its topic, where its text is the one of the last run.
    pub(super) of_row: Vec<Option<usize>>,
    /// For each row the position of the topic it had, whatever its text was.
    had: Vec<Option<usize>>,
    /// Papers that are no longer there.
    gone: usize,
}

impl Before {
    pub(super) fn of(papers: &[Paper], kept: &KeptTopics) -> Self {
        let position: BTreeMap<usize, usize> =
            kept.topics.iter().enumerate().map(|(at, topic)| (topic.id, at)).collect();
        let by_id: BTreeMap<&str, &KeptPaper> = kept.papers.iter().map(|paper| (paper.id.as_str(), paper)).collect();
        let old: Vec<Option<&KeptPaper>> = papers.iter().map(|paper| by_id.get(paper.id.as_str()).copied()).collect();
        let topic = |old: &KeptPaper| position.get(&old.topic).copied();
        let same = old.iter().zip(papers).map(|(old, paper)| old.filter(|old| old.text == TextHash::of(paper)));
        Before {
            of_row: same.map(|old| old.and_then(topic)).collect(),
            had: old.iter().map(|old| old.and_then(topic)).collect(),
            gone: by_id.len() - old.iter().flatten().count(),
        }
    }

    /// For each node the topic of the first of its papers that has one.
    pub(super) fn of_nodes(&self, collection: &Collection) -> Vec<Option<usize>> {
        let mut known = vec![None; collection.len()];
        for (topic, &node) in self.of_row.iter().zip(&collection.distinct.node_of) {
            known[node] = known[node].or(*topic);
        }
        known
    }
}

impl Engine<'_> {
    /// The kept topics with the papers of today: old papers stay, new ones join or open topics.
    pub(super) fn regrown(
        &self,
        papers: &[Paper],
        collection: &Collection,
        kept: &KeptTopics,
        params: &TopicParams,
    ) -> Result<Named> {
        let before = Before::of(papers, kept);
        let known = before.of_nodes(collection);
        if known.iter().all(Option::is_none) {
            // Nothing of the last run is left that could be kept.
            return self.find_topics(collection, params);
        }
        self.tell_left_out(kept, params);
        let settled = settle(&collection.space, &known, kept.topics.len())?;
        let k = kept.topics.len() + settled.opened;
        let names = names(kept, settled.opened);
        let grouping = compared_with_fresh(collection, settled.cluster_of, k, params)?;
        let labels: Vec<String> = kept.topics.iter().map(|topic| topic.label.clone()).collect();
        let found = topics::describe(collection, &grouping, &labels);
        let mut told = tell_changes(papers, collection, &before, &grouping, &names);
        told.nearer_elsewhere = settled.nearer_elsewhere;
        told.opened = names[kept.topics.len()..].iter().map(|name| name.id).collect();
        let empty = found.topics.iter().zip(&names).filter(|(topic, _)| topic.papers.is_empty());
        told.emptied = empty.map(|(_, name)| name.id).collect();
        Ok(Named { found, grouping, evidence: Vec::new(), names, kept: Some(told) })
    }

    /// Tells of options that mean nothing where the topics of the last run are taken.
    pub(super) fn tell_left_out(&self, kept: &KeptTopics, params: &TopicParams) {
        let other_k = params.k.is_some_and(|k| k != kept.topics.len());
        for (_, option) in [(other_k, "-k"), (params.consensus, "--consensus")].iter().filter(|(asked, _)| *asked) {
            let line = format!("the {} topics of the last run are kept; {option} is left out", kept.topics.len());
            (self.on_progress)(Progress::Notice(line));
        }
    }

    /// Keeps the topics for the next run, and gives what is kept. Where the library cannot be written, or is being
    /// written, they are not.
    pub(in crate::engine) fn keep_for_next(
        &self,
        papers: &[Paper],
        named: &Named,
        before: Option<&KeptTopics>,
    ) -> Option<KeptTopics> {
        let topics = named.names.iter().zip(&named.found.topics);
        let kept = KeptTopics {
            topics: topics
                .map(|(name, t)| KeptTopic { id: name.id, slot: name.slot, label: t.label.clone() })
                .collect(),
            papers: kept_papers(papers, named),
        };
        if before == Some(&kept) {
            return Some(kept);
        }
        let folder = &self.settings.library;
        let written =
            WriterLock::take(folder, PATIENCE).and_then(|_lock| Store::open_or_create(folder)?.keep_topics(&kept));
        if let Err(error) = written {
            (self.on_progress)(Progress::Notice(format!("these topics are not kept for the next run: {error}")));
            return None;
        }
        Some(kept)
    }
}

fn kept_papers(papers: &[Paper], named: &Named) -> Vec<KeptPaper> {
    let mut kept: Vec<KeptPaper> = Vec::with_capacity(papers.len());
    for (name, topic) in named.names.iter().zip(&named.found.topics) {
        kept.extend(topic.papers.iter().map(|member| {
            let paper = &papers[member.row];
            KeptPaper { id: paper.id.clone(), text: TextHash::of(paper), topic: name.id }
        }));
    }
    kept.sort_by(|a, b| a.id.cmp(&b.id));
    kept
}

/// The names of the kept topics and of those that were opened: ids go on, slots fill the gaps.
fn names(kept: &KeptTopics, opened: usize) -> Vec<Name> {
    let mut names: Vec<Name> = kept.topics.iter().map(|topic| Name { id: topic.id, slot: topic.slot }).collect();
    let mut taken: BTreeSet<usize> = names.iter().map(|name| name.slot).collect();
    let next = names.iter().map(|name| name.id + 1).max().unwrap_or(0);
    for id in next..next + opened {
        let slot = (0..).find(|slot| !taken.contains(slot)).unwrap_or(id);
        taken.insert(slot);
        names.push(Name { id, slot });
    }
    names
}

/// How well the kept topics agree with what would be found today.
fn compared_with_fresh(
    collection: &Collection,
    topic_of: Vec<usize>,
    k: usize,
    params: &TopicParams,
) -> Result<Grouping> {
    let asked = ClusterParams { k: k.min(collection.len()), seed: params.seed, runs: params.runs };
    let fresh = fit(&collection.space, &asked)?.cluster_of;
    Ok(Grouping {
        stability: adjusted_rand_index(&fresh, &topic_of),
        topic_stability: togetherness(&topic_of, k, &[fresh]),
        topic_of,
        k,
    })
}

fn tell_changes(
    papers: &[Paper],
    collection: &Collection,
    before: &Before,
    grouping: &Grouping,
    names: &[Name],
) -> report::Kept {
    let mut told = report::Kept { gone: before.gone, ..report::Kept::default() };
    for (row, paper) in papers.iter().enumerate() {
        let now = grouping.topic_of[collection.distinct.node_of[row]];
        match before.had[row] {
            None => told.joined += 1,
            Some(old) if old == now => told.stayed += 1,
            Some(old) => {
                told.moved.push(report::Moved { id: paper.id.to_string(), from: names[old].id, to: names[now].id });
            }
        }
    }
    told
}
