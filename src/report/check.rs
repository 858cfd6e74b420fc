//! What a look at a whole library found.

use serde::Serialize;

use super::table::{facts, Table};

/// Faults that a table shows at most.
const SHOWN_FAULTS: usize = 20;

/// What a look at a whole library found.
#[derive(Debug, Serialize)]
pub struct Check {
    /// The library's folder.
    pub library: String,
    /// Whether nothing is wrong, or nothing is any more.
    pub ok: bool,
    /// Papers looked at.
    pub papers: usize,
    /// Vectors looked at: one a paper, shared by copies.
    pub vectors: usize,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What was wrong and has been mended.
    pub repaired: Vec<Fault>,
    /// Vectors of texts that no paper has any more; `--repair` drops them.
    pub leftovers: usize,
    /// Vectors that a broken-off change of model made so far; `index --model` goes on with it.
    pub underway: usize,
    /// How neighbours are found: `exact`; or `hnsw`, and then whether its file is `hnsw (not built yet)`.
    pub index: String,
    /// Share of the true 10 nearest that searches of the graph find, in `[0, 1]`; 1 where every row is compared.
    pub recall_at_10: Option<f64>,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// `database`, `graph`, or the id of a paper.
    pub at: String,
    /// The two things that disagree.
    pub problem: String,
}

pub(super) fn tables(r: &Check) -> Vec<Table> {
    let state = match (r.ok, r.repaired.is_empty()) {
        (true, true) => "nothing is wrong",
        (true, false) => "repaired",
        (false, _) => "damaged",
    };
    let summary = facts(
        "",
        [
            ("library", r.library.clone()),
            ("state", state.to_owned()),
            ("papers", r.papers.to_string()),
            ("vectors", r.vectors.to_string()),
            ("leftover vectors", if r.leftovers > 0 { r.leftovers.to_string() } else { String::new() }),
            ("of another model", if r.underway > 0 { r.underway.to_string() } else { String::new() }),
            ("index", r.index.clone()),
            ("recall at 10", r.recall_at_10.map(|recall| format!("{recall:.3}")).unwrap_or_default()),
        ],
    );
    let mut tables = vec![summary];
    for (heading, faults) in [("Wrong", &r.faults), ("Repaired", &r.repaired)] {
        if faults.is_empty() {
            continue;
        }
        let mut table = Table::new(heading, &["where", "what"]);
        for fault in faults.iter().take(SHOWN_FAULTS) {
            table.push([fault.at.clone(), fault.problem.clone()]);
        }
        if faults.len() > SHOWN_FAULTS {
            table.notes.push(format!("and {} more; --format json lists them all", faults.len() - SHOWN_FAULTS));
        }
        tables.push(table);
    }
    if !r.ok {
        tables[0].notes.push("'paperkin check --repair' makes again what can be made again".to_owned());
    }
    tables
}
