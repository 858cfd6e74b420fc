//! Files beside the database that can be made again: each is named by the generation it was made from.

use std::io::Write;

use crate::error::{Error, Result};

use super::Store;

impl Store {
    /// The bytes kept under this name for this generation, if there are any.
    pub fn cached(&self, name: &str, generation: i64) -> Option<Vec<u8>> {
        std::fs::read(self.folder.join(file_name(name, generation))).ok()
    }

    /// Keeps bytes under this name for this generation, in the place of those of other generations.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn cache(&self, name: &str, generation: i64, bytes: &[u8]) -> Result<()> {
        let failed = |e: std::io::Error| Error::Io { path: self.folder.clone(), source: e };
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        let kept = file_name(name, generation);
        file.persist(self.folder.join(&kept)).map_err(|e| failed(e.error))?;
        for entry in std::fs::read_dir(&self.folder).map_err(failed)?.flatten() {
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
