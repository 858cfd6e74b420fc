//! Topics over time and between groups of papers.

use crate::error::{Error, Result};
use crate::findings::terms::Vocabulary;
use crate::findings::topics::{self, Contrast};
use crate::paper::Paper;
use crate::report::{self, rounded};
use crate::vectors::Distinct;

use super::Named;

/// A field that papers can be compared by.
pub(super) struct Field {
    name: &'static str,
    values: fn(&Paper) -> Vec<String>,
}

/// The fields there are.
const FIELDS: &[Field] = &[
    Field { name: "venue", values: |paper| paper.venue.clone().into_iter().collect() },
    Field { name: "year", values: |paper| paper.year.iter().map(i32::to_string).collect() },
    Field { name: "source", values: |paper| vec![paper.source.clone()] },
    Field { name: "category", values: |paper| paper.categories.clone() },
];

/// The field of this name.
pub(super) fn field(name: &str) -> Result<&'static Field> {
    FIELDS.iter().find(|field| field.name.eq_ignore_ascii_case(name)).ok_or_else(|| Error::UnknownName {
        what: "field to compare by",
        name: name.to_owned(),
        known: FIELDS.iter().map(|field| field.name).collect::<Vec<_>>().join(", "),
    })
}

pub(in crate::engine) fn over_time(papers: &[Paper], distinct: &Distinct, named: &Named) -> report::OverTime {
    let years: Vec<Option<i32>> = distinct.firsts.iter().map(|&row| papers[row].year).collect();
    let found = topics::over_time(&years, &named.grouping.topic_of, named.grouping.k);
    let trends = named.found.topics.iter().zip(&named.names).zip(&found.trends);
    let told = trends.filter(|((topic, _), _)| !topic.papers.is_empty()).map(|((topic, name), trend)| {
        let share = |(&count, &of): (&usize, &usize)| rounded(count as f64 / of.max(1) as f64);
        report::Trend {
            topic: name.id,
            label: topic.label.clone(),
            shares: trend.counts.iter().zip(&found.papers).map(share).collect(),
            counts: trend.counts.clone(),
            trend: trend.name(),
            z: rounded(trend.z),
            p: rounded(trend.p),
        }
    });
    report::OverTime { topics: told.collect(), undated: found.undated, papers: found.papers, years: found.years }
}

pub(super) fn compare(
    papers: &[Paper],
    (distinct, vocabulary): (&Distinct, &Vocabulary),
    named: &Named,
    field: &Field,
) -> report::Compare {
    let values = |&row: &usize| {
        let mut values = (field.values)(&papers[row]);
        values.sort();
        values.dedup();
        values
    };
    let groups_of: Vec<Vec<String>> = distinct.firsts.iter().map(values).collect();
    let found = topics::contrast(vocabulary, &named.grouping.topic_of, named.grouping.k, &groups_of);
    report::Compare {
        field: field.name.to_owned(),
        with: groups_of.iter().filter(|groups| !groups.is_empty()).count(),
        without: groups_of.iter().filter(|groups| groups.is_empty()).count(),
        groups: found.into_iter().map(|group| tell_contrast(group, named)).collect(),
    }
}

fn tell_contrast(group: Contrast, named: &Named) -> report::ComparedGroup {
    let topics = group.topics.iter().filter(|(topic, _)| !named.found.topics[*topic].papers.is_empty());
    let topics = topics.map(|(topic, odds)| report::TopicOdds {
        topic: named.names[*topic].id,
        label: named.found.topics[*topic].label.clone(),
        papers: odds.papers,
        odds: tell_odds(odds),
    });
    let words = tell_words(&group);
    report::ComparedGroup { topics: topics.collect(), words, papers: group.papers, group: group.group }
}

pub(super) fn tell_words(group: &Contrast) -> Vec<report::WordOdds> {
    let told = |(word, odds): &(String, topics::Odds)| report::WordOdds {
        word: word.clone(),
        papers: odds.papers,
        odds: tell_odds(odds),
    };
    group.words.iter().map(told).collect()
}

fn tell_odds(odds: &topics::Odds) -> report::Odds {
    let (value, margin) = (odds.log_odds, odds.margin);
    report::Odds { log_odds: rounded(value), low: rounded(value - margin), high: rounded(value + margin) }
}
