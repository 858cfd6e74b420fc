//! Answers of the arXiv API, and arXiv's own feeds: Atom with one entry a paper.

use std::io::BufRead;

use super::xml::{each_part, first_tags, Part, Role};
use super::xml_tree::Element;
use super::{Emit, Fit, Format, Record};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// Where the id begins in the address of a paper.
const ADDRESS: &str = "arxiv.org/abs/";

/// How the feeds, other than the API, begin an id.
const FEED_ID: &str = "oai:arXiv.org:";

/// arXiv's Atom.
pub(super) struct ArxivAtom;

impl Format for ArxivAtom {
    fn name(&self) -> &'static str {
        "arxiv_atom"
    }

    fn about(&self) -> &'static str {
        "Atom feed of the arXiv API"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["atom", "xml"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let root = first_tags(head).into_iter().next();
        match root.as_deref() {
            Some("feed" | "entry") if head.contains("arxiv.org") || head.contains(FEED_ID) => Fit::Content,
            Some("feed") => Fit::WithExtension,
            Some(_) | None => Fit::No,
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        each_part(input, source, role, &mut |part| match part {
            Part::Frame(_) => Ok(()),
            Part::Record(entry) => emit(record(&entry)),
            Part::Broken { line, reason } => emit(Record::skipped(line, reason)),
        })
    }
}

fn role(name: &str) -> Role {
    match name {
        "entry" => Role::Record,
        _ => Role::None,
    }
}

fn record(entry: &Element) -> Record {
    let address = entry.text_at(&["id"]).unwrap_or_default();
    let summary = entry.text_at(&["summary"]);
    // An answer to a bad question has one entry, which says so.
    if address.contains("arxiv.org/api/errors") {
        let reason = format!("arXiv answered with an error: {}", summary.unwrap_or_default());
        return Record::skipped(entry.line, reason);
    }
    let arxiv_id = arxiv_id(&address);
    Record::Paper(Box::new(Paper {
        id: PaperId(arxiv_id.clone().unwrap_or_else(|| address.clone())),
        title: entry.text_at(&["title"]).unwrap_or_default(),
        abstract_text: summary.map(|summary| without_announcement(&summary).to_owned()).unwrap_or_default(),
        authors: authors(entry),
        date: entry.text_at(&["published"]).or_else(|| entry.text_at(&["updated"])),
        venue: entry.text_at(&["journal_ref"]).or_else(|| arxiv_id.as_ref().map(|_| "arXiv".to_owned())),
        categories: categories(entry),
        doi: entry.text_at(&["doi"]),
        url: page(entry).or_else(|| Some(address).filter(|address| address.starts_with("http"))),
        arxiv_id,
        line: entry.line,
        ..Paper::default()
    }))
}

/// The id in an address such as `http://arxiv.org/abs/1707.08567v1`, without the version.
fn arxiv_id(address: &str) -> Option<String> {
    let after = |mark: &str| address.find(mark).map(|at| &address[at + mark.len()..]);
    let id = after(ADDRESS).or_else(|| after(FEED_ID))?;
    Some(without_version(id).to_owned()).filter(|id| !id.is_empty())
}

/// An arXiv id without `v2` at its end: all versions are one paper.
pub(super) fn without_version(id: &str) -> &str {
    match id.rsplit_once('v') {
        Some((paper, version))
            if paper.ends_with(|c: char| c.is_ascii_digit())
                && !version.is_empty()
                && version.chars().all(|c| c.is_ascii_digit()) =>
        {
            paper
        }
        _ => id,
    }
}

/// A summary without the lines that the feeds put before it: `arXiv:2401.00001v1 Announce Type: new`, `Abstract: `.
fn without_announcement(summary: &str) -> &str {
    match summary.split_once("Announce Type:") {
        Some((before, after)) if before.starts_with("arXiv:") && !before.contains('\n') => {
            let text = after.split_once("Abstract:").map_or(after, |(_, text)| text);
            text.trim_start()
        }
        _ => summary,
    }
}

/// The authors, one an element, or all in one `dc:creator`.
fn authors(entry: &Element) -> Vec<String> {
    let named: Vec<String> = entry.all(&["author", "name"]).into_iter().filter_map(Element::some_text).collect();
    if !named.is_empty() {
        return named;
    }
    let together = entry.all(&["creator"]).into_iter().filter_map(Element::some_text);
    together.flat_map(|names| names.split(", ").map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// arXiv's categories, the primary one first. Classes of MSC and ACM, such as `68T50`, stand beside them.
fn categories(entry: &Element) -> Vec<String> {
    let mut found = Vec::new();
    for category in entry.all(&["primary_category"]).into_iter().chain(entry.all(&["category"])) {
        let Some(term) = category.attribute("term") else { continue };
        let own = term.starts_with(|c: char| c.is_ascii_lowercase()) && !term.contains(char::is_whitespace);
        if own && !found.iter().any(|known| known == term) {
            found.push(term.to_owned());
        }
    }
    found
}

/// The address of the paper's page.
fn page(entry: &Element) -> Option<String> {
    let links = entry.all(&["link"]);
    let page = links.iter().find(|link| link.attribute("rel").is_none_or(|rel| rel == "alternate"));
    page.and_then(|link| link.attribute("href")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lose_address_and_version() {
        for (address, id) in [
            ("http://arxiv.org/abs/1707.08567v1", Some("1707.08567")),
            ("https://arxiv.org/abs/astro-ph/0601001v12", Some("astro-ph/0601001")),
            ("http://arxiv.org/abs/solv-int/9901001", Some("solv-int/9901001")),
            ("oai:arXiv.org:2401.00001v2", Some("2401.00001")),
            ("http://example.org/1", None),
            ("http://arxiv.org/abs/", None),
        ] {
            assert_eq!(arxiv_id(address).as_deref(), id, "{address}");
        }
    }

    #[test]
    fn announcements_are_taken_off() {
        let summary = "arXiv:2401.00001v1 Announce Type: new \nAbstract: We show it.";
        assert_eq!(without_announcement(summary), "We show it.");
        let plain = "The Announce Type: field of a feed.";
        assert_eq!(without_announcement(plain), plain);
    }

    #[test]
    fn only_feeds_of_arxiv_are_recognised_by_content() {
        let feed = "<?xml version='1.0'?>\n<!-- x -->\n<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:id>";
        assert_eq!(ArxivAtom.recognizes(&format!("{feed}http://arxiv.org/api/x")), Fit::Content);
        assert_eq!(ArxivAtom.recognizes(&format!("{feed}http://example.org/x")), Fit::WithExtension);
        assert_eq!(ArxivAtom.recognizes("<html><a href='http://arxiv.org/'>feed</a>"), Fit::No);
        assert_eq!(ArxivAtom.recognizes("feed of arxiv.org"), Fit::No);
    }
}
