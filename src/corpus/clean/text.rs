//! Text as a person would type it: no markup, no invisible characters, no broken lines.

use std::borrow::Cow;

use unicode_normalization::{is_nfc_quick, IsNormalized, UnicodeNormalization};

use super::{latex, markup};

/// How often cleaning may bring forth something new to clean, as `&amp;lt;` does; text that needs more is hostile.
const PASSES: usize = 8;

/// Ends of words that are no words themselves: before one of them, a hyphen at a line end is no hyphen.
const WORD_ENDS: &[&str] = &[
    "able", "ally", "ance", "ances", "ary", "bility", "bilities", "ble", "bly", "cal", "cally", "cation", "cations",
    "cess", "cesses", "cial", "cient", "cients", "cy", "dence", "dent", "dents", "ence", "ences", "ery", "fication",
    "fied", "gence", "gent", "gies", "gorithm", "gorithms", "gy", "ible", "ically", "ies", "ified", "ing", "ings",
    "ity", "ization", "ized", "izing", "lation", "lations", "lem", "lems", "lish", "lished", "ly", "mance", "mation",
    "mations", "matic", "ment", "ments", "mental", "mently", "mical", "ness", "nique", "niques", "nition", "nology",
    "ods", "ological", "ology", "ously", "ple", "ples", "ramework", "ration", "rations", "rithm", "rithms", "rize",
    "sion", "sions", "sis", "sity", "tain", "tained", "tation", "tations", "tance", "tative", "ted", "tem", "tems",
    "tial", "tially", "tic", "tical", "tically", "tics", "ties", "tified", "ting", "tion", "tional", "tionally",
    "tions", "tious", "tive", "tively", "tives", "tivity", "tor", "tors", "tory", "ture", "tures", "tured", "ual",
    "uation", "vide", "vided", "vides", "zation", "zations", "zed", "zing",
];

/// How far the other half of a pair (a formula's end, a closing tag) is looked for, in bytes; it keeps cleaning linear.
const NEAR: usize = 2000;

/// Makes one clean line of a text; a line that is clean already stays as it is.
pub(in super::super) fn plain(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..PASSES {
        if is_plain(&text) {
            break;
        }
        let next = pass(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// Whether a text is evidently clean, as most are: ASCII without a sign that cleaning looks for, and single spaces.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    for &byte in text.as_bytes() {
        let is_sign = matches!(byte, b'\\' | b'$' | b'{' | b'~' | b'`' | b'<' | b'&');
        let is_pair = byte == before && matches!(byte, b' ' | b'-');
        if !matches!(byte, b' '..=b'~') || is_sign || is_pair {
            return false;
        }
        before = byte;
    }
    text.is_empty() || before != b' '
}

fn pass(text: &str) -> String {
    let text = mended(text);
    let text = markup::stripped(&text);
    line(&latex::converted(&text))
}

/// One line of text: NFC, no control or invisible characters, no ligatures, white space collapsed to single spaces.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !out.is_empty();
        } else if !(c.is_control() || is_invisible(c) || is_joiner(c) && ends_ascii(&out)) {
            if gap {
                out.push(' ');
            }
            gap = false;
            match ligature(c) {
                Some(letters) => out.push_str(letters),
                None => out.push(c),
            }
        }
    }
    match is_nfc_quick(out.chars()) {
        IsNormalized::Yes => out,
        IsNormalized::No | IsNormalized::Maybe => out.nfc().collect(),
    }
}

/// The beginning of a text, as far as the other half of a pair is looked for.
pub(super) fn near(text: &str) -> &str {
    &text[..text.floor_char_boundary(NEAR)]
}

/// Characters without width that only steer line breaking and direction.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The joiners; other scripts and emoji need them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn ends_ascii(text: &str) -> bool {
    text.as_bytes().last().is_none_or(u8::is_ascii)
}

fn ligature(c: char) -> Option<&'static str> {
    Some(match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        _ => return None,
    })
}

/// Joins words that were broken at a line end: `exam-\nple` is a word, `long-\nterm` keeps its hyphen.
fn mended(text: &str) -> Cow<'_, str> {
    if !text.contains("-\n") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("-\n") {
        let (before, behind) = (&rest[..at], rest[at + 2..].trim_start_matches([' ', '\t']));
        out.push_str(before);
        let head = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        let tail = &behind[..behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len())];
        if head.is_empty() || tail.is_empty() || matches!(tail, "and" | "or" | "to") {
            out.push_str("-\n");
        } else if !is_one_word(text, before, head, tail) {
            out.push('-');
        }
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether the hyphen between `head` and `tail` was put there only to break the line, by the words of the text.
fn is_one_word(text: &str, before: &str, head: &str, tail: &str) -> bool {
    let compound = before[..before.len() - head.len()].ends_with('-');
    let lower = |part: &str| part.ends_with(char::is_lowercase);
    if compound || !lower(head) || !tail.starts_with(char::is_lowercase) {
        return false;
    }
    let text = near(text);
    if text.contains(&format!("{head}-{tail}")) {
        return false;
    }
    WORD_ENDS.contains(&tail) || (head.len() > 1 && text.contains(&format!(" {head}{tail}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::cases;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(cases(4096))]

        #[test]
        fn what_is_evidently_clean_stays_as_it_is(text in "([a-zA-Z0-9 .,:;()\\[\\]'\"/^_}>=%-]|[ -~\n\u{e9}]){0,12}") {
            prop_assert!(!is_plain(&text) || pass(&text) == text);
        }
    }

    #[test]
    fn an_ordinary_abstract_is_evidently_clean() {
        assert!(is_plain(
            "We show (in 2 ways, see Fig. 1) that x_1 > y^2: it's a state-of-the-art \"result\" [3]; 5% off."
        ));
        assert!(is_plain(""));
        for text in [" a", "a ", "a  b", "a--b", "a\nb", "\u{e9}", "a &amp; b", "$x$", "\u{7f}"] {
            assert!(!is_plain(text), "{text:?}");
        }
    }

    #[test]
    fn text_becomes_one_clean_line() {
        assert_eq!(line("  A\u{a0}title \n\t of\u{2028}two  lines "), "A title of two lines");
        assert_eq!(line("cafe\u{301} soft\u{ad}hyphen \u{85}x\u{9b}y\0z"), "café softhyphen xyz");
        assert_eq!(line("می\u{200c}خواهم a\u{200d}b"), "می\u{200c}خواهم ab");
        assert_eq!(line("eﬃcient ﬁnite ﬂow"), "efficient finite flow");
        assert_eq!(line(" \u{200b}\n"), "");
    }

    #[test]
    fn broken_words_are_joined_where_it_is_plausible() {
        for (broken, whole) in [
            ("an exam-\nple of", "an example of"),
            ("a long-\nterm study", "a long-term study"),
            ("state-of-the-\n  art", "state-of-the-art"),
            ("Navier-\nStokes", "Navier-Stokes"),
            ("pre-\nand post-test", "pre- and post-test"),
            ("a network, or net-\nwork", "a network, or network"),
            ("1990-\n2000 -\nx", "1990-\n2000 -\nx"),
        ] {
            assert_eq!(line(&mended(broken)), line(whole));
        }
    }

    #[test]
    fn what_comes_to_light_is_cleaned_too() {
        assert_eq!(plain("a &amp;lt;i&amp;gt;b&amp;lt;/i&amp;gt; &amp;amp; c"), "a b & c");
        assert_eq!(plain("&lt;p&gt;$\\alpha$&#8211;caf\\'e&lt;/p&gt;"), "α–café");
    }
}
