//! The papers themselves.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::findings::filter::Filter;
use crate::report;

use super::answer::{json, Tag};
use super::api::{asked, Shared};
use super::refusal::Refusal;

/// Papers on one page, if nothing else is asked, and at most.
const PAGE: usize = 20;
const MOST: usize = 1_000;

/// A part of the papers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PapersAsked {
    /// Papers to pass over.
    #[serde(default)]
    offset: usize,
    /// Papers wanted.
    #[serde(default = "page")]
    #[param(default = 20, maximum = 1000)]
    limit: usize,
    /// Condition on papers, such as "year>=2022 and has(doi)".
    #[serde(rename = "where")]
    condition: Option<String>,
}

fn page() -> usize {
    PAGE
}

/// A part of the papers, by id.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PaperPage {
    /// Papers that fulfil the condition.
    total: usize,
    /// Papers passed over.
    offset: usize,
    /// Papers wanted.
    limit: usize,
    /// By id.
    papers: Vec<report::Paper>,
}

/// `GET /api/v1/papers`
#[utoipa::path(get, path = "/api/v1/papers", tag = "library", params(PapersAsked), responses(
    (status = 200, description = "Papers, by id", body = PaperPage),
))]
pub(super) async fn papers(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let PapersAsked { offset, limit, condition } = asked(&uri)?;
    if limit > MOST {
        return Err(Refusal::input(format!("limit is {limit}; expected at most {MOST}")));
    }
    let filter = condition.as_deref().map_or(Ok(Filter::All(Vec::new())), Filter::parse)?;
    let tag = Tag::of(service.library.state(), &uri);
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    let (total, papers) = service.ask(move |engine| engine.list(&filter, offset, limit)).await?;
    Ok(tag.put_on(json(&PaperPage { total, offset, limit, papers })?))
}

/// `GET /api/v1/papers/{id}`: as the command `show`. Slashes in an id may be encoded or not.
#[utoipa::path(get, path = "/api/v1/papers/{id}", tag = "library",
    params(("id" = String, Path, description = "The paper's id")), responses(
    (status = 200, description = "One paper", body = report::Paper),
))]
pub(super) async fn paper(
    State(service): Shared,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Path(id) = id.map_err(|rejection| Refusal::input(rejection.body_text()))?;
    let tag = Tag::of(service.library.state(), &uri);
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    let paper = service.ask(move |engine| engine.show(&id, false)).await?;
    Ok(tag.put_on(json(&paper)?))
}
