//! Answers as JSON, with a tag by which a client sees that nothing has changed.

use axum::body::{Body, Bytes};
use axum::http::{header, HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::refusal::Refusal;

/// Hexadecimal digits of a tag: 96 bits.
const DIGITS: usize = 24;

/// The state of an answer. Weak, since an answer may be compressed on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag(String);

impl Tag {
    /// Of a question in a state of the library. Another version of the program may answer otherwise.
    pub(super) fn of(state: i64, uri: &Uri) -> Self {
        let question = uri.path_and_query().map_or("", |question| question.as_str());
        Tag::hashed(format!("{} {state} {question}", env!("CARGO_PKG_VERSION")).as_bytes())
    }

    /// Of an answer that is at hand.
    pub(super) fn of_body(body: &[u8]) -> Self {
        Tag::hashed(body)
    }

    fn hashed(bytes: &[u8]) -> Self {
        Tag(format!("W/\"{}\"", &blake3::hash(bytes).to_hex()[..DIGITS]))
    }

    /// Whether the client has this state already.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let own = opaque(&self.0);
        known.flat_map(|list| list.split(',')).any(|tag| tag.trim() == "*" || opaque(tag) == own)
    }

    /// The answer to a client that has this state already.
    pub(super) fn unchanged(&self, headers: &HeaderMap) -> Option<Response> {
        self.is_known(headers).then(|| self.put_on(StatusCode::NOT_MODIFIED.into_response()))
    }

    /// A response that bears this tag.
    pub(super) fn put_on(&self, mut response: Response) -> Response {
        if let Ok(tag) = HeaderValue::from_str(&self.0) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response
    }
}

/// A value as JSON.
pub(super) fn json(value: &impl Serialize) -> Result<Response, Refusal> {
    serde_json::to_vec(value).map(json_bytes).map_err(|error| Refusal::internal(error.to_string()))
}

/// Bytes that are JSON.
pub(super) fn json_bytes(bytes: impl Into<Bytes>) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, Body::from(bytes.into())).into_response()
}

/// A value as JSON with a tag of its own bytes, for what may change without a new state of the library.
pub(super) fn tagged_json(value: &impl Serialize, headers: &HeaderMap) -> Result<Response, Refusal> {
    let bytes = serde_json::to_vec(value).map_err(|error| Refusal::internal(error.to_string()))?;
    let tag = Tag::of_body(&bytes);
    Ok(tag.unchanged(headers).unwrap_or_else(|| tag.put_on(json_bytes(bytes))))
}
