//! Topics in the shape of a report.

use crate::findings::topics::{Evidence, Level, Member, Quality, Topic};
use crate::report::{self, rounded};
use crate::vectors::Similarity;

use super::{Engine, Name, Named};

impl Engine<'_> {
    pub(in crate::engine) fn tell_topics(&self, named: &Named, seed: u64) -> report::Topics {
        let found = &named.found;
        let mean = |figure: fn(&Quality) -> f64| rounded(found.mean(figure));
        let topics = named.names.iter().zip(&found.topics).filter(|(_, topic)| !topic.papers.is_empty());
        let topics: Vec<report::Topic> = topics.map(|(name, topic)| self.tell_topic(*name, topic, named)).collect();
        report::Topics {
            k: topics.len(),
            seed,
            quality: report::Quality {
                silhouette: rounded(found.silhouette),
                npmi: mean(|quality| quality.npmi),
                stability: rounded(found.stability),
                c_v: mean(|quality| quality.c_v),
                diversity: rounded(found.diversity),
                cohesion: mean(|quality| quality.cohesion),
                separation: mean(|quality| quality.separation),
            },
            topics,
            levels: found.levels.iter().map(|level| tell_level(level, &named.names)).collect(),
            evidence: named.evidence.iter().map(tell_evidence).collect(),
            kept: named.kept.clone(),
            ..report::Topics::default()
        }
    }

    fn tell_topic(&self, name: Name, topic: &Topic, named: &Named) -> report::Topic {
        let (names, found) = (&named.names, &named.found.topics);
        let second = |member: &Member| {
            let (topic, strength) = member.second?;
            Some(report::Second { topic: names[topic].id, strength: rounded(strength.value()) })
        };
        let member = |member: &Member| report::Member {
            id: self.id(member.row),
            strength: rounded(member.strength.value()),
            second: second(member),
        };
        let near = |&(topic, similarity): &(usize, Similarity)| report::NearTopic {
            topic: names[topic].id,
            label: found[topic].label.clone(),
            similarity: rounded(similarity.value()),
        };
        let quality = &topic.quality;
        report::Topic {
            id: name.id,
            slot: name.slot,
            label: topic.label.clone(),
            keywords: topic.keywords.clone(),
            size: topic.papers.len(),
            cohesion: rounded(quality.cohesion),
            quality: report::TopicQuality {
                silhouette: rounded(quality.silhouette),
                npmi: rounded(quality.npmi),
                stability: rounded(quality.stability),
                c_v: rounded(quality.c_v),
                separation: rounded(quality.separation),
            },
            representatives: self.names(&topic.representatives),
            oddities: self.names(&topic.oddities),
            near: topic.near.iter().map(near).collect(),
            papers: topic.papers.iter().map(member).collect(),
        }
    }
}

fn tell_level(level: &Level, names: &[Name]) -> report::Level {
    let groups = level.groups.iter().map(|group| report::LevelGroup {
        label: group.label.clone(),
        topics: group.topics.iter().map(|&topic| names[topic].id).collect(),
        size: group.size,
    });
    report::Level { groups: groups.collect() }
}

fn tell_evidence(evidence: &Evidence) -> report::Evidence {
    let candidate = &evidence.candidate;
    report::Evidence {
        k: candidate.k,
        silhouette: rounded(candidate.silhouette),
        stability: rounded(candidate.stability),
        agreement: rounded(candidate.agreement),
        npmi: rounded(evidence.npmi),
        worth: rounded(evidence.worth()),
    }
}
