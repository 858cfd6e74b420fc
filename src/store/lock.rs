//! One writer at a time; a second one waits a bounded time and then says who it waits for.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

const LOCK_FILE: &str = "writer.lock";

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// The right to write to a library, given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct WriterLock {
    // The system's lock lives as long as the file is open.
    _file: File,
}

impl WriterLock {
    /// Waits at most `patience` for the right to write to the library in `folder`, which is made if it is missing.
    ///
    /// # Errors
    /// [`Error::Locked`] naming the holder when the time is over, [`Error::Io`] if the lock file cannot be made.
    pub fn take(folder: &Path, patience: Duration) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(Error::io(folder))?;
        let path = folder.join(LOCK_FILE);
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(|source| {
            if matches!(source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) {
                return Error::ReadOnly { path: folder.to_path_buf() };
            }
            Error::Io { path: path.clone(), source }
        })?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < patience => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let holder = std::fs::read_to_string(&path).unwrap_or_default().trim().to_owned();
                    let holder = if holder.is_empty() { "another process".to_owned() } else { holder };
                    return Err(Error::Locked { path: folder.to_path_buf(), holder, waited: patience.as_secs() });
                }
                Err(TryLockError::Error(source)) => return Err(Error::Io { path, source }),
            }
        }
        let holder = format!("process {}\n", std::process::id());
        file.set_len(0).and_then(|()| file.write_all(holder.as_bytes())).map_err(Error::io(&path))?;
        Ok(WriterLock { _file: file })
    }
}
