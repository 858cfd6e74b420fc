//! The engine: the only place that knows in which order the stages work.

mod describe;
mod ingest;
mod tell;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cluster::{self, ClusterParams};
use crate::embed::{self, Embedder, LoadOptions, ModelIdentity};
use crate::error::{Error, Result};
use crate::findings::copies::Copies;
use crate::findings::duplicates::{self, DuplicateParams};
use crate::findings::similar::{self, Calibration};
use crate::findings::topics;
use crate::index::{Exact, GraphParams, Hnsw, Index};
use crate::paper::{Paper, PaperId};
use crate::report;
use crate::store::{Rows, Store};
use crate::vectors::Vectors;

pub use describe::models;
pub use ingest::{index, IndexParams};

/// Papers with different vectors up to which every row is compared; above, a graph is built.
///
/// Measured on 2 cores with abstracts of 384 dimensions: see the README's section "Measured".
const EXACT_UP_TO: usize = 20_000;

/// A graph that finds fewer of the true neighbours is reported to the user.
const GOOD_RECALL: f32 = 0.95;

/// The name of the graph among the library's cached files.
const GRAPH: &str = "graph";

/// What happens while the engine works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// A sentence for the user.
    Notice(String),
    /// A sentence for the user who asked for more of them.
    Detail(String),
    /// A file is about to be read.
    Reading {
        /// The file.
        source: String,
        /// The reader.
        format: String,
    },
    /// Records were read and texts embedded.
    Embedding {
        /// Papers done so far.
        done: usize,
        /// Papers read so far.
        read: usize,
        /// Whether everything has been read.
        is_all: bool,
    },
    /// A stage without steps began.
    Stage(&'static str),
}

/// Told what happens, from any thread.
pub type OnProgress<'a> = &'a (dyn Fn(Progress) + Sync);

/// What every command may say.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The library's folder.
    pub library: PathBuf,
    /// Never reach for the network.
    pub offline: bool,
    /// Threads for embedding, at least 1.
    pub threads: usize,
}

impl Settings {
    fn load_model(&self, name: &str, on_progress: OnProgress<'_>) -> Result<Box<dyn Embedder>> {
        let notice = |line: &str| on_progress(Progress::Notice(line.to_owned()));
        let detail = |line: &str| on_progress(Progress::Detail(line.to_owned()));
        let (offline, threads) = (self.offline, self.threads);
        embed::load(name, &LoadOptions { offline, threads, notice: &notice, detail: &detail })
    }
}

/// How topics are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicParams {
    /// Number of topics, or none to have it chosen.
    pub k: Option<usize>,
    /// The same seed gives the same topics.
    pub seed: u64,
    /// Independent starts.
    pub runs: usize,
}

/// What similar papers are asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// A text.
    Text(String),
    /// Papers of the library: something like all of these.
    Papers(Vec<String>),
}

/// An open library, ready to answer.
pub struct Engine<'a> {
    settings: Settings,
    on_progress: OnProgress<'a>,
    store: Store,
    ids: Vec<PaperId>,
    model: ModelIdentity,
    generation: i64,
    vectors: Arc<Vectors>,
    copies: Copies,
    index: OnceCell<Box<dyn Index>>,
}

impl<'a> Engine<'a> {
    /// Opens a library and reads its vectors.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::EmptyLibrary`], [`Error::LibraryFormat`], [`Error::Damaged`].
    pub fn open(settings: &Settings, on_progress: OnProgress<'a>) -> Result<Self> {
        let store = Store::open(&settings.library)?;
        let Rows { generation, model, ids, exact_keys, vectors } = store.rows()?;
        Ok(Engine {
            settings: settings.clone(),
            on_progress,
            store,
            ids,
            model,
            generation,
            vectors: Arc::new(vectors),
            copies: Copies::new(&exact_keys),
            index: OnceCell::new(),
        })
    }

    /// The index over all rows: taken from the cache, or built and then kept there.
    fn index(&self) -> Result<&dyn Index> {
        if self.index.get().is_none() {
            // A second value is never made: nothing else fills the cell.
            let _ = self.index.set(self.make_index()?);
        }
        self.index.get().map(AsRef::as_ref).ok_or_else(|| Error::EmptyLibrary { path: self.settings.library.clone() })
    }

    fn make_index(&self) -> Result<Box<dyn Index>> {
        let vectors = Arc::clone(&self.vectors);
        if vectors.len() <= EXACT_UP_TO {
            return Ok(Box::new(Exact::new(vectors)));
        }
        let kept = self.store.cached(GRAPH, self.generation);
        if let Some(index) = kept.and_then(|bytes| Hnsw::from_bytes(Arc::clone(&vectors), &bytes)) {
            return Ok(Box::new(index));
        }
        (self.on_progress)(Progress::Stage("building the neighbour graph"));
        let index = Hnsw::build(vectors, &GraphParams::default())?;
        if index.recall() < GOOD_RECALL {
            (self.on_progress)(Progress::Notice(format!(
                "the neighbour graph finds only {:.1} % of the true neighbours",
                100.0 * index.recall()
            )));
        }
        // Without the cached file the next run builds it again: no reason to fail.
        if let Err(error) = self.store.cache(GRAPH, self.generation, &index.to_bytes()) {
            (self.on_progress)(Progress::Notice(format!("the neighbour graph could not be kept: {error}")));
        }
        Ok(Box::new(index))
    }

    /// The row of the paper with this id.
    fn row(&self, id: &str) -> Result<usize> {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).map_err(|_| self.unknown(id))
    }

    fn unknown(&self, id: &str) -> Error {
        Error::UnknownPaper { id: id.to_owned(), nearest: describe::nearest_ids(id, &self.ids) }
    }

    fn paper(&self, row: usize) -> Result<Paper> {
        let id = self.ids[row].as_str();
        self.store.find(id)?.ok_or_else(|| self.unknown(id))
    }

    /// All papers in the order of rows.
    fn papers(&self) -> Result<Vec<Paper>> {
        self.store.papers()
    }

    /// The `k` papers nearest to a query; a paper asked with is no answer, nor are its exact copies.
    ///
    /// # Errors
    /// [`Error::UnknownPaper`], [`Error::EmptyQuery`], [`Error::InvalidParameter`] if `k` is 0, and what loading the
    /// library's model says when the query is a text.
    pub fn similar(&self, query: &Query, k: usize) -> Result<report::Similar> {
        if k == 0 {
            let expected = "at least 1".to_owned();
            return Err(Error::InvalidParameter { name: "-k", value: "0".to_owned(), expected });
        }
        let (vector, asked) = match query {
            Query::Text(text) => (self.embed_query(text)?, Vec::new()),
            Query::Papers(ids) => {
                let rows = ids.iter().map(|id| self.row(id)).collect::<Result<Vec<_>>>()?;
                (similar::mean_of(&self.vectors, &rows), rows)
            }
        };
        let found = similar::similar(self.index()?, &self.copies, &vector, &asked, k)?;
        let calibration = Calibration::sample(&self.vectors, &self.copies);
        self.tell_similar(query, k, &found, &calibration)
    }

    /// The vector of a text, made by the model that made the library's.
    fn embed_query(&self, text: &str) -> Result<Vec<f32>> {
        if text.trim().is_empty() {
            return Err(Error::EmptyQuery);
        }
        let embedder = self.settings.load_model(&model_to_load(&self.model), self.on_progress)?;
        check_model(&self.settings.library, &self.model, embedder.identity())?;
        embedder.embed_query(text)
    }

    /// What the library is about.
    ///
    /// # Errors
    /// [`Error::TooManyTopics`], [`Error::InvalidParameter`].
    pub fn topics(&self, params: &TopicParams) -> Result<report::Topics> {
        let papers = self.papers()?;
        Ok(self.tell_topics(&self.find_topics(&papers, params)?, params.seed))
    }

    fn find_topics(&self, papers: &[Paper], params: &TopicParams) -> Result<topics::Topics> {
        (self.on_progress)(Progress::Stage("finding topics"));
        // Copies count once, whether their words are the same or their vectors.
        let distinct = self.vectors.distinct().joined(self.copies.firsts());
        let (k, evidence) = match params.k {
            Some(k) => (k, Vec::new()),
            None => cluster::choose_k(&self.vectors.select(&distinct.firsts), params.seed)?,
        };
        let params = ClusterParams { k, seed: params.seed, runs: params.runs };
        let clustering = cluster::fit(&self.vectors, &distinct, &params)?;
        Ok(topics::describe(papers, &self.vectors, &distinct, &clustering, evidence))
    }

    /// Records that are the same paper.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] if the least similarity is outside `[-1, 1]`.
    pub fn duplicates(&self, params: &DuplicateParams) -> Result<report::Duplicates> {
        let papers = self.papers()?;
        Ok(self.tell_duplicates(&self.find_duplicates(&papers, params)?))
    }

    fn find_duplicates(&self, papers: &[Paper], params: &DuplicateParams) -> Result<duplicates::Duplicates> {
        (self.on_progress)(Progress::Stage("finding duplicates"));
        duplicates::find(papers, &self.vectors, self.index()?, &self.copies, params)
    }
}

/// The library's model as it is loaded: from the folder it was in, if it is still there, else by its name.
fn model_to_load(model: &ModelIdentity) -> String {
    match &model.folder {
        Some(folder) if folder.is_dir() => folder.to_string_lossy().into_owned(),
        _ => model.name.clone(),
    }
}

/// Vectors of two models cannot be compared.
fn check_model(library: &Path, known: &ModelIdentity, given: &ModelIdentity) -> Result<()> {
    if known.agrees_with(given) {
        return Ok(());
    }
    let (library_model, given_model) = (known.label(), given.label());
    Err(Error::ModelMismatch { path: library.to_path_buf(), library_model, given_model })
}
