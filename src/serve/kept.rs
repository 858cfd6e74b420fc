//! Answers that take long: each is made once, however many ask for it at the same time, and kept for the next.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{watch, Semaphore};

use crate::error::Result;

use super::refusal::Refusal;

/// How long a client waits for an answer that is being made; the work goes on for the next who asks.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of the work, once it is done.
type Outcome<T> = Option<Result<Arc<T>, Refusal>>;

/// The latest few answers of a kind, by what was asked.
pub(super) struct Kept<T> {
    entries: Arc<Mutex<Vec<Entry<T>>>>,
    most: usize,
    slow: Arc<Semaphore>,
}

struct Entry<T> {
    question: String,
    outcome: watch::Receiver<Outcome<T>>,
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// Keeps at most so many answers; `slow` bounds how many are being made, of all kinds.
    pub(super) fn new(most: usize, slow: &Arc<Semaphore>) -> Self {
        Kept { entries: Arc::default(), most, slow: Arc::clone(slow) }
    }

    /// The answer that is kept or being made, else the one that `make` makes.
    pub(super) async fn get(
        &self,
        question: &str,
        make: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<Arc<T>, Refusal> {
        let mut outcome = self.find_or_begin(question, make)?;
        let waited = tokio::time::timeout(PATIENCE, outcome.wait_for(Option::is_some)).await;
        match waited {
            Ok(Ok(done)) => done.clone().unwrap_or_else(|| Err(Refusal::late())),
            Ok(Err(_)) => Err(Refusal::internal("the work on this answer was given up")),
            Err(_) => Err(Refusal::late()),
        }
    }

    fn find_or_begin(
        &self,
        question: &str,
        make: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<watch::Receiver<Outcome<T>>, Refusal> {
        let mut entries = lock(&self.entries);
        if let Some(at) = entries.iter().position(|entry| entry.question == question) {
            let entry = entries.remove(at);
            let outcome = entry.outcome.clone();
            entries.push(entry);
            return Ok(outcome);
        }
        let under_way = entries.iter().filter(|entry| entry.outcome.borrow().is_none()).count();
        if under_way >= self.most {
            return Err(Refusal::full());
        }
        if entries.len() >= self.most {
            let oldest = entries.iter().position(|entry| entry.outcome.borrow().is_some());
            oldest.map(|at| entries.remove(at));
        }
        let (sender, outcome) = watch::channel(None);
        entries.push(Entry { question: question.to_owned(), outcome: outcome.clone() });
        tokio::spawn(self.work(question.to_owned(), sender, make));
        Ok(outcome)
    }

    fn work(
        &self,
        question: String,
        sender: watch::Sender<Outcome<T>>,
        make: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> impl std::future::Future<Output = ()> + Send + 'static {
        let (entries, slow) = (Arc::clone(&self.entries), Arc::clone(&self.slow));
        async move {
            let forget = || lock(&entries).retain(|entry| entry.question != question);
            // The semaphore is never closed.
            let Ok(_place) = slow.acquire_owned().await else { return };
            if sender.receiver_count() <= 1 {
                // Only the entry is left: all who asked have gone while this waited.
                return forget();
            }
            let made = tokio::task::spawn_blocking(make).await;
            let made = match made {
                Ok(made) => made.map(Arc::new).map_err(|error| Refusal::from(&error)),
                Err(_) => Err(Refusal::internal("the work on this answer died")),
            };
            if made.is_err() {
                forget();
            }
            let _ = sender.send(Some(made));
        }
    }
}

fn lock<T>(entries: &Mutex<Vec<Entry<T>>>) -> MutexGuard<'_, Vec<Entry<T>>> {
    entries.lock().unwrap_or_else(PoisonError::into_inner)
}
