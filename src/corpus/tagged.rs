//! Records of tagged lines, as RIS, MEDLINE and Web of Science write them, and what their values have in common.

use super::{Emit, Record};
use crate::error::Result;
use crate::paper::Paper;

/// Names of months by their first three letters.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A record in the making: tags and values in the order of the file.
pub(super) struct Tagged {
    /// The line on which the record begins, counted from 1.
    pub(super) line: u64,
    fields: Vec<(String, String)>,
}

impl Tagged {
    /// A record without fields that begins on `line`.
    pub(super) fn new(line: u64) -> Self {
        Tagged { line, fields: Vec::new() }
    }

    /// Begins a field.
    pub(super) fn push(&mut self, tag: &str, value: &str) {
        self.fields.push((tag.to_owned(), value.trim().to_owned()));
    }

    /// Adds a line to the last field.
    pub(super) fn go_on(&mut self, line: &str) {
        if let Some((_, value)) = self.fields.last_mut() {
            value.push('\n');
            value.push_str(line.trim());
        }
    }

    /// Whether a field with this tag has begun.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.fields.iter().any(|(own, _)| own == tag)
    }

    /// The values of a tag that are not empty.
    pub(super) fn all<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(own, _)| own == tag).map(|(_, value)| value.trim()).filter(|v| !v.is_empty())
    }

    /// The first value of the first of these tags that has one.
    pub(super) fn first(&self, tags: &[&str]) -> Option<String> {
        tags.iter().find_map(|tag| self.all(tag).next()).map(str::to_owned)
    }

    /// All values of the first of these tags that has one, joined by line ends: texts come in several fields too.
    pub(super) fn whole(&self, tags: &[&str]) -> String {
        let joined = |tag: &&str| self.all(tag).collect::<Vec<_>>().join("\n");
        tags.iter().map(joined).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// The lines of all values of the first of these tags that has one: names stand on lines of their own.
    pub(super) fn lines(&self, tags: &[&str]) -> Vec<String> {
        let pieces = |text: &str| text.split(['\n', ';']).map(|name| name.trim().to_owned()).collect::<Vec<_>>();
        pieces(&self.whole(tags)).into_iter().filter(|name| !name.is_empty()).collect()
    }
}

/// Hands the paper of a finished record on, if there is one.
pub(super) fn finish(record: Option<Tagged>, paper: fn(&Tagged) -> Paper, emit: &mut Emit<'_>) -> Result<()> {
    record.map_or(Ok(()), |record| emit(Record::Paper(Box::new(paper(&record)))))
}

/// Pages from the first to the last, unless the first says it all: `349-69`, `69`.
pub(super) fn page_range(first: Option<String>, last: Option<String>) -> Option<String> {
    match (first, last) {
        (Some(first), Some(last)) if first.contains('-') && first.ends_with(&last) => Some(first),
        (Some(first), Some(last)) => Some(format!("{first}-{last}")),
        (first, _) => first,
    }
}

/// A date as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, from `2016 Jan 15`, `15 January 2016`, `2016/01/15/` and the like; as
/// written where it has other parts.
pub(super) fn date(text: &str) -> Option<String> {
    // RIS writes year/month/day/other.
    let text = text.match_indices('/').nth(2).map_or(text, |(at, _)| &text[..at]);
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 2);
    let year = parts.iter().find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest: Vec<&str> = parts.iter().filter(|part| *part != year).copied().collect();
    let named = rest.iter().find_map(|part| month(part));
    let numbers: Vec<u32> = rest.iter().filter_map(|part| number(part)).collect();
    let plain = |month: u32| (1..=12).contains(&month);
    let day = |day: u32| (1..=31).contains(&day);
    Some(match (named, &numbers[..], rest.len()) {
        (None, [], 0) => (*year).to_owned(),
        (Some(m), [], 1) => format!("{year}-{m:02}"),
        (Some(m), [d], 2) if day(*d) => format!("{year}-{m:02}-{d:02}"),
        (None, [m], 1) if plain(*m) && parts[0] == *year => format!("{year}-{m:02}"),
        (None, [m, d], 2) if plain(*m) && day(*d) && parts[0] == *year => format!("{year}-{m:02}-{d:02}"),
        _ => text.trim_end_matches('/').trim().to_owned(),
    })
}

/// The number of a month that is named, in full or by its first letters.
fn month(name: &str) -> Option<usize> {
    let name = name.to_ascii_lowercase();
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase());
    MONTHS.iter().position(|short| plain && name.starts_with(short)).map(|at| at + 1)
}

/// The DOI in a text that is one, or an address of one.
pub(super) fn doi_in(text: &str) -> Option<String> {
    let at = text.find("10.")?;
    let before = text[..at].to_ascii_lowercase();
    let address = before.is_empty() || before.ends_with("doi.org/") || before.trim_end().ends_with("doi:");
    let doi: String = text[at..].chars().take_while(|c| !c.is_whitespace()).collect();
    let (registrant, name) = doi["10.".len()..].split_once('/')?;
    let digits = registrant.len() >= 4 && registrant.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (address && digits && !name.is_empty()).then_some(doi)
}

/// The arXiv id behind `arXiv:`, `arxiv.org/abs/` or `arxiv.org/pdf/` in a text.
pub(super) fn arxiv_in(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let marks = ["arxiv.org/abs/", "arxiv.org/pdf/", "10.48550/arxiv.", "arxiv:"];
    let after = marks.iter().find_map(|mark| lower.find(mark).map(|at| at + mark.len()))?;
    let rest = text.get(after..)?.trim_start();
    let id = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | ')' | ']' | '}' | '?' | '#')).next()?;
    let id = id.trim_end_matches('.').trim_end_matches(".pdf");
    is_arxiv_id(id).then(|| id.to_owned())
}

/// Whether a text is an arXiv id: `2101.00001v2` or `hep-th/9901001`.
pub(super) fn is_arxiv_id(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let bare = match text.rsplit_once('v') {
        Some((id, version)) if digits(version) => id,
        _ => text,
    };
    let modern = bare.split_once('.').is_some_and(|(month, number)| {
        month.len() == 4 && digits(month) && (4..=5).contains(&number.len()) && digits(number)
    });
    let old = bare.split_once('/').is_some_and(|(archive, number)| {
        number.len() == 7
            && digits(number)
            && archive.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'-' | b'.'))
    });
    modern || old
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_become_iso_where_they_can() {
        for (text, expected) in [
            ("2016 Jan 15", "2016-01-15"),
            ("15 January 2016", "2016-01-15"),
            ("2016 JUL", "2016-07"),
            ("2016/01/15/", "2016-01-15"),
            ("1948/07//", "1948-07"),
            ("1948/07//Summer", "1948-07"),
            ("2016//", "2016"),
            ("2016-01-15", "2016-01-15"),
            ("2016 Jan-Feb", "2016 Jan-Feb"),
            ("2016 Winter", "2016 Winter"),
            ("12/05/2016", "12/05/2016"),
        ] {
            assert_eq!(date(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(date("in press"), None);
    }

    #[test]
    fn identifiers_are_found_in_addresses() {
        assert_eq!(doi_in("https://doi.org/10.1000/a(b)c").as_deref(), Some("10.1000/a(b)c"));
        assert_eq!(doi_in("doi: 10.1000/x y").as_deref(), Some("10.1000/x"));
        assert_eq!(doi_in("Article 10.5 pages"), None);
        assert_eq!(doi_in("10.1000"), None);
        assert_eq!(arxiv_in("arXiv preprint arXiv:2101.00001v2, 2021").as_deref(), Some("2101.00001v2"));
        assert_eq!(arxiv_in("http://arxiv.org/pdf/hep-th/9901001.pdf").as_deref(), Some("hep-th/9901001"));
        assert_eq!(arxiv_in("arXiv: see below"), None);
    }
}
