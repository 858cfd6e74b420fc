//! How long each part takes, on sizes that end in minutes: `cargo bench --bench parts [NAME]`.
//!
//! The papers are the seeds, embedded with the default model; where more are needed, their vectors are jittered.

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use paperkin::cluster::{fit, ClusterParams};
use paperkin::corpus::{Corpus, ReadOptions, Record};
use paperkin::embed::{self, Embedder, LoadOptions, DEFAULT_MODEL, HASHED_MODEL};
use paperkin::engine::{self, Engine, IndexParams, Settings};
use paperkin::findings::duplicates::DuplicateParams;
use paperkin::index::{Exact, GraphParams, Hnsw, Index};
use paperkin::vectors::{dot, Vectors};

mod jitter;

use jitter::Jitter;

/// Rows that are searched and grouped, and rows of the graph that is built again and again.
const ROWS: usize = 5000;
const BUILT_ROWS: usize = 1000;

/// Texts of one measured call of the model.
const EMBEDDED: usize = 16;

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let mut bench = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .configure_from_args();
    let texts = read(&mut bench)?;
    let vectors = Arc::new(more(&embed(&mut bench, &texts)?, ROWS)?);
    search(&mut bench, &vectors)?;
    group(&mut bench, &vectors)?;
    library(&mut bench)?;
    bench.final_summary();
    Ok(())
}

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// The texts of the seeds, as a model gets them.
fn texts() -> paperkin::error::Result<Vec<String>> {
    let mut texts = Vec::new();
    Corpus::open(&[seeds()], &ReadOptions::default())?.read(&mut |record| {
        if let Record::Paper(paper) = record {
            texts.push(paper.text());
        }
        Ok(())
    })?;
    Ok(texts)
}

fn read(bench: &mut Criterion) -> Result<Vec<String>, Box<dyn Error>> {
    let found = texts()?;
    let mut group = bench.benchmark_group("corpus");
    group.throughput(Throughput::Elements(found.len() as u64));
    group.bench_function("read and clean the seeds", |b| b.iter(|| black_box(texts().is_ok())));
    group.finish();
    Ok(found)
}

fn model(threads: usize) -> paperkin::error::Result<Box<dyn Embedder>> {
    embed::load(DEFAULT_MODEL, &LoadOptions { offline: false, threads, notice: &|_| (), detail: &|_| () })
}

/// Measures the model, and gives the vectors of all texts.
fn embed(bench: &mut Criterion, texts: &[String]) -> Result<Vectors, Box<dyn Error>> {
    let cores = std::thread::available_parallelism()?.get();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let every = texts.len() / EMBEDDED;
    let some: Vec<&str> = texts.iter().copied().step_by(every).take(EMBEDDED).collect();
    let mut group = bench.benchmark_group("embed");
    group.throughput(Throughput::Elements(EMBEDDED as u64));
    for threads in [1, cores] {
        let model = model(threads)?;
        let name = format!("{EMBEDDED} abstracts, {threads} threads");
        group.bench_function(name, |b| b.iter(|| black_box(model.embed_papers(&some, &|_| ()).is_ok())));
    }
    group.finish();
    Ok(model(cores)?.embed_papers(&texts, &|_| ())?)
}

/// `rows` unit rows: the given ones, then turned copies of them in turn.
fn more(vectors: &Vectors, rows: usize) -> Result<Vectors, Box<dyn Error>> {
    let (mut jitter, mut all) = (Jitter::new(1), Vectors::new(vectors.dimension()));
    for row in 0..rows {
        let origin = vectors.row(row % vectors.len());
        let is_copy = row >= vectors.len();
        all.push(&if is_copy { jitter.turned(origin) } else { origin.to_vec() })?;
    }
    Ok(all)
}

fn search(bench: &mut Criterion, vectors: &Arc<Vectors>) -> Outcome {
    let few = Arc::new(vectors.select(&(0..BUILT_ROWS).collect::<Vec<_>>()));
    let params = GraphParams::default();
    let indexes: [Box<dyn Index>; 2] =
        [Box::new(Exact::new(Arc::clone(vectors))), Box::new(Hnsw::build(Arc::clone(vectors), &params)?)];
    let mut group = bench.benchmark_group("index");
    group.bench_function("dot", |b| b.iter(|| dot(black_box(vectors.row(0)), black_box(vectors.row(1)))));
    for index in &indexes {
        let mut queries = (0..vectors.len()).step_by(7).cycle();
        let name = format!("{} search, k = 10, {ROWS} rows", index.name());
        let mut ask = || index.search(vectors.row(queries.next().unwrap_or(0)), 10, None);
        group.bench_function(name, |b| b.iter(|| black_box(ask().is_ok())));
    }
    let build = |rows| black_box(Hnsw::build(rows, &params).is_ok());
    let name = format!("graph of {BUILT_ROWS} rows");
    group.bench_function(name, |b| b.iter_batched(|| Arc::clone(&few), build, BatchSize::PerIteration));
    group.finish();
    Ok(())
}

fn group(bench: &mut Criterion, vectors: &Vectors) -> Outcome {
    let params = ClusterParams { k: 50, seed: 1, runs: 1 };
    fit(vectors, &params)?;
    let name = format!("cluster/k-means, k = 50, {ROWS} rows");
    bench.bench_function(&name, |b| b.iter(|| black_box(fit(vectors, &params).is_ok())));
    Ok(())
}

/// What works on a library; the vectors of its papers do not matter for how long it takes.
fn library(bench: &mut Criterion) -> Outcome {
    let folder = tempfile::tempdir()?;
    let settings = Settings { library: folder.path().join("library"), offline: true, threads: 1 };
    let index = |settings: &Settings| {
        let params = IndexParams { paths: vec![seeds()], model: Some(HASHED_MODEL.into()), ..IndexParams::default() };
        engine::index(settings, &params, &|_| ())
    };
    index(&settings)?;
    let engine = Engine::open(&settings, &|_| ())?;
    let duplicates = DuplicateParams::default();
    engine.duplicates(&duplicates)?;
    let mut group = bench.benchmark_group("library of the seeds");
    let fresh = || tempfile::tempdir().map(|f| Settings { library: f.path().join("library"), ..settings.clone() });
    group.bench_function("index, without a model", |b| {
        b.iter_batched(fresh, |settings| black_box(settings.map(|s| index(&s).is_ok())), BatchSize::PerIteration);
    });
    group.bench_function("open", |b| b.iter(|| black_box(Engine::open(&settings, &|_| ()).is_ok())));
    group.bench_function("duplicates", |b| b.iter(|| black_box(engine.duplicates(&duplicates).is_ok())));
    group.finish();
    Ok(())
}
