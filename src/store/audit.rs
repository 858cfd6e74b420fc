//! Comparing what is in a library with what must be.

use rusqlite::{Connection, Row};

use crate::error::Result;
use crate::paper::Paper;
use crate::vectors::is_unit;

use super::papers::{paper_from, COLUMNS};
use super::vectors::{blob, floats};
use super::{schema, Store, TextHash, NO_PAPER};

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
    /// Papers whose vector is missing or damaged.
    pub without_vector: usize,
    /// Vectors of texts that no paper has any more. No fault.
    pub leftovers: usize,
    /// Vectors that a broken-off change of model made so far. No fault: it goes on from there.
    pub underway: usize,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

impl Audit {
    fn fault(&mut self, at: impl Into<String>, problem: impl Into<String>) {
        self.faults.push(Fault { at: at.into(), problem: problem.into() });
    }
}

impl Store {
    /// Looks at the file, its tables, every paper and every vector, all as they are at one moment.
    ///
    /// # Errors
    /// [`crate::error::Error::Damaged`] or [`crate::error::Error::Database`] where the rows cannot be read at all.
    pub fn audit(&self) -> Result<Audit> {
        let mut audit = Audit::default();
        self.snapshot()?;
        let looked = self.audit_all(&mut audit);
        self.connection.execute_batch("ROLLBACK").map_err(self.failed())?;
        looked.map(|()| audit)
    }

    fn audit_all(&self, audit: &mut Audit) -> Result<()> {
        self.audit_file(audit)?;
        self.audit_tables(audit).map_err(self.failed())?;
        self.audit_papers(audit)?;
        match self.model() {
            Ok(Some(model)) => self.audit_vectors(&model.fingerprint, model.dimension, audit)?,
            Ok(None) => {}
            Err(error) => audit.fault("model", error.to_string()),
        }
        let count = |sql: &str| self.connection.query_row(sql, [], |row| row.get(0)).map_err(self.failed());
        audit.leftovers = count(&format!("SELECT count(*) FROM vectors WHERE {NO_PAPER}"))?;
        audit.underway = count(&format!(
            "SELECT count(*) FROM vectors WHERE NOT ({NO_PAPER}) AND model NOT IN (SELECT fingerprint FROM model)"
        ))?;
        Ok(())
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

    /// Every table, index and trigger must be there, and one row that counts generations.
    fn audit_tables(&self, audit: &mut Audit) -> rusqlite::Result<()> {
        for (name, _) in schema::missing(&self.connection)? {
            audit.fault("database", format!("'{name}' is missing"));
        }
        let sql = "SELECT count(*) FROM library WHERE typeof(generation) = 'integer'";
        let (good, all) = (count(&self.connection, sql)?, count(&self.connection, "SELECT count(*) FROM library")?);
        if (good, all) != (1, 1) {
            audit.fault(
                "database",
                format!("its count of generations has {all} rows of which {good} are good, expected 1"),
            );
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
            for problem in key_problems(row, &paper).map_err(self.failed())? {
                audit.fault(paper.id.as_str(), problem);
            }
        }
        Ok(())
    }

    fn audit_vectors(&self, fingerprint: &str, dimension: usize, audit: &mut Audit) -> Result<()> {
        let sql = "SELECT p.id, v.vector FROM papers p
                   LEFT JOIN vectors v ON v.text_hash = p.text_hash AND v.model = ?1 ORDER BY p.id";
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let mut rows = statement.query([fingerprint]).map_err(self.failed())?;
        while let Some(row) = rows.next().map_err(self.failed())? {
            // A paper without a readable id is a fault already.
            let Ok(id) = row.get::<_, String>(0) else { continue };
            let bytes = blob(row, 1).map_err(self.failed())?;
            audit.vectors += usize::from(bytes.is_some());
            let none = || Some("it has no vector".to_owned());
            if let Some(problem) = bytes.map_or_else(none, |bytes| vector_problem(&bytes, dimension)) {
                audit.without_vector += 1;
                audit.fault(id, problem);
            }
        }
        Ok(())
    }
}

fn count(connection: &Connection, sql: &str) -> rusqlite::Result<usize> {
    connection.query_row(sql, [], |row| row.get(0))
}

/// Which of a paper's stored keys are not those of its text. The row has the columns `text_hash` and `exact_key`.
pub(super) fn key_problems(row: &Row<'_>, paper: &Paper) -> rusqlite::Result<Vec<String>> {
    let mut problems = Vec::new();
    if blob(row, "text_hash")?.as_deref() != Some(&TextHash::of(paper).0) {
        let (source, line) = (&paper.source, paper.line);
        problems.push(format!("its text is not the one that its hash was made of; index {source} again (line {line})"));
    }
    if blob(row, "exact_key")?.as_deref() != paper.exact_key().as_ref().map(|key| &key.0[..]) {
        problems.push("its key for exact copies is not that of its text".to_owned());
    }
    Ok(problems)
}

/// What is wrong with a stored vector of `dimension` floats, if anything is.
pub(super) fn vector_problem(bytes: &[u8], dimension: usize) -> Option<String> {
    if bytes.len() != 4 * dimension {
        return Some(format!("its vector has {} bytes, expected {}", bytes.len(), 4 * dimension));
    }
    let floats: Vec<f32> = floats(bytes).collect();
    (!is_unit(&floats)).then(|| {
        let length = floats.iter().map(|x| x * x).sum::<f32>().sqrt();
        format!("its vector has length {length}, expected 1")
    })
}
