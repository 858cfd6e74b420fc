//! A model without a model: words hashed into a vector. It knows no meaning, needs no file, and makes tests fast.

use crate::error::{Error, Result};
use crate::vectors::{normalize, Vectors};

use super::{Embedder, ModelIdentity};

/// The name under which [`super::load`] gives it.
pub const HASHED_MODEL: &str = "hashed";

const DIMENSION: usize = 256;

/// Signed feature hashing of lower-case words (Weinberger et al. 2009, <https://arxiv.org/abs/0902.2206>, eq. 1).
pub(super) struct Hashed {
    identity: ModelIdentity,
}

impl Hashed {
    pub(super) fn new() -> Self {
        let identity = ModelIdentity {
            name: HASHED_MODEL.to_owned(),
            fingerprint: "words-1".to_owned(),
            dimension: DIMENSION,
            folder: None,
        };
        Hashed { identity }
    }
}

fn embed(text: &str) -> Option<Vec<f32>> {
    let mut row = vec![0.0; DIMENSION];
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let hash = blake3::hash(word.as_bytes());
        let bytes = hash.as_bytes();
        let sign = if bytes[1] & 1 == 0 { 1.0 } else { -1.0 };
        row[usize::from(bytes[0])] += sign;
    }
    normalize(&mut row).then_some(row)
}

impl Embedder for Hashed {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn embed_papers(&self, texts: &[&str], progress: &(dyn Fn(usize) + Sync)) -> Result<Vectors> {
        let mut vectors = Vectors::new(DIMENSION);
        for text in texts {
            // A text without words, or whose words cancel out, still gets a place of its own.
            let row = embed(text).unwrap_or_else(|| {
                let mut row = vec![0.0; DIMENSION];
                row[usize::from(blake3::hash(text.as_bytes()).as_bytes()[0])] = 1.0;
                row
            });
            vectors.push(&row)?;
        }
        progress(texts.len());
        Ok(vectors)
    }

    fn embed_queries(&self, texts: &[&str]) -> Result<Vectors> {
        let mut vectors = Vectors::new(DIMENSION);
        for text in texts {
            vectors.push(&embed(text).ok_or(Error::EmptyQuery)?)?;
        }
        Ok(vectors)
    }
}
