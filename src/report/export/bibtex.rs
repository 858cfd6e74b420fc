//! BibTeX, with the abstract, as reference managers read it.

use std::collections::BTreeSet;
use std::io::Write;

use super::{Collection, Exporter};
use crate::paper::Paper;
use crate::report::Failure;

/// BibTeX entries, one a paper.
pub(super) struct Bibtex;

impl Exporter for Bibtex {
    fn name(&self) -> &'static str {
        "bibtex"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["bib", "bibtex"]
    }

    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let mut keys = BTreeSet::new();
        (collection.each)(&mut |paper, _| {
            let key = unused(key(paper.id.as_str()), &keys);
            write_entry(paper, &key, out)?;
            keys.insert(key);
            Ok(())
        })
    }
}

fn write_entry(paper: &Paper, key: &str, out: &mut (dyn Write + Send)) -> std::io::Result<()> {
    let kind = if paper.venue.is_some() { "article" } else { "misc" };
    writeln!(out, "@{kind}{{{key},")?;
    let authors: Vec<String> = paper.authors.iter().map(|name| author(name)).collect();
    // A second pair of braces keeps the title's capitals.
    let title = (!paper.title.is_empty()).then(|| format!("{{{}}}", escaped(&paper.title)));
    let escaped_field = |field: &Option<String>| field.as_deref().map(escaped);
    let fields = [
        ("title", title),
        ("author", (!authors.is_empty()).then(|| authors.join(" and "))),
        ("year", paper.year.map(|year| year.to_string())),
        ("date", escaped_field(&paper.date)),
        ("journal", escaped_field(&paper.venue)),
        ("volume", escaped_field(&paper.volume)),
        ("number", escaped_field(&paper.issue)),
        ("pages", paper.pages.as_deref().map(|pages| escaped(pages).replace('-', "--"))),
        ("doi", paper.doi.as_deref().map(verbatim)),
        ("eprint", paper.arxiv_id.as_deref().map(verbatim)),
        ("archiveprefix", paper.arxiv_id.is_some().then(|| "arXiv".to_owned())),
        ("pmid", paper.pmid.as_deref().map(verbatim)),
        ("url", paper.url.as_deref().map(verbatim)),
        ("keywords", (!paper.categories.is_empty()).then(|| escaped(&paper.categories.join(", ")))),
        ("abstract", (!paper.abstract_text.is_empty()).then(|| escaped(&paper.abstract_text))),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            writeln!(out, "  {name} = {{{value}}},")?;
        }
    }
    writeln!(out, "}}\n")
}

/// The id with what a key may not hold replaced.
fn key(id: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "_:./+-".contains(c) { c } else { '_' };
    id.chars().map(allowed).collect()
}

/// The key, numbered where another paper has it already.
fn unused(key: String, keys: &BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{key}-{number}"));
    std::iter::once(key.clone()).chain(numbered).find(|key| !keys.contains(key)).unwrap_or(key)
}

/// A name; braces keep together what holds the word that separates names.
fn author(name: &str) -> String {
    let name = escaped(name);
    if format!(" {} ", name.to_lowercase()).contains(" and ") {
        format!("{{{name}}}")
    } else {
        name
    }
}

/// Text that prints as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '{' | '}' | '$' | '&' | '#' | '%' | '_' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Addresses stand as they are, but for braces, which would not balance.
fn verbatim(text: &str) -> String {
    text.replace('{', "%7B").replace('}', "%7D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_legal_and_differ() {
        let mut keys = BTreeSet::new();
        for (id, expected) in [("a b", "a_b"), ("a,b", "a_b-2"), ("a_b", "a_b-3"), ("10.1/x:y", "10.1/x:y")] {
            let key = unused(key(id), &keys);
            assert_eq!(key, expected);
            keys.insert(key);
        }
    }

    #[test]
    fn special_signs_print_as_they_are() {
        assert_eq!(escaped("50 % of {A_1} & ~"), "50 \\% of \\{A\\_1\\} \\& \\textasciitilde{}");
        assert_eq!(author("Marks and Spencer"), "{Marks and Spencer}");
    }
}
