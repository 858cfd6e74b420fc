//! Mends JSON as programs write it that take it lightly.

/// Mends what Python and hurried programs write: `NaN` and `Infinity`, tabs in strings, halves of surrogate pairs.
pub(super) fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut string = false;
    while let Some(c) = rest.chars().next() {
        let (length, instead) = match c {
            '\\' if string => escape(rest),
            '\t' => (1, Some(" ")),
            'N' | 'I' | '-' if !string => not_a_number(rest).map_or((1, None), |length| (length, Some("null"))),
            _ => (c.len_utf8(), None),
        };
        string ^= c == '"';
        let (taken, behind) = rest.split_at(length);
        out.push_str(instead.unwrap_or(taken));
        rest = behind;
    }
    out
}

/// The beginning of a JSON text as a whole one: cut behind its last whole value, with its brackets closed.
pub(super) fn closed(text: &str) -> String {
    let mut open = Vec::new();
    let (mut whole, mut string, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if string => escaped = true,
            '"' => string = !string,
            _ if string => {}
            ',' => whole = at,
            '{' | '[' => {
                open.push(if c == '{' { '}' } else { ']' });
                whole = at + 1;
            }
            '}' | ']' => {
                open.pop();
                whole = at + 1;
            }
            _ => {}
        }
    }
    text[..whole].chars().chain(open.into_iter().rev()).collect()
}

/// The length in bytes of a number that JSON does not know.
fn not_a_number(text: &str) -> Option<usize> {
    ["NaN", "Infinity", "-Infinity"].into_iter().find(|name| text.starts_with(name)).map(str::len)
}

/// The length in bytes of the escape that `text` begins with, and what to write instead where it is half a pair.
fn escape(text: &str) -> (usize, Option<&'static str>) {
    let unit = |from: usize| {
        let digits = text.get(from..from + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
        (Some(0xd800..=0xdfff), _) => (6, Some("\\ufffd")),
        (Some(_), _) => (6, None),
        (None, _) => (1 + text[1..].chars().next().map_or(0, char::len_utf8), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::cases;
    use proptest::prelude::*;
    use serde_json::{json, Value};

    fn read(text: &str) -> Value {
        serde_json::from_str(&mended(text)).expect("valid")
    }

    #[test]
    fn numbers_that_are_none_are_null() {
        assert_eq!(read("[NaN, -Infinity, Infinity, -1, \"NaN\"]"), json!([null, null, null, -1, "NaN"]));
    }

    #[test]
    fn tabs_in_strings_are_spaces() {
        assert_eq!(read("{\t\"a\tb\": \"c\\\\\td\"}"), json!({"a b": "c\\ d"}));
    }

    #[test]
    fn halves_of_surrogate_pairs_are_replaced() {
        let text = r#"["\ud835 \ud835\udc00 \udc00 \\ud835 \"q\""]"#;
        assert_eq!(read(text), json!(["\u{fffd} \u{1d400} \u{fffd} \\ud835 \"q\""]));
    }

    #[test]
    fn what_is_cut_off_is_closed() {
        for (cut, whole) in [
            (r#"{"a": [1, {"b": "c", "d": "e,"#, json!({"a": [1, {"b": "c"}]})),
            (r#"[{"a": "]\""#, json!([{}])),
            (r#"{"a": {"b": []}, "c"#, json!({"a": {"b": []}})),
        ] {
            assert_eq!(serde_json::from_str::<Value>(&closed(cut)).expect("valid"), whole, "{cut}");
        }
        assert_eq!(closed("no JSON"), "");
    }

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn nothing_panics_and_good_json_stays(text in "[\\[{][\\[\\]{}\",:\\\\ud8N\\-aé \t]{0,60}", good in "\\PC*") {
            mended(&text);
            closed(&text);
            let good = json!([good]).to_string();
            prop_assert_eq!(mended(&good), good);
        }
    }
}
