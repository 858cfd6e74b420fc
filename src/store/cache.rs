//! Files beside the database that can be made again: each is named by the generation it was made from.

use std::fs::{DirEntry, File, Permissions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Result};

use super::Store;

/// How the name of a file begins and ends that is not yet in its place; between them are six letters or digits.
const UNFINISHED: (&str, &str) = (".paperkin-", ".tmp");
const RANDOM: usize = 6;

/// After this long whoever wrote an unfinished file is taken to be dead: the largest takes minutes.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// Read and write for all, less what the process's mask takes away.
const ANY_FILE: u32 = 0o666;

/// Writes a file beside its place and then moves it there, so that no reader sees half of it. Its permissions are those
/// of any new file.
///
/// # Errors
/// [`Error::Io`] if the file cannot be made or moved, and what `write` returns.
pub fn write_file(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    write_as(path, ANY_FILE, write)
}

fn write_as(path: &Path, mode: u32, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(UNFINISHED.0)
        .suffix(UNFINISHED.1)
        .rand_bytes(RANDOM)
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(Error::io(path))?;
    {
        let mut out = BufWriter::new(file.as_file_mut());
        write(&mut out)?;
        out.flush().map_err(Error::io(path))?;
    }
    file.persist(path).map_err(|e| Error::Io { path: path.to_path_buf(), source: e.error })?;
    Ok(())
}

impl Store {
    /// The bytes kept under this name for this generation, if there are any.
    pub fn cached(&self, name: &str, generation: i64) -> Option<Vec<u8>> {
        std::fs::read(self.folder.join(file_name(name, generation))).ok()
    }

    /// The file kept under this name for this generation, if there is one.
    pub(super) fn cached_file(&self, name: &str, generation: i64) -> Option<File> {
        File::open(self.folder.join(file_name(name, generation))).ok()
    }

    /// Keeps bytes under this name for this generation, in the place of those of other generations. Who may not read the
    /// database may not read them.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn cache(&self, name: &str, generation: i64, bytes: &[u8]) -> Result<()> {
        self.cache_with(name, generation, |out| out.write_all(bytes))
    }

    /// The same for what is written piece by piece.
    pub(super) fn cache_with(
        &self,
        name: &str,
        generation: i64,
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<()> {
        let path = self.folder.join(file_name(name, generation));
        let database = std::fs::metadata(self.database()).map_err(Error::io(&self.database()))?;
        let mode = database.permissions().mode() & ANY_FILE;
        write_as(&path, mode, |out| write(out).map_err(Error::io(&path)))?;
        for entry in std::fs::read_dir(&self.folder).map_err(Error::io(&self.folder))?.flatten() {
            if is_outdated(&entry, name, generation) {
                // Whoever still reads it keeps its open file; what is left is tried again next time.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

/// Whether a file in a library's folder was kept under this name for another generation, or is of a process that died.
fn is_outdated(entry: &DirEntry, name: &str, generation: i64) -> bool {
    let file = entry.file_name().to_string_lossy().into_owned();
    let middle = file.strip_prefix(UNFINISHED.0).and_then(|rest| rest.strip_suffix(UNFINISHED.1));
    if middle.is_some_and(|middle| middle.len() == RANDOM && middle.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        let modified = entry.metadata().and_then(|file| file.modified());
        return modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > ABANDONED));
    }
    generation_in(name, &file).is_some_and(|of| of != generation)
}

fn file_name(name: &str, generation: i64) -> String {
    format!("{name}-{generation}.bin")
}

fn generation_in(name: &str, file: &str) -> Option<i64> {
    file.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".bin")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_is_kept_replaces_what_was_and_what_was_abandoned() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_or_create(folder.path()).expect("a library");
        store.cache("rows", 3, b"old").expect("kept");
        let files = [(".paperkin-aB3xyZ.tmp", 2), (".paperkin-aB3xyY.tmp", 0), (".paperkin-notes", 2)];
        for (name, age) in files.map(|(name, lives)| (name, lives * ABANDONED)) {
            let file = File::create(folder.path().join(name)).expect("a file");
            file.set_modified(SystemTime::now() - age).expect("a time");
        }
        std::fs::write(folder.path().join("rowsnotes-1.bin"), "not ours").expect("a file");
        store.cache("rows", 4, b"new").expect("kept");
        assert_eq!(store.cached("rows", 3), None);
        assert_eq!(store.cached("rows", 4).as_deref(), Some(&b"new"[..]));
        let is_there = |name| folder.path().join(name).exists();
        let left = [".paperkin-aB3xyY.tmp", ".paperkin-notes", "rowsnotes-1.bin", "library.db"];
        assert!(left.into_iter().all(is_there) && !is_there(".paperkin-aB3xyZ.tmp"));
    }

    #[test]
    fn what_is_kept_of_a_private_library_is_private() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_or_create(folder.path()).expect("a library");
        std::fs::set_permissions(store.database(), Permissions::from_mode(0o600)).expect("permissions");
        store.cache("words", 1, b"secret").expect("kept");
        let kept = std::fs::metadata(folder.path().join("words-1.bin")).expect("a file");
        assert_eq!(kept.permissions().mode() & 0o777, 0o600);
    }
}
