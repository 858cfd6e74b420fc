//! A paper from named values.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::citation::Citation;
use super::field_names::{is_same, Field, LINE, NAMES};
use super::tagged::page_range;
use super::values;
use crate::paper::{Paper, PaperId};

/// A record as named values; a name may stand there twice, and then the first usable value counts.
pub(super) struct Fields<'a>(pub(super) Vec<(&'a str, Cow<'a, Value>)>);

impl<'a> Fields<'a> {
    /// The members of an object.
    pub(super) fn of(record: &'a Map<String, Value>) -> Self {
        Fields(record.iter().map(|(name, value)| (name.as_str(), Cow::Borrowed(value))).collect())
    }

    /// Like [`Fields::paper`], for records of a known kind: title and abstract only under names that mean nothing else,
    /// since a summary made by a machine, or the full text, is no abstract.
    pub(super) fn strict_paper(&self, line: u64) -> Paper {
        Paper {
            title: self.clear(Field::Title, values::first_text).unwrap_or_default(),
            abstract_text: self.clear(Field::Abstract, values::whole_text).unwrap_or_default(),
            ..self.paper(line)
        }
    }

    /// The paper that the record describes, as written: cleaning comes later.
    pub(super) fn paper(&self, line: u64) -> Paper {
        let mut paper = Paper {
            title: self.first(Field::Title, values::first_text).unwrap_or_default(),
            abstract_text: self.first(Field::Abstract, values::whole_text).unwrap_or_default(),
            authors: self.first(Field::Authors, values::people).unwrap_or_default(),
            year: self.first(Field::Year, values::year),
            date: self.first(Field::Date, values::date),
            venue: self.venue(),
            volume: self.first(Field::Volume, values::scalar),
            pages: self.pages(),
            categories: self.first(Field::Categories, values::categories).unwrap_or_default(),
            doi: self.first(Field::Doi, values::first_text),
            arxiv_id: self.first(Field::Arxiv, values::first_text),
            pmid: self.first(Field::Pmid, values::first_text),
            url: self.first(Field::Url, values::first_text),
            line,
            ..Paper::default()
        };
        paper.issue = match paper.volume {
            Some(_) => self.first(Field::Issue, values::scalar),
            None => self.clear(Field::Issue, values::scalar),
        };
        if let Some(found) = paper.venue.as_deref().and_then(Citation::of) {
            paper.volume = paper.volume.or(found.volume);
            paper.issue = paper.issue.or(found.issue);
            paper.pages = paper.pages.or(found.pages);
        }
        let named = paper.arxiv_id.is_some() || paper.doi.is_some();
        let keys = || [Field::Pmid, Field::Key].into_iter().find_map(|key| self.clear(key, values::first_text));
        let key = || if named { None } else { keys() };
        paper.id = PaperId(self.first(Field::Id, values::first_text).or_else(key).unwrap_or_default());
        paper
    }

    /// The pages: in one value, from the first one to the last, or the number that stands for them.
    fn pages(&self) -> Option<String> {
        let one = |field| self.first(field, values::scalar);
        let range = || page_range(one(Field::FirstPage), one(Field::LastPage));
        self.first(Field::Pages, values::written).or_else(range).or_else(|| one(Field::ArticleNumber))
    }

    /// The venue. A `source` beside a `line` is the place that our own exports name: where the record was read from.
    fn venue(&self) -> Option<String> {
        let is_export = self.0.iter().any(|(name, value)| *name == LINE && values::scalar(value).is_some());
        let read = if is_export { Self::clear } else { Self::first };
        read(self, Field::Venue, values::first_text)
    }

    /// The first value that can be read as this field, trying its best name first.
    fn first<T>(&self, field: Field, read: fn(&Value) -> Option<T>) -> Option<T> {
        let vague = || NAMES.iter().find(|row| row.field == field).and_then(|row| self.under(row.vague, read));
        self.clear(field, read).or_else(vague)
    }

    /// The same, under the names that mean this field wherever they stand.
    fn clear<T>(&self, field: Field, read: fn(&Value) -> Option<T>) -> Option<T> {
        NAMES.iter().find(|row| row.field == field).and_then(|row| self.under(row.clear, read))
    }

    /// The first value under one of these names that can be read.
    fn under<T>(&self, names: &[&str], read: fn(&Value) -> Option<T>) -> Option<T> {
        let values =
            |name: &&str| self.0.iter().filter(|(key, _)| is_same(key, name)).find_map(|(_, value)| read(value));
        names.iter().find_map(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paper(record: &Value) -> Paper {
        Fields::of(record.as_object().expect("an object")).paper(1)
    }

    #[test]
    fn the_best_name_with_a_usable_value_wins() {
        let read = paper(&json!({
            "summary": "made by a machine", "Abstract": "the real one", "title": null, "display_name": "A title",
            "name": "worse", "paperId": 77, "author": [], "creators": "A. One; B. Two",
        }));
        assert_eq!((read.title.as_str(), read.abstract_text.as_str()), ("A title", "the real one"));
        assert_eq!(read.id.as_str(), "77");
        assert_eq!(read.authors, ["A. One", "B. Two"]);
    }

    #[test]
    fn a_key_is_an_id_only_without_a_better_one() {
        assert_eq!(paper(&json!({"title": "T", "PMID": 123})).id.as_str(), "123");
        assert_eq!(paper(&json!({"title": "T", "PMID": 123, "doi": "10.1/x"})).id.as_str(), "");
        assert_eq!(paper(&json!({"title": "T", "PMID": 123, "_id": "a"})).id.as_str(), "a");
    }

    #[test]
    fn pages_come_whole_or_in_two_parts() {
        for (record, pages) in [
            (json!({"title": "T", "pages": "1-9", "start_page": "3"}), Some("1-9")),
            (json!({"title": "T", "Page start": "1", "Page end": "9", "Art. No.": "7"}), Some("1-9")),
            (json!({"title": "T", "start_page": 12, "Art. No.": "7"}), Some("12")),
            (json!({"title": "T", "Page start": "", "Art. No.": "e7"}), Some("e7")),
            // A bare number counts pages.
            (json!({"title": "T", "pages": 12}), None),
            (json!({"title": "T", "page": "3", "num_pages": "12", "Page count": 9}), None),
        ] {
            assert_eq!(paper(&record).pages.as_deref(), pages, "{record}");
        }
    }

    #[test]
    fn a_number_is_an_issue_only_of_a_volume() {
        let read = paper(&json!({"title": "T", "number": 3, "volume": 12, "pubmed": "PMID: 7"}));
        assert_eq!((read.volume.as_deref(), read.issue.as_deref()), (Some("12"), Some("3")));
        assert_eq!((read.pmid.as_deref(), read.id.as_str()), (Some("PMID: 7"), ""));
        assert_eq!(paper(&json!({"title": "T", "number": 3})).issue, None);
        let odd = paper(&json!({"title": "T", "volume": {"name": "V"}, "issue": [{"name": "I"}], "number": 3}));
        assert_eq!((odd.volume, odd.issue), (None, None));
    }
}
