//! KEEP: the library on disk. One SQLite database is the truth; the files beside it are a cache.

mod cache;
mod lock;
mod papers;
mod schema;
mod vectors;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::embed::ModelIdentity;
use crate::error::{Error, Result};

pub use lock::WriterLock;
pub use papers::{Batch, Stored, TextHash};
pub use vectors::Rows;

const DATABASE: &str = "library.db";

/// How long a statement waits for another process before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A library: papers, their vectors, and the model that made these.
pub struct Store {
    folder: PathBuf,
    connection: Connection,
}

impl Store {
    /// Opens a library to read it.
    ///
    /// # Errors
    /// [`Error::NoLibrary`] if there is none, [`Error::LibraryFormat`] if a later version wrote it, [`Error::Damaged`]
    /// if its file is no library.
    pub fn open(folder: &Path) -> Result<Self> {
        if !folder.join(DATABASE).is_file() {
            return Err(Error::NoLibrary { path: folder.to_path_buf() });
        }
        Self::connect(folder, OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// Opens a library to write to it, making it where there is none.
    ///
    /// # Errors
    /// As [`Store::open`]; [`Error::Io`] if the folder cannot be made.
    pub fn open_or_create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        Self::connect(folder, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    fn connect(folder: &Path, flags: OpenFlags) -> Result<Self> {
        let path = folder.join(DATABASE);
        let connection = Connection::open_with_flags(&path, flags).map_err(|e| database_error(&path, e))?;
        let mut store = Store { folder: folder.to_path_buf(), connection };
        store.connection.busy_timeout(BUSY_TIMEOUT).map_err(store.failed())?;
        schema::prepare(&mut store.connection, folder)?;
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
        move |e| database_error(&path, e)
    }

    /// The model whose vectors the library holds; `None` while it is new.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn model(&self) -> Result<Option<ModelIdentity>> {
        let row = self.connection.query_row("SELECT name, fingerprint, dimension FROM model", [], |row| {
            Ok(ModelIdentity { name: row.get(0)?, fingerprint: row.get(1)?, dimension: row.get(2)? })
        });
        row.optional().map_err(self.failed())
    }

    /// Counts every change of papers or vectors; caches are named by it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn generation(&self) -> Result<i64> {
        self.connection.query_row("SELECT generation FROM library", [], |row| row.get(0)).map_err(self.failed())
    }
}

/// Damage is told apart from other faults by SQLite's own code.
fn database_error(path: &Path, source: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            Error::Damaged { path: path.to_path_buf(), reason: source.to_string() }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked {
            path: path.parent().unwrap_or(path).to_path_buf(),
            holder: "another process".to_owned(),
            waited: BUSY_TIMEOUT.as_secs(),
        },
        _ => Error::Database { path: path.to_path_buf(), source: source.into() },
    }
}
