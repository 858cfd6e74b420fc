//! The terms of a collection: one to three words that titles and abstracts use as a name for something.
//!
//! The way of a text: `clean` takes markup out, `scan` finds words and gaps, `reader` numbers them, `words` folds
//! and judges single words, `grams` counts sequences of them, `census` decides which of these are terms.

mod behaviour;
mod census;
mod clean;
mod fold;
mod grams;
mod lists;
mod reader;
mod scan;
mod stop;
mod symbols;
mod words;

use crate::paper::Paper;

use census::Census;
use grams::Grams;
use reader::{Reader, Stream, Token};
use words::Words;

/// A term of a [`Vocabulary`]: its place in the order of normal forms.
pub type TermId = u32;

/// Collections of at most this many papers keep every term; in larger ones it must occur in two papers.
const HANDFUL: usize = 10;

/// One more paper is asked of a term for each so many papers of the collection.
const PAPERS_PER_LEAST: usize = 20_000;

/// A paper with fewer different words that other papers share keeps all its own.
const FEW_WORDS: usize = 3;

/// The terms of a collection, and which paper uses which.
///
/// A term is one to three words (up to six characters where a script puts no spaces), begins and ends with a word
/// of content, and reaches across no punctuation. Terms that differ only in case, hyphens, spaces or an English
/// plural are one (`fine-tuning`, `Fine Tuning`, `finetuning`), shown in their commonest written form. Markup,
/// formulas, addresses, bare numbers, variables (`dx`, `u0`) and lone letters are in none. Terms are numbered in the order of their normal
/// forms, so that comparing numbers puts equal scores into alphabetical order.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    terms: Vec<Term>,
    frequencies: Vec<u32>,
    uses: Vec<Use>,
    /// Where the uses of each paper end.
    ends: Vec<usize>,
}

/// A term in its two forms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Term {
    /// As texts write it most often: `Vision Transformer`, `LLMs`, `mixture of experts`.
    pub surface: String,
    /// Lower case, singular, words and parts of compounds parted by single spaces: `vision transformer`, `llm`.
    pub normal: String,
}

impl Term {
    /// Whether it is of a script that puts no spaces between words.
    pub fn is_unspaced(&self) -> bool {
        scan::is_unspaced(&self.normal)
    }
}

/// A term in a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Use {
    /// The term.
    pub term: TermId,
    /// How often title and abstract have it, at least 1.
    pub times: u32,
}

impl Vocabulary {
    /// Extracts the terms of papers; paper `i` of the vocabulary is `papers[i]`.
    pub fn build(papers: &[Paper]) -> Self {
        Self::from_texts(papers.iter().map(|paper| (paper.title.as_str(), paper.abstract_text.as_str())))
    }

    /// Extracts the terms of titles and abstracts; either may be empty.
    ///
    /// Capitals of titles count less than those of abstracts when the written form of a term is chosen. Time is
    /// linear in the length of the texts but for sorting the terms; memory is 4 bytes a word and some 20 a
    /// different sequence of words while it is built, 8 bytes a term of a paper afterwards.
    pub fn from_texts<'a>(papers: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut reader = Reader::new();
        for (title, abstract_text) in papers {
            reader.read(title, abstract_text);
        }
        let (forms, stream) = reader.finish();
        let words = Words::new(&forms, &stream);
        let least = least_papers(stream.len());
        let grams = Grams::new(&stream, &words, least, &lonely_papers(&stream, &words, least));
        let (terms, term_of_node) = Census::of(&stream, &words, &grams, &forms).terms(&grams, &words, &forms);
        let mut vocabulary = Vocabulary { frequencies: vec![0; terms.len()], terms, ..Vocabulary::default() };
        for tokens in stream.papers() {
            let mut met: Vec<TermId> = Vec::new();
            grams.walk(tokens, &words, &mut |found| met.extend(term_of_node[found.node as usize]));
            vocabulary.push(met);
        }
        vocabulary
    }

    /// Adds a paper with the terms met in it, in any order.
    fn push(&mut self, mut met: Vec<TermId>) {
        met.sort_unstable();
        for same in met.chunk_by(|a, b| a == b) {
            self.frequencies[same[0] as usize] += 1;
            self.uses.push(Use { term: same[0], times: same.len() as u32 });
        }
        self.ends.push(self.uses.len());
    }

    /// How many papers were read.
    pub fn papers(&self) -> usize {
        self.ends.len()
    }

    /// How many terms there are.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// A term in its two forms.
    pub fn term(&self, term: TermId) -> &Term {
        &self.terms[term as usize]
    }

    /// In how many papers a term occurs, at least 1.
    pub fn frequency(&self, term: TermId) -> u32 {
        self.frequencies[term as usize]
    }

    /// The terms of a paper in ascending order, each once.
    pub fn uses(&self, paper: usize) -> &[Use] {
        let begin = paper.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.uses[begin..self.ends[paper]]
    }
}

/// In how many papers a term must occur.
fn least_papers(papers: usize) -> u32 {
    if papers <= HANDFUL {
        return 1;
    }
    2 + (papers / PAPERS_PER_LEAST) as u32
}

/// Marks papers that share hardly a word with others, as those of another language do.
fn lonely_papers(stream: &Stream, words: &Words, least: u32) -> Vec<bool> {
    let contents = |tokens: &[Token]| {
        let content = tokens.iter().filter(|token| words.is_content(**token));
        let mut contents: Vec<u32> = content.map(|token| words.of(*token)).collect();
        contents.sort_unstable();
        contents.dedup();
        contents
    };
    let mut papers_with = vec![0u32; words.len()];
    for tokens in stream.papers() {
        contents(tokens).iter().for_each(|word| papers_with[*word as usize] += 1);
    }
    let shared = |word: &&u32| papers_with[**word as usize] >= least;
    stream.papers().map(|tokens| contents(tokens).iter().filter(shared).count() < FEW_WORDS).collect()
}

#[cfg(test)]
mod tests;
