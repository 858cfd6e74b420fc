//! A local ONNX model, run by `fastembed`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use fastembed::{InitOptionsUserDefined, OutputKey, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel};

use crate::error::{Cause, Error, Result};
use crate::vectors::{normalize, Vectors};

use super::card::{CARD_FILE, TOKENIZER_FILES};
use super::lookup::Lookup;
use super::pool::Pool;
use super::runtime::{self, Runtime, RuntimeOptions};
use super::{Card, Embedder, LoadOptions, ModelIdentity, Pooling};

/// The output of a network that pools.
const POOLED: &str = "sentence_embedding";

/// Makes the vector of one text, for one thread of work.
pub(super) trait Session: Send {
    /// The vector, of any length but 0.
    fn embed(&mut self, text: &str) -> Result<Vec<f32>, Cause>;
}

impl Session for TextEmbedding {
    fn embed(&mut self, text: &str) -> Result<Vec<f32>, Cause> {
        let rows = TextEmbedding::embed(self, [text], None)?;
        Ok(rows.into_iter().next().unwrap_or_default())
    }
}

/// Single-threaded inference sessions, as many as threads of work, each made when first wanted.
///
/// One text a call: a dynamically quantised network scales its activations by the whole call, so that in a batch a
/// text's vector would depend on its neighbours. One thread a session: more only spin.
pub(super) struct Onnx {
    card: Card,
    runtime: Runtime,
    /// The files as they were read at first, until a session takes them: most processes make only one.
    files: Mutex<Option<UserDefinedEmbeddingModel>>,
    sessions: Pool<Box<dyn Session>>,
}

impl Onnx {
    pub(super) fn load(card: Card, options: &LoadOptions<'_>) -> Result<Self> {
        let files = Mutex::new(Some(read_files(&card)?));
        // A call has one text; `tokenizers` would hand it to another thread and wait for that.
        tokenizers::utils::parallelism::set_parallelism(false);
        let runtime = runtime::load(&RuntimeOptions { offline: options.offline, notice: options.notice })?;
        (options.detail)(&format!("ONNX Runtime: {} ({})", runtime.path.display(), runtime.origin));
        Ok(Onnx { card, runtime, files, sessions: Pool::new(options.threads) })
    }

    fn new_session(&self) -> Result<Box<dyn Session>> {
        let kept = self.files.lock().unwrap_or_else(PoisonError::into_inner).take();
        let files = kept.map_or_else(|| read_files(&self.card), Ok)?;
        if self.card.lookup {
            return Ok(Box::new(Lookup::new(&self.card, &files, &self.runtime)?));
        }
        let options = InitOptionsUserDefined::new()
            .with_environment(self.runtime.environment.clone())
            .with_max_length(self.card.max_tokens)
            .with_intra_threads(1);
        let mut session = TextEmbedding::try_new_from_user_defined(files, options).map_err(|e| self.failed(e))?;
        if self.card.pooled {
            session.embed(["a"], None).map_err(|e| Error::BadModelCard {
                path: self.card.folder.join(CARD_FILE),
                reason: format!("pooled is true, but the network gives no usable output {POOLED}: {e}"),
            })?;
        }
        Ok(Box::new(session))
    }

    /// Embeds one text, in whichever session is free.
    fn embed_one(&self, text: &str) -> Result<Vec<f32>> {
        let text = visible(text, self.card.max_tokens);
        let row = self.sessions.with(|| self.new_session(), |session| session.embed(text))?;
        let mut row = row.map_err(|e| self.failed(e))?;
        if row.len() != self.card.identity.dimension {
            return Err(Error::Dimension {
                what: format!("the output of model {}", self.card.identity.name),
                expected: self.card.identity.dimension,
                got: row.len(),
            });
        }
        if normalize(&mut row) {
            Ok(row)
        } else {
            Err(self.failed("the vector is zero or not finite"))
        }
    }

    fn failed(&self, cause: impl Into<crate::error::Cause>) -> Error {
        Error::Embedding { model: self.card.identity.name.clone(), source: cause.into() }
    }

    /// The texts of `order`, taken one after the other by whichever worker is free; answers as (text, row).
    fn work(
        &self,
        texts: &[String],
        order: &[usize],
        next: &AtomicUsize,
        done: &dyn Fn(),
    ) -> Result<Vec<(usize, Vec<f32>)>> {
        let mut rows = Vec::new();
        while let Some(&text) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            rows.push((text, self.embed_one(&texts[text])?));
            done();
        }
        Ok(rows)
    }

    /// One row per text, in order, in all sessions.
    fn embed_all(&self, texts: &[String], progress: &(dyn Fn(usize) + Sync)) -> Result<Vectors> {
        // Longest first, so that no thread is left alone with a long text at the end.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(texts[i].len()), i));
        let (next, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let done = || progress(finished.fetch_add(1, Ordering::Relaxed) + 1);
        let work = || self.work(texts, &order, &next, &done);
        let parts: Vec<Result<_>> = std::thread::scope(|scope| {
            // This thread works too: one text needs no other.
            let others: Vec<_> = (1..self.sessions.size().min(texts.len())).map(|_| scope.spawn(work)).collect();
            let own = work();
            let died = || Err(self.failed("a thread of the embedder died"));
            let others = others.into_iter().map(|worker| worker.join().unwrap_or_else(|_| died()));
            std::iter::once(own).chain(others).collect()
        });
        let mut rows: Vec<(usize, Vec<f32>)> = parts.into_iter().collect::<Result<Vec<_>>>()?.concat();
        rows.sort_by_key(|(text, _)| *text);
        let mut vectors = Vectors::new(self.card.identity.dimension);
        rows.iter().try_for_each(|(_, row)| vectors.push(row))?;
        Ok(vectors)
    }
}

/// The network and the tokenizer's files, each compared with its checksum.
fn read_files(card: &Card) -> Result<UserDefinedEmbeddingModel> {
    let [tokenizer_file, config_file, special_tokens_map_file, tokenizer_config_file] = TOKENIZER_FILES;
    let tokenizer = TokenizerFiles {
        tokenizer_file: card.read_file(tokenizer_file)?,
        config_file: card.read_file(config_file)?,
        special_tokens_map_file: card.read_file(special_tokens_map_file)?,
        tokenizer_config_file: card.read_file(tokenizer_config_file)?,
    };
    let pooling = match card.pooling {
        Pooling::Mean => fastembed::Pooling::Mean,
        Pooling::Cls => fastembed::Pooling::Cls,
    };
    let mut files = UserDefinedEmbeddingModel::new(card.read_file(&card.onnx)?, tokenizer).with_pooling(pooling);
    if card.pooled {
        // Of an output without token vectors `fastembed` takes the rows as they are.
        files.output_key = Some(OutputKey::ByName(POOLED));
    }
    Ok(files)
}

/// The beginning of a text that holds all tokens the model reads: the tokenizer would split up the whole of it, and half
/// of an abstract is beyond the limit.
///
/// A word between blanks is at least one token if it holds an ASCII letter or digit, which no tokenizer throws away, and
/// is split without a look at the words after it.
fn visible(text: &str, max_tokens: usize) -> &str {
    let mut words = 0;
    for (start, word) in blank_separated(text) {
        words += usize::from(word.contains(|c: char| c.is_ascii_alphanumeric()));
        if words == max_tokens {
            return &text[..start + word.len()];
        }
    }
    text
}

/// Each word with the byte it begins at. Only what every tokenizer takes for a blank separates: some drop other white
/// space without splitting at it.
fn blank_separated(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive([' ', '\n', '\r', '\t']).map(move |part| {
        let begin = start;
        start += part.len();
        (begin, part.trim_end_matches([' ', '\n', '\r', '\t']))
    })
}

impl Embedder for Onnx {
    fn identity(&self) -> &ModelIdentity {
        &self.card.identity
    }

    fn embed_papers(&self, texts: &[&str], progress: &(dyn Fn(usize) + Sync)) -> Result<Vectors> {
        let texts: Vec<String> = texts.iter().map(|text| format!("{}{text}", self.card.paper_prefix)).collect();
        self.embed_all(&texts, progress)
    }

    fn embed_queries(&self, texts: &[&str]) -> Result<Vectors> {
        if texts.iter().any(|text| text.trim().is_empty()) {
            return Err(Error::EmptyQuery);
        }
        let texts: Vec<String> = texts.iter().map(|text| format!("{}{text}", self.card.query_prefix)).collect();
        self.embed_all(&texts, &|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn a_long_text_is_cut_after_as_many_words_as_tokens() {
        assert_eq!(visible("deep  learning\nof things", 3), "deep  learning\nof");
        assert_eq!(visible("deep learning", 3), "deep learning");
        assert_eq!(visible("", 3), "");
    }

    #[test]
    fn what_may_be_no_token_does_not_count() {
        let text = "\u{200b} \u{fffd} \u{0301} deep \u{b}learning\u{b}of things today";
        assert_eq!(visible(text, 3), "\u{200b} \u{fffd} \u{0301} deep \u{b}learning\u{b}of things");
    }
}
