//! The routes, and how requests become questions.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::State;
use axum::http::{header, HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use axum::Router;
use serde::de::DeserializeOwned;
use serde::Serialize;
use utoipa::ToSchema;

use crate::engine::Engine;

use super::answer::{json, tagged_json};
use super::refusal::Refusal;
use super::service::Service;
use super::{duplicates, metrics, openapi, page, papers, similar, topics};

/// What handlers share, as they take it.
pub(super) type Shared = State<Arc<Service>>;

/// All routes.
pub(super) fn routes() -> Router<Arc<Service>> {
    let api = Router::new()
        .route("/openapi.json", get(openapi::document))
        .route("/similar", get(similar::similar).post(similar::similar_to_long))
        .route("/topics", get(topics::topics))
        .route("/topics/compare", get(topics::compare))
        .route("/topics/groups", get(topics::groups))
        .route("/topics/over-time", get(topics::over_time))
        .route("/topics/{id}", get(topics::topic))
        .route("/map", get(topics::map))
        .route("/papers", get(papers::papers))
        .route("/papers/{*id}", get(papers::paper))
        .route("/duplicates", get(duplicates::duplicates))
        .route("/decisions", get(duplicates::decisions).post(duplicates::decide))
        .route("/info", get(info));
    Router::new()
        .route("/", get(page::page))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics::metrics))
        .nest("/api/v1", api)
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
}

async fn unknown(uri: Uri) -> Refusal {
    let message = format!("nothing is served at {}; /api/v1/openapi.json lists what is", uri.path());
    Refusal::new(StatusCode::NOT_FOUND, "not found", message)
}

async fn wrong_method() -> Refusal {
    let message = "this address does not take this method; the Allow header names those that it takes";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", message)
}

/// Parameters that may be empty: texts, of which the engine says so itself.
const TEXTS: [&str; 5] = ["text", "where", "id", "not", "seen"];

/// Parameters of an address; one that is not known is refused, since it would be a slip, and so is one without a value.
pub(super) fn asked<T: DeserializeOwned>(uri: &Uri) -> Result<T, Refusal> {
    let query = uri.query().unwrap_or_default();
    for (name, value) in query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        if value.is_empty() && !name.is_empty() && !TEXTS.contains(&name) {
            return Err(Refusal::input(format!("parameter '{name}' has no value; leave it out or give one")));
        }
    }
    serde_html_form::from_str(query).map_err(|error| Refusal::input(format!("the parameters cannot be used: {error}")))
}

/// A body of JSON.
pub(super) fn asked_in<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
        let message = format!("the body is '{kind}'; expected application/json");
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media type", message));
    }
    let body = body.map_err(|rejection| match rejection.status() {
        status @ StatusCode::PAYLOAD_TOO_LARGE => Refusal::new(status, "too large", rejection.body_text()),
        _ => Refusal::input(rejection.body_text()),
    })?;
    serde_json::from_slice(&body).map_err(|error| Refusal::input(format!("the body cannot be used: {error}")))
}

/// A page of a list.
pub(super) fn page_of<T: Clone>(list: &[T], offset: usize, limit: usize) -> Vec<T> {
    list.iter().skip(offset).take(limit).cloned().collect()
}

/// Whether the server is well.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
    /// The program's version.
    version: &'static str,
    /// The state of the library that is answered from.
    generation: i64,
}

/// `GET /healthz`
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "The server answers", body = Health)))]
pub(super) async fn healthz(State(service): Shared) -> Result<Response, Refusal> {
    json(&Health { status: "ok", version: env!("CARGO_PKG_VERSION"), generation: service.library.generation() })
}

/// `GET /api/v1/info`: as the command `info`.
#[utoipa::path(get, path = "/api/v1/info", tag = "library", responses(
    (status = 200, description = "The library itself", body = crate::report::Library),
))]
pub(super) async fn info(State(service): Shared, headers: HeaderMap) -> Result<Response, Refusal> {
    let question = service.library.state().to_string();
    let library = service.described.get(&question, service.slowly(Engine::info)).await?;
    tagged_json(&*library, &headers)
}
