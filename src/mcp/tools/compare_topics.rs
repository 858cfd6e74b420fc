//! `compare_topics`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::mcp::bounds::field;
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;
use crate::report;

pub(in crate::mcp) struct CompareTopics;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// One topic's id in list_topics.
    a: usize,
    /// Another topic's id.
    b: usize,
}

/// What sets two topics apart.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// Cosine between their centres, -1 to 1.
    similarity: f64,
    a: Side,
    b: Side,
}

/// A topic against the other.
#[derive(Debug, Serialize, JsonSchema)]
struct Side {
    topic: usize,
    label: String,
    /// Its papers.
    papers: usize,
    /// Words it uses surely more often than the other, most telling first; none where there are too few papers to tell.
    words: Vec<Word>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Word {
    /// The word, or two or three.
    word: String,
    /// Papers of the topic that have it; copies of a paper count once.
    papers: usize,
    /// Natural logarithm of the odds ratio, with a prior that draws it towards 0 where there are few papers.
    log_odds: f64,
    /// Lower end of its 95 % interval.
    low: f64,
    /// Upper end of its 95 % interval.
    high: f64,
}

impl Tool for CompareTopics {
    const NAME: &'static str = "compare_topics";
    const TITLE: &'static str = "Compare two topics";
    const DESCRIPTION: &'static str =
        "What sets two topics apart: how alike they are, and the words that each uses more \
        often than the other, with log-odds and 95 % intervals.";
    type Input = Input;
    type Output = Output;

    fn answer(input: Input, session: &mut Session<'_>) -> Result<Output> {
        let (_, study) = session.topics()?;
        let contrast = study.compare(input.a, input.b)?;
        Ok(Output { similarity: contrast.similarity, a: side(contrast.a), b: side(contrast.b) })
    }
}

fn side(side: report::TopicSide) -> Side {
    let word = |word: report::WordOdds| Word {
        word: field(&word.word),
        papers: word.papers,
        log_odds: word.odds.log_odds,
        low: word.odds.low,
        high: word.odds.high,
    };
    Side {
        topic: side.topic,
        label: field(&side.label),
        papers: side.papers,
        words: side.words.into_iter().map(word).collect(),
    }
}
