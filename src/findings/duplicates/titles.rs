//! Titles compared: the same, spelled otherwise, cut, alike; and what a title says besides its subject.

use std::collections::BTreeSet;

use super::words::{hash, in_both, words};

/// Letters from which a title tells a paper from others, and the fewest words of a language that divides its words.
const TELLING_LETTERS: usize = 16;
const TELLING_WORDS: usize = 4;

/// Letters of a word from which one wrong letter leaves it the same word: "anaemia" and "anemia", not "men" and "man".
const SPELLED_LETTERS: usize = 5;

/// Words of the shorter title from which it may be the longer one cut.
const CUT_WORDS: usize = 4;

/// Share of the words of both titles that they have in common, or of letters in the same order, when titles are alike.
const ALIKE_WORDS: f32 = 0.5;
const ALIKE_LETTERS: f64 = 0.85;

/// Bytes of the longest titles that are compared letter by letter, which takes the square of it; twice as long as any title
/// of the development sets. Of longer ones the words decide.
const MOST_LETTERS: usize = 600;

/// Bins in which the letters of a title are counted: the Latin ones have one each.
const BINS: usize = 32;

/// Words that come and go between spellings of one title.
const LITTLE_WORDS: [&str; 20] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "its", "of", "on", "or", "the", "to", "via",
    "with", "s",
];

/// Words of titles that mark a notice about a paper, or another paper about it.
const NOTICE_WORDS: [&str; 17] = [
    "retraction",
    "retracted",
    "erratum",
    "errata",
    "corrigendum",
    "corrigenda",
    "correction",
    "addendum",
    "protocol",
    "comment",
    "comments",
    "commentary",
    "reply",
    "response",
    "rejoinder",
    "discussion",
    "editorial",
];

/// Titles that many papers have, whatever stands beside them.
const GENERIC_WORDS: [&str; 42] = [
    "abstract",
    "abstracts",
    "acknowledgements",
    "acknowledgments",
    "announcement",
    "announcements",
    "annual",
    "author",
    "authors",
    "board",
    "book",
    "calendar",
    "comment",
    "commentary",
    "conclusion",
    "contents",
    "correction",
    "editor",
    "editorial",
    "editors",
    "erratum",
    "foreword",
    "front",
    "guest",
    "in",
    "index",
    "introduction",
    "issue",
    "journal",
    "letter",
    "letters",
    "matter",
    "news",
    "note",
    "obituary",
    "preface",
    "reply",
    "report",
    "response",
    "review",
    "reviews",
    "summary",
];

/// A title, ready to be compared.
#[derive(Debug, Clone)]
pub(super) struct Title {
    words: Vec<String>,
    /// Hashes of the words, ascending, each once.
    hashes: Vec<u64>,
    /// How often each letter stands in `letters`, in [`BINS`] bins.
    counts: [u8; BINS],
    /// The letters of all words but the little ones.
    letters: String,
    numbers: BTreeSet<String>,
    notices: BTreeSet<String>,
    is_telling: bool,
}

/// How two titles are alike, the most alike first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TitleMatch {
    /// The same letters.
    Same,
    /// Some words spelled otherwise.
    Spelled,
    /// One is the other with words cut off at an end.
    Cut,
    /// Half of the words, or most letters, are in both.
    Alike,
    /// A record has no title.
    Missing,
    /// None of these.
    Unlike,
}

impl Title {
    pub(super) fn of(text: &str) -> Self {
        let words = words(&with_signs(text));
        let is_little = |word: &&String| LITTLE_WORDS.contains(&word.as_str());
        let letters: String = words.iter().filter(|word| !is_little(word)).map(String::as_str).collect();
        let signs = if letters.is_ascii() { 1 } else { letters.len() / letters.chars().count().max(1) };
        let is_generic = words.iter().all(|word| {
            GENERIC_WORDS.contains(&word.as_str()) || is_little(&word) || word.chars().all(|c| c.is_ascii_digit())
        });
        // One sign of Chinese or Japanese says as much as a syllable, and words are not divided.
        let is_long = words.len() >= TELLING_WORDS || signs > 1;
        let is_telling = !is_generic && is_long && letters.len() >= TELLING_LETTERS;
        let only = |wanted: &dyn Fn(&str) -> bool| words.iter().filter(|word| wanted(word)).cloned().collect();
        Title {
            hashes: distinct(&words),
            counts: counts(&letters),
            numbers: only(&is_number),
            notices: only(&|word| NOTICE_WORDS.contains(&word)),
            is_telling,
            letters,
            words,
        }
    }

    /// The letters without little words, spaces and signs: equal for spellings of one title that differ in these.
    pub(super) fn letters(&self) -> &str {
        &self.letters
    }

    /// Whether few papers can have this title by chance.
    pub(super) fn is_telling(&self) -> bool {
        self.is_telling
    }

    /// Whether the titles count or number otherwise: parts, years, editions.
    pub(super) fn has_other_numbers(&self, other: &Title) -> bool {
        self.numbers != other.numbers
    }

    /// Whether one is the title of an erratum, a comment, a protocol, and the other is not.
    pub(super) fn has_other_notices(&self, other: &Title) -> bool {
        self.notices != other.notices
    }

    pub(super) fn compare(&self, other: &Title) -> TitleMatch {
        if self.letters.is_empty() || other.letters.is_empty() {
            return if self.words == other.words { TitleMatch::Same } else { TitleMatch::Missing };
        }
        if self.letters == other.letters {
            TitleMatch::Same
        } else if self.is_spelling_of(other) || other.is_spelling_of(self) {
            TitleMatch::Spelled
        } else if self.is_cut_of(other) {
            TitleMatch::Cut
        } else if self.is_like(other) {
            TitleMatch::Alike
        } else {
            TitleMatch::Unlike
        }
    }

    /// Every word that only one of them has is, but for one letter, a word that only the other has.
    fn is_spelling_of(&self, other: &Title) -> bool {
        let mut mine = self.words_not_in(other);
        let theirs = other.words_not_in(self);
        if mine.len() != theirs.len() || mine.len() > self.words.len().min(other.words.len()) / 2 {
            return false;
        }
        theirs.iter().all(|word| match mine.iter().position(|own| is_one_word(own, word)) {
            Some(i) => {
                mine.swap_remove(i);
                true
            }
            None => false,
        })
    }

    fn words_not_in(&self, other: &Title) -> Vec<&str> {
        let words = self.words.iter().map(String::as_str);
        let is_there = |word: &str| other.hashes.binary_search(&hash(word.as_bytes())).is_ok();
        words.filter(|word| !LITTLE_WORDS.contains(word) && !is_there(word)).collect()
    }

    fn is_cut_of(&self, other: &Title) -> bool {
        let (short, long) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        let is_long = short.words.len() >= CUT_WORDS && short.letters.len() >= TELLING_LETTERS;
        is_long && (long.words.starts_with(&short.words) || long.words.ends_with(&short.words))
    }

    fn is_like(&self, other: &Title) -> bool {
        let both = in_both(&self.hashes, &other.hashes);
        let share = both as f32 / (self.hashes.len() + other.hashes.len() - both).max(1) as f32;
        share >= ALIKE_WORDS
            || self.may_be_like(other) && strsim::normalized_levenshtein(&self.letters, &other.letters) >= ALIKE_LETTERS
    }

    /// Whether so few letters would have to be changed, if their order did not count, that it is worth counting how many
    /// must: a lower bound of the edit distance, as each edit moves at most one letter into a bin and one out of it.
    fn may_be_like(&self, other: &Title) -> bool {
        let (mut more, mut less) = (0, 0);
        for (&a, &b) in self.counts.iter().zip(&other.counts) {
            more += usize::from(a.saturating_sub(b));
            less += usize::from(b.saturating_sub(a));
        }
        // Bytes are no fewer than letters, so nothing is lost.
        let longest = self.letters.len().max(other.letters.len());
        longest <= MOST_LETTERS && more.max(less) as f64 <= (1.0 - ALIKE_LETTERS) * longest as f64 + 1.0
    }
}

fn distinct(words: &[String]) -> Vec<u64> {
    let mut hashes: Vec<u64> = words.iter().map(|word| hash(word.as_bytes())).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn counts(letters: &str) -> [u8; BINS] {
    let mut counts = [0_u8; BINS];
    for letter in letters.chars() {
        let count = &mut counts[u32::from(letter) as usize % BINS];
        *count = count.saturating_add(1);
    }
    counts
}

/// Signs that belong to a name of one letter are spelled out: C, C++ and C# are three languages.
fn with_signs(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut letters = 0;
    for c in text.chars() {
        match c {
            '+' if letters == 1 => spelled.push_str("plus"),
            '#' if letters == 1 => spelled.push_str("sharp"),
            '*' if letters == 1 => spelled.push_str("star"),
            c => {
                letters = if c.is_alphanumeric() { letters + 1 } else { 0 };
                spelled.push(c);
            }
        }
    }
    spelled
}

/// Whether two words are one but for a letter.
fn is_one_word(a: &str, b: &str) -> bool {
    let is_long = a.chars().count().min(b.chars().count()) >= SPELLED_LETTERS;
    is_long && !is_number(a) && !is_number(b) && strsim::osa_distance(a, b) <= 1
}

fn is_number(word: &str) -> bool {
    const ROMAN: [&str; 10] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
    word.chars().any(|c| c.is_ascii_digit()) || ROMAN.contains(&word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Title, TitleMatch};

    fn compare(a: &str, b: &str) -> TitleMatch {
        Title::of(a).compare(&Title::of(b))
    }

    #[test]
    fn titles_are_compared_as_a_reader_would() {
        use TitleMatch::{Alike, Cut, Missing, Same, Spelled, Unlike};
        let cases = [
            ("Health care–associated infection", "Healthcare associated infection", Same),
            ("The β-catenin pathway of mice", "Beta catenin pathway of the mice", Same),
            ("Anaemia and tumours in children", "Anemia and tumors in children", Spelled),
            ("Survival of men after stroke", "Survival of women after stroke", Alike),
            ("Short report: Tafenoquine for recurrent malaria", "Tafenoquine for recurrent malaria", Cut),
            ("Coral reefs in warm seas", "Bread and wild yeast", Unlike),
            ("", "Bread and wild yeast", Missing),
            ("An introduction to programming in C++", "An introduction to programming in C", Alike),
            ("Deep learning, part 1 of many", "Deep learning, part 2 of many", Alike),
        ];
        for (a, b, expected) in cases {
            assert_eq!(compare(a, b), expected, "{a} | {b}");
            assert_eq!(compare(b, a), expected, "{b} | {a}");
        }
    }

    proptest! {
        #[test]
        fn no_alike_title_is_passed_over_unmeasured(a in "[a-eé]{0,60}", at in 0..60usize, other in "[a-eé]{0,6}") {
            let cut = a.char_indices().nth(at).map_or(a.len(), |(i, _)| i);
            let b = format!("{}{other}{}", &a[..cut], a[cut..].chars().skip(other.len() / 2).collect::<String>());
            let (a, b) = (Title::of(&a), Title::of(&b));
            let likeness = strsim::normalized_levenshtein(&a.letters, &b.letters);
            prop_assert!(likeness < super::ALIKE_LETTERS || a.may_be_like(&b), "{} {}", a.letters, b.letters);
        }
    }

    #[test]
    fn titles_of_many_papers_tell_nothing() {
        for generic in ["Editorial", "Introduction", "Letter to the editor", "Annual report 2019", "In this issue", ""]
        {
            assert!(!Title::of(generic).is_telling(), "{generic}");
        }
        for telling in ["Attention is all you need", "基于深度学习的图像分割方法研究"] {
            assert!(Title::of(telling).is_telling(), "{telling}");
        }
    }
}
