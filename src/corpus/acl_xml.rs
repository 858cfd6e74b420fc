//! The ACL Anthology's XML: collections of volumes of papers, and the one volume a file of before 2019.

use std::io::BufRead;

use super::calendar;
use super::xml::{each_part, first_tags, Part, Role};
use super::xml_tree::Element;
use super::{Emit, Fit, Format, Record};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// Where papers can be read, before their ids.
const SITE: &str = "https://aclanthology.org/";

/// ACL Anthology XML.
pub(super) struct AclXml;

impl Format for AclXml {
    fn name(&self) -> &'static str {
        "acl_xml"
    }

    fn about(&self) -> &'static str {
        "XML of the ACL Anthology, one file a collection"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xml"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let tags = first_tags(head);
        let second = tags.get(1).map(String::as_str);
        match tags.first().map(String::as_str) {
            Some("collection") if matches!(second, Some("volume" | "event")) => Fit::Content,
            Some("volume") if matches!(second, Some("paper" | "meta" | "frontmatter")) => Fit::Content,
            Some("collection") if second.is_none() => Fit::WithExtension,
            Some(_) | None => Fit::No,
        }
    }

    /// Reads papers; what stands before them in a volume, its front matter, is none.
    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut volume = Volume::default();
        each_part(input, source, role, &mut |part| match part {
            Part::Frame(frame) => {
                volume.enter(&frame);
                Ok(())
            }
            Part::Record(record) if record.is("meta") => {
                volume.meta = record;
                Ok(())
            }
            Part::Record(record) => emit(Record::Paper(Box::new(volume.paper(&record)))),
            Part::Broken { line, reason } => emit(Record::skipped(line, reason)),
        })
    }
}

fn role(name: &str) -> Role {
    match name {
        "collection" | "volume" => Role::Frame,
        "paper" => Role::Record,
        "meta" => Role::Inner,
        _ => Role::None,
    }
}

/// The volume that papers belong to.
#[derive(Default)]
struct Volume {
    collection: Option<String>,
    id: Option<String>,
    meta: Element,
}

impl Volume {
    /// Goes on to the next collection or volume.
    fn enter(&mut self, frame: &Element) {
        let id = frame.attribute("id").map(str::to_owned);
        self.meta = Element::default();
        if frame.is("collection") {
            self.collection = id;
            self.id = None;
        } else {
            self.id = id;
        }
    }

    fn paper(&self, record: &Element) -> Paper {
        let own = |name: &str| record.text_at(&[name]);
        let either = |name: &str| own(name).or_else(|| self.meta.text_at(&[name]));
        let address = own("url");
        let id = record.attribute("id").and_then(|paper| self.id_of(paper));
        let id = id.or_else(|| address.clone().filter(|address| !address.contains("://")));
        let url = match address {
            Some(address) if address.contains("://") => Some(address),
            Some(page) => Some(format!("{SITE}{}/", page.trim_end_matches(".pdf"))),
            None => id.as_ref().map(|id| format!("{SITE}{id}/")),
        };
        let date = either("year").and_then(|year| calendar::date(&year, either("month").as_deref(), None));
        Paper {
            id: PaperId(id.unwrap_or_default()),
            title: own("title").unwrap_or_default(),
            abstract_text: own("abstract").unwrap_or_default(),
            authors: record.all(&["author"]).into_iter().filter_map(person).collect(),
            date,
            venue: own("booktitle")
                .or_else(|| self.meta.text_at(&["journal-title"]))
                .or_else(|| self.meta.text_at(&["booktitle"])),
            volume: self.meta.text_at(&["journal-volume"]),
            issue: self.meta.text_at(&["journal-issue"]),
            pages: own("pages"),
            doi: own("doi"),
            url,
            line: record.line,
            ..Paper::default()
        }
    }

    /// The id of a paper as the Anthology makes it: `2024.acl-long.1`, and in older collections `P18-1001`.
    fn id_of(&self, paper: &str) -> Option<String> {
        let Some(collection) = self.collection.as_deref() else {
            // In files of before 2019 the volume is the collection, and papers have four digits.
            return self.id.as_deref().map(|volume| format!("{volume}-{paper:0>4}"));
        };
        let volume = self.id.as_deref()?;
        if collection.starts_with(|c: char| c.is_ascii_digit()) {
            return Some(format!("{collection}-{volume}.{paper}"));
        }
        let (volume, paper): (u32, u32) = (volume.parse().ok()?, paper.parse().ok()?);
        // Workshops have many volumes of few papers each.
        let many_volumes = collection.starts_with('W') || collection == "C69" || (collection == "D19" && volume >= 5);
        Some(match many_volumes {
            true => format!("{collection}-{volume:02}{paper:02}"),
            false => format!("{collection}-{volume}{paper:03}"),
        })
    }
}

/// A name: first and last, or whatever the element holds.
fn person(author: &Element) -> Option<String> {
    let parts = ["first", "last"].iter().filter_map(|part| author.text_at(&[part]));
    let name = parts.collect::<Vec<_>>().join(" ");
    if author.elements().next().is_none() {
        author.some_text()
    } else {
        Some(name).filter(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(collection: Option<&str>, volume: &str, paper: &str) -> Option<String> {
        let collection = collection.map(str::to_owned);
        Volume { collection, id: Some(volume.to_owned()), meta: Element::default() }.id_of(paper)
    }

    #[test]
    fn ids_are_those_of_the_anthology() {
        for (collection, volume, paper, expected) in [
            (Some("2024.acl"), "long", "1", Some("2024.acl-long.1")),
            (Some("P18"), "1", "1", Some("P18-1001")),
            (Some("A97"), "1", "12", Some("A97-1012")),
            (Some("W18"), "63", "1", Some("W18-6301")),
            (Some("W02"), "1", "5", Some("W02-0105")),
            (Some("C69"), "1", "1", Some("C69-0101")),
            (Some("D19"), "1", "44", Some("D19-1044")),
            (Some("D19"), "56", "3", Some("D19-5603")),
            (Some("P18"), "one", "1", None),
            (None, "P18", "1001", Some("P18-1001")),
        ] {
            assert_eq!(id(collection, volume, paper).as_deref(), expected);
        }
    }

    #[test]
    fn collections_are_recognised() {
        for head in [
            "<?xml version='1.0' encoding='UTF-8'?>\n<collection id=\"2024.acl\">\n  <volume id=\"long\" ingest-date=\"x\">",
            "<!-- x --><volume id=\"P18\"><paper id=\"1001\">",
        ] {
            assert_eq!(AclXml.recognizes(head), Fit::Content, "{head}");
        }
        for head in ["<collection><record>", "<volume><chapter>", "collection volume paper"] {
            assert_eq!(AclXml.recognizes(head), Fit::No, "{head}");
        }
    }
}
