//! The open library: engines that share what is loaded, and follow what other processes change.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::{Engine, OnProgress, Seen, Watch};
use crate::error::Result;

/// Nobody is told what engines do while they answer.
const SILENCE: OnProgress<'static> = &|_| ();

/// A library that many threads ask.
pub(super) struct Library {
    watch: Mutex<Watch>,
    /// The engine that others are made from; whoever replaces it holds it, so that nobody else does the same.
    first: Mutex<Engine<'static>>,
    idle: Mutex<Vec<Lent>>,
    state: AtomicI64,
    generation: AtomicI64,
    papers: AtomicUsize,
    /// The state that was seen at the last look.
    seen: AtomicI64,
}

/// An engine, and the last change that it knows of.
struct Lent {
    engine: Engine<'static>,
    changes: i64,
}

impl Library {
    pub(super) fn new(engine: &Engine<'_>, workers: usize) -> Result<Self> {
        let first = match engine.beside(SILENCE)? {
            Some(engine) => engine,
            None => engine.reopened(SILENCE)?,
        };
        // All that are needed, since none of an old state can be made later. What they know is unknown, and so renewed.
        let made = (0..workers).map(|_| Ok(first.beside(SILENCE)?.map(|engine| Lent { engine, changes: i64::MIN })));
        let idle = made.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        Ok(Library {
            watch: Mutex::new(engine.watch()?),
            idle: Mutex::new(idle),
            state: AtomicI64::new(first.state()),
            generation: AtomicI64::new(first.generation()),
            papers: AtomicUsize::new(first.len()),
            seen: AtomicI64::new(first.state()),
            first: Mutex::new(first),
        })
    }

    /// The state of the library that is answered from.
    pub(super) fn state(&self) -> i64 {
        self.state.load(Ordering::Acquire)
    }

    /// Changes of the library up to that state.
    pub(super) fn generation(&self) -> i64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Number of papers in that state.
    pub(super) fn papers(&self) -> usize {
        self.papers.load(Ordering::Acquire)
    }

    /// Asks an engine.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Engine<'static>) -> Result<T>) -> Result<T> {
        let lent = self.lend()?;
        let answer = question(&lent.engine);
        if lent.engine.state() == self.state() {
            lock(&self.idle).push(lent);
        }
        answer
    }

    /// Loads the library anew if it has changed, and has not changed again since the last look: a process that is
    /// still writing would make every load a waste.
    pub(super) fn follow(&self) -> Result<()> {
        let seen = self.look()?.state;
        let before = self.seen.swap(seen, Ordering::AcqRel);
        if seen != self.state() && seen == before {
            self.reload()?;
        }
        Ok(())
    }

    fn look(&self) -> Result<Seen> {
        lock(&self.watch).look()
    }

    /// An engine that knows all decisions. While the library is loaded anew, those of the old state go on.
    fn lend(&self) -> Result<Lent> {
        loop {
            let seen = self.look()?;
            let idle = lock(&self.idle).pop();
            let mut lent = match idle {
                Some(lent) => lent,
                None => match lock(&self.first).beside(SILENCE)? {
                    Some(engine) => return Ok(Lent { engine, changes: seen.changes }),
                    None => {
                        self.reload()?;
                        continue;
                    }
                },
            };
            if lent.engine.state() != self.state() {
                continue;
            }
            if lent.changes == seen.changes || lent.engine.state() != seen.state {
                return Ok(lent);
            }
            if lent.engine.renew()? {
                lent.changes = seen.changes;
                return Ok(lent);
            }
            // It changed between the look and now, and this engine can no longer answer.
            self.reload()?;
        }
    }

    /// Opens the library as it is now, unless somebody has done so meanwhile.
    fn reload(&self) -> Result<()> {
        let mut first = lock(&self.first);
        if first.state() == self.look()?.state {
            return Ok(());
        }
        let opened = first.reopened(SILENCE)?;
        opened.warm()?;
        self.state.store(opened.state(), Ordering::Release);
        self.generation.store(opened.generation(), Ordering::Release);
        self.papers.store(opened.len(), Ordering::Release);
        *first = opened;
        lock(&self.idle).clear();
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
