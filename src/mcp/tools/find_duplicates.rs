//! `find_duplicates`

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::error::Result;
use crate::findings::duplicates::{DuplicateParams, Kind};
use crate::mcp::bounds::{field, within, NamedPaper, Page, MOST_NAMED};
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;
use crate::report;

const MOST_GROUPS: usize = 50;

pub(in crate::mcp) struct FindDuplicates;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// A paper's id, to see only what it is a repeat of; all papers if it is not given.
    #[serde(default)]
    id: Option<String>,
    /// Kinds of sameness: exact (the same words), near (lightly edited), version (the same work with a changed text),
    /// overlap (different works that share much text, never in a group), or all but overlap.
    #[serde(default)]
    level: Level,
    /// Similarity from which neighbours in meaning are compared word by word.
    #[serde(default = "usual_similarity")]
    #[schemars(range(min = -1.0, max = 1.0))]
    min_similarity: f32,
    /// Groups, and pairs to look at, to show.
    #[serde(default = "usual_limit")]
    #[schemars(range(min = 1, max = MOST_GROUPS))]
    limit: usize,
    /// Groups and pairs to pass over, for the next page.
    #[serde(default)]
    offset: usize,
}

fn usual_similarity() -> f32 {
    DuplicateParams::default().min_similarity
}

fn usual_limit() -> usize {
    10
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Level {
    #[default]
    All,
    Exact,
    Near,
    Version,
    Overlap,
}

impl Level {
    fn kinds(self) -> Vec<Kind> {
        match self {
            Level::All => DuplicateParams::default().kinds,
            Level::Exact => vec![Kind::Exact],
            Level::Near => vec![Kind::Near],
            Level::Version => vec![Kind::Version],
            Level::Overlap => vec![Kind::Overlap],
        }
    }
}

/// Records that are the same paper.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// Groups there are.
    groups_found: usize,
    /// Records beyond the one to keep of each group.
    surplus: usize,
    /// Records that are one paper.
    groups: Vec<Group>,
    /// Pairs there are that a person should look at.
    pairs_to_review: usize,
    /// Pairs that may be one paper; something speaks against it.
    review: Vec<Pair>,
    /// What is not shown, and how to ask for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Group {
    /// exact, near or version.
    kind: Cow<'static, str>,
    /// Id of the record to keep.
    keep: String,
    /// Records in it.
    size: usize,
    papers: Vec<NamedPaper>,
    /// Similarity of the two that are least alike, -1 to 1.
    weakest_similarity: f64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Pair {
    kind: Cow<'static, str>,
    a: NamedPaper,
    b: NamedPaper,
    /// Cosine from -1 to 1.
    similarity: f64,
    /// Share of the shorter text's word runs that the other has too, 0 to 1.
    text_overlap: f64,
    /// What speaks for and against.
    reasons: Vec<String>,
}

impl Tool for FindDuplicates {
    const NAME: &'static str = "find_duplicates";
    const TITLE: &'static str = "Find duplicates";
    const DESCRIPTION: &'static str = "Records of the library that are the same paper, in groups with the record to keep, \
        and pairs that a person should look at, with reasons. With id: only those of one paper. The first call on a large \
        library takes a while.";
    type Input = Input;
    type Output = Output;

    fn answer(input: Input, session: &mut Session<'_>) -> Result<Output> {
        let limit = within("limit", input.limit, (1, MOST_GROUPS))?;
        let kinds = input.level.kinds();
        let params = DuplicateParams { kinds, min_similarity: input.min_similarity, ..DuplicateParams::default() };
        if let Some(id) = &input.id {
            session.engine()?.show(id, false)?;
        }
        let (engine, found) = session.duplicates(&params)?;
        let is_asked = |id: &String| input.id.as_ref().is_none_or(|asked| asked == id);
        let groups: Vec<_> = found.groups.iter().filter(|group| group.papers.iter().any(is_asked)).collect();
        let review = found.pairs.iter().filter(|pair| pair.verdict == "review");
        let review: Vec<_> = review.filter(|pair| is_asked(&pair.a) || is_asked(&pair.b)).collect();
        let shown = Page::of(&groups, input.offset, limit);
        let pairs = Page::of(&review, input.offset, limit);
        let long = shown.items.iter().filter(|group| group.papers.len() > MOST_NAMED).count();
        let long = (long > 0).then(|| format!("papers beyond {MOST_NAMED} of {long} groups"));
        Ok(Output {
            groups_found: groups.len(),
            surplus: groups.iter().map(|group| group.papers.len() - 1).sum(),
            left_out: [shown.left_out("groups"), long, pairs.left_out("pairs to review")]
                .into_iter()
                .flatten()
                .collect(),
            groups: shown.items.iter().map(|group| told_group(engine, group)).collect::<Result<_>>()?,
            pairs_to_review: review.len(),
            review: pairs.items.iter().map(|pair| told_pair(engine, pair)).collect::<Result<_>>()?,
        })
    }
}

fn told_group(engine: &Engine<'_>, group: &report::Group) -> Result<Group> {
    Ok(Group {
        kind: group.kind.clone(),
        keep: group.keep.clone(),
        size: group.papers.len(),
        papers: NamedPaper::all(engine, group.papers.iter().take(MOST_NAMED))?,
        weakest_similarity: group.weakest_similarity,
    })
}

fn told_pair(engine: &Engine<'_>, pair: &report::Pair) -> Result<Pair> {
    Ok(Pair {
        kind: pair.kind.clone(),
        a: NamedPaper::of(engine, &pair.a)?,
        b: NamedPaper::of(engine, &pair.b)?,
        similarity: pair.similarity,
        text_overlap: pair.text_overlap,
        reasons: pair.reasons.iter().map(|reason| field(reason)).collect(),
    })
}
