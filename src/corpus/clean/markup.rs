//! HTML, JATS and MathML: entities are decoded, tags stripped.

use std::borrow::Cow;

use super::symbols::{subscript, superscript};
use super::text::near;

/// Tags that stand between words. A heading also ends with a colon.
const BLOCKS: &[&str] = &[
    "abstract",
    "abstracttext",
    "blockquote",
    "br",
    "dd",
    "disp-formula",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "list-item",
    "ol",
    "p",
    "para",
    "pre",
    "sec",
    "section",
    "simpara",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Tags within words and lines. Names that papers use for something else, such as `<s>`, `<q>` or `<url>`, are missing.
const INLINES: &[&str] = &[
    "a",
    "abbr",
    "alternatives",
    "b",
    "big",
    "bold",
    "center",
    "cite",
    "code",
    "del",
    "em",
    "emphasis",
    "ext-link",
    "fixed-case",
    "font",
    "i",
    "inf",
    "inline-formula",
    "inlineequation",
    "inline-graphic",
    "italic",
    "kbd",
    "monospace",
    "named-content",
    "roman",
    "sans-serif",
    "sc",
    "scp",
    "small",
    "span",
    "strike",
    "strong",
    "styled-content",
    "sub",
    "subscript",
    "sup",
    "superscript",
    "tex-math",
    "tt",
    "u",
    "underline",
    "wbr",
    "xref",
];

/// Namespaces in which every tag is markup.
const NAMESPACES: &[&str] = &["jats", "mml", "m", "xhtml", "html", "ce", "sb"];

/// MathML elements that also come without a namespace.
const MATHML: &[&str] = &[
    "math",
    "mfenced",
    "mfrac",
    "mi",
    "mml",
    "mn",
    "mo",
    "mover",
    "mrow",
    "mspace",
    "msqrt",
    "mstyle",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "semantics",
];

/// Greek letters of ISO 8879, which HTML does not know, as SGML and MEDLINE wrote them.
const ISO_GREEK: &[(&str, char)] = &[
    ("&agr;", 'α'),
    ("&bgr;", 'β'),
    ("&ggr;", 'γ'),
    ("&dgr;", 'δ'),
    ("&egr;", 'ε'),
    ("&thgr;", 'θ'),
    ("&kgr;", 'κ'),
    ("&lgr;", 'λ'),
    ("&mgr;", 'μ'),
    ("&pgr;", 'π'),
    ("&rgr;", 'ρ'),
    ("&sgr;", 'σ'),
    ("&tgr;", 'τ'),
    ("&phgr;", 'φ'),
    ("&khgr;", 'χ'),
    ("&ohgr;", 'ω'),
    ("&Ggr;", 'Γ'),
    ("&Dgr;", 'Δ'),
    ("&Sgr;", 'Σ'),
    ("&OHgr;", 'Ω'),
];

/// The longest tag that is taken for one, in bytes: a link with a long address.
const LONGEST_TAG: usize = 1000;

/// The text with entities decoded and known tags stripped; what else is in angle brackets stays.
pub(super) fn stripped(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let text = decoded(text);
    if text.contains('<') {
        Cow::Owned(without_tags(&text))
    } else {
        Cow::Owned(text.into_owned())
    }
}

/// The text with its entities decoded, also ones that were encoded more than once.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut text = Cow::Borrowed(text);
    if text.contains("&amp;") {
        let mut once = String::with_capacity(text.len());
        for (n, part) in text.split("&amp;").enumerate() {
            if n > 0 {
                once.push('&');
            }
            let inner = part.trim_start_matches("amp;");
            once.push_str(if n > 0 { inner } else { part });
        }
        text = Cow::Owned(once);
    }
    if text.contains("gr;") {
        text = Cow::Owned(
            ISO_GREEK.iter().fold(text.into_owned(), |text, (name, c)| text.replace(name, c.encode_utf8(&mut [0; 4]))),
        );
    }
    Cow::Owned(html_escape::decode_html_entities(&text).into_owned())
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = match Tag::at(rest) {
            Some(tag) => &rest[tag.put(rest, &mut out)..],
            None => match unwrapped(rest) {
                Some(behind) => behind,
                None => {
                    out.push('<');
                    &rest[1..]
                }
            },
        };
    }
    out.push_str(rest);
    out
}

/// What stands behind a comment, a processing instruction or the mark of a CDATA section.
fn unwrapped(rest: &str) -> Option<&str> {
    if let Some(data) = rest.strip_prefix("<![CDATA[") {
        return Some(data);
    }
    [("<!--", "-->"), ("<?xml", "?>")]
        .iter()
        .find_map(|(open, close)| Some((rest, near(rest.strip_prefix(open)?).find(close)? + open.len() + close.len())))
        .map(|(rest, end)| &rest[end..])
}

/// A tag that is markup.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    length: usize,
}

impl<'a> Tag<'a> {
    /// The tag that `rest` begins with.
    fn at(rest: &'a str) -> Option<Tag<'a>> {
        let bytes = &rest.as_bytes()[1..rest.len().min(LONGEST_TAG)];
        let end = bytes.iter().position(|byte| matches!(byte, b'>' | b'<'))?;
        let inner = rest[1..].get(..end).filter(|_| bytes[end] == b'>')?;
        let closes = inner.starts_with('/');
        let inner = inner.trim_start_matches('/').trim_end_matches('/');
        let name =
            &inner[..inner.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == ':')).unwrap_or(inner.len())];
        let attributes = inner[name.len()..].trim();
        let has_values = attributes.contains(['"', '\''])
            && attributes.contains('=')
            && inner[name.len()..].starts_with(char::is_whitespace);
        if !attributes.is_empty() && !has_values {
            return None;
        }
        let tag = Tag { name, closes, length: end + 2 };
        // A single letter may be a mean value in physics: it is a tag if it is closed further on.
        let alone = name.len() == 1 && !closes && attributes.is_empty() && !near(rest).contains(&format!("</{name}>"));
        (tag.is_known() && !alone).then_some(tag)
    }

    fn is_known(&self) -> bool {
        match self.name.split_once(':') {
            Some((space, _)) => is_among(NAMESPACES, space),
            None => [BLOCKS, INLINES, MATHML].iter().any(|names| is_among(names, self.name)),
        }
    }

    /// Writes what stands for the tag that `rest` begins with, and says how much of `rest` that is, in bytes.
    fn put(&self, rest: &str, out: &mut String) -> usize {
        let local = self.name.rsplit(':').next().unwrap_or(self.name);
        if is_among(BLOCKS, local) {
            let heading = self.closes
                && (local.eq_ignore_ascii_case("title") || matches!(local.as_bytes(), [b'h' | b'H', b'1'..=b'6']));
            if heading && out.ends_with(char::is_alphanumeric) {
                out.push(':');
            }
            out.push(' ');
        } else if matches!(local, "sup" | "sub" | "inf") && !self.closes {
            return self.length + script(local, &rest[self.length..], out);
        } else if matches!(local, "b" | "strong" | "bold") && self.closes {
            // "<b>Methods</b>We" and "<b>Methods:</b>We".
            let next = rest[self.length..].starts_with(char::is_uppercase);
            if next && out.ends_with(|c: char| c.is_lowercase() || matches!(c, ':' | '.')) {
                out.push(' ');
            }
        }
        self.length
    }
}

/// Writes a raised or lowered number and says how many bytes it takes; other texts stay as they are.
fn script(name: &str, behind: &str, out: &mut String) -> usize {
    let Some(end) = behind.find('<').filter(|end| *end < 20) else { return 0 };
    let map = if name == "sup" { superscript } else { subscript };
    match behind[..end].trim().chars().map(map).collect::<Option<String>>() {
        Some(digits) => {
            out.push_str(&digits);
            end
        }
        None => 0,
    }
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_vanish_and_blocks_leave_a_gap() {
        for (marked, plain) in [
            ("<jats:p>One <jats:italic>two</jats:italic>.</jats:p><jats:p>Three</jats:p>", "One two.  Three"),
            ("<jats:title>Background</jats:title><jats:p>We</jats:p>", "Background:  We"),
            ("E. <i>coli</i>, CO<sub>2</sub>, 10<sup>-3</sup>, 5<sup>th</sup>", "E. coli, CO₂, 10⁻³, 5th"),
            ("<b>Aim</b>We <b>b</b>old<br/>x", "Aim We bold x"),
            ("<a href=\"http://x.y/?a=1\">link</a><!-- no --> <![CDATA[x", "link x"),
        ] {
            assert_eq!(stripped(marked).trim(), plain);
        }
    }

    #[test]
    fn angle_brackets_that_are_no_tags_stay() {
        for text in [
            "a < b and c > d",
            "a <b and c> d",
            "the <unk> and <s> tokens",
            "<p> is a mean",
            "p<0.05, n>3",
            "<head, relation, tail>",
            "<e1>x</e1>",
            "x <",
        ] {
            assert_eq!(stripped(text), text);
        }
    }

    #[test]
    fn entities_are_decoded_however_often_they_were_encoded() {
        assert_eq!(decoded("a &amp; b &lt; c &#8211; &#x3b1;&nbsp;&eacute;"), "a & b < c – α\u{a0}é");
        assert_eq!(decoded("&amp;lt; &amp;amp;amp; &amp;#945; TNF-&agr;"), "< & α TNF-α");
        assert_eq!(decoded("AT&T R&D; &unknown; & x"), "AT&T R&D; &unknown; & x");
    }
}
