//! Compressed input: what its first bytes show to be gzip or Zstandard is unpacked while it is read.

use std::ffi::OsStr;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::input::Bytes;

/// How a gzip member begins (RFC 1952, 2.3.1): the method is always "deflate".
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// How a Zstandard frame begins (RFC 8878, 3.1.1).
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// How a skippable Zstandard frame begins (RFC 8878, 3.1.2), behind a first byte from 0x50 to 0x5f.
const ZSTD_SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];

/// Extensions that speak of the packing and not of what is in it.
const EXTENSIONS: [&str; 4] = ["gz", "gzip", "zst", "zstd"];

/// What the bytes hold, unpacked if they are compressed. Nothing is unpacked before it is asked for.
pub(super) fn unpacked(mut bytes: Bytes) -> io::Result<Bytes> {
    let mut magic = Vec::new();
    bytes.by_ref().take(ZSTD.len() as u64).read_to_end(&mut magic)?;
    let packing = packing(&magic);
    let whole = Cursor::new(magic).chain(bytes);
    Ok(match packing {
        None => Box::new(whole),
        Some("gzip") => Box::new(Unpacked { packing: "gzip", inner: MultiGzDecoder::new(whole) }),
        Some(packing) => Box::new(Unpacked { packing, inner: zstd::Decoder::new(whole)? }),
    })
}

/// The path without an extension that only says how the file is packed: `x.jsonl` for `x.jsonl.gz`.
pub(super) fn inner_path(path: &Path) -> PathBuf {
    let packed = |extension: &&OsStr| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known));
    match path.extension().filter(packed) {
        Some(_) => path.with_extension(""),
        None => path.to_path_buf(),
    }
}

/// What an error says if it comes from compressed data that cannot be unpacked, and not from the system.
pub(super) fn damage(error: &io::Error) -> Option<String> {
    error.get_ref()?.downcast_ref::<Damage>().map(ToString::to_string)
}

fn packing(magic: &[u8]) -> Option<&'static str> {
    match magic {
        _ if magic.starts_with(&GZIP) => Some("gzip"),
        _ if magic.starts_with(&ZSTD) => Some("zstd"),
        [0x50..=0x5f, rest @ ..] if rest.starts_with(&ZSTD_SKIPPABLE) => Some("zstd"),
        _ => None,
    }
}

/// Compressed data that cannot be unpacked any further.
#[derive(Debug, thiserror::Error)]
#[error("the {packing} data {reason}; what stood behind is lost")]
struct Damage {
    packing: &'static str,
    reason: String,
}

/// A decoder whose errors tell damaged data from trouble with the system.
struct Unpacked<R> {
    packing: &'static str,
    inner: R,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into).map_err(|error| {
            if error.raw_os_error().is_some() || error.kind() == ErrorKind::Interrupted {
                return error;
            }
            let breaks_off = error.kind() == ErrorKind::UnexpectedEof;
            let reason = if breaks_off { "breaks off".to_owned() } else { format!("is damaged ({error})") };
            io::Error::new(ErrorKind::InvalidData, Damage { packing: self.packing, reason })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_extension_of_the_packing_is_dropped() {
        for (path, inner) in [
            ("a/x.jsonl.gz", "a/x.jsonl"),
            ("x.csv.ZST", "x.csv"),
            ("x.gz", "x"),
            ("x.jsonl", "x.jsonl"),
            ("a.gz/x", "a.gz/x"),
            (".gz", ".gz"),
        ] {
            assert_eq!(inner_path(Path::new(path)), Path::new(inner));
        }
    }

    #[test]
    fn packings_are_known_by_their_first_bytes() {
        assert_eq!(packing(b"\x1f\x8b\x08\0"), Some("gzip"));
        assert_eq!(packing(b"\x28\xb5\x2f\xfd"), Some("zstd"));
        assert_eq!(packing(b"\x50\x2a\x4d\x18"), Some("zstd"));
        assert_eq!(packing(b"{\"a\""), None);
        assert_eq!(packing(b""), None);
    }
}
