//! Topics: the same for the same papers, sensible in small libraries, and staying as a library grows.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{jsonl, Desk, SIX};

/// Words of four subjects; a paper is a few of them.
const SUBJECTS: [&[&str]; 4] = [
    &["galaxy", "redshift", "telescope", "supernova", "quasar", "cosmology", "dust", "halo", "spectrum", "survey"],
    &["protein", "enzyme", "folding", "peptide", "ligand", "binding", "membrane", "receptor", "kinase", "residue"],
    &["inflation", "monetary", "banks", "credit", "wages", "unemployment", "prices", "fiscal", "bonds", "trade"],
    &["parser", "compiler", "grammar", "syntax", "bytecode", "inference", "typing", "closures", "macros", "linker"],
];

/// `n` papers, in turn of each of the first `subjects`; from paper `from` on.
fn papers(from: usize, n: usize, subjects: usize) -> Vec<(String, String, String)> {
    let paper = |i: usize| {
        let words = SUBJECTS[i % subjects];
        // A stride that shares no factor with ten meets other words at each of seven steps.
        let pick = |step: usize| words[(i * 7 + step * [1, 3][i / 5 % 2] + i / 11) % words.len()];
        let text: Vec<&str> = (0..7).map(pick).collect();
        (format!("p{i:04}"), format!("{} and {} number{i}", pick(0), pick(1)), text.join(", "))
    };
    (from..from + n).map(paper).collect()
}

fn lines(papers: &[(String, String, String)]) -> String {
    jsonl(&papers.iter().map(|(id, title, text)| (id.as_str(), title.as_str(), text.as_str())).collect::<Vec<_>>())
}

fn indexed(text: &str) -> Desk {
    let desk = Desk::new();
    desk.write("papers.jsonl", text);
    desk.index(&["papers.jsonl"]);
    desk
}

fn topics(desk: &Desk, arguments: &[&str]) -> Value {
    desk.run(&[&["topics", "--format", "json"], arguments].concat()).json()
}

/// The topic of each paper.
fn places(topics: &Value) -> BTreeMap<String, u64> {
    let mut places = BTreeMap::new();
    for topic in topics["topics"].as_array().expect("topics") {
        for paper in topic["papers"].as_array().expect("papers") {
            let id = paper["id"].as_str().expect("an id").to_owned();
            assert!(places.insert(id, topic["id"].as_u64().expect("an id")).is_none(), "a paper is in one topic");
        }
    }
    places
}

#[test]
fn subjects_are_found_and_told_in_any_order_of_input() {
    let all = papers(0, 120, 4);
    let desk = indexed(&lines(&all));
    let found = topics(&desk, &["-k", "4"]);
    let places = places(&found);
    for (i, (id, ..)) in all.iter().enumerate() {
        assert_eq!(places[id], places[&all[i % 4].0], "{id} is with its subject");
    }
    let backwards: Vec<_> = all.iter().rev().cloned().collect();
    let other = indexed(&lines(&backwards));
    let told = |desk: &Desk| desk.run(&["topics", "-k", "4", "--format", "json"]).stdout;
    assert_eq!(told(&desk), told(&desk), "the same bytes again");
    // Ids are read from the records, so the order they came in is not to be seen.
    assert_eq!(told(&desk), told(&other), "the same bytes from the same papers in another order");
    let one_thread = desk.run(&["topics", "-k", "4", "--format", "json", "--threads", "1"]).stdout;
    assert_eq!(told(&desk), one_thread);
}

#[test]
fn evidence_levels_and_figures_stand_in_the_json() {
    let desk = indexed(&lines(&papers(0, 120, 4)));
    let found = topics(&desk, &[]);
    let tried = found["evidence"].as_array().expect("evidence");
    assert!(tried.iter().any(|e| e["k"] == found["k"]), "the number chosen is among those tried");
    for figure in ["silhouette", "stability", "agreement", "npmi"] {
        assert!(tried.iter().all(|e| e[figure].is_number()), "{figure}");
    }
    for figure in ["silhouette", "npmi", "stability", "c_v", "diversity", "cohesion", "separation"] {
        assert!(found["quality"][figure].is_number(), "{figure}");
    }
    for topic in found["topics"].as_array().expect("topics") {
        for figure in ["silhouette", "npmi", "stability", "c_v", "separation"] {
            assert!(topic["quality"][figure].is_number(), "{figure} of {}", topic["label"]);
        }
    }
    let asked = topics(&desk, &["-k", "8"]);
    let around: Vec<u64> =
        asked["evidence"].as_array().expect("evidence").iter().filter_map(|e| e["k"].as_u64()).collect();
    assert_eq!(around, [7, 8, 9], "where 8 stands");
    for level in asked["levels"].as_array().expect("levels") {
        let mut ids: Vec<u64> = Vec::new();
        for group in level["groups"].as_array().expect("groups") {
            ids.extend(group["topics"].as_array().expect("topics").iter().filter_map(Value::as_u64));
        }
        ids.sort_unstable();
        assert_eq!(ids, (0..8).collect::<Vec<_>>(), "each topic is in one group of a level");
    }
    assert!(!asked["levels"].as_array().expect("levels").is_empty());
    let details = desk.run(&["topics", "-k", "8", "--details"]).stdout;
    for heading in ["Quality", "Numbers of topics", "Levels"] {
        assert!(details.contains(heading), "{heading}\n{details}");
    }
}

#[test]
fn a_consensus_is_found_again_and_places_every_paper() {
    let desk = indexed(&lines(&papers(0, 80, 4)));
    let arguments = ["-k", "4", "--consensus", "--runs", "6"];
    let found = topics(&desk, &arguments);
    assert_eq!(places(&found).len(), 80);
    assert_eq!(found, topics(&desk, &arguments));
}

#[test]
fn small_and_uniform_libraries_have_sensible_topics() {
    let one = indexed(&jsonl(&SIX[..1]));
    assert_eq!(topics(&one, &[])["k"], 1);
    let two = indexed(&jsonl(&SIX[..2]));
    assert_eq!(topics(&two, &[])["k"], 1);
    assert_eq!(topics(&two, &["-k", "2"])["k"], 2);
    let six = indexed(&jsonl(SIX));
    let each = topics(&six, &["-k", "6"]);
    assert!(each["topics"].as_array().expect("topics").iter().all(|topic| topic["size"] == 1));
    let together = topics(&six, &["-k", "1"]);
    assert_eq!(together["topics"][0]["size"], 6);

    let same: Vec<(String, &str, &str)> = (0..12).map(|i| (format!("c{i}"), SIX[0].1, SIX[0].2)).collect();
    let same: Vec<(&str, &str, &str)> = same.iter().map(|(id, title, text)| (id.as_str(), *title, *text)).collect();
    let copies = indexed(&jsonl(&same));
    let found = topics(&copies, &[]);
    assert_eq!((&found["k"], &found["topics"][0]["size"]), (&Value::from(1), &Value::from(12)));
    assert_eq!(copies.run(&["topics", "-k", "2"]).code, 2, "twelve copies are one paper");
}

#[test]
fn copies_count_once_in_the_words_of_a_topic() {
    let mut all = papers(0, 40, 4);
    let plain = topics(&indexed(&lines(&all)), &["-k", "4"]);
    for copy in 0..30 {
        let (_, title, text) = all[1].clone();
        all.push((format!("z{copy}"), title, text));
    }
    let copied = topics(&indexed(&lines(&all)), &["-k", "4"]);
    let words = |found: &Value, id: &str| {
        let all = found["topics"].as_array().expect("topics");
        let holds = |topic: &&Value| topic["papers"].as_array().expect("papers").iter().any(|p| p["id"] == id);
        all.iter().find(holds).expect("a topic")["keywords"].clone()
    };
    assert_eq!(words(&plain, "p0001"), words(&copied, "p0001"));
    assert_eq!(copied["topics"][0]["size"], 40, "though all 30 are in it");
}

#[test]
fn labels_hold_no_markup_no_debris_and_no_lone_letter() {
    let dirty = |i: usize, (id, title, text): (String, String, String)| {
        let tail =
            [r"\textbf{x} $\alpha_{i}$ \cite{a}", "<sub>2</sub> <i>n</i> &lt;p&gt;", r"{\it k} \frac{1}{n} x y z"];
        (id, format!("{title} {}", tail[i % 3]), format!("{text} {} {}", tail[i % 3], tail[(i + 1) % 3]))
    };
    let all: Vec<_> = papers(0, 60, 4).into_iter().enumerate().map(|(i, paper)| dirty(i, paper)).collect();
    for topic in topics(&indexed(&lines(&all)), &["-k", "4"])["topics"].as_array().expect("topics") {
        let keywords = topic["keywords"].as_array().expect("keywords").iter().filter_map(Value::as_str);
        for term in keywords.chain(topic["label"].as_str()) {
            assert!(!term.contains(['\\', '{', '}', '<', '>', '$', '_', '&']), "{term}");
            for word in term.split([' ', ',']).filter(|word| !word.is_empty()) {
                let debris = ["textbf", "frac", "cite", "alpha", "sub", "lt", "gt", "it"];
                assert!(word.chars().count() > 1 && !debris.contains(&word), "{term}");
            }
        }
    }
}

#[test]
fn kept_topics_stay_as_the_library_grows() {
    let all = papers(0, 210, 3);
    let desk = indexed(&lines(&all[..200]));
    let before = topics(&desk, &["-k", "3"]);
    desk.write("new.jsonl", &lines(&all[200..]));
    desk.index(&["new.jsonl"]);
    let after = topics(&desk, &["--keep"]);
    let names = |found: &Value| {
        let all = found["topics"].as_array().expect("topics").iter();
        all.map(|t| (t["id"].clone(), t["slot"].clone(), t["label"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(names(&before), names(&after), "ids, slots and labels stay");
    let (old, new) = (places(&before), places(&after));
    assert!(old.iter().all(|(id, topic)| new[id] == *topic), "nothing old moved");
    assert_eq!((&after["kept"]["stayed"], &after["kept"]["joined"]), (&Value::from(200), &Value::from(10)));
    for (i, (id, ..)) in all.iter().enumerate().skip(200) {
        assert_eq!(new[id], new[&all[i % 3].0], "{id} joined its subject");
    }
    let again = topics(&desk, &["--keep"]);
    assert_eq!((&again["kept"]["stayed"], &again["kept"]["joined"]), (&Value::from(210), &Value::from(0)));
}

#[test]
fn a_new_subject_opens_a_topic_with_an_id_of_its_own() {
    let old: Vec<_> = papers(0, 120, 3);
    let desk = indexed(&lines(&old));
    topics(&desk, &["-k", "3"]);
    let new: Vec<_> =
        papers(1000, 160, 4).into_iter().enumerate().filter(|(i, _)| i % 4 == 3).map(|(_, p)| p).collect();
    desk.write("new.jsonl", &lines(&new));
    desk.index(&["new.jsonl"]);
    let found = topics(&desk, &["--keep"]);
    assert_eq!(found["kept"]["opened"], serde_json::json!([3]), "{}", found["kept"]);
    let places = places(&found);
    assert!(new.iter().all(|(id, ..)| places[id] == 3));
}

#[test]
fn papers_are_placed_without_being_added() {
    let all = papers(0, 123, 3);
    let desk = indexed(&lines(&all[..120]));
    let found = topics(&desk, &["-k", "3"]);
    desk.write("new.jsonl", &lines(&all[120..]));
    let assigned = desk.run(&["topics", "--assign", "new.jsonl", "-k", "2", "--format", "json"]);
    assert!(assigned.stderr.contains("the 3 topics of the last run are kept; -k is left out"), "{}", assigned.stderr);
    let assigned = assigned.json();
    let kept = desk.run(&["topics", "--keep", "--consensus", "--format", "json"]);
    assert!(kept.stderr.contains("--consensus is left out"), "{}", kept.stderr);
    let places = places(&found);
    for (i, paper) in assigned["papers"].as_array().expect("papers").iter().enumerate() {
        assert_eq!(paper["topic"].as_u64(), Some(places[&all[i % 3].0]), "{paper}");
    }
    assert_eq!(assigned["papers"].as_array().expect("papers").len(), 3);
    assert_eq!(desk.run(&["info", "--format", "json"]).json()["papers"], 120);
}

#[test]
fn years_and_fields_are_compared() {
    let mut text = String::new();
    for (i, (id, title, abstract_text)) in papers(0, 160, 2).into_iter().enumerate() {
        // The second subject is of the later years and of one venue.
        let year = 2010 + (i / 40) as i32 + 4 * (i % 2) as i32;
        let venue = if i % 2 == 0 { "Sky" } else { "Cell" };
        let line =
            serde_json::json!({"id": id, "title": title, "abstract": abstract_text, "year": year, "venue": venue});
        text.push_str(&format!("{line}\n"));
    }
    let desk = indexed(&text);
    let found = topics(&desk, &["-k", "2", "--over-time", "--compare", "venue"]);
    let trends: Vec<&str> =
        found["over_time"]["topics"].as_array().expect("topics").iter().filter_map(|t| t["trend"].as_str()).collect();
    assert!(trends.contains(&"rising") && trends.contains(&"fading"), "{trends:?}");
    let groups = found["compare"]["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 2);
    for group in groups {
        let most = &group["topics"][0];
        assert!(most["low"].as_f64() > Some(0.0) && most["papers"] == 80, "{most}");
        assert!(!group["words"].as_array().expect("words").is_empty());
    }
    let table = desk.run(&["topics", "-k", "2", "--over-time", "--compare", "venue"]).stdout;
    assert!(table.contains("rising") && table.contains("By venue"), "{table}");
    let none = desk.run(&["topics", "-k", "2", "--compare", "category"]).stdout;
    assert!(none.contains("no paper has a category"), "{none}");
    let wrong = desk.run(&["topics", "--compare", "colour"]);
    assert_eq!(wrong.code, 2);
    assert_eq!(
        wrong.stderr.trim(),
        "error: unknown field to compare by 'colour'; known: venue, year, source, category"
    );
}

#[test]
fn a_command_may_give_the_labels() {
    let desk = indexed(&lines(&papers(0, 60, 3)));
    let found = topics(&desk, &["-k", "3", "--label-command", "sed 's/.*/All about it/'"]);
    let labels: Vec<&Value> = found["topics"].as_array().expect("topics").iter().map(|topic| &topic["label"]).collect();
    assert_eq!(labels, ["All about it", "All about it (2)", "All about it (3)"]);
    let few = desk.run(&["topics", "-k", "3", "--label-command", "head -1"]);
    assert_eq!(few.code, 2);
    assert!(few.stderr.contains("it gave 1 lines for 3 topics"), "{}", few.stderr);
    let fails = desk.run(&["topics", "-k", "3", "--label-command", "exit 3"]);
    assert_eq!(fails.code, 2, "{}", fails.stderr);
}

#[test]
fn topics_are_judged_by_labels() {
    let all = papers(0, 90, 3);
    let desk = indexed(&lines(&all));
    let rows: String = all.iter().enumerate().map(|(i, (id, ..))| format!("{id},{}\n", i % 3)).collect();
    desk.write("labels.csv", &format!("id,label\n{rows}"));
    let judged = desk.run(&["eval", "topics", "--labels", "labels.csv", "--format", "json"]).json();
    for figure in ["v_measure", "ari", "nmi", "purity", "stability"] {
        assert_eq!(judged[figure], 1.0, "{figure}");
    }
    assert_eq!((&judged["k"], &judged["labelled"]), (&Value::from(3), &Value::from(90)));
    let rows: String =
        all.iter().take(45).map(|(id, ..)| format!("{}\n", serde_json::json!({"id": id, "label": 7}))).collect();
    desk.write("labels.jsonl", &rows);
    let half = desk.run(&["eval", "topics", "--labels", "labels.jsonl", "--seeds", "1", "--format", "json"]).json();
    assert_eq!((&half["labels"], &half["labelled"]), (&Value::from(1), &Value::from(45)));
    let chosen = ["eval", "topics", "-k", "auto", "--labels", "labels.jsonl", "--seeds", "1", "--format", "json"];
    let chosen = desk.run(&chosen).json();
    assert_eq!((&chosen["k"], &chosen["labels"]), (&topics(&desk, &[])["k"], &Value::from(1)));
    assert_ne!(chosen["k"], 1);
    desk.write("none.csv", "id,label\nnobody,1\n");
    assert_eq!(desk.run(&["eval", "topics", "--labels", "none.csv"]).code, 2);
    desk.write("bad.csv", "paper,kind\na,b\n");
    assert!(desk.run(&["eval", "topics", "--labels", "bad.csv"]).stderr.contains("expected an id and a label"));
}

#[test]
fn a_report_and_a_query_speak_of_the_same_topics() {
    let desk = indexed(&lines(&papers(0, 120, 3)));
    topics(&desk, &["-k", "4"]);
    let page = desk.run(&["report", "-k", "3", "--seed", "5", "--format", "json"]).json();
    let found = page["topics"]["topics"].as_array().expect("topics").clone();
    for topic in &found {
        let id = topic["id"].to_string();
        let asked = desk.run(&["similar", "--topic", &id, "-k", "100", "--format", "json"]).json();
        let members: Vec<&Value> =
            topic["papers"].as_array().expect("papers").iter().map(|paper| &paper["id"]).collect();
        let near = asked["results"].as_array().expect("results");
        assert!(near.iter().all(|result| !members.contains(&&result["id"])), "topic {id} is itself left out");
    }
    assert_eq!(desk.run(&["similar", "--topic", "3"]).code, 2);
}

#[test]
fn topics_of_papers_that_are_gone_are_found_anew() {
    let desk = indexed(&lines(&papers(0, 60, 3)));
    topics(&desk, &["-k", "3"]);
    desk.write("later.jsonl", &lines(&papers(1000, 60, 3)));
    desk.index(&["later.jsonl"]);
    let ids: Vec<String> = papers(0, 60, 3).into_iter().map(|(id, ..)| id).collect();
    let removed = desk.run(&[vec!["remove"], ids.iter().map(String::as_str).collect()].concat());
    assert_eq!(removed.code, 0, "{}", removed.stderr);
    let asked = desk.run(&["similar", "--topic", "0", "--format", "json"]);
    assert_eq!(asked.code, 0, "{}", asked.stderr);
}
