//! The page, live: the saved report's code, which asks the API for what that holds in itself.

use axum::body::Body;
use axum::extract::State;
use axum::http::{header, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use base64::prelude::{Engine as _, BASE64_STANDARD};
use sha2::{Digest, Sha256};

use crate::report;

use super::answer::Tag;
use super::api::Shared;
use super::refusal::Refusal;

/// The page as it is sent.
pub(super) struct Page {
    html: String,
    policy: String,
}

impl Page {
    fn of(overview: &report::Overview) -> crate::error::Result<Self> {
        let html = report::live_page(overview)?;
        Ok(Page { policy: policy(&html), html })
    }
}

/// Only the scripts and styles of the page itself run, known by their hashes, and only this server is asked. Attributes of
/// style are bars' lengths and topics' colours.
fn policy(html: &str) -> String {
    let hashes = |element: &str| {
        let (begin, end) = (format!("<{element}>"), format!("</{element}>"));
        let inside = html.split(begin.as_str()).skip(1).filter_map(|rest| rest.split(end.as_str()).next());
        inside.map(|text| format!(" 'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))).collect::<String>()
    };
    format!(
        "default-src 'none'; script-src{}; style-src{}; style-src-attr 'unsafe-inline'; img-src data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hashes("script"),
        hashes("style")
    )
}

/// `GET /`
#[utoipa::path(get, path = "/", tag = "server", responses((status = 200, description = "The page", body = String, content_type = "text/html")))]
pub(super) async fn page(State(service): Shared, headers: HeaderMap) -> Result<Response, Refusal> {
    let generation = service.library.state();
    let made = service.slowly(|engine| Page::of(&engine.glance()?));
    let page = service.pages.get(&generation.to_string(), made).await?;
    let tag = Tag::of_body(page.html.as_bytes());
    if let Some(unchanged) = tag.unchanged(&headers) {
        return Ok(unchanged);
    }
    let policy = HeaderValue::from_str(&page.policy).map_err(|error| Refusal::internal(error.to_string()))?;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, policy)];
    Ok(tag.put_on((headers, Body::from(page.html.clone())).into_response()))
}
