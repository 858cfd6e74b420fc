//! Duplicates at the command line: groups, decisions, two collections, exports.

use serde_json::{json, Value};

use crate::support::{jsonl, Desk, SIX};

/// Six papers, a second record of one with other punctuation, and one with a word less.
fn eight() -> Desk {
    let desk = Desk::new();
    let copy = ("reef1-copy", "Coral Bleaching in WARM seas!", SIX[2].2);
    let cut =
        "Coral reefs bleach after warm summers; the sea temperature explains most of the loss of coral cover and of \
        its fishes over twenty years of counting.";
    let whole =
        "Coral reefs bleach after warm summers; the sea temperature explains most of the loss of coral cover and of \
        its fishes over twenty years of counting. We find no trend in storms.";
    let near = [("deep1", "Loss of corals over years", cut), ("deep2", "Loss of corals over the years", whole)];
    desk.write("all.jsonl", &jsonl(&[SIX, &[copy], &near].concat()));
    desk.index(&["all.jsonl"]);
    desk
}

fn groups(found: &Value) -> Vec<Vec<String>> {
    let ids = |group: &Value| serde_json::from_value(group["papers"].clone()).expect("ids");
    found["groups"].as_array().expect("groups").iter().map(ids).collect()
}

#[test]
fn levels_choose_kinds() {
    let desk = eight();
    let at = |level: &str| {
        let said = desk.run(&["duplicates", "--level", level, "--format", "json"]);
        groups(&serde_json::from_str(&said.stdout).expect("JSON"))
    };
    assert_eq!(at("exact"), [["reef1", "reef1-copy"]]);
    assert_eq!(at("near"), [["deep1", "deep2"]]);
    assert_eq!(at("all").len(), 2);
    assert_eq!(desk.run(&["duplicates", "--check"]).code, 1);
    let found = desk.run(&["duplicates", "--format", "json"]).json();
    assert_eq!(found["groups"][1]["weakest"], json!(["deep1", "deep2"]));
}

#[test]
fn decisions_outlive_indexing_and_can_be_undone() {
    let desk = eight();
    desk.write("d.csv", "a,b,verdict\ndeep2,deep1,not same\nbread1,bread2,same\n");
    let found = desk.run(&["duplicates", "--decide", "d.csv", "--format", "json"]).json();
    assert_eq!(groups(&found), [["reef1", "reef1-copy"], ["bread1", "bread2"]]);
    assert!(found["pairs"][1]["reasons"][0].as_str().is_some_and(|reason| reason == "decided by the user"), "{found}");

    desk.run(&["remove", "deep1"]);
    desk.index(&["all.jsonl"]);
    let again = desk.run(&["duplicates", "--format", "json"]).json();
    assert_eq!(again, found);
    let listed = desk.run(&["duplicates", "--decisions", "--format", "json"]).json();
    assert_eq!(
        listed["decisions"],
        json!([
            { "a": "bread1", "b": "bread2", "verdict": "same" },
            { "a": "deep1", "b": "deep2", "verdict": "not same" }
        ])
    );

    // What is listed can be read again, and undone.
    desk.write("d.json", &listed.to_string().replace("not same", "undecided"));
    let found =
        desk.run(&["duplicates", "--decide", "d.json", "--undo", "bread2", "bread1", "--format", "json"]).json();
    assert_eq!(groups(&found), [["reef1", "reef1-copy"], ["deep1", "deep2"]]);
    assert_eq!(desk.run(&["duplicates", "--decisions"]).code, 1);
}

#[test]
fn a_decision_about_nothing_is_refused_whole() {
    let desk = eight();
    desk.write("d.csv", "bread1,bread2,same\nbreed1,coral,same\n");
    let said = desk.run(&["duplicates", "--decide", "d.csv"]);
    assert_eq!(said.code, 2);
    assert_eq!(said.stderr.trim(), "error: no paper has the id 'breed1'; did you mean bread1, bread2, reef1?");
    assert_eq!(desk.run(&["duplicates", "--decisions"]).code, 1);
}

#[test]
fn the_export_has_each_paper_once_in_any_order_of_input() {
    let desk = eight();
    desk.run(&["duplicates", "--export", "rest.jsonl"]);
    let rest = std::fs::read_to_string(desk.path("rest.jsonl")).expect("an export");
    let repeats = std::fs::read_to_string(desk.path("rest.repeats.csv")).expect("the repeats");
    assert_eq!(rest.lines().count(), 7);
    assert_eq!(repeats, "repeat,kept\ndeep1,deep2\nreef1-copy,reef1\n");

    let mut lines: Vec<String> =
        std::fs::read_to_string(desk.path("all.jsonl")).expect("the input").lines().map(str::to_owned).collect();
    for turn in 1..4 {
        lines.rotate_left(2);
        lines.swap(0, turn + 2);
        let other = Desk::new();
        other.write("all.jsonl", &(lines.join("\n") + "\n"));
        other.index(&["all.jsonl"]);
        let found = |desk: &Desk| desk.run(&["duplicates", "--format", "json"]).stdout;
        assert_eq!(found(&other), found(&desk));
    }

    let clean = Desk::new();
    clean.write("rest.jsonl", &rest);
    clean.index(&["rest.jsonl"]);
    assert_eq!(clean.run(&["duplicates", "--check"]).code, 0);
}

#[test]
fn the_rule_says_which_record_is_kept() {
    let desk = Desk::new();
    let line = |id: &str, year: u32, doi: &str| {
        json!({ "id": id, "title": SIX[0].1, "abstract": SIX[0].2, "year": year, "doi": doi }).to_string()
    };
    desk.write("p.jsonl", &format!("{}\n{}\n", line("a", 2001, ""), line("b", 2002, "10.1000/b")));
    desk.index(&["p.jsonl"]);
    let kept = |rule: &str| {
        desk.run(&["duplicates", "--keep-rule", rule, "--format", "json"]).json()["groups"][0]["keep"].clone()
    };
    assert_eq!(kept("published,doi"), "b");
    assert_eq!(kept("oldest"), "a");
    assert_eq!(kept("newest"), "b");
    assert_eq!(kept("id"), "a");
    let said = desk.run(&["duplicates", "--keep-rule", "nicest"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("unknown reason to keep a record 'nicest'"), "{}", said.stderr);
}

#[test]
fn two_collections_are_compared_and_what_is_new_is_written() {
    let desk = Desk::new();
    desk.write("train.jsonl", &jsonl(&SIX[..4]));
    desk.index(&["train.jsonl"]);
    let leaked = ("t9", "Coral Bleaching in warm seas.", SIX[2].2);
    desk.write("test.jsonl", &jsonl(&[&SIX[4..], &[leaked, ("t8", leaked.1, leaked.2)]].concat()));
    let arguments =
        ["duplicates", "--against", "test.jsonl", "--new-only", "--export", "new.jsonl", "--format", "json"];
    let found = desk.run(&arguments).json();
    assert_eq!(found["against"], json!({ "papers": 4, "found": 2, "new": 2 }));
    assert_eq!(found["groups"][0]["papers"], json!(["reef1"]));
    assert_eq!(found["groups"][0]["against"], json!(["t8", "t9"]));
    let new = std::fs::read_to_string(desk.path("new.jsonl")).expect("an export");
    assert_eq!(new.lines().count(), 2);
    assert_eq!(desk.run(&["duplicates", "--against", "test.jsonl", "--check"]).code, 1);
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["papers"], 4, "nothing was added");
}

#[test]
fn collections_that_share_nothing_have_no_group() {
    let subjects = ["coral", "bread", "glass", "river", "wolf", "prism", "copper", "cloud", "violin", "tide"];
    let paper = |i: usize, verb: &str| {
        let (a, b) = (subjects[i % 10], subjects[(i * 3 + 1) % 10]);
        json!({ "id": format!("{verb}{i}"), "title": format!("How {a} {verb} {b} number {i}"),
            "abstract": format!("{verb} {a} {i} times, {b} is seen to {verb} in {i} other ways of {a}{i} and {verb}{i}.") })
            .to_string()
    };
    let desk = Desk::new();
    let all = |verb: &str| (0..20).map(|i| paper(i, verb) + "\n").collect::<String>();
    desk.write("one.jsonl", &all("bends"));
    desk.write("two.jsonl", &all("warms"));
    desk.index(&["one.jsonl"]);
    let said = desk.run(&["duplicates", "--against", "two.jsonl", "--format", "json"]);
    let found: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!((said.code, &found["groups"], &found["pairs"]), (1, &json!([]), &json!([])), "{found}");
    assert_eq!(desk.run(&["duplicates"]).code, 1);
}

#[test]
fn judged_pairs_give_figures() {
    let desk = eight();
    desk.write("pairs.tsv", "id1\tid2\tlabel\tkind\nreef1\treef1-copy\t1\tcopy\nreef1\treef2\t1\trewrite\ndeep1\tdeep2\t-1\tedit\nx\ty\t1\t\n");
    let figures = desk.run(&["eval", "duplicates", "pairs.tsv", "--format", "json"]).json();
    assert_eq!((&figures["judged"], &figures["missing"]), (&json!(3), &json!(1)));
    assert_eq!(
        figures["pairs"][0],
        json!({ "kind": "all", "hits": 1, "wrong": 0, "precision": 1.0, "recall": 0.5, "f1": 0.666667 })
    );
    let without = desk.run(&["eval", "duplicates", "pairs.tsv", "--ignore", "rewrite", "--format", "json"]).json();
    assert_eq!(without["pairs"][0]["recall"], 1.0);
    desk.write("bad.tsv", "reef1\treef2\tmaybe\nreef1\treef2\tmaybe\n");
    let said = desk.run(&["eval", "duplicates", "bad.tsv"]);
    assert_eq!((said.code, said.stderr.trim()), (2, "error: bad.tsv:2: the label is 'maybe'; expected 1, 0 or -1"));
}
