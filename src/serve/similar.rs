//! Papers like a query.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::engine::{Engine, Query, SimilarParams, Subject, USUAL_K};
use crate::error::{Error, Result};
use crate::findings::filter::Filter;
use crate::findings::ranking::Mode;
use crate::findings::similar::Strategy;
use crate::report;

use super::answer::{json, tagged_json};
use super::api::{asked, asked_in, Shared};
use super::refusal::Refusal;

/// Answers at most, and as many passed over: the engine ranks that many in a few milliseconds.
const MOST_ANSWERS: usize = 1_000;

/// Examples that are liked, and that are not, at most.
const MOST_EXAMPLES: usize = 64;

/// What papers are asked for with.
#[derive(Debug, Clone, Deserialize, IntoParams, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SimilarAsked {
    /// Text to look for; "exact phrase", prefix*, title:word, author:name and -word decide what may be answered. Not
    /// beside `id` or `topic`.
    text: Option<String>,
    /// Take the text as it is: no phrase, prefix, field or minus in it is understood.
    plain: bool,
    /// Papers to find others like, each as ID or ID^WEIGHT; several mean something like all of them.
    id: Vec<String>,
    /// Papers or texts to stay away from, each as ID, ID^WEIGHT or TEXT.
    not: Vec<String>,
    /// Topic to find more papers like, by its id in `topics`; its own papers are no answers. Not beside `id`.
    topic: Option<usize>,
    /// Number of topics that `topic` is one of; chosen if it is left out.
    topics_k: Option<usize>,
    /// Seed of the topics that `topic` is one of.
    #[schema(value_type = usize)]
    #[param(value_type = usize)]
    topics_seed: u64,
    /// Answers wanted.
    #[schema(minimum = 1, maximum = 1000, default = 10)]
    #[param(minimum = 1, maximum = 1000, default = 10)]
    k: usize,
    /// Answers to pass over.
    #[schema(maximum = 1000)]
    #[param(maximum = 1000)]
    offset: usize,
    /// Condition on answers, such as "year>=2022 and venue in ('ACL','EMNLP') and has(doi)".
    #[serde(rename = "where")]
    condition: Option<String>,
    /// What decides: meaning and words, or one of them.
    mode: RankBy,
    /// How several examples are joined.
    strategy: JoinBy,
    /// How much answers are to differ from each other: 0 not at all, 1 as much as they can.
    #[schema(minimum = 0, maximum = 1)]
    #[param(minimum = 0, maximum = 1)]
    diversity: f32,
    /// Ids of papers that are known already.
    seen: Vec<String>,
    /// Say why: terms, sentences, the parts of words and of meaning.
    why: bool,
    /// Show versions and copies of a work as answers of their own.
    include_versions: bool,
}

impl Default for SimilarAsked {
    fn default() -> Self {
        SimilarAsked {
            text: None,
            plain: false,
            id: Vec::new(),
            not: Vec::new(),
            topic: None,
            topics_k: None,
            topics_seed: 0,
            k: USUAL_K,
            offset: 0,
            condition: None,
            mode: RankBy::Hybrid,
            strategy: JoinBy::Mean,
            diversity: 0.0,
            seen: Vec::new(),
            why: false,
            include_versions: false,
        }
    }
}

/// What decides on the order of papers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum RankBy {
    /// Meaning and words.
    Hybrid,
    /// Meaning alone.
    Dense,
    /// Words alone.
    Lexical,
}

/// How several examples are joined.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum JoinBy {
    /// Near the mean of what is liked, away from the mean of what is not.
    Mean,
    /// Near any of what is liked, nearer than to anything that is not.
    Best,
}

impl SimilarAsked {
    fn params(&self) -> Result<SimilarParams> {
        for (name, value, least) in [("k", self.k, 1), ("offset", self.offset, 0)] {
            if !(least..=MOST_ANSWERS).contains(&value) {
                let expected = format!("{least} to {MOST_ANSWERS}");
                return Err(Error::InvalidParameter { name, value: value.to_string(), expected });
            }
        }
        Ok(SimilarParams {
            k: self.k + self.offset,
            mode: match self.mode {
                RankBy::Hybrid => Mode::Hybrid,
                RankBy::Dense => Mode::Dense,
                RankBy::Lexical => Mode::Lexical,
            },
            strategy: match self.strategy {
                JoinBy::Mean => Strategy::Mean,
                JoinBy::Best => Strategy::Best,
            },
            filter: self.condition.as_deref().map_or(Ok(Filter::All(Vec::new())), Filter::parse)?,
            diversity: self.diversity,
            seen: self.seen.iter().cloned().collect(),
            with_versions: self.include_versions,
            with_reasons: self.why,
        })
    }

    /// At most one kind of thing is asked with.
    fn check(&self) -> Result<(), Refusal> {
        let given = [self.text.is_some(), !self.id.is_empty(), self.topic.is_some()];
        if given.into_iter().filter(|is_given| *is_given).count() > 1 {
            return Err(Refusal::input("only one of text, id and topic can be asked with"));
        }
        // Every text must be embedded while others wait.
        for (name, given) in [("id", self.id.len()), ("not", self.not.len())] {
            if given > MOST_EXAMPLES {
                return Err(Refusal::input(format!("{given} of '{name}' were given; at most {MOST_EXAMPLES} can be")));
            }
        }
        Ok(())
    }

    fn query(&self, engine: &Engine<'_>, topic: Option<Subject>) -> Query {
        let query = match (&self.text, topic) {
            (Some(text), _) if self.plain => Query::text(text.as_str()),
            (Some(text), _) => Query::typed(text),
            (None, Some(topic)) => Query::new(vec![topic.into()]),
            (None, None) => Query::new(self.id.iter().map(|id| engine.liked(id)).collect()),
        };
        Query { unlike: self.not.iter().map(|text| engine.disliked(text)).collect(), ..query }
    }

    fn answer(&self, engine: &Engine<'_>, topic: Option<Subject>) -> Result<report::Similar> {
        let mut found = engine.similar(&self.query(engine, topic), &self.params()?)?;
        found.results.drain(..self.offset.min(found.results.len()));
        found.query.k = self.k;
        Ok(found)
    }
}

/// `GET /api/v1/similar`: as the command `similar`.
#[utoipa::path(get, path = "/api/v1/similar", tag = "similar", params(SimilarAsked), responses(
    (status = 200, description = "Papers like the query", body = report::Similar),
))]
pub(super) async fn similar(service: Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let asked: SimilarAsked = asked(&uri)?;
    // Decisions about duplicates change it too.
    tagged_json(&answered(service, asked).await?, &headers)
}

/// `POST /api/v1/similar`: the same with a body, for long texts. Changes nothing.
#[utoipa::path(post, path = "/api/v1/similar", tag = "similar", request_body = SimilarAsked, responses(
    (status = 200, description = "Papers like the query", body = report::Similar),
))]
pub(super) async fn similar_to_long(
    service: Shared,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    json(&answered(service, asked_in(&headers, body)?).await?)
}

async fn answered(State(service): Shared, asked: SimilarAsked) -> Result<report::Similar, Refusal> {
    asked.check()?;
    let topic = match asked.topic {
        Some(id) => {
            let study = service.study(asked.topics_k, asked.topics_seed).await?;
            let papers = study.topic(id)?.papers.iter().map(|member| member.id.clone()).collect();
            Some(Subject::Group(id, papers))
        }
        None => None,
    };
    service.ask(move |engine| asked.answer(engine, topic)).await
}
