//! Tests of compressed input.

use std::io::Write;

use flate2::write::GzEncoder;
use flate2::Compression;

use super::*;

/// One line for each number, with text that hardly shrinks.
fn lines(count: usize) -> String {
    let noise = |n: usize| blake3::hash(&n.to_le_bytes()).to_hex();
    (0..count).map(|n| format!("{{\"title\": \"Title {n}\", \"abstract\": \"About {}.\"}}\n", noise(n))).collect()
}

fn gzip(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes.as_ref()).expect("written");
    encoder.finish().expect("finished")
}

fn zstd(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    ::zstd::encode_all(bytes.as_ref(), 1).expect("encoded")
}

/// A folder with one file in it, and the path of that file.
fn packed(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a file");
    (folder, path)
}

/// The papers' titles and what was skipped.
fn outcome(path: &Path) -> (Vec<String>, Vec<Skipped>) {
    let (mut titles, mut skipped) = (Vec::new(), Vec::new());
    for record in read(open(&[path.to_path_buf()]).expect("a corpus")) {
        match record {
            Record::Paper(paper) => titles.push(paper.title),
            Record::Skipped(record) => skipped.push(record),
        }
    }
    (titles, skipped)
}

#[test]
fn packing_changes_neither_papers_nor_ids() {
    let text = lines(3);
    let (plain_folder, plain) = packed("x.jsonl", text.as_bytes());
    let expected = ids(&[plain]);
    drop(plain_folder);
    assert_eq!(expected, BTreeSet::from(["x:1", "x:2", "x:3"].map(String::from)));
    for (name, bytes) in [
        ("x.jsonl.gz", gzip(&text)),
        ("x.jsonl.zst", zstd(&text)),
        ("x.gz", gzip(&text)),
        // The bytes count, not the name.
        ("x.jsonl", zstd(&text)),
        ("x.jsonl.gz", text.clone().into_bytes()),
    ] {
        let (_folder, path) = packed(name, &bytes);
        assert_eq!(ids(&[path]), expected, "{name}");
    }
}

#[test]
fn the_inner_extension_tells_the_format() {
    let table = "Title\tPages\nA title of a paper\t1-2\n";
    let (_folder, path) = packed("t.tsv.gz", &gzip(table));
    assert_eq!(outcome(&path).0, ["A title of a paper"]);
}

#[test]
fn members_and_frames_follow_each_other() {
    for (first, second) in [(gzip(lines(2)), gzip(LINE)), (zstd(lines(2)), zstd(LINE))] {
        let (_folder, path) = packed("x.jsonl", &[first, second].concat());
        assert_eq!(outcome(&path).0, ["Title 0", "Title 1", "A title"]);
    }
}

#[test]
fn standard_input_may_be_packed() {
    let bytes = zstd(LINE);
    let corpus = Corpus::open_with(&["-".into()], &ReadOptions::default(), || Box::new(Cursor::new(bytes)));
    assert_eq!(papers(read(corpus.expect("a corpus")))[0].id.0, "stdin:1");
}

#[test]
fn what_stands_before_the_damage_is_read_and_the_rest_is_reported() {
    for (name, whole) in [("x.jsonl.gz", gzip(lines(9000))), ("x.jsonl.zst", zstd(lines(9000)))] {
        let (_folder, path) = packed(name, &whole[..whole.len() / 2]);
        let (titles, skipped) = outcome(&path);
        assert!(titles.len() > 2000 && titles.len() < 7000, "{} titles", titles.len());
        assert_eq!(titles.last(), Some(&format!("Title {}", titles.len() - 1)));
        assert_eq!(skipped.len(), 1);
        assert!(skipped[0].source.ends_with(name) && skipped[0].reason.contains("breaks off"), "{skipped:?}");
        assert_eq!(skipped[0].line, titles.len() as u64 + 1);
    }
}

#[test]
fn tables_that_are_no_text_may_be_packed() {
    let plain = file("tests/data/formats/parquet/pandas.parquet");
    let bytes = fs::read(&plain).expect("a sample");
    let (expected, missing) = outcome(&plain);
    for (name, packed_bytes) in [("pandas.parquet.gz", gzip(&bytes)), ("pandas.parquet.zst", zstd(&bytes))] {
        let (_folder, path) = packed(name, &packed_bytes);
        let (titles, skipped) = outcome(&path);
        assert_eq!((&titles, skipped.len()), (&expected, missing.len()), "{name}");
    }
    let whole = gzip(&bytes);
    let (_folder, path) = packed("cut.parquet.gz", &whole[..whole.len() - 20]);
    let (titles, skipped) = outcome(&path);
    assert_eq!((titles.len(), skipped.len()), (0, 1));
    assert!(skipped[0].reason.contains("breaks off"), "{skipped:?}");
}

#[test]
fn garbage_behind_the_end_is_reported() {
    for (name, whole) in [("x.gz", gzip(LINE)), ("x.zst", zstd(LINE))] {
        let (_folder, path) = packed(name, &[whole, b"garbage behind".to_vec()].concat());
        let (titles, skipped) = outcome(&path);
        assert_eq!((titles.len(), skipped.len()), (1, 1));
        assert!(skipped[0].reason.contains("is damaged"), "{skipped:?}");
    }
}

#[test]
fn a_file_that_is_damaged_from_the_start_is_an_error_that_names_it() {
    let (_folder, path) = packed("x.jsonl.gz", &gzip(LINE)[..12]);
    let error = open(&[path]).expect_err("damaged");
    assert!(error.to_string().ends_with("x.jsonl.gz"), "{error}");
    let cause = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("the gzip data breaks off; what stood behind is lost"));
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn damage_anywhere_never_panics_and_is_never_silent(at in 0.0..1.0_f64, with in 1_u8..=255, gz in any::<bool>()) {
        let mut bytes = if gz { gzip(lines(40)) } else { zstd(lines(40)) };
        let at = (at * bytes.len() as f64) as usize;
        bytes[at] ^= with;
        let (_folder, path) = packed("x.jsonl", &bytes);
        if let Ok(corpus) = open(&[path]) {
            let records = read(corpus);
            let skipped = records.iter().any(|record| matches!(record, Record::Skipped(_)));
            prop_assert!(skipped || records.len() == 40);
        }
    }
}
