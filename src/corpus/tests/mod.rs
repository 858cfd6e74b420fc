//! Tests of reading as a whole.

mod binary;
mod exports;
mod identity;
mod kinds;
mod opening;
mod packed;
mod pages;
mod samples;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{json, Value};
use tempfile::TempDir;

use super::*;

/// How property tests run: so many cases, the same in every run.
pub(super) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        cases: count,
        rng_seed: RngSeed::Fixed(442),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A file of the repository.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn open(paths: &[PathBuf]) -> Result<Corpus> {
    Corpus::open(paths, &ReadOptions::default())
}

fn read(corpus: Corpus) -> Vec<Record> {
    let mut records = Vec::new();
    let totals = corpus.read(&mut |record| {
        records.push(record);
        Ok(())
    });
    assert_eq!(totals.expect("readable").records(), records.len() as u64);
    records
}

fn papers(records: Vec<Record>) -> Vec<Paper> {
    let paper = |record| match record {
        Record::Paper(paper) => *paper,
        Record::Skipped(skipped) => panic!("{skipped:?}"),
    };
    records.into_iter().map(paper).collect()
}

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn ids(paths: &[PathBuf]) -> BTreeSet<String> {
    papers(read(open(paths).expect("a corpus"))).into_iter().map(|paper| paper.id.0).collect()
}

/// Where the records come from, as shown to the user, without the folder in front.
fn names(corpus: &Corpus, folder: &Path) -> Vec<String> {
    let prefix = format!("{}/", folder.display()).replace('\\', "/");
    corpus.sources().iter().map(|source| source.name().replace(&prefix, "")).collect()
}

const LINE: &str = "{\"title\": \"A title\", \"abstract\": \"An abstract.\"}\n";
