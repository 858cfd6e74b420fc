//! Comparing what is in a library with what must be, and making again what can be derived.

use rusqlite::{params, Transaction};

use crate::error::Result;
use crate::vectors::is_unit;

use super::papers::{paper_from, COLUMNS};
use super::vectors::{blob, floats};
use super::{Store, TextHash};

/// Faults of the database file that are listed at most.
const LISTED_DATABASE_FAULTS: usize = 20;

/// Something in a library that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: `database`, `graph`, or the id of a paper.
    pub at: String,
    /// The two things that disagree.
    pub problem: String,
}

/// What a look at every row found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// Papers looked at.
    pub papers: usize,
    /// Vectors looked at.
    pub vectors: usize,
    /// Vectors that no paper needs now: of texts that changed, or of a change of model that was broken off. No fault.
    pub leftovers: usize,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl Audit {
    fn fault(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.faults.push(Fault { at: at.into(), problem: problem.into() });
    }
}

/// A paper whose stored keys are not those of its text.
struct Rekeyed {
    id: String,
    hash: TextHash,
    exact_key: Option<[u8; 16]>,
}

impl Store {
    /// Looks at the file, every paper and every vector.
    ///
    /// # Errors
    /// [`crate::error::Error::Damaged`] or [`crate::error::Error::Database`] where the rows cannot be read at all.
    pub fn audit(&self) -> Result<Audit> {
        let mut audit = Audit::default();
        self.audit_file(&mut audit)?;
        self.audit_papers(&mut audit)?;
        self.audit_vectors(&mut audit)?;
        let sql = "SELECT count(*) FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM papers)
                   OR model NOT IN (SELECT fingerprint FROM model)";
        audit.leftovers = self.connection.query_row(sql, [], |row| row.get(0)).map_err(self.failed())?;
        Ok(audit)
    }

    fn audit_file(&self, audit: &mut Audit) -> Result<()> {
        let sql = format!("PRAGMA integrity_check({LISTED_DATABASE_FAULTS})");
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let lines = statement.query_map([], |row| row.get::<_, String>(0)).map_err(self.failed())?;
        for line in lines {
            let line = line.map_err(self.failed())?;
            if line != "ok" {
                audit.fault("database", line);
            }
        }
        Ok(())
    }

    fn audit_papers(&self, audit: &mut Audit) -> Result<()> {
        let sql = format!("SELECT {COLUMNS}, text_hash, exact_key FROM papers ORDER BY id");
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let mut rows = statement.query([]).map_err(self.failed())?;
        while let Some(row) = rows.next().map_err(self.failed())? {
            audit.papers += 1;
            let paper = match paper_from(row) {
                Ok(paper) => paper,
                Err(error) => {
                    let id = row.get::<_, String>(0).unwrap_or_else(|_| format!("paper {}", audit.papers));
                    audit.fault(id, format!("a field cannot be read ({error}); index its file again"));
                    continue;
                }
            };
            if blob(row, "text_hash").map_err(self.failed())?.as_deref() != Some(&TextHash::of(&paper).0) {
                audit.fault(paper.id.as_str(), "its text is not the one that its hash was made of");
            }
            let key = blob(row, "exact_key").map_err(self.failed())?;
            if key.as_deref() != paper.exact_key().as_ref().map(|key| &key.0[..]) {
                audit.fault(paper.id.as_str(), "its key for exact copies is not that of its text");
            }
        }
        Ok(())
    }

    fn audit_vectors(&self, audit: &mut Audit) -> Result<()> {
        let sql = "SELECT p.id, v.vector, m.dimension FROM papers p CROSS JOIN model m
                   LEFT JOIN vectors v ON v.text_hash = p.text_hash AND v.model = m.fingerprint ORDER BY p.id";
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let mut rows = statement.query([]).map_err(self.failed())?;
        while let Some(row) = rows.next().map_err(self.failed())? {
            let id: String = row.get(0).map_err(self.failed())?;
            let dimension: usize = row.get(2).map_err(self.failed())?;
            match blob(row, 1).map_err(self.failed())? {
                None => audit.fault(id, "it has no vector"),
                Some(bytes) => {
                    audit.vectors += 1;
                    if let Some(problem) = vector_problem(&bytes, dimension) {
                        audit.fault(id, problem);
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes the keys of every paper again, drops vectors that are damaged or that nobody needs, and rebuilds the
    /// database's own indexes. Vectors that are then missing are for the caller to make.
    ///
    /// # Errors
    /// As [`Store::audit`].
    pub fn mend(&mut self) -> Result<()> {
        self.connection.execute_batch("REINDEX").map_err(self.failed())?;
        let rekeyed = self.rekeyed()?;
        self.change(|transaction| {
            for paper in &rekeyed {
                let sql = "UPDATE papers SET text_hash = ?2, exact_key = ?3 WHERE id = ?1";
                transaction.execute(sql, params![paper.id, paper.hash.0, paper.exact_key])?;
            }
            drop_vectors(transaction)
        })
    }

    fn rekeyed(&self) -> Result<Vec<Rekeyed>> {
        let sql = format!("SELECT {COLUMNS}, text_hash, exact_key FROM papers");
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let mut rows = statement.query([]).map_err(self.failed())?;
        let mut rekeyed = Vec::new();
        while let Some(row) = rows.next().map_err(self.failed())? {
            let Ok(paper) = paper_from(row) else { continue };
            let (hash, exact_key) = (TextHash::of(&paper), paper.exact_key().map(|key| key.0));
            let (kept_hash, kept_key) =
                (blob(row, "text_hash").map_err(self.failed())?, blob(row, "exact_key").map_err(self.failed())?);
            let is_same =
                kept_hash.as_deref() == Some(&hash.0) && kept_key.as_deref() == exact_key.as_ref().map(|key| &key[..]);
            if !is_same {
                rekeyed.push(Rekeyed { id: paper.id.0, hash, exact_key });
            }
        }
        Ok(rekeyed)
    }
}

/// Drops vectors of other models, of texts that no paper has, and those that are no vectors.
fn drop_vectors(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute(
        "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM papers)
         OR model NOT IN (SELECT fingerprint FROM model)",
        [],
    )?;
    let mut damaged: Vec<i64> = Vec::new();
    {
        let sql = "SELECT v.rowid, v.vector, m.dimension FROM vectors v JOIN model m ON v.model = m.fingerprint";
        let mut statement = transaction.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if vector_problem(&blob(row, 1)?.unwrap_or_default(), row.get(2)?).is_some() {
                damaged.push(row.get("rowid")?);
            }
        }
    }
    for row in damaged {
        transaction.execute("DELETE FROM vectors WHERE rowid = ?1", [row])?;
    }
    Ok(())
}

/// What is wrong with a stored vector of `dimension` floats, if anything is.
fn vector_problem(bytes: &[u8], dimension: usize) -> Option<String> {
    if bytes.len() != 4 * dimension {
        return Some(format!("its vector has {} bytes, expected {}", bytes.len(), 4 * dimension));
    }
    let floats: Vec<f32> = floats(bytes).collect();
    (!is_unit(&floats)).then(|| {
        let length = floats.iter().map(|x| x * x).sum::<f32>().sqrt();
        format!("its vector has length {length}, expected 1")
    })
}
