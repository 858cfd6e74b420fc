//! What formulas leave behind in a text, and how it differs from short names.

use super::fold::without_possessive;
use super::reader::Stream;

/// Short words that are names however they are written; the numbered ones are proteins and a processor.
const NAMES: [&str; 11] = ["ad", "ai", "go", "id", "ph", "p16", "p21", "p27", "p38", "p53", "x86"];

/// Elements that have papers of their own, `Lp` spaces and supernovae of type `Ia`: names where they are written with a
/// capital.
const CAPITAL_NAMES: [&str; 16] =
    ["ag", "au", "ca", "cr", "cu", "fe", "ia", "li", "lp", "mg", "na", "ni", "pd", "pt", "si", "ti"];

/// Operators that are written as words.
const OPERATORS: [&str; 8] = ["coker", "det", "dim", "div", "ker", "liminf", "limsup", "supp"];

/// How a word is mostly written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Capitals {
    times: u32,
    first: u32,
    all: u32,
}

impl Capitals {
    /// Counts the capitals of every word; `of_form` is the word of each form, `words` how many words there are.
    pub(super) fn of_words(forms: &[String], stream: &Stream, of_form: &[u32], words: usize) -> Vec<Self> {
        let begins: Vec<bool> = forms.iter().map(|form| form.starts_with(char::is_uppercase)).collect();
        let whole: Vec<bool> = forms.iter().map(|form| is_in_capitals(form)).collect();
        let mut counted = vec![Capitals::default(); words];
        for token in stream.papers().flatten() {
            let entry = &mut counted[of_form[token.form()] as usize];
            entry.times += 1;
            entry.first += u32::from(begins[token.form()]);
            entry.all += u32::from(whole[token.form()]);
        }
        counted
    }

    fn mostly(&self, part: u32) -> bool {
        part > 0 && 2 * part >= self.times
    }
}

/// `AI`, `H2`, `GAs`; `2D` too, but not `Rn`.
fn is_in_capitals(form: &str) -> bool {
    let bare = without_possessive(form);
    let bare = bare.strip_suffix('s').filter(|stem| stem.len() > 1).unwrap_or(bare);
    bare.contains(char::is_uppercase) && !bare.contains(char::is_lowercase)
}

/// Whether a word is a differential, a variable or an operator (`dx`, `u0`, `Rn`, `div`) and no short name
/// (`AI`, `H2`, `Fe`, `p53`).
pub(super) fn is_symbol(text: &str, capitals: &Capitals) -> bool {
    let named = NAMES.contains(&text) || (CAPITAL_NAMES.contains(&text) && capitals.mostly(capitals.first));
    if named || capitals.mostly(capitals.all) {
        return false;
    }
    let mut signs = text.chars();
    let Some(first) = signs.next().filter(|first| first.is_ascii_lowercase() || is_greek(*first)) else { return false };
    let rest = signs.as_str();
    // `n-1` and `λ1`, but no Greek word of two letters.
    let is_numbered = rest.strip_prefix('-').unwrap_or(rest).chars().all(|c| c.is_ascii_digit());
    let mut others = rest.chars();
    let is_pair = others.next().is_some_and(|c| c.is_ascii_lowercase() || (first == 'd' && is_greek(c)));
    OPERATORS.contains(&text) || is_numbered || (is_pair && others.next().is_none())
}

fn is_greek(c: char) -> bool {
    matches!(c, '\u{0370}'..='\u{03FF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_told_from_short_names() {
        let plain = Capitals { times: 4, first: 0, all: 0 };
        let titled = Capitals { times: 4, first: 4, all: 0 };
        let capital = Capitals { times: 4, first: 4, all: 3 };
        for symbol in ["dx", "dt", "dμ", "u0", "v1", "n2", "x12", "si", "div", "n-1", "λ1", "δz"] {
            assert!(is_symbol(symbol, &plain), "{symbol}");
        }
        for symbol in ["rn", "dx", "xi"] {
            assert!(is_symbol(symbol, &titled), "{symbol}");
        }
        for name in ["3d", "ad", "p53", "x86", "gas", "of the", "эх", "ai", "kα", "να", "k-nn", "x-ray"] {
            assert!(!is_symbol(name, &plain), "{name}");
        }
        assert!(!is_symbol("fe", &titled));
        for name in ["co", "h2", "t1", "ga"] {
            assert!(!is_symbol(name, &capital), "{name}");
        }
    }

    #[test]
    fn capitals_are_those_of_the_form() {
        assert!(["AI", "H2", "GAs", "2D", "U.S.A"].iter().all(|form| is_in_capitals(form)));
        assert!(!["Rn", "dx", "Is", "dX", "3d"].iter().any(|form| is_in_capitals(form)));
    }
}
