//! Which tables a report becomes.

use std::collections::BTreeMap;

use super::{Duplicates, Ingest, Library, Models, Paper, Report, Similar, Table, Topics, Whole};

/// Skipped records and ignored files that a table shows at most.
const SHOWN_LOSSES: usize = 10;

/// Characters of a title that a table shows at most.
const LONGEST_TITLE: usize = 300;

/// Pairs to look at that a table shows at most.
const SHOWN_PAIRS: usize = 20;

impl Report {
    /// The tables of this report, the most important first.
    pub fn tables(&self) -> Vec<Table> {
        match self {
            Report::Ingest(r) => ingest(r),
            Report::Similar(r) => similar(r),
            Report::Topics(r) => vec![topics(r, &BTreeMap::new())],
            Report::Duplicates(r) => duplicates(r),
            Report::Paper(r) => vec![paper(r)],
            Report::Library(r) => library(r),
            Report::Models(r) => vec![models(r)],
            Report::Whole(r) => whole(r),
        }
    }
}

fn ingest(r: &Ingest) -> Vec<Table> {
    let mut counts = Table::new("", &["read", "added", "updated", "unchanged", "skipped", "embedded"]);
    counts.push([r.read, r.added, r.updated, r.unchanged, r.skipped.len(), r.embedded].map(|n| n.to_string()));
    if r.dry_run {
        counts.notes.push("dry run: nothing was written".to_owned());
    }
    if r.title_only > 0 {
        counts.notes.push(format!("{} of these papers have a title but no abstract", r.title_only));
    }
    let mut tables = vec![counts];
    if !r.skipped.is_empty() {
        let mut skipped = Table::new("Skipped", &["record", "reason"]);
        for loss in r.skipped.iter().take(SHOWN_LOSSES) {
            skipped.push([format!("{}:{}", loss.source, loss.line), loss.reason.clone()]);
        }
        skipped.notes.extend(more(r.skipped.len(), "--format json lists them all"));
        tables.push(skipped);
    }
    if !r.replaced.is_empty() {
        let mut replaced = Table::new("Replaced by another record with the same id", &["id", "was", "is now"]);
        for loss in r.replaced.iter().take(SHOWN_LOSSES) {
            replaced.push([loss.id.clone(), loss.source.clone(), loss.by.clone()]);
        }
        replaced.notes.extend(more(r.replaced.len(), "--format json lists them all"));
        tables.push(replaced);
    }
    if !r.ignored.is_empty() {
        let mut ignored = Table::new("Files left out", &["file", "reason"]);
        for loss in r.ignored.iter().take(SHOWN_LOSSES) {
            ignored.push([loss.source.clone(), loss.reason.clone()]);
        }
        ignored.notes.extend(more(r.ignored.len(), "--format json lists them all"));
        tables.push(ignored);
    }
    tables
}

fn more(count: usize, way: &str) -> Option<String> {
    (count > SHOWN_LOSSES).then(|| format!("and {} more; {way}", count - SHOWN_LOSSES))
}

fn similar(r: &Similar) -> Vec<Table> {
    let mut table = Table::new("", &["rank", "similarity", "percentile", "id", "title", "also"]);
    for paper in &r.results {
        table.push([
            paper.rank.to_string(),
            format!("{:.3}", paper.similarity),
            format!("{:.1}", paper.percentile),
            paper.id.clone(),
            clipped(&paper.title),
            paper.also.join(" "),
        ]);
    }
    drop_empty_columns(&mut table, &["also"]);
    table.notes.push(match r.results.is_empty() {
        true => "no other paper in this library".to_owned(),
        false => "percentile: share of random pairs of this library that are less similar".to_owned(),
    });
    vec![table]
}

/// A title at a length that a table bears.
fn clipped(title: &str) -> String {
    match title.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => format!("{}...", &title[..end]),
        None => title.to_owned(),
    }
}

/// Takes out those of the named columns that have no text in any row.
fn drop_empty_columns(table: &mut Table, names: &[&str]) {
    for name in names {
        let Some(column) = table.columns.iter().position(|c| c == name) else { continue };
        if table.rows.iter().all(|row| row[column].is_empty()) {
            table.columns.remove(column);
            table.rows.iter_mut().for_each(|row| drop(row.remove(column)));
        }
    }
}

fn topics(r: &Topics, titles: &BTreeMap<&str, &str>) -> Table {
    let mut table = Table::new("", &["topic", "papers", "label", "keywords", "cohesion", "central paper"]);
    for topic in &r.topics {
        let central = topic.representatives.first().map_or("", String::as_str);
        table.push([
            topic.id.to_string(),
            topic.size.to_string(),
            topic.label.clone(),
            topic.keywords.iter().take(6).cloned().collect::<Vec<_>>().join(", "),
            format!("{:.2}", topic.cohesion),
            clipped(titles.get(central).copied().unwrap_or_default()),
        ]);
    }
    drop_empty_columns(&mut table, &["central paper"]);
    table.notes.push(format!(
        "{} topics, seed {}; silhouette {:.3}, NPMI {:.3}, stability {:.2}",
        r.k, r.seed, r.quality.silhouette, r.quality.npmi, r.quality.stability
    ));
    table
}

fn duplicates(r: &Duplicates) -> Vec<Table> {
    let mut groups = Table::new("", &["kind", "weakest", "keep", "the same paper as"]);
    for group in &r.groups {
        let others: Vec<&str> = group.papers.iter().filter(|id| **id != group.keep).map(String::as_str).collect();
        groups.push([
            group.kind.to_owned(),
            format!("{:.3}", group.weakest_similarity),
            group.keep.clone(),
            others.join(" "),
        ]);
    }
    let surplus: usize = r.groups.iter().map(|group| group.papers.len() - 1).sum();
    groups.notes.push(format!("{} groups, {surplus} surplus records", r.groups.len()));
    let to_review: Vec<_> = r.pairs.iter().filter(|pair| pair.verdict == "review").collect();
    let mut tables = vec![groups];
    if !to_review.is_empty() {
        let mut review = Table::new("To look at", &["similarity", "overlap", "a", "b", "reasons"]);
        for pair in to_review.iter().take(SHOWN_PAIRS) {
            review.push([
                format!("{:.3}", pair.similarity),
                format!("{:.2}", pair.text_overlap),
                pair.a.clone(),
                pair.b.clone(),
                pair.reasons.join("; "),
            ]);
        }
        if to_review.len() > SHOWN_PAIRS {
            review.notes.push(format!("and {} more; --format json lists them all", to_review.len() - SHOWN_PAIRS));
        }
        tables.push(review);
    }
    tables
}

/// Names and values, leaving out those without a value.
fn facts<const N: usize>(heading: impl Into<String>, facts: [(&str, String); N]) -> Table {
    let mut table = Table::new(heading, &["", " "]);
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        table.push([name.to_owned(), value]);
    }
    table
}

fn paper(r: &Paper) -> Table {
    facts(
        "",
        [
            ("id", r.id.clone()),
            ("title", r.title.clone()),
            ("authors", r.authors.join("; ")),
            ("year", r.year.map(|y| y.to_string()).unwrap_or_default()),
            ("date", r.date.clone().unwrap_or_default()),
            ("venue", r.venue.clone().unwrap_or_default()),
            ("categories", r.categories.join(" ")),
            ("doi", r.doi.clone().unwrap_or_default()),
            ("arXiv", r.arxiv_id.clone().unwrap_or_default()),
            ("url", r.url.clone().unwrap_or_default()),
            ("source", format!("{}:{}", r.source, r.line)),
            ("also", r.also.join(" ")),
            ("abstract", if r.title_only { "(none)".to_owned() } else { r.abstract_text.clone() }),
        ],
    )
}

fn library(r: &Library) -> Vec<Table> {
    let mut table = facts(
        "",
        [
            ("library", r.library.clone()),
            ("papers", r.papers.to_string()),
            ("without copies", r.distinct.to_string()),
            ("title only", r.title_only.to_string()),
            ("model", format!("{} ({})", r.model.name, r.model.fingerprint)),
            ("dimension", r.model.dimension.to_string()),
            ("index", r.index.engine.to_owned()),
            ("recall at 10", format!("{:.3}", r.index.recall_at_10)),
            ("size on disk", format!("{:.1} MB", r.bytes as f64 / 1e6)),
        ],
    );
    table.heading = "Library".to_owned();
    let mut sources = Table::new("Sources", &["source", "papers"]);
    for source in &r.sources {
        sources.push([source.source.clone(), source.papers.to_string()]);
    }
    vec![table, sources]
}

fn models(r: &Models) -> Table {
    let mut table = Table::new("", &["model", "dimension", "tokens", "licence", "state", "description"]);
    for model in &r.models {
        table.push([
            model.name.clone(),
            model.dimension.to_string(),
            model.max_tokens.to_string(),
            model.licence.clone(),
            model.state.clone(),
            model.description.clone(),
        ]);
    }
    table
}

fn whole(r: &Whole) -> Vec<Table> {
    let titles: BTreeMap<&str, &str> = r.papers.iter().map(|p| (p.paper.id.as_str(), p.paper.title.as_str())).collect();
    let overview = &r.overview;
    let years = overview.years.as_ref().map(|y| format!("{} to {}", y.first, y.last)).unwrap_or_default();
    let mut tables = vec![facts(
        "Overview",
        [
            ("papers", overview.papers.to_string()),
            ("without copies", overview.distinct.to_string()),
            ("years", years),
            ("topics", overview.topics.to_string()),
            ("duplicate groups", overview.duplicate_groups.to_string()),
            ("surplus records", overview.surplus.to_string()),
            ("model", format!("{} ({} dimensions)", overview.model, overview.dimension)),
        ],
    )];
    let mut sources = Table::new("Sources", &["source", "papers"]);
    for source in &overview.sources {
        sources.push([source.source.clone(), source.papers.to_string()]);
    }
    tables.push(sources);
    let mut table = topics(&r.topics, &titles);
    table.heading = "Topics".to_owned();
    tables.push(table);
    tables.extend(r.topics.topics.iter().map(|topic| representatives(topic, &titles)));
    let mut found = duplicates(&r.duplicates);
    found[0].heading = "Duplicates".to_owned();
    tables.extend(found);
    tables
}

fn representatives(topic: &super::Topic, titles: &BTreeMap<&str, &str>) -> Table {
    let mut table = Table::new(format!("Topic {}: {}", topic.id, topic.label), &["id", "representative paper"]);
    for id in &topic.representatives {
        table.push([id.clone(), clipped(titles.get(id.as_str()).copied().unwrap_or_default())]);
    }
    table
}
