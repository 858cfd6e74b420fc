//! The tokens of a text, word by word.

use std::collections::HashMap;

use serde_json::Value;
use tokenizers::{AddedToken, Model, NormalizerWrapper, PreTokenizerWrapper, Tokenizer};

use crate::error::Cause;

/// Words whose tokens are remembered, some 10 MB of them; the commonest words are met first.
const WORDS_KEPT: usize = 100_000;

/// Longer words, in bytes, do not come again.
const LONGEST_KEPT: usize = 40;

/// A tokenizer with BERT's rules, and the words it has met.
///
/// These rules look at one character, or at one word between blanks: so a word has its tokens wherever it stands. In one
/// of ASCII alone, a run of letters and digits or a punctuation mark has, and its case is all that changes.
pub(super) struct Words {
    tokenizer: Tokenizer,
    max_tokens: usize,
    /// What the tokenizer puts before a text and behind it.
    ends: (i64, i64),
    is_lowering: bool,
    /// Bytes that a token such as `[MASK]` begins with, which is looked for before a word is taken apart.
    marks: Vec<u8>,
    known: HashMap<Box<str>, Box<[i64]>>,
    /// The tokens of the text of last.
    ids: Vec<i64>,
}

impl Words {
    /// From the bytes of `tokenizer.json` and `special_tokens_map.json`.
    pub(super) fn new(tokenizer: &[u8], specials: &[u8], max_tokens: usize) -> Result<Self, Cause> {
        let tokenizer = whole_texts(tokenizer, specials)?;
        let around = tokenizer.encode_fast("", true)?;
        let [before, behind] = around.get_ids() else {
            return Err("lookup wants a tokenizer with one token before a text and one behind it".into());
        };
        let ends = (i64::from(*before), i64::from(*behind));
        let (Some(NormalizerWrapper::BertNormalizer(rules)), Some(PreTokenizerWrapper::BertPreTokenizer(_))) =
            (tokenizer.get_normalizer(), tokenizer.get_pre_tokenizer())
        else {
            return Err("lookup wants a tokenizer with the rules of BERT".into());
        };
        let is_lowering = rules.lowercase;
        let marks = marks(&tokenizer)?;
        Ok(Words { tokenizer, max_tokens, ends, is_lowering, marks, known: HashMap::new(), ids: Vec::new() })
    }

    /// The tokens of a text, as the tokenizer gives them for the whole, cut to the limit.
    pub(super) fn tokens(&mut self, text: &str) -> Result<&[i64], Cause> {
        self.ids.clear();
        self.ids.push(self.ends.0);
        let most = self.max_tokens - 1;
        for word in text.split([' ', '\t', '\n', '\r']) {
            if self.ids.len() >= most {
                break;
            }
            if word.bytes().all(|byte| byte.is_ascii_graphic() && !self.marks.contains(&byte)) {
                parts(word).try_for_each(|part| self.add(part, true))?;
            } else {
                self.add(word, false)?;
            }
        }
        self.ids.truncate(most);
        self.ids.push(self.ends.1);
        Ok(&self.ids)
    }

    /// Adds the tokens of a word, or of a part of one that has nothing to be cleaned or split.
    fn add(&mut self, word: &str, is_part: bool) -> Result<(), Cause> {
        if let Some(known) = self.known.get(word) {
            self.ids.extend_from_slice(known);
            return Ok(());
        }
        let new: Box<[i64]> = if is_part {
            let lowered = self.is_lowering.then(|| word.to_ascii_lowercase());
            let tokens = self.tokenizer.get_model().tokenize(lowered.as_deref().unwrap_or(word))?;
            tokens.iter().map(|token| i64::from(token.id)).collect()
        } else {
            self.tokenizer.encode_fast(word, false)?.get_ids().iter().map(|&id| i64::from(id)).collect()
        };
        self.ids.extend_from_slice(&new);
        if word.len() <= LONGEST_KEPT && self.known.len() < WORDS_KEPT {
            self.known.insert(word.into(), new);
        }
        Ok(())
    }
}

/// The tokenizer as `fastembed` makes it, but without padding and truncation.
///
/// What the map names is added once more: where it gives no more than a text, `[MASK]` is then looked for in the text as
/// it is after cleaning, and found in lower case as well.
fn whole_texts(tokenizer: &[u8], specials: &[u8]) -> Result<Tokenizer, Cause> {
    let mut tokenizer = Tokenizer::from_bytes(tokenizer)?;
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None)?;
    let specials: serde_json::Map<String, Value> = serde_json::from_slice(specials)?;
    for token in specials.values().filter_map(special) {
        tokenizer.add_special_tokens([token])?;
    }
    Ok(tokenizer)
}

/// A value of the map: the text of a token, or an object that says more of it.
fn special(value: &Value) -> Option<AddedToken> {
    if let Some(content) = value.as_str() {
        return Some(AddedToken { content: content.to_owned(), special: true, ..AddedToken::default() });
    }
    let flag = |name: &str| value.get(name)?.as_bool();
    Some(AddedToken {
        content: value.get("content")?.as_str()?.to_owned(),
        single_word: flag("single_word")?,
        lstrip: flag("lstrip")?,
        rstrip: flag("rstrip")?,
        normalized: flag("normalized")?,
        special: true,
    })
}

/// The bytes that the added tokens begin with, in both cases.
fn marks(tokenizer: &Tokenizer) -> Result<Vec<u8>, Cause> {
    let mut marks = Vec::new();
    for token in tokenizer.get_added_tokens_decoder().into_values() {
        let first = token.content.bytes().next().filter(|_| token.content.bytes().all(|byte| byte.is_ascii_graphic()));
        let Some(first) = first else {
            return Err(format!("lookup wants added tokens without spaces, in ASCII, got {:?}", token.content).into());
        };
        marks.extend([first.to_ascii_lowercase(), first.to_ascii_uppercase()]);
    }
    marks.sort_unstable();
    marks.dedup();
    Ok(marks)
}

/// The runs of letters and digits in a word of ASCII, and each punctuation mark.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let run = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let (part, behind) = rest.split_at(run.max(1).min(rest.len()));
        rest = behind;
        (!part.is_empty()).then_some(part)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::{LazyLock, Mutex, PoisonError};

    use proptest::prelude::*;

    use super::*;

    const TOKENIZER: &[u8] = include_bytes!("../../../models/static/tokenizer.json");
    const SPECIALS: &[u8] = include_bytes!("../../../models/static/special_tokens_map.json");

    /// The model's own tokenizer, and the words that it has met in this test.
    static OWN: LazyLock<Mutex<(Tokenizer, Words)>> = LazyLock::new(|| {
        let tokenizer = whole_texts(TOKENIZER, SPECIALS).expect("the model's own files");
        Mutex::new((tokenizer, Words::new(TOKENIZER, SPECIALS, 512).expect("the model's own files")))
    });

    /// The tokens of the whole text, cut to the limit.
    fn wanted(tokenizer: &Tokenizer, text: &str, most: usize) -> Vec<i64> {
        let encoded = tokenizer.encode_fast(text, false).expect("any text has tokens");
        let ids = encoded.get_ids().iter().map(|&id| i64::from(id));
        std::iter::once(101).chain(ids.take(most - 2)).chain([102]).collect()
    }

    #[test]
    fn tokens_that_were_added_are_found_in_any_case() {
        let mut words = Words::new(TOKENIZER, SPECIALS, 512).expect("the model's own files");
        for text in ["a [MASK] b", "a [mask] b", "a\t[Mask] b", "A [MA\u{301}SK] b", "a [mas\0k] b", "a[MASK]b"] {
            assert_eq!(words.tokens(text).expect("tokens"), [101, 1037, 103, 1038, 102], "{text:?}");
        }
        assert_eq!(words.tokens("[ MASK ]").expect("tokens").len(), 5 + 2 - 2);
    }

    #[test]
    fn another_tokenizer_is_refused() {
        let told = |from: &str, to: &str| {
            let text = String::from_utf8_lossy(TOKENIZER).replacen(from, to, 1);
            Words::new(text.as_bytes(), SPECIALS, 512).err().map(|error| error.to_string())
        };
        assert_eq!(told("\"BertPreTokenizer\"", "\"BertPreTokenizer\""), None);
        assert_eq!(
            told("\"BertPreTokenizer\"", "\"Whitespace\"").as_deref(),
            Some("lookup wants a tokenizer with the rules of BERT")
        );
        assert_eq!(
            Words::new(TOKENIZER, b"{\"mask_token\": \"my mask\"}", 512)
                .err()
                .map(|error| error.to_string())
                .as_deref(),
            Some("lookup wants added tokens without spaces, in ASCII, got \"my mask\"")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn tokens_are_those_of_the_whole_text(
            texts in prop::collection::vec(
                "(\\PC|[ -~]{0,9}|[\0-\x20\x7f-\u{a0}\u{ad}\u{300}-\u{303}\u{200b}-\u{200f}\u{2003}\u{2028}\u{feff}\u{fffd}]|[ \t\n\r]{1,2}|[\u{4e00}-\u{4e09}\u{ac00}\u{1f600}ßİſK]|\\[?(\\[MASK\\]|\\[mask\\]|\\[CLS\\]|\\[Sep\\]|\\[UNK\\]|\\[PAD)\\]?|networks?|Na\u{ef}ve|[a-z]{99,102}){0,12}",
                1..4
            ),
            most in 3..40usize
        ) {
            let mut own = OWN.lock().unwrap_or_else(PoisonError::into_inner);
            let (tokenizer, words) = &mut *own;
            words.max_tokens = most;
            for text in texts.iter().chain(&texts) {
                prop_assert_eq!(words.tokens(text).expect("tokens"), wanted(tokenizer, text, most), "{:?}", text);
            }
        }
    }
}
