//! What searching and clustering need of every paper: read from the database a row at a time, or from a file beside it in
//! one piece, which for 100,000 papers takes a tenth of the time.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;

use rayon::prelude::*;

use crate::embed::ModelIdentity;
use crate::error::{Error, Result};
use crate::findings::copies::Copies;
use crate::paper::{ExactKey, PaperId};
use crate::vectors::Vectors;

use super::vectors::{blob, floats};
use super::{Stamp, Store};

/// The name of the file among the cached ones, and its first bytes; the digit is its format.
const ROWS: &str = "rows";
const MAGIC: &[u8; 8] = b"PKROWS01";

/// Papers from which the file is made: with fewer the database answers within a tenth of a second.
const FEWEST_KEPT: usize = 10_000;

/// Bytes before the vectors: magic, stamp, and three numbers.
const HEAD: usize = MAGIC.len() + size_of::<Stamp>() + 3 * size_of::<u64>();

/// Floats that are read and checked at a time: 1 MiB, which stays in a core's cache from the one to the other.
const CHUNK: usize = 1 << 18;

/// What searching and clustering need: row `i` of everything belongs to the `i`th id in ascending order.
#[derive(Debug)]
pub struct Rows {
    /// The state of the library this was read from.
    pub generation: i64,
    /// The model that made the vectors.
    pub model: ModelIdentity,
    /// Ids, ascending.
    pub ids: Vec<PaperId>,
    /// Which papers are exact copies.
    pub copies: Copies,
    /// One unit row a paper.
    pub vectors: Vectors,
}

impl Store {
    /// Everything but the papers' metadata, after a [snapshot](Store::snapshot).
    ///
    /// # Errors
    /// [`Error::EmptyLibrary`] if no paper is there; [`Error::Damaged`] if a paper has no vector, or one of the wrong
    /// size or length.
    pub fn rows(&self) -> Result<Rows> {
        self.snapshot()?;
        let model = self.model()?.ok_or_else(|| Error::EmptyLibrary { path: self.folder.clone() })?;
        let (generation, stamp) = (self.generation()?, self.stamp()?);
        if let Some((file, stamp)) = self.cached_file(ROWS, generation).zip(stamp) {
            if let Some((ids, copies, vectors)) = read(&file, &stamp, model.dimension) {
                return Ok(Rows { generation, model, ids, copies, vectors });
            }
        }
        let rows = self.read_rows(generation, model)?;
        if let Some(stamp) = stamp.filter(|_| rows.ids.len() >= FEWEST_KEPT) {
            // Without the right to write they are read from the database again: no reason to fail.
            let _ = self.cache_with(ROWS, generation, |out| write(out, &rows, &stamp));
        }
        Ok(rows)
    }

    fn read_rows(&self, generation: i64, model: ModelIdentity) -> Result<Rows> {
        let sql = "SELECT p.id, p.exact_key, v.vector FROM papers p
                   LEFT JOIN vectors v ON v.text_hash = p.text_hash AND v.model = ?1 ORDER BY p.id";
        let damaged = |reason: String| Error::Damaged { path: self.database(), reason };
        let mut statement = self.connection.prepare(sql).map_err(self.failed())?;
        let papers = self.count()?;
        let (mut ids, mut keys) = (Vec::with_capacity(papers), Vec::with_capacity(papers));
        let mut vectors = Vectors::with_capacity(model.dimension, papers);
        let mut rows = statement.query([&model.fingerprint]).map_err(self.failed())?;
        let mut row_floats = Vec::with_capacity(model.dimension);
        while let Some(row) = rows.next().map_err(self.failed())? {
            let id: String = row.get(0).map_err(self.failed())?;
            let key: Option<[u8; 16]> = row.get(1).map_err(self.failed())?;
            let bytes = blob(row, 2).map_err(self.failed())?;
            let wanted = 4 * model.dimension;
            let got = bytes.as_ref().map_or(0, Vec::len);
            if got != wanted {
                return Err(damaged(format!(
                    "the vector of '{id}' has {got} bytes, expected {wanted}; 'paperkin check --repair' makes it again"
                )));
            }
            row_floats.clear();
            row_floats.extend(bytes.iter().flat_map(|bytes| floats(bytes)));
            vectors.push(&row_floats).map_err(|e| damaged(format!("the vector of '{id}': {e}")))?;
            ids.push(PaperId(id));
            keys.push(key.map(ExactKey));
        }
        if ids.is_empty() {
            return Err(Error::EmptyLibrary { path: self.folder.clone() });
        }
        Ok(Rows { generation, model, ids, copies: Copies::new(&keys), vectors })
    }
}

/// Magic, stamp, number of rows, dimension, bytes of the rest; vectors; the rest: the first copy of each row, where each id
/// ends, the ids; a checksum. Numbers are little-endian.
fn write(out: &mut dyn Write, rows: &Rows, stamp: &Stamp) -> std::io::Result<()> {
    let mut rest: Vec<u8> = rows.copies.firsts().iter().flat_map(|&first| (first as u32).to_le_bytes()).collect();
    let mut end = 0u32;
    for id in &rows.ids {
        end += id.0.len() as u32;
        rest.extend(end.to_le_bytes());
    }
    rows.ids.iter().for_each(|id| rest.extend_from_slice(id.0.as_bytes()));
    let numbers = [rows.ids.len(), rows.vectors.dimension(), rest.len()].map(|number| (number as u64).to_le_bytes());
    let head = [MAGIC.as_slice(), stamp, numbers.as_flattened()].concat();
    out.write_all(&head)?;
    let mut checksums = Vec::new();
    for chunk in rows.vectors.as_slice().chunks(CHUNK) {
        let bytes: Vec<u8> = chunk.iter().flat_map(|x| x.to_le_bytes()).collect();
        checksums.push(blake3::hash(&bytes));
        out.write_all(&bytes)?;
    }
    out.write_all(&rest)?;
    out.write_all(checksum(&head, &checksums, &rest).as_bytes())
}

/// Of the head, the checksums of the chunks, and the rest.
fn checksum(head: &[u8], chunks: &[blake3::Hash], rest: &[u8]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head);
    for chunk in chunks {
        hasher.update(chunk.as_bytes());
    }
    hasher.update(rest);
    hasher.finalize()
}

/// What [`write`] wrote for this state of the library; `None` if anything about it is wrong.
fn read(file: &File, stamp: &Stamp, dimension: usize) -> Option<(Vec<PaperId>, Copies, Vectors)> {
    let mut head = [0; HEAD];
    file.read_exact_at(&mut head, 0).ok()?;
    let numbers = head.strip_prefix(MAGIC.as_slice())?.strip_prefix(stamp.as_slice())?;
    let mut numbers =
        numbers.chunks_exact(8).map(|b| u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]));
    let (rows, columns, rest_bytes) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let vector_bytes = rows.checked_mul(columns)?.checked_mul(4)?;
    let rest_at = vector_bytes.checked_add(HEAD as u64)?;
    let end = rest_at.checked_add(rest_bytes)?;
    // Before a size is believed, the file must have it.
    if columns != dimension as u64 || file.metadata().ok()?.len() != end.checked_add(blake3::OUT_LEN as u64)? {
        return None;
    }
    let mut data = vec![0.0f32; usize::try_from(vector_bytes / 4).ok()?];
    let checksums = data.par_chunks_mut(CHUNK).enumerate().map(|(nth, floats)| {
        let mut bytes = vec![0; 4 * floats.len()];
        file.read_exact_at(&mut bytes, (HEAD + 4 * CHUNK * nth) as u64).ok()?;
        let read = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        floats.iter_mut().zip(read).for_each(|(to, from)| *to = from);
        Some(blake3::hash(&bytes))
    });
    let checksums = checksums.collect::<Option<Vec<_>>>()?;
    let mut rest = vec![0; usize::try_from(rest_bytes).ok()?];
    file.read_exact_at(&mut rest, rest_at).ok()?;
    let mut known = [0; blake3::OUT_LEN];
    file.read_exact_at(&mut known, end).ok()?;
    if checksum(&head, &checksums, &rest).as_bytes() != &known {
        return None;
    }
    let (ids, copies) = unpacked(&rest, usize::try_from(rows).ok()?)?;
    Some((ids, copies, Vectors::from_units(dimension, data)))
}

fn unpacked(rest: &[u8], rows: usize) -> Option<(Vec<PaperId>, Copies)> {
    let (numbers, text) = rest.split_at_checked(8 * rows)?;
    let mut numbers = numbers.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let firsts = numbers.by_ref().take(rows).collect();
    let text = std::str::from_utf8(text).ok()?;
    let mut begin = 0;
    let ids = numbers.map(|end| {
        let id = text.get(begin..end)?;
        begin = end;
        Some(PaperId(id.to_owned()))
    });
    Some((ids.collect::<Option<_>>()?, Copies::from_firsts(firsts)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(n: usize) -> Rows {
        let mut vectors = Vectors::new(3);
        for i in 0..n {
            let angle = i as f32;
            vectors.push(&[angle.cos(), angle.sin(), 0.0]).expect("a unit row");
        }
        let model = ModelIdentity { name: String::new(), fingerprint: String::new(), dimension: 3, folder: None };
        let keys: Vec<Option<ExactKey>> = (0..n).map(|i| (i % 3 > 0).then_some(ExactKey([i as u8 % 5; 16]))).collect();
        let ids = (0..n).map(|i| PaperId(format!("päper {i:03}"))).collect();
        Rows { generation: 1, model, ids, copies: Copies::new(&keys), vectors }
    }

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written_or_nothing(n in 1..40usize, at: prop::sample::Index, bit in 0..8u32) {
            let rows = rows(n);
            let mut bytes = Vec::new();
            write(&mut bytes, &rows, &[7; 16]).expect("written");
            let got = read(&file_of(&bytes), &[7; 16], 3).expect("read");
            prop_assert_eq!(&got, &(rows.ids, rows.copies, rows.vectors));
            prop_assert!(read(&file_of(&bytes), &[8; 16], 3).is_none(), "of another state");
            prop_assert!(read(&file_of(&bytes), &[7; 16], 1).is_none(), "of another model");
            let place = at.index(bytes.len());
            prop_assert!(read(&file_of(&bytes[..place]), &[7; 16], 3).is_none(), "cut");
            bytes[place] ^= 1 << bit;
            prop_assert!(read(&file_of(&bytes), &[7; 16], 3).is_none(), "damaged");
        }
    }
}
