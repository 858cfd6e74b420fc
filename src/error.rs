//! What can go wrong: one error type whose messages name the values that disagree and the way out.

use std::path::{Path, PathBuf};

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A cause from another library, kept for the error chain without showing its type.
pub type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

/// The family an [`Error`] belongs to; exit codes and HTTP statuses are derived from it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// What the user gave cannot be used: an argument, a file, a record.
    Input,
    /// Something that was asked for by name is not there.
    NotFound,
    /// Two things do not fit together: formats, models, dimensions, versions.
    Incompatible,
    /// Something on disk is not what was once written.
    Damaged,
    /// Somebody else is using it; trying again later may work.
    Busy,
    /// A fault of the system or of this program.
    Internal,
}

impl ErrorKind {
    /// The process exit code: 2 for every kind (1 is kept for "nothing found").
    pub fn exit_code(self) -> u8 {
        2
    }
}

/// Everything that can go wrong, with the values needed to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A path that was named does not exist.
    #[error("no such file or folder: {}", path.display())]
    NoSuchPath {
        /// The path as the user gave it.
        path: PathBuf,
    },
    /// A file holds no bytes, or nothing but white space.
    #[error("{} is empty; expected paper records", path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// Everything was read and no usable paper was found.
    #[error("no papers found in {source_name} ({reason}); readers exist for: {formats}")]
    NoPapers {
        /// The file or folder that was read.
        source_name: String,
        /// What was seen instead.
        reason: String,
        /// The names of the readers there are.
        formats: String,
    },
    /// A file is in no format that a reader recognises.
    #[error("{} is in no known format; readers exist for: {formats} (force one with --format-in)", path.display())]
    NotACorpus {
        /// The file.
        path: PathBuf,
        /// The names of the readers there are.
        formats: String,
    },
    /// A reader was asked for by a name that none has.
    #[error("unknown {what} '{name}'; known: {known}")]
    UnknownName {
        /// What kind of thing was named: a reader, an output format.
        what: &'static str,
        /// The name given.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A record cannot be used and `--strict` was given.
    #[error("{source_name}:{line}: {reason} (without --strict the record is skipped and counted)")]
    BadRecord {
        /// The file, as shown to the user.
        source_name: String,
        /// Line of the record, counted from 1.
        line: u64,
        /// Why the record cannot be used.
        reason: String,
    },
    /// A file stopped making sense part of the way through.
    #[error("{source_name}:{line}: {reason}")]
    BadFile {
        /// The file, as shown to the user.
        source_name: String,
        /// Line where reading stopped, counted from 1.
        line: u64,
        /// What was wrong there.
        reason: String,
    },
    /// A parameter is outside its range.
    #[error("{name} is {value}; expected {expected}")]
    InvalidParameter {
        /// The parameter, as the user writes it.
        name: &'static str,
        /// The value given.
        value: String,
        /// The values that are accepted.
        expected: String,
    },
    /// More topics were asked for than there are distinct papers.
    #[error(
        "asked for {k} topics, but the library holds only {distinct} distinct papers; choose -k of at most {distinct}"
    )]
    TooManyTopics {
        /// Topics asked for.
        k: usize,
        /// Papers with different texts.
        distinct: usize,
    },
    /// A filter is not one.
    #[error("--where, column {column}: expected {expected}, found {found}")]
    BadFilter {
        /// The filter.
        filter: String,
        /// Where reading stopped, in characters counted from 1.
        column: usize,
        /// What could stand there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// A query has no words to look for.
    #[error("the query is empty; give a text, --id or --file")]
    EmptyQuery,
    /// No paper has this id.
    #[error("no paper has the id '{id}'{}", nearest_hint(nearest))]
    UnknownPaper {
        /// The id that was asked for.
        id: String,
        /// Ids that look like it, closest first.
        nearest: Vec<String>,
    },
    /// No topic has this id.
    #[error("no topic has the id {topic}; there are {topics}, as 'topics' lists them")]
    UnknownTopic {
        /// The id that was asked for.
        topic: usize,
        /// Topics there are.
        topics: usize,
    },
    /// There is no library at this place.
    #[error("no library at {}; make one with 'paperkin index PATH...' or name another with --library", path.display())]
    NoLibrary {
        /// The folder looked in.
        path: PathBuf,
    },
    /// The library holds no paper yet.
    #[error("the library at {} holds no papers; add some with 'paperkin index PATH...'", path.display())]
    EmptyLibrary {
        /// The library's folder.
        path: PathBuf,
    },
    /// No model has this name.
    #[error("no model '{name}'; looked for {name}/model.toml in: {} (--model also takes a folder, and $PAPERKIN_MODELS names one that holds models)", looked.join(", "))]
    NoModel {
        /// Name or folder that was asked for.
        name: String,
        /// The folders looked in.
        looked: Vec<String>,
    },
    /// A model's card cannot be used.
    #[error("{}: {reason}", path.display())]
    BadModelCard {
        /// The card or the file it names.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The library was written by a later version of this program.
    #[error("the library at {} has format {found}, this program reads formats up to {supported}; use a newer paperkin", path.display())]
    LibraryFormat {
        /// The library's folder.
        path: PathBuf,
        /// The format number found.
        found: i64,
        /// The highest format number that this program knows.
        supported: i64,
    },
    /// The library's vectors come from another model.
    #[error("the library at {} was embedded with model {library_model}, not with {given_model}; 'paperkin index --model {}' embeds all of it again", path.display(), model_name(given_model))]
    ModelMismatch {
        /// The library's folder.
        path: PathBuf,
        /// Name and fingerprint of the model that the library was embedded with.
        library_model: String,
        /// Name and fingerprint of the model at hand.
        given_model: String,
    },
    /// A vector has another number of dimensions than expected.
    #[error("{what} has {got} dimensions, expected {expected}")]
    Dimension {
        /// What the vector belongs to.
        what: String,
        /// Dimensions wanted.
        expected: usize,
        /// Dimensions found.
        got: usize,
    },
    /// ONNX Runtime could not be found or fetched.
    #[error("ONNX Runtime {version} was not found; looked in:\n{}\nways out:\n{}", bullets(looked), bullets(ways))]
    RuntimeMissing {
        /// The pinned version.
        version: &'static str,
        /// The places looked in, each with what was found there.
        looked: Vec<String>,
        /// What the user can do.
        ways: Vec<String>,
    },
    /// A file's checksum is not the one on record.
    #[error("{} is damaged: its checksum is {got}, expected {expected}{}", path.display(), hint(way_out))]
    Checksum {
        /// The file.
        path: PathBuf,
        /// Checksum on record.
        expected: String,
        /// Checksum of what is there.
        got: String,
        /// What the user can do, or nothing.
        way_out: String,
    },
    /// The library can be read but not written.
    #[error("the library at {} cannot be written by this user; change its permissions, or name another with --library", path.display())]
    ReadOnly {
        /// The library's folder.
        path: PathBuf,
    },
    /// Something on disk contradicts itself.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// The two things that disagree.
        reason: String,
    },
    /// Another process is writing to the library.
    #[error("the library at {} is being written by {holder}; waited {waited} s, try again when it is done", path.display())]
    Locked {
        /// The library's folder.
        path: PathBuf,
        /// Who holds the lock.
        holder: String,
        /// Seconds waited.
        waited: u64,
    },
    /// Reading or writing a file failed.
    #[error("{}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A server could not listen on its address.
    #[error("cannot listen on {address}; another program may, so choose another --port")]
    Listen {
        /// The address and port.
        address: std::net::SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The database refused an operation.
    #[error("the library database at {}", path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// The database's reason.
        source: Cause,
    },
    /// The model could not embed a text.
    #[error("model {model} could not embed")]
    Embedding {
        /// The model's name.
        model: String,
        /// The runtime's reason.
        source: Cause,
    },
    /// A command that should give labels did not.
    #[error(
        "the label command '{command}' failed: {reason}; it reads a line of JSON a topic and writes a line a topic"
    )]
    LabelCommand {
        /// The command.
        command: String,
        /// What went wrong.
        reason: String,
    },
    /// Clustering failed.
    #[error("k-means with {k} topics failed")]
    Clustering {
        /// Topics asked for.
        k: usize,
        /// The library's reason.
        source: Cause,
    },
    /// A report could not be written in the chosen form.
    #[error("could not write the {what}")]
    Rendering {
        /// The output format.
        what: &'static str,
        /// The renderer's reason.
        source: Cause,
    },
}

impl Error {
    /// The family of this error.
    pub fn kind(&self) -> ErrorKind {
        use Error as E;
        match self {
            E::EmptyFile { .. }
            | E::NoPapers { .. }
            | E::NotACorpus { .. }
            | E::UnknownName { .. }
            | E::BadRecord { .. }
            | E::BadFile { .. }
            | E::InvalidParameter { .. }
            | E::ReadOnly { .. }
            | E::TooManyTopics { .. }
            | E::BadFilter { .. }
            | E::LabelCommand { .. }
            | E::Listen { .. }
            | E::EmptyQuery => ErrorKind::Input,
            E::NoSuchPath { .. }
            | E::UnknownPaper { .. }
            | E::UnknownTopic { .. }
            | E::NoLibrary { .. }
            | E::EmptyLibrary { .. }
            | E::NoModel { .. } => ErrorKind::NotFound,
            E::LibraryFormat { .. }
            | E::ModelMismatch { .. }
            | E::Dimension { .. }
            | E::BadModelCard { .. }
            | E::RuntimeMissing { .. } => ErrorKind::Incompatible,
            E::Checksum { .. } | E::Damaged { .. } => ErrorKind::Damaged,
            E::Locked { .. } => ErrorKind::Busy,
            E::Io { .. } | E::Database { .. } | E::Embedding { .. } | E::Clustering { .. } | E::Rendering { .. } => {
                ErrorKind::Internal
            }
        }
    }

    /// A closure for `map_err` that ties an I/O error to its path.
    pub fn io(path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.as_ref().to_path_buf();
        move |source| Error::Io { path, source }
    }
}

fn nearest_hint(nearest: &[String]) -> String {
    if nearest.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", nearest.join(", "))
    }
}

fn bullets(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  - {line}")).collect::<Vec<_>>().join("\n")
}

fn hint(way_out: &str) -> String {
    if way_out.is_empty() {
        String::new()
    } else {
        format!("; {way_out}")
    }
}

/// The first word of `name (fingerprint)`.
fn model_name(label: &str) -> &str {
    label.split_whitespace().next().unwrap_or(label)
}
