//! KEEP: the library on disk. One SQLite database is the truth; the files beside it are a cache.

mod audit;
mod cache;
mod decisions;
mod filter;
mod kept;
mod lexicon;
mod lock;
mod mend;
mod papers;
mod rows;
mod schema;
mod topics;
mod vectors;
mod words;

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{params, Connection, OpenFlags, OptionalExtension, Transaction, TransactionBehavior};

use crate::embed::ModelIdentity;
use crate::error::{Error, Result};

pub use audit::{Audit, Fault};
pub use cache::write_file;
pub use decisions::{Change, Decision};
pub use lexicon::Lexicon;
pub use lock::WriterLock;
pub use papers::{Batch, Tally, TextHash};
pub use rows::Rows;
pub use topics::{KeptPaper, KeptTopic, KeptTopics};
pub use words::Tokens;

const DATABASE: &str = "library.db";

/// No model makes longer vectors.
const MAX_DIMENSION: usize = 1 << 16;

/// Drawn anew with every change of papers or vectors.
type Stamp = [u8; 16];

/// Holds for a vector whose text no paper has.
const NO_PAPER: &str = "text_hash NOT IN (SELECT text_hash FROM papers)";

/// How long a statement waits for another process before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A library: papers, their vectors, and the model that made these.
pub struct Store {
    folder: PathBuf,
    connection: Connection,
}

impl Store {
    /// Opens a library to read it; one that this user may not write, too. A library of an older format becomes one of
    /// today's.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] if there is none, [`Error::LibraryFormat`] if a later version wrote it, [`Error::Damaged`]
    /// if its file is no library, [`Error::ReadOnly`] if it is of an older format and may not be written.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(DATABASE);
        if !path.is_file() {
            return Err(Error::NoLibrary { path: folder.to_path_buf() });
        }
        let mut store = match Self::connect(folder, &path, OpenFlags::SQLITE_OPEN_READ_WRITE) {
            Err(Error::ReadOnly { .. }) => {
                // Without the right to write there is no place for the log's index; with no log there is no need of one.
                let uri = format!("file:{}?immutable=1", uri_path(&path));
                Self::connect(folder, Path::new(&uri), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?
            }
            other => other?,
        };
        if schema::is_empty(&store.connection).map_err(store.failed())? {
            return Err(Error::NoLibrary { path: folder.to_path_buf() });
        }
        let failed = store.failed();
        schema::migrate(&mut store.connection).map_err(failed)?;
        Ok(store)
    }

    /// Opens a library to write to it, making it where there is none.
    ///
    /// # Errors
    /// As [`Store::open`]; [`Error::Io`] if the folder cannot be made, [`Error::ReadOnly`] if it may not be written.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Self::connect(folder, &folder.join(DATABASE), flags)?;
        let failed = store.failed();
        schema::migrate(&mut store.connection).map_err(failed)?;
        Ok(store)
    }

    fn connect(folder: &Path, path: &Path, flags: OpenFlags) -> Result<Self> {
        // One thread at a time has a connection, as the compiler sees to: SQLite need not lock it at every call.
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| database_error(path, &e))?;
        let store = Store { folder: folder.to_path_buf(), connection };
        store.connection.busy_timeout(BUSY_TIMEOUT).map_err(store.failed())?;
        schema::check(&store.connection, folder)?;
        Ok(store)
    }

    /// The library's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes of all files of the library.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn bytes(&self) -> Result<u64> {
        let entries = std::fs::read_dir(&self.folder).map_err(Error::io(&self.folder))?;
        Ok(entries.flatten().filter_map(|entry| entry.metadata().ok()).map(|meta| meta.len()).sum())
    }

    /// The database file.
    fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// A closure for `map_err` that ties a database error to this library.
    fn failed(&self) -> impl Fn(rusqlite::Error) -> Error + 'static {
        let path = self.database();
        move |e| database_error(&path, &e)
    }

    /// The model whose vectors the library holds; `None` while it is new.
    ///
    /// # Errors
    /// [`Error::Damaged`] if there are papers and it is not known which model made their vectors.
    pub fn model(&self) -> Result<Option<ModelIdentity>> {
        let damaged = |what: String| Error::Damaged {
            path: self.database(),
            reason: format!("{what}; 'paperkin index --model NAME' embeds it again"),
        };
        let count = |table: &str| -> Result<usize> {
            let sql = format!("SELECT count(*) FROM {table}");
            self.connection.query_row(&sql, [], |row| row.get(0)).map_err(self.failed())
        };
        match count("model")? {
            0 if count("papers")? > 0 => {
                return Err(damaged("it does not say which model made its vectors".to_owned()))
            }
            0 | 1 => {}
            models => return Err(damaged(format!("it names {models} models, expected 1"))),
        }
        let row = self.connection.query_row("SELECT name, fingerprint, dimension, folder FROM model", [], |row| {
            Ok(ModelIdentity {
                name: row.get(0)?,
                fingerprint: row.get(1)?,
                dimension: row.get(2)?,
                folder: row.get::<_, Option<String>>(3)?.map(PathBuf::from),
            })
        });
        let model = row.optional().map_err(self.failed())?;
        let Some(model) = model else { return Ok(None) };
        if !(1..=MAX_DIMENSION).contains(&model.dimension) {
            return Err(damaged(format!(
                "its vectors have {} dimensions, expected 1 to {MAX_DIMENSION}",
                model.dimension
            )));
        }
        // One damaged vector is a fault of its own; when the first few are all of another size, the number is wrong.
        let sql = "SELECT count(*), count(CASE WHEN length(vector) <> ?2 THEN 1 END) FROM
                   (SELECT vector FROM vectors WHERE model = ?1 LIMIT 16)";
        let sizes = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let looked = self.connection.query_row(sql, params![model.fingerprint, 4 * model.dimension], sizes);
        let (all, other): (usize, usize) = looked.map_err(self.failed())?;
        if all > 2 && other == all {
            return Err(damaged(format!("its vectors do not have the {} dimensions that it names", model.dimension)));
        }
        Ok(Some(model))
    }

    /// From here on this store sees the library as it is now, whatever other processes write, so that all that is read
    /// later fits together.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn snapshot(&self) -> Result<()> {
        self.connection.execute_batch("BEGIN").map_err(self.failed())
    }

    /// Ends a [snapshot](Store::snapshot).
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn release(&self) -> Result<()> {
        self.connection.execute_batch("COMMIT").map_err(self.failed())
    }

    /// After a [snapshot](Store::snapshot): the same, of the library as it is now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn renew(&self) -> Result<()> {
        self.connection.execute_batch("COMMIT; BEGIN").map_err(self.failed())
    }

    /// Another number after each change by any other connection, as long as no snapshot is held.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn changes(&self) -> Result<i64> {
        self.connection.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(self.failed())
    }

    /// Changes papers or vectors in one transaction: all of it or nothing, and then a new generation.
    fn change<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let failed = self.failed();
        let change = || {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.execute("UPDATE library SET generation = generation + 1, stamp = randomblob(16)", [])?;
            transaction.commit()?;
            Ok(done)
        };
        change().map_err(failed)
    }

    /// Counts every change of papers or vectors; caches are named by it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn generation(&self) -> Result<i64> {
        let read = || {
            let mut statement = self.connection.prepare_cached("SELECT generation FROM library")?;
            statement.query_row([], |row| row.get(0))
        };
        read().map_err(self.failed())
    }

    /// A number that no other state of papers and vectors has, in this library or another, but by chance.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn state(&self) -> Result<i64> {
        Ok(self.stamp()?.map_or(self.generation()?, |stamp| state_of(&stamp)))
    }

    /// What no other state of this or any library has; `None` where that was never written.
    fn stamp(&self) -> Result<Option<Stamp>> {
        let stamp = self.connection.query_row("SELECT stamp FROM library", [], |row| vectors::blob(row, 0));
        Ok(stamp.map_err(self.failed())?.and_then(|bytes| bytes.try_into().ok()))
    }
}

/// The first eight bytes of a stamp, as a number.
fn state_of(stamp: &Stamp) -> i64 {
    stamp.iter().take(8).fold(0, |state, &byte| state << 8 | i64::from(byte))
}

/// Which file the database of a library is; another one once the library was deleted and made anew.
pub fn identity(folder: &Path) -> Option<(u64, u64)> {
    let file = std::fs::metadata(folder.join(DATABASE)).ok()?;
    Some((file.dev(), file.ino()))
}

/// A path as SQLite's URIs want it.
fn uri_path(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

/// Whether a value or a table is not what this program writes.
fn is_unexpected_content(source: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    matches!(
        source,
        E::InvalidColumnType(..)
            | E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::QueryReturnedNoRows
            | E::SqlInputError { .. }
    )
}

/// The reason without the statement, which says nothing to a user.
fn told(source: &rusqlite::Error) -> String {
    if let rusqlite::Error::SqlInputError { msg, .. } = source {
        return msg.clone();
    }
    source.to_string()
}

/// Damage, locks and missing rights are told apart from other faults by SQLite's own code.
fn database_error(path: &Path, source: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    let folder = path.parent().unwrap_or(path).to_path_buf();
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Error::Damaged {
            path: path.to_path_buf(),
            reason: format!("{source}; move it away and index its files again"),
        },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            Error::Locked { path: folder, holder: "another process".to_owned(), waited: BUSY_TIMEOUT.as_secs() }
        }
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            Error::ReadOnly { path: folder }
        }
        _ if is_unexpected_content(source) => Error::Damaged {
            path: path.to_path_buf(),
            reason: format!("{}; 'paperkin check' looks at all of it", told(source)),
        },
        // The message holds all that its causes say.
        _ => Error::Database { path: path.to_path_buf(), source: source.to_string().into() },
    }
}
