//! Records that are the same paper, and what people decide about them.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::findings::duplicates::{DuplicateParams, Kind};
use crate::report;

use super::answer::{json, tagged_json};
use super::api::{asked, asked_in, page_of, Shared};
use super::refusal::Refusal;
use super::service::Service;

/// Which duplicates.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct DuplicatesAsked {
    /// Kinds of sameness to report.
    level: Level,
    /// Similarity from which neighbours in the vectors are compared word by word.
    #[param(minimum = -1, maximum = 1, default = 0.75)]
    min_similarity: f32,
    /// Groups, and pairs to look at, to pass over.
    offset: usize,
    /// Groups, and pairs to look at, wanted; all if it is left out.
    limit: Option<usize>,
}

impl Default for DuplicatesAsked {
    fn default() -> Self {
        let min_similarity = DuplicateParams::default().min_similarity;
        DuplicatesAsked { level: Level::All, min_similarity, offset: 0, limit: None }
    }
}

/// Kinds of sameness.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Level {
    /// The same words.
    Exact,
    /// The same text, lightly edited or cut.
    Near,
    /// The same work with a changed text.
    Version,
    /// Different works that share much text; only ever to be looked at.
    Overlap,
    /// Exact, near and version.
    All,
}

impl Level {
    fn kinds(self) -> Vec<Kind> {
        match self {
            Level::Exact => vec![Kind::Exact],
            Level::Near => vec![Kind::Near],
            Level::Version => vec![Kind::Version],
            Level::Overlap => vec![Kind::Overlap],
            Level::All => DuplicateParams::default().kinds,
        }
    }
}

/// A part of the duplicates: groups with the pairs that hold them together, and as many pairs to look at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DuplicatesPage {
    /// Records that are one paper.
    groups: Vec<report::Group>,
    /// The pairs within these groups, and pairs to look at.
    pairs: Vec<report::Pair>,
    /// Groups found.
    total_groups: usize,
    /// Pairs to look at that were found.
    total_review: usize,
    /// Groups, and pairs to look at, passed over.
    offset: usize,
    /// Groups, and pairs to look at, wanted.
    limit: Option<usize>,
}

fn page(found: &report::Duplicates, offset: usize, limit: Option<usize>) -> DuplicatesPage {
    let wanted = limit.unwrap_or(usize::MAX);
    let groups = page_of(&found.groups, offset, wanted);
    let review: Vec<&report::Pair> = found.pairs.iter().filter(|pair| pair.verdict == "review").collect();
    let told: std::collections::BTreeSet<&str> =
        groups.iter().flat_map(|group| group.papers.iter().map(String::as_str)).collect();
    let holds = |pair: &&report::Pair| pair.verdict != "review" && told.contains(pair.a.as_str());
    let pairs = found.pairs.iter().filter(holds).chain(review.iter().copied().skip(offset).take(wanted));
    let (total_groups, total_review) = (found.groups.len(), review.len());
    DuplicatesPage { pairs: pairs.cloned().collect(), groups, total_groups, total_review, offset, limit }
}

/// `GET /api/v1/duplicates`: as the command `duplicates`.
#[utoipa::path(get, path = "/api/v1/duplicates", tag = "duplicates", params(DuplicatesAsked), responses(
    (status = 200, description = "Records that are the same paper", body = DuplicatesPage),
))]
pub(super) async fn duplicates(State(service): Shared, uri: Uri, headers: HeaderMap) -> Result<Response, Refusal> {
    let DuplicatesAsked { level, min_similarity, offset, limit } = asked(&uri)?;
    let params = DuplicateParams { kinds: level.kinds(), min_similarity, ..DuplicateParams::default() };
    params.check()?;
    let decided = service.ask(|engine| engine.decisions()).await?;
    let decided = serde_json::to_vec(&decided).map_err(|error| Refusal::internal(error.to_string()))?;
    let state = (service.library.state(), blake3::hash(&decided).to_hex());
    let question = format!("{} {} {level:?} {min_similarity}", state.0, state.1);
    let found = service.slowly(move |engine| engine.kept_duplicates(&params));
    let found = service.duplicates.get(&question, found).await?;
    tagged_json(&page(&found, offset, limit), &headers)
}

/// `GET /api/v1/decisions`: as `duplicates --decisions`.
#[utoipa::path(get, path = "/api/v1/decisions", tag = "duplicates", responses(
    (status = 200, description = "What was decided about pairs", body = report::Decisions),
))]
pub(super) async fn decisions(State(service): Shared, headers: HeaderMap) -> Result<Response, Refusal> {
    tagged_json(&service.ask(|engine| engine.decisions()).await?, &headers)
}

/// A decision about two papers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionAsked {
    /// Id of a paper.
    a: String,
    /// Id of another.
    b: String,
    /// What is decided.
    verdict: Said,
}

/// What may be decided about two papers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Said {
    /// They are one paper.
    Same,
    /// They are not.
    #[serde(rename = "not same")]
    NotSame,
    /// Forget what was decided about them.
    Undecided,
}

/// `POST /api/v1/decisions`: remembers a decision about two papers, as `duplicates --decide` does.
#[utoipa::path(post, path = "/api/v1/decisions", tag = "duplicates", request_body = DecisionAsked, responses(
    (status = 200, description = "The decision, which is remembered", body = DecisionAsked),
))]
pub(super) async fn decide(
    State(service): Shared,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Refusal> {
    let asked: DecisionAsked = asked_in(&headers, body)?;
    json(&remembered(&service, asked).await?)
}

async fn remembered(service: &Service, asked: DecisionAsked) -> Result<DecisionAsked, Refusal> {
    if asked.a == asked.b {
        return Err(Refusal::input(format!("'{}' is paired with itself", asked.a)));
    }
    let is_same = match asked.verdict {
        Said::Same => Some(true),
        Said::NotSame => Some(false),
        Said::Undecided => None,
    };
    let work = move |engine: &crate::engine::Engine<'static>| {
        [&asked.a, &asked.b].into_iter().try_for_each(|id| engine.show(id, false).map(drop))?;
        engine.remember(&asked.a, &asked.b, is_same)?;
        Ok(asked)
    };
    service.ask(work).await
}
