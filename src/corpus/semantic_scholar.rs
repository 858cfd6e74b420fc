//! Papers from Semantic Scholar: answers of the Graph API, its data sets, and S2ORC.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::dialect::Dialect;
use super::fields::Fields;
use super::ids::arxiv_id;
use super::values::{member_text, members};
use super::{Emit, Fit, Format};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// Names that only records of Semantic Scholar have.
const OWN_NAMES: &[&str] = &[
    "corpusId",
    "corpusid",
    "externalIds",
    "externalids",
    "s2FieldsOfStudy",
    "s2fieldsofstudy",
    "isInfluential",
    "influentialCitationCount",
    "s2_url",
    "s2Url",
    "has_pdf_parse",
    "mag_field_of_study",
    "inCitations",
];

/// How long a paper's key is, in hexadecimal digits.
const KEY_LENGTH: usize = 40;

/// Semantic Scholar papers.
pub(super) struct SemanticScholar;

const DIALECT: Dialect = Dialect { is_own, answer: Some(("/offset", "/data")), paper };

impl Format for SemanticScholar {
    fn name(&self) -> &'static str {
        "semantic_scholar"
    }

    fn about(&self) -> &'static str {
        "Semantic Scholar papers: an answer of the API, its data sets, or S2ORC"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json", "jsonl", "ndjson"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        DIALECT.recognizes(head)
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        DIALECT.read(input, source, emit)
    }
}

/// Authors have keys and external ids of their own, and what is said of a citation stands around the paper.
fn is_own(record: &Map<String, Value>) -> bool {
    let key = |id: &Value| id.is_null() || id.as_str().is_some_and(is_key);
    let around = ["citingPaper", "citedPaper", "papers"].iter().any(|name| record.contains_key(*name));
    let author = record.contains_key("authorId");
    let named = OWN_NAMES.iter().any(|name| record.contains_key(*name));
    !around && !author && (named || record.get("paperId").is_some_and(key))
}

fn is_key(id: &str) -> bool {
    id.len() == KEY_LENGTH && id.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn paper(record: &Map<String, Value>, line: u64) -> Paper {
    let generic = Fields::of(record).strict_paper(line);
    let external = |name: &str| {
        ["externalIds", "externalids"].iter().find_map(|ids| {
            let ids = record.get(*ids)?.as_object()?;
            let (own, _) = ids.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
            member_text(ids, &[own])
        })
    };
    let id = Some(generic.id.0).filter(|id| !id.is_empty()).or_else(|| external("CorpusId"));
    let doi = generic.doi.or_else(|| external("DOI"));
    let arxiv = generic.arxiv_id.or_else(|| external("ArXiv"));
    Paper {
        id: PaperId(id.unwrap_or_default()),
        venue: generic.venue.or_else(|| member_text(record, &["publicationVenue", "name"])),
        categories: if generic.categories.is_empty() { fields_of_study(record) } else { generic.categories },
        volume: generic.volume.or_else(|| member_text(record, &["journal", "volume"])),
        pages: generic.pages.or_else(|| member_text(record, &["journal", "pages"])),
        arxiv_id: arxiv.or_else(|| doi.as_deref().and_then(arxiv_id)),
        pmid: generic.pmid.or_else(|| external("PubMed")),
        doi,
        ..generic
    }
}

/// The fields of study that records name besides `fieldsOfStudy`, each once.
fn fields_of_study(record: &Map<String, Value>) -> Vec<String> {
    let judged = ["s2FieldsOfStudy", "s2fieldsofstudy"].into_iter().flat_map(|name| members(record, name));
    let mut found: Vec<String> = Vec::new();
    let older = record.get("mag_field_of_study").and_then(super::values::categories).unwrap_or_default();
    for name in judged.filter_map(|field| member_text(field, &["category"])).chain(older) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn own(value: &Value) -> bool {
        is_own(value.as_object().expect("an object"))
    }

    #[test]
    fn papers_are_told_from_what_stands_around_them() {
        assert!(own(&json!({"paperId": "0018ce3db8f9957b520d6b7e0cec84abfa230e1c", "title": "T"})));
        assert!(own(&json!({"corpusid": 7, "abstract": "A"})));
        assert!(!own(&json!({"paperId": 77, "title": "T"})));
        assert!(!own(&json!({"authorId": "1", "externalIds": {}, "name": "A. Person"})));
        assert!(!own(&json!({"isInfluential": true, "citedPaper": {"paperId": null, "title": "T"}})));
    }

    #[test]
    fn full_texts_and_summaries_are_no_abstracts() {
        let record = json!({
            "corpusid": 7, "externalids": {"arxiv": "1402.0030", "doi": null}, "abstract": null,
            "content": {"text": "Full text."}, "tldr": {"model": "m", "text": "Made by a machine."},
            "s2fieldsofstudy": [{"category": "Art"}, {"category": "Art"}],
        });
        let read = paper(record.as_object().expect("an object"), 1);
        assert_eq!((read.id.as_str(), read.title.as_str(), read.abstract_text.as_str()), ("7", "", ""));
        assert_eq!((read.arxiv_id.as_deref(), read.doi), (Some("1402.0030"), None));
        assert_eq!(read.categories, ["Art"]);
    }
}
