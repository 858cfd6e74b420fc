//! How much an answer may hold, so that none floods an agent's context, and strangers' text made plain.

use schemars::JsonSchema;
use serde::Serialize;

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::report::escape_control;

/// Characters of a title, of another short field, and of an id at most. What is longer is no title.
const LONGEST_TITLE: usize = 300;
const LONGEST_FIELD: usize = 200;

/// Papers, copies and sources that are listed at most inside one entry of an answer.
pub(super) const MOST_NAMED: usize = 20;

/// Characters of abstracts and sentences in an answer about several papers: some 6,000 tokens of English.
pub(super) const ANSWER_TEXT: usize = 24_000;

/// A text on one line, without what steers a terminal, reorders what follows, or hides words from a reader.
fn plain(text: &str) -> String {
    let is_hidden =
        |c: char| matches!(c, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    escape_control(text).chars().filter(|c| !is_hidden(*c)).collect()
}

/// A plain text of at most `most` characters; what is cut off is counted in a mark behind it.
pub(super) fn clipped(text: &str, most: usize) -> String {
    let text = plain(text);
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}... [{} more characters]", text[..end].trim_end(), text[end..].chars().count()),
        None => text,
    }
}

/// A title at a length that an answer bears.
pub(super) fn title(text: &str) -> String {
    clipped(text, LONGEST_TITLE)
}

/// A venue, an address or another short field.
pub(super) fn field(text: &str) -> String {
    clipped(text, LONGEST_FIELD)
}

/// Several short fields, and how many were left out.
pub(super) fn fields(texts: &[String], most: usize) -> (Vec<String>, usize) {
    (texts.iter().take(most).map(|text| field(text)).collect(), texts.len().saturating_sub(most))
}

/// A paper by name.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NamedPaper {
    /// Its id, for get_paper and find_similar.
    pub(super) id: String,
    /// Its title; strangers' text.
    pub(super) title: String,
}

impl NamedPaper {
    pub(super) fn of(engine: &Engine<'_>, id: &str) -> Result<Self> {
        Ok(NamedPaper { id: id.to_owned(), title: title(&engine.show(id, false)?.title) })
    }

    pub(super) fn all<'a>(engine: &Engine<'_>, ids: impl IntoIterator<Item = &'a String>) -> Result<Vec<Self>> {
        ids.into_iter().map(|id| Self::of(engine, id)).collect()
    }
}

/// A number that must be in a range.
pub(super) fn within(name: &'static str, value: usize, (least, most): (usize, usize)) -> Result<usize> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let expected = format!("a whole number from {least} to {most}");
    Err(Error::InvalidParameter { name, value: value.to_string(), expected })
}

/// Part of a list.
pub(super) struct Page<'a, T> {
    pub(super) items: &'a [T],
    offset: usize,
    total: usize,
}

impl<'a, T> Page<'a, T> {
    pub(super) fn of(all: &'a [T], offset: usize, limit: usize) -> Self {
        let begin = offset.min(all.len());
        Page { items: &all[begin..all.len().min(begin.saturating_add(limit))], offset: begin, total: all.len() }
    }

    /// What this page leaves out, and how to see it; nothing if it is all.
    pub(super) fn left_out(&self, what: &str) -> Option<String> {
        let end = self.offset + self.items.len();
        let range = match self.items.is_empty() {
            true => "none".to_owned(),
            false => format!("{} to {end}", self.offset + 1),
        };
        let next = if end < self.total { format!("; offset {end} shows the next") } else { String::new() };
        (self.items.len() < self.total).then(|| format!("{range} of {} {what} shown{next}", self.total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_with_a_count_and_short_ones_are_not() {
        assert_eq!(clipped("abc def", 7), "abc def");
        assert_eq!(clipped("abc defg", 4), "abc... [4 more characters]");
        assert_eq!(clipped("äöü", 2), "äö... [1 more characters]");
        assert_eq!(clipped("x", 0), "... [1 more characters]");
    }

    #[test]
    fn what_hides_or_steers_is_taken_out() {
        assert_eq!(clipped("a\u{1b}[2Jb\u{202e}c\u{e0041}d\u{200b}e\u{9b}", 99), "a[2Jbcde");
    }

    #[test]
    fn pages_say_what_they_leave_out() {
        let all: Vec<usize> = (0..25).collect();
        let said = |offset, limit| Page::of(&all, offset, limit).left_out("topics");
        assert_eq!(said(0, 25), None);
        assert_eq!(said(0, 10).as_deref(), Some("1 to 10 of 25 topics shown; offset 10 shows the next"));
        assert_eq!(said(20, 10).as_deref(), Some("21 to 25 of 25 topics shown"));
        assert_eq!(said(99, usize::MAX).as_deref(), Some("none of 25 topics shown"));
    }
}
