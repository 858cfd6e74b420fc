//! `get_paper`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::mcp::bounds::{clipped, field, fields, title, within, MOST_NAMED};
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;

const MOST_ABSTRACT: usize = 20_000;

/// Authors that are listed; papers of large collaborations have thousands.
const MOST_AUTHORS: usize = 50;

pub(in crate::mcp) struct GetPaper;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// The paper's id, exactly as an answer gave it.
    id: String,
    /// Characters of the abstract to show.
    #[serde(default = "usual_abstract")]
    #[schemars(range(min = 0, max = MOST_ABSTRACT))]
    abstract_chars: usize,
}

fn usual_abstract() -> usize {
    4_000
}

/// All that is known of a paper.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    id: String,
    title: String,
    #[serde(rename = "abstract")]
    abstract_text: String,
    /// Whether there is no abstract.
    title_only: bool,
    /// In the order of the record.
    authors: Vec<String>,
    year: Option<i32>,
    date: Option<String>,
    venue: Option<String>,
    volume: Option<String>,
    issue: Option<String>,
    pages: Option<String>,
    categories: Vec<String>,
    doi: Option<String>,
    arxiv_id: Option<String>,
    pmid: Option<String>,
    url: Option<String>,
    /// The file it came from, and the line.
    source: String,
    line: u64,
    /// Ids of its exact copies.
    also: Vec<String>,
    /// What is not shown, and how to ask for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

impl Tool for GetPaper {
    const NAME: &'static str = "get_paper";
    const TITLE: &'static str = "Get a paper";
    const DESCRIPTION: &'static str =
        "One paper by its id: title, whole abstract, authors, year, venue, identifiers, where \
        it was read from, and its exact copies.";
    type Input = Input;
    type Output = Output;

    fn answer(input: Input, session: &mut Session<'_>) -> Result<Output> {
        let most = within("abstract_chars", input.abstract_chars, (0, MOST_ABSTRACT))?;
        let paper = session.engine()?.show(&input.id, false)?;
        let (authors, more_authors) = fields(&paper.authors, MOST_AUTHORS);
        let (categories, more_categories) = fields(&paper.categories, MOST_NAMED);
        let cut = paper.abstract_text.chars().count().saturating_sub(most);
        let counts = [
            (cut, format!("characters of the abstract; abstract_chars up to {MOST_ABSTRACT} shows more")),
            (more_authors, "authors".to_owned()),
            (more_categories, "categories".to_owned()),
            (
                paper.also.len().saturating_sub(MOST_NAMED),
                "copies; find_duplicates with this id shows the group".to_owned(),
            ),
        ];
        let short = |text: &Option<String>| text.as_deref().map(field);
        Ok(Output {
            title: title(&paper.title),
            abstract_text: clipped(&paper.abstract_text, most),
            title_only: paper.title_only,
            authors,
            year: paper.year,
            date: short(&paper.date),
            venue: short(&paper.venue),
            volume: short(&paper.volume),
            issue: short(&paper.issue),
            pages: short(&paper.pages),
            categories,
            doi: short(&paper.doi),
            arxiv_id: short(&paper.arxiv_id),
            pmid: short(&paper.pmid),
            url: short(&paper.url),
            source: field(&paper.source),
            line: paper.line,
            also: paper.also.into_iter().take(MOST_NAMED).collect(),
            left_out: counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect(),
            id: paper.id,
        })
    }
}
