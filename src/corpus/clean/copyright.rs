//! Copyright lines before and behind an abstract.

/// Words that copyright lines hold and other sentences seldom, in lower case.
const LEGAL: &[&str] = &[
    "©",
    "(c)",
    "copyright",
    "all rights reserved",
    "rights reserved",
    "published by",
    "license",
    "licence",
    "cc by",
    "cc-by",
    "creative commons",
    "creativecommons",
    "open access article",
    "open-access article",
    "exclusive licence",
];

/// Words that are not capitalised in the name of a holder.
const SMALL: &[&str] = &[
    "and",
    "of",
    "the",
    "for",
    "by",
    "on",
    "behalf",
    "in",
    "part",
    "with",
    "to",
    "under",
    "exclusive",
    "licence",
    "license",
    "de",
    "der",
    "und",
    "et",
    "la",
    "rights",
    "reserved",
    "published",
    "author",
    "authors",
    "its",
    "or",
    "an",
    "a",
];

/// How the notes of a large data base begin.
const PSYCINFO: &str = "(PsycINFO Database Record";

/// The longest copyright line, in bytes.
const LONGEST: usize = 500;

/// Drops a copyright line that stands before the abstract.
pub(super) fn without_beginning(text: &str) -> &str {
    if !starts_notice(text) {
        return text;
    }
    let mut rest = text;
    for (n, sentence) in sentences(text).take(5).enumerate() {
        let legal = is_legal(sentence) || n > 0 && words(sentence) <= 2 && !sentence.ends_with(['?', '!']);
        if !(legal && is_name(sentence)) {
            break;
        }
        rest = &rest.trim_start()[sentence.len()..];
    }
    let rest = rest.trim_start();
    if rest.is_empty() {
        text
    } else {
        rest
    }
}

/// Drops copyright lines that stand behind the abstract, or instead of it.
pub(super) fn without_end(text: &str) -> &str {
    let mut from = text.len().saturating_sub(LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    for (at, _) in text[from..].char_indices().map(|(at, c)| (from + at, c)) {
        let boundary = at == 0 || text[..at].ends_with(' ') && ends_sentence(text[..at].trim_end());
        if !boundary || !text[at..].starts_with(['©', '(', 'C', 'P', 'A', 'c', '[', 'T']) {
            continue;
        }
        let tail = &text[at..];
        if is_tail(tail) && (at > 0 || is_only_notice(tail)) {
            return text[..at].trim_end();
        }
    }
    text
}

fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '?', '!', ')', ']', '"', '”', ';', ':', '>'])
}

/// Whether a text begins with a mark of copyright and all its sentences are legal ones.
fn is_tail(tail: &str) -> bool {
    let lone = tail.len() < 120
        && ["All rights reserved", "Published by"].iter().any(|start| tail.starts_with(start))
        && is_name(tail);
    (starts_notice(tail) || lone)
        && sentences(tail).enumerate().all(|(n, sentence)| match n {
            0 => is_name(sentence) || has_sign(sentence),
            _ => is_legal(sentence) || words(sentence) <= 4,
        })
}

/// Whether a text is a copyright line from its beginning: an abstract may follow one without being one.
fn is_only_notice(text: &str) -> bool {
    sentences(text)
        .enumerate()
        .all(|(n, sentence)| is_legal(sentence) && (n > 0 || is_name(sentence)) || words(sentence) <= 1)
        || text.starts_with(PSYCINFO)
}

/// Whether a text begins as a copyright line does: with the mark, and then soon a year or a holder.
fn starts_notice(text: &str) -> bool {
    let lower: String = text.chars().take(60).collect::<String>().to_lowercase();
    if text.starts_with(PSYCINFO) {
        return true;
    }
    let lower = lower.trim_start_matches('[');
    let marks = ["copyright", "©", "(c)", ":", ",", "the", "by", "crown", " "];
    let mut rest = lower;
    let mut seen = 0;
    while let Some(mark) = marks.iter().find(|mark| rest.starts_with(**mark)) {
        seen += usize::from(matches!(*mark, "copyright" | "©" | "(c)"));
        rest = &rest[mark.len()..];
    }
    let sign = lower.starts_with('©') || seen > 1;
    let year = rest.len() >= 4
        && rest.is_char_boundary(4)
        && rest[..4].chars().all(|c| c.is_ascii_digit())
        && rest.starts_with(['1', '2']);
    let holder = [
        "author",
        "elsevier",
        "springer",
        "wiley",
        "ieee",
        "acm",
        "american",
        "john wiley",
        "copyright",
        "royal",
        "society",
    ]
    .iter()
    .any(|name| rest.starts_with(name));
    let later_year = sign && ["19", "20"].iter().any(|century| rest.contains(century));
    seen > 0 && (year || holder || later_year)
}

/// Whether a sentence begins with the sign and not with the word alone, which other sentences begin with too.
fn has_sign(sentence: &str) -> bool {
    let head: String = sentence.chars().take(40).collect::<String>().to_lowercase();
    head.contains('©') || head.contains("(c)")
}

fn is_legal(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    LEGAL.iter().any(|word| lower.contains(word))
}

/// Whether a sentence has only the words of a name, a year or a licence.
fn is_name(sentence: &str) -> bool {
    sentence.split_whitespace().all(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty() || !bare.starts_with(char::is_lowercase) || SMALL.contains(&bare) || word.starts_with("(c)")
    }) && words(sentence) <= 25
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The text's sentences, each with the mark at its end.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(". ").map(str::trim_end).filter(|sentence| !sentence.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_line(text: &str) -> &str {
        without_beginning(without_end(text))
    }

    #[test]
    fn copyright_lines_go_and_abstracts_stay() {
        for notice in [
            "(C) 2020 Elsevier Ltd. All rights reserved.",
            "© The Author(s) 2021. Published by Oxford University Press.",
            "Copyright © 2018 Elsevier Inc. All rights reserved.",
            "Copyright 2004 John Wiley & Sons, Ltd.",
            "© 2020 The Authors. Published by Elsevier Ltd. This is an open access article under the CC BY license.",
            "All rights reserved.",
            "(PsycINFO Database Record (c) 2016 APA, all rights reserved)",
            "(c)2001 by Le Jacq.",
            "(c) 1999 American Institute of Physics.",
        ] {
            assert_eq!(without_line(&format!("We show it. {notice}")), "We show it.");
            assert_eq!(without_line(notice), "", "{notice}");
        }
        assert_eq!(without_line("© 2019 IEEE. We show it."), "We show it.");
        for text in [
            "Copyright law is old. It was made in 1710.",
            "We compare (a) x, (b) y. (c) 200 cases were seen.",
            "© 2017 Elsevier Ltd This paper presents a method.",
            "We study copyright. Copyright 2020 was a conference that showed much that we had not known.",
            "Published by hand, the book was rare.",
        ] {
            assert_eq!(without_line(text), text);
        }
    }
}
