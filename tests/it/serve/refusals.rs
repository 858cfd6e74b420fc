//! What is refused: in one shape, whoever asks and whatever is wrong.

use serde_json::json;

use super::client::Server;
use crate::support::{jsonl, Desk, SIX};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("papers.jsonl", &jsonl(SIX));
    desk.index(&["papers.jsonl"]);
    desk
}

#[test]
fn what_cannot_be_answered_is_told_in_one_shape() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    for (path, status, kind) in [
        ("/nothing", 404, "not found"),
        ("/api/v1", 404, "not found"),
        ("/api/v1/papers/", 404, "not found"),
        ("/api/v1/papers/moe3", 404, "not found"),
        ("/api/v1/papers/%ff", 400, "input"),
        ("/api/v1/papers?limit=1001", 400, "input"),
        ("/api/v1/papers?limit=-1", 400, "input"),
        ("/api/v1/papers?where=year%3E", 400, "input"),
        ("/api/v1/papers?where=has(title)&where=has(doi)", 400, "input"),
        ("/api/v1/similar", 400, "input"),
        ("/api/v1/similar?text=%20", 400, "input"),
        ("/api/v1/similar?text=a&id=moe1", 400, "input"),
        ("/api/v1/similar?id=nobody", 404, "not found"),
        ("/api/v1/similar?id=moe1&k=0", 400, "input"),
        ("/api/v1/similar?id=moe1&k=1001", 400, "input"),
        ("/api/v1/similar?id=moe1&offset=18446744073709551615", 400, "input"),
        ("/api/v1/similar?id=moe1&k=ten", 400, "input"),
        ("/api/v1/similar?id=moe1&mode=best", 400, "input"),
        ("/api/v1/similar?id=moe1&diversity=NaN", 400, "input"),
        ("/api/v1/similar?id=moe1%5E-1", 400, "input"),
        ("/api/v1/similar?id=moe1&colour=red", 400, "input"),
        ("/api/v1/similar?topic=99", 404, "not found"),
        ("/api/v1/topics?k=0", 400, "input"),
        ("/api/v1/topics?seed=1&k=", 400, "input"),
        (&format!("/api/v1/similar?text=a{}", "&not=moe1".repeat(65)), 400, "input"),
        ("/api/v1/topics?k=7", 400, "input"),
        ("/api/v1/topics/x", 400, "input"),
        ("/api/v1/topics/99", 404, "not found"),
        ("/api/v1/topics/groups", 400, "input"),
        ("/api/v1/topics/groups?field=colour", 400, "input"),
        ("/api/v1/duplicates?min_similarity=2", 400, "input"),
        ("/api/v1/duplicates?level=sure", 400, "input"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.kind().as_str()), (status, kind), "{path}");
    }
    let path = "/api/v1/decisions";
    for (body, status) in [
        (json!({"a": "moe1", "b": "moe2"}), 400),
        (json!({"a": "moe1", "b": "moe2", "verdict": "maybe"}), 400),
        (json!({"a": "moe1", "b": "moe1", "verdict": "same"}), 400),
        (json!({"a": "moe1", "b": "moe9", "verdict": "same"}), 404),
        (json!([]), 400),
        (json!({"a": "x".repeat(300_000), "b": "moe9", "verdict": "same"}), 413),
    ] {
        let answer = server.post(path, &body);
        assert_eq!((answer.status, answer.kind().is_empty()), (status, false), "{:.80}", body.to_string());
    }
    let untyped = server.send(&format!("POST {path}"), &[], "{}");
    assert_eq!((untyped.status, untyped.kind().as_str()), (415, "media type"));
    let broken = server.send(&format!("POST {path}"), &["Content-Type: application/json"], "{");
    assert_eq!((broken.status, broken.kind().as_str()), (400, "input"));
}

#[test]
fn other_hosts_and_other_sites_are_kept_out() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let port = server.address.rsplit(':').next().expect("a port").to_owned();
    for (host, status) in [
        (format!("Host: localhost:{port}"), 200),
        ("Host: evil.example".to_owned(), 403),
        (format!("Host: 127.0.0.1.evil.example:{port}"), 403),
    ] {
        assert_eq!(server.send("GET /api/v1/info", &[&host], "").status, status, "{host}");
    }
    let body = json!({"a": "moe1", "b": "moe2", "verdict": "same"}).to_string();
    let own = format!("Origin: http://{}", server.address);
    for (header, status) in [
        ("Origin: http://evil.example", 403),
        ("Origin: null", 403),
        ("Sec-Fetch-Site: cross-site", 403),
        ("Sec-Fetch-Site: same-site", 403),
        (own.as_str(), 200),
        ("Sec-Fetch-Site: same-origin", 200),
    ] {
        let answer = server.send("POST /api/v1/decisions", &["Content-Type: application/json", header], &body);
        assert_eq!(answer.status, status, "{header}");
    }
}

#[test]
fn a_token_opens_everything_and_nothing_else_does() {
    let desk = desk();
    desk.write("token", "a-token-of-enough-letters\n");
    let server = Server::start(&desk, &["--token-file", "token"]);
    assert_eq!(server.get("/healthz").status, 200);
    for path in ["/", "/metrics", "/api/v1/info", "/api/v1/nothing", "/?token=wrong"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.kind().as_str()), (401, "unauthorised"), "{path}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let bearer = "Authorization: Bearer a-token-of-enough-letters";
    assert_eq!(server.send("GET /api/v1/info", &[bearer], "").status, 200);
    assert_eq!(server.send("GET /api/v1/info", &["Authorization: Bearer a-token-of-enough-letter"], "").status, 401);
    let admitted = server.get("/?token=a-token-of-enough-letters");
    let cookie = admitted.header("set-cookie").expect("a cookie").to_owned();
    assert_eq!((admitted.status, admitted.header("location")), (303, Some("/")));
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("a-token"));
    let cookie = format!("Cookie: {}", cookie.split(';').next().expect("a pair"));
    assert_eq!(server.send("GET /", &[&cookie], "").status, 200);
    for (arguments, part) in [
        (vec!["serve", "--listen", "0.0.0.0"], "--token-file"),
        (vec!["serve", "--listen", "0.0.0.0", "--token-file", "short"], "at least 16"),
    ] {
        desk.write("short", "abc");
        let said = desk.run(&arguments);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains(part), "{}", said.stderr);
    }
}
