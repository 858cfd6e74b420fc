//! One HTML file that needs nothing else, and the same page for a server.

use std::io::Write;

use base64::prelude::{Engine as _, BASE64_STANDARD};
use flate2::write::GzEncoder;
use flate2::Compression;
use minijinja::{context, AutoEscape, Environment};

use crate::error::{Cause, Error, Result};

use super::{Failure, Overview, Renderer, Report};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");

/// The parts of the page's script, in one scope, what is used first before what uses it.
const SCRIPTS: &[&str] = &[
    include_str!("page/base.js"),
    include_str!("page/library.js"),
    include_str!("page/saved.js"),
    include_str!("page/live.js"),
    include_str!("page/state.js"),
    include_str!("page/view.js"),
    include_str!("page/painter.js"),
    include_str!("page/map.js"),
    include_str!("page/pieces.js"),
    include_str!("page/cards.js"),
    include_str!("page/answers.js"),
    include_str!("page/search.js"),
    include_str!("page/topics.js"),
    include_str!("page/difference.js"),
    include_str!("page/duplicates.js"),
    include_str!("page/main.js"),
];

/// Bytes of JSON from which on the page holds it compressed, as base64; below, it can be read by eye.
const COMPRESS_FROM: usize = 1 << 20;

/// Where a live page asks.
const LIVE_API: &str = "/api/v1";

/// The page: what was read, the map, the topics, the duplicates.
pub(super) struct Html;

impl Renderer for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn extension(&self) -> &'static str {
        "html"
    }

    fn only_for(&self) -> Option<&'static str> {
        Some("the command 'report', which writes a page")
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        let Report::Whole(whole) = report else {
            return Err(Failure::Format(Error::InvalidParameter {
                name: "--format",
                value: "html".to_owned(),
                expected: "another format, or the command 'report', which writes a page".to_owned(),
            }));
        };
        let json = serde_json::to_string(whole).map_err(failed)?;
        let data = if json.len() < COMPRESS_FROM { script_safe(&json) } else { compressed(&json)? };
        Ok(out.write_all(page(&whole.title, &data, false)?.as_bytes())?)
    }
}

/// The page as a server shows it: without papers, which it asks the server for.
///
/// # Errors
/// [`Error::Rendering`].
pub fn live_page(overview: &Overview) -> Result<String> {
    let data = serde_json::json!({ "live": { "api": LIVE_API }, "overview": overview });
    page("Paperkin", &script_safe(&data.to_string()), true)
}

/// The page filled in. A live one tells its browser by a header what it may do, a saved one by an element.
fn page(title: &str, data: &str, is_live: bool) -> Result<String> {
    let failed = |cause: minijinja::Error| Error::Rendering { what: "page", source: cause.into() };
    let mut pages = Environment::new();
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    let page = pages.template_from_str(PAGE).map_err(failed)?;
    let filled = page.render(context! {
        title => title,
        version => env!("CARGO_PKG_VERSION"),
        is_live => is_live,
        data => data,
        style => STYLE,
        script => SCRIPTS.concat(),
    });
    filled.map_err(failed)
}

fn failed(cause: impl Into<Cause>) -> Failure {
    Failure::Format(Error::Rendering { what: "page", source: cause.into() })
}

/// The JSON as a JSON string: the base64 of its gzip.
fn compressed(json: &str) -> std::io::Result<String> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(json.as_bytes())?;
    Ok(format!("\"{}\"", BASE64_STANDARD.encode(gzip.finish()?)))
}

/// JSON that cannot end the script element it stands in, whatever text it holds.
fn script_safe(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => safe.push_str(&format!("\\u{:04x}", c as u32)),
            c => safe.push(c),
        }
    }
    safe
}
