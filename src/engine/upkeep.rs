//! Keeping a library for years: taking papers out, writing them elsewhere, and looking whether all is as it must be.

use std::io::Write;
use std::path::Path;

use crate::error::{Error, Result};
use crate::index::Hnsw;
use crate::paper::PaperId;
use crate::report::export::{Collection, Exporter};
use crate::report::{self, rounded, Failure};
use crate::store::{write_file, Audit, Store, WriterLock};

use super::describe::nearest_ids;
use super::ingest::{embed_missing, PATIENCE};
use super::{check_model, model_to_load, Engine, OnProgress, Progress, Settings, EXACT_UP_TO, GRAPH};

/// How `check` names a graph that has no file yet.
const NOT_BUILT: &str = "hnsw (not built yet)";

/// Takes papers out of the library: all of them, or none if one is not there.
///
/// # Errors
/// [`Error::UnknownPaper`], [`Error::NoLibrary`], [`Error::Locked`].
pub fn remove(settings: &Settings, ids: &[String]) -> Result<report::Removal> {
    let mut store = Store::open(&settings.library)?;
    let _lock = WriterLock::take(&settings.library, PATIENCE)?;
    let known = store.ids()?;
    let mut removed: Vec<PaperId> = ids.iter().map(|id| PaperId(id.clone())).collect();
    removed.sort();
    removed.dedup();
    if let Some(unknown) = removed.iter().find(|id| known.binary_search(id).is_err()) {
        let nearest = nearest_ids(unknown.as_str(), &known);
        return Err(Error::UnknownPaper { id: unknown.to_string(), nearest });
    }
    store.remove(&removed)?;
    let papers = known.len() - removed.len();
    Ok(report::Removal { removed: removed.into_iter().map(|id| id.0).collect(), papers })
}

/// Where an export goes.
pub enum Place<'a> {
    /// A file, written whole or not at all.
    File(&'a Path),
    /// A stream.
    Stream(&'a mut (dyn Write + Send)),
}

/// Writes the whole library in the format of `exporter`, with a list of ids beside it where the format names no papers.
///
/// # Errors
/// [`Failure`]: the place could not be written; [`Error::NoLibrary`], [`Error::EmptyLibrary`], [`Error::Damaged`];
/// [`Error::InvalidParameter`] for a stream in a format that needs a list of ids beside it.
pub fn export(settings: &Settings, exporter: &dyn Exporter, place: Place<'_>) -> Result<report::Export, Failure> {
    let store = Store::open(&settings.library)?;
    store.snapshot()?;
    let empty = || Error::EmptyLibrary { path: settings.library.clone() };
    let model = store.model()?.ok_or_else(empty)?;
    let collection = Collection { papers: store.count()?, dimension: model.dimension, each: &|take| store.each(take) };
    if collection.papers == 0 {
        return Err(empty().into());
    }
    let files = match place {
        Place::Stream(out) if exporter.ids_path(Path::new("")).is_none() => {
            exporter.write(&collection, out)?;
            vec!["-".to_owned()]
        }
        Place::Stream(_) => {
            let expected = "a file, since a list of ids is written beside it".to_owned();
            return Err(Error::InvalidParameter { name: "the output", value: "a stream".to_owned(), expected }.into());
        }
        Place::File(path) => {
            let ids = exporter.ids_path(path);
            if let Some(ids) = &ids {
                write_ids(&collection, ids)?;
            }
            write_file(path, |out| exporter.write(&collection, out).map_err(|failure| failure.at(path)))?;
            let files = std::iter::once(path.to_path_buf()).chain(ids);
            files.map(|file| file.display().to_string()).collect()
        }
    };
    Ok(report::Export { papers: collection.papers, format: exporter.name(), files })
}

fn write_ids(collection: &Collection<'_>, path: &Path) -> Result<()> {
    write_file(path, |out| {
        let write = &mut |paper: &crate::paper::Paper, _: &[f32]| Ok(writeln!(out, "{}", paper.id)?);
        (collection.each)(write).map_err(|failure| failure.at(path))
    })
}

/// Looks at every row of the library and at its graph; with `is_repair` what is derived is made again.
///
/// # Errors
/// [`Error::NoLibrary`], [`Error::LibraryFormat`]; [`Error::Damaged`] where nothing can be read at all; with `is_repair`
/// also [`Error::Locked`] and what loading the model says, if a vector is missing.
pub fn check(settings: &Settings, is_repair: bool, on_progress: OnProgress<'_>) -> Result<report::Check> {
    let mut store = Store::open(&settings.library)?;
    on_progress(Progress::Stage("looking at every row"));
    let found = looked_at(&store, settings, on_progress)?;
    if !is_repair || found.is_whole() {
        return Ok(found.told(settings, Vec::new()));
    }
    let _lock = WriterLock::take(&settings.library, PATIENCE)?;
    // Before anything is dropped it must be certain that it can be made again.
    let embedder = match store.model()? {
        Some(model) if found.audit.without_vector > 0 => {
            let embedder = settings.load_model(&model_to_load(&model), on_progress)?;
            check_model(&settings.library, &model, embedder.identity())?;
            Some(embedder)
        }
        _ => None,
    };
    store.mend()?;
    if let Some(embedder) = &embedder {
        embed_missing(&mut store, &**embedder, on_progress)?;
    }
    match Engine::open(settings, on_progress) {
        // What cannot be opened now is found again below.
        Err(Error::EmptyLibrary { .. } | Error::Damaged { .. }) => {}
        other => drop(other?.index()?),
    }
    let after = looked_at(&store, settings, on_progress)?;
    Ok(after.told(settings, found.audit.faults))
}

/// What a look found.
struct Found {
    audit: Audit,
    index: String,
    recall: Option<f32>,
}

fn looked_at(store: &Store, settings: &Settings, on_progress: OnProgress<'_>) -> Result<Found> {
    let mut audit = store.audit()?;
    if !audit.faults.is_empty() || audit.papers == 0 {
        return Ok(Found { audit, index: String::new(), recall: None });
    }
    let engine = Engine::open(settings, on_progress)?;
    if engine.vectors.len() <= EXACT_UP_TO {
        return Ok(Found { audit, index: "exact".to_owned(), recall: Some(1.0) });
    }
    let Some(kept) = engine.store.cached(GRAPH, engine.generation) else {
        return Ok(Found { audit, index: NOT_BUILT.to_owned(), recall: None });
    };
    let Some(index) = Hnsw::from_bytes(engine.vectors.clone(), &kept) else {
        let problem = "its file is damaged, or belongs to other vectors".to_owned();
        audit.faults.push(crate::store::Fault { at: "graph".to_owned(), problem });
        return Ok(Found { audit, index: "hnsw".to_owned(), recall: None });
    };
    Ok(Found { audit, index: "hnsw".to_owned(), recall: Some(index.measured_recall()?) })
}

impl Found {
    /// Whether there is nothing to make again.
    fn is_whole(&self) -> bool {
        self.audit.faults.is_empty() && self.audit.leftovers == 0 && self.index != NOT_BUILT
    }

    /// The report, where `before` was wrong before a repair.
    fn told(self, settings: &Settings, before: Vec<crate::store::Fault>) -> report::Check {
        let told = |fault: crate::store::Fault| report::Fault { at: fault.at, problem: fault.problem };
        let repaired = before.into_iter().filter(|fault| !self.audit.faults.contains(fault));
        report::Check {
            library: settings.library.display().to_string(),
            ok: self.audit.faults.is_empty(),
            papers: self.audit.papers,
            vectors: self.audit.vectors,
            repaired: repaired.map(told).collect(),
            faults: self.audit.faults.into_iter().map(told).collect(),
            leftovers: self.audit.leftovers,
            underway: self.audit.underway,
            index: self.index,
            recall_at_10: self.recall.map(rounded),
        }
    }
}
