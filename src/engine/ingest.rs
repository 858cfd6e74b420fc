//! From files to a library: read, compare, embed, commit, batch after batch. A thread of its own reads, and another one
//! commits a batch while the next is embedded.

mod advice;
mod compare;
mod pending;
mod reading;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{sync_channel, Receiver};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::corpus::{self, Corpus, Totals};
use crate::embed::{Embedder, DEFAULT_MODEL};
use crate::error::{Error, Result};
use crate::report;
use crate::store::{Store, TextHash, WriterLock};
use crate::vectors::Vectors;

use advice::{Course, Pace};
use compare::Additions;
use pending::Pending;
use reading::{check_all, ignored, open, reader_died, send_batches, sources, Ahead, Read};

use super::{check_model, model_to_load, Engine, OnProgress, Progress, Settings};

/// Papers that are embedded and committed together. A kill can cost two batches, some six seconds of the default model:
/// one that is being embedded and one that is being written meanwhile. Small ones make for more work on disk: every
/// batch changes nearly every page of the indexes by hash.
const BATCH: usize = 512;

/// Batches that are read ahead of embedding.
const READ_AHEAD: usize = 8;

/// How long a writer waits for another.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// What `index` may say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexParams {
    /// Files, folders, or `-`; none where a library only moves to another model.
    pub paths: Vec<PathBuf>,
    /// The reader to use, in place of the one that recognises a file.
    pub format: Option<String>,
    /// Fields that are taken from columns of these names: pairs of a field, such as `title`, and a column.
    pub map: Vec<(String, String)>,
    /// Name or folder of the model; the library's own, else the default, if not given. Another than the library's own
    /// embeds all of it again.
    pub model: Option<String>,
    /// A record that cannot be used is an error, found before anything is written.
    pub strict: bool,
    /// Read and compare, but write nothing.
    pub dry_run: bool,
}

/// Reads files into the library, embedding what is new or changed.
///
/// Everything that can be checked is checked before the first write: paths, formats, the model, and with `strict` every
/// record. Each batch is committed whole; running again after an interruption goes on where it stopped.
///
/// # Errors
/// What reading says ([`Error::NoSuchPath`], [`Error::NotACorpus`], [`Error::NoPapers`], [`Error::BadRecord`] if
/// `strict`), what loading the model says, [`Error::ModelMismatch`] if the library's model has changed
/// and none was named, [`Error::Locked`].
pub fn index(settings: &Settings, params: &IndexParams, on_progress: OnProgress<'_>) -> Result<report::Ingest> {
    let begun = Instant::now();
    if params.strict {
        check_all(params)?;
    }
    let corpus = if params.paths.is_empty() { Corpus::default() } else { open(params)? };
    for source in corpus.sources() {
        on_progress(Progress::Reading { source: source.name().to_owned(), format: source.format().to_owned() });
    }
    let ahead = &Ahead { bytes: corpus.bytes(), bytes_taken: corpus.bytes_taken(), ..Ahead::default() };
    let mut ingest = Ingest::new(settings, params, on_progress, ahead)?;
    ingest.change_model()?;
    ingest.report.sources = sources(&corpus);
    ingest.report.ignored = ignored(&corpus);
    let totals = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(READ_AHEAD);
        let reader = scope.spawn(move || send_batches(corpus, &sender, ahead));
        let worked = ingest.take_all(&receiver);
        let worked = worked.and(ingest.write_pending());
        drop(receiver);
        let totals = reader.join().unwrap_or_else(|_| Err(reader_died()));
        // A failed embedding closes the channel; that is the reason to tell, not the closed channel.
        worked.and(totals)
    })?;
    ingest.finish(&totals, begun)
}

/// A run of `index` under way.
struct Ingest<'a> {
    settings: &'a Settings,
    params: &'a IndexParams,
    on_progress: OnProgress<'a>,
    ahead: &'a Ahead,
    model: String,
    embedder: Option<Arc<dyn Embedder>>,
    /// The library, if there is one; otherwise made with the first batch.
    store: Option<Store>,
    lock: Option<WriterLock>,
    /// The batch before, which is committed while the next one is embedded.
    pending: Option<Pending>,
    report: report::Ingest,
    /// Ids and texts of this run, as the beginnings of their hashes.
    seen: HashMap<u128, u128>,
    done: usize,
    pace: Pace,
}

impl<'a> Ingest<'a> {
    fn new(
        settings: &'a Settings,
        params: &'a IndexParams,
        on_progress: OnProgress<'a>,
        ahead: &'a Ahead,
    ) -> Result<Self> {
        let store = match Store::open(&settings.library) {
            Ok(store) => Some(store),
            Err(Error::NoLibrary { .. }) => None,
            Err(error) => return Err(error),
        };
        let known = match store.as_ref().map(Store::model).transpose() {
            // Named anew, the model is known again.
            Err(Error::Damaged { .. }) if params.model.is_some() => None,
            other => other?.flatten(),
        };
        let model = match (&params.model, &known) {
            (Some(name), _) => name.clone(),
            (None, Some(known)) => model_to_load(known),
            (None, None) => DEFAULT_MODEL.to_owned(),
        };
        let mut ingest = Ingest {
            settings,
            params,
            on_progress,
            ahead,
            model,
            embedder: None,
            store,
            lock: None,
            pending: None,
            report: report::Ingest { dry_run: params.dry_run, ..report::Ingest::default() },
            seen: HashMap::new(),
            done: 0,
            pace: Pace::default(),
        };
        if params.model.is_some() && ingest.store.is_some() {
            ingest.embedder = Some(settings.load_model(&ingest.model, on_progress)?.into());
        } else if params.paths.is_empty() {
            return Err(Error::NoLibrary { path: settings.library.clone() });
        }
        Ok(ingest)
    }

    /// Moves the library to the model that was named, if it is another: the old vectors stay valid until the last new
    /// one is there, and a run that was broken off goes on where it stopped.
    fn change_model(&mut self) -> Result<()> {
        let (Some(embedder), Some(store)) = (&self.embedder, &mut self.store) else { return Ok(()) };
        match store.model() {
            Ok(None) => return Ok(()),
            Ok(Some(known)) if known.agrees_with(embedder.identity()) => return Ok(()),
            Ok(Some(known)) => self.report.previous_model = Some(known.name),
            Err(Error::Damaged { .. }) => self.report.previous_model = Some("unknown".to_owned()),
            Err(error) => return Err(error),
        }
        if self.params.dry_run {
            self.report.embedded += store.hashes_without(embedder.identity())?.len();
            return Ok(());
        }
        self.lock = Some(WriterLock::take(&self.settings.library, PATIENCE)?);
        let line = format!("embedding the library again, with {}", embedder.identity().name);
        (self.on_progress)(Progress::Notice(line));
        self.report.embedded += embed_missing(store, &**embedder, self.on_progress)?;
        store.switch_model(embedder.identity())
    }

    /// The model, loaded when first asked for; one that is not the library's is refused.
    fn load_model(&mut self) -> Result<Arc<dyn Embedder>> {
        if let Some(embedder) = &self.embedder {
            return Ok(Arc::clone(embedder));
        }
        let embedder: Arc<dyn Embedder> = self.settings.load_model(&self.model, self.on_progress)?.into();
        if let Some(known) = self.store.as_ref().map(Store::model).transpose()?.flatten() {
            check_model(&self.settings.library, &known, embedder.identity())?;
        }
        Ok(Arc::clone(self.embedder.insert(embedder)))
    }

    /// Takes the right to write, before anything is compared: what is true of the library then stays true. Whatever can
    /// fail is tried first, so that a run that fails leaves no trace.
    fn begin(&mut self) -> Result<()> {
        if self.store.is_none() {
            self.load_model()?;
        }
        if self.lock.is_none() {
            self.lock = Some(WriterLock::take(&self.settings.library, PATIENCE)?);
        }
        if self.store.is_none() {
            self.store = Some(Store::open_or_create(&self.settings.library)?);
        }
        Ok(())
    }

    /// Takes in what is read; while nothing is, and where nothing is new, what is embedded is committed at once.
    fn take_all(&mut self, receiver: &Receiver<Read>) -> Result<()> {
        loop {
            let batch = match receiver.try_recv() {
                Ok(batch) => batch,
                Err(_) => {
                    self.write_pending()?;
                    let Ok(batch) = receiver.recv() else { return Ok(()) };
                    batch
                }
            };
            self.take(batch)?;
        }
    }

    /// Takes in a batch: compares, embeds what is new, and has it committed.
    fn take(&mut self, batch: Read) -> Result<()> {
        if !self.params.dry_run && !batch.papers.is_empty() {
            self.begin()?;
        }
        self.report.skipped.extend(batch.skipped);
        let count = batch.papers.len();
        let additions = self.compare(batch.papers)?;
        self.report.embedded += additions.texts.len();
        if additions.papers.is_empty() {
            self.write_pending()?;
        } else if !self.params.dry_run {
            self.add(additions)?;
        }
        self.done += count;
        self.tell(0);
        self.advise()
    }

    fn tell(&self, more: usize) {
        tell(self.on_progress, self.ahead, self.done + more);
    }

    /// Names the faster model, unless the user chose one or the library holds more than is still to come.
    fn advise(&mut self) -> Result<()> {
        let (Some(embedder), Some(store), None) = (&self.embedder, &self.store, &self.params.model) else {
            return Ok(());
        };
        let Some(expected) = self.ahead.expected() else { return Ok(()) };
        let course = Course { done: self.done, expected };
        if let Some(line) = self.pace.advice(&embedder.identity().name, course) {
            if store.count()? <= expected.saturating_sub(self.done) {
                (self.on_progress)(Progress::Notice(line));
            }
        }
        Ok(())
    }

    /// Embeds what is new while the batch before is committed, and then has this one wait for its turn.
    fn add(&mut self, additions: Additions) -> Result<()> {
        let (hashes, texts): (Vec<TextHash>, Vec<&str>) =
            additions.texts.iter().map(|(hash, text)| (*hash, text.as_str())).unzip();
        let known = self.store.as_ref().map(Store::model).transpose()?.flatten();
        // New metadata alone needs no model.
        let (model, vectors) = match known {
            Some(known) if texts.is_empty() => (known.clone(), Vectors::new(known.dimension)),
            _ => {
                let embedder = self.load_model()?;
                (embedder.identity().clone(), self.embed(&*embedder, &texts)?)
            }
        };
        self.write_pending()?;
        let papers = additions.papers.into_values().collect();
        self.pending = Some(Pending { model, papers, hashes, vectors });
        Ok(())
    }

    /// Embeds texts, and commits the batch before at the same time.
    fn embed(&mut self, embedder: &dyn Embedder, texts: &[&str]) -> Result<Vectors> {
        let (on_progress, ahead, done) = (self.on_progress, self.ahead, self.done);
        let progress = |embedded| tell(on_progress, ahead, done + embedded);
        let (store, pending, begun) = (&mut self.store, self.pending.take(), Instant::now());
        let vectors = std::thread::scope(|scope| {
            let writer = scope.spawn(|| write(store.as_mut(), pending.as_ref()));
            let vectors = embedder.embed_papers(texts, &progress);
            writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            vectors
        })?;
        self.pace.add(texts.len(), begun.elapsed());
        Ok(vectors)
    }

    /// Commits the batch that waits for it, if there is one.
    fn write_pending(&mut self) -> Result<()> {
        write(self.store.as_mut(), self.pending.take().as_ref())
    }

    /// Tidies up, builds the index, and tells what was done.
    fn finish(mut self, totals: &Totals, begun: Instant) -> Result<report::Ingest> {
        self.report.read = usize::try_from(totals.records()).unwrap_or(usize::MAX);
        let used = self.report.added + self.report.updated + self.report.unchanged;
        if used == 0 && !self.params.paths.is_empty() {
            return Err(self.no_papers());
        }
        if self.lock.is_some() {
            if let Some(store) = &mut self.store {
                store.prune_vectors()?;
            }
            let engine = Engine::open(self.settings, self.on_progress)?;
            engine.index()?;
            engine.keep_calibration()?;
            engine.lexicon()?;
        }
        self.report.model = match (&self.embedder, self.store.as_ref().map(Store::model).transpose()) {
            (Some(embedder), _) => embedder.identity().name.clone(),
            (None, Ok(Some(Some(known)))) => known.name,
            (None, _) => self.model,
        };
        self.report.seconds = (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        Ok(self.report)
    }

    fn no_papers(&self) -> Error {
        let reason = match self.report.skipped.first() {
            Some(s) => {
                format!(
                    "records found: {}, none usable; the first, {}:{}: {}",
                    self.report.read, s.source, s.line, s.reason
                )
            }
            None => "no record in it".to_owned(),
        };
        let paths: Vec<String> = self.params.paths.iter().map(|path| path.display().to_string()).collect();
        Error::NoPapers { source_name: paths.join(", "), reason, formats: corpus::format_names() }
    }
}

fn write(store: Option<&mut Store>, pending: Option<&Pending>) -> Result<()> {
    store.zip(pending).map_or(Ok(()), |(store, pending)| store.write(&pending.batch()))
}

/// Makes the vectors of this model that papers lack, a batch at a time, so that a kill costs one batch; answers how many.
pub(super) fn embed_missing(store: &mut Store, embedder: &dyn Embedder, on_progress: OnProgress<'_>) -> Result<usize> {
    let missing = store.hashes_without(embedder.identity())?;
    let mut done = 0;
    for hashes in missing.chunks(BATCH) {
        let texts = store.texts(hashes)?;
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (read, expected) = (missing.len(), Some(missing.len()));
        let told = |embedded| Progress::Embedding { done: done + embedded, read, expected };
        let vectors = embedder.embed_papers(&texts, &|embedded| on_progress(told(embedded)))?;
        store.write_vectors(embedder.identity(), hashes, &vectors)?;
        done += hashes.len();
    }
    Ok(done)
}

/// Tells how far embedding has come.
fn tell(on_progress: OnProgress<'_>, ahead: &Ahead, done: usize) {
    let read = ahead.papers.load(Ordering::Relaxed);
    on_progress(Progress::Embedding { done, read, expected: ahead.expected() });
}
