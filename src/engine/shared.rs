//! Engines that share what is loaded, and how a long-lived program notices that the library has changed.

use std::path::Path;
use std::sync::Arc;

use crate::error::Result;
use crate::store::{self, Store};

use super::{Engine, OnProgress};

impl Engine<'_> {
    /// Another engine over the same state, with a connection of its own; `None` if the library has changed since.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn beside<'b>(&self, on_progress: OnProgress<'b>) -> Result<Option<Engine<'b>>> {
        let store = Store::open(&self.settings.library)?;
        store.snapshot()?;
        let is_same = store.state()? == self.state;
        Ok(is_same.then(|| Engine {
            settings: self.settings.clone(),
            on_progress,
            store,
            ids: Arc::clone(&self.ids),
            model: self.model.clone(),
            generation: self.generation,
            state: self.state,
            vectors: Arc::clone(&self.vectors),
            copies: Arc::clone(&self.copies),
            made: Arc::clone(&self.made),
            embedder: Arc::clone(&self.embedder),
        }))
    }

    /// An engine over the library as it is now, which shares the model if that is still the same.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn reopened<'b>(&self, on_progress: OnProgress<'b>) -> Result<Engine<'b>> {
        let mut opened = Engine::load(&self.settings, on_progress, Arc::clone(&self.embedder))?;
        if !opened.model.agrees_with(&self.model) {
            opened.embedder = Arc::default();
        }
        Ok(opened)
    }

    /// Looks at the library anew: what was decided since is seen from here on. Answers whether papers and vectors are
    /// still those that were loaded; if not, this engine can answer nothing more.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn renew(&self) -> Result<bool> {
        self.store.renew()?;
        Ok(self.store.state()? == self.state)
    }

    /// Begins to watch the library.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn watch(&self) -> Result<Watch> {
        Watch::new(&self.settings.library)
    }

    /// The state of the library that this engine answers from: a number that no other state has but by chance.
    pub fn state(&self) -> i64 {
        self.state
    }

    /// Counts changes of papers and vectors up to that state.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    /// Number of papers.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no paper.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Loads and makes all that a first query would wait for.
    ///
    /// # Errors
    /// What building the index and loading the model say.
    pub fn warm(&self) -> Result<()> {
        self.index()?;
        self.lexicon()?;
        self.centre()?;
        self.calibration()?;
        self.embedder().map(drop)
    }
}

/// A look at a library that is cheap enough for every request.
pub struct Watch {
    store: Store,
    identity: Option<(u64, u64)>,
}

/// What a look saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// As [`Engine::state`].
    pub state: i64,
    /// Another number after any change, decisions too.
    pub changes: i64,
}

impl Watch {
    fn new(library: &Path) -> Result<Self> {
        // In this order: a library that takes its place between the two is seen by the next look.
        let identity = store::identity(library);
        Ok(Watch { store: Store::open(library)?, identity })
    }

    /// Looks, at the library that is there by now if another took the place of the first.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn look(&mut self) -> Result<Seen> {
        let identity = store::identity(self.store.folder());
        if identity.is_some() && identity != self.identity {
            *self = Watch::new(self.store.folder())?;
        }
        // In this order: a change between the two is seen as one by the next look.
        let changes = self.store.changes()?;
        Ok(Seen { state: self.store.state()?, changes })
    }
}
