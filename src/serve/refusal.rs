//! What a client is told when there is no answer: one shape, and one map from kinds of errors to statuses.

use axum::http::{header, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Error, ErrorKind};

use super::answer::json;

/// Seconds after which a client may ask again.
const RETRY_AFTER: u32 = 2;

/// Why there is no answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Problem {
    /// The error.
    error: ProblemBody,
}

/// An error as a client sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ProblemBody {
    /// `input`, `not found`, `incompatible`, `damaged`, `busy`, `internal`, `unauthorised`, `forbidden`, `method`,
    /// `too large`, `media type` or `timeout`.
    kind: &'static str,
    /// What is wrong, and the way out.
    message: String,
}

/// A request that is not answered.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: StatusCode,
    kind: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Refusal { status, kind, message: message.into() }
    }

    /// A parameter or a body that cannot be used.
    pub(super) fn input(message: impl Into<String>) -> Self {
        Refusal::new(StatusCode::BAD_REQUEST, "input", message)
    }

    /// More requests than can wait.
    pub(super) fn full() -> Self {
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many requests are waiting; try again later")
    }

    /// An answer that takes longer than a client should wait.
    pub(super) fn late() -> Self {
        let message = "the answer takes longer than a request may; it is being worked on, so ask again";
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", message)
    }

    /// A fault of the program.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

/// The one place where kinds of errors become statuses.
fn status(kind: ErrorKind) -> (StatusCode, &'static str) {
    match kind {
        ErrorKind::Input => (StatusCode::BAD_REQUEST, "input"),
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "not found"),
        ErrorKind::Incompatible => (StatusCode::CONFLICT, "incompatible"),
        ErrorKind::Damaged => (StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ErrorKind::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        let (status, kind) = status(error.kind());
        let mut message = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            message.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        Refusal { status, kind, message }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::from(&error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem { error: ProblemBody { kind: self.kind, message: self.message } };
        let mut response = json(&problem).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response());
        *response.status_mut() = self.status;
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
