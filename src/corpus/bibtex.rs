//! BibTeX and BibLaTeX. Entries are found and split into fields here, so that one bad entry costs no other and a file
//! of any size is read one entry at a time; what LaTeX writes in a value is the `biblatex` crate's to read.

use std::collections::BTreeMap;
use std::io::BufRead;

use biblatex::{Bibliography, ChunksExt, Entry, Person};

use super::bibtex_entries::{each_block, is_field, Block};
use super::bibtex_fields::{fields, Values};
use super::ids::is_pubmed;
use super::input::Lines;
use super::tagged::{arxiv_in, date, is_arxiv_id};
use super::{clean, Emit, Fit, Format, Record};
use crate::error::Result;
use crate::paper::{Paper, PaperId};

/// How many lines of other text may stand above the first entry: exports put a banner there. A page that shows how to
/// cite it has more, and belongs to nobody.
const BANNER_LINES: usize = 5;

/// The longest value whose LaTeX is read, in bytes; longer ones only lose their braces.
const LONGEST_VALUE: usize = 64 * 1024;

/// The most braces inside of each other in a value whose LaTeX is read.
const DEEPEST: usize = 32;

/// Kinds of entries that are no records.
const NO_RECORDS: [&str; 3] = ["comment", "preamble", "string"];

/// The BibTeX format.
pub(super) struct Bibtex;

impl Format for Bibtex {
    fn name(&self) -> &'static str {
        "bibtex"
    }

    fn about(&self) -> &'static str {
        "BibTeX and BibLaTeX entries"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["bib", "bibtex", "txt"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let mut entries = 0;
        let mut input = head.as_bytes();
        let counted = each_block(&mut Lines::new(&mut input, ""), &mut |block| {
            let field = block.text.lines().chain(block.text.split(',')).any(is_field);
            entries += usize::from(field && block.kind != "comment");
            Ok(())
        });
        if counted.is_err() || entries == 0 {
            return Fit::No;
        }
        let above = head.lines().map(str::trim_start).take_while(|line| !line.starts_with('@'));
        let banner: Vec<&str> = above.filter(|line| !line.is_empty() && !line.starts_with('%')).collect();
        let prose =
            banner.len() > BANNER_LINES || banner.iter().any(|line| line.starts_with(['#', '`', '{', '[', '<']));
        // Decorators of programs have parentheses, as few entries have.
        if prose || !head.lines().any(is_beginning) {
            Fit::WithExtension
        } else {
            Fit::Content
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut strings = BTreeMap::new();
        each_block(&mut Lines::new(input, source), &mut |block| {
            if block.kind == "string" {
                strings.extend(fields(&format!(",{}", block.text), &strings).values);
            }
            if NO_RECORDS.contains(&block.kind.as_str()) {
                return Ok(());
            }
            emit(record(&block, &strings))
        })
    }
}

/// Whether a line begins with `@kind{`.
fn is_beginning(line: &str) -> bool {
    let kind = line.trim_start().strip_prefix('@').unwrap_or_default().trim_start();
    let behind = kind.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    behind.len() < kind.len() && behind.trim_start().starts_with('{')
}

/// The record in an entry. One that the file ends in keeps its fields only if all of them are whole.
fn record(block: &Block, strings: &Values) -> Record {
    let entry = fields(&block.text, strings);
    if block.cut && entry.damaged {
        return Record::skipped(block.line, "the file ends in the middle of this entry");
    }
    let mut paper = paper(&entry.values);
    paper.id = PaperId(entry.key);
    paper.line = block.line;
    Record::Paper(Box::new(paper))
}

/// The paper that the fields of an entry describe.
fn paper(values: &Values) -> Paper {
    let raw = |names: &[&str]| names.iter().find_map(|name| values.get(*name)).map(String::as_str);
    let text = |names: &[&str]| raw(names).map(|value| plain("title", value)).filter(|text| !text.trim().is_empty());
    let address = |names: &[&str]| raw(names).map(|value| plain("url", value));
    let title = text(&["title"]).unwrap_or_default();
    let subtitle = text(&["subtitle"]).filter(|_| !title.is_empty());
    let when = text(&["date"]).map(|date| date.split('/').next().unwrap_or_default().to_owned());
    let year = when.clone().or_else(|| text(&["year"])).as_deref().and_then(clean::year);
    let month = text(&["month"]).zip(year).and_then(|(month, year)| {
        let day = text(&["day"]).unwrap_or_default();
        date(&format!("{year} {month} {day}"))
    });
    let journal = raw(&["journal", "journaltitle"]).is_some();
    Paper {
        title: subtitle.map_or(title.clone(), |subtitle| format!("{title}: {subtitle}")),
        abstract_text: text(&["abstract"]).unwrap_or_default(),
        authors: raw(&["author", "authors"]).map(people).unwrap_or_default(),
        year,
        date: when.or(month),
        venue: text(&["journal", "journaltitle", "booktitle", "eventtitle"]),
        volume: text(&["volume"]).filter(|volume| !volume.starts_with("abs/")),
        // The number of what is no journal counts reports, or the books of a series.
        issue: text(if journal { &["number", "issue"] } else { &["issue"] }),
        pages: text(&["pages", "eid", "article-number", "articleno"]),
        categories: categories(&text),
        doi: address(&["doi"]),
        arxiv_id: arxiv_id(&address),
        pmid: pmid(&address),
        url: address(&["url", "link", "ee"]),
        ..Paper::default()
    }
}

/// Subject categories, as Web of Science and arXiv write them.
fn categories(text: &dyn Fn(&[&str]) -> Option<String>) -> Vec<String> {
    let all = text(&["web-of-science-categories", "primaryclass", "eprintclass", "research-areas"]).unwrap_or_default();
    all.split(';').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// PubMed's number of an entry: a field of its own, or an eprint there.
fn pmid(value: &dyn Fn(&[&str]) -> Option<String>) -> Option<String> {
    let eprint = || value(&["eprint"]).filter(|_| value(&["eprinttype"]).is_some_and(|kind| is_pubmed(&kind)));
    value(&["pmid", "pubmedid", "pubmed-id", "pubmed_id"]).or_else(eprint)
}

/// The arXiv id of an entry: its eprint, or what stands in another field as `arXiv:1234.56789`.
fn arxiv_id(value: &dyn Fn(&[&str]) -> Option<String>) -> Option<String> {
    let archive = value(&["archiveprefix", "eprinttype"]).unwrap_or_else(|| "arxiv".to_owned());
    let eprint = value(&["eprint"]).filter(|_| archive.eq_ignore_ascii_case("arxiv"));
    let eprint = eprint.map(|id| arxiv_in(&id).unwrap_or(id)).filter(|id| is_arxiv_id(id));
    let volume = || value(&["volume"]).and_then(|volume| volume.strip_prefix("abs/").map(str::to_owned));
    let elsewhere = || ["journal", "url", "doi", "note"].iter().find_map(|name| arxiv_in(&value(&[name])?));
    eprint
        .or_else(|| value(&["arxivid", "arxiv"]).map(|id| arxiv_in(&id).unwrap_or(id)))
        .or_else(|| volume().filter(|id| is_arxiv_id(id)))
        .or_else(elsewhere)
}

/// The names in a list such as `One, Ann and {A Group} and others`, given names first.
fn people(value: &str) -> Vec<String> {
    let parsed = parse("author", value).and_then(|entry| entry.author().ok());
    let names = match parsed {
        Some(people) => people.iter().map(name).collect(),
        None => plain("title", value).split(" and ").map(|name| name.trim().to_owned()).collect::<Vec<_>>(),
    };
    names.into_iter().filter(|name| !name.is_empty() && name != "others").collect()
}

fn name(person: &Person) -> String {
    let parts = [&person.given_name, &person.prefix, &person.name, &person.suffix];
    parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The text of a value, with accents for their commands and without the braces that only keep capitals.
fn plain(field: &str, value: &str) -> String {
    let read = |value: &str| parse(field, value)?.get(field).map(ChunksExt::format_verbatim);
    // A lone dollar sign is money.
    let bare = || value.chars().filter(|c| !matches!(c, '{' | '}')).collect();
    read(value).or_else(|| read(&value.replace("\\$", "$").replace('$', "\\$"))).unwrap_or_else(bare)
}

/// One value as the crate reads it: a field of an entry that has no other. The crate goes down into braces by calling
/// itself, and joins the pieces between them one by one, so it is not given what would take it too far.
fn parse(field: &str, value: &str) -> Option<Entry> {
    if value.len() > LONGEST_VALUE || nesting(value) > DEEPEST {
        return None;
    }
    let verbatim = field == "url";
    let value = if verbatim { value.to_owned() } else { without_ties(value) };
    Bibliography::parse(&format!("@misc{{x,{field}={{{value}}}}}")).ok()?.into_vec().pop()
}

/// How deep the braces in a text stand inside of each other.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A text with spaces for the `~` of LaTeX, which keep words on one line.
fn without_ties(value: &str) -> String {
    let mut escaped = false;
    let space = |c: char| {
        let tie = c == '~' && !escaped;
        escaped = c == '\\' && !escaped;
        if tie {
            ' '
        } else {
            c
        }
    };
    value.chars().map(space).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first paper in a text.
    fn first(text: &str) -> Paper {
        let mut found = None;
        let mut input = text.as_bytes();
        let read = Bibtex.read(&mut input, "test", &mut |record| {
            if let Record::Paper(paper) = record {
                found.get_or_insert(*paper);
            }
            Ok(())
        });
        read.expect("memory can be read");
        found.expect("a paper")
    }

    #[test]
    fn latex_becomes_text() {
        for (latex, expected) in [
            (r#"Caf{\'e} in {K{\"o}ln}"#, "Café in Köln"),
            (r"Angew.~Chem. \& 50\% of \~{n}", "Angew. Chem. & 50% of ñ"),
            ("costs $5 a day", "costs $5 a day"),
            ("an $O(n^2)$ bound", "an $O(n^2)$ bound"),
            ("one -- two", "one – two"),
        ] {
            assert_eq!(plain("title", latex), expected, "{latex}");
        }
    }

    #[test]
    fn braces_in_braces_are_no_danger() {
        let deep = format!("{}x{}", "\\a{".repeat(20_000), "}".repeat(20_000));
        assert!(plain("title", &deep).contains('x'));
        assert_eq!(first(&format!("@misc{{k, title={{T}}, abstract={{{deep}}}}}")).title, "T");
    }

    #[test]
    fn names_are_given_names_first() {
        let names =
            people(r#"van der Meer, Anna and {World Health Organization} and Bo Two and G{\"o}del, K. and others"#);
        assert_eq!(names, ["Anna van der Meer", "World Health Organization", "Bo Two", "K. Gödel"]);
    }

    #[test]
    fn arxiv_ids_stand_in_many_fields() {
        for field in [
            "eprint={2101.00001v2}, archivePrefix={arXiv}",
            "eprint={arXiv:2101.00001v2}",
            "journal={arXiv preprint arXiv:2101.00001v2}",
            "volume={abs/2101.00001v2}",
            "url={https://arxiv.org/abs/2101.00001v2}",
        ] {
            let paper = first(&format!("@misc{{k, title={{T}}, {field}}}"));
            assert_eq!(paper.arxiv_id.as_deref(), Some("2101.00001v2"), "{field}");
        }
        assert_eq!(first("@misc{k, title={T}, eprint={1234}, eprinttype={jstor}}").arxiv_id, None);
    }

    #[test]
    fn strings_and_dates_are_put_together() {
        let text = "@string{jan2 = \"J. Anc\"}\n@article{k, title = \"A\" # { B} # 7, journal = JAN2 # {. x}, year=2010, month=jul # \" 15\"}";
        let paper = first(text);
        assert_eq!((paper.title.as_str(), paper.venue.as_deref()), ("A B7", Some("J. Anc. x")));
        assert_eq!(paper.date.as_deref(), Some("2010-07-15"));
    }

    #[test]
    fn entries_are_recognised_and_citations_in_pages_are_not() {
        assert_eq!(
            Bibtex.recognizes("Scopus\nEXPORT DATE: 08 July 2023\n\n@ARTICLE{a,\n title={T}\n}\n"),
            Fit::Content
        );
        assert_eq!(Bibtex.recognizes("% x\n@string{a = {b}}\n"), Fit::Content);
        assert_eq!(
            Bibtex.recognizes("# Tool\n\nPlease cite:\n\n```\n@misc{a,\n title={T}\n}\n```\n"),
            Fit::WithExtension
        );
        for other in ["", "a@b.c\n", "@decorator(x)\ndef f(): pass\n", "@media{a}\n"] {
            assert_eq!(Bibtex.recognizes(other), Fit::No, "{other}");
        }
        assert_eq!(Bibtex.recognizes("@given(a, b = 1)\ndef f(): pass\n"), Fit::WithExtension);
    }
}
