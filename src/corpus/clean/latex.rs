//! LaTeX in running text: accents, commands, quotes and dashes become what they print.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

use super::commands::group;
use super::math::{formula, raised_or_lowered, Formula};
use super::symbols::{meaning, Meaning};
use super::text::near;

/// How deep groups may be nested.
const DEPTH: usize = 8;

/// How much of a word counts, in characters.
const LONGEST_WORD: usize = 60;

/// Characters that may begin something to convert.
const SPECIAL: [char; 9] = ['\\', '$', '{', '~', '`', '\'', '-', '^', '_'];

/// The text with its LaTeX converted.
pub(super) fn converted(text: &str) -> Cow<'_, str> {
    if text.contains(['\\', '$', '{', '~', '`']) || text.contains("--") {
        Cow::Owned(Tex::new(text, false, DEPTH).convert())
    } else {
        Cow::Borrowed(text)
    }
}

/// A stretch of text or formula that is being converted.
pub(super) struct Tex<'a> {
    text: &'a str,
    pub(super) at: usize,
    pub(super) out: String,
    pub(super) math: bool,
    pub(super) depth: usize,
    /// Quotation marks opened with `` `` ``.
    quotes: usize,
}

impl<'a> Tex<'a> {
    pub(super) fn new(text: &'a str, math: bool, depth: usize) -> Self {
        Tex { text, at: 0, out: String::with_capacity(text.len()), math, depth, quotes: 0 }
    }

    pub(super) fn convert(mut self) -> String {
        if self.depth == 0 {
            return self.text.to_owned();
        }
        while let Some(next) = self.rest().find(self.specials()) {
            self.take(next);
            self.special();
        }
        self.out.push_str(&self.text[self.at..]);
        self.out
    }

    fn specials(&self) -> &'static [char] {
        if self.math {
            &['\\', '{', '}', '~', '^', '_', '&']
        } else {
            &SPECIAL
        }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The word at the end of what was written, or the end of it if it is very long.
    pub(super) fn word(&self) -> &str {
        let end = self.out.char_indices().rev().take(LONGEST_WORD);
        end.take_while(|(_, c)| !c.is_whitespace()).last().map_or("", |(at, _)| &self.out[at..])
    }

    /// Copies so many bytes.
    pub(super) fn take(&mut self, bytes: usize) {
        self.out.push_str(&self.text[self.at..self.at + bytes]);
        self.at += bytes;
    }

    /// Writes `text` instead of so many bytes.
    pub(super) fn put(&mut self, bytes: usize, text: &str) {
        self.out.push_str(text);
        self.at += bytes;
    }

    /// Converts the special character that stands next.
    fn special(&mut self) {
        let rest = self.rest();
        match rest.as_bytes()[0] {
            b'\\' => self.backslash(),
            b'$' => match formula(rest) {
                Some(formula) => self.formula(&formula),
                None => self.take(1),
            },
            b'{' => self.braces(),
            b'~' => self.tie(),
            b'^' | b'_' => self.script(),
            b'`' | b'\'' => self.quote(),
            b'-' => self.dash(),
            // Left over in a formula: a brace without partner, or the mark of a column.
            byte => self.put(1, if byte == b'&' { " " } else { "" }),
        }
    }

    fn formula(&mut self, formula: &Formula<'_>) {
        let inner = Tex::new(formula.text, true, self.depth - 1).convert();
        let gap = if formula.displayed { " " } else { "" };
        self.put(formula.length, &format!("{gap}{}{gap}", inner.split_whitespace().collect::<Vec<_>>().join(" ")));
    }

    fn backslash(&mut self) {
        let rest = self.rest();
        let length = rest[1..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len() - 1);
        if length > 0 {
            return self.command(&rest[1..1 + length]);
        }
        if let Some(formula) = formula(rest) {
            return self.formula(&formula);
        }
        let Some(c) = rest[1..].chars().next() else {
            return self.take(1);
        };
        match c {
            '%' | '#' | '_' | '{' | '}' | '$' => self.put(2, &rest[1..2]),
            '&' => self.put(2, "&"),
            ',' | ';' | ':' | '>' | ' ' | '\\' if self.math || c != '>' => self.put(2, " "),
            '!' | '/' | '-' | '*' => self.put(2, ""),
            '|' => self.put(2, "‖"),
            '\'' | '`' | '^' | '"' | '~' | '=' | '.' if !self.math => self.accent(c),
            _ if self.math => self.put(1, ""),
            _ => self.take(1),
        }
    }

    /// An accent in text, or a quotation mark that something escaped with a backslash.
    fn accent(&mut self, c: char) {
        let behind = &self.rest()[2..];
        let word = &behind[..behind.find(|c: char| !c.is_alphabetic()).unwrap_or(behind.len())];
        let escaped = match c {
            '\'' => {
                self.out.ends_with(char::is_alphabetic) && matches!(word, "s" | "t" | "re" | "ve" | "ll" | "d" | "m")
            }
            '"' => !word.is_empty() && !self.out.ends_with(char::is_alphanumeric) && closes(behind),
            _ => false,
        };
        let accent = meaning(&self.rest()[1..2]);
        match (accent, escaped) {
            (Some(Meaning::Accent(mark)), false) if !behind.starts_with(' ') && self.over(2, mark) => {}
            _ if matches!(c, '\'' | '"' | '`') => self.put(1, ""),
            _ => self.take(1),
        }
    }

    /// Braces that only group are dropped; sets and templates keep theirs.
    fn braces(&mut self) {
        let Some(inner) = group(self.rest()) else {
            return if self.math { self.put(1, "") } else { self.take(1) };
        };
        let length = inner.len() + 2;
        let plain = || Tex::new(inner, self.math, self.depth - 1).convert();
        let is_set = self.math && inner.contains(',') && !inner.contains(['\\', '{']);
        let in_word = inner.is_empty() && self.out.ends_with(char::is_alphabetic);
        if is_set {
            self.take(length);
        } else if self.math || in_word || inner.contains('\\') || is_words(inner) {
            self.put(length, &plain());
        } else {
            self.take(1);
        }
    }

    /// An index or exponent; outside of formulas only with braces.
    fn script(&mut self) {
        let rest = self.rest();
        let follows = self.out.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | ']'));
        if !(self.math || follows && rest[1..].starts_with('{')) {
            return self.take(1);
        }
        match self.argument(1) {
            Some((used, argument)) => {
                let text = raised_or_lowered(rest.starts_with('^'), argument.trim(), &self.out);
                self.put(used, &text);
            }
            None if self.math => self.put(1, ""),
            None => self.take(1),
        }
    }

    /// `Fig.~1` has a space that does not break; `~50` is about fifty, and `2x~3x` a range.
    fn tie(&mut self) {
        let word = self.word();
        let behind = &self.rest()[1..];
        // `z~5` is a value and no reference either.
        let number = word.starts_with(|c: char| c.is_ascii_digit()) || word.len() == 1;
        let before = word.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | ')' | '%' | '$'));
        let next = |c: char| {
            c.is_alphanumeric() && !(number && c.is_ascii_digit()) || matches!(c, '\\' | '$' | '(' | '[' | '{')
        };
        if self.math || before && behind.starts_with(next) {
            self.put(1, " ");
        } else {
            self.take(1);
        }
    }

    fn quote(&mut self) {
        let rest = self.rest();
        let word_start = !self.out.ends_with(char::is_alphanumeric);
        if rest.starts_with("``") && !rest.starts_with("```") {
            let close = ["\"", "''"].into_iter().filter_map(|mark| Some((near(rest).find(mark)?, mark))).min();
            match close {
                Some((_, "''")) => {
                    self.quotes += 1;
                    self.put(2, "“");
                }
                // Closed with a straight mark, and so opened with one.
                Some(_) => self.put(2, "\""),
                None => self.take(2),
            }
        } else if rest.starts_with("''") && self.quotes > 0 {
            self.quotes -= 1;
            self.put(2, "”");
        } else if rest.starts_with('`') && word_start && rest[1..].starts_with(char::is_alphanumeric) {
            let close = near(&rest[1..]).find(['`', '\'']).map(|at| at + 1);
            match close.filter(|at| rest[*at..].starts_with('\'') && !rest[at + 1..].starts_with(char::is_alphanumeric))
            {
                Some(at) => {
                    let quoted = format!("‘{}’", Tex::new(&rest[1..at], false, self.depth - 1).convert());
                    self.put(at + 1, &quoted);
                }
                None => self.take(1),
            }
        } else {
            self.take(1);
        }
    }

    /// Two hyphens are an en dash, three an em dash; an option such as `--strict` and a ruler stay.
    fn dash(&mut self) {
        let rest = self.rest();
        let count = rest.len() - rest.trim_start_matches('-').len();
        let option = count == 2
            && (self.out.is_empty() || self.out.ends_with([' ', '`']))
            && rest[2..].starts_with(char::is_alphabetic);
        match count {
            2 if !option && !rest[2..].starts_with('>') && !self.out.ends_with('<') => self.put(2, "–"),
            3 if !rest[3..].starts_with('>') => self.put(3, "—"),
            _ => self.take(count),
        }
    }
}

/// Whether a backslash and a quotation mark stand behind a word, as where both were escaped.
fn closes(text: &str) -> bool {
    near(text)
        .match_indices("\\\"")
        .any(|(at, _)| !text[at + 2..].starts_with(|c: char| c.is_alphabetic() || c == '{' || c == '\\'))
}

/// Whether braces hold nothing but words, as they do to keep capitals, or a single dash or quotation mark.
fn is_words(text: &str) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || is_combining_mark(c) || " -'./&{}".contains(c);
    let mut chars = text.chars();
    let lone_mark = chars.next().is_some_and(|c| !c.is_ascii()) && chars.next().is_none();
    lone_mark || text.contains(char::is_alphabetic) && text.chars().all(in_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cases: &[(&str, &str)]) {
        for (latex, plain) in cases {
            assert_eq!(converted(latex), *plain, "{latex}");
        }
    }

    #[test]
    fn accents_and_letters() {
        check(&[
            ("\\'e \\'{e} {\\\"o} {\\'\\i} \\v{c} \\c c \\H{o} \\~n", "é é ö í č ç ő ñ"),
            ("Stra\\ss e {\\O}rsted \\L{}ukasz Erd{\\H o}s \\AA ngstr\\\"om", "Straße Ørsted Łukasz Erdős Ångström"),
            ("it\\'s \\\"quoted words\\\" don\\'t", "it's \"quoted words\" don't"),
        ]);
    }

    #[test]
    fn commands_in_text() {
        check(&[
            ("\\emph{new} \\textbf{b \\textit{c}} {\\em old} 55.8\\% A\\&B a\\_b", "new b c old 55.8% A&B a_b"),
            ("Fig.~1, ~50 mg, 10~nm, 10~20", "Fig. 1, ~50 mg, 10 nm, 10~20"),
            ("``quotes'' and `one' 5'' `code` ``mixed\"", "“quotes” and ‘one’ 5'' `code` \"mixed\""),
            ("1--2---x --strict ---- 10 --> 20", "1–2—x --strict ---- 10 --> 20"),
            (
                "see \\cite{a,b}. \\href{http://x}{here} \\ours{} wins \\foo [\\ion{N}{2}]",
                "see . here ours wins foo [N 2]",
            ),
            (
                "{B}ayesian {DNA} {“}x{”} \\L{}odz bic{} {1, 2} {\"a\": 1} C:\\temp\\new",
                "Bayesian DNA “x” Łodz bic {1, 2} {\"a\": 1} C:\\temp\\new",
            ),
        ]);
    }

    #[test]
    fn formulas() {
        check(&[
            ("$\\alpha$ $x^2$ $10^{-3}$ $5\\times 10^{5}$ $\\mathbb{R}^n$", "α x² 10⁻³ 5× 10⁵ ℝⁿ"),
            ("H$_2$O $\\sim$10 $x_{max}$ $x_{i,j}$ $a^{b+c}$ $30^\\circ$", "H₂O ∼10 x_max x_(i,j) a^(b+c) 30°"),
            ("$\\frac{1}{n}$ $\\sqrt{T}$ $\\sqrt{a+b}$ \\(x \\leq y\\) $$E=mc^2$$", "1/n √T √(a+b) x ≤ y  E=mc² "),
            ("$\\tilde{O}(n)$ $\\hat\\theta$ $5^{th}$ $\\left(x\\right.$", "Õ(n) θ̂ 5th (x"),
            (
                "3$-$2 $<$5 $x^{(p)}$ a\\;b $d\\log n$ ${0,1}^n$ $X^{\\top}$ 1.1x~2.6x z~5 $x_\\mathrm{max}$",
                "3-2 <5 x^(p) a b d log n {0,1}ⁿ X^⊤ 1.1x~2.6x z~5 x_max",
            ),
            ("\\mathcalO(n) \\emphnew \\sqrtT", "O(n) new √T"),
        ]);
    }

    #[test]
    fn money_stays() {
        for text in
            ["$5 and $10", "$5-$10", "US$5M, US$6M", "cost $100 per $QALY", "in US$ (or A$)", "$5 for x_1 and $10"]
        {
            assert_eq!(converted(text), text);
        }
    }
}
