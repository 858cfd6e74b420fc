//! Kept bytes that are known to be what was once written.

/// Bytes of the checksum that they begin with.
const CHECKSUM: usize = blake3::OUT_LEN;

/// Bytes behind a checksum of them and of the library's state.
pub(super) fn sealed(state: i64, bytes: &[u8]) -> Vec<u8> {
    [checksum(state, bytes).as_slice(), bytes].concat()
}

/// The bytes that were sealed; `None` if they are not what was once written in this state.
pub(super) fn unsealed(state: i64, bytes: &[u8]) -> Option<&[u8]> {
    let (expected, bytes) = bytes.split_at_checked(CHECKSUM)?;
    (checksum(state, bytes) == *expected).then_some(bytes)
}

fn checksum(state: i64, bytes: &[u8]) -> [u8; CHECKSUM] {
    *blake3::Hasher::new().update(&state.to_le_bytes()).update(bytes).finalize().as_bytes()
}
