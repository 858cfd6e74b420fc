//! Plain words out of marked-up text: LaTeX, HTML and JATS tags, entities and addresses go, what they mark stays.
//!
//! What is taken out and separates words leaves a [`BREAK`], so that no term is built across the gap.

use std::borrow::Cow;

use unicode_normalization::{is_nfkc_quick, IsNormalized, UnicodeNormalization};

/// Stands where something was taken out; no term reaches across it.
pub(super) const BREAK: char = ';';

/// Longest tag, entity, formula or argument in bytes that is believed; beyond it the opening sign is a stray one.
const REACH: usize = 400;

/// LaTeX commands whose argument is running text.
const TEXT_COMMANDS: &str = "
    textbf textit emph text texttt textsc textrm textsf textsl textup textnormal mbox underline uppercase
    lowercase bf it em tt sc rm sf bfseries itshape small large mathrm
";

/// LaTeX accents, and the combining characters that they stand for in the same order.
const ACCENTS: &str = "'`^\"~=.cvHukrdb";
const COMBINING: &str =
    "\u{301}\u{300}\u{302}\u{308}\u{303}\u{304}\u{307}\u{327}\u{30C}\u{30B}\u{306}\u{328}\u{30A}\u{323}\u{331}";

/// LaTeX commands that are letters.
const LETTERS: [(&str, &str); 11] = [
    ("ss", "ß"),
    ("o", "ø"),
    ("O", "Ø"),
    ("l", "ł"),
    ("L", "Ł"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("aa", "å"),
    ("AA", "Å"),
];

/// Tags that stand inside a word or a phrase and leave no gap.
const INLINE_TAGS: &str = "b i u em strong sub sup span sc italic bold tt font a";

/// Tags whose whole content is no text.
const SILENT_TAGS: &str = "math tex-math inline-formula disp-formula script style svg inline-graphic";

/// Named entities; all others leave a [`BREAK`].
const ENTITIES: [(&str, char); 8] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("shy", '\u{AD}'),
];

/// The text without markup, in normal form KC (so `ﬁ` is `fi` and a decomposed `é` one letter).
///
/// Borrowed when there was nothing to do. Linear in the length of the text.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let marked = text.contains(['<', '&', '$', '\\', '{', '}', '~', '\u{AD}', '\u{200B}', '\u{FEFF}']);
    if !marked && !mentions_address(text) {
        return normal(Cow::Borrowed(text));
    }
    let text = entities(text);
    let mut cleaned = Cleaner { rest: &text, out: String::with_capacity(text.len()) };
    cleaned.run();
    normal(Cow::Owned(cleaned.out))
}

fn normal(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.is_ascii() || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    Cow::Owned(text.nfkc().collect())
}

fn mentions_address(text: &str) -> bool {
    text.contains("://") || text.contains("www.") || text.contains("doi") || text.contains("10.")
}

/// Decodes `&lt;`, `&#233;`, `&#xE9;` and the like, once over; a text may hold escaped tags.
fn entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let name_end = rest.bytes().take(12).position(|b| b == b';');
        let name =
            name_end.map(|end| &rest[..end]).filter(|n| n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#'));
        match name {
            Some(name) if !name.is_empty() => {
                out.push(entity(name));
                rest = &rest[name.len() + 1..];
            }
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn entity(name: &str) -> char {
    let code = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok(),
        Some(decimal) => decimal.parse().ok(),
        None => return ENTITIES.iter().find(|(known, _)| *known == name).map_or(BREAK, |(_, c)| *c),
    };
    code.and_then(char::from_u32).filter(|c| !c.is_control()).unwrap_or(BREAK)
}

/// One run over a text: each step takes something from the front of `rest`.
struct Cleaner<'a> {
    rest: &'a str,
    out: String,
}

impl Cleaner<'_> {
    fn run(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            let in_word = self.out.chars().next_back().is_some_and(char::is_alphanumeric);
            match c {
                '<' => self.tag(),
                '$' => self.dollars(),
                '\\' => self.command(),
                '{' | '}' | '\u{AD}' | '\u{200B}' | '\u{FEFF}' => self.skip(c.len_utf8()),
                '~' => self.replace(1, ' '),
                'h' | 'H' | 'f' | 'w' | 'd' | 'D' | '1' if !in_word => self.address(c),
                _ => self.replace(c.len_utf8(), c),
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn replace(&mut self, bytes: usize, by: char) {
        self.out.push(by);
        self.skip(bytes);
    }

    /// `<sub>`, `</p>`, `<jats:title>`; a `<` that opens no tag is a break, as in `p < 0.05`.
    fn tag(&mut self) {
        let inside = self.rest[1..].strip_prefix('/').unwrap_or(&self.rest[1..]);
        let named = inside.starts_with(|c: char| c.is_ascii_alphabetic());
        let Some(length) = named.then(|| find_within(self.rest, ">")).flatten() else { return self.replace(1, BREAK) };
        let name = inside.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':').next().unwrap_or("");
        let bare = name.rsplit(':').next().unwrap_or("");
        if is_listed(SILENT_TAGS, bare) && !self.rest.starts_with("</") {
            let close = format!("</{name}>");
            // A formula may be longer than any tag: its end is looked for in ten times the reach.
            let end = find_within_bytes(self.rest, &close, 10 * REACH).map_or(length + 1, |at| at + close.len());
            return self.replace(end, BREAK);
        }
        if !is_listed(INLINE_TAGS, bare) {
            self.out.push(BREAK);
        }
        self.skip(length + 1);
    }

    /// `$x$` and `$$x$$` by pandoc's rule: no space inside the dollars, no digit after them; `$5` is money.
    fn dollars(&mut self) {
        if let Some(body) = self.rest.strip_prefix("$$") {
            let end = find_within(body, "$$").map_or(2, |at| at + 4);
            return self.replace(end, BREAK);
        }
        let body = &self.rest[1..];
        if body.starts_with(|c: char| c.is_whitespace()) {
            return self.replace(1, BREAK);
        }
        let mut from = 0;
        while let Some(at) = find_within(&body[from..], "$").map(|at| at + from) {
            let before = body[..at].chars().next_back().unwrap_or(' ');
            let after = body[at + 1..].chars().next().unwrap_or(' ');
            if before != '\\' && !before.is_whitespace() && !after.is_ascii_digit() {
                return self.replace(at + 2, BREAK);
            }
            from = at + 1;
        }
        self.replace(1, BREAK);
    }

    fn command(&mut self) {
        let body = &self.rest[1..];
        let name_len = body.bytes().take_while(u8::is_ascii_alphabetic).count();
        let Some(first) = body.chars().next() else { return self.replace(1, BREAK) };
        if name_len > 0 {
            return self.named_command(name_len);
        }
        match first {
            '(' | '[' => {
                let close = if first == '(' { "\\)" } else { "\\]" };
                let end = find_within(body, close).map_or(2, |at| at + 3);
                self.replace(end, BREAK);
            }
            '&' => self.replace(2, '&'),
            '-' | '/' => self.skip(2),
            '\\' | ' ' | ',' | ';' | ':' | '!' => self.replace(2, ' '),
            _ if self.accent(first, 1) => {}
            _ => self.replace(1 + first.len_utf8(), BREAK),
        }
    }

    fn named_command(&mut self, name_len: usize) {
        let name = &self.rest[1..=name_len];
        let one = name.chars().next().unwrap_or(' ');
        if name_len == 1 && self.rest[2..].starts_with('{') && self.accent(one, 1) {
            return;
        }
        let after = 1 + name_len;
        if let Some((_, letter)) = LETTERS.iter().find(|(known, _)| *known == name) {
            self.out.push_str(letter);
            return self.skip(after + usize::from(self.rest[after..].starts_with(' ')));
        }
        if is_listed(TEXT_COMMANDS, name) {
            return self.skip(after + usize::from(self.rest[after..].starts_with(' ')));
        }
        let mut end = after + usize::from(self.rest[after..].starts_with('*'));
        while let Some(length) = group(&self.rest[end..]) {
            end += length;
        }
        self.replace(end, BREAK);
    }

    /// `\'e`, `\"{o}`, `\v{s}`, `\'\i`: the letter with its combining accent; `false` if it is none.
    fn accent(&mut self, mark: char, mark_len: usize) -> bool {
        let Some((_, combining)) = ACCENTS.chars().zip(COMBINING.chars()).find(|(known, _)| *known == mark) else {
            return false;
        };
        let tail = &self.rest[1 + mark_len..];
        let inner = tail.trim_start_matches(['{', '\\']);
        let opened = tail.len() - inner.len();
        let Some(letter) = inner.chars().next().filter(|c| c.is_alphabetic()) else { return false };
        if opened > 2 {
            return false;
        }
        let after = &inner[letter.len_utf8()..];
        // A closing brace, or the space that ends the name of `\i`.
        let closed = usize::from(opened > 0 && after.starts_with(['}', ' ']));
        self.out.extend([letter, combining]);
        self.skip(1 + mark_len + opened + letter.len_utf8() + closed);
        true
    }

    /// `https://...`, `www...`, `doi:...`, `10.1000/...` up to the next white space.
    fn address(&mut self, first: char) {
        let head: String = self.rest.chars().take(9).collect::<String>().to_ascii_lowercase();
        let bare_doi =
            head.starts_with("10.") && head[3..].bytes().take(4).all(|b| b.is_ascii_digit()) && head.len() >= 8;
        let known = ["http://", "https://", "ftp://", "www.", "doi:", "doi.org/"].iter().any(|p| head.starts_with(p));
        if !known && !bare_doi {
            return self.replace(first.len_utf8(), first);
        }
        let spaced = head.starts_with("doi: ");
        let skipped = if spaced { 5 } else { 0 };
        let end = self.rest[skipped..]
            .find(|c: char| c.is_whitespace() || "<>{}\"”)".contains(c))
            .unwrap_or(self.rest.len() - skipped);
        self.replace(skipped + end, BREAK);
    }
}

fn is_listed(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|listed| listed == word)
}

/// Where `pattern` begins in the first [`REACH`] bytes.
fn find_within(text: &str, pattern: &str) -> Option<usize> {
    find_within_bytes(text, pattern, REACH)
}

fn find_within_bytes(text: &str, pattern: &str, reach: usize) -> Option<usize> {
    let mut end = text.len().min(reach);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    text[..end].find(pattern)
}

/// Bytes of the balanced `{...}` or `[...]` that `text` begins with, if it closes within [`REACH`].
fn group(text: &str) -> Option<usize> {
    let (open, close) = match text.as_bytes().first()? {
        b'{' => (b'{', b'}'),
        b'[' => (b'[', b']'),
        _ => return None,
    };
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate().take(REACH) {
        depth += usize::from(byte == open);
        depth -= usize::from(byte == close);
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_has_no_markup_is_borrowed() {
        assert!(matches!(plain("Graph networks (GNNs): 9.5 points, well-known"), Cow::Borrowed(_)));
    }

    #[test]
    fn latex_leaves_its_text() {
        assert_eq!(words(r"\textbf{Graph} {N}etworks, {\it in vivo}"), "Graph Networks, in vivo");
        assert_eq!(words(r"only 55.8\% of the FLOPs, \eg~progress"), "only 55.8; of the FLOPs, ; progress");
        assert_eq!(
            words(r#"Schr\"odinger, L\'{e}vy, Erd\H{o}s, na\"\i ve, \O resund"#),
            "Schrödinger, Lévy, Erdős, naïve, Øresund"
        );
        assert_eq!(words(r"rate $O(n^{2})$ in \(x\) by $$y$$ \cite{a,b} here"), "rate ; in ; by ; ; here");
        assert_eq!(words(r"\mathcal{X}-valued \frac{1}{2}"), ";-valued ;");
    }

    #[test]
    fn money_is_no_formula() {
        assert_eq!(words("from $5 million to $10 million"), "from ;5 million to ;10 million");
    }

    #[test]
    fn tags_entities_and_addresses_go() {
        assert_eq!(words("<jats:p>CO<sub>2</sub> &amp; H&#233;lium</jats:p>"), ";CO2 & Hélium;");
        assert_eq!(words("p &lt; 0.05 and <mml:math><mi>x</mi></mml:math> after"), "p ; 0.05 and ; after");
        assert_eq!(
            words("see https://github.com/a/b?c=d. Code (www.x.org) doi:10.1000/182 end"),
            "see ; Code (;) ; end"
        );
        assert_eq!(words("eﬃcient cafe\u{301}"), "efficient café");
    }

    #[test]
    fn broken_markup_is_survived() {
        for broken in ["$", "\\", "{", "<a", "<math>", "&#x110000;", "&;", "\\begin{", "\\'", "$$", "é\\", "\\c{"] {
            plain(broken);
            plain(&broken.repeat(500));
        }
    }
}
