//! What the user has decided about pairs of papers. Kept by id, so that it outlives re-indexing and even the papers.

use rusqlite::params;

use crate::error::Result;
use crate::paper::PaperId;

use super::Store;

/// What the user has said of two papers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// The smaller id.
    pub a: PaperId,
    /// The greater id.
    pub b: PaperId,
    /// Whether they are the same paper.
    pub is_same: bool,
}

impl Decision {
    /// Whether it is about these two papers.
    pub fn is_about(&self, a: &PaperId, b: &PaperId) -> bool {
        (&self.a, &self.b) == (a, b) || (&self.a, &self.b) == (b, a)
    }
}

/// What becomes of what is known about two papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is decided, whatever was decided before.
    Decide(Decision),
    /// It is open again.
    Undo(PaperId, PaperId),
}

impl Store {
    /// All decisions, by ids.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn decisions(&self) -> Result<Vec<Decision>> {
        let sql = "SELECT a, b, is_same FROM decisions ORDER BY a, b";
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let rows = statement.query_map([], |row| {
            Ok(Decision { a: PaperId(row.get(0)?), b: PaperId(row.get(1)?), is_same: row.get(2)? })
        });
        rows.and_then(Iterator::collect).map_err(self.failed())
    }

    /// Remembers decisions in one transaction: all of them or none. The caller holds the writer's lock.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`], [`crate::error::Error::ReadOnly`].
    pub fn decide(&mut self, changes: &[Change]) -> Result<()> {
        let failed = self.failed();
        let mut write = || {
            let transaction = self.connection.transaction()?;
            for change in changes {
                match change {
                    Change::Decide(Decision { a, b, is_same }) => transaction.execute(
                        "INSERT OR REPLACE INTO decisions VALUES (min(?1, ?2), max(?1, ?2), ?3)",
                        params![a.as_str(), b.as_str(), is_same],
                    )?,
                    Change::Undo(a, b) => transaction.execute(
                        "DELETE FROM decisions WHERE a = min(?1, ?2) AND b = max(?1, ?2)",
                        params![a.as_str(), b.as_str()],
                    )?,
                };
            }
            transaction.commit()
        };
        write().map_err(failed)
    }
}
