//! What the library is about, and where every paper is on the map.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::report;

use super::answer::{json, json_bytes, Tag};
use super::api::{asked, page_of, Shared};
use super::refusal::Refusal;

/// Papers of a topic on one page, if nothing else is asked.
const PAGE: usize = 100;

/// Which topics.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TopicsAsked {
    /// Number of topics; chosen if it is left out.
    #[param(minimum = 1)]
    k: Option<usize>,
    /// The same seed gives the same topics.
    #[serde(default)]
    #[param(value_type = usize)]
    seed: u64,
    /// Papers told of each topic at most; all if it is left out.
    members: Option<usize>,
}

/// Which topics.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Grouping {
    /// Number of topics; chosen if it is left out.
    #[param(minimum = 1)]
    k: Option<usize>,
    /// The same seed gives the same topics.
    #[serde(default)]
    #[param(value_type = usize)]
    seed: u64,
}

/// `GET /api/v1/topics`: as the command `topics`, but nothing is kept for its next run.
#[utoipa::path(get, path = "/api/v1/topics", tag = "topics", params(TopicsAsked), responses(
    (status = 200, description = "What the library is about", body = report::Topics),
))]
pub(super) async fn topics(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let TopicsAsked { k, seed, members } = asked(&uri)?;
    if let Some(unchanged) = Tag::of(service.library.state(), &uri).unchanged(&headers) {
        return Ok(unchanged);
    }
    let study = service.study(k, seed).await?;
    let mut told = study.topics().clone();
    if let Some(members) = members {
        told.topics.iter_mut().for_each(|topic| topic.papers.truncate(members));
    }
    Ok(Tag::of(study.state(), &uri).put_on(json(&told)?))
}

/// A topic and a part of its papers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TopicAsked {
    /// Number of topics; chosen if it is left out.
    #[param(minimum = 1)]
    k: Option<usize>,
    /// The same seed gives the same topics.
    #[serde(default)]
    #[param(value_type = usize)]
    seed: u64,
    /// Papers to pass over.
    #[serde(default)]
    offset: usize,
    /// Papers wanted.
    #[serde(default = "page")]
    #[param(default = 100)]
    limit: usize,
}

fn page() -> usize {
    PAGE
}

/// A topic with a part of its papers, strongest first; `size` counts all.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TopicPage {
    #[serde(flatten)]
    topic: report::Topic,
    /// Papers passed over.
    offset: usize,
    /// Papers wanted.
    limit: usize,
    /// Topics that are most like it, the most alike first.
    nearest: Vec<report::NearTopic>,
}

/// `GET /api/v1/topics/{id}`
#[utoipa::path(get, path = "/api/v1/topics/{id}", tag = "topics",
    params(("id" = usize, Path, description = "The topic's id"), TopicAsked), responses(
    (status = 200, description = "One topic", body = TopicPage),
))]
pub(super) async fn topic(
    State(service): Shared,
    id: Result<Path<usize>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Path(id) = id.map_err(|rejection| Refusal::input(rejection.body_text()))?;
    let TopicAsked { k, seed, offset, limit } = asked(&uri)?;
    if let Some(unchanged) = Tag::of(service.library.state(), &uri).unchanged(&headers) {
        return Ok(unchanged);
    }
    let study = service.study(k, seed).await?;
    let found = study.topic(id)?;
    let topic = report::Topic { papers: page_of(&found.papers, offset, limit), ..found.clone() };
    let told = TopicPage { topic, offset, limit, nearest: study.nearest(id)? };
    Ok(Tag::of(study.state(), &uri).put_on(json(&told)?))
}

/// Two topics.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CompareAsked {
    /// The first topic's id.
    a: usize,
    /// Another topic's id.
    b: usize,
    /// Number of topics; chosen if it is left out.
    #[param(minimum = 1)]
    k: Option<usize>,
    /// The same seed gives the same topics.
    #[serde(default)]
    #[param(value_type = usize)]
    seed: u64,
}

/// `GET /api/v1/topics/compare`: what sets two topics apart.
#[utoipa::path(get, path = "/api/v1/topics/compare", tag = "topics", params(CompareAsked), responses(
    (status = 200, description = "What sets two topics apart", body = report::TopicContrast),
))]
pub(super) async fn compare(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let CompareAsked { a, b, k, seed } = asked(&uri)?;
    if let Some(unchanged) = Tag::of(service.library.state(), &uri).unchanged(&headers) {
        return Ok(unchanged);
    }
    let study = service.study(k, seed).await?;
    Ok(Tag::of(study.state(), &uri).put_on(json(&study.compare(a, b)?)?))
}

/// A field to compare by.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct GroupsAsked {
    /// `venue`, `year`, `source` or `category`.
    field: String,
    /// Number of topics; chosen if it is left out.
    #[param(minimum = 1)]
    k: Option<usize>,
    /// The same seed gives the same topics.
    #[serde(default)]
    #[param(value_type = usize)]
    seed: u64,
}

/// `GET /api/v1/topics/groups`: as `topics --compare FIELD`.
#[utoipa::path(get, path = "/api/v1/topics/groups", tag = "topics", params(GroupsAsked), responses(
    (status = 200, description = "What sets groups of papers apart", body = report::Compare),
))]
pub(super) async fn groups(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let GroupsAsked { field, k, seed } = asked(&uri)?;
    if let Some(unchanged) = Tag::of(service.library.state(), &uri).unchanged(&headers) {
        return Ok(unchanged);
    }
    let study = service.study(k, seed).await?;
    let tag = Tag::of(study.state(), &uri);
    let told = service.ask(move |engine| engine.compare(&study, &field)).await?;
    Ok(tag.put_on(json(&told)?))
}

/// `GET /api/v1/topics/over-time`: as `topics --over-time`.
#[utoipa::path(get, path = "/api/v1/topics/over-time", tag = "topics", params(Grouping), responses(
    (status = 200, description = "Papers of each topic, year by year", body = report::OverTime),
))]
pub(super) async fn over_time(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let Grouping { k, seed } = asked(&uri)?;
    if let Some(unchanged) = Tag::of(service.library.state(), &uri).unchanged(&headers) {
        return Ok(unchanged);
    }
    let study = service.study(k, seed).await?;
    Ok(Tag::of(study.state(), &uri).put_on(json(study.over_time())?))
}

/// `GET /api/v1/map`: every paper with its place and topic, in columns.
#[utoipa::path(get, path = "/api/v1/map", tag = "topics", params(Grouping), responses(
    (status = 200, description = "Every paper with its place", body = report::Map),
))]
pub(super) async fn map(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let Grouping { k, seed } = asked(&uri)?;
    if let Some(unchanged) = Tag::of(service.library.state(), &uri).unchanged(&headers) {
        return Ok(unchanged);
    }
    let study = service.study(k, seed).await?;
    let tag = Tag::of(study.state(), &uri);
    let question = format!("{} {k:?} {seed}", study.state());
    let drawn = service.slowly(move |engine| Ok(serde_json::to_vec(&engine.map(&study)?).unwrap_or_default()));
    let bytes = service.maps.get(&question, drawn).await?;
    Ok(tag.put_on(json_bytes(bytes.to_vec())))
}
