//! EndNote's XML, as EndNote, Zotero and others export it: often one line, with a style around every text.

use std::io::BufRead;

use super::calendar;
use super::ids::{is_pubmed, is_pubmed_id, pubmed_id};
use super::xml::{each_part, first_tags, Part, Role};
use super::xml_tree::Element;
use super::{Emit, Fit, Format, Record};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// Elements that EndNote's records have and few others do.
const SIGNS: &[&str] = &["ref-type", "rec-number", "source-app", "foreign-keys", "contributors", "titles"];

/// EndNote XML.
pub(super) struct EndnoteXml;

impl Format for EndnoteXml {
    fn name(&self) -> &'static str {
        "endnote_xml"
    }

    fn about(&self) -> &'static str {
        "EndNote XML export, also as Zotero and Mendeley write it"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let tags: Vec<String> = first_tags(head).iter().map(|tag| tag.to_lowercase()).collect();
        let at = |place: usize| tags.get(place).map(String::as_str);
        let signs = tags.iter().any(|tag| SIGNS.contains(&tag.as_str()));
        match (at(0), at(1)) {
            (Some("xml"), Some("records")) => Fit::Content,
            (Some("xml" | "records" | "record"), _) if signs => Fit::Content,
            _ => Fit::No,
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
    if name.eq_ignore_ascii_case("record") {
        Role::Record
    } else {
        Role::None
    }
}

/// The paper in a record. Exports of before EndNote 8 have no groups such as `titles`, and names in capitals.
fn paper(record: &Element) -> Paper {
    let of = |paths: &[&[&str]]| paths.iter().find_map(|path| record.text_at(path));
    let urls = urls(record);
    let resolver = |url: &&String| url.contains("doi.org/10.");
    let doi = of(&[&["electronic-resource-num"], &["doi"]]);
    let doi = doi.filter(|doi| doi.contains("10.")).or_else(|| urls.iter().find(resolver).cloned());
    let number = of(&[&["accession-num"]]).filter(|number| doi.is_none() && is_accession(number));
    let people: &[&[&str]] = &[&["contributors", "authors", "author"], &["authors", "author"]];
    let names = people.iter().map(|path| record.all(path)).find(|found| !found.is_empty()).unwrap_or_default();
    Paper {
        // The number of a record says nothing outside its library, so it is no id.
        id: PaperId(number.unwrap_or_default()),
        title: of(&[&["titles", "title"], &["title"]]).unwrap_or_default(),
        abstract_text: of(&[&["abstract"]]).unwrap_or_default(),
        authors: names.into_iter().filter_map(Element::some_text).map(|name| given_first(&name)).collect(),
        date: date(record),
        venue: of(&[
            &["periodical", "full-title"],
            &["titles", "secondary-title"],
            &["secondary_title"],
            &["titles", "alt-title"],
            &["alt-periodical", "full-title"],
            &["periodical", "abbr-1"],
            &["publisher"],
        ]),
        volume: of(&[&["volume"]]),
        issue: of(&[&["number"], &["issue"]]),
        pages: of(&[&["pages"]]),
        pmid: pmid(record, &urls),
        doi,
        url: urls.into_iter().next(),
        line: record.line,
        ..Paper::default()
    }
}

/// Addresses of pages, in the order of the record; files beside the library are none.
fn urls(record: &Element) -> Vec<String> {
    let groups: &[&[&str]] =
        &[&["urls", "related-urls", "url"], &["urls", "web-urls", "url"], &["urls", "url"], &["url"]];
    let found = groups.iter().flat_map(|path| record.all(path)).filter_map(Element::some_text);
    // One element may hold several, each on a line.
    let lines = found.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    lines.filter(|url| url.starts_with("http://") || url.starts_with("https://")).collect()
}

/// Whether a number tells a record from those of all other libraries: `31366609`, `WOS:000253938800002`.
fn is_accession(number: &str) -> bool {
    number.len() >= 5 && number.chars().any(|c| c.is_ascii_digit()) && !number.contains(char::is_whitespace)
}

/// PubMed's number: the one under which a database of PubMed keeps the record, the one that Embase keeps beside its own,
/// or the one in an address.
fn pmid(record: &Element, urls: &[String]) -> Option<String> {
    let of = |name: &str| record.text_at(&[name]);
    let accession = of("accession-num");
    let database =
        [of("remote-database-name"), of("remote-database-provider")].into_iter().flatten().collect::<String>();
    let own =
        if database.contains("Embase") { of("custom5") } else { accession.clone().filter(|_| is_pubmed(&database)) };
    let named = || accession.iter().chain(urls).find_map(|text| pubmed_id(text));
    own.filter(|number| is_pubmed_id(number)).or_else(named)
}

/// The date as far as it is told: the year stands apart from the day, as `2019` and `Sep 18`.
fn date(record: &Element) -> Option<String> {
    let of = |paths: &[&[&str]]| paths.iter().find_map(|path| record.text_at(path));
    let day = of(&[&["dates", "pub-dates", "date"], &["date"]]);
    let Some(year) = of(&[&["dates", "year"], &["year"]]) else { return day };
    let day = day.unwrap_or_default();
    if day.contains(&year) {
        return Some(day);
    }
    let parts: Vec<&str> = day.split([' ', '-', ',', '.', '/']).filter(|part| !part.is_empty()).collect();
    let is_word = |part: &&&str| part.starts_with(|c: char| c.is_alphabetic());
    let month = parts.iter().find(is_word).copied();
    let day = if parts.len() == 2 { parts.iter().find(|part| !is_word(part)).copied() } else { None };
    calendar::date(&year, month, day)
}

/// `Baird, J. K.` as `J. K. Baird`. The name of a group ends with a comma, or has two for one: it stays as it is.
fn given_first(name: &str) -> String {
    let name = name.trim();
    if name.ends_with(',') || name.contains(",,") {
        return name.trim_end_matches([',', ' ']).replace(",,", ",");
    }
    match name.split(',').map(str::trim).collect::<Vec<_>>()[..] {
        [family, given] => format!("{given} {family}"),
        [family, given, suffix] => format!("{given} {family} {suffix}"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_turned_round() {
        for (name, expected) in [
            ("Baird, J. K.", "J. K. Baird"),
            ("World Health Organization,", "World Health Organization"),
            ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
            ("Ann One", "Ann One"),
            ("Institute of Soil, Water and Air,", "Institute of Soil, Water and Air"),
            ("University of Tides,, Bay", "University of Tides, Bay"),
            (",", ""),
        ] {
            assert_eq!(given_first(name), expected);
        }
    }

    #[test]
    fn exports_are_recognised() {
        for head in [
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><xml><records><record><database name=\"x.enl\">",
            "<xml>\n <records></records></xml>",
            "<records><record><rec-number>1</rec-number><ref-type name=\"Book\">6</ref-type>",
            "<XML><RECORDS><RECORD><REFERENCE_TYPE>0</REFERENCE_TYPE>",
        ] {
            assert_eq!(EndnoteXml.recognizes(head), Fit::Content, "{head}");
        }
        for head in ["<records><record><name>x</name>", "<xml><item/>", "xml records record", "<rss><channel>"] {
            assert_eq!(EndnoteXml.recognizes(head), Fit::No, "{head}");
        }
    }
}
