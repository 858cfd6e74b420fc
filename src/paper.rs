//! A paper: what a record of a bibliographic file says about one work, and which text of it is embedded.

use std::fmt;

use unicode_normalization::{is_nfkc_quick, IsNormalized, UnicodeNormalization};

/// The id of a paper, unique in a library: the record's own, or `FILE-STEM:ORDINAL`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaperId(pub String);

impl PaperId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for PaperId {
    fn from(id: &str) -> Self {
        PaperId(id.to_owned())
    }
}

impl fmt::Display for PaperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One paper, as read from one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paper {
    /// Unique in a library. Empty while a reader has found no id in the record; the corpus then gives one.
    pub id: PaperId,
    /// One line of text; may be empty if there is an abstract.
    pub title: String,
    /// Plain text; may be empty if there is a title.
    pub abstract_text: String,
    /// Names in the order of the record.
    pub authors: Vec<String>,
    /// Year of publication.
    pub year: Option<i32>,
    /// Date of publication as the record writes it, at best `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Journal, conference or repository.
    pub venue: Option<String>,
    /// Volume of the journal.
    pub volume: Option<String>,
    /// Issue of the volume.
    pub issue: Option<String>,
    /// Pages of the issue, or what stands for them, such as `100-112` or `e1234`.
    pub pages: Option<String>,
    /// Subject categories, such as `cs.CL`.
    pub categories: Vec<String>,
    /// DOI without a resolver in front.
    pub doi: Option<String>,
    /// arXiv id without `arXiv:`.
    pub arxiv_id: Option<String>,
    /// PubMed's number.
    pub pmid: Option<String>,
    /// Where the paper can be read.
    pub url: Option<String>,
    /// The file the record came from.
    pub source: String,
    /// Line of that file on which the record begins, counted from 1.
    pub line: u64,
    /// What stood in the record where cleaning changed it; `None` where it changed nothing.
    pub as_read: Option<Box<AsRead>>,
}

/// The fields of a record that cleaning changed, as they were before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AsRead {
    /// The title.
    pub title: Option<String>,
    /// The abstract.
    pub abstract_text: Option<String>,
    /// The authors.
    pub authors: Option<Vec<String>>,
    /// The venue.
    pub venue: Option<String>,
}

impl Paper {
    /// The text that is embedded and compared: title and abstract, as far as there are any.
    ///
    /// This is the only place that decides it. The model sees at most as many tokens of it as its card says.
    pub fn text(&self) -> String {
        match (self.title.is_empty(), self.abstract_text.is_empty()) {
            (false, false) if self.title.ends_with(['.', '?', '!']) => {
                format!("{} {}", self.title, self.abstract_text)
            }
            (false, false) => format!("{}. {}", self.title, self.abstract_text),
            (false, true) => self.title.clone(),
            (true, _) => self.abstract_text.clone(),
        }
    }

    /// Whether the other record says the same. Where it was read from, and with what markup, does not count.
    pub fn is_same_record(&self, other: &Paper) -> bool {
        let (source, as_read) = (self.source.clone(), self.as_read.clone());
        *self == Paper { source, line: self.line, as_read, ..other.clone() }
    }

    /// The paper with its texts as they were read.
    pub fn into_read(mut self) -> Paper {
        let as_read = *self.as_read.take().unwrap_or_default();
        self.title = as_read.title.unwrap_or(self.title);
        self.abstract_text = as_read.abstract_text.unwrap_or(self.abstract_text);
        self.authors = as_read.authors.unwrap_or(self.authors);
        self.venue = as_read.venue.or(self.venue);
        self
    }

    /// Words of the title alone below which two equal texts say nothing: "Editorial", "Letter to editor".
    const FEWEST_WORDS: usize = 4;

    /// The same for two papers if their texts are the same up to case, punctuation, accents' encoding and spacing:
    /// exact copies. Where there is a title alone, every sign of it counts, since "C" and "C++" are two subjects; `None`
    /// if it has fewer than 4 words, or if a text has no words at all.
    pub fn exact_key(&self) -> Option<ExactKey> {
        let plain = folded(&self.text());
        let mut words = split_words(&plain).peekable();
        words.peek()?;
        let mut content = String::with_capacity(plain.len());
        if !self.abstract_text.is_empty() {
            join(words, &mut content);
        } else if words.count() < Self::FEWEST_WORDS {
            return None;
        } else {
            join(plain.split_whitespace(), &mut content);
            content.truncate(content.trim_end_matches('.').len());
        }
        let mut key = [0; 16];
        key.copy_from_slice(&blake3::hash(content.as_bytes()).as_bytes()[..16]);
        Some(ExactKey(key))
    }
}

/// Hash of a text's words; equal for exact copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExactKey(pub [u8; 16]);

/// The words of a text in lower case, compatibility forms resolved (NFKC), without punctuation.
pub fn words(text: &str) -> Vec<String> {
    split_words(&folded(text)).map(str::to_owned).collect()
}

/// A text in lower case with compatibility forms resolved. Most are ASCII or have none, which is cheap to see.
fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.chars().flat_map(char::to_lowercase).collect(),
        IsNormalized::No | IsNormalized::Maybe => text.nfkc().flat_map(char::to_lowercase).collect(),
    }
}

fn split_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Appends parts, with a space between two.
fn join<'a>(parts: impl Iterator<Item = &'a str>, into: &mut String) {
    for part in parts {
        if !into.is_empty() {
            into.push(' ');
        }
        into.push_str(part);
    }
}
