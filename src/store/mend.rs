//! Making again what can be derived from the papers of a library.

use rusqlite::{params, Transaction};

use crate::error::Result;
use crate::paper::Paper;

use super::audit::{key_problems, vector_problem};
use super::papers::{paper_from, COLUMNS};
use super::vectors::blob;
use super::{schema, Store, TextHash, NO_PAPER};

impl Store {
    /// Makes the keys of papers again, the database's own indexes and what counts generations, and drops vectors that
    /// are damaged or belong to no text. Vectors that are then missing are for the caller to make.
    ///
    /// A text whose hash does not fit is taken for right only where something else vouches for it: its vector, or the key
    /// for exact copies. Otherwise the text itself may be what changed, and the fault stays.
    ///
    /// # Errors
    /// [`crate::error::Error::Damaged`], also where it is not known which model made the vectors.
    pub fn mend(&mut self) -> Result<()> {
        let model = self.model()?;
        self.connection.execute_batch("REINDEX").map_err(self.failed())?;
        self.change(|transaction| {
            for (_, sql) in
                schema::missing(transaction)?.into_iter().filter(|(_, sql)| !sql.starts_with("CREATE TABLE"))
            {
                transaction.execute_batch(&sql)?;
            }
            transaction.execute_batch(
                "DELETE FROM library WHERE typeof(generation) <> 'integer' OR rowid > (SELECT min(rowid) FROM library);
                 INSERT INTO library (generation) SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM library);",
            )?;
            for paper in vouched(transaction)? {
                let sql = "UPDATE papers SET text_hash = ?2, exact_key = ?3 WHERE id = ?1";
                let keys = params![paper.id.as_str(), TextHash::of(&paper).0, paper.exact_key().map(|key| key.0)];
                transaction.execute(sql, keys)?;
            }
            transaction.execute(&format!("DELETE FROM vectors WHERE {NO_PAPER}"), [])?;
            match model {
                Some(model) => drop_damaged(transaction, &model.fingerprint, model.dimension),
                None => Ok(()),
            }
        })
    }
}

/// Papers whose stored keys are not those of their texts, where the text can be taken for right.
fn vouched(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Paper>> {
    let sql = format!("SELECT {COLUMNS}, text_hash, exact_key FROM papers");
    let mut statement = transaction.prepare(&sql)?;
    let mut has_vector = transaction.prepare("SELECT EXISTS (SELECT 1 FROM vectors WHERE text_hash = ?1)")?;
    let mut rows = statement.query([])?;
    let mut papers = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(paper) = paper_from(row) else { continue };
        if key_problems(row, &paper)?.is_empty() {
            continue;
        }
        let key = paper.exact_key();
        let has_key = key.is_some() && blob(row, "exact_key")?.as_deref() == key.as_ref().map(|key| &key.0[..]);
        if has_key || has_vector.query_row([TextHash::of(&paper).0], |row| row.get(0))? {
            papers.push(paper);
        }
    }
    Ok(papers)
}

fn drop_damaged(transaction: &Transaction<'_>, fingerprint: &str, dimension: usize) -> rusqlite::Result<()> {
    let mut damaged: Vec<i64> = Vec::new();
    {
        let mut statement = transaction.prepare("SELECT rowid, vector FROM vectors WHERE model = ?1")?;
        let mut rows = statement.query([fingerprint])?;
        while let Some(row) = rows.next()? {
            if vector_problem(&blob(row, 1)?.unwrap_or_default(), dimension).is_some() {
                damaged.push(row.get(0)?);
            }
        }
    }
    for row in damaged {
        transaction.execute("DELETE FROM vectors WHERE rowid = ?1", [row])?;
    }
    Ok(())
}
