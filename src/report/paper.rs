//! One paper.

use serde::Serialize;
use utoipa::ToSchema;

use super::table::{facts, Table};

/// One paper.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Paper {
    /// Unique in the library.
    pub id: String,
    /// The title.
    pub title: String,
    /// The abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: String,
    /// In the order of the record.
    pub authors: Vec<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Date of publication.
    pub date: Option<String>,
    /// Journal, conference or repository.
    pub venue: Option<String>,
    /// Volume of the journal.
    pub volume: Option<String>,
    /// Issue of the volume.
    pub issue: Option<String>,
    /// Pages of the issue.
    pub pages: Option<String>,
    /// Subject categories.
    pub categories: Vec<String>,
    /// DOI.
    pub doi: Option<String>,
    /// arXiv id.
    pub arxiv_id: Option<String>,
    /// PubMed's number.
    pub pmid: Option<String>,
    /// Where it can be read.
    pub url: Option<String>,
    /// The file it came from.
    pub source: String,
    /// Line of that file, from 1.
    pub line: u64,
    /// Whether there is no abstract.
    pub title_only: bool,
    /// Ids of its exact copies.
    pub also: Vec<String>,
}

pub(super) fn table(r: &Paper) -> Table {
    facts(
        "",
        [
            ("id", r.id.clone()),
            ("title", r.title.clone()),
            ("authors", r.authors.join("; ")),
            ("year", r.year.map(|y| y.to_string()).unwrap_or_default()),
            ("date", r.date.clone().unwrap_or_default()),
            ("venue", r.venue.clone().unwrap_or_default()),
            ("volume", r.volume.clone().unwrap_or_default()),
            ("issue", r.issue.clone().unwrap_or_default()),
            ("pages", r.pages.clone().unwrap_or_default()),
            ("categories", r.categories.join(" ")),
            ("doi", r.doi.clone().unwrap_or_default()),
            ("arXiv", r.arxiv_id.clone().unwrap_or_default()),
            ("PMID", r.pmid.clone().unwrap_or_default()),
            ("url", r.url.clone().unwrap_or_default()),
            ("source", format!("{}:{}", r.source, r.line)),
            ("also", r.also.join(" ")),
            ("abstract", if r.title_only { "(none)".to_owned() } else { r.abstract_text.clone() }),
        ],
    )
}
