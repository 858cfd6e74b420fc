//! What a user sees: answers, errors with a way out, exit codes, nothing half-written.

use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{json, Value};

use crate::support::{jsonl, Desk, SIX};

/// A library of six papers on three subjects.
fn six() -> Desk {
    let desk = Desk::new();
    desk.write("six.jsonl", &jsonl(SIX));
    desk.index(&["six.jsonl"]);
    desk
}

/// What a command that must fail says, after checking that it fails as errors do and made no library.
fn refusal(desk: &Desk, arguments: &[&str]) -> String {
    let had_library = desk.path("paperkin-library").exists();
    let said = desk.run(arguments);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
    assert_eq!(desk.path("paperkin-library").exists(), had_library, "a refused command leaves no library behind");
    let error = said.stderr.find("error: ").map_or("", |at| &said.stderr[at..]);
    // The folder is another one in every run, and formats are added.
    error.replace(&*desk.path("").to_string_lossy(), "").replace(&paperkin::corpus::format_names(), "FORMATS")
}

fn ids(found: &Value) -> Vec<String> {
    let results = found["results"].as_array().expect("results");
    results.iter().map(|result| result["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn input_that_is_no_corpus_is_refused() {
    let desk = Desk::new();
    desk.write("empty.jsonl", "");
    desk.write("prose.txt", "Dear diary,\ntoday I read nothing.\n");
    desk.write("notes/prose.txt", "Dear diary,\ntoday I read nothing.\n");
    desk.write("hollow.jsonl", "{\"id\": \"a\", \"title\": \"\", \"abstract\": null}\n");
    assert_snapshot!(refusal(&desk, &["index", "nowhere.jsonl"]), @"error: no such file or folder: nowhere.jsonl");
    assert_snapshot!(refusal(&desk, &["index", "empty.jsonl"]), @"error: empty.jsonl is empty; expected paper records");
    assert_snapshot!(refusal(&desk, &["index", "prose.txt"]), @"error: prose.txt is in no known format; readers exist for: FORMATS (force one with --format-in)");
    assert_snapshot!(refusal(&desk, &["index", "notes"]), @"error: no papers found in notes (it holds only notes/prose.txt: no known format); readers exist for: FORMATS");
    assert_snapshot!(refusal(&desk, &["index", "--model", "hashed", "--format-in", "jsonl", "hollow.jsonl"]), @"error: no papers found in hollow.jsonl (records found: 1, none usable; the first, hollow.jsonl:1: neither title nor abstract); readers exist for: FORMATS");
    assert_snapshot!(refusal(&desk, &["index", "--format-in", "nonsense", "prose.txt"]), @"error: unknown input format 'nonsense'; known: FORMATS");
}

#[test]
fn bad_records_are_skipped_counted_and_named_or_refused_with_strict() {
    let desk = Desk::new();
    let good = jsonl(&SIX[..2]);
    desk.write("mixed.jsonl", &format!("{good}{{\"id\": 7}}\nno json\n{}", jsonl(&SIX[2..3])));
    let said = refusal(&desk, &["index", "--model", "hashed", "--strict", "mixed.jsonl"]);
    assert!(said.starts_with("error: mixed.jsonl:3: neither title nor abstract"), "{said}");
    let done = desk.index(&["mixed.jsonl"]);
    assert_eq!([&done["read"], &done["added"]], [&json!(5), &json!(3)]);
    let skipped = done["skipped"].as_array().expect("skipped");
    assert_eq!([&skipped[0]["line"], &skipped[1]["line"]], [&json!(3), &json!(4)]);
    assert!(skipped
        .iter()
        .all(|s| s["source"] == "mixed.jsonl" && !s["reason"].as_str().expect("a reason").is_empty()));
}

#[test]
fn a_title_alone_is_kept_and_flagged() {
    let desk = Desk::new();
    desk.write("titles.jsonl", "{\"id\": \"t\", \"title\": \"Only a title stands here\"}\n");
    assert_eq!(desk.index(&["titles.jsonl"])["title_only"], 1);
    assert_eq!(desk.run(&["show", "t", "--format", "json"]).json()["title_only"], true);
}

#[test]
fn a_second_run_embeds_nothing_and_a_changed_abstract_is_embedded_again() {
    let desk = six();
    let again = desk.index(&["six.jsonl"]);
    assert_eq!([&again["unchanged"], &again["embedded"]], [&json!(6), &json!(0)]);
    let mut changed = SIX.to_vec();
    changed[0].2 = "Something else entirely: glaciers, moraines and the dating of boulders.";
    desk.write("six.jsonl", &jsonl(&changed));
    let third = desk.index(&["six.jsonl"]);
    assert_eq!([&third["updated"], &third["unchanged"], &third["embedded"]], [&json!(1), &json!(5), &json!(1)]);
    let shown = desk.run(&["show", "moe1", "--format", "json"]).json();
    assert!(shown["abstract"].as_str().expect("text").starts_with("Something else"));
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let desk = Desk::new();
    desk.write("six.jsonl", &jsonl(SIX));
    let dry = desk.run(&["index", "--model", "hashed", "--dry-run", "six.jsonl", "--format", "json"]).json();
    assert!(!desk.path("paperkin-library").exists());
    let done = desk.index(&["six.jsonl"]);
    for name in ["read", "added", "updated", "unchanged", "embedded", "skipped", "model"] {
        assert_eq!(dry[name], done[name], "{name}");
    }
}

#[test]
fn standard_input_is_read() {
    let desk = Desk::new();
    let mut child = desk
        .command(&["index", "--model", "hashed", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().expect("a pipe").write_all(jsonl(SIX).as_bytes()).expect("written");
    let done: Value = serde_json::from_slice(&child.wait_with_output().expect("an end").stdout).expect("JSON");
    assert_eq!(done["added"], 6);
}

#[test]
fn what_is_read_is_committed_while_more_is_waited_for() {
    let desk = Desk::new();
    let mut child = desk
        .command(&["index", "--model", "hashed", "-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let paper = |i: usize| format!("{{\"id\":\"p{i}\",\"title\":\"Paper {i}\",\"abstract\":\"On subject {i}.\"}}\n");
    // More than two batches, of which one can be seen whole.
    pipe.write_all((0..1100).map(paper).collect::<String>().as_bytes()).expect("written");
    let is_there = || desk.run(&["show", "p0"]).code == 0;
    let waited = (0..300).any(|_| {
        is_there() || {
            std::thread::sleep(Duration::from_millis(100));
            false
        }
    });
    assert!(waited, "the first batch is in the library while the pipe is open");
    drop(pipe);
    assert!(child.wait().expect("an end").success());
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["papers"], 1100);
}

#[test]
fn similar_finds_kin_by_text_by_id_and_by_file() {
    let desk = six();
    assert_eq!(ids(&desk.run(&["similar", "--id", "reef1", "-k", "1", "--format", "json"]).json()), ["reef2"]);
    let by_text = desk.run(&["similar", "sourdough bread and yeast", "-k", "2", "--format", "json"]).json();
    let mut found = ids(&by_text);
    found.sort();
    assert_eq!(found, ["bread1", "bread2"]);
    desk.write("draft.txt", "Which experts does a gate choose for a token?");
    let by_file = desk.run(&["similar", "--file", "draft.txt", "-k", "2", "--format", "json"]).json();
    assert!(ids(&by_file).iter().all(|id| id.starts_with("moe")), "{by_file}");
    let by_two = desk.run(&["similar", "--id", "moe1", "--id", "reef1", "-k", "2", "--format", "json"]).json();
    let mut found = ids(&by_two);
    found.sort();
    assert_eq!(found, ["moe2", "reef2"], "something like both, and neither of them");
}

#[test]
fn copies_are_one_answer() {
    let desk = Desk::new();
    let copy = ("copy", "Coral Bleaching in WARM seas!", SIX[2].2);
    desk.write("seven.jsonl", &jsonl(&[SIX, &[copy]].concat()));
    desk.index(&["seven.jsonl"]);
    let found = desk.run(&["similar", "--id", "reef1", "--format", "json"]).json();
    assert!(!ids(&found).contains(&"copy".to_owned()), "a copy of the paper asked with is no answer");
    let found = desk.run(&["similar", "--id", "reef2", "-k", "1", "--format", "json"]).json();
    assert_eq!(found["results"][0]["also"], json!(["reef1"]));
    let duplicates = desk.run(&["duplicates", "--format", "json"]).json();
    assert_eq!(duplicates["groups"][0]["papers"], json!(["copy", "reef1"]));
    assert_eq!(duplicates["groups"][0]["kind"], "exact");
}

#[test]
fn questions_without_an_answer_say_what_is_wrong() {
    let desk = six();
    assert_snapshot!(refusal(&desk, &["similar"]), @"error: the query is empty; give a text, --id or --file");
    assert_snapshot!(refusal(&desk, &["similar", " "]), @"error: the query is empty; give a text, --id or --file");
    assert_snapshot!(refusal(&desk, &["similar", "--id", "reff1"]), @"error: no paper has the id 'reff1'; did you mean reef1, reef2?");
    assert_snapshot!(refusal(&desk, &["show", "zzzzzzzz"]), @"error: no paper has the id 'zzzzzzzz'");
    assert_snapshot!(refusal(&desk, &["similar", "-k", "0", "bread"]), @"error: -k is 0; expected at least 1");
    assert_snapshot!(refusal(&desk, &["topics", "-k", "7"]), @"error: asked for 7 topics, but the library holds only 6 distinct papers; choose -k of at most 6");
    assert_snapshot!(refusal(&desk, &["topics", "-k", "0"]), @"error: -k is 0; expected at least 1");
    assert_snapshot!(refusal(&desk, &["duplicates", "--min-similarity", "1.5"]), @"error: --min-similarity is 1.5; expected a number from -1 to 1");
    assert_snapshot!(refusal(&desk, &["report", "-o", "report.docx"]), @"error: unknown output format 'docx'; known: txt, json, jsonl, csv, md, html, trec, graphml");
    assert_snapshot!(refusal(&desk, &["topics", "--format", "html"]), @"error: --format is html; expected another format, or the command 'report', which writes a page");
}

#[test]
fn a_library_that_is_not_there_or_not_ours_is_refused() {
    let desk = Desk::new();
    assert_snapshot!(refusal(&desk, &["topics"]), @"error: no library at paperkin-library; make one with 'paperkin index PATH...' or name another with --library");
    let desk = six();
    let connection = rusqlite::Connection::open(desk.path("paperkin-library/library.db")).expect("the database");
    connection
        .execute_batch("UPDATE model SET fingerprint = 'words-0'; UPDATE vectors SET model = 'words-0'")
        .expect("another model");
    drop(connection);
    assert_snapshot!(refusal(&desk, &["similar", "coral"]), @"error: the library at paperkin-library was embedded with model hashed (words-0), not with hashed (words-1); 'paperkin index --model hashed' embeds all of it again");
    assert_snapshot!(refusal(&desk, &["index", "--model", "nowhere", "six.jsonl"]).split(" in: ").next().expect("a part"), @"error: no model 'nowhere'; looked for nowhere/model.toml");
    desk.write(
        "paperkin-library/library.db",
        "This is no database at all, but it is long enough to look like one to a reader.",
    );
    assert_snapshot!(refusal(&desk, &["topics"]), @"error: paperkin-library/library.db is damaged: file is not a database; move it away and index its files again");
}

#[test]
fn a_library_of_a_later_format_is_refused_and_left_alone() {
    let desk = six();
    let database = desk.path("paperkin-library/library.db");
    let connection = rusqlite::Connection::open(&database).expect("the database");
    connection.pragma_update(None, "user_version", 99).expect("a later format");
    drop(connection);
    let before = std::fs::read(&database).expect("bytes");
    for arguments in [["info", "--quiet"], ["index", "six.jsonl"]] {
        let said = refusal(&desk, &arguments);
        let begin = "error: the library at paperkin-library has format 99, this program reads formats up to ";
        assert!(said.starts_with(begin) && said.trim_end().ends_with("; use a newer paperkin"), "{said}");
    }
    assert_eq!(before, std::fs::read(&database).expect("bytes"));
}

#[test]
fn a_vector_of_another_dimension_is_damage() {
    let desk = six();
    let connection = rusqlite::Connection::open(desk.path("paperkin-library/library.db")).expect("the database");
    connection.execute("UPDATE vectors SET vector = x'00000000' WHERE rowid = 1", []).expect("a broken vector");
    drop(connection);
    let said = refusal(&desk, &["topics"]);
    assert!(said.contains("is damaged: the vector of '") && said.contains("has 4 bytes, expected 1024"), "{said}");
}

#[test]
fn a_model_whose_file_was_changed_is_refused() {
    let desk = Desk::new();
    desk.write("six.jsonl", &jsonl(SIX));
    let real = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/all-MiniLM-L6-v2");
    std::fs::create_dir(desk.path("mini")).expect("a folder");
    for entry in std::fs::read_dir(real).expect("the model").flatten() {
        std::fs::copy(entry.path(), desk.path("mini").join(entry.file_name())).expect("a copy");
    }
    desk.write("mini/config.json", "{}");
    let said = refusal(&desk, &["index", "--model", "mini", "six.jsonl"]);
    assert!(
        said.contains("mini/config.json is damaged: its checksum is ") && said.contains("restore the file"),
        "{said}"
    );
}

#[test]
fn nothing_found_is_exit_code_1() {
    let desk = six();
    assert_eq!(desk.run(&["duplicates"]).code, 1);
    assert_eq!(desk.run(&["duplicates", "--check"]).code, 0);
    let one = Desk::new();
    one.write("one.jsonl", &jsonl(&SIX[..1]));
    one.index(&["one.jsonl"]);
    assert_eq!(one.run(&["similar", "--id", "moe1"]).code, 1);
    let topics = one.run(&["topics", "--format", "json"]).json();
    assert_eq!(topics["k"], 1);
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let desk = six();
    let mut child =
        desk.command(&["topics", "--format", "json"]).stdout(Stdio::piped()).spawn().expect("the binary runs");
    drop(child.stdout.take());
    assert!(child.wait().expect("an end").success());
}

#[test]
fn assignments_name_every_paper_once() {
    let desk = six();
    assert_eq!(desk.run(&["topics", "-k", "3", "--assignments", "a.csv", "--format", "json"]).code, 0);
    let text = std::fs::read_to_string(desk.path("a.csv")).expect("the file");
    let mut rows: Vec<(String, String)> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            (cells.next().expect("an id").to_owned(), cells.next().expect("a topic").to_owned())
        })
        .collect();
    rows.sort();
    assert_eq!(rows.len(), 6);
    for pair in rows.chunks(2) {
        assert_eq!(pair[0].1, pair[1].1, "two papers on one subject in one topic: {rows:?}");
    }
}

#[test]
fn strangers_text_is_shown_as_text() {
    let desk = Desk::new();
    let hostile = "<script>alert(1)</script> \u{1b}[31mred\u{1b}[0m \u{202e}desrever \"quoted\" {{ 7 * 7 }} | pipe";
    desk.write(
        "h.jsonl",
        &jsonl(&[("<b>&id", hostile, "</script><img src=x onerror=alert(1)> text of an abstract"), SIX[0], SIX[1]]),
    );
    desk.index(&["h.jsonl"]);
    for format in ["table", "md", "csv", "json"] {
        let said = desk.run(&["similar", "--id", "moe1", "--format", format]).stdout;
        assert!(!said.contains('\u{1b}'), "{format}: {said}");
        // CSV and JSON are data, which a program reads back as it was.
        assert!(matches!(format, "csv" | "json") || !said.contains('\u{202e}'), "{format}: {said}");
    }
    assert_eq!(desk.run(&["report", "-o", "page.html"]).code, 0);
    let page = std::fs::read_to_string(desk.path("page.html")).expect("the page");
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x") && !page.contains("<b>&id"));
    assert!(page.contains("{{ 7 * 7 }}"), "a title is no template");
}

#[test]
fn two_writers_take_turns() {
    let desk = Desk::new();
    desk.write("six.jsonl", &jsonl(SIX));
    let lock =
        paperkin::store::WriterLock::take(&desk.path("paperkin-library"), std::time::Duration::ZERO).expect("the lock");
    let waiting = desk
        .command(&["index", "--model", "hashed", "six.jsonl"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let error =
        paperkin::store::WriterLock::take(&desk.path("paperkin-library"), std::time::Duration::ZERO).expect_err("held");
    assert!(error.to_string().contains(&format!("is being written by process {}", std::process::id())), "{error}");
    drop(lock);
    assert!(waiting.wait_with_output().expect("an end").status.success());
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["papers"], 6);
}

#[test]
fn a_killed_run_is_finished_by_the_next_one() {
    let many: Vec<String> = (0..6000)
        .map(|i| {
            format!(
                "{{\"id\": \"p{i:05}\", \"title\": \"Paper number {i}\", \"abstract\": \"Words {} and {} and {}.\"}}\n",
                i % 7,
                i % 31,
                i
            )
        })
        .collect();
    let whole = Desk::new();
    whole.write("many.jsonl", &many.concat());
    whole.index(&["many.jsonl"]);
    let topics = |desk: &Desk| desk.run(&["topics", "-k", "5", "--runs", "1", "--format", "json"]).stdout;
    let wanted = topics(&whole);
    for milliseconds in [60, 150, 300] {
        let desk = Desk::new();
        desk.write("many.jsonl", &many.concat());
        let mut child = desk
            .command(&["index", "--model", "hashed", "many.jsonl", "--quiet"])
            .stdout(Stdio::null())
            .spawn()
            .expect("the binary runs");
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().expect("a kill");
        child.wait().expect("an end");
        if desk.path("paperkin-library/library.db").exists() {
            let left = desk.run(&["check", "--format", "json"]);
            assert!(
                left.code == 0 || left.stderr.contains("no library at"),
                "after {milliseconds} ms: {}",
                left.stdout
            );
        }
        let done = desk.index(&["many.jsonl"]);
        let counts = ["added", "unchanged"].map(|name| done[name].as_u64().expect(name));
        assert_eq!(counts[0] + counts[1], 6000, "killed after {milliseconds} ms");
        assert!(counts[1] % 512 == 0 || counts[1] == 6000, "only whole batches are left: {done}");
        assert_eq!(topics(&desk), wanted, "killed after {milliseconds} ms");
    }
}

#[test]
fn an_id_that_two_files_use_for_two_papers_is_named() {
    let desk = Desk::new();
    desk.write("a/list.jsonl", &jsonl(&[("1", SIX[0].1, SIX[0].2)]));
    desk.write("b/list.jsonl", &jsonl(&[("1", SIX[2].1, SIX[2].2)]));
    desk.index(&["a/list.jsonl"]);
    let done = desk.index(&["b/list.jsonl"]);
    assert_eq!(done["replaced"], json!([{ "id": "1", "source": "a/list.jsonl:1", "by": "b/list.jsonl:1" }]));
}

#[test]
fn a_lost_vector_is_mended_by_indexing_again() {
    let desk = six();
    let connection = rusqlite::Connection::open(desk.path("paperkin-library/library.db")).expect("the database");
    connection.execute("DELETE FROM vectors WHERE rowid = 2", []).expect("a lost vector");
    drop(connection);
    assert!(refusal(&desk, &["info"]).contains("check --repair"));
    let done = desk.index(&["six.jsonl"]);
    assert_eq!([&done["unchanged"], &done["embedded"]], [&json!(6), &json!(1)]);
    assert_eq!(desk.run(&["info"]).code, 0);
}

#[test]
fn new_metadata_alone_needs_no_model() {
    let desk = Desk::new();
    desk.write("p.jsonl", &jsonl(&SIX[..2]));
    let indexed = desk.run(&["index", "p.jsonl", "--format", "json"]).json();
    assert_eq!(indexed["embedded"], 2);
    let with_year = jsonl(&SIX[..2]).replace("\"title\"", "\"year\": 2020, \"title\"");
    desk.write("p.jsonl", &with_year);
    let output = desk
        .command(&["index", "p.jsonl", "--offline", "--format", "json"])
        .env("ORT_DYLIB_PATH", "/nowhere/libonnxruntime.so")
        .output()
        .expect("the binary runs");
    let done: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!([&done["updated"], &done["embedded"]], [&json!(2), &json!(0)]);
}

#[test]
fn another_programs_database_is_left_alone() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("paperkin-library")).expect("a folder");
    let database = desk.path("paperkin-library/library.db");
    let connection = rusqlite::Connection::open(&database).expect("a database");
    connection.execute_batch("CREATE TABLE photos (name TEXT)").expect("a table");
    drop(connection);
    let before = std::fs::read(&database).expect("bytes");
    desk.write("six.jsonl", &jsonl(SIX));
    let said = refusal(&desk, &["info"]);
    assert_snapshot!(said, @"error: paperkin-library/library.db is damaged: its application id is 0x0, a library's is 0x504b696e");
    assert_eq!(refusal(&desk, &["index", "--model", "hashed", "six.jsonl"]), said);
    assert_eq!(before, std::fs::read(&database).expect("bytes"));
}

#[test]
fn outputs_are_checked_before_the_work() {
    let desk = six();
    std::fs::create_dir(desk.path("folder.html")).expect("a folder");
    assert_snapshot!(refusal(&desk, &["report", "-o", "folder.html"]), @"error: the output is the folder folder.html; expected a file that can be written");
    assert_snapshot!(refusal(&desk, &["report", "-o", "missing/page.html"]), @"error: no such file or folder: missing");
    let fresh = Desk::new();
    fresh.write("six.jsonl", &jsonl(SIX));
    assert_snapshot!(refusal(&fresh, &["index", "--model", "hashed", "six.jsonl", "--format", "html"]), @"error: --format is html; expected another format, or the command 'report', which writes a page");
}

#[test]
fn parts_notices_and_other_languages_of_programming_are_other_papers() {
    let boilerplate = "This article has been retracted at the request of the editors. The authors have been informed and \
        agree. The publisher apologises to readers for any trouble that this may have caused them, and keeps the record.";
    let part =
        "We study the flow of a viscous fluid in a thin layer over a rough plate and show, under mild conditions on \
        the data, that the boundary value problem has";
    let papers = [
        ("cpp", "An introduction to programming in C++", ""),
        ("csharp", "An introduction to programming in C#", ""),
        ("c", "An introduction to programming in C", ""),
        ("r1", "Retraction notice to: Growth of thin films", boilerplate),
        ("r2", "Retraction notice to: Decay of soil carbon", boilerplate),
        ("p1", "Thin viscous layers, Part I: Existence", &format!("{part} a solution in the space of traces.")),
        ("p2", "Thin viscous layers, Part II: Uniqueness", &format!("{part} at most one solution of finite energy.")),
    ];
    let desk = Desk::new();
    desk.write("p.jsonl", &jsonl(&papers));
    desk.index(&["p.jsonl"]);
    let found = desk.run(&["duplicates", "--format", "json", "--min-similarity", "0.3"]).json();
    assert_eq!(found["groups"], json!([]), "{found}");
}
