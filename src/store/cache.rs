//! Files beside the database that can be made again: each is named by the generation it was made from.

use std::fs::{File, Permissions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::error::{Error, Result};

use super::Store;

/// Writes a file beside its place and then moves it there, so that no reader sees half of it. Its permissions are those
/// of any new file.
///
/// # Errors
/// [`Error::Io`] if the file cannot be made or moved, and what `write` returns.
pub fn write_file(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".paperkin-")
        .permissions(Permissions::from_mode(0o666))
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

    /// Keeps bytes under this name for this generation, in the place of those of other generations.
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
        let kept = file_name(name, generation);
        let path = self.folder.join(&kept);
        write_file(&path, |out| write(out).map_err(Error::io(&path)))?;
        for entry in std::fs::read_dir(&self.folder).map_err(Error::io(&self.folder))?.flatten() {
            let other = entry.file_name().to_string_lossy().into_owned();
            if other != kept && generation_in(name, &other).is_some() {
                // Whoever still reads it keeps its open file; what is left is tried again next time.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

fn file_name(name: &str, generation: i64) -> String {
    format!("{name}-{generation}.bin")
}

fn generation_in(name: &str, file: &str) -> Option<i64> {
    file.strip_prefix(name)?.strip_prefix('-')?.strip_suffix(".bin")?.parse().ok()
}
