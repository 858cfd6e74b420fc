//! Which papers pass a filter: its conditions as SQL, its values as parameters.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::error::Result;
use crate::findings::filter::{Comparison, Demand, Field, FieldKind, Filter, Place};

use super::Store;

impl Store {
    /// Whether each paper passes, in the order of rows.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn passing(&self, filter: &Filter) -> Result<Vec<bool>> {
        let mut values = Vec::new();
        let condition = condition(filter, &mut values);
        let sql = format!("SELECT {condition} FROM papers ORDER BY id");
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let rows = statement.query_map(params_from_iter(values), |row| row.get(0)).map_err(self.failed())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.failed())
    }
}

/// An expression that is 0 or 1, never NULL.
fn condition(filter: &Filter, values: &mut Vec<Value>) -> String {
    let joined = |parts: &[Filter], word: &str, of_none: &str, values: &mut Vec<Value>| {
        let parts: Vec<String> = parts.iter().map(|part| condition(part, values)).collect();
        if parts.is_empty() {
            of_none.to_owned()
        } else {
            format!("({})", parts.join(word))
        }
    };
    match filter {
        Filter::All(parts) => joined(parts, " AND ", "1", values),
        Filter::Any(parts) => joined(parts, " OR ", "0", values),
        Filter::Not(part) => format!("(NOT {})", condition(part, values)),
        Filter::Has(field) if field.kind == FieldKind::List => format!("(json_array_length({}) > 0)", field.column),
        Filter::Has(field) => format!("(coalesce({}, '') <> '')", field.column),
        Filter::Compare(field, Comparison::Unequal, value) => {
            format!("(NOT {})", compared(*field, Comparison::Equal, value, values))
        }
        Filter::Compare(field, comparison, value) => compared(*field, *comparison, value, values),
        Filter::OneOf(field, wanted) => {
            let marks: Vec<String> = wanted.iter().map(|value| mark(value_for(*field, value), values)).collect();
            tested(*field, &format!("IN ({})", marks.join(", ")))
        }
        Filter::Words(demand) => {
            let mark = mark(Value::Text(match_of(demand)), values);
            format!("(key IN (SELECT rowid FROM words WHERE words MATCH {mark}))")
        }
    }
}

fn compared(field: Field, comparison: Comparison, value: &str, values: &mut Vec<Value>) -> String {
    let (operator, given) = match comparison {
        Comparison::Equal | Comparison::Unequal => ("=", value_for(field, value)),
        Comparison::Less => ("<", value_for(field, value)),
        Comparison::AtMost => ("<=", value_for(field, value)),
        Comparison::Greater => (">", value_for(field, value)),
        Comparison::AtLeast => (">=", value_for(field, value)),
        Comparison::Like => ("LIKE", Value::Text(value.to_owned())),
        Comparison::Contains => {
            let plain = value.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            ("LIKE", Value::Text(format!("%{plain}%")))
        }
    };
    let escape = if comparison == Comparison::Contains { " ESCAPE '\\'" } else { "" };
    let mark = mark(given, values);
    tested(field, &format!("{operator} {mark}{escape}"))
}

/// A test of a field, or of one of its parts.
fn tested(field: Field, test: &str) -> String {
    let column = field.column;
    match field.kind {
        FieldKind::Text => format!("coalesce({column} COLLATE NOCASE {test}, 0)"),
        FieldKind::Number => format!("coalesce({column} {test}, 0)"),
        FieldKind::List => format!("EXISTS (SELECT 1 FROM json_each({column}) WHERE value COLLATE NOCASE {test})"),
    }
}

fn value_for(field: Field, value: &str) -> Value {
    match (field.kind, value.trim().parse()) {
        (FieldKind::Number, Ok(number)) => Value::Integer(number),
        _ => Value::Text(value.to_owned()),
    }
}

/// Keeps a value and answers the mark that stands for it.
fn mark(value: Value, values: &mut Vec<Value>) -> String {
    values.push(value);
    format!("?{}", values.len())
}

/// A demand in FTS5's language: one quoted string, in which nothing has a meaning of its own.
fn match_of(demand: &Demand) -> String {
    let place = match demand.place {
        Some(Place::Title) => "title : ",
        Some(Place::Abstract) => "abstract : ",
        Some(Place::Authors) => "authors : ",
        None => "",
    };
    let words = demand.words.replace('"', "\"\"").replace('\0', " ");
    format!("{place}\"{words}\"{}", if demand.is_prefix { " *" } else { "" })
}
