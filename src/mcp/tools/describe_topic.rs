//! `describe_topic`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, Study};
use crate::error::Result;
use crate::mcp::bounds::{field, fields, title, within, NamedPaper, Page, MOST_NAMED};
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;
use crate::report;

const MOST_PAPERS: usize = 100;

/// Years that are told, the last there are.
const MOST_YEARS: usize = 30;

pub(in crate::mcp) struct DescribeTopic;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// The topic's id in list_topics.
    topic: usize,
    /// Papers to show, strongest first.
    #[serde(default = "usual_limit")]
    #[schemars(range(min = 0, max = MOST_PAPERS))]
    limit: usize,
    /// Papers to pass over, for the next page.
    #[serde(default)]
    offset: usize,
}

fn usual_limit() -> usize {
    20
}

/// One topic.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    id: usize,
    label: String,
    /// The most telling first.
    keywords: Vec<String>,
    /// Papers in it.
    size: usize,
    /// Mean similarity of its papers to its centre, -1 to 1.
    cohesion: f64,
    /// How often two of its papers are together in other runs, 0 to 1.
    stability: f64,
    /// 1 minus the similarity of its centre to the nearest other topic's, 0 to 2.
    separation: f64,
    /// Central papers that differ from each other.
    representatives: Vec<NamedPaper>,
    /// A page of its papers, strongest first.
    papers: Vec<Member>,
    /// The topics most like it.
    nearest: Vec<Near>,
    growth: Growth,
    /// What is not shown, and how to ask for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

/// A paper of the topic.
#[derive(Debug, Serialize, JsonSchema)]
struct Member {
    id: String,
    title: String,
    year: Option<i32>,
    /// Similarity to the topic's centre, -1 to 1.
    strength: f64,
    /// The other topic that it is as near to, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Near {
    topic: usize,
    label: String,
    /// Cosine between the centres, -1 to 1.
    similarity: f64,
}

/// The topic over the years.
#[derive(Debug, Serialize, JsonSchema)]
struct Growth {
    /// rising, fading or steady.
    trend: &'static str,
    /// How likely as strong a trend is by chance, 0 to 1.
    p: f64,
    /// By year, ascending.
    years: Vec<Year>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Year {
    year: i32,
    /// Papers of the topic in this year.
    papers: usize,
    /// Their share of all papers of the year, 0 to 1.
    share: f64,
}

impl Tool for DescribeTopic {
    const NAME: &'static str = "describe_topic";
    const TITLE: &'static str = "Describe a topic";
    const DESCRIPTION: &'static str =
        "One topic: label, keywords, size, cohesion, representative papers, its papers a page \
        at a time, the topics most like it, and its growth over the years.";
    type Input = Input;
    type Output = Output;

    fn answer(input: Input, session: &mut Session<'_>) -> Result<Output> {
        let limit = within("limit", input.limit, (0, MOST_PAPERS))?;
        let (engine, study) = session.topics()?;
        let topic = study.topic(input.topic)?;
        let page = Page::of(&topic.papers, input.offset, limit);
        let (growth, hidden_years) = growth(study, topic.id);
        let years = (hidden_years > 0).then(|| format!("{hidden_years} earlier years"));
        Ok(Output {
            id: topic.id,
            label: field(&topic.label),
            keywords: fields(&topic.keywords, MOST_NAMED).0,
            size: topic.size,
            cohesion: topic.cohesion,
            stability: topic.quality.stability,
            separation: topic.quality.separation,
            representatives: NamedPaper::all(engine, &topic.representatives)?,
            papers: page.items.iter().map(|paper| member(engine, paper)).collect::<Result<_>>()?,
            nearest: study.nearest(topic.id)?.iter().map(near).collect(),
            growth,
            left_out: page.left_out("papers").into_iter().chain(years).collect(),
        })
    }
}

fn member(engine: &Engine<'_>, member: &report::Member) -> Result<Member> {
    let paper = engine.show(&member.id, false)?;
    Ok(Member {
        title: title(&paper.title),
        year: paper.year,
        strength: member.strength,
        second: member.second.as_ref().map(|second| second.topic),
        id: paper.id,
    })
}

fn near(near: &report::NearTopic) -> Near {
    Near { topic: near.topic, label: field(&near.label), similarity: near.similarity }
}

/// The last years of a topic, and how many were before them.
fn growth(study: &Study, topic: usize) -> (Growth, usize) {
    let over_time = study.over_time();
    let hidden = over_time.years.len().saturating_sub(MOST_YEARS);
    let Some(trend) = over_time.topics.iter().find(|trend| trend.topic == topic) else {
        return (Growth { trend: "steady", p: 1.0, years: Vec::new() }, 0);
    };
    let counts = over_time.years.iter().zip(&trend.counts).zip(&trend.shares).skip(hidden);
    let years = counts.map(|((&year, &papers), &share)| Year { year, papers, share });
    (Growth { trend: trend.trend, p: trend.p, years: years.collect() }, hidden)
}
