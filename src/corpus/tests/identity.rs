//! Tests of ids and of reading as a whole.

use super::*;

#[test]
fn ordinals_count_skipped_records_too() {
    let text = format!("{LINE}broken\n{LINE}{{\"id\": \"own\", \"title\": \"T\"}}\n{LINE}");
    let folder = folder(&[("x.jsonl", &text)]);
    let records = read(open(&[folder.path().to_path_buf()]).expect("a corpus"));
    let ids: Vec<_> = records
        .iter()
        .map(|record| match record {
            Record::Paper(paper) => paper.id.as_str(),
            Record::Skipped(skipped) => skipped.reason.as_str(),
        })
        .collect();
    let reason = "not valid JSON at column 1: expected value";
    assert_eq!(ids, ["x:1", reason, "x:3", "own", "x:5"]);
}

#[test]
fn equal_stems_are_told_apart_in_any_order() {
    let folder =
        folder(&[("a/x.jsonl", LINE), ("b/x.jsonl", LINE), ("b/y.jsonl", LINE), ("b/x.csv", "title,abstract\nT,A\n")]);
    let at = |name: &str| folder.path().join(name);
    let forward = ids(&[at("a/x.jsonl"), at("b")]);
    let backward = ids(&[at("b/y.jsonl"), at("b/x.jsonl"), at("b/x.csv"), at("a")]);
    assert_eq!(forward, backward);
    assert_eq!(forward.into_iter().collect::<Vec<_>>(), ["a/x.jsonl:1", "b/x.jsonl:1", "x.csv:1", "y:1"]);
    assert_eq!(ids(&[at("a/x.jsonl")]).into_iter().collect::<Vec<_>>(), ["x:1"]);
}

#[test]
fn an_error_of_the_taker_ends_the_reading() {
    let folder = folder(&[("x.jsonl", &LINE.repeat(9))]);
    let mut taken = 0;
    let result = open(&[folder.path().to_path_buf()]).expect("a corpus").read(&mut |_| {
        taken += 1;
        if taken < 3 {
            Ok(())
        } else {
            Err(Error::EmptyQuery)
        }
    });
    assert!(matches!(result, Err(Error::EmptyQuery)));
    assert_eq!(taken, 3);
}

#[test]
fn a_corpus_can_be_read_on_another_thread() {
    fn sendable<T: Send>(_: &T) {}
    sendable(&Corpus::default());
}
