//! Cleaning: applied once to every paper, whatever the reader.
//!
//! Titles, abstracts, authors, venues and categories become plain text: markup and LaTeX are turned into what they
//! print ([`markup`], [`latex`]), and what publishers put around abstracts goes ([`notices`]). Ids stay as they are.

mod commands;
mod copyright;
mod latex;
mod markup;
mod math;
mod notices;
mod numbers;
mod symbols;
mod text;

pub(super) use text::plain;

use self::text::line;
use crate::paper::{AsRead, Paper, PaperId};

/// Ways to write the address of a DOI, in lower case.
const DOI_PREFIXES: &[&str] =
    &["https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/", "doi.org/", "doi:"];

/// Ways to write the address of an arXiv paper, in lower case.
const ARXIV_PREFIXES: &[&str] = &[
    "https://arxiv.org/abs/",
    "http://arxiv.org/abs/",
    "https://arxiv.org/pdf/",
    "http://arxiv.org/pdf/",
    "arxiv.org/abs/",
    "arxiv:",
];

/// Makes every field one line of plain text, drops empty ones, and fills in the year from the date. What it changes of
/// title, abstract, authors and venue, beyond white space, is kept as it was.
pub(super) fn clean(paper: &mut Paper) {
    let before = (paper.title.clone(), paper.abstract_text.clone(), paper.authors.clone(), paper.venue.clone());
    clean_fields(paper);
    let as_read = AsRead {
        title: changed(before.0, &paper.title),
        abstract_text: changed(before.1, &paper.abstract_text),
        authors: Some(before.2).filter(|authors| *authors != paper.authors),
        venue: before.3.and_then(|venue| changed(venue, paper.venue.as_deref().unwrap_or_default())),
    };
    paper.as_read = (as_read != AsRead::default()).then(|| Box::new(as_read));
}

/// The text before cleaning, if cleaning did more than join lines.
fn changed(before: String, after: &str) -> Option<String> {
    let is_same = before == after || before.split_whitespace().eq(after.split_whitespace());
    (!is_same).then_some(before)
}

fn clean_fields(paper: &mut Paper) {
    paper.id = PaperId(line(&paper.id.0));
    paper.title = plain(&paper.title);
    paper.abstract_text = abstract_text(&paper.abstract_text);
    lines(&mut paper.authors);
    lines(&mut paper.categories);
    optional(&mut paper.date, day);
    optional(&mut paper.venue, plain);
    optional(&mut paper.volume, numbers::number);
    optional(&mut paper.issue, numbers::number);
    optional(&mut paper.pages, numbers::pages);
    optional(&mut paper.pmid, numbers::pmid);
    optional(&mut paper.doi, |doi| without_prefix(&address(doi), DOI_PREFIXES).to_owned());
    optional(&mut paper.arxiv_id, |id| without_prefix(&line(id), ARXIV_PREFIXES).trim_end_matches(".pdf").to_owned());
    optional(&mut paper.url, address);
    paper.year = paper.year.or_else(|| paper.date.as_deref().and_then(year));
}

/// An abstract as plain text, without headings and copyright lines; empty where it says that there is none.
fn abstract_text(text: &str) -> String {
    let mut text = plain(text);
    loop {
        let next = notices::without(&text);
        if next.len() == text.len() {
            return text;
        }
        text = plain(next);
    }
}

/// An identifier or address: one line without the codes and escapes that an exporter has put into it.
fn address(text: &str) -> String {
    line(&markup::decoded(text).replace("\\_", "_"))
}

/// The first number of four digits that can be a year.
pub(super) fn year(text: &str) -> Option<i32> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (1500..=2200).contains(year))
}

/// A date without the time of day that ISO 8601 puts behind it.
fn day(text: &str) -> String {
    let date = line(text);
    match date.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T' | b' ', time @ ..] if time.contains(&b':') => {
            date.chars().take("YYYY-MM-DD".len()).collect()
        }
        _ => date,
    }
}

fn lines(texts: &mut Vec<String>) {
    for text in texts.iter_mut() {
        *text = plain(text);
    }
    texts.retain(|text| !text.is_empty());
}

fn optional(field: &mut Option<String>, clean: impl Fn(&str) -> String) {
    *field = field.as_deref().map(clean).filter(|text| !text.is_empty());
}

fn without_prefix<'a>(text: &'a str, prefixes: &[&str]) -> &'a str {
    let starts = |prefix: &&&str| text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    prefixes.iter().find(starts).map_or(text, |prefix| text[prefix.len()..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::cases;
    use proptest::prelude::*;

    #[test]
    fn identifiers_lose_their_resolvers() {
        let mut paper = Paper {
            doi: Some("HTTPS://doi.org/10.1000/Ab".into()),
            arxiv_id: Some("https://arxiv.org/pdf/2401.00001v2.pdf".into()),
            url: Some(" ".into()),
            authors: vec![" A  B ".into(), "\n".into()],
            ..Paper::default()
        };
        clean(&mut paper);
        assert_eq!(paper.doi.as_deref(), Some("10.1000/Ab"));
        assert_eq!(paper.arxiv_id.as_deref(), Some("2401.00001v2"));
        assert_eq!((paper.url, paper.authors), (None, vec!["A B".to_owned()]));
    }

    #[test]
    fn dates_lose_the_time_of_day_and_give_the_year() {
        for (date, day, year) in [
            ("2024-03-01T12:30:00Z", "2024-03-01", Some(2024)),
            ("2024-03-01 12:30:00", "2024-03-01", Some(2024)),
            ("March 2019", "March 2019", Some(2019)),
            ("Tue, 12 Mar", "Tue, 12 Mar", None),
            ("größerTab:c", "größerTab:c", None),
        ] {
            let mut paper = Paper { date: Some(date.into()), ..Paper::default() };
            clean(&mut paper);
            assert_eq!((paper.date.as_deref(), paper.year), (Some(day), year));
        }
    }

    proptest! {
        #![proptest_config(cases(1024))]

        #[test]
        fn numbers_are_cleaned_once(text in "([0-9]{1,4}|[-–, .;:]|pp?\\.?|\\.0|nan?|e|PMID:? ?|/){0,9}") {
            for clean in [numbers::number, numbers::pages, numbers::pmid] {
                prop_assert_eq!(clean(&clean(&text)), clean(&text));
            }
        }
    }

    proptest! {
        #![proptest_config(cases(4096))]

        #[test]
        fn cleaning_twice_is_cleaning_once(text in "\\PC*|[\\x00-\\x20a-z\u{300}-\u{303}\u{ad}]{0,40}|[ -~\n]{0,60}|([$\\\\{}^_a-c<>/&;~`'\"-]| |amp;|\\\\frac|\\\\'|<b>|\\(c\\) 2020 A|\\. |Abstract: |&lt;|\\{x|--){0,24}") {
            let mut paper = Paper {
                title: text.clone(),
                abstract_text: text.clone(),
                date: Some(text.clone()),
                volume: Some(text.clone()),
                pages: Some(text.clone()),
                pmid: Some(text.clone()),
                ..Paper::default()
            };
            clean(&mut paper);
            let once = Paper { as_read: None, ..paper.clone() };
            clean(&mut paper);
            prop_assert_eq!(paper, once);
        }
    }
}
