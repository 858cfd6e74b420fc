//! Stop words of some seventy languages, and which language a text is in.

use std::collections::HashMap;

use super::lists::{BOILERPLATE_ELSEWHERE, ENGLISH};

/// A set of languages, one bit each.
pub(super) type Languages = u128;

/// Languages that win a tie, in this order, before all others: most papers that are not in English are in these.
const USUAL: [&str; 11] = ["zh", "es", "fr", "de", "pt", "ru", "ja", "ko", "it", "ar", "id"];

/// Characters in the longest stop word that is looked for in a script without spaces.
const LONGEST_IN_RUN: usize = 4;

/// The codes of all languages but English, [`USUAL`] ones first.
fn codes() -> impl Iterator<Item = &'static str> {
    let others = stop_words::available_languages().iter().filter(|code| **code != "en" && !USUAL.contains(code));
    USUAL.iter().chain(others).copied()
}

/// Stop words by language.
#[derive(Debug)]
pub(super) struct StopWords {
    languages: HashMap<&'static str, Languages>,
    english: Languages,
}

impl StopWords {
    /// The lists of stopwords-iso, as crate `stop-words` has them, with [`ENGLISH`] for English.
    pub(super) fn new() -> Self {
        let mut stop = StopWords { languages: HashMap::new(), english: 1 };
        let mut add = |language: Languages, word| *stop.languages.entry(word).or_insert(0) |= language;
        ENGLISH.split_ascii_whitespace().for_each(|word| add(1, word));
        for (code, bit) in codes().zip(1..Languages::BITS) {
            let words = stop_words::lookup(code).unwrap_or_default();
            let academic = BOILERPLATE_ELSEWHERE.iter().filter(|(of, _)| *of == code);
            let academic = academic.flat_map(|(_, words)| words.split_ascii_whitespace());
            words.iter().copied().chain(academic).for_each(|word| add(1 << bit, word));
        }
        stop
    }

    /// The languages in which a lower-case word is a stop word.
    pub(super) fn languages(&self, word: &str) -> Languages {
        self.languages.get(word).copied().unwrap_or(0)
    }

    /// Adds to the last `run.len()` entries of `hits` the languages in which neighbours form a stop word together.
    ///
    /// `run` are words of a script without spaces, most of them one character.
    pub(super) fn find_in_run(&self, run: &[&str], hits: &mut [Languages]) {
        let Some(offset) = hits.len().checked_sub(run.len()) else { return };
        for begin in 0..run.len() {
            for end in begin + 2..=run.len().min(begin + LONGEST_IN_RUN) {
                let languages = self.languages(&run[begin..end].concat());
                hits[offset + begin..offset + end].iter_mut().for_each(|hit| *hit |= languages);
            }
        }
    }

    /// Whether a word that is a stop word in the languages `hit` is one in a paper in `language`.
    ///
    /// Papers in all languages hold English: a second title, an abstract, a term.
    pub(super) fn is_stop(&self, hit: Languages, language: Languages) -> bool {
        hit & (language | self.english) != 0
    }

    /// Whether a language is English.
    pub(super) fn is_english(&self, language: Languages) -> bool {
        language == self.english
    }

    /// The language with most stop words among those of a text: one bit, English when in doubt.
    ///
    /// `hits` are the languages of each word. A fifth of English stop words make a text English whatever
    /// longer lists of other languages say: running English has twice as many.
    pub(super) fn language_of(&self, hits: &[Languages]) -> Languages {
        let count = |language: Languages| hits.iter().filter(|hit| *hit & language != 0).count();
        let mut best = (count(self.english), self.english);
        if best.0 * 5 >= hits.len() {
            return self.english;
        }
        let all = hits.iter().fold(0, |all, hit| all | hit);
        for bit in 0..Languages::BITS {
            let language: Languages = 1 << bit;
            if all & language != 0 && count(language) > best.0 {
                best = (count(language), language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Languages {
        let stop = StopWords::new();
        let hits: Vec<Languages> = text.split(' ').map(|word| stop.languages(word)).collect();
        stop.language_of(&hits)
    }

    #[test]
    fn a_text_is_of_the_language_of_its_stop_words() {
        let of = |code: &str| 2 << codes().take_while(|known| *known != code).count();
        assert_eq!(language("the theory of the electron in a field"), 1);
        assert_eq!(language("die theorie des elektrons und das feld"), of("de"));
        assert_eq!(language("la théorie des champs et de la matière"), of("fr"));
        assert_eq!(language("теория поля и его свойства на решётке"), of("ru"));
        assert_eq!(language("quantum electrodynamics"), 1);
    }

    #[test]
    fn stop_words_are_found_where_no_spaces_are() {
        let stop = StopWords::new();
        let mut hits = vec![0; 5];
        stop.find_in_run(&["我", "们", "模", "型"], &mut hits);
        assert!(hits[1] & hits[2] != 0, "the two characters of the word for `we`");
        assert_eq!((hits[0], hits[3], hits[4]), (0, 0, 0));
    }
}
