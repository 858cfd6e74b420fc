//! Reads the values of fields in the many shapes that records give them.

use serde_json::{Map, Value};

use super::clean;

/// Names under which an object keeps the text that it stands for, best first.
const TEXT_NAMES: &[&str] =
    &["text", "value", "name", "display_name", "full_name", "fullName", "literal", "term", "raw", "#text", "content"];

/// Where an entry of an author list keeps the author.
const PERSON_NAMES: &[&str] = &["author", "person", "user"];

/// The first text in a value: a string, a number, or what stands first in a list.
pub(super) fn first_text(value: &Value) -> Option<String> {
    texts(value).into_iter().next()
}

/// The text of a value that is nothing but a string or a number.
pub(super) fn scalar(value: &Value) -> Option<String> {
    Some(value).filter(|value| value.is_string() || value.is_number()).and_then(first_text)
}

/// The text of a value that is a string: what somebody wrote, and no count.
pub(super) fn written(value: &Value) -> Option<String> {
    Some(value).filter(|value| value.is_string()).and_then(first_text)
}

/// All text in a value, the parts of a list one after the other.
pub(super) fn whole_text(value: &Value) -> Option<String> {
    Some(texts(value).join(" ")).filter(|text| !text.is_empty())
}

/// Names of people: a string of them, a list of strings, or a list of objects.
pub(super) fn people(value: &Value) -> Option<Vec<String>> {
    let names = match value {
        Value::String(text) => written_list(text).unwrap_or_else(|| split_people(text)),
        Value::Array(people) => people.iter().filter_map(person).collect(),
        Value::Object(_) => person(value).into_iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    };
    let named = |name: &String| !name.is_empty();
    Some(names.iter().map(|name| name.trim().trim_end_matches([',', ';']).to_owned()).filter(named).collect())
        .filter(|names: &Vec<String>| !names.is_empty())
}

/// A year: a number, or the first four digits in a text that can be one.
pub(super) fn year(value: &Value) -> Option<i32> {
    first_text(value).and_then(|text| clean::year(&text))
}

/// A date, as written. A bare number is one only if it is a year: a count of seconds tells a reader nothing.
pub(super) fn date(value: &Value) -> Option<String> {
    first_text(value).filter(|text| !value.is_number() || clean::year(text).is_some())
}

/// A date as CSL and Crossref write it, `{"date-parts": [[2019, 5, 12]]}`, or in words beside it.
pub(super) fn date_parts(value: &Value) -> Option<String> {
    let Some(map) = value.as_object() else { return date(value) };
    let words =
        || ["raw", "literal", "date-time", "year"].iter().filter_map(|name| map.get(*name)).find_map(first_text);
    map.get("date-parts").and_then(joined_parts).or_else(words)
}

/// The first of a list of dates, each a list of year, month and day.
fn joined_parts(value: &Value) -> Option<String> {
    let parts = value.as_array()?;
    let parts = parts.first().and_then(Value::as_array).unwrap_or(parts);
    let number = |part: &Value| first_text(part).and_then(|text| text.parse::<u32>().ok());
    let numbers: Vec<u32> = parts.iter().map_while(number).take(3).collect();
    let (year, rest) = numbers.split_first().filter(|(year, _)| **year > 0)?;
    Some(rest.iter().take_while(|part| **part > 0).fold(format!("{year:04}"), |date, part| format!("{date}-{part:02}")))
}

/// What stands in an object under a name, in the object there under the next one, and so on.
pub(super) fn member<'a>(record: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    let (name, rest) = path.split_first()?;
    rest.iter().try_fold(record.get(*name)?, |value, name| value.get(name))
}

/// The text that stands there.
pub(super) fn member_text(record: &Map<String, Value>, path: &[&str]) -> Option<String> {
    member(record, path).and_then(first_text)
}

/// The objects in the list that stands in an object under a name.
pub(super) fn members<'a>(record: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    record.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// Subject categories: a list, or a string with commas, semicolons, or spaces between codes such as `cs.CL`.
pub(super) fn categories(value: &Value) -> Option<Vec<String>> {
    let split = |text: String| written_list(&text).unwrap_or_else(|| split_categories(&text));
    Some(texts(value).into_iter().flat_map(split).collect()).filter(|all: &Vec<String>| !all.is_empty())
}

/// The texts in a value that are not empty.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null | Value::Bool(_) => Vec::new(),
        Value::Number(number) => vec![number.to_string()],
        Value::String(text) => {
            Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect()
        }
        Value::Array(parts) => parts.iter().flat_map(texts).collect(),
        Value::Object(map) => named_text(map).into_iter().collect(),
    }
}

/// The text that an object stands for.
fn named_text(map: &Map<String, Value>) -> Option<String> {
    TEXT_NAMES.iter().filter_map(|name| map.get(*name)).find_map(|value| match value {
        Value::Object(_) => None,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => first_text(value),
    })
}

/// One name: a string, `{"name"}`, `{"given", "family"}`, `{"first", "middle", "last"}` or `{"author": ...}`.
fn person(value: &Value) -> Option<String> {
    let Value::Object(map) = value else { return first_text(value) };
    let part = |names: [&str; 3]| names.iter().filter_map(|name| map.get(*name)).find_map(whole_text);
    let parts = [
        part(["given", "first", "firstName"]),
        part(["middle", "middleName", "dropping-particle"]),
        map.get("non-dropping-particle").and_then(whole_text),
        part(["family", "last", "lastName"]),
    ];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let nested = || PERSON_NAMES.iter().filter_map(|name| map.get(*name)).find_map(inner_person);
    Some(name).filter(|name| !name.is_empty()).or_else(|| named_text(map)).or_else(nested)
}

/// The person in an author entry, one level down and no further.
fn inner_person(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => named_text(map),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => first_text(value),
    }
}

/// Splits `A. One; B. Two`, `One, A. and Two, B.`, `A. One, B. Two and C. Three`; a lone `One, Ann` stays whole.
fn split_people(text: &str) -> Vec<String> {
    let owned = |parts: Vec<&str>| parts.into_iter().map(|part| part.trim().to_owned()).collect();
    for mark in [";", "|", "\n"] {
        if text.contains(mark) {
            return owned(text.split(mark).collect());
        }
    }
    let pieces: Vec<&str> = text.split(" and ").flat_map(|piece| piece.split(" & ")).collect();
    let inverted = |piece: &&str| piece.matches(',').count() == 1;
    if pieces.len() > 1 && pieces.iter().all(inverted) {
        return owned(pieces);
    }
    let commas: Vec<&str> =
        pieces.iter().flat_map(|piece| piece.split(',')).filter(|part| !part.trim().is_empty()).collect();
    let full = |name: &&str| name.trim().contains([' ', '.']) && name.chars().filter(|c| c.is_alphabetic()).count() > 2;
    if pieces.len() > 1 || commas.iter().all(full) {
        owned(commas)
    } else {
        owned(pieces)
    }
}

fn split_categories(text: &str) -> Vec<String> {
    let is_code = |word: &str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let words: Vec<&str> = text.split_whitespace().collect();
    let codes = words.iter().all(|word| is_code(word)) && words.iter().any(|word| word.contains(['.', '-']));
    let parts: Vec<&str> = if text.contains(';') {
        text.split(';').collect()
    } else if text.contains(',') {
        text.split(',').collect()
    } else if codes {
        words
    } else {
        vec![text]
    };
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The entries of a list that a program has written into a text, as `['a', "b"]`.
fn written_list(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?.trim();
    let mut entries = Vec::new();
    let mut rest = inner;
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let body = &rest[1..];
        let end = closing_quote(body, quote)?;
        entries.push(body[..end].replace("\\'", "'").replace("\\\"", "\""));
        rest = body[end + 1..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(entries)
}

/// Where the quote is that ends an entry.
fn closing_quote(body: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn people_come_in_many_shapes() {
        let two = ["Ann One", "Bo Two"];
        for value in [
            json!("Ann One; Bo Two"),
            json!("Ann One, Bo Two"),
            json!("Ann One and Bo Two"),
            json!("['Ann One', \"Bo Two\"]"),
            json!(["Ann One,", "Bo Two"]),
            json!([{"name": "Ann One"}, {"name": "Bo Two"}]),
            json!([{"given": "Ann", "family": "One"}, {"first": "Bo", "middle": [], "last": "Two"}]),
            json!([{"author": {"display_name": "Ann One"}}, null, {"literal": "Bo Two"}]),
        ] {
            assert_eq!(people(&value).expect("names"), two, "{value}");
        }
        for (text, names) in [
            ("One, Ann", vec!["One, Ann"]),
            ("One, Ann and Two, Bo", vec!["One, Ann", "Two, Bo"]),
            ("A. One, B. Two and C. Three", vec!["A. One", "B. Two", "C. Three"]),
            ("Liu R., Adler D.G.", vec!["Liu R.", "Adler D.G."]),
            ("['it''s broken", vec!["['it''s broken"]),
        ] {
            assert_eq!(people(&json!(text)).expect("names"), names, "{text}");
        }
        for value in [json!(null), json!([]), json!(""), json!({}), json!([{"id": 1}])] {
            assert_eq!(people(&value), None, "{value}");
        }
    }

    #[test]
    fn texts_come_in_many_shapes() {
        assert_eq!(first_text(&json!(["", "One", "Two"])).as_deref(), Some("One"));
        assert_eq!(first_text(&json!(12)).as_deref(), Some("12"));
        assert_eq!(first_text(&json!({"name": "Nature"})).as_deref(), Some("Nature"));
        assert_eq!(whole_text(&json!([{"label": "AIM", "text": "One."}, "Two."])).as_deref(), Some("One. Two."));
        assert_eq!(whole_text(&json!(null)), None);
    }

    #[test]
    fn years_and_dates() {
        for value in [json!(2019), json!(2019.0), json!("2019"), json!("12 May 2019"), json!(["2019-05-12"])] {
            assert_eq!(year(&value), Some(2019), "{value}");
        }
        assert_eq!(year(&json!("in press")), None);
        assert_eq!(date(&json!(1_199_145_600)), None);
        assert_eq!(date(&json!("2019-05-12")).as_deref(), Some("2019-05-12"));
    }

    #[test]
    fn dates_come_in_parts() {
        for (value, written) in [
            (json!({"date-parts": [[2019, 5, 12]]}), Some("2019-05-12")),
            (json!({"date-parts": [["2019", "5"], ["2020"]], "raw": "x"}), Some("2019-05")),
            (json!({"date-parts": [2019, 0]}), Some("2019")),
            (json!({"date-parts": [[null]], "raw": "May 2019"}), Some("May 2019")),
            (json!({"date-parts": []}), None),
            (json!("2019-05"), Some("2019-05")),
        ] {
            assert_eq!(date_parts(&value).as_deref(), written, "{value}");
        }
    }

    #[test]
    fn categories_are_split_where_they_are_codes() {
        for value in
            [json!("cs.CL stat.ML"), json!("cs.CL, stat.ML"), json!(["cs.CL", "stat.ML"]), json!(["cs.CL stat.ML"])]
        {
            assert_eq!(categories(&value).expect("categories"), ["cs.CL", "stat.ML"], "{value}");
        }
        assert_eq!(categories(&json!("Computer Science")).expect("categories"), ["Computer Science"]);
        assert_eq!(categories(&json!("math; math-ph")).expect("categories"), ["math", "math-ph"]);
        assert_eq!(categories(&json!([{"term": "cs.CL"}])).expect("categories"), ["cs.CL"]);
    }
}
