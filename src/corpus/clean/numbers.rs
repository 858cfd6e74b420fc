//! Volumes, issues, pages and PubMed's numbers: one way to write each.

use super::super::ids::{is_pubmed_id, pubmed_id};
use super::text::{line, plain};
use super::without_prefix;

/// The longest volume, issue or pages, in characters. The longest of PubMed have some 60; what is longer stands in the
/// wrong column.
const LONGEST: usize = 100;

/// What exports write where there is nothing, in lower case, letters and digits only: `N/A`, `[n.pag.]`, `No-Specified`.
const NOTHING: &[&str] = &[
    "",
    "na",
    "nan",
    "none",
    "null",
    "nil",
    "npag",
    "npagnpag",
    "nopagination",
    "nopaginationspecified",
    "nospecified",
];

/// Dashes and what is taken for one, other than the hyphen of a keyboard.
const DASHES: &[char] = &['‐', '‑', '‒', '–', '—', '―', '−', '﹣', '－', '⁃'];

/// What stands before pages, in lower case.
const PAGE_PREFIXES: &[&str] = &["pages:", "pages ", "pp.", "pp:", "pp ", "pp", "p.", "p "];

/// A volume or an issue; empty where it says nothing.
pub(super) fn number(text: &str) -> String {
    said(whole(&plain(text)).to_owned())
}

/// Pages as `100-112`, with the last one in full: MEDLINE writes `100-12`.
pub(super) fn pages(text: &str) -> String {
    let text: String = plain(text).chars().map(|c| if DASHES.contains(&c) { '-' } else { c }).collect();
    let bare = without_prefix(&text, PAGE_PREFIXES);
    let text = if bare.starts_with(|c: char| c.is_ascii_digit()) { bare } else { &text };
    let ranges = text.split([',', ';']).map(range).filter(|range| !range.is_empty());
    said(ranges.collect::<Vec<_>>().join(", "))
}

/// PubMed's number without what says that it is one; empty where there is none.
pub(super) fn pmid(text: &str) -> String {
    let text = line(text);
    let number = whole(text.split([' ', ';', ',', '[']).next().unwrap_or_default());
    let found = Some(number.to_owned()).filter(|number| is_pubmed_id(number)).or_else(|| pubmed_id(&text));
    found.map(|number| number.trim_start_matches('0').to_owned()).unwrap_or_default()
}

/// One range of pages.
fn range(text: &str) -> String {
    let parts = text.split('-').map(|part| whole(part.trim_matches([' ', '.', ':'])));
    let mut parts: Vec<&str> = parts.filter(|part| !said((*part).to_owned()).is_empty()).collect();
    parts.dedup();
    match parts[..] {
        [first, last] => format!("{first}-{}", in_full(first, last)),
        _ => parts.join("-"),
    }
}

/// The last page with the digits that it shares with the first and that were left out.
fn in_full(first: &str, last: &str) -> String {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if last.len() < first.len() && digits(first) && digits(last) {
        let full = format!("{}{last}", &first[..first.len() - last.len()]);
        if full.as_str() > first {
            return full;
        }
    }
    last.to_owned()
}

/// A whole number without the `.0` of tables that keep numbers as fractions.
fn whole(text: &str) -> &str {
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.strip_suffix(".0").filter(digits).unwrap_or(text)
}

/// The text, unless it says nothing or too much.
fn said(text: String) -> String {
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let is_something = !NOTHING.contains(&bare.as_str()) && text.chars().count() <= LONGEST;
    if is_something {
        text
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_written_in_one_way() {
        for (written, expected) in [
            ("100-112", "100-112"),
            ("100--112", "100-112"),
            ("100 – 112", "100-112"),
            ("100‐112", "100-112"),
            ("pp. 100—112.", "100-112"),
            ("p. 5", "5"),
            ("P5-P9", "P5-P9"),
            ("244-55", "244-255"),
            ("999-1004", "999-1004"),
            ("12-1", "12-1"),
            ("e1234", "e1234"),
            ("5-5", "5"),
            ("12.0-15.0", "12-15"),
            ("125-nan", "125"),
            ("100-", "100"),
            ("S1-9,S12", "S1-9, S12"),
            ("1-3; 7", "1-3, 7"),
            ("iv-xi", "iv-xi"),
            ("No-Specified", ""),
            ("N.PAG-N.PAG", ""),
            ("--", ""),
        ] {
            assert_eq!(pages(written), expected, "{written}");
        }
    }

    #[test]
    fn volumes_and_issues_say_something() {
        for (written, expected) in [
            ("12", "12"),
            ("12.0", "12"),
            (" Suppl 1 ", "Suppl 1"),
            ("2.10", "2.10"),
            ("n/a", ""),
            ("NaN", ""),
            ("-", ""),
        ] {
            assert_eq!(number(written), expected, "{written}");
        }
        assert_eq!(number(&"a reference ".repeat(9)), "");
    }

    #[test]
    fn numbers_of_pubmed_are_bare() {
        for (written, expected) in [
            ("30000001", "30000001"),
            ("30000001.0", "30000001"),
            ("PMID: 30000001", "30000001"),
            ("PMID30000001; PMCID: PMC1", "30000001"),
            ("https://pubmed.ncbi.nlm.nih.gov/30000001/", "30000001"),
            ("http://www.ncbi.nlm.nih.gov/pubmed/30000001", "30000001"),
            ("MEDLINE:00300001", "300001"),
            ("30000001 [pmid]", "30000001"),
            ("na", ""),
            ("0", ""),
            ("123456789", ""),
            ("PMC1234", ""),
            ("10.1000/x", ""),
        ] {
            assert_eq!(pmid(written), expected, "{written}");
        }
    }
}
