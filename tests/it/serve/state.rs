//! What stays, what changes, and what ends.

use serde_json::{json, Value};

use super::client::Server;
use crate::support::{jsonl, Desk, SIX};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("papers.jsonl", &jsonl(SIX));
    desk.index(&["papers.jsonl"]);
    desk
}

#[test]
fn a_client_is_told_when_nothing_has_changed() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    for path in [
        "/",
        "/api/v1/info",
        "/api/v1/similar?id=moe1",
        "/api/v1/topics",
        "/api/v1/map",
        "/api/v1/papers/moe1",
        "/api/v1/duplicates",
    ] {
        let first = server.get(path);
        let tag = first.header("etag").expect("a tag").to_owned();
        let known = format!("If-None-Match: \"other\", {tag}");
        let again = server.send(&format!("GET {path}"), &[&known], "");
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        assert_eq!(server.send(&format!("GET {path}"), &["If-None-Match: \"other\""], "").body, first.body);
    }
    let other = |path: &str| server.get(path).header("etag").map(str::to_owned);
    assert_ne!(other("/api/v1/similar?id=moe1"), other("/api/v1/similar?id=moe2"));
    let tag = other("/api/v1/similar?id=moe1");
    desk.write("more.jsonl", &jsonl(&[("more", "Experts on tokens", "A gate routes a token to experts of a model.")]));
    desk.index(&["more.jsonl"]);
    server.wait_for("/api/v1/info", |info| info["papers"] == 7);
    assert_ne!(other("/api/v1/similar?id=moe1"), tag);
}

#[test]
fn decisions_are_seen_at_once_and_survive() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let groups = |server: &Server| server.get("/api/v1/duplicates").json()["groups"].as_array().map(Vec::len);
    assert_eq!(groups(&server), Some(0));
    let decided = json!({"a": "reef1", "b": "reef2", "verdict": "same"});
    assert_eq!(server.post("/api/v1/decisions", &decided).json(), decided);
    assert_eq!(groups(&server), Some(1));
    let listed = server.get("/api/v1/decisions").json();
    assert_eq!(listed, desk.run(&["duplicates", "--decisions", "--format", "json"]).json());
    assert!(server.stop());
    let server = Server::start(&desk, &[]);
    assert_eq!((server.get("/api/v1/decisions").json(), groups(&server)), (listed, Some(1)));
    let is_kept = |file: std::fs::DirEntry| file.file_name().to_string_lossy().starts_with("duplicates-");
    let mut files = std::fs::read_dir(desk.path("paperkin-library")).expect("a folder").flatten();
    assert!(files.any(is_kept), "no duplicates are kept");
    desk.run(&["duplicates", "--undo", "reef1", "reef2"]);
    assert_eq!(groups(&server), Some(0), "decided by another process");
    let undone = json!({"a": "reef1", "b": "reef2", "verdict": "undecided"});
    assert_eq!(server.post("/api/v1/decisions", &undone).status, 200);
    assert_eq!(server.get("/api/v1/decisions").json(), json!({"decisions": []}));
}

#[test]
fn a_library_that_changes_is_followed() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    for (nth, papers) in [(1, 7), (2, 8), (3, 9)] {
        let id = format!("new{nth}");
        let text = format!("Yeast number {nth} and the rising of dough in warm kitchens of bakers.");
        desk.write("new.jsonl", &jsonl(&[(id.as_str(), "Dough", text.as_str())]));
        desk.index(&["new.jsonl"]);
        server.wait_for("/api/v1/info", |info| info["papers"] == papers);
        assert_eq!(server.get(&format!("/api/v1/similar?id={id}&k=1")).status, 200);
    }
    desk.run(&["remove", "moe1"]);
    server.wait_for("/api/v1/info", |info| info["papers"] == 8);
    assert_eq!(server.get("/api/v1/papers/moe1").status, 404);
    let topics = server.get("/api/v1/topics").json();
    assert_eq!(topics, desk.run(&["topics", "--format", "json"]).json());
}

#[test]
fn many_clients_get_what_one_gets() {
    let desk = desk();
    let server = Server::start(&desk, &["--threads", "2"]);
    let paths = [
        "/api/v1/similar?text=warm+coral",
        "/api/v1/similar?id=bread1&why=true",
        "/api/v1/topics?k=2",
        "/api/v1/map",
        "/api/v1/duplicates",
    ];
    let alone: Vec<Value> = paths.iter().map(|path| server.get(path).json()).collect();
    std::thread::scope(|scope| {
        for client in 0..32 {
            let (server, alone) = (&server, &alone);
            scope.spawn(move || {
                for nth in 0..10 {
                    let which = (client + nth) % paths.len();
                    assert_eq!(server.get(paths[which]).json(), alone[which], "{}", paths[which]);
                }
            });
        }
    });
    let metrics = server.get("/metrics").body;
    for line in [
        "paperkin_library_papers 6",
        "paperkin_http_in_flight 1",
        "route=\"/api/v1/map\",status=\"200\"",
        "paperkin_http_request_seconds_bucket",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    assert!(server.stop());
}

#[test]
fn long_answers_are_compressed_for_those_who_ask() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let packed = server.send("GET /api/v1/map", &["Accept-Encoding: gzip"], "");
    assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("gzip")));
    assert_eq!(server.get("/api/v1/map").header("content-encoding"), None);
}

#[test]
fn no_server_without_a_library() {
    let said = Desk::new().run(&["serve", "--port", "0"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("no library"), "{}", said.stderr);
}
