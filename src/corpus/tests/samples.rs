//! Tests of every format: samples with expected records, and damaged ones.

use super::*;

/// What is expected of a sample, one JSON object a record, empty fields left out.
fn described(record: &Record) -> Value {
    let all = match record {
        Record::Skipped(skipped) => json!({"line": skipped.line, "skipped": skipped.reason}),
        Record::Paper(p) => json!({
            "line": p.line, "id": p.id.as_str(), "title": p.title, "abstract": p.abstract_text,
            "authors": p.authors, "year": p.year, "date": p.date, "venue": p.venue, "volume": p.volume,
            "issue": p.issue, "pages": p.pages, "categories": p.categories, "doi": p.doi, "arxiv_id": p.arxiv_id,
            "pmid": p.pmid, "url": p.url,
        }),
    };
    let told = |value: &Value| !(value.is_null() || *value == json!("") || *value == json!([]));
    let map = all.as_object().into_iter().flatten().filter(|(_, value)| told(value));
    Value::Object(map.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn samples(format: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(file("tests/data/formats").join(format)).expect("a folder of samples");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut samples: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e != "expected")).collect();
    samples.sort();
    samples
}

#[test]
fn every_format_reads_its_samples() {
    for format in FORMATS {
        let samples = samples(format.name());
        assert!(!samples.is_empty(), "no sample of {}", format.name());
        for sample in samples {
            let corpus = open(std::slice::from_ref(&sample)).expect("a corpus");
            assert_eq!(corpus.sources()[0].format(), format.name(), "{}", sample.display());
            let found: String = read(corpus).iter().map(|record| format!("{}\n", described(record))).collect();
            let name = format!("{}.expected", sample.display());
            let expected = fs::read_to_string(&name).unwrap_or_default();
            assert!(found == expected, "{name} should be\n{found}");
        }
    }
}

#[test]
fn formats_have_different_names_and_say_what_they_are() {
    let names: BTreeSet<_> = FORMATS.iter().map(|format| format.name()).collect();
    assert_eq!(names.len(), FORMATS.len());
    for format in FORMATS {
        assert!(!format.about().is_empty() && !format.extensions().is_empty());
        assert!(format.extensions().iter().all(|extension| *extension == extension.to_lowercase()));
    }
}

#[test]
fn no_other_format_claims_a_sample() {
    // Every kind of JSON is generic JSON too, which is why that stands behind them.
    let general = |name: &str| name == "jsonl";
    for format in FORMATS {
        for sample in samples(format.name()) {
            let head = input::open(&sample, std::sync::Arc::default()).expect("a sample").head().expect("text");
            let claims = FORMATS.iter().filter(|other| other.recognizes(&head) == Fit::Content);
            let mut others = claims.map(|other| other.name()).filter(|name| *name != format.name());
            assert!(others.all(&general), "{}", sample.display());
        }
    }
}

/// Changes to a text at places given as fractions of its length.
fn mutate(text: &[u8], changes: &[(f64, u8, u8)]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for (place, kind, byte) in changes {
        let at = ((bytes.len() as f64) * place) as usize;
        match kind % 4 {
            0 => bytes.insert(at, *byte),
            1 => drop(bytes.drain(at..(at + usize::from(*byte)).min(bytes.len()))),
            2 => bytes.truncate(at.max(1)),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = *byte),
        }
    }
    bytes
}

/// Reads bytes with a format in the two ways that there are: as the corpus does, and straight.
fn read_bytes(format: &dyn Format, bytes: &[u8]) {
    let options = ReadOptions { format: Some(format.name()), ..ReadOptions::default() };
    let pipe = Box::new(Cursor::new(bytes.to_vec()));
    if let Ok(corpus) = Corpus::open_with(&["-".into()], &options, move || pipe) {
        for record in read(corpus) {
            if let Record::Paper(paper) = record {
                assert!(!paper.id.0.is_empty() && !paper.text().is_empty() && paper.source == "stdin");
            }
        }
    }
    format.recognizes(&String::from_utf8_lossy(bytes));
    let mut lines = Vec::new();
    let mut straight = bytes;
    let read = format.read(&mut straight, "memory", &mut |record| {
        lines.push(match record {
            Record::Paper(paper) => paper.line,
            Record::Skipped(skipped) => skipped.line,
        });
        Ok(())
    });
    read.expect("memory can be read");
    if format.binary().is_some() {
        return assert!(lines.is_sorted());
    }
    let most = bytes.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    assert!(lines.is_sorted() && lines.iter().all(|line| (1..=most).contains(line)), "{lines:?} of {most}");
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        FORMATS.iter().for_each(|format| read_bytes(*format, &bytes));
    }

    #[test]
    fn damaged_samples_never_panic(
        pick in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((0.0..1.0_f64, any::<u8>(), any::<u8>()), 1..8),
    ) {
        let all: Vec<_> = FORMATS.iter().flat_map(|format| samples(format.name())).collect();
        let bytes = mutate(&fs::read(pick.get(&all)).expect("a sample"), &changes);
        FORMATS.iter().for_each(|format| read_bytes(*format, &bytes));
    }
}
