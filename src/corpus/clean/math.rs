//! Formulas: where they begin and end, and their indices and exponents.

use super::symbols::{subscript, superscript};
use super::text::near;

/// The longest formula without a sign that it is one, such as `$n log n$`, in bytes.
const LONGEST_PLAIN: usize = 40;

/// A formula in a text.
pub(super) struct Formula<'a> {
    /// What is between its marks.
    pub(super) text: &'a str,
    /// How long it is with its marks, in bytes.
    pub(super) length: usize,
    /// Whether it stands on a line of its own.
    pub(super) displayed: bool,
}

/// The formula that `rest` begins with: `$x$`, `$$x$$`, `\(x\)` or `\[x\]`. An amount of money is none.
pub(super) fn formula(rest: &str) -> Option<Formula<'_>> {
    for (open, close) in [("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]")] {
        if let Some(inner) = rest.strip_prefix(open) {
            let end = near(inner).find(close)?;
            let text = &inner[..end];
            let length = open.len() + end + close.len();
            return (!text.trim().is_empty()).then_some(Formula { text, length, displayed: open != "\\(" });
        }
    }
    let inner = rest.strip_prefix('$')?;
    let end = unescaped_dollar(near(inner))?;
    let text = &inner[..end];
    is_formula(text, &inner[end + 1..]).then_some(Formula { text, length: end + 2, displayed: false })
}

/// An exponent or index, in raised or lowered digits where there are such.
pub(super) fn raised_or_lowered(raised: bool, argument: &str, before: &str) -> String {
    let map = if raised { superscript } else { subscript };
    if argument.is_empty() {
        return String::new();
    }
    if let Some(digits) = argument.chars().map(map).collect::<Option<String>>() {
        return digits;
    }
    match argument {
        "∘" | "o" if raised => return "°".to_owned(),
        "′" | "*" | "†" if raised => return argument.to_owned(),
        "th" | "st" | "nd" | "rd" if raised => return argument.to_owned(),
        _ => {}
    }
    let mark = if raised { '^' } else { '_' };
    // A mark without anything before it, as in `$^{a}$B`, only raises.
    if before.is_empty() && raised {
        return argument.to_owned();
    }
    if argument.starts_with('(') && argument.ends_with(')') && !argument[1..].contains('(') {
        return format!("{mark}{argument}");
    }
    let unsigned = argument.strip_prefix(['+', '-']).unwrap_or(argument);
    let is_word = unsigned.chars().all(|c| c.is_alphanumeric() || ".*∞".contains(c));
    let is_number = unsigned.chars().all(|c| c.is_ascii_digit() || c == '.');
    if argument.chars().count() <= 2 && is_word
        || is_number
        || is_word && unsigned == argument
        || argument.chars().count() == 1
    {
        format!("{mark}{argument}")
    } else {
        format!("{mark}({argument})")
    }
}

fn unescaped_dollar(text: &str) -> Option<usize> {
    text.match_indices('$').map(|(at, _)| at).find(|at| !text[..*at].ends_with('\\'))
}

/// Whether what stands between two dollar signs is a formula.
fn is_formula(text: &str, behind: &str) -> bool {
    let trimmed = text.trim();
    if trimmed.is_empty() || words(trimmed) >= 2 && !trimmed.contains('\\') || words(trimmed) >= 5 {
        return false;
    }
    let evident = trimmed.contains(['\\', '^', '_', '{']);
    let spaced = text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace);
    if trimmed.chars().count() <= 2 && !spaced && !trimmed.contains(char::is_alphanumeric) {
        // A sign alone, as in `3$-$2`.
        return !trimmed.contains(['.', ',', ';', ')', '(']);
    }
    let money = trimmed.starts_with(|c: char| c.is_ascii_digit())
        && (spaced || behind.starts_with(|c: char| c.is_ascii_digit()));
    if evident {
        return !(money && words(trimmed) > 0);
    }
    let single = trimmed.chars().count() <= 2 || trimmed.contains(['=', '<', '>', '≤', '≥', '+']);
    trimmed.len() <= LONGEST_PLAIN && !behind.starts_with(|c: char| c.is_ascii_digit()) && (!spaced || single && !money)
}

/// Words of three letters and more that are no commands and no texts within them.
fn words(text: &str) -> usize {
    let mut count = 0;
    let mut letters = 0;
    let mut command = false;
    let mut depth = 0_usize;
    for c in text.chars().chain([' ']) {
        if c.is_alphabetic() {
            letters += 1;
            continue;
        }
        count += usize::from(letters >= 3 && !command && depth == 0);
        letters = 0;
        command = c == '\\';
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    count
}
