//! The engine: the only place that knows in which order the stages work.

mod against;
mod decisions;
mod describe;
mod duplicates;
mod eval_duplicates;
mod ingest;
mod lexicon;
mod map;
mod once;
mod remainder;
mod sealed;
mod shared;
mod similar;
mod tell;
mod topics;
mod upkeep;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::embed::{self, Embedder, LoadOptions, ModelIdentity};
use crate::error::{Error, Result};
use crate::findings::calibration::Calibration;
use crate::findings::copies::Copies;
use crate::findings::ranking::Centre;
use crate::index::{Exact, GraphParams, Hnsw, Index};
use crate::paper::{Paper, PaperId};
use crate::store::{Lexicon, Rows, Store};
use crate::vectors::Vectors;

pub use against::Compared;
pub use decisions::{decide, remember};
pub use describe::models;
pub use ingest::{index, IndexParams};
use once::Once;
pub use remainder::Remainder;
pub use shared::{Seen, Watch};
pub use similar::{Line, Query, SimilarParams, Subject, Wish, Written, USUAL_K};
pub use topics::{Standing, Study, TopicParams, TopicTrials, TopicViews, USUAL_RUNS};
pub use upkeep::{check, export, remove, Place};

/// Papers with different vectors up to which every row is compared; above, a graph is built.
///
/// Abstracts of 384 dimensions on 2 cores: a scan of 20,000 took 1 ms, and there was no graph to wait for.
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
        /// Papers there will be: known when everything has been read, before that estimated from the share of the
        /// files that has been read; `None` where there is no telling.
        expected: Option<usize>,
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

/// An open library, ready to answer. An engine answers one question at a time; engines [beside](Engine::beside) each
/// other have a connection each and share all that was loaded or made.
pub struct Engine<'a> {
    settings: Settings,
    on_progress: OnProgress<'a>,
    store: Store,
    ids: Arc<[PaperId]>,
    model: ModelIdentity,
    generation: i64,
    state: i64,
    vectors: Arc<Vectors>,
    copies: Arc<Copies>,
    made: Arc<Made>,
    /// Beside the rest, since it outlives changes of the library.
    embedder: Arc<Once<Box<dyn Embedder>>>,
}

/// What is made of a state of the library when it is first needed.
#[derive(Default)]
struct Made {
    index: Once<Box<dyn Index>>,
    lexicon: Once<Lexicon>,
    centre: Once<Centre>,
    calibration: Once<Calibration>,
}

impl<'a> Engine<'a> {
    /// Opens a library and reads its vectors.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::EmptyLibrary`], [`Error::LibraryFormat`], [`Error::Damaged`].
    pub fn open(settings: &Settings, on_progress: OnProgress<'a>) -> Result<Self> {
        Self::load(settings, on_progress, Arc::default())
    }

    fn load(settings: &Settings, on_progress: OnProgress<'a>, embedder: Arc<Once<Box<dyn Embedder>>>) -> Result<Self> {
        let store = Store::open(&settings.library)?;
        let Rows { generation, model, ids, copies, vectors } = store.rows()?;
        let state = store.state()?;
        Ok(Engine {
            settings: settings.clone(),
            on_progress,
            store,
            ids: ids.into(),
            model,
            generation,
            state,
            vectors: Arc::new(vectors),
            copies: Arc::new(copies),
            made: Arc::default(),
            embedder,
        })
    }

    /// The index over all rows: taken from the cache, or built and then kept there.
    fn index(&self) -> Result<&dyn Index> {
        self.made.index.get_or_make(|| self.make_index()).map(AsRef::as_ref)
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

    /// The model that made the library's vectors.
    fn embedder(&self) -> Result<&dyn Embedder> {
        let load = || {
            let embedder = self.settings.load_model(&model_to_load(&self.model), self.on_progress)?;
            check_model(&self.settings.library, &self.model, embedder.identity())?;
            Ok(embedder)
        };
        self.embedder.get_or_make(load).map(AsRef::as_ref)
    }

    /// The row of the paper with this id.
    fn row(&self, id: &str) -> Result<usize> {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).map_err(|_| self.unknown(id))
    }

    /// Whether a paper has this id.
    pub fn has(&self, id: &str) -> bool {
        self.row(id).is_ok()
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
