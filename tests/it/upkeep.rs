//! A library kept for years: papers taken out and written elsewhere, damage found and mended, another model, old formats.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use paperkin::store::WriterLock;

use rusqlite::Connection;
use serde_json::{json, Value};

use crate::support::{jsonl, Desk, SIX};

/// A library of six papers and a copy of one of them.
fn seven() -> Desk {
    let desk = Desk::new();
    let copy = ("copy", "Coral Bleaching in WARM seas!", SIX[2].2);
    desk.write("seven.jsonl", &jsonl(&[SIX, &[copy]].concat()));
    desk.index(&["seven.jsonl"]);
    desk
}

fn database(desk: &Desk) -> Connection {
    Connection::open(desk.path("paperkin-library/library.db")).expect("the database")
}

/// What users see of a library: topics and neighbours.
fn answers(desk: &Desk) -> Vec<String> {
    let topics = desk.run(&["topics", "-k", "3", "--format", "json"]);
    let near = desk.run(&["similar", "--id", "moe1", "--format", "json"]);
    vec![topics.stdout, near.stdout]
}

fn exported(desk: &Desk) -> Vec<Value> {
    let said = desk.run(&["export", "-"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    said.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

/// Records without where they were read from, by title.
fn contents(records: Vec<Value>) -> BTreeMap<String, Value> {
    let content = |mut record: Value| {
        let fields = record.as_object_mut().expect("an object");
        fields.remove("source");
        fields.remove("line");
        (fields["title"].as_str().expect("a title").to_owned(), record)
    };
    records.into_iter().map(content).collect()
}

#[test]
fn papers_are_taken_out_all_or_none() {
    let desk = seven();
    let refused = desk.run(&["remove", "moe1", "moe22"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("no paper has the id 'moe22'; did you mean moe2"), "{}", refused.stderr);
    let done = desk.run(&["remove", "reef1", "moe1", "moe1", "--format", "json"]).json();
    assert_eq!(done, json!({ "removed": ["moe1", "reef1"], "papers": 5 }));
    assert_eq!(desk.run(&["show", "reef1"]).code, 2);
    assert_eq!(desk.run(&["show", "copy"]).code, 0, "a copy stays");
    assert_eq!(desk.run(&["check"]).code, 0);
    let again = desk.index(&["seven.jsonl"]);
    assert_eq!([&again["added"], &again["unchanged"], &again["embedded"]], [&json!(2), &json!(5), &json!(2)]);
    let all = ["moe1", "moe2", "reef1", "reef2", "bread1", "bread2", "copy"];
    assert_eq!(desk.run(&[&["remove"], &all[..]].concat()).code, 0);
    assert!(desk.run(&["topics"]).stderr.contains("holds no papers"));
    assert_eq!(desk.run(&["check"]).code, 0);
}

const FULL: &str = r#"{"id": "10.5/a,b c", "title": "Cost & gain: 50 % of x_1", "abstract": "One ~ two ^ three # four, five; six, \"seven\".", "authors": ["Ann Lee", "Marks and Spencer"], "year": 2021, "date": "2021-03-04", "venue": "Journal of R&D", "volume": "12", "issue": "3", "pages": "100-112", "categories": ["cs.CL", "cs.LG"], "doi": "10.5555/ab_c", "arxiv_id": "2103.00001", "pmid": "31234567", "url": "https://example.org/a_b?c=1&d=%20"}
{"id": "bare", "title": "Only a title stands here"}
{"id": "untitled", "abstract": "An abstract that nobody gave a title; it is kept all the same."}
"#;

#[test]
fn every_export_that_holds_papers_is_read_back_as_it_was() {
    let desk = Desk::new();
    desk.write("full.jsonl", FULL);
    desk.index(&["full.jsonl"]);
    let wanted = contents(exported(&desk));
    assert_eq!(wanted["Cost & gain: 50 % of x_1"]["pages"], "100-112");
    // Keys of BibTeX are not free, and keywords of both are no categories.
    for (file, other_fields) in [
        ("out.jsonl", &[][..]),
        ("out.csv", &[]),
        ("out.parquet", &[]),
        ("out.bib", &["id", "categories"]),
        ("out.ris", &["categories"]),
    ] {
        let done = desk.run(&["export", file, "--format", "json"]).json();
        assert_eq!([&done["papers"], &done["files"]], [&json!(3), &json!([file])]);
        let other = Desk::new();
        std::fs::copy(desk.path(file), other.path(file)).expect("a copy");
        let read = other.index(&[file]);
        assert_eq!([&read["added"], &read["skipped"]], [&json!(3), &json!([])], "{file}");
        let mut found = contents(exported(&other));
        let mut wanted = wanted.clone();
        for record in found.values_mut().chain(wanted.values_mut()) {
            other_fields.iter().for_each(|field| drop(record.as_object_mut().expect("an object").remove(*field)));
        }
        assert_eq!(found, wanted, "{file}");
    }
}

#[test]
fn vectors_are_written_for_numpy_with_their_ids() {
    let desk = seven();
    let done = desk.run(&["export", "vectors.npy", "--format", "json"]).json();
    assert_eq!(done["files"], json!(["vectors.npy", "vectors.ids.txt"]));
    let ids = std::fs::read_to_string(desk.path("vectors.ids.txt")).expect("ids");
    assert_eq!(ids.lines().collect::<Vec<_>>(), ["bread1", "bread2", "copy", "moe1", "moe2", "reef1", "reef2"]);
    let bytes = std::fs::read(desk.path("vectors.npy")).expect("vectors");
    assert!(String::from_utf8_lossy(&bytes[..128]).contains("'shape': (7, 256)"));
    let kept: Vec<u8> = database(&desk)
        .query_row("SELECT vector FROM vectors JOIN papers USING (text_hash) WHERE id = 'bread1'", [], |row| row.get(0))
        .expect("a vector");
    assert_eq!(&bytes[128..128 + 4 * 256], kept);
    assert_eq!(bytes.len(), 128 + 7 * 4 * 256);
    assert!(desk.run(&["export", "-", "--as", "npy"]).stderr.contains("expected a file"));
    assert!(desk.run(&["export", "out.xyz"]).stderr.contains("unknown export format 'out.xyz'"));
}

#[test]
fn damage_is_found_and_what_is_derived_is_made_again() {
    let damages = [
        ("UPDATE vectors SET vector = substr(vector, 1, 100) WHERE rowid = 1", "expected 1024"),
        ("UPDATE vectors SET vector = zeroblob(1024) WHERE rowid = 2", "has length 0, expected 1"),
        ("UPDATE vectors SET vector = vector || x'00' WHERE rowid = 3", "expected 1024"),
        ("DELETE FROM vectors WHERE rowid = 4", "has no vector"),
        ("UPDATE papers SET text_hash = zeroblob(32) WHERE id = 'moe2'", "hash"),
        ("UPDATE papers SET exact_key = NULL WHERE id = 'reef1'", "key for exact copies"),
    ];
    let wanted = answers(&seven());
    for (damage, told) in damages {
        let desk = seven();
        assert_eq!(desk.run(&["check"]).code, 0);
        database(&desk).execute_batch(damage).expect("damage");
        let found = desk.run(&["check", "--format", "json"]);
        assert_eq!(found.code, 2, "{damage}");
        let report: Value = serde_json::from_str(&found.stdout).expect("JSON");
        assert_eq!(report["ok"], false);
        assert!(report["faults"].to_string().contains(told), "{damage}: {report}");
        let repaired = desk.run(&["check", "--repair", "--format", "json"]).json();
        assert_eq!([&repaired["ok"], &repaired["faults"]], [&json!(true), &json!([])], "{damage}");
        assert!(repaired["repaired"].to_string().contains(told), "{damage}");
        assert_eq!(answers(&desk), wanted, "{damage}");
    }
}

#[test]
fn leftovers_are_no_fault_and_are_dropped() {
    let desk = seven();
    database(&desk).execute_batch("INSERT INTO vectors VALUES (x'01', 'words-1', x'00')").expect("a leftover");
    assert_eq!(desk.run(&["check", "--format", "json"]).json()["leftovers"], 1);
    assert_eq!(desk.run(&["check", "--repair", "--format", "json"]).json()["leftovers"], 0);
}

#[test]
fn what_may_be_wrong_itself_is_not_called_repaired() {
    for (damage, told) in [
        ("UPDATE papers SET title = 'Changed by nobody' WHERE id = 'moe2'", "index seven.jsonl again (line 2)"),
        ("UPDATE papers SET authors = '[broken' WHERE id = 'moe2'", "a field cannot be read"),
        ("UPDATE papers SET title = x'ff00fe' WHERE id = 'moe2'", "a field cannot be read"),
        ("UPDATE papers SET year = 'abc' WHERE id = 'moe2'", "a field cannot be read"),
    ] {
        let desk = seven();
        let wanted = exported(&desk);
        database(&desk).execute_batch(damage).expect("damage");
        let repaired = desk.run(&["check", "--repair", "--format", "json"]);
        assert_eq!(repaired.code, 2, "{damage}: {}", repaired.stderr);
        assert!(repaired.stdout.contains(told), "{damage}: {}", repaired.stdout);
        assert_eq!(desk.index(&["seven.jsonl"])["unchanged"], 6, "{damage}");
        assert_eq!(desk.run(&["check"]).code, 0, "{damage}");
        assert_eq!(exported(&desk), wanted, "{damage}");
    }
}

#[test]
fn a_library_that_does_not_know_its_model_drops_nothing_and_is_told_again() {
    for damage in ["DELETE FROM model", "UPDATE model SET dimension = 128", "INSERT INTO model SELECT * FROM model"] {
        let desk = seven();
        let wanted = answers(&desk);
        database(&desk).execute_batch(damage).expect("damage");
        for arguments in [&["check"][..], &["check", "--repair"], &["topics"]] {
            let said = desk.run(arguments);
            assert_eq!(said.code, 2, "{damage}");
            let words = format!("{}{}", said.stdout, said.stderr);
            let told: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains("'paperkin index --model NAME' embeds it again"), "{damage}: {words}");
        }
        assert_eq!(desk.run(&["index", "--model", "hashed"]).code, 0, "{damage}");
        assert_eq!(answers(&desk), wanted, "{damage}");
        assert_eq!(desk.run(&["check"]).code, 0, "{damage}");
    }
}

#[test]
fn tables_that_are_missing_or_odd_are_found() {
    for (damage, told) in [
        ("DROP INDEX papers_by_text", "'papers_by_text' is missing"),
        ("DELETE FROM library", "count of generations"),
        ("UPDATE library SET generation = 'x'", "count of generations"),
    ] {
        let desk = seven();
        let wanted = answers(&desk);
        database(&desk).execute_batch(damage).expect("damage");
        let found = desk.run(&["check", "--format", "json"]);
        assert_eq!(found.code, 2, "{damage}");
        assert!(found.stdout.contains(told), "{damage}: {} {}", found.stdout, found.stderr);
        assert_eq!(desk.run(&["check", "--repair"]).code, 0, "{damage}");
        assert_eq!(answers(&desk), wanted, "{damage}");
    }
}

#[test]
fn outputs_go_over_no_library_and_no_input() {
    let desk = seven();
    let input = std::fs::read(desk.path("seven.jsonl")).expect("the input");
    for arguments in [
        &["export", "paperkin-library/library.db", "--as", "jsonl"][..],
        &["export", "paperkin-library/writer.lock", "--as", "jsonl"],
        &["topics", "-k", "2", "--assignments", "paperkin-library/library.db"],
        &["index", "seven.jsonl", "--skipped", "seven.jsonl"],
        &["report", "seven.jsonl", "--model", "hashed", "--format", "json", "-o", "seven.jsonl"],
    ] {
        let said = desk.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.stderr.contains("error: the output is the"), "{}", said.stderr);
    }
    assert_eq!(std::fs::read(desk.path("seven.jsonl")).expect("the input"), input);
    assert_eq!(desk.run(&["check"]).code, 0);
    for file in ["v1.0", "v1.5"] {
        let done = desk.run(&["export", file, "--as", "npy", "--format", "json"]).json();
        assert_eq!(done["files"], json!([file, format!("{file}.ids.txt")]));
    }
}

#[test]
fn a_writer_that_waited_sees_what_the_other_wrote() {
    let desk = seven();
    let lock = WriterLock::take(&desk.path("paperkin-library"), Duration::ZERO).expect("the lock");
    desk.write("again.jsonl", &jsonl(&[("other", SIX[0].1, SIX[0].2)]));
    let waiting =
        desk.command(&["index", "again.jsonl"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    std::thread::sleep(Duration::from_millis(700));
    // The first writer takes out the paper whose text, and so whose vector, the second one brings.
    database(&desk)
        .execute_batch(
            "DELETE FROM vectors WHERE text_hash = (SELECT text_hash FROM papers WHERE id = 'moe1');
                        DELETE FROM papers WHERE id = 'moe1'",
        )
        .expect("a change");
    drop(lock);
    assert!(waiting.wait_with_output().expect("an end").status.success());
    assert_eq!(desk.run(&["show", "other"]).code, 0);
    assert_eq!(desk.run(&["check"]).code, 0);
}

#[test]
fn records_told_twice_are_unchanged_the_next_time() {
    let desk = Desk::new();
    desk.write("twice.jsonl", "{\"id\": \"a\", \"title\": \"One paper of two years\", \"year\": 2000}\n{\"id\": \"a\", \"title\": \"One paper of two years\", \"year\": 2001}\n");
    let told = |done: &Value| ["added", "updated", "unchanged"].map(|name| done[name].as_u64().expect("a number"));
    let dry = desk.run(&["index", "--model", "hashed", "--dry-run", "twice.jsonl", "--format", "json"]).json();
    assert_eq!(told(&dry), [1, 0, 1]);
    assert_eq!(told(&desk.index(&["twice.jsonl"])), [1, 0, 1]);
    assert_eq!(told(&desk.index(&["twice.jsonl"])), [0, 0, 2]);
    assert_eq!(desk.run(&["show", "a", "--format", "json"]).json()["year"], 2000);
}

#[test]
fn fields_are_given_columns_in_one_go() {
    let desk = Desk::new();
    desk.write("own.csv", "Key,Name,\"Body, in short\"\nk1,A title of ours,Words about coral reefs.\n");
    let done = desk
        .run(&[
            "index",
            "--model",
            "hashed",
            "own.csv",
            "--map",
            "title=Name,abstract=Body, in short,id=Key",
            "--format",
            "json",
        ])
        .json();
    assert_eq!(done["added"], 1);
    assert_eq!(desk.run(&["show", "k1", "--format", "json"]).json()["abstract"], "Words about coral reefs.");
}

#[test]
fn a_library_moves_to_another_model_and_back() {
    const OTHER: &str = "all-MiniLM-L6-v2";
    let desk = seven();
    let before = answers(&desk);
    let dry = desk.run(&["index", "--model", OTHER, "--dry-run", "--format", "json"]).json();
    assert_eq!([&dry["embedded"], &dry["previous_model"]], [&json!(7), &json!("hashed")]);
    assert_eq!(answers(&desk), before, "a dry run changes nothing");
    desk.write("more.jsonl", &jsonl(&[("more", "Glaciers", "Moraines date the retreat of mountain glaciers.")]));
    let moved = desk.run(&["index", "--model", OTHER, "more.jsonl", "--format", "json"]).json();
    let told = ["previous_model", "model", "embedded", "added"].map(|name| moved[name].clone());
    assert_eq!(told, [json!("hashed"), json!(OTHER), json!(8), json!(1)]);
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["model"]["name"], OTHER);
    assert_eq!(desk.run(&["check", "--format", "json"]).json()["leftovers"], 0);
    assert_eq!(desk.run(&["remove", "more"]).code, 0);

    // A run that was broken off goes on: half of the vectors are there already.
    let half = seven();
    let other = desk.path("paperkin-library/library.db").to_string_lossy().into_owned();
    let connection = database(&half);
    connection.execute("ATTACH ?1 AS other", [other]).expect("the other library");
    connection.execute_batch("INSERT INTO vectors SELECT * FROM other.vectors LIMIT 3").expect("half of the vectors");
    drop(connection);
    assert_eq!(answers(&half), before, "the old vectors stay valid");
    let resumed = half.run(&["index", "--model", OTHER, "--format", "json"]).json();
    assert_eq!([&resumed["embedded"], &resumed["read"]], [&json!(4), &json!(0)]);
    assert_eq!(answers(&half), answers(&desk));

    assert_eq!(half.run(&["index", "--model", "hashed"]).code, 0);
    assert_eq!(answers(&half), before);
    let nothing = Desk::new().run(&["index", "--model", "hashed"]);
    assert!(nothing.stderr.contains("no library at"), "{}", nothing.stderr);
}

#[test]
fn a_paper_is_shown_as_it_was_read() {
    let desk = Desk::new();
    let text = "<jats:p>Abstract: The r&#244;le of <i>E. coli</i>.</jats:p>";
    desk.write("p.jsonl", &jsonl(&[("a", "The r{\\^o}le", text), ("b", "Plain title", "Plain text.")]));
    desk.index(&["p.jsonl"]);
    let shown = |arguments: &[&str]| desk.run(&[arguments, &["--format", "json"]].concat()).json();
    let (clean, raw) = (shown(&["show", "a"]), shown(&["show", "a", "--raw"]));
    assert_eq!([&clean["title"], &clean["abstract"]], [&json!("The rôle"), &json!("The rôle of E. coli.")]);
    assert_eq!([&raw["title"], &raw["abstract"]], [&json!("The r{\\^o}le"), &json!(text)]);
    assert_eq!(shown(&["show", "b"]), shown(&["show", "b", "--raw"]));
}

#[test]
fn skipped_records_are_listed_in_a_file() {
    let desk = Desk::new();
    let bad: String = (0..15).map(|i| format!("{{\"id\": {i}}}\n")).collect();
    desk.write("mixed.jsonl", &format!("{}{bad}", jsonl(&SIX[..2])));
    let said = desk.run(&["index", "--model", "hashed", "mixed.jsonl", "--skipped", "lost.csv"]);
    assert!(said.stdout.contains("and 5 more; --skipped FILE and --format json list them all"), "{}", said.stdout);
    let lost = std::fs::read_to_string(desk.path("lost.csv")).expect("a list");
    assert_eq!(lost.lines().count(), 16);
    assert_eq!(lost.lines().nth(1), Some("mixed.jsonl,3,neither title nor abstract"));
    let again = desk.run(&["index", "mixed.jsonl", "--skipped", "lost.json"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    let lost: Value = serde_json::from_slice(&std::fs::read(desk.path("lost.json")).expect("a list")).expect("JSON");
    assert_eq!(lost[14], json!({ "source": "mixed.jsonl", "line": 17, "reason": "neither title nor abstract" }));
    let refused = desk.run(&["index", "mixed.jsonl", "--skipped", "nowhere/lost.csv"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
}

/// Libraries of every format that was ever written, each of the same seven papers. A new format adds a file here.
const OLD_LIBRARIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/libraries");

#[test]
fn libraries_of_every_format_are_opened_read_and_extended() {
    for entry in std::fs::read_dir(OLD_LIBRARIES).expect("old libraries") {
        let file = entry.expect("an entry").path();
        let desk = Desk::new();
        std::fs::create_dir(desk.path("paperkin-library")).expect("a folder");
        std::fs::copy(&file, desk.path("paperkin-library/library.db")).expect("a copy");
        let full = desk.run(&["show", "full", "--format", "json"]).json();
        let told = ["title", "volume", "pages", "pmid", "doi", "also"].map(|name| full[name].clone());
        let title = "The rôle of gates in mixtures of experts";
        assert_eq!(
            told,
            [title, "12", "100-112", "31234567", "10.5555/ab_c"]
                .map(|text| json!(text))
                .into_iter()
                .chain([json!(["copy"])])
                .collect::<Vec<_>>()
                .as_slice(),
            "{}",
            file.display()
        );
        let raw = desk.run(&["show", "full", "--raw", "--format", "json"]).json();
        assert_eq!(raw["title"], "The r{\\^o}le of <i>gates</i> in mixtures of experts");
        let near = desk.run(&["similar", "--id", "reef", "-k", "1", "--format", "json"]).json();
        assert_eq!(near["results"][0]["id"], "sea");
        let by_words = desk.run(&["similar", "sparse experts", "--mode", "lexical", "--format", "json"]).json();
        assert_eq!(by_words["results"][0]["id"], "routing", "words are there too");
        desk.write("six.jsonl", &jsonl(SIX));
        let added = desk.run(&["index", "six.jsonl", "--format", "json"]).json();
        assert_eq!([&added["added"], &added["model"]], [&json!(6), &json!("hashed")]);
        assert_eq!(desk.run(&["check", "--format", "json"]).json()["papers"], 13);
    }
}

/// The file of words that a library keeps beside its database.
fn words_file(desk: &Desk) -> std::path::PathBuf {
    let files = std::fs::read_dir(desk.path("paperkin-library")).expect("a library");
    let paths = files.map(|entry| entry.expect("an entry").path());
    let is_words =
        |path: &std::path::PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("words-"));
    let found: Vec<_> = paths.filter(is_words).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn damaged_words_are_read_again() {
    let desk = seven();
    let asked = ["similar", "coral bleaching", "--mode", "lexical", "--format", "json"];
    let said = desk.run(&asked);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let kept = words_file(&desk);
    let mut bytes = std::fs::read(&kept).expect("the words");
    let good = bytes.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&kept, &bytes).expect("damage");
    assert_eq!(desk.run(&asked).stdout, said.stdout);
    assert_eq!(std::fs::read(&kept).expect("the words"), good, "and made again");
}

#[test]
fn what_was_kept_of_another_history_is_not_believed() {
    let desk = seven();
    let (database, aside) = (desk.path("paperkin-library/library.db"), desk.path("aside.db"));
    std::fs::copy(&database, &aside).expect("a copy");
    desk.write("first.jsonl", &jsonl(&[("first", "Volcanic ash in the air", "Ash of volcanoes travels far.")]));
    desk.index(&["first.jsonl"]);
    let kept = words_file(&desk);
    // The library is put back, and goes on from there otherwise: as many changes later it is another.
    std::fs::copy(&aside, &database).expect("put back");
    desk.write("other.jsonl", &jsonl(&[("other", "Basalt columns of islands", "Columns of basalt stand by the sea.")]));
    desk.index(&["other.jsonl"]);
    assert_eq!(words_file(&desk), kept, "the same number of changes");
    let found = desk.run(&["similar", "basalt", "--mode", "lexical", "--format", "json"]).json();
    assert_eq!(found["results"][0]["id"], "other");
    assert_eq!(desk.run(&["similar", "volcanic", "--mode", "lexical"]).code, 1);
}
