//! The main job on the seed pages, with the real model.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{seeds, Desk};

/// A library of the four seed pages.
fn indexed() -> (Desk, Value) {
    let desk = Desk::new();
    let done = desk.run(&["index", &seeds().to_string_lossy(), "--format", "json"]).json();
    (desk, done)
}

#[test]
fn the_seed_pages_give_what_is_in_them() {
    let (desk, done) = indexed();
    let counts = ["read", "added", "updated", "unchanged", "embedded"].map(|name| done[name].as_u64().expect(name));
    assert_eq!(counts, [442, 442, 0, 0, 403]);
    assert_eq!(done["skipped"], Value::Array(Vec::new()));

    let again = desk.run(&["index", &seeds().to_string_lossy(), "--format", "json"]).json();
    let counts = ["read", "added", "updated", "unchanged", "embedded"].map(|name| again[name].as_u64().expect(name));
    assert_eq!(counts, [442, 0, 0, 442, 0]);

    let duplicates = desk.run(&["duplicates", "--format", "json"]).json();
    let groups = duplicates["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 34);
    assert!(groups.iter().all(|group| group["kind"] == "exact"));
    let surplus: usize = groups.iter().map(|group| group["papers"].as_array().expect("papers").len() - 1).sum();
    assert_eq!(surplus, 39);

    similar_papers_are_no_copies(&desk, groups);
    topics_are_the_same_bytes_every_time(&desk);
    the_report_is_one_file(&desk);
}

fn similar_papers_are_no_copies(desk: &Desk, groups: &[Value]) {
    for group in groups.iter().take(5) {
        let copies: BTreeSet<&str> =
            group["papers"].as_array().expect("papers").iter().filter_map(Value::as_str).collect();
        for id in &copies {
            let found = desk.run(&["similar", "--id", id, "-k", "20", "--format", "json"]).json();
            let results = found["results"].as_array().expect("results");
            assert_eq!(results.len(), 20);
            let mut seen = BTreeSet::new();
            for result in results {
                let also = result["also"].as_array().expect("also").iter().filter_map(Value::as_str);
                for answer in also.chain(result["id"].as_str()) {
                    assert!(!copies.contains(answer), "{id} is answered with itself or a copy: {answer}");
                    assert!(seen.insert(answer.to_owned()), "{answer} is answered twice");
                }
            }
        }
    }
    let found = desk.run(&["similar", "mixture of experts inference on GPUs", "--format", "json"]).json();
    let titles: String =
        found["results"].as_array().expect("results").iter().take(5).map(|r| r["title"].to_string()).collect();
    assert!(titles.contains("Experts") || titles.contains("MoE"), "{titles}");
}

fn topics_are_the_same_bytes_every_time(desk: &Desk) {
    let topics = |desk: &Desk| desk.run(&["topics", "-k", "12", "--seed", "7", "--format", "json"]).stdout;
    let once = topics(desk);
    assert_eq!(once, topics(desk));
    let other = Desk::new();
    let mut pages: Vec<_> = std::fs::read_dir(seeds()).expect("seeds").flatten().map(|entry| entry.path()).collect();
    pages.sort();
    for page in pages.iter().rev() {
        other.run(&["index", &page.to_string_lossy(), "--format", "json"]).json();
    }
    assert_eq!(once, topics(&other), "the same papers read in another order");
    let labels: BTreeSet<String> = serde_json::from_str::<Value>(&once).expect("JSON")["topics"]
        .as_array()
        .expect("topics")
        .iter()
        .map(|topic| topic["label"].as_str().expect("a label").to_lowercase())
        .collect();
    assert_eq!(labels.len(), 12, "no two topics with one label: {labels:?}");
}

fn the_report_is_one_file(desk: &Desk) {
    for name in ["report.html", "report.md", "report.json"] {
        assert_eq!(desk.run(&["report", "-o", name]).code, 0);
    }
    let page = std::fs::read_to_string(desk.path("report.html")).expect("the page");
    for outside in ["src=\"http", "href=\"//", "url(http", "@import"] {
        assert!(!page.contains(outside), "the page reaches out: {outside}");
    }
    let whole: Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path("report.json")).expect("JSON")).expect("JSON");
    assert_eq!(whole["papers"].as_array().expect("papers").len(), 442);
    let notes = std::fs::read_to_string(desk.path("report.md")).expect("Markdown");
    for topic in whole["topics"]["topics"].as_array().expect("topics") {
        let label = topic["label"].as_str().expect("a label");
        let plain: String = label.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        let shown: String = notes.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect();
        assert!(shown.contains(&plain), "{label} is missing in the Markdown");
    }
}
