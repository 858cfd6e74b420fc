//! Ids that one file gives to several texts, as exports do that join databases: each text keeps a record of its own.

use std::collections::HashMap;

use crate::paper::{Paper, PaperId};

/// The ids of a file so far, each with the texts it was given to, as hashes: 16 bytes a record, whatever its length.
///
/// Two of 10 million ids have the same hash of 64 bits in one of 370,000 files; the second then gets a number.
#[derive(Default)]
pub(super) struct Repeats {
    /// The first text of every id.
    first: HashMap<u64, u64>,
    /// The texts behind the first, of the few ids that have any.
    more: HashMap<u64, Vec<u64>>,
}

impl Repeats {
    /// Numbers the id of a paper whose id stood before with another text: `ID#2`, `ID#3`. A record that says the same
    /// again keeps the id it had.
    pub(super) fn settle(&mut self, paper: &mut Paper) {
        let (id, text) = (hash(paper.id.as_str()), hash(&paper.text()));
        if *self.first.entry(id).or_insert(text) == text {
            return;
        }
        let more = self.more.entry(id).or_default();
        let place = more.iter().position(|&other| other == text).unwrap_or_else(|| {
            more.push(text);
            more.len() - 1
        });
        paper.id = PaperId(format!("{}#{}", paper.id, place + 2));
    }
}

/// The first 64 bits of a text's hash.
fn hash(text: &str) -> u64 {
    blake3::hash(text.as_bytes()).as_bytes()[..8].iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_gets_a_number_and_the_same_text_its_old_id() {
        let mut repeats = Repeats::default();
        let mut settled = |(id, title): (&str, &str)| {
            let mut paper = Paper { id: id.into(), title: title.to_owned(), ..Paper::default() };
            repeats.settle(&mut paper);
            paper.id.0
        };
        let records =
            [("a", "one"), ("a", "two"), ("b", "two"), ("a", "one"), ("a", "three"), ("a", "two"), ("b", "one")];
        assert_eq!(records.map(&mut settled), ["a", "a#2", "b", "a", "a#3", "a#2", "b#2"]);
    }
}
