//! Tests of formats that are not text: through pipes, damaged, and forced on other files.

use super::*;

fn sample() -> Vec<u8> {
    fs::read(file("tests/data/formats/parquet/pandas.parquet")).expect("a sample")
}

/// The records of bytes that come through a pipe.
fn piped(bytes: Vec<u8>, format: Option<&str>) -> Vec<Record> {
    let options = ReadOptions { format, ..ReadOptions::default() };
    let corpus = Corpus::open_with(&["-".into()], &options, move || Box::new(Cursor::new(bytes)));
    read(corpus.expect("a corpus"))
}

fn reasons(records: Vec<Record>) -> Vec<String> {
    let reason = |record| match record {
        Record::Skipped(skipped) => skipped.reason,
        Record::Paper(paper) => panic!("{paper:?}"),
    };
    records.into_iter().map(reason).collect()
}

#[test]
fn a_pipe_gives_what_a_file_gives() {
    let path = file("tests/data/formats/parquet/pandas.parquet");
    let lines = |records: Vec<Record>| -> Vec<_> {
        records
            .into_iter()
            .map(|record| match record {
                Record::Paper(paper) => (paper.line, paper.id.0),
                Record::Skipped(skipped) => (skipped.line, skipped.reason),
            })
            .collect()
    };
    let from_pipe = lines(piped(sample(), None));
    assert_eq!(from_pipe, lines(read(open(&[path]).expect("a corpus"))));
    assert_eq!(from_pipe.len(), 4);
}

#[test]
fn what_has_lost_its_end_is_named() {
    let whole = sample();
    let found = reasons(piped(whole[..whole.len() / 2].to_vec(), None));
    assert!(found.len() == 1 && found[0].starts_with("no readable Parquet file: "), "{found:?}");
}

#[test]
fn a_damaged_group_costs_no_other() {
    let mut bytes = sample();
    // The first page of the first group lies behind the magic bytes.
    bytes[4..60].fill(0xff);
    let found = piped(bytes, None);
    assert!(matches!(&found[0], Record::Skipped(skipped) if skipped.reason.starts_with("damaged")), "{found:?}");
    assert!(matches!(found.last(), Some(Record::Paper(paper)) if paper.line == 4), "{found:?}");
}

#[test]
fn text_stays_text_whatever_it_begins_with() {
    let found = papers(piped(b"PAR2,title,abstract\n1,T,A\n".to_vec(), None));
    assert_eq!(found[0].title, "T");
    assert_eq!(reasons(piped(LINE.into(), Some("parquet"))).len(), 1);
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn damage_never_panics(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = sample();
        for (place, byte) in changes {
            let at = place.index(bytes.len() - 4) + 4;
            bytes[at] = byte;
        }
        piped(bytes, None);
    }
}
