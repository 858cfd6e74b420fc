//! What the user decides about pairs of papers: read from a file, remembered, listed, undone.

use std::path::Path;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::paper::PaperId;
use crate::report;
use crate::store::{Change, Decision, Store, WriterLock};

use super::ingest::PATIENCE;
use super::{Engine, OnProgress, Progress, Settings};

/// Columns that hold the two ids and the verdict, by the names they go by.
const COLUMNS: [&[&str]; 3] = [&["a", "id1"], &["b", "id2"], &["verdict", "same", "label"]];

/// What may be said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Same,
    NotSame,
    Undecided,
}

impl Said {
    /// `None` of words that say nothing.
    fn of(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().replace(['-', '_'], " ").as_str() {
            "same" | "1" | "true" | "yes" => Some(Said::Same),
            "not same" | "not the same" | "different" | "0" | "false" | "no" => Some(Said::NotSame),
            "undecided" | "undo" => Some(Said::Undecided),
            _ => None,
        }
    }
}

impl Engine<'_> {
    /// What the user has decided, by ids.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn decisions(&self) -> Result<report::Decisions> {
        let told = |decision: Decision| report::Decision {
            a: decision.a.0,
            b: decision.b.0,
            verdict: if decision.is_same { "same" } else { "not same" },
        };
        Ok(report::Decisions { decisions: self.store.decisions()?.into_iter().map(told).collect() })
    }

    /// As [`remember`], of this library. This engine sees it once it is [renewed](Engine::renew).
    ///
    /// # Errors
    /// As [`remember`].
    pub fn remember(&self, a: &str, b: &str, is_same: Option<bool>) -> Result<()> {
        remember(&self.settings, a, b, is_same)
    }
}

/// Remembers the decisions in a file, all of them or none: CSV, TSV, JSON or JSON lines with the ids `a` and `b` and a
/// `verdict`, which is `same`, `not same` or `undecided`. A later decision takes the place of an earlier one.
///
/// # Errors
/// [`Error::Io`], [`Error::BadFile`] naming the first line that cannot be used, [`Error::UnknownPaper`],
/// [`Error::NoLibrary`], [`Error::Locked`].
pub fn decide(settings: &Settings, file: &Path, on_progress: OnProgress<'_>) -> Result<()> {
    let text = std::fs::read_to_string(file).map_err(Error::io(file))?;
    let source = file.display().to_string();
    let said =
        if text.trim_start().starts_with(['{', '[']) { from_json(&text, &source)? } else { from_csv(&text, &source)? };
    let changes: Vec<Change> = said.into_iter().map(|(a, b, said)| change(a, b, said)).collect();
    write(settings, &changes)?;
    on_progress(Progress::Notice(format!("remembered {} decisions", changes.len())));
    Ok(())
}

/// Remembers that two papers are the same, or are not; `None` forgets what was decided about them.
///
/// # Errors
/// [`Error::UnknownPaper`], [`Error::NoLibrary`], [`Error::Locked`].
pub fn remember(settings: &Settings, a: &str, b: &str, is_same: Option<bool>) -> Result<()> {
    let said = match is_same {
        Some(true) => Said::Same,
        Some(false) => Said::NotSame,
        None => Said::Undecided,
    };
    write(settings, &[change(a.to_owned(), b.to_owned(), said)])
}

fn change(a: String, b: String, said: Said) -> Change {
    let (a, b) = (PaperId(a), PaperId(b));
    match said {
        Said::Undecided => Change::Undo(a, b),
        Said::Same | Said::NotSame => Change::Decide(Decision { a, b, is_same: said == Said::Same }),
    }
}

fn write(settings: &Settings, changes: &[Change]) -> Result<()> {
    let known = Store::open(&settings.library)?.ids()?;
    for change in changes {
        if let Change::Decide(Decision { a, b, is_same: _ }) = change {
            // Of two collections compared, the other's paper is not in the library; one of the pair is.
            if known.binary_search(a).is_err() && known.binary_search(b).is_err() {
                let nearest = super::describe::nearest_ids(a.as_str(), &known);
                return Err(Error::UnknownPaper { id: a.to_string(), nearest });
            }
        }
    }
    let _lock = WriterLock::take(&settings.library, PATIENCE)?;
    Store::open_or_create(&settings.library)?.decide(changes)
}

fn bad(source: &str, line: usize, reason: String) -> Error {
    Error::BadFile { source_name: source.to_owned(), line: line as u64, reason }
}

/// Both ids and what is said of them, or what is wrong.
fn decision(a: &str, b: &str, said: &str) -> Result<(String, String, Said), String> {
    let (a, b) = (a.trim(), b.trim());
    if a.is_empty() || b.is_empty() {
        return Err("an id is missing; expected two ids and a verdict".to_owned());
    }
    if a == b {
        return Err(format!("'{a}' is paired with itself"));
    }
    let said =
        Said::of(said).ok_or_else(|| format!("the verdict is '{said}'; expected same, not same or undecided"))?;
    Ok((a.to_owned(), b.to_owned(), said))
}

fn from_csv(text: &str, source: &str) -> Result<Vec<(String, String, Said)>> {
    let delimiter = if text.lines().next().is_some_and(|line| line.contains('\t')) { b'\t' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut columns = [0, 1, 2];
    let mut decisions = Vec::new();
    for (i, row) in reader.records().enumerate() {
        let row = row.map_err(|e| bad(source, i + 1, e.to_string()))?;
        let line = row.position().map_or(i + 1, |position| usize::try_from(position.line()).unwrap_or(i + 1));
        let named =
            COLUMNS.map(|names| row.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str())));
        if let (0, [Some(a), Some(b), Some(said)]) = (i, named) {
            columns = [a, b, said];
            continue;
        }
        let [a, b, said] = columns.map(|column| row.get(column).unwrap_or_default());
        decisions.push(decision(a, b, said).map_err(|reason| bad(source, line, reason))?);
    }
    Ok(decisions)
}

fn from_json(text: &str, source: &str) -> Result<Vec<(String, String, Said)>> {
    let mut decisions = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let value = value.map_err(|e| bad(source, e.line(), e.to_string()))?;
        let list = if value.is_array() { Some(&value) } else { value.get("decisions") };
        let values = list.and_then(Value::as_array).cloned().unwrap_or_else(|| vec![value.clone()]);
        for value in values {
            let [a, b, said] = COLUMNS.map(|names| names.iter().find_map(|name| value.get(name)).map(plain));
            let given = [a, b, said].map(Option::unwrap_or_default);
            let count = decisions.len() + 1;
            decisions.push(decision(&given[0], &given[1], &given[2]).map_err(|reason| bad(source, count, reason))?);
        }
    }
    Ok(decisions)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{from_csv, from_json, Said};

    #[test]
    fn one_decision_in_many_spellings() {
        let expected =
            vec![("p1".to_owned(), "p2".to_owned(), Said::Same), ("p3".to_owned(), "p,4".to_owned(), Said::NotSame)];
        for text in [
            "a,b,verdict\np1,p2,same\np3,\"p,4\",not same\n",
            "p1,p2,1\np3,\"p,4\",0\n",
            "verdict\ta\tb\nSame\tp1\tp2\nno\tp3\tp,4\n",
        ] {
            assert_eq!(from_csv(text, "f").expect("decisions"), expected, "{text}");
        }
        let lines =
            "{\"a\":\"p1\",\"b\":\"p2\",\"same\":true}\n{\"id1\":\"p3\",\"id2\":\"p,4\",\"verdict\":\"not-same\"}";
        assert_eq!(from_json(lines, "f").expect("decisions"), expected);
        let list = format!("{{\"decisions\":[{}]}}", lines.replace('\n', ","));
        assert_eq!(from_json(&list, "f").expect("decisions"), expected);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let refused = |text: &str| from_csv(text, "d.csv").expect_err("no decision").to_string();
        assert_eq!(
            refused("a,b,verdict\nx,y,maybe\n"),
            "d.csv:2: the verdict is 'maybe'; expected same, not same or undecided"
        );
        assert_eq!(refused("x,x,same\n"), "d.csv:1: 'x' is paired with itself");
        assert_eq!(refused("x\n"), "d.csv:1: an id is missing; expected two ids and a verdict");
    }
}
