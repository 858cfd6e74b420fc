//! JSON values out of a stream, one at a time: lines, lists, and lists inside objects.

use std::io::{self, BufRead};

use serde_json::Value;

use super::field_names::{evidence, Evidence};
use super::input::Lines;
use super::mend::mended;
use crate::error::{Error, Result};

/// Names under which an object holds records, in a list or one object further in; in lower case.
const HOLDERS: &[&str] = &[
    "papers",
    "dailypapers",
    "data",
    "results",
    "result",
    "items",
    "records",
    "documents",
    "docs",
    "works",
    "articles",
    "entries",
    "publications",
    "recommendedpapers",
    "rows",
    "hits",
    "list",
    "message",
    "response",
    "feed",
    "library",
    "collection",
];

/// How many objects may stand around a list of records.
const MAX_DEPTH: usize = 6;

/// Receives the values, each with the line it begins on, or what is wrong with it.
pub(super) type Take<'a> = dyn FnMut(u64, Result<Value, String>) -> Result<()> + 'a;

/// Gives every value of a JSON file to `take`, keeping one of them in memory.
///
/// Where every line is a value of its own, a broken line costs that line. Otherwise the file is one or more JSON texts:
/// the elements of a list are values, also those of a list in an object under one of the names in [`HOLDERS`].
pub(super) fn each_value(input: &mut dyn BufRead, source: &str, take: &mut Take<'_>) -> Result<()> {
    if is_lines(input.fill_buf().map_err(Error::io(source))?) {
        return each_line(input, source, take);
    }
    let mut texts = Texts { input, source, chunk: vec![0; 64 * 1024], filled: 0, at: 0, line: 1 };
    while let Some(byte) = texts.token()? {
        match byte {
            b'[' => {
                texts.bump();
                texts.list(take)?;
            }
            b'{' => drop(texts.object(0, take)?),
            b']' | b'}' => texts.bump(),
            _ => texts.element(take)?,
        }
    }
    Ok(())
}

/// Whether a file holds one value a line, by its beginning.
fn is_lines(head: &[u8]) -> bool {
    let cut = !head.ends_with(b"\n");
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    let whole_line = second.is_some() || !cut;
    match first.trim_start().as_bytes() {
        [] | [b'[', ..] => false,
        [b'{', ..] if parse(first).is_ok() => true,
        // A line that breaks off, and then the next record: but not a list that is opened on the first line.
        [b'{', _, ..] => {
            whole_line
                && !first.trim_end().ends_with(['[', '{', ',', ':'])
                && second.is_some_and(|line| line.starts_with('{'))
        }
        [b'{'] => false,
        _ => true,
    }
}

fn each_line(input: &mut dyn BufRead, source: &str, take: &mut Take<'_>) -> Result<()> {
    let mut lines = Lines::new(input, source);
    while let Some((number, line)) = lines.next()? {
        let text = line.trim_end().trim_end_matches(',');
        if !text.trim().is_empty() {
            let reason =
                |error: serde_json::Error| format!("not valid JSON at column {}: {}", error.column(), cause(&error));
            take(number, parse(text).map_err(reason))?;
        }
    }
    Ok(())
}

/// JSON texts one behind the other, read byte by byte.
struct Texts<'a> {
    input: &'a mut dyn BufRead,
    source: &'a str,
    chunk: Vec<u8>,
    filled: usize,
    at: usize,
    line: u64,
}

impl Texts<'_> {
    fn peek(&mut self) -> Result<Option<u8>> {
        while self.at == self.filled {
            self.at = 0;
            match self.input.read(&mut self.chunk) {
                Ok(0) => {
                    self.filled = 0;
                    return Ok(None);
                }
                Ok(read) => self.filled = read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.filled = 0,
                Err(error) => return Err(Error::io(self.source)(error)),
            }
        }
        Ok(Some(self.chunk[self.at]))
    }

    /// Steps over the byte that [`Texts::peek`] showed.
    fn bump(&mut self) {
        self.line += u64::from(self.chunk[self.at] == b'\n');
        self.at += 1;
    }

    /// The next byte that is neither white space nor a mark between values.
    fn token(&mut self) -> Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':') {
                return Ok(Some(byte));
            }
            self.bump();
        }
        Ok(None)
    }

    /// Gives the elements of a list, from behind its bracket on.
    fn list(&mut self, take: &mut Take<'_>) -> Result<()> {
        while let Some(byte) = self.token()? {
            match byte {
                b']' => {
                    self.bump();
                    break;
                }
                b'}' => self.bump(),
                _ => self.element(take)?,
            }
        }
        Ok(())
    }

    /// Gives the value that begins here.
    fn element(&mut self, take: &mut Take<'_>) -> Result<()> {
        let line = self.line;
        let mut raw = Vec::new();
        let whole = self.copy(&mut raw, 0)?;
        take(line, parse_raw(&raw, whole))
    }

    /// Gives the records inside an object, from its brace on, or the object where it is a record itself.
    ///
    /// Returns whether there was anything to give. Of an object around a list, only the list is of interest.
    fn object(&mut self, depth: usize, take: &mut Take<'_>) -> Result<bool> {
        let line = self.line;
        let mut own = vec![b'{'];
        let mut names: Vec<String> = Vec::new();
        let (mut gave, mut whole) = (false, false);
        self.bump();
        while let Some(byte) = self.token()? {
            if byte == b'}' {
                self.bump();
                own.push(b'}');
                whole = true;
                break;
            }
            if own.len() > 1 {
                own.push(b',');
            }
            let name = self.name(&mut own)?;
            let holds = HOLDERS.contains(&name.to_lowercase().as_str()) && clues(&names) == Evidence::None;
            names.push(name);
            if holds && depth < MAX_DEPTH {
                gave |= self.held(&mut own, depth, take)?;
            } else {
                self.token()?;
                self.copy(&mut own, 0)?;
            }
        }
        if gave || (depth > 0 && clues(&names) == Evidence::None) {
            return Ok(gave);
        }
        take(line, parse_raw(&own, whole))?;
        Ok(true)
    }

    /// Copies a name and the colon behind it, and returns the name.
    fn name(&mut self, own: &mut Vec<u8>) -> Result<String> {
        let begin = own.len();
        self.copy(own, 0)?;
        let name = serde_json::from_slice(&own[begin..]).unwrap_or_default();
        own.push(b':');
        Ok(name)
    }

    /// Gives the records in the list or the object that begins here; any other value goes into `own`.
    fn held(&mut self, own: &mut Vec<u8>, depth: usize, take: &mut Take<'_>) -> Result<bool> {
        match self.token()? {
            Some(b'{') => {
                own.extend(b"null");
                return self.object(depth + 1, take);
            }
            Some(b'[') => self.bump(),
            _ => return self.copy(own, 0).map(|_| false),
        }
        if matches!(self.token()?, Some(b'{' | b']' | b'n')) {
            own.extend(b"null");
            self.list(take)?;
            return Ok(true);
        }
        own.push(b'[');
        self.copy(own, 1)?;
        Ok(false)
    }

    /// Copies the value that begins here, or what is left of it `open` brackets deep; false where the file ends in it.
    ///
    /// A line end inside a string, which JSON forbids, becomes a space.
    fn copy(&mut self, into: &mut Vec<u8>, open: usize) -> Result<bool> {
        let (mut open, mut string, mut escaped) = (open, false, false);
        let begin = into.len();
        while let Some(byte) = self.peek()? {
            let scalar_ends = matches!(byte, b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
            if !string && open == 0 && scalar_ends && into.len() > begin {
                return Ok(true);
            }
            self.bump();
            into.push(if string && matches!(byte, b'\n' | b'\t') { b' ' } else { byte });
            match byte {
                _ if escaped => escaped = false,
                b'\\' if string => escaped = true,
                b'"' => string = !string,
                b'{' | b'[' if !string => open += 1,
                b'}' | b']' if !string => open = open.saturating_sub(1),
                _ => continue,
            }
            if open == 0 && !string && !escaped && matches!(byte, b'"' | b'}' | b']') {
                return Ok(true);
            }
        }
        Ok(open == 0 && !string)
    }
}

/// What the names of an object's members say about it.
fn clues(names: &[String]) -> Evidence {
    evidence(names.iter().map(String::as_str))
}

fn parse_raw(raw: &[u8], whole: bool) -> Result<Value, String> {
    if whole {
        parse(&String::from_utf8_lossy(raw)).map_err(|error| format!("not valid JSON: {}", cause(&error)))
    } else {
        Err("the file ends inside this record".to_owned())
    }
}

/// One value, also as programs write it that take JSON lightly.
fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).or_else(|error| serde_json::from_str(&mended(text)).map_err(|_| error))
}

/// The parser's reason, without the position that it adds.
fn cause(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::cases;
    use proptest::prelude::*;
    use serde_json::json;

    type Found = Vec<(u64, Result<Value, String>)>;

    fn values(text: &[u8]) -> Found {
        let mut found = Vec::new();
        let mut input = text;
        each_value(&mut input, "test", &mut |line, value| {
            found.push((line, value));
            Ok(())
        })
        .expect("memory can be read");
        found
    }

    fn good(text: &str) -> Vec<(u64, Value)> {
        values(text.as_bytes()).into_iter().map(|(line, value)| (line, value.expect("valid"))).collect()
    }

    #[test]
    fn lines_stand_alone() {
        let found = values(b"{\"a\":1}\n\n{\"a\":\n{\"a\":3},\r\nnull\n");
        assert_eq!(found.len(), 4);
        assert_eq!(found[0], (1, Ok(json!({"a": 1}))));
        assert_eq!(found[1], (3, Err("not valid JSON at column 5: EOF while parsing a value".to_owned())));
        assert_eq!(found[2], (4, Ok(json!({"a": 3}))));
        assert_eq!(found[3], (5, Ok(json!(null))));
    }

    #[test]
    fn a_broken_first_line_does_not_hide_the_others() {
        let found = values(b"{\"title\": \"cut o\n{\"title\": \"T\"}\n");
        assert!(found[0].1.is_err());
        assert_eq!(found[1], (2, Ok(json!({"title": "T"}))));
        assert_eq!(values(b"# comment\n{\"a\":1}\n")[1], (2, Ok(json!({"a": 1}))));
    }

    #[test]
    fn lists_and_texts_are_taken_apart() {
        let two = [(2, json!({"a": "]}"})), (5, json!({"a": [{}]}))];
        assert_eq!(good("[\n{\"a\": \"]}\"},\n\n\n{\"a\":\n [{}]}]\n"), two);
        assert_eq!(good("{\n\"a\": 1\n}\n{\n\"a\": 2\n}"), [(1, json!({"a": 1})), (4, json!({"a": 2}))]);
        assert_eq!(good("[{\"a\": 1}, 7, null]").len(), 3);
    }

    #[test]
    fn lists_inside_objects_are_found() {
        let records = [(2, json!({"title": "T"})), (3, json!({"title": "U"}))];
        for text in [
            "{\"date\": \"x\", \"papers\": [\n{\"title\": \"T\"},\n{\"title\": \"U\"}], \"n\": 2}",
            "{\"status\": [1], \"message\": {\"items\": [\n{\"title\": \"T\"},\n{\"title\": \"U\"}]}}",
        ] {
            assert_eq!(good(text), records);
        }
        assert_eq!(good("{\n\"papers\": [], \"n\": 0}"), []);
        let record = "{\n\"title\": \"T\", \"data\": [{\"title\": \"no paper\"}], \"hits\": 3}";
        assert_eq!(good(record).len(), 1);
        assert_eq!(good("{\n\"data\": [1, [2]], \"title\": \"T\"}")[0].1["data"], json!([1, [2]]));
    }

    #[test]
    fn a_file_may_end_inside_a_record() {
        let found = values(b"[{\"a\": 1},\n{\"a\": \"");
        assert_eq!(found[0], (1, Ok(json!({"a": 1}))));
        assert_eq!(found[1], (2, Err("the file ends inside this record".to_owned())));
    }

    #[test]
    fn depth_is_an_error_and_no_crash() {
        let deep = "[".repeat(100_000);
        assert!(values(format!("{{\"a\": {deep}").as_bytes())[0].1.is_err());
        assert!(values("{\"data\":".repeat(100_000).as_bytes()).iter().all(|(_, value)| value.is_err()));
        assert!(values(format!("[{deep}{}]", "]".repeat(100_000)).as_bytes())[0].1.is_err());
    }

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            values(&bytes);
        }

        #[test]
        fn almost_json_never_panics(text in "[\\[{][\\[\\]{}\",:\\\\ud8N\\-a \n]{0,60}") {
            values(text.as_bytes());
        }

        #[test]
        fn what_is_written_is_read(texts in proptest::collection::vec("\\PC{0,12}|[\\x00-\\x7f]{0,12}", 1..6)) {
            let records: Vec<Value> = texts.iter().map(|text| json!({"title": text})).collect();
            let list = serde_json::to_string_pretty(&records).expect("a list");
            let lines: String = records.iter().map(|record| format!("{record}\n")).collect();
            let plain = |found: Found| found.into_iter().map(|(_, value)| value).collect::<Result<Vec<_>, _>>();
            prop_assert_eq!(plain(values(list.as_bytes())), Ok(records.clone()));
            prop_assert_eq!(plain(values(lines.as_bytes())), Ok(records));
        }
    }
}
