//! The names that the fields of a paper go by.

use super::clean;
use super::tagged::doi_in;

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
    Volume,
    Issue,
    Pages,
    FirstPage,
    LastPage,
    ArticleNumber,
    Categories,
    Doi,
    Arxiv,
    Pmid,
    Url,
}

/// One row of [`NAMES`]: a field and the names it goes by, best first.
pub(super) struct Names {
    pub(super) field: Field,
    /// Names that mean this field wherever they stand.
    pub(super) clear: &'static [&'static str],
    /// Names that other things have as well: they are read, but do not show that a file holds papers.
    pub(super) vague: &'static [&'static str],
}

/// Every name of every field, in lower case, letters and digits only: `Paper Title`, `paper_title` and `paperTitle`
/// are all `papertitle` here.
#[rustfmt::skip]
pub(super) const NAMES: &[Names] = &[
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
        // Ids that are used where a record has no better one; PubMed's number goes before them.
        field: Field::Key,
        clear: &["pmcid", "key", "citekey", "citationkey", "bibtexkey"],
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
        field: Field::Volume,
        clear: &["volume", "journalvolume", "volumenumber", "vol", "bibliovolume"],
        vague: &[],
    },
    Names {
        field: Field::Issue,
        clear: &["issue", "journalissue", "issuenumber", "biblioissue"],
        // What RIS calls its issue; in other files any number, unless there is a volume too.
        vague: &["number"],
    },
    Names {
        field: Field::Pages,
        clear: &["pages", "pagerange", "pagenumbers", "pagination", "journalpages", "articlepages"],
        vague: &[],
    },
    Names {
        field: Field::FirstPage,
        clear: &["firstpage", "startpage", "pagestart", "startingpage", "beginningpage", "bibliofirstpage"],
        vague: &[],
    },
    Names {
        field: Field::LastPage,
        clear: &["lastpage", "endpage", "pageend", "endingpage", "bibliolastpage"],
        vague: &[],
    },
    Names {
        field: Field::ArticleNumber,
        clear: &["articlenumber", "articleno", "artno", "artnumber", "elocationid"],
        vague: &[],
    },
    Names {
        field: Field::Categories,
        clear: &["fieldsofstudy", "subjectareas", "arxivcategories", "primarycategory", "woscategories",
                 "webofsciencecategories"],
        vague: &["categories", "category", "subjects", "subject"],
    },
    Names { field: Field::Doi, clear: &["doi", "itemdoi", "articledoi", "digitalobjectidentifier"], vague: &[] },
    Names { field: Field::Arxiv, clear: &["arxivid", "arxiv", "arxivnumber"], vague: &[] },
    Names { field: Field::Pmid, clear: &["pmid", "pubmedid", "medlinepmid"], vague: &["idspmid", "pubmed"] },
    Names {
        field: Field::Url,
        clear: &[],
        vague: &["url", "link", "paperurl", "absurl", "htmlurl", "landingpageurl", "s2url", "pdfurl", "externalurl",
                 "openurllink", "sourceurls", "articleurl", "pdflink", "plink", "sourcelinkout", "dimensionsurl"],
    },
];

/// The name under which our own exports keep the line that a record was read from.
pub(super) const LINE: &str = "line";

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
            Field::Id
            | Field::Key
            | Field::Pmid
            | Field::Url
            | Field::Volume
            | Field::Issue
            | Field::Pages
            | Field::FirstPage
            | Field::LastPage
            | Field::ArticleNumber => {}
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
        | Field::Volume
        | Field::Issue
        | Field::Pages
        | Field::FirstPage
        | Field::LastPage
        | Field::ArticleNumber
        | Field::Categories
        | Field::Arxiv
        | Field::Pmid => None,
    }
}

/// The field that goes by this name.
pub(super) fn field_of(name: &str) -> Option<Field> {
    let goes_by = |row: &&Names| row.clear.iter().chain(row.vague).any(|known| is_same(name, known));
    NAMES.iter().find(goes_by).map(|row| row.field)
}

/// Whether the value of a field that goes by this name may hold papers of its own: a journal has a title too and is
/// none, but what is called pages or an issue may be a list of them.
pub(super) fn may_hold_papers(name: &str) -> bool {
    let numbers = [Field::Volume, Field::Issue, Field::Pages, Field::FirstPage, Field::LastPage, Field::ArticleNumber];
    field_of(name).is_none_or(|field| field == Field::Pmid || numbers.contains(&field))
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
pub(super) fn is_same(name: &str, known: &str) -> bool {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).eq(known.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
