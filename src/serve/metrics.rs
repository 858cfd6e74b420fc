//! What the server counts, in the format of Prometheus.

use std::sync::atomic::AtomicI64;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{header, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use super::api::Shared;
use super::refusal::Refusal;

/// Seconds: around what a query takes, and up to what topics of a large library take.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.64, 2.56, 10.24, 40.96];

/// The format that Prometheus and its like read.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the server counts.
pub(super) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge<i64, AtomicI64>,
    papers: Gauge<i64, AtomicI64>,
    generation: Gauge<i64, AtomicI64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("paperkin"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(BUCKETS)),
            in_flight: Gauge::default(),
            papers: Gauge::default(),
            generation: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Requests by route and status", metrics.requests.clone());
        registry.register("http_request_seconds", "Seconds from a request to its answer", metrics.seconds.clone());
        registry.register("http_in_flight", "Requests being answered", metrics.in_flight.clone());
        registry.register("library_papers", "Papers in the library", metrics.papers.clone());
        registry.register("library_generation", "Changes of the library so far", metrics.generation.clone());
        metrics
    }
}

/// Takes back a count when the answer is there, or when the client has left.
struct Counted(Gauge<i64, AtomicI64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Counts a request.
pub(super) async fn count(State(service): Shared, request: Request, next: Next) -> Response {
    let metrics = &service.metrics;
    let known = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    // Paths of strangers' making would be without number.
    let route = known.unwrap_or_else(|| "other".to_owned());
    metrics.in_flight.inc();
    let _counted = Counted(metrics.in_flight.clone());
    let begun = Instant::now();
    let response = next.run(request).await;
    metrics.seconds.get_or_create(&Route { route: route.clone() }).observe(begun.elapsed().as_secs_f64());
    metrics.requests.get_or_create(&Answered { route, status: response.status().as_u16() }).inc();
    response
}

/// `GET /metrics`
#[utoipa::path(get, path = "/metrics", tag = "server", responses(
    (status = 200, description = "Counts in the format of OpenMetrics", body = String, content_type = "application/openmetrics-text"),
))]
pub(super) async fn metrics(State(service): Shared) -> Result<Response, Refusal> {
    let metrics = &service.metrics;
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    metrics.papers.set(number(service.library.papers()));
    metrics.generation.set(service.library.generation());
    let mut text = String::new();
    encode(&mut text, &metrics.registry).map_err(|error| Refusal::internal(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(FORMAT))], text).into_response())
}
