//! Words in the library: SQLite's full-text index FTS5 over titles, abstracts and authors, with Porter's stems
//! (<https://www.sqlite.org/fts5.html>). Triggers keep it in step with the papers.

use std::collections::BTreeMap;

use rusqlite::params;

use crate::error::Result;
use crate::findings::words::Lengths;

use super::Store;

/// The stems of a text, ascending, each with how often it stands there.
pub type Tokens = Vec<(String, u32)>;

impl Store {
    /// The keys of all papers in the order of rows.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn keys(&self) -> Result<Vec<i64>> {
        let mut statement = self.connection.prepare("SELECT key FROM papers ORDER BY id").map_err(self.failed())?;
        let keys = statement.query_map([], |row| row.get(0)).map_err(self.failed())?;
        keys.collect::<rusqlite::Result<_>>().map_err(self.failed())
    }

    /// How many words the title and abstract of each paper have, in the order of rows.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn lengths(&self) -> Result<Lengths> {
        // FTS5 keeps the number of tokens of each column as variable-length integers.
        let sql = "SELECT sz FROM papers LEFT JOIN words_docsize d ON d.id = key ORDER BY papers.id";
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let sizes = statement.query_map([], |row| row.get::<_, Option<Vec<u8>>>(0)).map_err(self.failed())?;
        let length = |sizes: Option<Vec<u8>>| varints(&sizes.unwrap_or_default()).take(2).sum();
        let lengths = sizes.map(|sizes| sizes.map(length)).collect::<rusqlite::Result<Vec<u32>>>();
        lengths.map(Lengths::new).map_err(self.failed())
    }

    /// The stems of each of these texts, as the index makes them.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn tokens(&self, texts: &[&str]) -> Result<Vec<Tokens>> {
        let read = || -> rusqlite::Result<Vec<Tokens>> {
            self.connection.execute_batch(
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.asked USING fts5(
                     text, content = '', tokenize = 'porter unicode61 remove_diacritics 2');
                 CREATE VIRTUAL TABLE IF NOT EXISTS temp.asked_places USING fts5vocab(temp, asked, instance);
                 INSERT INTO temp.asked (asked) VALUES ('delete-all');",
            )?;
            let mut insert = self.connection.prepare_cached("INSERT INTO temp.asked (rowid, text) VALUES (?1, ?2)")?;
            for (i, text) in texts.iter().enumerate() {
                insert.execute(params![i as i64, text])?;
            }
            let mut counts: Vec<BTreeMap<String, u32>> = vec![BTreeMap::new(); texts.len()];
            let mut places = self.connection.prepare_cached("SELECT term, doc FROM temp.asked_places")?;
            let mut rows = places.query([])?;
            while let Some(row) = rows.next()? {
                let (term, text): (String, usize) = (row.get(0)?, row.get(1)?);
                *counts[text].entry(term).or_default() += 1;
            }
            Ok(counts.into_iter().map(|terms| terms.into_iter().collect()).collect())
        };
        read().map_err(self.failed())
    }
}

/// SQLite's variable-length integers, as far as they fit 32 bits.
pub(super) fn varints(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    let mut rest = bytes.iter();
    std::iter::from_fn(move || {
        let mut value = 0u32;
        loop {
            let byte = *rest.next()?;
            value = value << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
    })
}
