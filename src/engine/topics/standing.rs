//! The topics that stand: those that the library keeps of the last run, with the papers of today.

use crate::error::Result;
use crate::store::KeptTopics;

use super::{Engine, Study, TopicParams, USUAL_RUNS};

/// Topics that all commands speak of, and what the library kept of them.
pub struct Standing {
    study: Study,
    kept: Option<KeptTopics>,
}

impl Standing {
    /// The topics.
    pub fn study(&self) -> &Study {
        &self.study
    }
}

impl Engine<'_> {
    /// The topics of the last run, joined by the papers that are new since; where there was no run, as many topics as are
    /// best. They are kept for the next run as those of [`Engine::topics`] are.
    ///
    /// # Errors
    /// What finding topics and reading the library say.
    pub fn standing_topics(&self) -> Result<Standing> {
        let params = TopicParams { runs: USUAL_RUNS, ..TopicParams::default() };
        let papers = self.papers()?;
        let collection = self.collection(&papers)?;
        let before = self.store.kept_topics()?;
        let named = match &before {
            Some(kept) => self.regrown(&papers, &collection, kept, &params)?,
            None => self.find_topics(&collection, &params)?,
        };
        let kept = self.keep_for_next(&papers, &named, before.as_ref()).or(before);
        Ok(Standing { study: self.studied(&papers, collection, named, params.seed), kept })
    }

    /// Whether the library still keeps these topics. It does not when `topics` has run since.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn still_stand(&self, topics: &Standing) -> Result<bool> {
        Ok(self.store.kept_topics()? == topics.kept)
    }
}
