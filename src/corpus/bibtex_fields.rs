//! Splits an entry of a BibTeX file into its fields, also where a brace, a quote or a comma is missing.

use std::collections::BTreeMap;

use super::bibtex_entries::{is_field, is_name};

/// How many values of an entry may be damaged before the rest of it is given up. Each of them is searched to its end.
const MOST_DAMAGED: usize = 16;

/// How far a name may go, in bytes.
const LONGEST_NAME: usize = 64;

/// Values by the lower-case names of their fields, in LaTeX, without the braces or quotes around them.
pub(super) type Values = BTreeMap<String, String>;

/// An entry, split.
#[derive(Debug, Default)]
pub(super) struct Fields {
    pub(super) key: String,
    pub(super) values: Values,
    /// Whether a value is not closed.
    pub(super) damaged: bool,
}

/// Splits what stands between the braces of an entry. `strings` are the abbreviations that were defined above it.
///
/// The first of several values of one field counts, as long as it says something.
pub(super) fn fields(text: &str, strings: &Values) -> Fields {
    let mut entry = Fields::default();
    let mut rest = text;
    let mut damaged = 0;
    // Where the comma behind the key is missing, the key stands on a line of its own.
    let head = text.split(',').next().filter(|head| !head.contains('=')).or_else(|| text.lines().next());
    let head = head.unwrap_or_default();
    if !head.contains('=') {
        entry.key = head.split_whitespace().collect::<Vec<_>>().join(" ");
        rest = &text[head.len()..];
    }
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ';'));
        if rest.is_empty() || damaged > MOST_DAMAGED {
            return entry;
        }
        let equals = rest.bytes().take(LONGEST_NAME).position(|byte| byte == b'=');
        let named = equals.map(|at| (&rest[..at], &rest[at + 1..])).filter(|(name, _)| is_name(name.trim()));
        let Some((name, behind)) = named else {
            rest = next_field(rest);
            continue;
        };
        let mut value = Value { text: String::new(), rest: behind, damaged: false };
        value.read(strings);
        rest = value.rest;
        entry.damaged |= value.damaged;
        damaged += usize::from(value.damaged);
        let known = entry.values.entry(name.trim().to_lowercase()).or_default();
        if known.trim().is_empty() {
            *known = balanced(value.text.trim());
        }
    }
}

/// What follows the end of the line: fields begin on lines of their own where nothing else can be trusted.
fn next_field(text: &str) -> &str {
    text.find('\n').map_or("", |at| &text[at + 1..])
}

/// A value while it is read.
struct Value<'a> {
    text: String,
    rest: &'a str,
    damaged: bool,
}

impl Value<'_> {
    /// Reads the parts of a value, which `#` joins.
    fn read(&mut self, strings: &Values) {
        loop {
            self.rest = self.rest.trim_start();
            match self.rest.chars().next() {
                Some('{') => self.enclosed(closing_brace),
                Some('"') => self.enclosed(closing_quote),
                _ => self.bare(strings),
            }
            match self.rest.trim_start().strip_prefix('#') {
                Some(behind) => self.rest = behind,
                None => return,
            }
        }
    }

    /// A part between braces or quotes. One that is not closed goes to the next line that begins a field.
    fn enclosed(&mut self, closing: fn(&str) -> Option<usize>) {
        let inner = &self.rest[1..];
        if let Some(end) = closing(inner) {
            self.text.push_str(&inner[..end]);
            self.rest = &inner[end + 1..];
            return;
        }
        self.damaged = true;
        let mut end = 0;
        for (nth, line) in inner.split_inclusive('\n').enumerate() {
            if nth > 0 && is_field(line) {
                break;
            }
            end += line.len();
        }
        self.text.push_str(inner[..end].trim_end().trim_end_matches(['}', ',', '"']));
        self.rest = &inner[end..];
    }

    /// A number, a name that stands for a text, or, in hurried files, a text without anything around it.
    fn bare(&mut self, strings: &Values) {
        let end = self.rest.find([',', '#', '\n', '}']).unwrap_or(self.rest.len());
        let word = self.rest[..end].trim();
        self.text.push_str(strings.get(&word.to_lowercase()).map_or(word, String::as_str));
        self.rest = &self.rest[end..];
    }
}

/// Where the brace is that closes a value, which begins behind its opening one.
fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0;
    outside_escapes(text).find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
        None
    })
}

/// Where the quote is that closes a value: one outside of braces with nothing but the end of the field behind it.
fn closing_quote(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    outside_escapes(text).find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '"' if depth == 0 => {
                let behind = &text[at + 1..];
                let ends = behind.trim_start().starts_with([',', '#', '}']) || behind.trim().is_empty();
                return (ends || behind.trim_start_matches(' ').starts_with('\n')).then_some(at);
            }
            _ => {}
        }
        None
    })
}

/// The characters of a text that no backslash stands before, with their places.
fn outside_escapes(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut escaped = false;
    text.char_indices().filter(move |(_, c)| {
        let plain = !escaped;
        escaped = *c == '\\' && !escaped;
        plain
    })
}

/// A text without the braces that have no counterpart.
fn balanced(text: &str) -> String {
    let mut open = Vec::new();
    let mut drop = Vec::new();
    for (at, c) in outside_escapes(text) {
        match c {
            '{' => open.push(at),
            '}' if open.pop().is_none() => drop.push(at),
            _ => {}
        }
    }
    drop.extend(open);
    drop.sort_unstable();
    if drop.is_empty() {
        return text.to_owned();
    }
    text.char_indices().filter(|(at, _)| drop.binary_search(at).is_err()).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> String {
        let entry = fields(text, &Values::from([("jan".to_owned(), "Jänner".to_owned())]));
        let values = entry.values.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        format!("{}{} {values}", entry.key, if entry.damaged { "!" } else { "" })
    }

    #[test]
    fn values_have_braces_quotes_or_nothing() {
        assert_eq!(
            split("k, A = {x {y}}, b=\"{\"}q\"\", c = 12,\nd = JAN # { 3}"),
            "k a=x {y}; b={\"}q\"; c=12; d=Jänner 3"
        );
        assert_eq!(
            split(" WOS:1,\nUnique-ID = {{W}},\nEarly Access Date = {x},"),
            "WOS:1 early access date=x; unique-id={W}"
        );
        assert_eq!(split("A Jr.1997, t={x}"), "A Jr.1997 t=x");
        assert_eq!(split("t={no key}"), " t=no key");
    }

    #[test]
    fn the_first_value_that_says_something_counts() {
        assert_eq!(split("k, t={}, t={x}, t={y}"), "k t=x");
    }

    #[test]
    fn what_is_missing_costs_no_other_field() {
        assert_eq!(split("k,\nt={x\ny={1}\n"), "k! t=x; y=1");
        assert_eq!(split("k,\nt={a {b},\ny={1},\n"), "k! t=a b; y=1");
        assert_eq!(split("k,\nt=\"a \"b\" c\",\ny={1}"), "k t=a \"b\" c; y=1");
        assert_eq!(split("k\nt={a},\ny={1}"), "k t=a; y=1");
        assert_eq!(split("k,\nt={a}\ny={1}\njunk here\nz={2}"), "k t=a; y=1; z=2");
    }
}
