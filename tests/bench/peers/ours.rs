//! Our side of the comparison, for what the command line does not show by itself; `run.py` starts it.
//!
//! Reads one call a line from standard input, `{"call": NAME, "args": {...}, "save": FILE}`, and answers each with a line
//! `{"seconds": S, "value": V}`. Vectors come as files of little-endian 32-bit floats; rows that are found, and clusters, go
//! to `save` as little-endian 32-bit integers.

use std::collections::VecDeque;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use paperkin::cluster::{fit, ClusterParams};
use paperkin::index::{Exact, GraphParams, Hnsw, Index};
use paperkin::paper::{Paper, PaperId};
use paperkin::store::{Batch, Store, TextHash};
use paperkin::vectors::Vectors;
use rayon::prelude::*;
use rayon::ThreadPoolBuilder;
use serde::Deserialize;
use serde_json::{json, Value};

#[path = "../jitter.rs"]
mod jitter;

use jitter::Jitter;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Papers written at a time.
const BATCH: usize = 1000;

#[derive(Deserialize)]
struct Request {
    #[serde(flatten)]
    call: Call,
    save: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(tag = "call", content = "args", rename_all = "snake_case")]
enum Call {
    /// Takes the first `rows` vectors of a file.
    Load { vectors: PathBuf, dimension: usize, rows: usize },
    /// Builds the graph over them.
    Graph { threads: usize },
    /// The `k` nearest rows of each query, through the graph or by a scan.
    Search { queries: PathBuf, asked: usize, k: usize, threads: usize, exact: bool },
    /// The cluster of each row.
    Kmeans { k: usize, seed: u64, threads: usize },
    /// A library of `papers` papers out of another: fewer of them, or copies with mixed words and turned vectors.
    Grow { library: PathBuf, out: PathBuf, papers: usize },
}

/// What calls leave behind for later ones.
#[derive(Default)]
struct State {
    vectors: Option<Arc<Vectors>>,
    graph: Option<Hnsw>,
}

fn main() -> Outcome<()> {
    // `cargo bench` runs every bench, and gives it arguments; here is nothing for it to wait for.
    if std::env::args().len() > 1 {
        return Ok(());
    }
    let mut state = State::default();
    for line in io::stdin().lock().lines() {
        let Request { call, save } = serde_json::from_str(&line?)?;
        let (seconds, value, rows) = state.answer(&call)?;
        if let Some(path) = save {
            let bytes: Vec<u8> = rows.iter().flat_map(|&row| (row as u32).to_le_bytes()).collect();
            std::fs::write(path, bytes)?;
        }
        writeln!(io::stdout(), "{}", json!({"seconds": seconds, "value": value}))?;
    }
    Ok(())
}

impl State {
    /// The seconds that a call took, what it has to tell, and rows or clusters.
    fn answer(&mut self, call: &Call) -> Outcome<(f64, Value, Vec<usize>)> {
        match call {
            Call::Load { vectors, dimension, rows } => {
                let read = read(vectors, *dimension, *rows)?;
                let rows = read.len();
                *self = State { vectors: Some(Arc::new(read)), graph: None };
                Ok((0.0, rows.into(), Vec::new()))
            }
            Call::Graph { threads } => {
                let vectors = Arc::clone(self.vectors()?);
                self.graph = None;
                let (seconds, graph) = timed(*threads, || Hnsw::build(vectors, &GraphParams::default()))?;
                let graph = self.graph.insert(graph?);
                Ok((seconds, graph.recall().into(), Vec::new()))
            }
            Call::Search { queries, asked, k, threads, exact } => {
                let queries = read(queries, self.vectors()?.dimension(), *asked)?;
                let scan = Exact::new(Arc::clone(self.vectors()?));
                let index: &dyn Index = match &self.graph {
                    Some(graph) if !exact => graph,
                    _ => &scan,
                };
                let ask = |i: usize| index.search(queries.row(i), *k, None);
                let (seconds, found) =
                    timed(*threads, || (0..queries.len()).into_par_iter().map(ask).collect::<Result<Vec<_>, _>>())?;
                Ok((seconds, queries.len().into(), found?.into_iter().flatten().map(|n| n.row).collect()))
            }
            Call::Kmeans { k, seed, threads } => {
                let params = ClusterParams { k: *k, seed: *seed, runs: 1 };
                let vectors = self.vectors()?;
                let (seconds, found) = timed(*threads, || fit(vectors, &params))?;
                Ok((seconds, Value::Null, found?.cluster_of))
            }
            Call::Grow { library, out, papers } => Ok((0.0, grow(library, out, *papers)?.into(), Vec::new())),
        }
    }

    fn vectors(&self) -> Outcome<&Arc<Vectors>> {
        self.vectors.as_ref().ok_or_else(|| "no vectors are loaded".into())
    }
}

/// What `work` gives in a pool of so many threads, and the seconds it took.
fn timed<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Outcome<(f64, T)> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build()?;
    let begun = Instant::now();
    let done = pool.install(work);
    Ok((begun.elapsed().as_secs_f64(), done))
}

/// The first `rows` rows of a file.
fn read(path: &Path, dimension: usize, rows: usize) -> Outcome<Vectors> {
    let (mut file, mut bytes) = (BufReader::new(File::open(path)?), vec![0; 4 * dimension]);
    let mut vectors = Vectors::new(dimension);
    while vectors.len() < rows && !file.fill_buf()?.is_empty() {
        file.read_exact(&mut bytes)?;
        let row: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        vectors.push(&row)?;
    }
    Ok(vectors)
}

/// Writes the library `to`: every so-many-th paper of `from`, or all of them and as many copies as are wanted.
fn grow(from: &Path, to: &Path, papers: usize) -> Outcome<usize> {
    let source = Store::open(from)?;
    let model = source.model()?.ok_or("the library is empty")?;
    let known = source.count()?;
    let mut target = Store::open_or_create(to)?;
    let mut jitter = Jitter::new(1);
    for copy in 0..papers.div_ceil(known) {
        // Of this copy as many as are still wanted, spread evenly.
        let wanted = (papers - copy * known).min(known);
        let (mut batch, mut vectors, mut row) = (Vec::new(), Vectors::new(model.dimension), 0);
        let mut before = VecDeque::new();
        source.each(|paper: &Paper, vector: &[f32]| {
            let is_wanted = (row + 1) * wanted / known > row * wanted / known;
            row += 1;
            if is_wanted {
                vectors.push(&if copy == 0 { vector.to_vec() } else { jitter.turned(vector) })?;
                batch.push(if copy == 0 { paper.clone() } else { mixed(paper, before.front().unwrap_or(paper), copy) });
            }
            before.push_back(paper.clone());
            if before.len() > copy {
                before.pop_front();
            }
            if batch.len() == BATCH || row == known {
                let hashes: Vec<TextHash> = batch.iter().map(TextHash::of).collect();
                target.write(&Batch { model: &model, papers: &batch, hashes: &hashes, vectors: &vectors })?;
                batch.clear();
                vectors = Vectors::new(model.dimension);
            }
            Ok::<(), paperkin::error::Error>(())
        })?;
    }
    Ok(target.count()?)
}

/// A paper that is none: every other word of one, those between of another, so that few runs of words are shared.
fn mixed(paper: &Paper, other: &Paper, copy: usize) -> Paper {
    let mix = |a: &str, b: &str| {
        let between = b.split_whitespace().skip(1).step_by(2).map(Some).chain(std::iter::repeat(None));
        let words = a.split_whitespace().skip(copy % 2).step_by(2).zip(between);
        words.flat_map(|(a, b)| [Some(a), b]).flatten().collect::<Vec<_>>().join(" ")
    };
    Paper {
        id: PaperId(format!("{}~{copy}", paper.id)),
        title: mix(&paper.title, &other.title),
        abstract_text: mix(&paper.abstract_text, &other.abstract_text),
        authors: other.authors.clone(),
        year: paper.year,
        source: paper.source.clone(),
        line: paper.line,
        ..Paper::default()
    }
}
