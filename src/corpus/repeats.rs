//! Ids that one file gives to several texts, as exports do that join databases: each text keeps a record of its own.

use std::collections::BTreeMap;

use crate::paper::{Paper, PaperId};

/// The ids of a file so far, each with the hashes of the texts it was given to.
#[derive(Default)]
pub(super) struct Repeats {
    texts: BTreeMap<PaperId, Vec<u64>>,
}

impl Repeats {
    /// Numbers the id of a paper whose id stood before with another text: `ID#2`, `ID#3`. A record that says the same
    /// again keeps the id it had.
    pub(super) fn settle(&mut self, paper: &mut Paper) {
        let hash = blake3::hash(paper.text().as_bytes());
        let hash = hash.as_bytes()[..8].iter().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
        let known = self.texts.entry(paper.id.clone()).or_default();
        let place = known.iter().position(|&other| other == hash).unwrap_or_else(|| {
            known.push(hash);
            known.len() - 1
        });
        if place > 0 {
            paper.id = PaperId(format!("{}#{}", paper.id, place + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_text_gets_a_number_and_the_same_text_its_old_id() {
        let mut repeats = Repeats::default();
        let mut settled = |title: &str| {
            let mut paper = Paper { id: "key".into(), title: title.to_owned(), ..Paper::default() };
            repeats.settle(&mut paper);
            paper.id.0
        };
        assert_eq!(["one", "two", "one", "three", "two"].map(&mut settled), ["key", "key#2", "key", "key#3", "key#2"]);
    }
}
