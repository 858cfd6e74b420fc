//! The tables, and how an older library becomes one of today.

use std::path::Path;

use rusqlite::Connection;

use crate::error::{Error, Result};

use super::{database_error, DATABASE};

/// Marks an SQLite file as a library of this program ("PKin").
const APPLICATION_ID: i64 = 0x504b_696e;

/// Step `i` makes format `i + 1` out of format `i`. Steps are only ever added.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE library (generation INTEGER NOT NULL);
INSERT INTO library VALUES (0);
CREATE TABLE model (name TEXT NOT NULL, fingerprint TEXT NOT NULL, dimension INTEGER NOT NULL, folder TEXT);
CREATE TABLE papers (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text_hash BLOB NOT NULL,
    exact_key BLOB,
    title TEXT NOT NULL,
    abstract TEXT NOT NULL,
    authors TEXT NOT NULL,
    year INTEGER,
    date TEXT,
    venue TEXT,
    volume TEXT,
    issue TEXT,
    pages TEXT,
    categories TEXT NOT NULL,
    doi TEXT,
    arxiv_id TEXT,
    pmid TEXT,
    url TEXT,
    source TEXT NOT NULL,
    line INTEGER NOT NULL,
    as_read TEXT
);
CREATE INDEX papers_by_text ON papers (text_hash);
CREATE TABLE vectors (
    text_hash BLOB NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (text_hash, model)
);
",
    "
CREATE TABLE decisions (
    a TEXT NOT NULL,
    b TEXT NOT NULL,
    is_same INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
",
    "
CREATE VIRTUAL TABLE words USING fts5(
    title, abstract, authors,
    content = 'papers', content_rowid = 'key', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE word_places USING fts5vocab(words, instance);
INSERT INTO words (words) VALUES ('rebuild');
CREATE TRIGGER words_of_new_papers AFTER INSERT ON papers BEGIN
    INSERT INTO words (rowid, title, abstract, authors) VALUES (new.key, new.title, new.abstract, new.authors);
END;
CREATE TRIGGER words_of_removed_papers AFTER DELETE ON papers BEGIN
    INSERT INTO words (words, rowid, title, abstract, authors)
    VALUES ('delete', old.key, old.title, old.abstract, old.authors);
END;
CREATE TRIGGER words_of_changed_papers AFTER UPDATE OF title, abstract, authors ON papers BEGIN
    INSERT INTO words (words, rowid, title, abstract, authors)
    VALUES ('delete', old.key, old.title, old.abstract, old.authors);
    INSERT INTO words (rowid, title, abstract, authors) VALUES (new.key, new.title, new.abstract, new.authors);
END;
CREATE TABLE calibration (generation INTEGER NOT NULL, model TEXT NOT NULL, similarities BLOB NOT NULL);
CREATE TABLE sentences (
    text_hash BLOB NOT NULL,
    model TEXT NOT NULL,
    vectors BLOB NOT NULL,
    PRIMARY KEY (text_hash, model)
);
",
    "
CREATE TABLE topics (id INTEGER PRIMARY KEY, slot INTEGER NOT NULL, label TEXT NOT NULL);
CREATE TABLE topic_papers (paper TEXT PRIMARY KEY NOT NULL, text_hash BLOB NOT NULL, topic INTEGER NOT NULL) WITHOUT ROWID;
",
    // Generations are counted from 0 in every library, and again in one that was put back from a copy: the stamp tells
    // one state from all others, of this library and any.
    "
ALTER TABLE library ADD COLUMN stamp BLOB;
UPDATE library SET stamp = randomblob(16);
",
];

/// The format this program writes.
const FORMAT: i64 = MIGRATIONS.len() as i64;

/// Refuses a library of a later format, and a database that is no library. Changes nothing.
pub(super) fn check(connection: &Connection, folder: &Path) -> Result<()> {
    let path = folder.join(DATABASE);
    let failed = |e| database_error(&path, &e);
    let found = format_of(connection).map_err(failed)?;
    if found < 0 {
        return Err(Error::Damaged { path, reason: format!("its format is {found}, expected 1 to {FORMAT}") });
    }
    if found > FORMAT {
        return Err(Error::LibraryFormat { path: folder.to_path_buf(), found, supported: FORMAT });
    }
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
    if application != APPLICATION_ID && !is_empty(connection).map_err(failed)? {
        let reason = format!("its application id is {application:#x}, a library's is {APPLICATION_ID:#x}");
        return Err(Error::Damaged { path, reason });
    }
    connection.execute_batch("PRAGMA synchronous = NORMAL;").map_err(failed)
}

/// Whether nothing has been made in the database yet.
pub(super) fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)", [], |row| row.get(0))
}

fn format_of(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The tables, indexes and triggers that a library of today has and this one lacks, each with the statement that makes it.
pub(super) fn missing(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let whole = Connection::open_in_memory()?;
    MIGRATIONS.iter().try_for_each(|step| whole.execute_batch(step))?;
    let sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid";
    let mut statement = whole.prepare(sql)?;
    let all = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut lacks = Vec::new();
    for (name, sql) in all {
        let sql_known = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = ?1)";
        if !connection.query_row(sql_known, [&name], |row| row.get(0))? {
            lacks.push((name, sql));
        }
    }
    Ok(lacks)
}

/// Takes the missing steps in one transaction, so that a kill leaves the old format or the new one.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    if format_of(connection)? == FORMAT {
        return Ok(());
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may have been faster.
    let found = format_of(&transaction)?;
    for step in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}
