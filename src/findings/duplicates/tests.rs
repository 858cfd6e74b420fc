//! The judge by example, and the whole under properties and hostile input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::{find, same_work, Collection, Decided, DuplicateParams, Duplicates, Kind, Verdict};
use crate::embed::{self, LoadOptions};
use crate::index::Exact;
use crate::paper::{Paper, PaperId};

const REEF: &str =
    "Coral reefs bleach after warm summers, and sea temperature explains most of the loss of coral cover \
    that divers have counted on forty reefs since the first survey, while storms and crown of thorns starfish \
    explain a smaller share, and fishing explains none of it that we could measure with our methods.";

const BREAD: &str =
    "Lactic bacteria and wild yeast ferment the dough of sourdough bread, and we ask how flour, water and \
    time decide the taste by baking two hundred loaves under conditions that were varied one by one in a bakery \
    with the help of twelve tasters who did not know which loaf they were given to judge.";

fn paper(id: &str, title: &str, abstract_text: &str) -> Paper {
    let (title, abstract_text) = (title.to_owned(), abstract_text.to_owned());
    Paper { id: PaperId::from(id), title, abstract_text, ..Paper::default() }
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// A record as a reference manager keeps it: authors, year, venue and pages, one a field.
fn cited(title: &str, abstract_text: &str, [authors, year, venue, pages]: [&str; 4]) -> Paper {
    Paper {
        authors: authors.split("; ").map(str::to_owned).collect(),
        year: year.parse().ok(),
        venue: text(venue),
        pages: text(pages),
        ..paper("x", title, abstract_text)
    }
}

fn verdict(a: &Paper, b: &Paper) -> Option<(Kind, Verdict)> {
    same_work(a, b).map(|judged| (judged.kind, judged.verdict))
}

/// What is found among these papers with the model that needs no files.
fn found(papers: &[Paper], decided: &Decided) -> Duplicates {
    let quiet = |_: &str| ();
    let options = LoadOptions { offline: true, threads: 1, notice: &quiet, detail: &quiet };
    let embedder = embed::load("hashed", &options).expect("a model without files");
    let texts: Vec<String> =
        papers.iter().map(|p| if p.text().is_empty() { "empty".to_owned() } else { p.text() }).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let vectors = embedder.embed_papers(&texts, &|_| ()).expect("vectors");
    let index = Exact::new(Arc::new(vectors.clone()));
    let collection = Collection { papers, vectors: &vectors, index: &index };
    find(&collection, &DuplicateParams::default(), decided).expect("duplicates")
}

fn groups(found: &Duplicates) -> Vec<Vec<usize>> {
    found.groups.iter().map(|group| group.papers.clone()).collect()
}

#[test]
fn one_paper_in_two_databases() {
    let here = ["Möhrle, J. J.; Duparc, S.", "2014", "American Journal of Tropical Medicine and Hygiene", "494-496"];
    let there = ["Mohrle JJ; Duparc S; et al.,", "2013", "Am J Trop Med Hyg", "494\u{2010}6"];
    let title = "Tafenoquine for the treatment of recurrent malaria";
    let same = Some((Kind::Near, Verdict::Same));
    assert_eq!(verdict(&cited(title, "", here), &cited(title, "", there)), Some((Kind::Exact, Verdict::Same)));
    assert_eq!(verdict(&cited(title, REEF, here), &cited(title, "", there)), same);
    assert_eq!(verdict(&cited(&format!("Short report: {title}"), "", here), &cited(title, "", there)), same);
    assert_eq!(
        verdict(
            &cited("Anaemia in children of the tropics", "", here),
            &cited("Anemia in children of the tropics", "", there)
        ),
        same
    );
}

#[test]
fn an_identifier_decides_unless_the_title_is_another() {
    let with = |title: &str, doi: &str| Paper { doi: text(doi), ..paper("x", title, "") };
    let (a, b) = (with("Growth of thin films", "10.1000/1"), with("Growth of thin film.", "10.1000/1"));
    assert_eq!(verdict(&a, &b), Some((Kind::Near, Verdict::Same)));
    let chapter = with("Abstracts of the ninth meeting", "10.1000/1");
    assert_eq!(verdict(&a, &chapter), Some((Kind::Near, Verdict::Review)));
    let other = with("Growth of thin films", "10.1000/2");
    assert_ne!(verdict(&a, &other).map(|v| v.1), Some(Verdict::Same), "two DOIs of one registrar");
}

#[test]
fn what_contradicts_is_looked_at() {
    let sure = |a: &Paper, b: &Paper| verdict(a, b).map(|v| v.1) == Some(Verdict::Same);
    let titled = |title: &str| paper("x", title, REEF);
    assert!(sure(&titled("Coral cover in warm seas"), &titled("Coral cover in the warm seas")));
    for (a, b) in [
        ("Coral cover in warm seas, Part I", "Coral cover in warm seas, Part II"),
        ("Coral cover: annual report 2019", "Coral cover: annual report 2020"),
        ("Coral cover in warm seas", "Erratum: Coral cover in warm seas"),
        ("Coral cover in warm seas", "Reply: Coral cover in warm seas"),
    ] {
        assert!(!sure(&titled(a), &titled(b)), "{a} | {b}");
    }
    let meeting = ["Haas, J.", "2015", "Value in Health", "A353-A353"];
    let article = ["Haas, J.", "2016", "Antimicrobial Resistance and Infection Control", "12-20"];
    let half = &REEF[..REEF.len() / 2];
    let (abstract_text, whole) = (format!("{half} {}", &BREAD[..110]), format!("{half} {}", &BREAD[120..]));
    let title = "The economy of copper surfaces in hospitals";
    assert!(!sure(&cited(title, &abstract_text, meeting), &cited(title, &whole, article)), "a talk and its article");
    let editorial = |pages: &str, year: &str| cited("Editorial", "", ["Baird, J. K.", year, "Drugs", pages]);
    assert!(!sure(&editorial("101-102", "2018"), &editorial("201-202", "2019")));
    let (a, b) = (["Wang, L.", "2018", "Drugs", "1-2"], ["Baird, J.", "2018", "Drugs", "1-2"]);
    assert!(!sure(&cited("Malaria in the tropics today", "", a), &cited("Malaria in the tropics today", "", b)));
}

#[test]
fn a_preprint_and_its_article_are_versions_with_a_direction() {
    let preprint = Paper {
        arxiv_id: text("2012.10187v2"),
        doi: text("10.48550/arXiv.2012.10187"),
        year: Some(2020),
        ..paper("a", "Coral cover in warm seas", &format!("{} {BREAD}", &REEF[..150]))
    };
    let article = Paper {
        doi: text("10.1000/reef"),
        venue: text("Reefs"),
        year: Some(2022),
        ..paper("b", "Coral cover in warm seas", &REEF[..250])
    };
    let found = found(&[preprint, article], &Decided::new());
    assert_eq!(found.groups.len(), 1, "{found:?}");
    assert_eq!(
        (found.groups[0].keep, found.pairs[0].earlier),
        (1, if found.pairs[0].kind == Kind::Version { Some(0) } else { None })
    );
}

#[test]
fn decisions_win() {
    let papers = [
        paper("a", "Coral cover in warm seas", REEF),
        paper("b", "Coral cover in the warm seas", REEF),
        paper("c", "Bread and wild yeast", BREAD),
    ];
    assert_eq!(groups(&found(&papers, &Decided::new())), [vec![0, 1]]);
    assert_eq!(groups(&found(&papers, &BTreeMap::from([((0, 1), false)]))), Vec::<Vec<usize>>::new());
    assert_eq!(groups(&found(&papers, &BTreeMap::from([((1, 2), true), ((0, 2), false)]))), [vec![1, 2]]);
}

#[test]
fn groups_do_not_chain() {
    // Each shares more than half of its words with the next, the ends share none.
    let words: Vec<String> = (0..240).map(|i| format!("word{}", i * 7919 % 1000)).collect();
    let part = |from: usize| words[from..from + 80].join(" ");
    let papers: Vec<Paper> =
        (0..5).map(|i| paper(&format!("p{i}"), "A survey of words and runs of them", &part(i * 36))).collect();
    let found = found(&papers, &Decided::new());
    let is_sure = |a: usize, b: usize| verdict(&papers[a], &papers[b]).is_some_and(|v| v.1 == Verdict::Same);
    for group in &found.groups {
        let rows = &group.papers;
        let pairs: Vec<(usize, usize)> =
            rows.iter().flat_map(|&a| rows.iter().filter(move |&&b| b > a).map(move |&b| (a, b))).collect();
        let sure = pairs.iter().filter(|&&(a, b)| is_sure(a, b)).count();
        assert!(2 * sure >= pairs.len(), "{rows:?} hangs by a thread");
    }
    assert!(found.groups.iter().all(|group| group.papers.len() < 5));
}

#[test]
fn many_records_that_say_nothing_are_no_group() {
    let subjects = ["coral", "bread", "glass", "rivers", "wolves", "prisms", "copper", "clouds", "violins", "tides"];
    let subject = |i: usize| format!("{} {} {}", subjects[i % 10], subjects[i / 10 % 10], subjects[i / 100 % 10]);
    let boilerplate: Vec<Paper> =
        (0..1000).map(|i| paper(&format!("p{i}"), &format!("A note about {} {i}", subject(i)), REEF)).collect();
    let titles = ["Editorial", "Introduction", "Preface", "Letter to the editor", "In this issue"];
    let short: Vec<Paper> = (0..1000).map(|i| paper(&format!("q{i}"), titles[i % 5], "")).collect();
    let cited: Vec<Paper> = (0..300)
        .map(|i| Paper {
            volume: Some(i.to_string()),
            year: Some(1900 + i),
            ..paper("r", "Proceedings of the annual meeting of members", "")
        })
        .collect();
    for papers in [boilerplate, short, cited] {
        assert_eq!(groups(&found(&papers, &Decided::new())), Vec::<Vec<usize>>::new());
    }
}

#[test]
fn ten_thousand_records_with_one_boilerplate_abstract_are_no_group() {
    let papers: Vec<Paper> = (0..10_000)
        .map(|i| {
            let title = format!("Remarks {} on subject {}", i * 7919 % 10_007, i * 104_729 % 10_007);
            paper(&format!("p{i}"), &title, REEF)
        })
        .collect();
    assert_eq!(groups(&found(&papers, &Decided::new())), Vec::<Vec<usize>>::new());
}

/// Works, each in some of four forms: as it is, in capitals, cut, and with other words here and there.
fn works() -> impl Strategy<Value = Vec<Paper>> {
    let forms = proptest::collection::vec(0..4usize, 1..4);
    proptest::collection::vec(forms, 1..8).prop_map(|works| {
        let forms = works.iter().enumerate().flat_map(|(work, forms)| forms.iter().map(move |&form| (work, form)));
        forms.enumerate().map(|(i, (work, form))| form_of(i, work, form)).collect()
    })
}

fn form_of(i: usize, work: usize, form: usize) -> Paper {
    let word = |at: usize| format!("word{}", (work * 1_000 + at) * 7_919 % 100_003);
    let words = |range: std::ops::Range<usize>, step: usize| -> String {
        range.map(|at| if at % step == 7 { "changed".to_owned() } else { word(at) } + " ").collect()
    };
    let (title, text) = (words(0..6, 100), words(10..110, 1_000));
    let text = match form {
        0 => text,
        1 => text.to_uppercase(),
        2 => words(10..80, 1_000),
        _ => words(10..110, 25),
    };
    paper(&format!("p{i}"), &title, &text)
}

/// Records that resemble each other in all ways at once.
fn any_paper() -> impl Strategy<Value = Paper> {
    let titles = [
        "Coral cover in warm seas",
        "Coral cover in the warm sea",
        "Erratum: Coral cover in warm seas",
        "Part II of many",
        "",
        "Editorial",
    ];
    let texts = ["", REEF, BREAD, &REEF[..180], "No words to speak of"];
    let dois = [None, Some("10.1/a"), Some("10.1/b"), Some("10.2/c"), Some("10.48550/d"), Some("no doi")];
    let names =
        [vec![], vec!["Möhrle, J."], vec!["Wang L", "Mohrle JJ"], vec!["et al."], vec!["Wang, L.", "Wang, L.", "Li"]];
    let venues = [None, Some("Drugs"), Some("Drug Res"), Some("arXiv")];
    let pages = [None, Some("12-19"), Some("12"), Some("e12"), Some("-")];
    (0..6usize, 0..5usize, 0..6usize, 0..5usize, 0..4usize, 0..5usize, proptest::option::of(2000..2003i32)).prop_map(
        move |(title, body, doi, authors, venue, page, year)| Paper {
            doi: dois[doi].map(str::to_owned),
            authors: names[authors].iter().map(|name| (*name).to_owned()).collect(),
            venue: venues[venue].map(str::to_owned),
            pages: pages[page].map(str::to_owned),
            year,
            ..paper("x", titles[title], texts[body])
        },
    )
}

proptest! {
    #[test]
    fn a_pair_is_judged_alike_from_both_ends(a in any_paper(), b in any_paper()) {
        prop_assert_eq!(same_work(&a, &b), same_work(&b, &a));
    }

    #[test]
    fn no_text_brings_the_judge_down(title in "\\PC{0,40}", body in "\\PC{0,200}", other in any_paper()) {
        let strange = Paper { pages: Some(title.clone()), doi: Some(body.clone()), authors: vec![body.clone()], ..paper("x", &title, &body) };
        same_work(&strange, &other);
        same_work(&strange, &strange);
    }

    #[test]
    fn the_order_of_records_does_not_change_the_groups(
        (papers, shuffled) in works().prop_flat_map(|papers| (Just(papers.clone()), Just(papers).prop_shuffle()))
    ) {
        let named = |papers: &[Paper]| {
            let found = found(papers, &Decided::new());
            let ids = |rows: &Vec<usize>| rows.iter().map(|&row| papers[row].id.clone()).collect::<BTreeSet<_>>();
            found.groups.iter().map(|group| (ids(&group.papers), group.kind)).collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(named(&papers), named(&shuffled));
    }

    #[test]
    fn groups_hold_each_row_once_and_every_sure_pair(papers in proptest::collection::vec(any_paper(), 2..12)) {
        let found = found(&papers, &Decided::new());
        let mut rows: Vec<usize> = found.groups.iter().flat_map(|group| group.papers.clone()).collect();
        let all = rows.len();
        rows.sort_unstable();
        rows.dedup();
        prop_assert_eq!(rows.len(), all);
        for pair in found.pairs.iter().filter(|pair| pair.verdict == Verdict::Same) {
            prop_assert!(found.groups.iter().any(|g| g.papers.contains(&pair.a) && g.papers.contains(&pair.b)));
        }
        for group in &found.groups {
            prop_assert!(group.papers.len() > 1 && group.papers.contains(&group.keep));
        }
    }
}
