//! What is answered: what the commands say.

use serde_json::{json, Value};

use super::client::Server;
use crate::support::{jsonl, Desk, SIX};

/// A library of 24 papers on three subjects, whose ids have slashes.
fn desk() -> Desk {
    let desk = Desk::new();
    let line = |nth: usize, (id, title, text): &(&str, &str, &str)| {
        let paper = json!({
            "id": format!("{id}/{nth}"),
            "title": format!("{title}, part {nth}"),
            "abstract": format!("{text} Study number {nth} took {} weeks.", nth + 3),
            "authors": [format!("Author {nth}"), "Another"],
            "year": 2020 + nth,
            "categories": ["all", &id[..3]],
        });
        format!("{paper}\n")
    };
    let lines: String = (0..4).flat_map(|nth| SIX.iter().map(move |paper| line(nth, paper))).collect();
    desk.write("papers.jsonl", &lines);
    desk.index(&["papers.jsonl"]);
    desk
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[test]
fn every_endpoint_says_what_its_command_says() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let said = |arguments: &[&str]| desk.run(&[arguments, &["--format", "json"]].concat()).json();
    let papers = server.get("/api/v1/papers?limit=1000").json();
    let id = papers["papers"][0]["id"].as_str().expect("an id").to_owned();
    let other = papers["papers"][1]["id"].as_str().expect("an id").to_owned();
    let (id_sent, other_sent) = (encoded(&id), encoded(&other));
    let weighted = format!("{id}^2");
    let same: [(String, Vec<&str>); 12] = [
        ("/api/v1/similar?text=language+model".into(), vec!["similar", "language model"]),
        (
            format!("/api/v1/similar?id={id_sent}%5E2&id={other_sent}"),
            vec!["similar", "--id", &weighted, "--id", &other],
        ),
        (
            format!("/api/v1/similar?id={id_sent}&not=vision&k=3"),
            vec!["similar", "--id", &id, "--not", "vision", "-k", "3"],
        ),
        ("/api/v1/similar?topic=0".into(), vec!["similar", "--topic", "0"]),
        (
            "/api/v1/similar?text=coral&mode=lexical&where=has(title)&include_versions=true&diversity=0.5".into(),
            vec![
                "similar",
                "coral",
                "--mode",
                "lexical",
                "--where",
                "has(title)",
                "--include-versions",
                "--diversity",
                "0.5",
            ],
        ),
        (
            "/api/v1/similar?text=coral&why=true&strategy=best".into(),
            vec!["similar", "coral", "--why", "--strategy", "best"],
        ),
        ("/api/v1/topics".into(), vec!["topics"]),
        ("/api/v1/topics?k=3&seed=5".into(), vec!["topics", "-k", "3", "--seed", "5"]),
        (format!("/api/v1/papers/{id_sent}"), vec!["show", &id]),
        (format!("/api/v1/papers/{id}"), vec!["show", &id]),
        ("/api/v1/info".into(), vec!["info"]),
        ("/api/v1/decisions".into(), vec![]),
    ];
    // `similar --topic` answers by the topics of the last run, which must be the usual ones.
    desk.run(&["topics"]);
    for (path, arguments) in &same {
        let mut served = server.get(path).json();
        let mut told = if arguments.is_empty() { json!({"decisions": []}) } else { said(arguments) };
        // The database's log has another size after each command.
        for value in [&mut served, &mut told] {
            value.as_object_mut().expect("an object").remove("bytes");
        }
        assert_eq!(served, told, "{path}");
    }
    let topics = said(&["topics", "--over-time", "--compare", "source"]);
    assert_eq!(server.get("/api/v1/topics/over-time").json(), topics["over_time"]);
    assert_eq!(server.get("/api/v1/topics/groups?field=source").json(), topics["compare"]);
    let (served, told) = (
        server.get("/api/v1/duplicates?level=overlap").json(),
        desk.run(&["duplicates", "--level", "overlap", "--format", "json"]),
    );
    let told: Value = serde_json::from_str(&told.stdout).expect("JSON");
    assert_eq!((&served["groups"], &served["pairs"]), (&told["groups"], &told["pairs"]));
    let posted = server.post("/api/v1/similar", &json!({"id": [id, other], "k": 4})).json();
    assert_eq!(posted, said(&["similar", "--id", &id, "--id", &other, "-k", "4"]));
}

#[test]
fn lists_come_in_pages_that_join_to_the_whole() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let joined = |path: &str, key: &str, size: usize| -> Vec<Value> {
        let page = |offset: usize| {
            server.get(&format!("{path}&offset={offset}")).json()[key].as_array().expect("a list").clone()
        };
        let pages = (0..).map(|nth| page(nth * size)).take_while(|page| !page.is_empty());
        pages.flatten().collect()
    };
    let whole = |path: &str, key: &str| server.get(path).json()[key].as_array().expect("a list").clone();
    assert_eq!(joined("/api/v1/papers?limit=7", "papers", 7), whole("/api/v1/papers?limit=1000", "papers"));
    assert_eq!(
        joined("/api/v1/topics/0?limit=5", "papers", 5),
        whole("/api/v1/topics", "topics")[0]["papers"].as_array().expect("papers").clone()
    );
    let found = server.get("/api/v1/similar?text=model&k=12").json();
    let parts: Vec<Value> = [0, 4, 8]
        .iter()
        .flat_map(|offset| whole(&format!("/api/v1/similar?text=model&k=4&offset={offset}"), "results"))
        .collect();
    assert_eq!(parts, *found["results"].as_array().expect("results"));
}

#[test]
fn the_map_has_a_row_for_each_paper_in_every_column() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let map = server.get("/api/v1/map").json();
    let papers = server.get("/api/v1/papers?limit=1000").json();
    let papers = papers["papers"].as_array().expect("papers");
    let length = |value: &Value| value.as_array().map(Vec::len);
    for column in ["ids", "titles", "x", "y", "topics", "strengths", "years", "first_authors"] {
        assert_eq!(length(&map[column]), Some(papers.len()), "{column}");
    }
    for (row, paper) in papers.iter().enumerate() {
        assert_eq!(
            (&map["ids"][row], &map["titles"][row], &map["years"][row]),
            (&paper["id"], &paper["title"], &paper["year"])
        );
        let source = map["sources"]["codes"][row].as_u64().expect("a code") as usize;
        assert_eq!(map["sources"]["values"][source], paper["source"]);
        let categories = map["categories"]["codes"][row].as_array().expect("codes").iter();
        let categories: Vec<&Value> =
            categories.map(|code| &map["categories"]["values"][code.as_u64().expect("a code") as usize]).collect();
        assert_eq!(categories, paper["categories"].as_array().expect("a list").iter().collect::<Vec<_>>());
    }
    let topics = server.get("/api/v1/topics?members=0").json();
    for topic in topics["topics"].as_array().expect("topics") {
        let on_map = map["topics"].as_array().expect("topics").iter().filter(|id| **id == topic["id"]).count();
        assert_eq!(on_map as u64, topic["size"].as_u64().expect("a size"));
        assert_eq!(length(&topic["papers"]), Some(0));
    }
    assert!(std::fs::read_dir(desk.path("paperkin-library"))
        .expect("a folder")
        .flatten()
        .any(|file| file.file_name().to_string_lossy().starts_with("map-")));
    assert_eq!(Server::start(&desk, &[]).get("/api/v1/map").json(), map, "after a restart");
}

#[test]
fn two_topics_are_told_apart() {
    let desk = desk();
    let server = Server::start(&desk, &[]);
    let apart = server.get("/api/v1/topics/compare?a=0&b=1&k=3").json();
    let back = server.get("/api/v1/topics/compare?a=1&b=0&k=3").json();
    assert_eq!((&apart["a"], &apart["b"]), (&back["b"], &back["a"]));
    let words = apart["a"]["words"].as_array().expect("words");
    assert!(words.iter().all(|word| word["low"].as_f64().expect("a number") > 0.0));
    let topic = server.get("/api/v1/topics/0?k=3").json();
    let nearest = topic["nearest"].as_array().expect("topics");
    let to_one = nearest.iter().find(|near| near["topic"] == 1).expect("topic 1");
    assert_eq!(to_one["similarity"], apart["similarity"]);
    assert_eq!(server.get("/api/v1/topics/compare?a=0&b=0&k=3").status, 400);
    assert_eq!(server.get("/api/v1/topics/compare?a=0&b=9&k=3").status, 404);
}

#[test]
fn strangers_text_stays_text() {
    let hostile =
        "</script><script>alert(1)</script> \"quoted\" \u{202e}thgir\u{202c} nul\u{0}here \u{1f9ea} <!-- & ';";
    let desk = Desk::new();
    let papers = [&[("h", hostile, "An abstract of </style> and ]]> for whoever reads it.")], SIX].concat();
    desk.write("papers.jsonl", &jsonl(&papers));
    desk.index(&["papers.jsonl"]);
    let server = Server::start(&desk, &[]);
    let shown = desk.run(&["show", "h", "--format", "json"]).json();
    assert!(shown["title"].as_str().expect("a title").contains("<script>alert(1)</script>"));
    assert_eq!(server.get("/api/v1/papers/h").json(), shown);
    let page = server.get("/");
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("connect-src 'self'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("script-src 'unsafe")
    );
    assert!(!page.body.contains("alert(1)") && page.body.contains("\"live\""));
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(page.header(name), Some(value));
    }
}

#[test]
fn the_document_names_every_address_and_no_other() {
    let desk = Desk::new();
    desk.write("papers.jsonl", &jsonl(SIX));
    desk.index(&["papers.jsonl"]);
    let server = Server::start(&desk, &[]);
    let document = server.get("/api/v1/openapi.json").json();
    assert!(document["openapi"].as_str().expect("a version").starts_with("3.1"));
    for (path, item) in document["paths"].as_object().expect("paths") {
        let path = path.replace("/topics/{id}", "/topics/0").replace("{id}", "moe1");
        let is_long =
            item["get"]["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == "field"));
        let is_pair = path.ends_with("/compare");
        let query = if is_long {
            "?field=source"
        } else if is_pair {
            "?a=0&b=1&k=2"
        } else if path.ends_with("/similar") {
            "?id=moe1"
        } else {
            ""
        };
        let answer = server.get(&format!("{path}{query}"));
        assert_eq!(answer.status, 200, "{path} {answer:?}");
        let answer = server.send(&format!("DELETE {path}"), &[], "");
        assert_eq!((answer.status, answer.kind().as_str()), (405, "method"), "{path}");
        let methods = answer.header("allow").expect("the methods there are").to_lowercase();
        for method in ["get", "post"] {
            assert_eq!(methods.contains(method), item.get(method).is_some(), "{method} {path}");
        }
    }
}
