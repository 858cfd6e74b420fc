//! The words of a library in one file beside the database: for each stem the papers that have it. SQLite answers the same
//! from its full-text index, but word by word of every paper: 60 ms for a common stem of 100,000 papers.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::findings::words::{is_stop, Lengths, Posting};

use super::words::varints;
use super::{Stamp, Store};

/// The name of the file among the cached ones, and its first bytes; the digit is its format.
const WORDS: &str = "words";
const MAGIC: &[u8; 8] = b"PKWORDS1";

/// Where each stem of a library stands; those that say nothing of a subject are left out.
///
/// Some 140 bytes a paper: a list a stem, of steps from row to row, and of counts where they are not a single one in the
/// abstract.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lexicon {
    /// How many words the title and abstract of each paper have.
    pub lengths: Lengths,
    /// All stems, ascending, one after the other, and where each ends.
    stems: Vec<u8>,
    stem_ends: Vec<u64>,
    /// Their lists likewise.
    lists: Vec<u8>,
    list_ends: Vec<u64>,
}

impl Lexicon {
    /// The papers whose title or abstract has this stem, by row.
    pub fn postings(&self, stem: &str) -> Vec<Posting> {
        let (mut from, mut to) = (0, self.stem_ends.len());
        while from < to {
            let middle = (from + to) / 2;
            match part(&self.stems, &self.stem_ends, middle).cmp(stem.as_bytes()) {
                std::cmp::Ordering::Less => from = middle + 1,
                std::cmp::Ordering::Greater => to = middle,
                std::cmp::Ordering::Equal => return unpacked(part(&self.lists, &self.list_ends, middle)),
            }
        }
        Vec::new()
    }

    /// Adds the list of a stem that follows all others.
    fn push(&mut self, stem: &str, postings: &mut Vec<Posting>) {
        if !postings.is_empty() && !is_stop(stem) {
            postings.sort_unstable_by_key(|posting| posting.row);
            self.stems.extend_from_slice(stem.as_bytes());
            self.stem_ends.push(self.stems.len() as u64);
            pack(postings, &mut self.lists);
            self.list_ends.push(self.lists.len() as u64);
        }
        postings.clear();
    }

    /// Whether all numbers stay in their bounds and stems ascend.
    fn is_sound(&self) -> bool {
        let fits = |ends: &[u64], whole: &[u8]| {
            ends.windows(2).all(|pair| pair[0] <= pair[1]) && ends.last().copied().unwrap_or(0) == whole.len() as u64
        };
        let stem = |at| part(&self.stems, &self.stem_ends, at);
        self.stem_ends.len() == self.list_ends.len()
            && fits(&self.stem_ends, &self.stems)
            && fits(&self.list_ends, &self.lists)
            && (1..self.stem_ends.len()).all(|at| stem(at - 1) < stem(at))
    }

    /// Magic, stamp, the five parts with their lengths, and the blake3 of all that; numbers little-endian.
    fn to_bytes(&self, stamp: &Stamp) -> Vec<u8> {
        let numbers = |numbers: &[u64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
        let lengths: Vec<u8> = self.lengths.words().iter().flat_map(|words| words.to_le_bytes()).collect();
        let (stem_ends, list_ends) = (numbers(&self.stem_ends), numbers(&self.list_ends));
        let mut bytes = [MAGIC.as_slice(), stamp].concat();
        for part in [&lengths, &self.stems, &stem_ends, &self.lists, &list_ends] {
            bytes.extend((part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes.extend_from_slice(blake3::hash(&bytes).as_bytes());
        bytes
    }

    /// What [`Lexicon::to_bytes`] wrote for this state of the library; `None` if anything about it is wrong.
    fn from_bytes(bytes: &[u8], stamp: &Stamp) -> Option<Self> {
        let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(blake3::OUT_LEN)?)?;
        let mut rest = body.strip_prefix(MAGIC.as_slice())?.strip_prefix(stamp.as_slice())?;
        if blake3::hash(body).as_bytes() != checksum {
            return None;
        }
        let mut take = || -> Option<&[u8]> {
            let (length, after) = rest.split_first_chunk::<8>()?;
            let (part, after) = after.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
            rest = after;
            Some(part)
        };
        let lengths = take()?.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        let (stems, stem_ends) = (take()?.to_vec(), numbers(take()?));
        let (lists, list_ends) = (take()?.to_vec(), numbers(take()?));
        let read = Lexicon { lengths: Lengths::new(lengths), stems, stem_ends, lists, list_ends };
        read.is_sound().then_some(read)
    }
}

impl Store {
    /// The words of the library: taken from the cache, or read and then kept there.
    ///
    /// # Errors
    /// [`Error::Database`], [`Error::Damaged`].
    pub fn lexicon(&self) -> Result<Lexicon> {
        let (generation, stamp) = (self.generation()?, self.stamp()?);
        let kept = stamp.and_then(|stamp| Lexicon::from_bytes(&self.cached(WORDS, generation)?, &stamp));
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let read = self.read_lexicon()?;
        if !read.is_sound() {
            let reason = "its words are out of order; 'paperkin check --repair' makes their index again".to_owned();
            return Err(Error::Damaged { path: self.database(), reason });
        }
        if let Some(stamp) = stamp {
            // Without the right to write they are read again next time: no reason to fail.
            let _ = self.cache(WORDS, generation, &read.to_bytes(&stamp));
        }
        Ok(read)
    }

    /// The full-text index hands out its stems in order, and for each every place where it stands, paper by paper.
    fn read_lexicon(&self) -> Result<Lexicon> {
        let row_of: HashMap<i64, u32> = self.keys()?.into_iter().zip(0..).collect();
        let mut lexicon = Lexicon { lengths: self.lengths()?, ..Lexicon::default() };
        let mut read = || -> rusqlite::Result<()> {
            // There are 150 places a paper: what is done for each is kept small, and out of SQL.
            let mut statement = self.connection.prepare("SELECT col, doc, term FROM word_places")?;
            let mut places = statement.query([])?;
            let (mut stem, mut of_stem) = (String::new(), Vec::<Posting>::new());
            let mut last = None;
            while let Some(place) = places.next()? {
                let column = place.get_ref(0)?.as_bytes()?;
                if column == b"authors" {
                    continue;
                }
                let (key, term) = (place.get(1)?, place.get_ref(2)?.as_bytes()?);
                if term != stem.as_bytes() {
                    lexicon.push(&stem, &mut of_stem);
                    (stem, last) = (place.get(2)?, None);
                }
                if last != Some(key) {
                    let Some(&row) = row_of.get(&key) else { continue };
                    of_stem.push(Posting { row, in_title: 0, in_abstract: 0 });
                    last = Some(key);
                }
                if let Some(posting) = of_stem.last_mut() {
                    *(if column == b"title" { &mut posting.in_title } else { &mut posting.in_abstract }) += 1;
                }
            }
            lexicon.push(&stem, &mut of_stem);
            Ok(())
        };
        read().map_err(self.failed())?;
        Ok(lexicon)
    }
}

/// Part `at` of what `ends` divides.
fn part<'a>(whole: &'a [u8], ends: &[u64], at: usize) -> &'a [u8] {
    let begin = at.checked_sub(1).map_or(0, |before| ends[before]);
    &whole[begin as usize..ends[at] as usize]
}

fn numbers(bytes: &[u8]) -> Vec<u64> {
    let number = |b: &[u8]| u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
    bytes.chunks_exact(8).map(number).collect()
}

/// Of each posting the step from the row before, doubled, and one more where the counts follow.
fn pack(postings: &[Posting], into: &mut Vec<u8>) {
    let mut before = 0;
    for posting in postings {
        let is_single = (posting.in_title, posting.in_abstract) == (0, 1);
        put_varint((posting.row - before) << 1 | u32::from(!is_single), into);
        if !is_single {
            put_varint(posting.in_title, into);
            put_varint(posting.in_abstract, into);
        }
        before = posting.row;
    }
}

fn unpacked(list: &[u8]) -> Vec<Posting> {
    let mut numbers = varints(list);
    // A paper takes two bytes or so.
    let mut postings = Vec::with_capacity(list.len() / 2);
    let mut row = 0u32;
    while let Some(step) = numbers.next() {
        row = row.wrapping_add(step >> 1);
        let counts = if step & 1 == 0 { Some((0, 1)) } else { numbers.next().zip(numbers.next()) };
        let Some((in_title, in_abstract)) = counts else { break };
        postings.push(Posting { row, in_title, in_abstract });
    }
    postings
}

/// As SQLite writes them: seven bits a byte, the greatest first.
fn put_varint(value: u32, into: &mut Vec<u8>) {
    for shift in [28, 21, 14, 7] {
        if value >> shift > 0 {
            into.push((value >> shift) as u8 & 0x7f | 0x80);
        }
    }
    into.push(value as u8 & 0x7f);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lexicon(lists: Vec<Vec<(u32, u32, u32)>>) -> Lexicon {
        let mut lexicon = Lexicon { lengths: Lengths::new(vec![3, 0, 500]), ..Lexicon::default() };
        for (nth, list) in lists.into_iter().enumerate() {
            let posting = |(row, in_title, in_abstract)| Posting { row, in_title, in_abstract };
            let mut list: Vec<Posting> = list.into_iter().map(posting).collect();
            list.sort_by_key(|posting| posting.row);
            list.dedup_by_key(|posting| posting.row);
            lexicon.push(&format!("coral{nth:03}"), &mut list);
        }
        lexicon
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_was_read(
            lists in prop::collection::vec(prop::collection::vec((0..1u32 << 31, 0..300u32, 1..40_000u32), 0..20), 0..20)
        ) {
            let read = lexicon(lists.clone());
            prop_assert!(read.is_sound());
            let kept = Lexicon::from_bytes(&read.to_bytes(&[7; 16]), &[7; 16]).expect("what was kept");
            prop_assert_eq!(&kept, &read);
            for (nth, mut list) in lists.into_iter().enumerate() {
                list.sort_by_key(|posting| posting.0);
                list.dedup_by_key(|posting| posting.0);
                let got = kept.postings(&format!("coral{nth:03}"));
                let got: Vec<_> = got.iter().map(|p| (p.row, p.in_title, p.in_abstract)).collect();
                prop_assert_eq!(got, list);
            }
            prop_assert!(kept.postings("cora").is_empty() && kept.postings("corals").is_empty());
        }

        #[test]
        fn what_is_damaged_or_of_another_state_is_not_taken(at: prop::sample::Index, bit in 0..8u32) {
            let read = lexicon(vec![vec![(1, 0, 1), (2, 1, 4)], vec![(0, 0, 1)]]);
            let mut bytes = read.to_bytes(&[7; 16]);
            prop_assert_eq!(Lexicon::from_bytes(&bytes, &[8; 16]), None);
            prop_assert_eq!(Lexicon::from_bytes(&bytes[..at.index(bytes.len())], &[7; 16]), None);
            let place = at.index(bytes.len());
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(Lexicon::from_bytes(&bytes, &[7; 16]), None);
        }
    }

    #[test]
    fn words_that_say_nothing_are_left_out() {
        let mut lexicon = Lexicon::default();
        lexicon.push("the", &mut vec![Posting { row: 1, in_title: 0, in_abstract: 9 }]);
        assert_eq!(lexicon, Lexicon::default());
    }
}
