//! Names of columns that the user gave to fields, as in `--map title=Name`.

use serde_json::{Map, Value};

use super::field_names::{best_name, field_of, Field};
use crate::error::{Error, Result};

/// The fields that can be given a column.
const FIELDS: &[(&str, Field)] = &[
    ("title", Field::Title),
    ("abstract", Field::Abstract),
    ("id", Field::Id),
    ("authors", Field::Authors),
    ("year", Field::Year),
    ("date", Field::Date),
    ("venue", Field::Venue),
    ("volume", Field::Volume),
    ("issue", Field::Issue),
    ("pages", Field::Pages),
    ("categories", Field::Categories),
    ("doi", Field::Doi),
    ("arxiv_id", Field::Arxiv),
    ("pmid", Field::Pmid),
    ("url", Field::Url),
];

/// How deep in a JSON value names are replaced; the reader looks for records no deeper.
const MAX_DEPTH: usize = 8;

/// Which columns hold which fields, where the user says so.
///
/// It works by renaming: a column that was given to a field gets the name that the field goes by best, and the other
/// columns that would be read as this field lose theirs. A record without the column is read as if nothing was said.
#[derive(Debug, Clone, Default)]
pub struct FieldMap(Vec<(Field, String)>);

impl FieldMap {
    /// The map of these pairs of a field and a column.
    ///
    /// # Errors
    /// [`Error::UnknownName`] for a field that there is not.
    pub fn new(pairs: &[(String, String)]) -> Result<FieldMap> {
        let field = |(name, column): &(String, String)| {
            let known = FIELDS.iter().find(|(known, _)| known == name);
            known.map(|(_, field)| (*field, column.trim().to_owned())).ok_or_else(|| Error::UnknownName {
                what: "field",
                name: name.clone(),
                known: FIELDS.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", "),
            })
        };
        pairs.iter().map(field).collect::<Result<_>>().map(FieldMap)
    }

    /// The names under which a record's columns are read.
    pub(super) fn names<'a>(&self, columns: impl Iterator<Item = &'a str>) -> Vec<String> {
        let columns: Vec<&str> = columns.collect();
        let given: Vec<&(Field, String)> = self.0.iter().filter(|(_, own)| columns.contains(&own.as_str())).collect();
        let name = |column: &str| match given.iter().find(|(_, own)| own == column) {
            Some((field, _)) => best_name(*field).to_owned(),
            None if given.iter().any(|(field, _)| field_of(column) == Some(*field)) => String::new(),
            None => column.to_owned(),
        };
        columns.into_iter().map(name).collect()
    }

    /// Renames the members of all objects in a value.
    pub(super) fn rename(&self, value: &mut Value) {
        if !self.0.is_empty() {
            self.rename_below(value, 0);
        }
    }

    fn rename_below(&self, value: &mut Value, depth: usize) {
        match value {
            Value::Array(values) if depth < MAX_DEPTH => {
                values.iter_mut().for_each(|value| self.rename_below(value, depth + 1));
            }
            Value::Object(members) => {
                if depth < MAX_DEPTH {
                    members.values_mut().for_each(|value| self.rename_below(value, depth + 1));
                }
                let names = self.names(members.keys().map(String::as_str));
                let named = names.into_iter().zip(std::mem::take(members)).map(|(name, (_, value))| (name, value));
                *members = named.filter(|(name, _)| !name.is_empty()).collect::<Map<_, _>>();
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(pairs: &[(&str, &str)]) -> Result<FieldMap> {
        let owned = |(field, column): &(&str, &str)| ((*field).to_owned(), (*column).to_owned());
        FieldMap::new(&pairs.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_given_column_hides_the_ones_that_would_be_read() {
        let map = map(&[("title", "Name"), ("url", "Where")]).expect("known fields");
        assert_eq!(map.names(["Title", "Name", "Year", "link"].into_iter()), ["", "title", "Year", "link"]);
        assert_eq!(map.names(["Title", "Year"].into_iter()), ["Title", "Year"]);
        let mut value = json!([{"Name": "T", "title": "not this", "Where": {"Name": 1}}]);
        map.rename(&mut value);
        assert_eq!(value, json!([{"title": "T", "url": {"title": 1}}]));
    }

    #[test]
    fn unknown_fields_are_told() {
        let error = map(&[("tilte", "Name")]).expect_err("an error").to_string();
        assert_eq!(
            error,
            "unknown field 'tilte'; known: title, abstract, id, authors, year, date, venue, volume, issue, pages, \
             categories, doi, arxiv_id, pmid, url"
        );
    }
}
