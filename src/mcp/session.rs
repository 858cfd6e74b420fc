//! The library while an agent asks: open, as it is now, with what takes long to find.

use crate::engine::{Engine, OnProgress, Settings, Standing, Study};
use crate::error::Result;
use crate::findings::duplicates::DuplicateParams;
use crate::report;
use crate::store;

/// An agent's view of the library.
pub(super) struct Session<'a> {
    settings: &'a Settings,
    on_progress: OnProgress<'a>,
    open: Option<Open<'a>>,
}

/// A state of the library, and what was found in it.
struct Open<'a> {
    engine: Engine<'a>,
    identity: Option<(u64, u64)>,
    topics: Option<Standing>,
    repeats: Option<Repeats>,
}

/// Duplicates, and what they depend on beside the papers.
struct Repeats {
    params: DuplicateParams,
    decisions: report::Decisions,
    found: report::Duplicates,
}

impl<'a> Session<'a> {
    pub(super) fn new(settings: &'a Settings, on_progress: OnProgress<'a>) -> Self {
        Session { settings, on_progress, open: None }
    }

    /// Forgets what is open.
    pub(super) fn close(&mut self) {
        self.open = None;
    }

    /// The library as it is now.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub(super) fn engine(&mut self) -> Result<&Engine<'a>> {
        self.opened().map(|open| &open.engine)
    }

    /// The library with its topics.
    ///
    /// # Errors
    /// As [`Engine::open`] and [`Engine::standing_topics`].
    pub(super) fn topics(&mut self) -> Result<(&Engine<'a>, &Study)> {
        let open = self.opened()?;
        let standing = match open.topics.take() {
            Some(topics) if open.engine.still_stand(&topics)? => topics,
            _ => open.engine.standing_topics()?,
        };
        Ok((&open.engine, open.topics.insert(standing).study()))
    }

    /// The library with its duplicates.
    ///
    /// # Errors
    /// As [`Engine::open`] and [`Engine::duplicates`].
    pub(super) fn duplicates(&mut self, params: &DuplicateParams) -> Result<(&Engine<'a>, &report::Duplicates)> {
        let open = self.opened()?;
        let decisions = open.engine.decisions()?;
        let repeats = match open.repeats.take() {
            Some(known) if known.params == *params && known.decisions == decisions => known,
            _ => Repeats { params: params.clone(), decisions, found: open.engine.duplicates(params)? },
        };
        Ok((&open.engine, &open.repeats.insert(repeats).found))
    }

    /// Opens the library, and opens it again when its papers have changed or another was put in its place.
    fn opened(&mut self) -> Result<&mut Open<'a>> {
        let identity = store::identity(&self.settings.library);
        let known = match self.open.take() {
            Some(open) if open.identity == identity && open.engine.renew()? => Some(open),
            _ => None,
        };
        let open = match known {
            Some(open) => open,
            None => {
                let engine = Engine::open(self.settings, self.on_progress)?;
                Open { engine, identity, topics: None, repeats: None }
            }
        };
        Ok(self.open.insert(open))
    }
}
