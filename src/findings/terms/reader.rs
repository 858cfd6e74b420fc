//! From texts to one stream of word numbers.

use std::collections::HashMap;

use super::clean::plain;
use super::scan::{is_hiragana, is_unspaced, scan, Piece};
use super::stop::{Languages, StopWords};

/// One word of a text: the number of its written form, and three marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token(u32);

impl Token {
    const GAP: u32 = 1 << 31;
    const LOOSE: u32 = 1 << 30;
    const STOP: u32 = 1 << 29;

    /// The number of the word as written, below 2^29.
    pub(super) fn form(self) -> usize {
        (self.0 & (Self::STOP - 1)) as usize
    }

    /// Whether punctuation or the like stands before it.
    pub(super) fn after_gap(self) -> bool {
        self.0 & Self::GAP != 0
    }

    /// Whether its capitals say little: it stands in a title or begins a sentence.
    pub(super) fn is_loose(self) -> bool {
        self.0 & Self::LOOSE != 0
    }

    /// Whether it is a stop word in the language of its paper or in English.
    pub(super) fn is_stop(self) -> bool {
        self.0 & Self::STOP != 0
    }
}

/// All texts as tokens, 4 bytes a word.
#[derive(Debug, Default)]
pub(super) struct Stream {
    tokens: Vec<Token>,
    ends: Vec<usize>,
    english: Vec<bool>,
}

impl Stream {
    /// How many papers were read.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The tokens of each paper, in the order of the papers.
    pub(super) fn papers(&self) -> impl Iterator<Item = &[Token]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, end)| &self.tokens[begin..*end])
    }

    /// Whether each paper is in English, in the order of the papers.
    pub(super) fn english(&self) -> &[bool] {
        &self.english
    }
}

/// Reads papers into a [`Stream`] and numbers the written forms in the order in which they are met.
pub(super) struct Reader {
    stop: StopWords,
    numbers: HashMap<String, u32>,
    /// Languages in which each form is a stop word.
    languages: Vec<Languages>,
    stream: Stream,
}

impl Reader {
    pub(super) fn new() -> Self {
        Reader { stop: StopWords::new(), numbers: HashMap::new(), languages: Vec::new(), stream: Stream::default() }
    }

    /// Reads one paper. Its language is the one that most of its stop words are of.
    pub(super) fn read(&mut self, title: &str, abstract_text: &str) {
        let begin = self.stream.tokens.len();
        let mut hits = Vec::new();
        self.read_part(title, true, &mut hits);
        self.read_part(abstract_text, false, &mut hits);
        let language = self.stop.language_of(&hits);
        for (token, hit) in self.stream.tokens[begin..].iter_mut().zip(hits) {
            if self.stop.is_stop(hit, language) {
                token.0 |= Token::STOP;
            }
        }
        self.stream.ends.push(self.stream.tokens.len());
        self.stream.english.push(self.stop.is_english(language));
    }

    fn read_part(&mut self, text: &str, title: bool, hits: &mut Vec<Languages>) {
        let text = plain(text);
        let (mut gap, mut sentence) = (true, true);
        let mut unspaced: Vec<&str> = Vec::new();
        scan(&text, &mut |piece| match piece {
            Piece::Gap { sentence: begins } => {
                gap = true;
                sentence |= begins;
            }
            Piece::Word(word) => {
                if gap || !is_unspaced(word) {
                    self.stop.find_in_run(&unspaced, hits);
                    unspaced.clear();
                }
                if is_unspaced(word) {
                    unspaced.push(word);
                }
                let form = self.number(word);
                hits.push(self.languages[form as usize]);
                let gap_mark = if gap { Token::GAP } else { 0 };
                let loose_mark = if title || sentence { Token::LOOSE } else { 0 };
                self.stream.tokens.push(Token(form | gap_mark | loose_mark));
                (gap, sentence) = (false, false);
            }
        });
        self.stop.find_in_run(&unspaced, hits);
    }

    fn number(&mut self, form: &str) -> u32 {
        if let Some(number) = self.numbers.get(form) {
            return *number;
        }
        let number = self.languages.len() as u32;
        // Hiragana binds words in every Japanese text, whatever language the text is taken for.
        let bound = if is_hiragana(form) { Languages::MAX } else { 0 };
        self.languages.push(bound | self.stop.languages(&form.to_lowercase().replace('’', "'")));
        self.numbers.insert(form.to_owned(), number);
        number
    }

    /// The forms by number, and the stream.
    pub(super) fn finish(self) -> (Vec<String>, Stream) {
        let mut numbered: Vec<(u32, String)> = self.numbers.into_iter().map(|(form, number)| (number, form)).collect();
        numbered.sort_unstable();
        (numbered.into_iter().map(|(_, form)| form).collect(), self.stream)
    }
}
