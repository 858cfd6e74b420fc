//! LaTeX commands: what is written for each, with its arguments.

use unicode_normalization::UnicodeNormalization;

use super::latex::Tex;
use super::symbols::{blackboard, meaning, Meaning};
use super::text::near;

impl Tex<'_> {
    /// Puts a mark over the letter behind a command of `length` bytes; false where there is none.
    pub(super) fn over(&mut self, length: usize, mark: char) -> bool {
        let Some((used, argument)) = self.argument(length) else { return false };
        let argument = argument.trim();
        let base = match argument {
            "ı" if !self.math => "i",
            "ȷ" if !self.math => "j",
            other => other,
        };
        let mut letters = base.chars();
        let Some(first) = letters.next().filter(|c| c.is_alphanumeric()) else {
            if self.math || (argument.is_empty() && used > length) {
                self.put(used, argument);
                return true;
            }
            return false;
        };
        // Over a whole expression, as in a mean, the mark would stand on its first letter only.
        let marked: String = if self.math && letters.clone().any(char::is_alphabetic) {
            base.to_owned()
        } else {
            std::iter::once(first).chain([mark]).chain(letters).nfc().collect()
        };
        self.put(used, &marked);
        true
    }

    /// The argument behind the next `length` bytes, converted, and where it ends: a group, a command or a character.
    pub(super) fn argument(&self, length: usize) -> Option<(usize, String)> {
        let behind = self.rest()[length..].trim_start();
        let from = self.rest().len() - behind.len();
        let c = behind.chars().next()?;
        if c == '{' {
            let inner = group(behind)?;
            return Some((from + inner.len() + 2, Tex::new(inner, self.math, self.depth - 1).convert()));
        }
        let end = match c {
            '\\' => command_length(behind)?,
            '}' | '$' | '&' => return None,
            _ => c.len_utf8(),
        };
        let argument = behind.get(..end)?;
        Some((from + end, Tex::new(argument, self.math, self.depth - 1).convert()))
    }

    /// Writes what the command that stands next stands for.
    pub(super) fn command(&mut self, name: &str) {
        let length = 1 + name.len();
        let Some((known, meaning)) = known(name) else {
            return self.unknown(name, length);
        };
        let length = length - (name.len() - known.len());
        match meaning {
            Meaning::Symbol(text) => self.symbol(known, length, text),
            Meaning::Function => {
                let gap = if self.out.ends_with(char::is_alphanumeric) { " " } else { "" };
                self.put(length, &format!("{gap}{known}"));
            }
            Meaning::Accent(mark) => {
                if !self.over(length, mark) {
                    self.put(1, "");
                }
            }
            Meaning::Style => self.style(known, length),
            Meaning::Silent => self.silent(length),
            Meaning::Blackboard => self.with_argument(length, |text| text.chars().map(blackboard).collect()),
            Meaning::Root => self.with_argument(length, |text| format!("√{}", bracketed(text))),
            Meaning::Note => self.with_argument(length, |text| format!(" ({text})")),
            Meaning::Second => {
                let first = self.argument(length).map_or(length, |(used, _)| used);
                self.with_argument(first, str::to_owned);
            }
            Meaning::Fraction => {
                let Some((used, above)) = self.argument(length) else { return self.put(length, "") };
                self.with_argument(used, |below| format!("{}/{}", bracketed(&above), bracketed(below)));
            }
        }
    }

    fn with_argument(&mut self, length: usize, write: impl Fn(&str) -> String) {
        match self.argument(length) {
            Some((used, argument)) => self.put(used, &write(argument.trim())),
            None => self.put(length, ""),
        }
    }

    /// A symbol; behind a letter of a word, LaTeX eats the space that ended the command, and an empty group too.
    fn symbol(&mut self, name: &str, length: usize, text: &str) {
        let letter = text.chars().all(char::is_alphabetic) && name.len() <= 2;
        let behind = &self.rest()[length..];
        self.put(length, text);
        if behind.starts_with("{}") {
            self.at += 2;
        } else if !self.math && letter && behind.starts_with(' ') && behind[1..].starts_with(char::is_lowercase) {
            self.at += 1;
        }
    }

    fn style(&mut self, name: &str, length: usize) {
        let rest = &self.rest()[length..];
        if matches!(name, "left" | "right" | "middle") && rest.starts_with('.') {
            return self.put(length + 1, "");
        }
        match rest.starts_with('{').then(|| self.argument(length)).flatten() {
            Some((used, argument)) => self.put(used, &argument),
            None => {
                self.put(length, "");
                if rest.starts_with(' ') && (self.out.is_empty() || self.out.ends_with(' ')) {
                    self.at += 1;
                }
            }
        }
    }

    fn silent(&mut self, length: usize) {
        let options = near(&self.rest()[length..]).strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let mut used = length + options.map_or(0, |(inner, _)| inner.len() + 2);
        if let Some(inner) = group(&self.rest()[used..]) {
            used += inner.len() + 2;
            let columns = if matches!(inner, "array" | "tabular") { group(&self.rest()[used..]) } else { None };
            used += columns.map_or(0, |columns| columns.len() + 2);
        }
        self.put(used, "");
    }

    /// A command of the paper's own: its arguments are shown, or else its name; in a path it stays.
    fn unknown(&mut self, name: &str, length: usize) {
        if !self.math && is_path(self.word()) {
            return self.take(length);
        }
        let (mut used, mut shown) = (length, Vec::new());
        while let Some(inner) = group(&self.rest()[used..]) {
            used += inner.len() + 2;
            shown.push(Tex::new(inner, self.math, self.depth - 1).convert());
        }
        shown.retain(|argument| !argument.is_empty());
        let text = if shown.is_empty() { name.to_owned() } else { shown.join(" ") };
        self.put(used, &text);
    }
}

/// How long the command that `text` begins with is, in bytes: with its argument, if it is one that takes one.
fn command_length(text: &str) -> Option<usize> {
    let name = text[1..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    if name.is_empty() {
        return Some(1 + text[1..].chars().next()?.len_utf8());
    }
    let behind = &text[1 + name.len()..];
    let alone = matches!(meaning(name), None | Some(Meaning::Symbol(_) | Meaning::Function));
    let inner = if alone { None } else { group(behind) };
    Some(1 + name.len() + inner.map_or(0, |inner| inner.len() + 2))
}

/// Whether a word begins as a path on a drive does: `C:\temp`, of which the last backslash has not been read yet.
fn is_path(word: &str) -> bool {
    let word = word.trim_start_matches(['(', '"', '\'', '“', '‘']);
    word.starts_with(|c: char| c.is_ascii_uppercase()) && (word[1..] == *":" || word[1..].starts_with(":\\"))
}

/// What is between the brace that `text` begins with and its partner.
pub(super) fn group(text: &str) -> Option<&str> {
    let mut depth = 0;
    let mut escaped = false;
    for (at, byte) in near(text).bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return text.get(1..at).filter(|_| byte == b'}');
        }
    }
    None
}

/// The command, or the one that an exporter which drops braces has glued to its argument: `\emphnew`, `\sqrtT`.
fn known(name: &str) -> Option<(&str, Meaning)> {
    if let Some(found) = meaning(name) {
        return Some((name, found));
    }
    (3..name.len()).rev().find_map(|end| {
        let (command, argument) = name.split_at(end);
        let found = meaning(command)?;
        let glued = match found {
            Meaning::Style => end > 3,
            Meaning::Accent(_) | Meaning::Blackboard | Meaning::Root => true,
            Meaning::Symbol(_) | Meaning::Function => {
                argument.len() == 1 || argument.starts_with(char::is_uppercase) && end > 3
            }
            Meaning::Silent | Meaning::Fraction | Meaning::Second | Meaning::Note => false,
        };
        glued.then_some((command, found))
    })
}

/// An expression in brackets, unless it is one word or number.
fn bracketed(text: &str) -> String {
    let text = text.trim();
    if text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '²' | '³')) {
        text.to_owned()
    } else {
        format!("({text})")
    }
}
