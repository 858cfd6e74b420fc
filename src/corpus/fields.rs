//! Which names the fields of a paper go by, and a paper from named values.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::tagged::doi_in;
use super::{clean, values};
use crate::paper::{Paper, PaperId};

/// A field of a paper, as far as records name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Abstract,
    Id,
    Key,
    Authors,
    Year,
    Date,
    Venue,
    Categories,
    Doi,
    Arxiv,
    Url,
}

/// One row of [`NAMES`]: a field and the names it goes by, best first.
struct Names {
    field: Field,
    /// Names that mean this field wherever they stand.
    clear: &'static [&'static str],
    /// Names that other things have as well: they are read, but do not show that a file holds papers.
    vague: &'static [&'static str],
}

/// Every name of every field, in lower case, letters and digits only: `Paper Title`, `paper_title` and `paperTitle`
/// are all `papertitle` here.
#[rustfmt::skip]
const NAMES: &[Names] = &[
    Names {
        field: Field::Title,
        clear: &["title", "papertitle", "articletitle", "documenttitle", "itemtitle", "worktitle", "primarytitle",
                 "titleen", "titleenglish", "titletext", "papername", "originaltitle"],
        vague: &["displayname", "name", "headline"],
    },
    Names {
        field: Field::Abstract,
        clear: &["abstract", "abstracttext", "paperabstract", "articleabstract", "abstracten", "abstractnote",
                 "abstractenglish", "abstracts", "originalabstract"],
        vague: &["summary", "description", "text", "content", "body", "tldr"],
    },
    Names {
        field: Field::Id,
        clear: &["id", "paperid", "documentid", "docid", "corpusid", "articleid", "recordid", "workid", "publicationid",
                 "lensid", "eid", "ut", "utuniquewosid", "uid", "pui", "embaseaccessionid", "accessionnumber"],
        vague: &[],
    },
    Names {
        // Ids that are used where a record has no better one.
        field: Field::Key,
        clear: &["pmid", "pubmedid", "medlinepmid", "pmcid", "key", "citekey", "citationkey", "bibtexkey"],
        vague: &[],
    },
    Names {
        field: Field::Authors,
        clear: &["authors", "author", "authornames", "authorlist", "authorfullnames", "creators", "creator",
                 "firstauthors", "authorshipsauthordisplayname"],
        vague: &[],
    },
    Names {
        field: Field::Year,
        clear: &["year", "publicationyear", "pubyear", "publishedyear", "yearpublished"],
        vague: &[],
    },
    Names {
        field: Field::Date,
        clear: &["publicationdate", "publisheddate", "datepublished", "pubdate", "dateofpublication", "coverdate",
                 "publishedat"],
        vague: &["date", "published", "submissiondate", "submitted", "onlinedate", "updatedate", "updated"],
    },
    Names {
        field: Field::Venue,
        clear: &["venue", "journal", "booktitle", "publicationtitle", "sourcetitle", "containertitle", "journaltitle",
                 "journalname", "publicationname", "conference", "conferencename", "journalref",
                 "journalbook", "primarylocationsourcedisplayname"],
        // Embase's and Publish or Perish's journal; in other files a database.
        vague: &["publication", "source"],
    },
    Names {
        field: Field::Categories,
        clear: &["fieldsofstudy", "subjectareas", "arxivcategories", "primarycategory", "woscategories",
                 "webofsciencecategories"],
        vague: &["categories", "category", "subjects", "subject"],
    },
    Names { field: Field::Doi, clear: &["doi", "itemdoi", "articledoi", "digitalobjectidentifier"], vague: &[] },
    Names { field: Field::Arxiv, clear: &["arxivid", "arxiv", "arxivnumber"], vague: &[] },
    Names {
        field: Field::Url,
        clear: &[],
        vague: &["url", "link", "paperurl", "absurl", "htmlurl", "landingpageurl", "s2url", "pdfurl", "externalurl",
                 "openurllink", "sourceurls", "articleurl", "pdflink", "plink", "sourcelinkout", "dimensionsurl"],
    },
];

/// How clearly the names in a record say that it describes a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// No name of a title or an abstract.
    None,
    /// A title, as many things have one.
    Title,
    /// An abstract, or a title with something else that papers have.
    Paper,
}

/// Judges a record by the names in it.
pub(super) fn evidence<'a>(names: impl Iterator<Item = &'a str>) -> Evidence {
    let mut title = false;
    let mut more = false;
    for field in names.filter_map(clear_field) {
        match field {
            Field::Abstract => return Evidence::Paper,
            Field::Title => title = true,
            Field::Id | Field::Key | Field::Url => {}
            Field::Authors
            | Field::Year
            | Field::Date
            | Field::Venue
            | Field::Categories
            | Field::Doi
            | Field::Arxiv => more = true,
        }
    }
    match (title, more) {
        (true, true) => Evidence::Paper,
        (true, false) => Evidence::Title,
        (false, _) => Evidence::None,
    }
}

/// Whether any field goes by this name.
pub(super) fn is_known(name: &str) -> bool {
    field_of(name).is_some()
}

/// A record as named values; a name may stand there twice, and then the first usable value counts.
pub(super) struct Fields<'a>(pub(super) Vec<(&'a str, Cow<'a, Value>)>);

impl<'a> Fields<'a> {
    /// The members of an object.
    pub(super) fn of(record: &'a Map<String, Value>) -> Self {
        Fields(record.iter().map(|(name, value)| (name.as_str(), Cow::Borrowed(value))).collect())
    }

    /// Like [`Fields::paper`], for records of a known kind: title and abstract only under names that mean nothing else,
    /// since a summary made by a machine, or the full text, is no abstract.
    pub(super) fn strict_paper(&self, line: u64) -> Paper {
        Paper {
            title: self.clear(Field::Title, values::first_text).unwrap_or_default(),
            abstract_text: self.clear(Field::Abstract, values::whole_text).unwrap_or_default(),
            ..self.paper(line)
        }
    }

    /// The paper that the record describes, as written: cleaning comes later.
    pub(super) fn paper(&self, line: u64) -> Paper {
        let mut paper = Paper {
            title: self.first(Field::Title, values::first_text).unwrap_or_default(),
            abstract_text: self.first(Field::Abstract, values::whole_text).unwrap_or_default(),
            authors: self.first(Field::Authors, values::people).unwrap_or_default(),
            year: self.first(Field::Year, values::year),
            date: self.first(Field::Date, values::date),
            venue: self.first(Field::Venue, values::first_text),
            categories: self.first(Field::Categories, values::categories).unwrap_or_default(),
            doi: self.first(Field::Doi, values::first_text),
            arxiv_id: self.first(Field::Arxiv, values::first_text),
            url: self.first(Field::Url, values::first_text),
            line,
            ..Paper::default()
        };
        let named = paper.arxiv_id.is_some() || paper.doi.is_some();
        let key = || if named { None } else { self.first(Field::Key, values::first_text) };
        paper.id = PaperId(self.first(Field::Id, values::first_text).or_else(key).unwrap_or_default());
        paper
    }

    /// The first value that can be read as this field, trying its best name first.
    fn first<T>(&self, field: Field, read: fn(&Value) -> Option<T>) -> Option<T> {
        let vague = || NAMES.iter().find(|row| row.field == field).and_then(|row| self.under(row.vague, read));
        self.clear(field, read).or_else(vague)
    }

    /// The same, under the names that mean this field wherever they stand.
    fn clear<T>(&self, field: Field, read: fn(&Value) -> Option<T>) -> Option<T> {
        NAMES.iter().find(|row| row.field == field).and_then(|row| self.under(row.clear, read))
    }

    /// The first value under one of these names that can be read.
    fn under<T>(&self, names: &[&str], read: fn(&Value) -> Option<T>) -> Option<T> {
        let values =
            |name: &&str| self.0.iter().filter(|(key, _)| is_same(key, name)).find_map(|(_, value)| read(value));
        names.iter().find_map(values)
    }
}

/// Whether a name clearly means the title or the abstract.
pub(super) fn is_text(name: &str) -> bool {
    matches!(clear_field(name), Some(Field::Title | Field::Abstract))
}

/// Whether a value looks as values of this name do; `None` where those can be anything.
pub(super) fn fits(name: &str, value: &str) -> Option<bool> {
    match field_of(name)? {
        Field::Year => Some(value.len() <= "2005.0".len() && clean::year(value).is_some()),
        Field::Doi => Some(doi_in(value).is_some()),
        Field::Url => Some(value.starts_with("http")),
        Field::Id if is_same(name, "eid") => Some(value.starts_with("2-s2.0-")),
        Field::Title
        | Field::Abstract
        | Field::Id
        | Field::Key
        | Field::Authors
        | Field::Date
        | Field::Venue
        | Field::Categories
        | Field::Arxiv => None,
    }
}

/// The field that goes by this name.
pub(super) fn field_of(name: &str) -> Option<Field> {
    let goes_by = |row: &&Names| row.clear.iter().chain(row.vague).any(|known| is_same(name, known));
    NAMES.iter().find(goes_by).map(|row| row.field)
}

/// The name that a field goes by best.
pub(super) fn best_name(field: Field) -> &'static str {
    let row = NAMES.iter().find(|row| row.field == field);
    row.and_then(|row| row.clear.iter().chain(row.vague).next()).copied().unwrap_or_default()
}

/// The field that this name clearly means.
fn clear_field(name: &str) -> Option<Field> {
    NAMES.iter().find(|row| row.clear.iter().any(|known| is_same(name, known))).map(|row| row.field)
}

/// Whether a name is one of the table's, but for case, spaces and punctuation.
fn is_same(name: &str, known: &str) -> bool {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).eq(known.chars())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paper(record: &Value) -> Paper {
        let map = record.as_object().expect("an object");
        Fields(map.iter().map(|(name, value)| (name.as_str(), Cow::Borrowed(value))).collect()).paper(1)
    }

    fn judge(names: &[&str]) -> Evidence {
        evidence(names.iter().copied())
    }

    #[test]
    fn names_are_plain_and_mean_one_field() {
        let mut seen = Vec::new();
        for name in NAMES.iter().flat_map(|row| row.clear.iter().chain(row.vague)) {
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()), "{name}");
            assert!(!seen.contains(name), "{name} stands twice");
            seen.push(name);
        }
    }

    #[test]
    fn evidence_needs_more_than_a_title() {
        assert_eq!(judge(&["ID", "Paper Title", "Publication_Year"]), Evidence::Paper);
        assert_eq!(judge(&["id", "Abstract Text"]), Evidence::Paper);
        assert_eq!(judge(&["$schema", "title", "description", "type"]), Evidence::Title);
        assert_eq!(judge(&["id", "text"]), Evidence::None);
        assert_eq!(judge(&["name", "description", "authors", "year"]), Evidence::None);
    }

    #[test]
    fn the_best_name_with_a_usable_value_wins() {
        let read = paper(&json!({
            "summary": "made by a machine", "Abstract": "the real one", "title": null, "display_name": "A title",
            "name": "worse", "paperId": 77, "author": [], "creators": "A. One; B. Two",
        }));
        assert_eq!((read.title.as_str(), read.abstract_text.as_str()), ("A title", "the real one"));
        assert_eq!(read.id.as_str(), "77");
        assert_eq!(read.authors, ["A. One", "B. Two"]);
    }

    #[test]
    fn a_key_is_an_id_only_without_a_better_one() {
        assert_eq!(paper(&json!({"title": "T", "PMID": 123})).id.as_str(), "123");
        assert_eq!(paper(&json!({"title": "T", "PMID": 123, "doi": "10.1/x"})).id.as_str(), "");
        assert_eq!(paper(&json!({"title": "T", "PMID": 123, "_id": "a"})).id.as_str(), "a");
    }
}
