//! The topics of the last run, so that the next can keep them.

use rusqlite::params;

use crate::error::Result;
use crate::paper::PaperId;

use super::{Store, TextHash};

/// The topics of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptTopics {
    /// Ascending by id; also those that have no paper any more.
    pub topics: Vec<KeptTopic>,
    /// By paper.
    pub papers: Vec<KeptPaper>,
}

/// A topic of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTopic {
    /// Its id, never given to another.
    pub id: usize,
    /// Its place among the colours.
    pub slot: usize,
    /// What it is called.
    pub label: String,
}

/// A paper of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPaper {
    /// The paper.
    pub id: PaperId,
    /// What its text was.
    pub text: TextHash,
    /// The id of its topic.
    pub topic: usize,
}

impl Store {
    /// The topics of the last run; `None` where there was none.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn kept_topics(&self) -> Result<Option<KeptTopics>> {
        self.read_topics().map_err(self.failed())
    }

    fn read_topics(&self) -> rusqlite::Result<Option<KeptTopics>> {
        let mut statement = self.connection.prepare("SELECT id, slot, label FROM topics ORDER BY id")?;
        let topics = statement.query_map([], |row| {
            Ok(KeptTopic { id: number_at(row, 0)?, slot: number_at(row, 1)?, label: row.get(2)? })
        })?;
        let topics: Vec<KeptTopic> = topics.collect::<rusqlite::Result<_>>()?;
        let mut statement =
            self.connection.prepare("SELECT paper, text_hash, topic FROM topic_papers ORDER BY paper")?;
        let papers = statement.query_map([], |row| {
            Ok(KeptPaper { id: PaperId(row.get(0)?), text: TextHash(row.get(1)?), topic: number_at(row, 2)? })
        })?;
        let papers = papers.collect::<rusqlite::Result<_>>()?;
        Ok((!topics.is_empty()).then_some(KeptTopics { topics, papers }))
    }

    /// Puts these topics in the place of those of the run before. Papers and vectors stay as they are, and so does the
    /// generation.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`], [`crate::error::Error::Locked`].
    pub fn keep_topics(&mut self, kept: &KeptTopics) -> Result<()> {
        let failed = self.failed();
        self.write_topics(kept).map_err(failed)
    }

    fn write_topics(&mut self, kept: &KeptTopics) -> rusqlite::Result<()> {
        let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch("DELETE FROM topics; DELETE FROM topic_papers;")?;
        {
            let mut insert = transaction.prepare("INSERT INTO topics (id, slot, label) VALUES (?1, ?2, ?3)")?;
            for topic in &kept.topics {
                insert.execute(params![number(topic.id), number(topic.slot), topic.label])?;
            }
            let sql = "INSERT OR REPLACE INTO topic_papers (paper, text_hash, topic) VALUES (?1, ?2, ?3)";
            let mut insert = transaction.prepare(sql)?;
            for paper in &kept.papers {
                insert.execute(params![paper.id.as_str(), paper.text.0, number(paper.topic)])?;
            }
        }
        transaction.commit()
    }
}

fn number_at(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<usize> {
    Ok(usize::try_from(row.get::<_, i64>(at)?).unwrap_or_default())
}
