//! Which papers are like a query.

use crate::error::{Error, Result};
use crate::findings::similar::{self, Answer, Calibration};
use crate::report::{self, rounded};

use super::{check_model, model_to_load, Engine};

/// What similar papers are asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// A text.
    Text(String),
    /// Papers of the library: something like all of these.
    Papers(Vec<String>),
}

impl Engine<'_> {
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

    pub(super) fn tell_similar(
        &self,
        query: &Query,
        k: usize,
        answers: &[Answer],
        calibration: &Calibration,
    ) -> Result<report::Similar> {
        let mut results = Vec::with_capacity(answers.len());
        for (i, answer) in answers.iter().enumerate() {
            let paper = self.paper(answer.row)?;
            results.push(report::SimilarPaper {
                rank: i + 1,
                id: paper.id.0,
                title: paper.title,
                similarity: rounded(answer.similarity.value()),
                percentile: rounded(calibration.percentile(answer.similarity)),
                year: paper.year,
                venue: paper.venue,
                url: paper.url,
                also: self.names(&answer.also),
            });
        }
        let query = match query {
            Query::Text(text) => report::Query { text: Some(text.clone()), papers: Vec::new(), k },
            Query::Papers(ids) => report::Query { text: None, papers: ids.clone(), k },
        };
        Ok(report::Similar { query, results })
    }
}
