//! The vectors as a NumPy array (format 1.0, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>).

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Collection, Exporter};
use crate::report::Failure;

/// An `n x d` array of little-endian 32-bit floats; the ids of its rows stand in a text file beside it, one a line.
pub(super) struct Npy;

/// The header's length is a multiple of this, in bytes.
const ALIGNMENT: usize = 64;

/// Magic, version 1.0, and the length of what follows.
const PREFIX: usize = 10;

fn header(rows: usize, columns: usize) -> Vec<u8> {
    let mut text = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    let unpadded = PREFIX + text.len() + 1;
    text.extend(std::iter::repeat_n(' ', unpadded.next_multiple_of(ALIGNMENT) - unpadded));
    text.push('\n');
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend((text.len() as u16).to_le_bytes());
    header.extend(text.as_bytes());
    header
}

impl Exporter for Npy {
    fn name(&self) -> &'static str {
        "npy"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["npy"]
    }

    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        out.write_all(&header(collection.papers, collection.dimension))?;
        (collection.each)(&mut |_, vector| {
            let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
            Ok(out.write_all(&bytes)?)
        })
    }

    fn ids_path(&self, path: &Path) -> Option<PathBuf> {
        let own = self.extensions().iter().any(|own| path.extension().is_some_and(|extension| extension == *own));
        let mut stem = if own { path.with_extension("") } else { path.to_path_buf() }.into_os_string();
        stem.push(".ids.txt");
        Some(stem.into())
    }
}

#[cfg(test)]
mod tests {
    use super::header;

    #[test]
    fn the_header_is_what_numpy_writes() {
        let header = header(3, 2);
        assert_eq!(header.len() % 64, 0);
        assert!(
            header.starts_with(b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }")
        );
        assert!(header.ends_with(b" \n"));
    }
}
