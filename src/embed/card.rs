//! The card of a model, `model.toml`: which files it has, how texts become vectors, where it comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Result};

use super::ModelIdentity;

/// The model that is used when none is named; committed under `models/`.
pub const DEFAULT_MODEL: &str = "all-MiniLM-L6-v2";

/// The model for libraries that are too large for the default one; committed under `models/`.
pub const STATIC_MODEL: &str = "static";

pub(super) const CARD_FILE: &str = "model.toml";

/// The tokenizer files every model folder holds, in the order the embedder wants them.
pub(super) const TOKENIZER_FILES: [&str; 4] =
    ["tokenizer.json", "config.json", "special_tokens_map.json", "tokenizer_config.json"];

/// How the token vectors of a text become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Mean over all tokens of the text.
    Mean,
    /// The vector of the first token.
    Cls,
}

/// `model.toml` as it stands on disk.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CardFile {
    description: String,
    dimension: usize,
    pooling: Pooling,
    max_tokens: usize,
    #[serde(default)]
    paper_prefix: String,
    #[serde(default)]
    query_prefix: String,
    #[serde(default)]
    lookup: bool,
    #[serde(default)]
    pooled: bool,
    onnx: String,
    source: String,
    licence: String,
    files: BTreeMap<String, String>,
}

/// A model's card, read and checked for sense; its files are checked by [`Card::read_file`].
#[derive(Debug, Clone)]
pub struct Card {
    /// The folder that holds the card and the files.
    pub folder: PathBuf,
    /// Name, fingerprint and dimension.
    pub identity: ModelIdentity,
    /// One sentence about the model.
    pub description: String,
    /// How token vectors become one vector.
    pub pooling: Pooling,
    /// Tokens of a text that are read, special tokens included.
    pub max_tokens: usize,
    /// Put in front of a paper's text.
    pub paper_prefix: String,
    /// Put in front of a query's text.
    pub query_prefix: String,
    /// The tokenizer has BERT's rules, so that the tokens of a word can be looked up once they are known. The vectors
    /// are the same without this.
    pub lookup: bool,
    /// The network pools too, into an output `sentence_embedding`, so that the token vectors need not be copied out of it.
    /// Not together with `lookup`.
    pub pooled: bool,
    /// File name of the network.
    pub onnx: String,
    /// Where the weights come from.
    pub source: String,
    /// The weights' licence.
    pub licence: String,
    /// File name to blake3 checksum in hexadecimal.
    pub files: BTreeMap<String, String>,
}

impl Card {
    /// The card of the model of this name, or in this folder.
    ///
    /// # Errors
    /// [`Error::NoModel`] naming the folders looked in, [`Error::BadModelCard`] if the card makes no sense.
    pub fn find(name_or_folder: &str) -> Result<Card> {
        let as_folder = Path::new(name_or_folder);
        if as_folder.join(CARD_FILE).is_file() {
            return Card::read(as_folder);
        }
        let folders = model_folders();
        // A name never leads out of the folders of models.
        let is_name = !name_or_folder.is_empty() && !name_or_folder.contains(['/', '\\']) && name_or_folder != "..";
        let found = folders.iter().map(|f| f.join(name_or_folder)).find(|f| f.join(CARD_FILE).is_file());
        match found.filter(|_| is_name) {
            Some(folder) => Card::read(&folder),
            None => Err(Error::NoModel {
                name: name_or_folder.to_owned(),
                looked: folders.iter().map(|f| f.display().to_string()).collect(),
            }),
        }
    }

    /// Reads the card in this folder.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be read, [`Error::BadModelCard`] if it makes no sense.
    pub fn read(folder: &Path) -> Result<Card> {
        let path = folder.join(CARD_FILE);
        let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
        let bad = |reason: String| Error::BadModelCard { path: path.clone(), reason };
        let file: CardFile = toml::from_str(&text).map_err(|e| bad(e.to_string().trim_end().to_owned()))?;
        if file.dimension == 0 || file.max_tokens < 3 {
            return Err(bad(format!(
                "dimension is {}, max_tokens is {}; expected at least 1 and 3",
                file.dimension, file.max_tokens
            )));
        }
        if file.lookup && file.pooled {
            return Err(bad("lookup and pooled are both true; expected at most one of them".to_owned()));
        }
        if let Some(missing) =
            TOKENIZER_FILES.iter().copied().chain([file.onnx.as_str()]).find(|name| !file.files.contains_key(*name))
        {
            return Err(bad(format!("[files] has no checksum for {missing}")));
        }
        let real_folder = folder.canonicalize().map_err(Error::io(folder))?;
        let name = real_folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let identity = ModelIdentity {
            name,
            fingerprint: fingerprint(&file),
            dimension: file.dimension,
            folder: Some(real_folder),
        };
        Ok(Card {
            folder: folder.to_path_buf(),
            identity,
            description: file.description,
            pooling: file.pooling,
            max_tokens: file.max_tokens,
            paper_prefix: file.paper_prefix,
            query_prefix: file.query_prefix,
            lookup: file.lookup,
            pooled: file.pooled,
            onnx: file.onnx,
            source: file.source,
            licence: file.licence,
            files: file.files,
        })
    }

    /// The bytes of one of the model's files, after their checksum was compared with the card.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read, [`Error::Checksum`] if it is not the file of the card.
    pub fn read_file(&self, name: &str) -> Result<Vec<u8>> {
        let path = self.folder.join(name);
        let bytes = std::fs::read(&path).map_err(Error::io(&path))?;
        let got = blake3::hash(&bytes).to_hex().to_string();
        match self.files.get(name) {
            Some(expected) if *expected == got => Ok(bytes),
            expected => Err(Error::Checksum {
                path,
                expected: expected.cloned().unwrap_or_else(|| "one named in the card".to_owned()),
                got,
                way_out: format!("restore the file, or put the right checksum into {CARD_FILE}"),
            }),
        }
    }
}

impl Card {
    /// Compares every file with its checksum.
    ///
    /// # Errors
    /// As [`Card::read_file`], for the first file that is wrong.
    pub fn verify(&self) -> Result<()> {
        self.files.keys().try_for_each(|name| self.read_file(name).map(drop))
    }
}

/// The cards of all models in the folders of models, by name; a card that cannot be read is given as its error.
pub fn installed() -> Vec<Result<Card>> {
    let mut seen = BTreeMap::new();
    for folder in model_folders() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        for entry in entries.filter(|e| e.path().join(CARD_FILE).is_file()) {
            seen.entry(entry.file_name()).or_insert_with(|| Card::read(&entry.path()));
        }
    }
    seen.into_values().collect()
}

/// Everything that decides a vector, hashed; 16 hexadecimal digits.
fn fingerprint(file: &CardFile) -> String {
    let mut hasher = blake3::Hasher::new();
    let pooling = match file.pooling {
        Pooling::Mean => "mean",
        Pooling::Cls => "cls",
    };
    let numbers = format!("{}/{pooling}/{}", file.dimension, file.max_tokens);
    for part in [&numbers, &file.paper_prefix, &file.query_prefix] {
        hasher.update(part.as_bytes()).update(&[0]);
    }
    if file.pooled {
        hasher.update(b"pooled").update(&[0]);
    }
    for name in TOKENIZER_FILES.iter().copied().chain([file.onnx.as_str()]) {
        hasher.update(file.files[name].as_bytes()).update(&[0]);
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Where models are looked for: `$PAPERKIN_MODELS`, `models` beside the executable or in a folder above it, `models`
/// here, and `models` of the source tree the program was built from.
fn model_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(folder) = std::env::var_os("PAPERKIN_MODELS") {
        folders.push(folder.into());
    }
    if let Ok(executable) = std::env::current_exe() {
        // target/release/deps/ lies three below the root of the source tree.
        folders.extend(executable.ancestors().skip(1).take(4).map(|f| f.join("models")));
    }
    folders.push(PathBuf::from("models"));
    folders.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("models"));
    let mut seen = std::collections::BTreeSet::new();
    folders.retain(|f| f.is_dir() && seen.insert(f.canonicalize().unwrap_or_else(|_| f.clone())));
    folders
}
