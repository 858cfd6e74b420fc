//! How good a run is.

use serde::Serialize;

use super::table::Table;

/// How good a run is.
#[derive(Debug, Serialize)]
pub struct Evaluation {
    /// The question evaluated: `similar`.
    pub task: &'static str,
    /// Queries with at least one relevant paper.
    pub queries: usize,
    /// The measures.
    pub measures: Vec<Measure>,
    /// The difference to another run, query by query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Comparison>,
}

/// A measure with its interval.
#[derive(Debug, Serialize)]
pub struct Measure {
    /// Its name, such as `ndcg@10`.
    pub name: &'static str,
    /// Its mean over queries.
    pub mean: f64,
    /// Where the 95 % interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

/// This run less another.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The measure.
    pub name: &'static str,
    /// The mean difference; above 0 this run is better.
    pub difference: f64,
    /// Where its 95 % interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// Queries on which this run is better.
    pub better: usize,
    /// Queries on which the other is.
    pub worse: usize,
}

pub(super) fn tables(r: &Evaluation) -> Vec<Table> {
    let figure = |value: f64| format!("{value:.4}");
    let mut measures = Table::new(format!("{} queries", r.queries), &["measure", "mean", "low", "high"]);
    for m in &r.measures {
        measures.push([m.name.to_owned(), figure(m.mean), figure(m.low), figure(m.high)]);
    }
    measures.notes.push("low and high: 95 % interval, by bootstrap over queries".to_owned());
    if r.compared.is_empty() {
        return vec![measures];
    }
    let columns = ["measure", "difference", "low", "high", "better", "worse"];
    let mut compared = Table::new("Less the other run", &columns);
    for c in &r.compared {
        let (better, worse) = (c.better.to_string(), c.worse.to_string());
        compared.push([c.name.to_owned(), figure(c.difference), figure(c.low), figure(c.high), better, worse]);
    }
    vec![measures, compared]
}
