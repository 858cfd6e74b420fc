//! Vectors in the library: one per distinct text, as little-endian 32-bit floats.

use rusqlite::types::ValueRef;
use rusqlite::{params, Row, RowIndex, Transaction, TransactionBehavior};

use crate::embed::ModelIdentity;
use crate::error::Result;
use crate::vectors::Vectors;

use super::papers::{paper_from, COLUMNS};
use super::{Store, TextHash, NO_PAPER};

impl Store {
    /// Whether this text has a vector of the library's model.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn has_vector(&self, hash: TextHash) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM vectors, model WHERE text_hash = ?1 AND model = fingerprint)";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.failed())?;
        statement.query_row(params![hash.0], |row| row.get(0)).map_err(self.failed())
    }

    /// Hashes of the texts of papers that have no vector of this model, ascending.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn hashes_without(&self, model: &ModelIdentity) -> Result<Vec<TextHash>> {
        let sql = "SELECT DISTINCT text_hash FROM papers p WHERE NOT EXISTS
                   (SELECT 1 FROM vectors v WHERE v.text_hash = p.text_hash AND v.model = ?1) ORDER BY text_hash";
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let rows = statement.query_map([&model.fingerprint], |row| row.get(0).map(TextHash)).map_err(self.failed())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.failed())
    }

    /// The texts that have these hashes, in that order.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`], also if no paper has such a text.
    pub fn texts(&self, hashes: &[TextHash]) -> Result<Vec<String>> {
        let sql = format!("SELECT {COLUMNS} FROM papers WHERE text_hash = ?1 LIMIT 1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.failed())?;
        let mut text = |hash: &TextHash| statement.query_row([hash.0], paper_from).map(|paper| paper.text());
        hashes.iter().map(|hash| text(hash).map_err(self.failed())).collect()
    }

    /// Keeps vectors of any model; they count once the library is [switched](Store::switch_model) to it.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn write_vectors(&mut self, model: &ModelIdentity, hashes: &[TextHash], vectors: &Vectors) -> Result<()> {
        let failed = self.failed();
        // No new generation: what is cached for the library's own model stays good.
        let mut write = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            insert_vectors(&transaction, model, hashes, vectors)?;
            transaction.commit()
        };
        write().map_err(failed)
    }

    /// Makes this model the library's and drops the vectors of all others, in one step.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn switch_model(&mut self, model: &ModelIdentity) -> Result<()> {
        self.change(|transaction| {
            transaction.execute("DELETE FROM model", [])?;
            insert_model(transaction, model)?;
            transaction.execute("DELETE FROM vectors WHERE model <> ?1", [&model.fingerprint])
        })
        .map(drop)
    }

    /// Drops vectors whose texts no paper has any more.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn prune_vectors(&mut self) -> Result<()> {
        let sql = format!("DELETE FROM vectors WHERE {NO_PAPER}");
        self.connection.execute(&sql, []).map(drop).map_err(self.failed())
    }
}

/// Writes who makes the vectors, unless that is known.
pub(super) fn insert_model(transaction: &Transaction<'_>, model: &ModelIdentity) -> rusqlite::Result<usize> {
    transaction.execute(
        "INSERT INTO model SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM model)",
        params![
            model.name,
            model.fingerprint,
            model.dimension,
            model.folder.as_ref().map(|folder| folder.to_string_lossy().into_owned()),
        ],
    )
}

/// Writes vectors, one a hash.
pub(super) fn insert_vectors(
    transaction: &Transaction<'_>,
    model: &ModelIdentity,
    hashes: &[TextHash],
    vectors: &Vectors,
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3)")?;
    for (hash, row) in hashes.iter().zip(vectors.rows()) {
        let bytes: Vec<u8> = row.iter().flat_map(|x| x.to_le_bytes()).collect();
        insert.execute(params![hash.0, model.fingerprint, bytes])?;
    }
    Ok(())
}

/// The bytes of a value; none of what should be a blob and is a number.
pub(super) fn blob(row: &Row<'_>, column: impl RowIndex) -> rusqlite::Result<Option<Vec<u8>>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => None,
        ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Some(bytes.to_vec()),
        ValueRef::Integer(_) | ValueRef::Real(_) => Some(Vec::new()),
    })
}

/// Little-endian floats.
pub(super) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> + '_ {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
