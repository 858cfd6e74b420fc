//! What handlers share: the library, the bounded places to work in, and the answers that are kept.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::engine::{Engine, Study, TopicParams, USUAL_RUNS};
use crate::error::{Error, Result};
use crate::report;

use super::kept::Kept;
use super::library::Library;
use super::metrics::Metrics;
use super::refusal::Refusal;
use super::ServeParams;

/// Requests that wait for a worker at most. At a hundredth of a second each, the last waits for a few seconds.
const QUEUE: usize = 512;

/// Topics of other numbers and seeds that are kept; each takes some 100 MB for 100,000 papers.
const KEPT_STUDIES: usize = 2;

/// Answers to other parameters that are kept of each other kind.
const KEPT_ANSWERS: usize = 4;

/// What handlers share.
pub(super) struct Service {
    pub(super) library: Arc<Library>,
    pub(super) metrics: Metrics,
    pub(super) studies: Kept<Study>,
    pub(super) maps: Kept<Vec<u8>>,
    pub(super) duplicates: Kept<report::Duplicates>,
    pub(super) described: Kept<report::Library>,
    pub(super) pages: Kept<super::page::Page>,
    workers: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    slow: Arc<rayon::ThreadPool>,
}

impl Service {
    pub(super) fn new(engine: &Engine<'_>, params: &ServeParams) -> Result<Self> {
        let one_at_a_time = Arc::new(Semaphore::new(1));
        // What the page begins with does not wait for minutes of work on topics.
        let beside = Arc::new(Semaphore::new(1));
        let workers = params.workers.max(1);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(workers).build();
        let cause = |error: rayon::ThreadPoolBuildError| Error::Listen {
            address: params.listen,
            source: std::io::Error::other(error),
        };
        Ok(Service {
            library: Arc::new(Library::new(engine, workers)?),
            metrics: Metrics::default(),
            studies: Kept::new(KEPT_STUDIES, &one_at_a_time),
            maps: Kept::new(KEPT_ANSWERS, &one_at_a_time),
            duplicates: Kept::new(KEPT_ANSWERS, &one_at_a_time),
            described: Kept::new(1, &beside),
            pages: Kept::new(1, &beside),
            workers: Arc::new(Semaphore::new(workers)),
            queue: Arc::new(Semaphore::new(workers + QUEUE)),
            slow: Arc::new(pool.map_err(cause)?),
        })
    }

    /// Asks an engine what is answered in milliseconds. A client that leaves while it waits gives up its place.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Engine<'static>) -> Result<T> + Send + 'static,
    ) -> Result<T, Refusal> {
        let _waiting = self.queue.try_acquire().map_err(|_| Refusal::full())?;
        let place = Arc::clone(&self.workers).acquire_owned().await.map_err(|_| Refusal::full())?;
        let library = Arc::clone(&self.library);
        let work = move || {
            // A thread cannot be stopped, so that its place is taken until it is done, whoever has left.
            let _place = place;
            library.ask(question)
        };
        let done = tokio::task::spawn_blocking(work).await;
        Ok(done.map_err(|_| Refusal::internal("the work on this answer died"))??)
    }

    /// Work for [`Kept`]: in threads of its own, so that quick questions do not wait behind it.
    pub(super) fn slowly<T: Send>(
        &self,
        question: impl FnOnce(&Engine<'static>) -> Result<T> + Send + 'static,
    ) -> impl FnOnce() -> Result<T> + Send {
        let (library, pool) = (Arc::clone(&self.library), Arc::clone(&self.slow));
        move || pool.install(|| library.ask(question))
    }

    /// The topics, found once for each state of the library, number and seed.
    pub(super) async fn study(&self, k: Option<usize>, seed: u64) -> Result<Arc<Study>, Refusal> {
        let params = TopicParams { k, seed, runs: USUAL_RUNS, consensus: false };
        let question = format!("{} {k:?} {seed}", self.library.state());
        self.studies.get(&question, self.slowly(move |engine| engine.study(&params))).await
    }
}
