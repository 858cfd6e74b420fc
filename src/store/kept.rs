//! What is kept because it takes time to make: the calibration of similarities, the vectors of sentences.

use rusqlite::{params, Connection, OpenFlags, OptionalExtension};

use crate::embed::ModelIdentity;
use crate::error::Result;
use crate::vectors::{Similarity, Vectors};

use super::vectors::floats;
use super::{Store, TextHash};

impl Store {
    /// The similarities of random pairs in this state of the library, if they were kept.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn calibration(&self, generation: i64, model: &ModelIdentity) -> Result<Option<Vec<Similarity>>> {
        let sql = "SELECT similarities FROM calibration WHERE generation = ?1 AND model = ?2";
        let kept = self.connection.query_row(sql, params![generation, model.fingerprint], |row| row.get(0)).optional();
        let kept: Option<Vec<u8>> = kept.map_err(self.failed())?;
        Ok(kept.map(|bytes| floats(&bytes).map(Similarity::new).collect()))
    }

    /// Keeps the similarities of random pairs, in the place of those of other states.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`], [`crate::error::Error::Locked`].
    pub fn keep_calibration(&self, generation: i64, model: &ModelIdentity, similarities: &[Similarity]) -> Result<()> {
        let bytes: Vec<u8> = similarities.iter().flat_map(|similarity| similarity.value().to_le_bytes()).collect();
        let keep = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM calibration", [])?;
            let sql = "INSERT INTO calibration (generation, model, similarities) VALUES (?1, ?2, ?3)";
            transaction.execute(sql, params![generation, model.fingerprint, bytes])?;
            transaction.commit()
        };
        self.beside(keep)
    }

    /// The vectors of the sentences of a text, in order, if they were kept and are sound.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn sentence_vectors(&self, hash: TextHash, model: &ModelIdentity) -> Result<Option<Vectors>> {
        let sql = "SELECT vectors FROM sentences WHERE text_hash = ?1 AND model = ?2";
        let mut statement = self.connection.prepare_cached(sql).map_err(self.failed())?;
        let kept = statement.query_row(params![hash.0, model.fingerprint], |row| row.get(0)).optional();
        let kept: Option<Vec<u8>> = kept.map_err(self.failed())?;
        Ok(kept.and_then(|bytes| {
            let all: Vec<f32> = floats(&bytes).collect();
            let mut vectors = Vectors::new(model.dimension);
            all.chunks(model.dimension).try_for_each(|row| vectors.push(row)).ok().map(|()| vectors)
        }))
    }

    /// Keeps vectors of sentences.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`], [`crate::error::Error::Locked`].
    pub fn keep_sentences(&self, texts: &[(TextHash, Vectors)], model: &ModelIdentity) -> Result<()> {
        self.beside(|connection| {
            let transaction = connection.transaction()?;
            for (hash, vectors) in texts {
                let bytes: Vec<u8> = vectors.as_slice().iter().flat_map(|x| x.to_le_bytes()).collect();
                let sql = "INSERT OR REPLACE INTO sentences (text_hash, model, vectors) VALUES (?1, ?2, ?3)";
                transaction.execute(sql, params![hash.0, model.fingerprint, bytes])?;
            }
            transaction.execute("DELETE FROM sentences WHERE text_hash NOT IN (SELECT text_hash FROM papers)", [])?;
            transaction.commit()
        })
    }

    /// Writes through a connection of its own: this store may be reading an older state, from which nothing is written.
    fn beside(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<()>) -> Result<()> {
        let write = || {
            let mut connection = Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            work(&mut connection)
        };
        write().map_err(self.failed())
    }
}
