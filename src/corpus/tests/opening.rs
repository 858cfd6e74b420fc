//! Tests of what is checked before reading: paths, folders, formats, encodings.

use super::*;

fn message(paths: &[PathBuf]) -> String {
    open(paths).expect_err("an error").to_string()
}

#[test]
fn what_cannot_be_read_is_found_before_anything_is() {
    let folder = folder(&[("a.jsonl", LINE), ("void", " \n\t\n"), ("bom", "\u{feff}"), ("notes.txt", "Buy milk.\n")]);
    let at = |name: &str| folder.path().join(name);
    let shown = |name: &str| at(name).display().to_string();
    let good = at("a.jsonl");
    assert_eq!(message(&[good.clone(), at("none")]), format!("no such file or folder: {}", shown("none")));
    assert_eq!(message(&[at("a.jsonl/b")]), format!("no such file or folder: {}", shown("a.jsonl/b")));
    for name in ["void", "bom"] {
        assert_eq!(message(&[good.clone(), at(name)]), format!("{} is empty; expected paper records", shown(name)));
    }
    let known = format_names();
    let notes = format!("notes.txt is in no known format; readers exist for: {known} (force one with --format-in)");
    assert!(message(&[good.clone(), at("notes.txt")]).ends_with(&notes));
    let error = Corpus::open(&[good], &ReadOptions { format: Some("none"), ..ReadOptions::default() })
        .expect_err("an error")
        .to_string();
    assert_eq!(error, format!("unknown input format 'none'; known: {known}"));
    assert!(known.contains("daily_papers, ") && known.ends_with(", jsonl, csv"));
}

#[test]
fn folders_are_searched_in_order_and_leave_out_what_is_no_corpus() {
    let folder = folder(&[
        ("b.jsonl", LINE),
        ("a/z.csv", "title,abstract\nT,A\n"),
        ("README.md", "# Notes\n\nTitle, authors and abstract of each paper are in `b.jsonl`.\n"),
        ("a/empty.txt", ""),
        (".hidden.jsonl", LINE),
        (".git/c.jsonl", LINE),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n1\t2\t1\n"),
    ]);
    let corpus = open(&[folder.path().to_path_buf()]).expect("a corpus");
    assert_eq!(names(&corpus, folder.path()), ["a/z.csv", "b.jsonl"]);
    let left_out: Vec<_> = corpus.ignored().iter().map(|file| (&file.path, file.reason.as_str())).collect();
    assert_eq!(left_out.len(), 3);
    assert!(left_out[0].0.ends_with("README.md") && left_out[0].1 == "no known format");
    assert!(left_out[1].0.ends_with("a/empty.txt") && left_out[1].1 == "empty");
    assert!(left_out[2].0.ends_with("qrels.tsv"));
}

#[test]
fn a_folder_without_papers_is_an_error() {
    let bare = folder(&[]);
    assert!(message(&[bare.path().to_path_buf()]).contains("(it holds no files)"));
    let notes = folder(&[("notes.txt", "Buy milk."), ("more.txt", "And bread.")]);
    let text = message(&[notes.path().to_path_buf()]);
    assert!(text.contains("2 files were left out, such as") && text.contains("more.txt: no known format"), "{text}");
}

#[test]
fn a_file_is_read_once() {
    let folder = folder(&[("a.jsonl", LINE), ("b/c.jsonl", LINE)]);
    let home = folder.path().to_path_buf();
    let paths = [home.join("b/../a.jsonl"), home.join("a.jsonl"), home.clone(), home.join("b")];
    assert_eq!(read(open(&paths).expect("a corpus")).len(), 2);
}

#[cfg(unix)]
#[test]
fn links_are_followed_but_not_in_circles() {
    let folder = folder(&[("a.jsonl", LINE), ("b/c.jsonl", LINE)]);
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink(folder.path(), at("b/up")).expect("a link");
    std::os::unix::fs::symlink(at("a.jsonl"), at("z.jsonl")).expect("a link");
    std::os::unix::fs::symlink(at("nowhere"), at("dead")).expect("a link");
    let corpus = open(&[folder.path().to_path_buf()]).expect("a corpus");
    assert_eq!(names(&corpus, folder.path()), ["a.jsonl", "b/c.jsonl"]);
    assert_eq!(corpus.ignored().len(), 2);
    assert_eq!(corpus.ignored()[0].reason, "a link that leads back to a folder above it");
}

#[test]
fn standard_input_is_recognised_and_read_once() {
    let paths = ["-".into(), "-".into()];
    let piped = || Box::new(Cursor::new(LINE.repeat(3000))) as input::Bytes;
    let corpus = Corpus::open_with(&paths, &ReadOptions::default(), piped).expect("a corpus");
    assert_eq!((corpus.sources()[0].name(), corpus.sources()[0].format()), ("stdin", "jsonl"));
    let all = papers(read(corpus));
    assert_eq!((all.len(), all[2999].id.as_str(), all[2999].line), (3000, "stdin:3000", 3000));
    let nothing = || Box::new(Cursor::new("")) as input::Bytes;
    let error = Corpus::open_with(&paths, &ReadOptions::default(), nothing).expect_err("an error");
    assert_eq!(error.to_string(), "stdin is empty; expected paper records");
}

#[test]
fn a_forced_format_reads_what_it_would_not_recognise() {
    let folder = folder(&[("x.jsonl", "{\"name\": \"N\", \"description\": \"D\"}\n"), ("notes.txt", "Buy milk.")]);
    let forced = ReadOptions { format: Some("jsonl"), ..ReadOptions::default() };
    let corpus = Corpus::open(&[folder.path().to_path_buf()], &forced).expect("a corpus");
    let all = papers(read(corpus));
    assert_eq!((all.len(), all[0].title.as_str(), all[0].abstract_text.as_str()), (1, "N", "D"));
    let corpus = Corpus::open(&[folder.path().join("notes.txt")], &forced).expect("a corpus");
    assert!(matches!(&read(corpus)[..], [Record::Skipped(skipped)] if skipped.line == 1));
}

#[test]
fn records_that_say_nothing_are_told_one_by_one() {
    let hollow = "{\"id\": \"a\", \"title\": \"\", \"abstract\": \"\"}\n";
    let folder = folder(&[("x.jsonl", &hollow.repeat(2)), ("y.json", "{\"name\": \"\", \"abstract\": \"\"}\n")]);
    let corpus = open(&[folder.path().to_path_buf()]).expect("a corpus");
    assert_eq!(names(&corpus, folder.path()), ["x.jsonl"]);
    let reasons = read(corpus).into_iter().map(|record| match record {
        Record::Skipped(skipped) => (skipped.line, skipped.reason),
        Record::Paper(paper) => panic!("{paper:?}"),
    });
    let reason = || "neither title nor abstract".to_owned();
    assert_eq!(reasons.collect::<Vec<_>>(), [(1, reason()), (2, reason())]);
}

#[test]
fn older_encodings_are_read_in_every_format() {
    let xml =
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<xml><records><record><titles><title>Größe</title></titles>\
               <abstract>naïve</abstract></record></records></xml>";
    for (name, text) in [
        ("x.ris", "TY  - JOUR\nTI  - Größe\nAB  - naïve\nER  - \n"),
        ("x.bib", "@article{k,\n title = {Größe},\n abstract = {naïve}\n}\n"),
        ("x.csv", "title,abstract\nGröße,naïve\n"),
        ("x.xml", xml),
    ] {
        let folder = folder(&[]);
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
        fs::write(folder.path().join(name), bytes).expect("a file");
        let all = papers(read(open(&[folder.path().join(name)]).expect("a corpus")));
        assert_eq!((all[0].title.as_str(), all[0].abstract_text.as_str()), ("Größe", "naïve"), "{name}");
    }
}

#[test]
fn encodings_do_not_matter() {
    let text = "title,abstract\r\nGröße,Ünïcode 🧪\r\n";
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), utf16] {
        let folder = folder(&[]);
        fs::write(folder.path().join("x.csv"), bytes).expect("a file");
        let all = papers(read(open(&[folder.path().to_path_buf()]).expect("a corpus")));
        assert_eq!((all[0].title.as_str(), all[0].abstract_text.as_str()), ("Größe", "Ünïcode 🧪"));
    }
}
