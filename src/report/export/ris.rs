//! RIS, as reference managers read it.

use std::io::Write;

use super::{Collection, Exporter};
use crate::paper::Paper;
use crate::report::Failure;

/// RIS records, one a paper.
pub(super) struct Ris;

impl Exporter for Ris {
    fn name(&self) -> &'static str {
        "ris"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ris"]
    }

    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        (collection.each)(&mut |paper, _| Ok(write_record(paper, out)?))
    }
}

/// Fields are one line each, since cleaning made them so.
fn write_record(paper: &Paper, out: &mut (dyn Write + Send)) -> std::io::Result<()> {
    let kind = if paper.venue.is_some() { "JOUR" } else { "GEN" };
    let (first_page, last_page) = match paper.pages.as_deref().map(|pages| pages.split_once('-').ok_or(pages)) {
        Some(Ok((first, last))) => (Some(first.to_owned()), Some(last.to_owned())),
        Some(Err(whole)) => (Some(whole.to_owned()), None),
        None => (None, None),
    };
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let single = [
        ("ID", text(paper.id.as_str())),
        ("TI", text(&paper.title)),
        ("AB", text(&paper.abstract_text)),
        ("PY", paper.year.map(|year| year.to_string())),
        ("DA", paper.date.as_deref().map(|date| date.replace('-', "/"))),
        ("T2", paper.venue.clone()),
        ("VL", paper.volume.clone()),
        ("IS", paper.issue.clone()),
        ("SP", first_page),
        ("EP", last_page),
        ("DO", paper.doi.clone()),
        ("UR", paper.url.clone()),
        ("L1", paper.arxiv_id.as_deref().map(|id| format!("https://arxiv.org/abs/{id}"))),
        ("C3", paper.pmid.as_deref().map(|pmid| format!("PMID: {pmid}"))),
    ];
    writeln!(out, "TY  - {kind}")?;
    let many = |tag, values: &[String]| values.iter().map(|value| (tag, value.clone())).collect::<Vec<_>>();
    let single = single.into_iter().filter_map(|(tag, value)| Some((tag, value?)));
    for (tag, value) in single.chain(many("AU", &paper.authors)).chain(many("KW", &paper.categories)) {
        writeln!(out, "{tag}  - {value}")?;
    }
    writeln!(out, "ER  - \n")
}
