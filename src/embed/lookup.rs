//! A model that is a table: the vector of a text is the weighted sum of its tokens' vectors, which know no context.
//!
//! `fastembed` runs such a model as well, to the same vectors; but tokenising, which is nothing beside a transformer, is
//! then nearly all of the work. Here the tokens of a word are remembered.

use std::collections::HashMap;

use ort::session::Session as Network;
use ort::value::TensorRef;
use tokenizers::Tokenizer;

use crate::error::{Cause, Error, Result};

use super::onnx::Session;
use super::runtime::Runtime;
use super::Card;

/// Words whose tokens are remembered, some 10 MB of them; the commonest words are met first.
const WORDS_KEPT: usize = 100_000;

/// Longer words, in bytes, do not come again.
const LONGEST_KEPT: usize = 40;

/// The table and its tokenizer, for one thread of work.
pub(super) struct Lookup {
    tokenizer: Tokenizer,
    network: Network,
    max_tokens: usize,
    /// What the tokenizer puts before a text and behind it.
    ends: (i64, i64),
    words: HashMap<Box<str>, Box<[i64]>>,
}

impl Lookup {
    pub(super) fn new(card: &Card, runtime: &Runtime) -> Result<Self> {
        let failed = |source: Cause| Error::Embedding { model: card.identity.name.clone(), source };
        let mut tokenizer = Tokenizer::from_bytes(card.read_file("tokenizer.json")?).map_err(failed)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(failed)?;
        let around = tokenizer.encode_fast("", true).map_err(failed)?;
        let [before, behind] = around.get_ids() else {
            return Err(failed("a table wants a tokenizer with one token before a text and one behind it".into()));
        };
        let ends = (i64::from(*before), i64::from(*behind));
        let network = open(&card.read_file(&card.onnx)?, runtime).map_err(failed)?;
        Ok(Lookup { tokenizer, network, max_tokens: card.max_tokens, ends, words: HashMap::new() })
    }

    /// The tokens of a text, as the tokenizer gives them for the whole.
    ///
    /// Words are tokenised one by one: BERT's rules look at one character, or at one word between spaces.
    fn tokens(&mut self, text: &str) -> Result<Vec<i64>, Cause> {
        let mut ids = vec![self.ends.0];
        let most = self.max_tokens - 1;
        for word in text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()) {
            if ids.len() >= most {
                break;
            }
            if let Some(known) = self.words.get(word) {
                ids.extend_from_slice(known);
                continue;
            }
            let encoded = self.tokenizer.encode_fast(word, false)?;
            let new: Box<[i64]> = encoded.get_ids().iter().map(|&id| i64::from(id)).collect();
            ids.extend_from_slice(&new);
            if word.len() <= LONGEST_KEPT && self.words.len() < WORDS_KEPT {
                self.words.insert(word.into(), new);
            }
        }
        ids.truncate(most);
        ids.push(self.ends.1);
        Ok(ids)
    }
}

impl Session for Lookup {
    fn embed(&mut self, text: &str) -> Result<Vec<f32>, Cause> {
        let ids = self.tokens(text)?;
        let mask = vec![1_i64; ids.len()];
        let shape = [1, ids.len()];
        let inputs = ort::inputs![
            "input_ids" => TensorRef::from_array_view((shape, ids.as_slice()))?,
            "attention_mask" => TensorRef::from_array_view((shape, mask.as_slice()))?,
        ];
        let outputs = self.network.run(inputs)?;
        let (_, row) = outputs[0].try_extract_tensor::<f32>()?;
        Ok(row.to_vec())
    }
}

/// Starts the network on the calling thread alone.
fn open(bytes: &[u8], runtime: &Runtime) -> Result<Network, Cause> {
    let builder = Network::builder(&runtime.environment)?;
    let mut builder = builder.with_intra_threads(1).map_err(|error| error.to_string())?;
    Ok(builder.commit_from_memory(bytes)?)
}
