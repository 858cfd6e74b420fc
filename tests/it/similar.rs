//! Similar papers: asking, filters, words, variety, reasons, many at once, and how good it is.

use insta::assert_snapshot;
use serde_json::{json, Value};

use crate::support::{jsonl, Desk, Said, SIX};

/// Six papers on three subjects, with what filters look at.
fn library() -> Desk {
    let desk = Desk::new();
    let more = [
        json!({"year": 2019, "venue": "ACL", "authors": ["Ada Lovelace", "Grace Hopper"], "doi": "10.1/moe1", "categories": ["cs.CL"]}),
        json!({"year": 2022, "venue": "EMNLP", "authors": ["Grace Hopper"], "categories": ["cs.CL", "cs.LG"]}),
        json!({"year": 2021, "venue": "Coral Reefs", "authors": ["O'Brien, Pat"], "doi": "10.1/reef1"}),
        json!({"year": 2023, "venue": "Nature"}),
        json!({"venue": "100% Bread_Science"}),
        json!({"year": 1999}),
    ];
    let lines = SIX.iter().zip(more).map(|((id, title, text), mut fields)| {
        let known = json!({"id": id, "title": title, "abstract": text});
        known.as_object().expect("an object").iter().for_each(|(name, value)| fields[name] = value.clone());
        format!("{fields}\n")
    });
    desk.write("six.jsonl", &lines.collect::<String>());
    desk.index(&["six.jsonl"]);
    desk
}

fn similar(desk: &Desk, arguments: &[&str]) -> Said {
    desk.run(&[&["similar", "--format", "json"], arguments].concat())
}

fn ids_of(found: &Value) -> Vec<String> {
    let results = found["results"].as_array().expect("results");
    results.iter().map(|result| result["id"].as_str().expect("an id").to_owned()).collect()
}

fn ids(desk: &Desk, arguments: &[&str]) -> Vec<String> {
    let said = similar(desk, arguments);
    if said.code == 1 {
        return Vec::new();
    }
    ids_of(&said.json())
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

fn refusal(desk: &Desk, arguments: &[&str]) -> String {
    let said = similar(desk, arguments);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
    said.stderr
}

#[test]
fn each_mode_finds_kin_and_words_alone_find_only_papers_that_have_them() {
    let desk = library();
    for mode in ["hybrid", "dense", "lexical"] {
        let found = sorted(ids(&desk, &["coral reefs in warm seas", "-k", "2", "--mode", mode]));
        assert_eq!(found, ["reef1", "reef2"], "{mode}");
    }
    assert_eq!(ids(&desk, &["fermenting", "--mode", "lexical"]).len(), 2, "another form of a word is the same word");
    assert_eq!(ids(&desk, &["zebra", "--mode", "lexical"]), [""; 0]);
    assert_eq!(ids(&desk, &["zebra", "--mode", "hybrid"]).len(), 6);
}

#[test]
fn filters_are_part_of_the_search() {
    let desk = library();
    let passing = |filter: &str| sorted(ids(&desk, &["coral", "--where", filter]));
    assert_eq!(passing("year>=2022"), ["moe2", "reef2"]);
    assert_eq!(passing("year in (2019, 1999) or venue = nature"), ["bread2", "moe1", "reef2"]);
    assert_eq!(passing("has(doi) and not category=cs.CL"), ["reef1"]);
    assert_eq!(passing("author = 'o''brien, pat'"), ["reef1"]);
    assert_eq!(passing("authors contains hopper"), ["moe1", "moe2"]);
    assert_eq!(passing("venue contains '0% bread_'"), ["bread1"]);
    assert_eq!(passing("venue contains '%' and venue like '1__%'"), ["bread1"]);
    assert_eq!(passing("not year > 2000"), ["bread1", "bread2"], "no year is not a year after 2000");
    assert_eq!(passing("venue != 'ACL'").len(), 5);
    assert_eq!(passing("title contains coral and (year=2021 or year=2023)"), ["reef1", "reef2"]);
    assert_eq!(passing("id in (moe1, 'nowhere')"), ["moe1"]);
    assert_eq!(passing("year = 3000"), [""; 0]);
    assert_eq!(similar(&desk, &["coral", "--where", "year = 3000"]).code, 1);
    assert_eq!(ids(&desk, &["coral", "-k", "2", "--where", "id like 'bread%'"]).len(), 2, "k answers if k papers pass");
}

#[test]
fn a_bad_filter_is_pointed_at() {
    let desk = library();
    let said = |filter: &str| refusal(&desk, &["coral", "--where", filter]);
    assert_snapshot!(said("year>=2020 und has(doi)"), @"error: --where, column 12: expected 'and', 'or' or the end, found 'und'");
    assert_snapshot!(said("year>=new"), @"error: --where, column 7: expected a whole number for year, found 'new'");
    assert_snapshot!(said("1=1; DROP TABLE papers"), @"error: --where, column 1: expected a field (id, title, abstract, author, authors, year, date, venue, volume, issue, pages, category, categories, doi, arxiv_id, pmid, url, source), 'not', 'has' or '(', found '1'");
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["papers"], 6);
}

#[test]
fn phrases_prefixes_fields_and_minus_decide_who_is_answered() {
    let desk = library();
    let found = |text: &str| sorted(ids(&desk, &["--", text]));
    assert_eq!(found("\"warm summers\""), ["reef1"]);
    assert_eq!(found("ferment*"), ["bread1", "bread2"]);
    assert_eq!(found("title:yeast"), ["bread2"]);
    assert_eq!(found("title:\"coral reefs\""), ["reef2"]);
    assert_eq!(found("sparse author:lovelace"), ["moe1"]);
    assert_eq!(found("sea -bleaches -expert"), ["bread1", "bread2"]);
}

#[test]
fn anything_typed_is_safe() {
    let desk = library();
    let long = "mixture of experts ".repeat(5264);
    let texts = [
        "'; DROP TABLE papers; --",
        "coral AND OR NOT",
        "NEAR(coral reef, 5)",
        "title:",
        "coral^2 {title}: x",
        "\"coral",
        "(((",
        "coral*",
        "* *",
        "\" \" coral",
        "薛定谔 coral",
        "Коралловые рифы coral",
        "co\u{0}ral reef",
        &long,
    ];
    for text in texts.iter().filter(|text| !text.contains('\0')) {
        for mode in ["hybrid", "lexical"] {
            let said = similar(&desk, &["--mode", mode, "--", text]);
            let shown = text.chars().take(30).collect::<String>();
            // A question without any word is refused as such; whatever else is typed is answered.
            let is_empty = !text.contains(char::is_alphanumeric);
            assert!(if is_empty { said.code == 2 } else { said.code < 2 }, "{shown}: {}", said.stderr);
        }
    }
    for empty in ["", "  ", "🐈🐈‍⬛🎉", "?!"] {
        let said = refusal(&desk, &["--", empty]);
        assert_eq!(said.trim_end(), "error: the query is empty; give a text, --id or --file", "{empty}");
    }
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["papers"], 6);
}

#[test]
fn a_paper_asked_with_is_no_answer_and_a_typo_is_answered_with_the_nearest_ids() {
    let desk = library();
    for mode in ["hybrid", "dense", "lexical"] {
        for (id, _, _) in SIX {
            assert!(!ids(&desk, &["--id", id, "--mode", mode]).contains(&(*id).to_owned()));
        }
    }
    let both = ids(&desk, &["--id", "moe1", "--id", "reef1^2"]);
    assert_eq!((both.len(), both[0].as_str()), (4, "reef2"), "what counts twice comes first");
    assert_snapshot!(refusal(&desk, &["--id", "reff1"]), @"error: no paper has the id 'reff1'; did you mean reef1, reef2?");
    assert_snapshot!(refusal(&desk, &["--id", "moe1^0"]), @"error: a weight is 0; expected a number above 0, as in ID^2");
    let all = desk.run(&["similar", "--all", "-k", "5", "--format", "csv"]).stdout;
    assert_eq!(all.lines().count(), 1 + 6 * 5);
    assert!(all.lines().skip(1).all(|line| line.split(',').next() != line.split(',').nth(1)), "{all}");
}

#[test]
fn what_is_disliked_is_stayed_away_from() {
    let desk = library();
    for strategy in ["mean", "best"] {
        let both = ids(&desk, &["--id", "moe1", "--id", "reef1", "--strategy", strategy, "--mode", "dense"]);
        assert_eq!(sorted(both[..2].to_vec()), ["moe2", "reef2"], "{strategy}");
        let away = ["--id", "moe1", "--not", "reef1", "--not", "sourdough bread^2", "--mode", "dense"];
        let found = ids(&desk, &[&away[..], &["--strategy", strategy]].concat());
        assert_eq!(found[0], "moe2", "{strategy}");
        assert!(!found.contains(&"reef1".to_owned()), "{strategy}");
        let all = ["coral reefs and sourdough bread", "--mode", "dense", "--strategy", strategy];
        let without = ids(&desk, &[&all[..], &["--not", "coral reefs^4"]].concat());
        assert!(without[..2].iter().all(|id| id.starts_with("bread")), "{strategy}: {without:?}");
    }
}

#[test]
fn a_topic_finds_more_of_its_kind() {
    let desk = library();
    let topics = desk.run(&["topics", "--format", "json"]).json();
    let members: Vec<&str> =
        topics["topics"][0]["papers"].as_array().expect("papers").iter().filter_map(|p| p["id"].as_str()).collect();
    let found = ids(&desk, &["--topic", "0"]);
    assert_eq!(found.len(), 6 - members.len());
    assert!(found.iter().all(|id| !members.contains(&id.as_str())));
    assert!(
        refusal(&desk, &["--topic", "77"]).contains("--topic is 77; expected a topic that 'paperkin topics' lists: 0")
    );
}

#[test]
fn seen_papers_and_versions_take_no_place() {
    let desk = library();
    desk.write("seen.txt", "reef1\n\nnowhere\nmoe1\n");
    let found = ids(&desk, &["coral", "--seen", "seen.txt"]);
    assert_eq!(sorted(found), ["bread1", "bread2", "moe2", "reef2"]);
    let long =
        "We measured the cover of coral on forty reefs over ten years and found that warm summers explain most of \
                the loss, while storms and predators explain the rest of it.";
    let papers = [
        ("v1", "The cover of coral over ten years", &format!("{long} Recovery is slow.")),
        ("v2", "The cover of coral over ten years", &format!("{long} Recovery takes more than eight years.")),
        (
            "v3",
            "Bread and its yeast",
            &"Yeast ferments sugar in dough while bread rises in the warm kitchen.".to_owned(),
        ),
    ];
    let papers: Vec<(&str, &str, &str)> = papers.iter().map(|(id, title, text)| (*id, *title, text.as_str())).collect();
    let other = Desk::new();
    other.write("v.jsonl", &jsonl(&papers));
    other.index(&["v.jsonl"]);
    let folded = similar(&other, &["cover of coral reefs"]).json();
    assert_eq!(ids_of(&folded).len(), 2);
    assert_eq!(folded["results"][0]["also"].as_array().expect("ids").len(), 1);
    let shown = similar(&other, &["cover of coral reefs", "--include-versions"]).json();
    assert_eq!(ids_of(&shown).len(), 3);
    assert_eq!(shown["results"][0]["also"], json!([]));
    // What the user says of two papers holds here too.
    other.write("apart.csv", "a,b,verdict\nv1,v2,not same\n");
    other.run(&["duplicates", "--decide", "apart.csv"]);
    let apart = similar(&other, &["cover of coral reefs"]).json();
    assert_eq!(ids_of(&apart).len(), 3);
}

#[test]
fn diversity_goes_from_the_plain_order_to_the_most_varied() {
    let desk = library();
    let query = ["coral reefs, warm sea temperature and bleaching", "-k", "3"];
    let plain = ids(&desk, &query);
    assert_eq!(ids(&desk, &[&query[..], &["--diversity", "0"]].concat()), plain);
    assert_eq!(sorted(plain[..2].to_vec()), ["reef1", "reef2"]);
    let varied = ids(&desk, &[&query[..], &["--diversity", "1"]].concat());
    assert_eq!(varied[0], plain[0]);
    assert_eq!(varied.iter().filter(|id| id.starts_with("reef")).count(), 1, "{varied:?}");
    assert_snapshot!(refusal(&desk, &["coral", "--diversity", "1.5"]), @"error: --diversity is 1.5; expected a number from 0 to 1");
}

#[test]
fn answers_say_why_and_what_the_number_means() {
    let desk = library();
    for _ in 0..2 {
        // The second time the vectors of sentences are those that were kept.
        let found = similar(&desk, &["--id", "reef1", "-k", "2", "--why"]).json();
        let first = &found["results"][0];
        assert_eq!(first["id"], "reef2");
        let terms: Vec<&str> =
            first["why"]["terms"].as_array().expect("terms").iter().filter_map(Value::as_str).collect();
        assert!(terms.contains(&"coral") && !terms.contains(&"and"), "{terms:?}");
        let met = &first["why"]["sentences"][0];
        assert!(
            SIX[2].2.contains(met["query"].as_str().expect("text"))
                || SIX[2].1.contains(met["query"].as_str().expect("text"))
        );
        let parts = ["words", "meaning"].map(|part| first["why"][part].as_f64().expect("a share"));
        assert!((parts[0] + parts[1] - 1.0).abs() < 1e-5, "{parts:?}");
    }
    for result in similar(&desk, &["--id", "reef1"]).json()["results"].as_array().expect("results") {
        let percentile = result["percentile"].as_f64().expect("a number");
        let verdict = match percentile {
            p if p > 99.9 => "very close",
            p if p > 99.0 => "close",
            p if p > 90.0 => "related",
            _ => "weak",
        };
        assert!((0.0..=100.0).contains(&percentile));
        assert_eq!(result["verdict"], verdict, "{percentile}");
    }
}

#[test]
fn many_queries_are_answered_in_order_and_as_one_by_one() {
    let desk = library();
    desk.write("q.jsonl", "{\"id\": \"a\", \"text\": \"coral reefs\"}\n{\"id\": 7, \"paper\": \"moe1\"}\n\n{\"id\": \"none\", \"text\": \"🐈\"}\n");
    let said = desk.run(&["similar", "--queries", "q.jsonl", "-k", "3", "--format", "jsonl"]);
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| &line["query"]["id"]).collect::<Vec<_>>(), ["a", "7", "none"]);
    assert_eq!(lines[2]["results"], json!([]));
    assert!(said.stderr.contains("query 'none' has no words"), "{}", said.stderr);
    assert_eq!(ids_of(&lines[0]), ids(&desk, &["coral reefs", "-k", "3"]));
    assert_eq!(ids_of(&lines[1]), ids(&desk, &["--id", "moe1", "-k", "3"]));
    desk.write("none.jsonl", "{\"id\": \"none\", \"text\": \"\"}\n");
    assert_eq!(desk.run(&["similar", "--queries", "none.jsonl", "--format", "trec"]).code, 1);
    let late = "{\"id\": \"q\", \"text\": \"coral\"}\n{\"id\": \"r\", \"paper\": \"nowhere\"}\n";
    desk.write("late.jsonl", late);
    let said = desk.run(&["similar", "--queries", "late.jsonl", "--format", "trec"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "nothing is answered if something cannot be");
    assert!(said.stderr.contains("late.jsonl:2: query 'r' asks with a paper that is not there, 'nowhere'"));
    for (line, reason) in [
        ("no json", "expected a JSON object a line"),
        ("{\"text\": \"x\"}", "expected an \"id\""),
        ("{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"a\", \"text\": \"y\"}", ""),
    ] {
        desk.write("bad.jsonl", &format!("\n{line}\n"));
        assert!(refusal(&desk, &["--queries", "bad.jsonl"])
            .contains(&format!("bad.jsonl:{}: {reason}", 1 + line.lines().count())));
    }
}

#[test]
fn a_run_lists_every_paper_but_the_one_asked_with() {
    let desk = library();
    let copy = ("copy of reef1", SIX[2].1, SIX[2].2);
    desk.write("copy.jsonl", &jsonl(&[copy]));
    desk.index(&["copy.jsonl"]);
    desk.write("q.jsonl", "{\"id\": \"q 1\", \"paper\": \"reef1\"}\n");
    let run = desk.run(&["similar", "--queries", "q.jsonl", "-k", "100", "--format", "trec"]).stdout;
    let lines: Vec<Vec<&str>> = run.lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(lines.len(), 6, "{run}");
    assert!(lines.iter().all(|cells| cells.len() == 6 && cells[0] == "q_1" && cells[1] == "Q0" && cells[2] != "reef1"));
    assert_eq!(lines[0][2], "copy_of_reef1");
    let scores: Vec<f64> = lines.iter().map(|cells| cells[4].parse().expect("a number")).collect();
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "{scores:?}");
    assert!(refusal_of(&desk, &["topics", "--format", "trec"])
        .contains("--format is trec; expected another format, or the command 'similar --queries'"));
}

fn refusal_of(desk: &Desk, arguments: &[&str]) -> String {
    let said = desk.run(arguments);
    assert_eq!(said.code, 2, "{}", said.stdout);
    said.stderr
}

#[test]
fn the_graph_of_neighbours_is_graphml() {
    let desk = library();
    desk.write("odd.jsonl", &jsonl(&[("a<b&\"c\"", "Coral <i>& \u{1} reefs", "Corals bleach.")]));
    desk.index(&["odd.jsonl"]);
    let said = desk.run(&["similar", "--all", "-k", "2", "--format", "graphml"]).stdout;
    assert_eq!(said.matches("<node ").count(), 7);
    assert_eq!(said.matches("<edge ").count(), 14);
    assert!(said.contains("<node id=\"a&lt;b&amp;&quot;c&quot;\">") && !said.contains('\u{1}'), "{said}");
    assert!(refusal_of(&desk, &["info", "--format", "graphml"]).contains("similar --all"));
}

#[test]
fn words_follow_the_papers() {
    let desk = library();
    let has = |word: &str| !ids(&desk, &[word, "--mode", "lexical"]).is_empty();
    assert!(has("sourdough") && !has("glaciers"));
    let mut changed = SIX.to_vec();
    changed[4].1 = "Glaciers and moraines";
    changed[4].2 = "Boulders were dated along moraines of two glaciers.";
    changed[5].2 = "Boulders again.";
    desk.write("six.jsonl", &jsonl(&changed));
    desk.index(&["six.jsonl"]);
    assert!(!has("sourdough") && has("glaciers"));
    desk.run(&["remove", "bread1"]);
    assert!(!has("glaciers") && has("boulders"));
}

#[test]
fn evaluation_says_how_good_and_compares() {
    let desk = library();
    desk.write("q.jsonl", "{\"id\": \"1\", \"paper\": \"reef1\"}\n{\"id\": \"2\", \"text\": \"sourdough bread\"}\n");
    desk.write("qrels.tsv", "query-id\tcorpus-id\tscore\n1\treef2\t1\n1\treef1\t1\n2\tbread1\t2\n2\tbread2\t1\n");
    let run = desk.run(&["similar", "--queries", "q.jsonl", "-k", "10", "--format", "trec"]).stdout;
    desk.write("good.trec", &run);
    desk.write("bad.trec", "1 Q0 moe1 1 1.0 x\n2 Q0 moe2 1 1.0 x\n");
    let eval = |more: &[&str]| {
        desk.run(&[&["eval", "similar", "--qrels", "qrels.tsv", "--format", "json"], more].concat()).json()
    };
    let now = eval(&["--queries", "q.jsonl", "--compare", "bad.trec"]);
    assert_eq!(now["queries"], 2);
    assert_eq!((&now["measures"][3]["name"], &now["measures"][3]["mean"]), (&json!("mrr"), &json!(1.0)));
    assert_eq!(now["compared"][0]["better"], 2);
    // One query asked is one query judged, and its own run says the same of it.
    desk.write("one.jsonl", "{\"id\": \"1\", \"paper\": \"reef1\"}\n");
    let (asked, read) = (eval(&["--queries", "one.jsonl"]), eval(&["--run", "good.trec", "--queries", "one.jsonl"]));
    assert_eq!([&asked["queries"], &asked["measures"]], [&json!(1), &read["measures"]]);
    let bad = eval(&["--run", "bad.trec"]);
    assert_eq!(bad["measures"][0]["mean"], 0.0);
    assert!(refusal_of(&desk, &["eval", "similar", "--qrels", "q.jsonl", "--run", "bad.trec"]).contains("q.jsonl:2: "));
}
