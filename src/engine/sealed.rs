//! Kept bytes that are known to be what was once written.

/// Bytes of the checksum that they begin with.
const CHECKSUM: usize = blake3::OUT_LEN;

/// Bytes behind their checksum.
pub(super) fn sealed(bytes: &[u8]) -> Vec<u8> {
    [blake3::hash(bytes).as_bytes().as_slice(), bytes].concat()
}

/// The bytes that were sealed; `None` if they are not what was once written.
pub(super) fn unsealed(bytes: &[u8]) -> Option<&[u8]> {
    let (checksum, bytes) = bytes.split_at_checked(CHECKSUM)?;
    (blake3::hash(bytes).as_bytes().as_slice() == checksum).then_some(bytes)
}
