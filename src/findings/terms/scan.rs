//! Words and the gaps between them, by the word boundaries of Unicode (UAX 29), with compounds kept whole.

use unicode_segmentation::UnicodeSegmentation;

/// Longest word in bytes; what is longer is no word (a sequence, a dump, an encoded blob).
const LONGEST_WORD: usize = 48;

/// Units and suffixes that leave a number a number: `10x`, `3rd`, `1980s`, `32GB`, `7B`. `3D` and `5G` are words.
const NUMBER_TAILS: [&str; 41] = [
    "x", "X", "st", "nd", "rd", "th", "s", "k", "K", "m", "M", "b", "B", "t", "T", "h", "g", "gb", "GB", "mb", "MB",
    "kb", "KB", "TB", "ms", "Hz", "kHz", "MHz", "GHz", "mg", "kg", "ml", "mm", "cm", "km", "nm", "min", "fps", "pp",
    "pt", "eV",
];

/// What a text is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A word as written, such as `GPT-4`, `Alzheimer's`, `text-to-image`, `2`, `語`.
    Word(&'a str),
    /// No term reaches across this: punctuation, a symbol, a lone letter, something unreadable.
    Gap {
        /// Whether a sentence may begin after it.
        sentence: bool,
    },
}

/// Calls `emit` for every word and gap of a text; white space alone is neither.
pub(super) fn scan<'a>(text: &'a str, emit: &mut dyn FnMut(Piece<'a>)) {
    let mut compound = Compound { text, span: None, joined: false };
    let mut newlines = 0;
    for (at, piece) in text.split_word_bound_indices() {
        let first = piece.chars().next().unwrap_or(' ');
        if first.is_alphanumeric() || (first == '_' && piece.len() > 1) {
            compound.word(at, piece, emit);
            newlines = 0;
            continue;
        }
        if is_joint(first) && compound.join(at) {
            continue;
        }
        compound.flush(emit);
        newlines += piece.matches('\n').count();
        if !first.is_whitespace() || newlines > 1 {
            emit(Piece::Gap { sentence: matches!(first, '.' | '!' | '?' | ':' | '\n' | '\r' | '。' | '।') });
        }
    }
    compound.flush(emit);
}

/// Whether a sign binds two words that touch it on both sides.
fn is_joint(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '–' | '&')
}

/// Words bound by joints, as far as they have been read.
struct Compound<'a> {
    text: &'a str,
    span: Option<(usize, usize)>,
    joined: bool,
}

impl<'a> Compound<'a> {
    fn word(&mut self, at: usize, piece: &'a str, emit: &mut dyn FnMut(Piece<'a>)) {
        let alone = is_unspaced(piece);
        match self.span {
            Some((begin, _)) if self.joined && !alone => {
                self.span = Some((begin, at + piece.len()));
                self.joined = false;
            }
            _ => {
                self.flush(emit);
                self.span = Some((at, at + piece.len()));
            }
        }
    }

    /// Takes a joint at byte `at` if a word ends there and no other joint stands between.
    fn join(&mut self, at: usize) -> bool {
        let touches = !self.joined && self.span.is_some_and(|(_, end)| end == at);
        self.joined |= touches;
        touches
    }

    fn flush(&mut self, emit: &mut dyn FnMut(Piece<'a>)) {
        let Some((begin, end)) = self.span.take() else { return };
        if std::mem::take(&mut self.joined) {
            // "pre- and post-processing": the first half is no word.
            return emit(Piece::Gap { sentence: false });
        }
        emit_word(&self.text[begin..end], emit);
    }
}

/// Splits what Unicode holds together and writers do not: `end.Start`, `title:subtitle`, `l'analyse`.
fn emit_word<'a>(word: &'a str, emit: &mut dyn FnMut(Piece<'a>)) {
    let abbreviation = word.split('.').all(|part| part.chars().count() == 1);
    let version = word.split('.').skip(1).all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let cuts: &[char] = if abbreviation || version { &[':', '·'] } else { &['.', ':', '·'] };
    for (nth, part) in word.split(cuts).enumerate() {
        if nth > 0 {
            emit(Piece::Gap { sentence: true });
        }
        let part = without_elision(part);
        emit(if is_word(part) { Piece::Word(part) } else { Piece::Gap { sentence: false } });
    }
}

/// `l'analyse`, `d’un`, `qu'elle` without the article; `we've` stays.
fn without_elision(word: &str) -> &str {
    let Some(at) = word.find(['\'', '’']).filter(|at| *at <= 2) else { return word };
    let rest = word[at..].trim_start_matches(['\'', '’']);
    if rest.chars().count() < 2 || matches!(rest, "ll" | "ve" | "re") {
        return word;
    }
    rest
}

fn is_word(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
    let lone_letter = letters < 2 && !is_unspaced(word) && !word.starts_with(char::is_numeric);
    !lone_letter && letters > 0 && word.len() <= LONGEST_WORD && !word.contains('_')
}

/// Whether a word is of a script that puts no spaces between words: Han, kana, Thai, Lao, Khmer, Burmese.
pub(super) fn is_unspaced(word: &str) -> bool {
    word.starts_with(|c: char| {
        matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{30FF}'
            | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    })
}

/// Whether a word is kana that binds other words, as Japanese particles and endings do.
pub(super) fn is_hiragana(word: &str) -> bool {
    word.starts_with(|c: char| matches!(c, '\u{3041}'..='\u{309F}'))
}

/// Whether a word is a bare number, with or without a unit: `10`, `3,000`, `2.5`, `10x`, `256x256`, `1990s`.
pub(super) fn is_number(word: &str) -> bool {
    if !word.starts_with(char::is_numeric) {
        return false;
    }
    let tail = word.trim_start_matches(|c: char| !c.is_alphabetic());
    let inner = tail.trim_start_matches('x');
    tail.is_empty() || NUMBER_TAILS.contains(&tail) || (inner.len() < tail.len() && is_number(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut out = Vec::new();
        scan(text, &mut |piece| {
            out.push(match piece {
                Piece::Word(word) => word.to_owned(),
                Piece::Gap { .. } => "|".to_owned(),
            })
        });
        out.join(" ")
    }

    #[test]
    fn words_keep_case_digits_and_hyphens() {
        assert_eq!(
            read("GPT-4 and text-to-image 3D R&D, Cahn–Hilliard"),
            "GPT-4 and text-to-image 3D R&D | Cahn–Hilliard"
        );
        assert_eq!(read("GPT-3.5 of the U.S.A. wins"), "GPT-3.5 of the U.S.A | wins");
    }

    #[test]
    fn gaps_stand_for_punctuation_and_lone_letters() {
        assert_eq!(read("end.Start title:sub"), "end | Start title | sub");
        assert_eq!(read("the p value (n = 5)"), "the | value | | | 5 |");
        assert_eq!(read("pre- and post-processing"), "| and post-processing");
        assert_eq!(read("a — b -- c snake_case"), "| | | | | | |");
        assert_eq!(read("one\ntwo\n\nthree"), "one two | three");
    }

    #[test]
    fn other_scripts_are_read() {
        assert_eq!(read("深層学習"), "深 層 学 習");
        assert_eq!(read("l'analyse d’une étude"), "analyse une étude");
        assert_eq!(read("обучение нейронных сетей"), "обучение нейронных сетей");
        assert_eq!(read("भाषा मॉडल"), "भाषा मॉडल");
    }

    #[test]
    fn numbers_are_told_from_names() {
        for number in ["10", "3,000", "2.5", "10x", "3rd", "1980s", "7B", "256x256", "10-20", "5mg", "2000;160", "½"] {
            assert!(is_number(number), "{number}");
        }
        for name in ["3D", "5G", "GPT-4", "B12", "4-bit", "x86", "2FA"] {
            assert!(!is_number(name), "{name}");
        }
    }
}
