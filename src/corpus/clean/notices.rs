//! What publishers put around an abstract: headings, copyright lines, and words that say there is none.

use super::copyright::{without_beginning, without_end};

/// Words under which an abstract begins.
const HEADINGS: &[&str] = &["abstract", "summary", "graphical abstract", "resumen", "résumé", "zusammenfassung"];

/// Words that begin the text where the heading is followed by nothing but a space.
const BEGINNINGS: &[&str] = &[
    "Aim",
    "Aims",
    "An",
    "Background",
    "Context",
    "Here",
    "In",
    "Introduction",
    "Motivation",
    "Objective",
    "Objectives",
    "Our",
    "Purpose",
    "Recent",
    "Recently",
    "The",
    "There",
    "These",
    "This",
    "To",
    "We",
    "With",
    "While",
    "Although",
];

/// What stands for an abstract where there is none, in lower case and without punctuation around it.
const NONE: &[&str] = &[
    "abstract",
    "abstract is missing",
    "abstract is not available",
    "abstract missing",
    "abstract not available",
    "abstract not provided",
    "abstract unavailable",
    "an abstract is not available",
    "n.a",
    "n/a",
    "na",
    "nan",
    "nil",
    "no abstract",
    "no abstract available",
    "no abstract available for this article",
    "no abstract for this article",
    "no abstract found",
    "no abstract is available",
    "no abstract is available for this article",
    "no abstract provided",
    "no abstract supplied",
    "none",
    "not available",
    "not provided",
    "null",
    "summary",
    "tba",
    "tbd",
    "there is no abstract available",
    "this article does not have an abstract",
    "this article has no abstract",
];

/// Beginnings of longer sentences that say the same.
const NONE_BEGINNINGS: &[&str] =
    &["an abstract is not available for this content", "no abstract is available for this"];

/// The abstract without headings and copyright lines; nothing where it says that there is none.
pub(super) fn without(text: &str) -> &str {
    let mut text = text;
    loop {
        let next = without_beginning(without_end(without_heading(text)));
        if next.len() == text.len() {
            break;
        }
        text = next;
    }
    if is_none(text) {
        ""
    } else {
        text
    }
}

fn is_none(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.len() > 200 {
        return false;
    }
    let bare = bare.to_lowercase();
    bare.is_empty() || NONE.contains(&bare.as_str()) || NONE_BEGINNINGS.iter().any(|start| bare.starts_with(start))
}

/// Drops "Abstract:", "ABSTRACT" and the like; "Abstract interpretation" stays.
fn without_heading(text: &str) -> &str {
    let heading = |known: &&&str| text.get(..known.len()).is_some_and(|head| head.to_lowercase() == **known);
    let Some(heading) = HEADINGS.iter().find(heading) else { return text };
    let (head, behind) = text.split_at(heading.len());
    let marked = behind.trim_start().trim_start_matches([':', '.', '-', '–', '—']);
    let next =
        |text: &str| text.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let first = behind.trim_start().chars().next();
    let ends = match first {
        Some(':') => true,
        // "Abstract-syntax trees" has no heading.
        Some('.' | '—' | '–') => true,
        Some('-') => behind.starts_with(' ') && marked.starts_with(' '),
        _ => {
            let word = next(behind);
            let capitals = head.len() > 1 && head.chars().all(|c| !c.is_lowercase()) && !word.is_empty();
            let shouted = word.len() > 1 && word.chars().all(char::is_uppercase);
            let known = *heading != "summary" && BEGINNINGS.contains(&word.as_str());
            behind.starts_with(' ') && (known || capitals && !shouted && word.starts_with(char::is_uppercase))
        }
    };
    let behind = marked.trim_start();
    if ends && !behind.is_empty() && head.starts_with(|c: char| c.is_uppercase()) {
        behind
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_go_and_words_stay() {
        for (text, plain) in [
            ("Abstract: We show.", "We show."),
            ("ABSTRACT We show.", "We show."),
            ("Abstract This paper", "This paper"),
            ("Abstract—In this", "In this"),
            ("Summary. A study", "A study"),
            ("Abstract. Abstract: A", "A"),
            ("Abstract interpretation is", "Abstract interpretation is"),
            ("Abstract Meaning Representation", "Abstract Meaning Representation"),
            ("Abstract-syntax trees", "Abstract-syntax trees"),
            ("Summary statistics", "Summary statistics"),
            ("Abstracts: a study", "Abstracts: a study"),
        ] {
            assert_eq!(without(text), plain);
        }
    }

    #[test]
    fn what_says_that_there_is_no_abstract_is_none() {
        for text in [
            "No abstract available",
            "[No abstract available]",
            "Abstract not available.",
            "n/a",
            "-",
            "N.A.",
            "…",
            "None",
            "Abstract",
        ] {
            assert_eq!(without(text), "");
        }
        assert_eq!(without("None of the above."), "None of the above.");
    }
}
