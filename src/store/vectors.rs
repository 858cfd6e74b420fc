//! Vectors in the library: one per distinct text, as little-endian 32-bit floats.

use rusqlite::params;

use crate::embed::ModelIdentity;
use crate::error::{Error, Result};
use crate::paper::{ExactKey, PaperId};
use crate::vectors::Vectors;

use super::{Store, TextHash};

/// What searching and clustering need: row `i` of everything belongs to the `i`th id in ascending order.
pub struct Rows {
    /// The state of the library this was read from.
    pub generation: i64,
    /// The model that made the vectors.
    pub model: ModelIdentity,
    /// Ids, ascending.
    pub ids: Vec<PaperId>,
    /// The same for exact copies; `None` where a text is too short to tell.
    pub exact_keys: Vec<Option<ExactKey>>,
    /// One unit row a paper.
    pub vectors: Vectors,
}

impl Store {
    /// Whether this text has a vector of the library's model.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn has_vector(&self, hash: TextHash) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM vectors, model WHERE text_hash = ?1 AND model = fingerprint)";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.failed())?;
        statement.query_row(params![hash.0], |row| row.get(0)).map_err(self.failed())
    }

    /// Everything but the papers' metadata. From here on this store sees the library as it is now, whatever other
    /// processes write, so that all that is read later fits together.
    ///
    /// # Errors
    /// [`Error::EmptyLibrary`] if no paper is there; [`Error::Damaged`] if a paper has no vector, or one of the wrong
    /// size or length.
    pub fn rows(&self) -> Result<Rows> {
        self.connection.execute_batch("BEGIN").map_err(self.failed())?;
        let empty = || Error::EmptyLibrary { path: self.folder.clone() };
        let model = self.model()?.ok_or_else(empty)?;
        let mut rows = Rows {
            generation: self.generation()?,
            ids: Vec::new(),
            exact_keys: Vec::new(),
            vectors: Vectors::new(model.dimension),
            model,
        };
        self.read_rows(&mut rows)?;
        if rows.ids.is_empty() {
            Err(empty())
        } else {
            Ok(rows)
        }
    }

    fn read_rows(&self, into: &mut Rows) -> Result<()> {
        let sql = "SELECT p.id, p.exact_key, v.vector FROM papers p
                   LEFT JOIN vectors v ON v.text_hash = p.text_hash AND v.model = ?1 ORDER BY p.id";
        let damaged = |reason: String| Error::Damaged { path: self.database(), reason };
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let mut rows = statement.query([&into.model.fingerprint]).map_err(self.failed())?;
        let mut floats = Vec::with_capacity(into.model.dimension);
        while let Some(row) = rows.next().map_err(self.failed())? {
            let id: String = row.get(0).map_err(self.failed())?;
            let key: Option<[u8; 16]> = row.get(1).map_err(self.failed())?;
            let bytes: Option<Vec<u8>> = row.get(2).map_err(self.failed())?;
            let wanted = 4 * into.model.dimension;
            let got = bytes.as_ref().map_or(0, Vec::len);
            if got != wanted {
                return Err(damaged(format!(
                    "the vector of '{id}' has {got} bytes, expected {wanted}; index its file again to mend it"
                )));
            }
            floats.clear();
            let words = bytes.iter().flat_map(|bytes| bytes.chunks_exact(4));
            floats.extend(words.map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])));
            into.vectors.push(&floats).map_err(|e| damaged(format!("the vector of '{id}': {e}")))?;
            into.ids.push(PaperId(id));
            into.exact_keys.push(key.map(ExactKey));
        }
        Ok(())
    }

    /// Drops vectors that belong to no paper any more; answers how many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn prune_vectors(&mut self) -> Result<usize> {
        let sql = "DELETE FROM vectors WHERE text_hash NOT IN (SELECT text_hash FROM papers)";
        self.connection.execute(sql, []).map_err(self.failed())
    }
}
