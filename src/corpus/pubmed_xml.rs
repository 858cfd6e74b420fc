//! PubMed's XML, as its site, its API and its yearly files give it: articles and chapters of books.

use std::io::BufRead;

use super::arxiv_atom::without_version;
use super::calendar;
use super::tagged::page_range;
use super::xml::{each_part, first_tags, Part, Role};
use super::xml_tree::Element;
use super::{Emit, Fit, Format, Record};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// What stands for a title that PubMed does not have in English.
const NO_TITLE: &str = "[Not Available]";

/// Labels of abstract parts that only say that there is none.
const NO_LABELS: &[&str] = &["UNLABELLED", "UNLABELED", "UNASSIGNED"];

/// PubMed XML.
pub(super) struct PubmedXml;

impl Format for PubmedXml {
    fn name(&self) -> &'static str {
        "pubmed_xml"
    }

    fn about(&self) -> &'static str {
        "PubMed XML: PubmedArticleSet, MedlineCitationSet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let own = |tag: &String| {
            role(tag) != Role::None
                || ["PubmedArticleSet", "PubmedBookArticleSet", "MedlineCitationSet"].contains(&tag.as_str())
        };
        if first_tags(head).iter().any(own) {
            Fit::Content
        } else {
            Fit::No
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        each_part(input, source, role, &mut |part| match part {
            Part::Frame(_) => Ok(()),
            Part::Record(record) => emit(Record::Paper(Box::new(paper(&record)))),
            Part::Broken { line, reason } => emit(Record::skipped(line, reason)),
        })
    }
}

fn role(name: &str) -> Role {
    match name {
        "PubmedArticle" | "PubmedBookArticle" => Role::Record,
        "MedlineCitation" => Role::Inner,
        _ => Role::None,
    }
}

fn paper(record: &Element) -> Paper {
    let citation = if record.is("MedlineCitation") { Some(record) } else { record.first(&["MedlineCitation"]) };
    let mut paper = match (citation, record.first(&["BookDocument"])) {
        (Some(citation), _) => article(citation),
        (None, Some(chapter)) => book_chapter(chapter),
        (None, None) => Paper::default(),
    };
    paper.doi = paper.doi.or_else(|| {
        let ids = [["PubmedData", "ArticleIdList", "ArticleId"], ["PubmedBookData", "ArticleIdList", "ArticleId"]];
        ids.iter().find_map(|path| doi(record, path, "IdType"))
    });
    let pmid = &paper.id.0;
    paper.pmid = Some(pmid.clone()).filter(|pmid| !pmid.is_empty());
    paper.url = Some(format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/")).filter(|_| !pmid.is_empty());
    Paper { line: record.line, ..paper }
}

/// A paper from a `MedlineCitation`.
fn article(citation: &Element) -> Paper {
    let at = |path: &[&str]| citation.text_at(path);
    let journal = at(&["Article", "Journal", "Title"])
        .or_else(|| at(&["Article", "Journal", "ISOAbbreviation"]))
        .or_else(|| at(&["MedlineJournalInfo", "MedlineTA"]));
    let dates = [&["Article", "Journal", "JournalIssue", "PubDate"][..], &["Article", "ArticleDate"]];
    let vernacular = || at(&["Article", "VernacularTitle"]);
    let title = at(&["Article", "ArticleTitle"]);
    let title = match title {
        Some(title) if !title.starts_with(NO_TITLE) => Some(title),
        stand_in => vernacular().or(stand_in),
    };
    let lists = citation.all(&["Article", "AuthorList"]);
    Paper {
        id: PaperId(at(&["PMID"]).unwrap_or_default()),
        title: title.unwrap_or_default(),
        abstract_text: citation.first(&["Article", "Abstract"]).map(abstract_text).unwrap_or_default(),
        authors: lists.first().map(|list| authors(list)).unwrap_or_default(),
        date: dates.iter().find_map(|path| citation.first(path).and_then(date)),
        venue: journal,
        volume: at(&["Article", "Journal", "JournalIssue", "Volume"]),
        issue: at(&["Article", "Journal", "JournalIssue", "Issue"]),
        pages: citation.first(&["Article", "Pagination"]).and_then(pages),
        doi: doi(citation, &["Article", "ELocationID"], "EIdType"),
        arxiv_id: arxiv_id(citation),
        ..Paper::default()
    }
}

/// A paper from a `BookDocument`: a chapter, or a book where it has no title of its own.
fn book_chapter(chapter: &Element) -> Paper {
    let at = |path: &[&str]| chapter.text_at(path);
    let book = at(&["Book", "BookTitle"]);
    let title = at(&["ArticleTitle"]).or_else(|| at(&["VernacularTitle"]));
    let venue = if title.is_some() { book.clone() } else { None };
    let lists = [chapter.all(&["AuthorList"]), chapter.all(&["Book", "AuthorList"])].concat();
    let is_editors = |list: &&&Element| list.attribute("Type").is_some_and(|kind| kind.eq_ignore_ascii_case("editors"));
    let list = lists.iter().find(|list| !is_editors(list)).or_else(|| lists.first());
    let dates = [&["ContributionDate"][..], &["Book", "PubDate"], &["DateRevised"]];
    Paper {
        id: PaperId(at(&["PMID"]).unwrap_or_default()),
        title: title.or(book).unwrap_or_default(),
        abstract_text: chapter.first(&["Abstract"]).map(abstract_text).unwrap_or_default(),
        authors: list.map(|list| authors(list)).unwrap_or_default(),
        date: dates.iter().find_map(|path| chapter.first(path).and_then(date)),
        venue: venue.or_else(|| at(&["Book", "Publisher", "PublisherName"])),
        volume: at(&["Book", "Volume"]),
        pages: chapter.first(&["Pagination"]).and_then(pages),
        doi: doi(chapter, &["ArticleIdList", "ArticleId"], "IdType")
            .or_else(|| doi(chapter, &["Book", "ELocationID"], "EIdType")),
        ..Paper::default()
    }
}

/// Pages as far as `Pagination` tells them; its `MedlinePgn` may leave digits out.
fn pages(found: &Element) -> Option<String> {
    page_range(found.text_at(&["StartPage"]), found.text_at(&["EndPage"])).or_else(|| found.text_at(&["MedlinePgn"]))
}

/// The parts of an abstract one after the other, each behind its label if it has one.
fn abstract_text(found: &Element) -> String {
    let parts = found.all(&["AbstractText"]);
    if parts.is_empty() && found.elements().next().is_none() {
        return found.text();
    }
    let labelled = |part: &Element| {
        let text = part.some_text()?;
        match part.attribute("Label").filter(|label| !NO_LABELS.contains(&label.to_uppercase().as_str())) {
            Some(label) => Some(format!("{}: {text}", label.trim_end_matches([':', ' ']))),
            None => Some(text),
        }
    };
    parts.into_iter().filter_map(labelled).collect::<Vec<_>>().join(" ")
}

/// People and groups, without spellings that PubMed has withdrawn.
fn authors(list: &Element) -> Vec<String> {
    let valid = |author: &&Element| author.attribute("ValidYN") != Some("N");
    list.all(&["Author"]).into_iter().filter(valid).filter_map(author).collect()
}

fn author(author: &Element) -> Option<String> {
    let at = |name: &str| author.text_at(&[name]);
    let given = at("ForeName").or_else(|| at("FirstName")).or_else(|| at("Initials"));
    let name = [given, at("LastName"), at("Suffix")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty()).or_else(|| at("CollectiveName"))
}

/// The date in an element of `Year`, `Month`, `Day`, or of a `MedlineDate` such as `1998 Dec-1999 Jan`.
fn date(found: &Element) -> Option<String> {
    let at = |name: &str| found.text_at(&[name]);
    let parts = at("Year").and_then(|year| calendar::date(&year, at("Month").as_deref(), at("Day").as_deref()));
    parts.or_else(|| at("MedlineDate"))
}

/// The DOI among the ids behind a path, whose kind stands in the attribute `kind`.
fn doi(element: &Element, path: &[&str], kind: &str) -> Option<String> {
    ids(element, path, kind, "doi").into_iter().next()
}

fn ids(element: &Element, path: &[&str], kind: &str, wanted: &str) -> Vec<String> {
    let fits = |id: &&Element| {
        let is_wanted = id.attribute(kind).is_some_and(|kind| kind.eq_ignore_ascii_case(wanted));
        is_wanted && id.attribute("ValidYN") != Some("N")
    };
    element.all(path).into_iter().filter(fits).filter_map(Element::some_text).collect()
}

/// The arXiv id of a preprint.
fn arxiv_id(citation: &Element) -> Option<String> {
    let numbers = ids(citation, &["Article", "ELocationID"], "EIdType", "pii");
    let id = numbers.iter().find_map(|number| number.strip_prefix("arXiv:"))?;
    Some(without_version(id.trim()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Paper> {
        let mut papers = Vec::new();
        let mut input = text.as_bytes();
        let read = PubmedXml.read(&mut input, "test", &mut |record| {
            if let Record::Paper(paper) = record {
                papers.push(*paper);
            }
            Ok(())
        });
        read.expect("memory can be read");
        papers
    }

    #[test]
    fn roots_are_recognised_with_anything_before_them() {
        for head in [
            "<PubmedArticleSet>",
            "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE PubmedArticleSet PUBLIC \"a\" \"b\">\n<!-- x -->\n<PubmedArticle>",
            "<MedlineCitationSet><MedlineCitation Owner='NLM'>",
            "<results><PubmedBookArticle>",
        ] {
            assert_eq!(PubmedXml.recognizes(head), Fit::Content, "{head}");
        }
        for head in ["", "PubmedArticleSet", "<article><p>About PubmedArticle</p>", "{\"a\": \"<PubmedArticle>\"}"] {
            assert_eq!(PubmedXml.recognizes(head), Fit::No, "{head}");
        }
    }

    #[test]
    fn a_title_that_is_missing_is_taken_from_the_original_language() {
        let set = |title: &str, vernacular: &str| {
            let text = format!(
                "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{title}</ArticleTitle>\
                 <VernacularTitle>{vernacular}</VernacularTitle></Article></MedlineCitation>"
            );
            read(&text)[0].title.clone()
        };
        assert_eq!(set("[Not Available].", "Über alles."), "Über alles.");
        assert_eq!(set("", "Über alles."), "Über alles.");
        assert_eq!(set("[About all].", "Über alles."), "[About all].");
        assert_eq!(set("[Not Available].", ""), "[Not Available].");
    }

    #[test]
    fn ids_of_cited_papers_are_not_the_papers_own() {
        let text = "<PubmedArticle><MedlineCitation><PMID>1</PMID><CommentsCorrectionsList><CommentsCorrections>\
                    <PMID>2</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation><PubmedData>\
                    <ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.1/no</ArticleId>\
                    </ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>";
        let paper = read(text).remove(0);
        assert_eq!((paper.id.as_str(), paper.doi), ("1", None));
    }
}
