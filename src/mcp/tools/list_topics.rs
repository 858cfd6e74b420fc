//! `list_topics`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, Study};
use crate::error::Result;
use crate::mcp::bounds::{field, fields, within, NamedPaper, Page};
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;
use crate::report;

const MOST_TOPICS: usize = 50;
const MOST_KEYWORDS: usize = 8;

/// Groups of topics; the broadest level never has more.
const MOST_GROUPS: usize = 7;

pub(in crate::mcp) struct ListTopics;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Topics to show.
    #[serde(default = "usual_limit")]
    #[schemars(range(min = 1, max = MOST_TOPICS))]
    limit: usize,
    /// Topics to pass over, for the next page.
    #[serde(default)]
    offset: usize,
}

fn usual_limit() -> usize {
    25
}

/// What the library is about.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// Number of topics.
    k: usize,
    quality: Quality,
    /// Largest first, as the last run of topics found them.
    topics: Vec<Topic>,
    /// Topics brought together in broader groups.
    groups: Vec<Group>,
    /// What is not shown, and how to ask for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

/// How good the topics are.
#[derive(Debug, Serialize, JsonSchema)]
struct Quality {
    /// Mean silhouette, -1 to 1.
    silhouette: f64,
    /// Coherence of the keywords, -1 to 1.
    npmi: f64,
    /// Agreement between independent runs, at most 1.
    stability: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Topic {
    /// For describe_topic, compare_topics and find_similar; stays while the library grows.
    id: usize,
    label: String,
    /// The most telling first.
    keywords: Vec<String>,
    /// Papers in it.
    size: usize,
    /// Mean similarity of its papers to its centre, -1 to 1.
    cohesion: f64,
    /// Its share over the years: rising, fading or steady.
    trend: &'static str,
    /// Central papers that differ from each other.
    representatives: Vec<NamedPaper>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Group {
    label: String,
    /// Ids of its topics.
    topics: Vec<usize>,
    /// Its papers.
    size: usize,
}

impl Tool for ListTopics {
    const NAME: &'static str = "list_topics";
    const TITLE: &'static str = "List topics";
    const DESCRIPTION: &'static str =
        "What the library is about: its topics, largest first, each with id, label, keywords, \
        size and representative papers. The first call on a large library takes a while.";
    type Input = Input;
    type Output = Output;

    fn answer(input: Input, session: &mut Session<'_>) -> Result<Output> {
        let limit = within("limit", input.limit, (1, MOST_TOPICS))?;
        let (engine, study) = session.topics()?;
        let all = study.topics();
        let page = Page::of(&all.topics, input.offset, limit);
        Ok(Output {
            k: all.k,
            quality: Quality {
                silhouette: all.quality.silhouette,
                npmi: all.quality.npmi,
                stability: all.quality.stability,
            },
            left_out: page.left_out("topics").into_iter().collect(),
            topics: page.items.iter().map(|topic| told(engine, study, topic)).collect::<Result<_>>()?,
            groups: all.levels.first().map(groups).unwrap_or_default(),
        })
    }
}

fn told(engine: &Engine<'_>, study: &Study, topic: &report::Topic) -> Result<Topic> {
    Ok(Topic {
        id: topic.id,
        label: field(&topic.label),
        keywords: fields(&topic.keywords, MOST_KEYWORDS).0,
        size: topic.size,
        cohesion: topic.cohesion,
        trend: study.over_time().topics.iter().find(|trend| trend.topic == topic.id).map_or("steady", |t| t.trend),
        representatives: NamedPaper::all(engine, &topic.representatives)?,
    })
}

fn groups(level: &report::Level) -> Vec<Group> {
    let told = |group: &report::LevelGroup| Group {
        label: field(&group.label),
        topics: group.topics.clone(),
        size: group.size,
    };
    level.groups.iter().take(MOST_GROUPS).map(told).collect()
}
