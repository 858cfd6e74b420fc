//! A local ONNX model, run by `fastembed`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use fastembed::{InitOptionsUserDefined, TextEmbedding, TokenizerFiles, UserDefinedEmbeddingModel};

use crate::error::{Error, Result};
use crate::vectors::{normalize, Vectors};

use super::card::TOKENIZER_FILES;
use super::runtime::{self, Runtime, RuntimeOptions};
use super::{Card, Embedder, LoadOptions, ModelIdentity, Pooling};

/// Single-threaded inference sessions, one per thread of work, each made when first used.
///
/// One text a call: a dynamically quantised network scales its activations by the whole call, so that in a batch a
/// text's vector would depend on its neighbours. One thread a session: more only spin.
pub(super) struct Onnx {
    card: Card,
    runtime: Runtime,
    network: UserDefinedEmbeddingModel,
    sessions: Vec<Mutex<Option<TextEmbedding>>>,
}

impl Onnx {
    pub(super) fn load(card: Card, options: &LoadOptions<'_>) -> Result<Self> {
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
        let network = UserDefinedEmbeddingModel::new(card.read_file(&card.onnx)?, tokenizer).with_pooling(pooling);
        let runtime = runtime::load(&RuntimeOptions { offline: options.offline, notice: options.notice })?;
        (options.detail)(&format!("ONNX Runtime: {} ({})", runtime.path.display(), runtime.origin));
        let sessions = (0..options.threads.max(1)).map(|_| Mutex::new(None)).collect();
        Ok(Onnx { card, runtime, network, sessions })
    }

    fn new_session(&self) -> Result<TextEmbedding> {
        let options = InitOptionsUserDefined::new()
            .with_environment(self.runtime.environment.clone())
            .with_max_length(self.card.max_tokens)
            .with_intra_threads(1);
        TextEmbedding::try_new_from_user_defined(self.network.clone(), options).map_err(|e| self.failed(e))
    }

    /// Embeds one text in the session of this slot.
    fn embed_one(&self, slot: usize, text: &str) -> Result<Vec<f32>> {
        let mut session = self.sessions[slot].lock().unwrap_or_else(PoisonError::into_inner);
        let session = match session.as_mut() {
            Some(session) => session,
            None => session.insert(self.new_session()?),
        };
        let rows = session.embed([text], None).map_err(|e| self.failed(e))?;
        let mut row = rows.into_iter().next().unwrap_or_default();
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

    /// The texts of `order`, taken one after the other by whichever slot is free; answers as (text, row).
    fn work(
        &self,
        slot: usize,
        texts: &[String],
        order: &[usize],
        next: &AtomicUsize,
        done: &dyn Fn(),
    ) -> Result<Vec<(usize, Vec<f32>)>> {
        let mut rows = Vec::new();
        while let Some(&text) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            rows.push((text, self.embed_one(slot, &texts[text])?));
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
        let slots = self.sessions.len().min(texts.len());
        let parts: Vec<Result<_>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..slots)
                .map(|slot| {
                    let (order, next, done) = (&order, &next, &done);
                    scope.spawn(move || self.work(slot, texts, order, next, done))
                })
                .collect();
            let died = || Err(self.failed("a thread of the embedder died"));
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| died())).collect()
        });
        let mut rows: Vec<(usize, Vec<f32>)> = parts.into_iter().collect::<Result<Vec<_>>>()?.concat();
        rows.sort_by_key(|(text, _)| *text);
        let mut vectors = Vectors::new(self.card.identity.dimension);
        rows.iter().try_for_each(|(_, row)| vectors.push(row))?;
        Ok(vectors)
    }
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
