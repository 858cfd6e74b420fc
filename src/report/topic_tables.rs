//! Topics as tables: what matters in one, the rest on request.

use std::collections::BTreeMap;

use super::table::{clipped, drop_empty_columns, facts, Table};
use super::topics::{Assigned, ComparedGroup, Kept, OverTime, Topic, TopicEval, Topics};

/// Papers told of a kind in a table.
const SHOWN: usize = 10;

/// Topics and words told of a group.
const SHOWN_OF_GROUP: usize = 3;

/// Columns of years in a table; earlier ones are in the JSON.
const SHOWN_YEARS: usize = 8;

/// Chances below this are told as such.
const LEAST_P: f64 = 0.001;

pub(super) fn table(r: &Topics, titles: &BTreeMap<&str, &str>) -> Table {
    let mut table = Table::new("", &["topic", "papers", "label", "keywords", "cohesion", "central paper"]);
    for topic in &r.topics {
        let central = topic.representatives.first().map_or("", String::as_str);
        table.push([
            topic.id.to_string(),
            topic.size.to_string(),
            topic.label.clone(),
            topic.keywords.iter().take(6).cloned().collect::<Vec<_>>().join(", "),
            two(topic.cohesion),
            clipped(titles.get(central).copied().unwrap_or_default()),
        ]);
    }
    drop_empty_columns(&mut table, &["central paper"]);
    table.notes.push(format!(
        "{} topics, seed {}; silhouette {:.3}, NPMI {:.3}, stability {:.2}",
        r.k, r.seed, r.quality.silhouette, r.quality.npmi, r.quality.stability
    ));
    table.notes.extend(r.kept.as_ref().map(kept));
    table
}

pub(super) fn tables(r: &Topics) -> Vec<Table> {
    let mut tables = vec![table(r, &BTreeMap::new())];
    if r.is_detailed {
        tables.extend([quality(r), evidence(r), levels(r), borderline(r), oddities(r)]);
    }
    tables.extend(r.over_time.as_ref().map(over_time));
    if let Some(compare) = &r.compare {
        let mut table = Table::new(
            format!("By {}", compare.field),
            &["group", "papers", "topics it has more of", "fewer of", "words"],
        );
        compare.groups.iter().for_each(|group| table.push(group_cells(group)));
        table.notes.push(match (compare.with, compare.groups.is_empty()) {
            (0, _) => format!("no paper has a {}", compare.field),
            (_, true) => format!("no {} has enough papers to be compared", compare.field),
            (_, false) => "what differs for sure (95 %), with log-odds; all with intervals in the JSON".to_owned(),
        });
        tables.push(table);
    }
    tables.retain(|table| !table.rows.is_empty() || !table.notes.is_empty());
    tables
}

fn kept(kept: &Kept) -> String {
    let mut parts = vec![format!("kept: {} papers stayed, {} joined", kept.stayed, kept.joined)];
    let counts =
        [(kept.moved.len(), "moved"), (kept.gone, "gone"), (kept.nearer_elsewhere, "nearer to another by now")];
    parts.extend(counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    for (ids, what) in [(&kept.opened, "opened"), (&kept.emptied, "emptied")] {
        if !ids.is_empty() {
            let ids = ids.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            parts.push(format!("{what}: topic {ids}"));
        }
    }
    parts.join(", ")
}

fn quality(r: &Topics) -> Table {
    let columns = ["topic", "label", "cohesion", "separation", "silhouette", "NPMI", "C_v", "stability"];
    let mut table = Table::new("Quality", &columns);
    for t in &r.topics {
        let q = &t.quality;
        let figures = [t.cohesion, q.separation, q.silhouette, q.npmi, q.c_v, q.stability].map(two);
        let [cohesion, separation, silhouette, npmi, c_v, stability] = figures;
        table.push([t.id.to_string(), t.label.clone(), cohesion, separation, silhouette, npmi, c_v, stability]);
    }
    table.notes.push(format!("keyword diversity {:.2}, C_v {:.2}", r.quality.diversity, r.quality.c_v));
    table
}

fn evidence(r: &Topics) -> Table {
    let mut table = Table::new("Numbers of topics", &["k", "agreement", "NPMI", "product", "silhouette", "stability"]);
    for e in &r.evidence {
        let chosen = if e.k == r.k { " *" } else { "" };
        let [agreement, npmi, silhouette, stability] = [e.agreement, e.npmi, e.silhouette, e.stability].map(two);
        let product = format!("{:.3}", e.agreement.max(0.0) * e.npmi.max(0.0));
        table.push([format!("{}{chosen}", e.k), agreement, npmi, product, silhouette, stability]);
    }
    table
}

fn levels(r: &Topics) -> Table {
    let mut table = Table::new("Levels", &["level", "papers", "label", "topics"]);
    for (at, level) in r.levels.iter().enumerate() {
        for group in &level.groups {
            let topics = group.topics.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
            table.push([(at + 1).to_string(), group.size.to_string(), group.label.clone(), topics]);
        }
    }
    table
}

fn borderline(r: &Topics) -> Table {
    let mut table = Table::new("On the border of two topics", &["id", "topic", "strength", "second", "its strength"]);
    let all = r.topics.iter().flat_map(|t| t.papers.iter().filter_map(move |p| Some((t, p, p.second.as_ref()?))));
    let mut all: Vec<_> = all.collect();
    all.sort_by(|a, b| {
        (b.2.strength - b.1.strength).total_cmp(&(a.2.strength - a.1.strength)).then(a.1.id.cmp(&b.1.id))
    });
    for (topic, paper, second) in all.iter().take(SHOWN) {
        let cells = [topic.id.to_string(), two(paper.strength), second.topic.to_string(), two(second.strength)];
        let [topic, strength, second, its] = cells;
        table.push([paper.id.clone(), topic, strength, second, its]);
    }
    table.notes.extend((all.len() > SHOWN).then(|| format!("and {} more", all.len() - SHOWN)));
    table
}

fn oddities(r: &Topics) -> Table {
    let mut table = Table::new("Far from every topic", &["id", "topic", "strength"]);
    let strength = |topic: &Topic, id: &str| topic.papers.iter().find(|p| p.id == id).map_or(0.0, |p| p.strength);
    let mut all: Vec<(f64, &str, usize)> = Vec::new();
    for topic in &r.topics {
        all.extend(topic.oddities.iter().map(|id| (strength(topic, id), id.as_str(), topic.id)));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    for (strength, id, topic) in all.iter().take(SHOWN) {
        table.push([(*id).to_owned(), topic.to_string(), two(*strength)]);
    }
    table.notes.extend((all.len() > SHOWN).then(|| format!("and {} more", all.len() - SHOWN)));
    table
}

fn over_time(r: &OverTime) -> Table {
    let mut table = Table::new("Papers a year", &["topic", "label", "trend", "p", "papers", "share"]);
    let from = r.years.len().saturating_sub(SHOWN_YEARS);
    let dated = r.topics.iter().filter(|_| !r.years.is_empty());
    for t in dated {
        let list = |cells: Vec<String>| cells.join(" ");
        table.push([
            t.topic.to_string(),
            t.label.clone(),
            t.trend.to_owned(),
            if t.p < LEAST_P { format!("<{LEAST_P}") } else { format!("{:.3}", t.p) },
            list(t.counts[from..].iter().map(usize::to_string).collect()),
            list(t.shares[from..].iter().map(|share| format!("{:.0}%", 100.0 * share)).collect()),
        ]);
    }
    if let (Some(first), Some(last)) = (r.years.get(from), r.years.last()) {
        let undated = if r.undated > 0 { format!("; {} papers without a year", r.undated) } else { String::new() };
        table.notes.push(format!("years {first} to {last} that have papers{undated}"));
    } else {
        table.notes.push("no paper has a year".to_owned());
    }
    table
}

fn group_cells(group: &ComparedGroup) -> [String; 5] {
    let told = |label: &str, log_odds: f64| format!("{label} ({log_odds:+.1})");
    let list = |cells: Vec<String>| cells.join(", ");
    let more = group.topics.iter().filter(|t| t.odds.low > 0.0).take(SHOWN_OF_GROUP);
    let fewer = group.topics.iter().rev().filter(|t| t.odds.high < 0.0).take(SHOWN_OF_GROUP);
    let words = group.words.iter().take(2 * SHOWN_OF_GROUP);
    [
        group.group.clone(),
        group.papers.to_string(),
        list(more.map(|t| told(&t.label, t.odds.log_odds)).collect()),
        list(fewer.map(|t| told(&t.label, t.odds.log_odds)).collect()),
        list(words.map(|w| w.word.clone()).collect()),
    ]
}

pub(super) fn assigned(r: &Assigned) -> Vec<Table> {
    let mut table = Table::new("", &["id", "topic", "label", "strength", "second", "fits", "title"]);
    for p in &r.papers {
        table.push([
            p.id.clone(),
            p.topic.to_string(),
            p.label.clone(),
            two(p.strength),
            p.second.as_ref().map(|second| second.topic.to_string()).unwrap_or_default(),
            if p.fits { "yes" } else { "no" }.to_owned(),
            clipped(&p.title),
        ]);
    }
    drop_empty_columns(&mut table, &["second"]);
    table.notes.extend(r.skipped.iter().map(|s| format!("skipped {}:{}: {}", s.source, s.line, s.reason)));
    vec![table]
}

pub(super) fn eval(r: &TopicEval) -> Table {
    let figure = |value: f64| format!("{value:.4}");
    // One number for all seeds, or one each.
    let mut topics: Vec<String> = r.k_of_seeds.iter().map(usize::to_string).collect();
    topics.dedup();
    if topics.len() > 1 {
        topics = r.k_of_seeds.iter().map(usize::to_string).collect();
    }
    facts(
        "",
        [
            ("papers with a label", format!("{} of {}", r.labelled, r.papers)),
            ("labels, topics, seeds", format!("{}, {}, {}", r.labels, topics.join("/"), r.seeds)),
            ("V-measure", figure(r.v_measure)),
            ("homogeneity", figure(r.homogeneity)),
            ("completeness", figure(r.completeness)),
            ("ARI", figure(r.ari)),
            ("NMI", figure(r.nmi)),
            ("purity", figure(r.purity)),
            ("stability over seeds", figure(r.stability)),
            ("NPMI", figure(r.npmi)),
            ("keyword diversity", figure(r.diversity)),
            ("silhouette", figure(r.silhouette)),
        ],
    )
}

fn two(value: f64) -> String {
    format!("{value:.2}")
}
