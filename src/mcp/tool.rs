//! What a tool is, and the table of them.

use rmcp::handler::server::tool::{schema_for_input, schema_for_output};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, Result};

use super::bounds::clipped;
use super::session::Session;
use super::tools::{CompareTopics, DescribeTopic, FindDuplicates, FindSimilar, GetPaper, LibraryInfo, ListTopics};

/// A question that an agent may ask.
pub(super) trait Tool {
    /// Its name in the protocol.
    const NAME: &'static str;
    /// Its name for a person.
    const TITLE: &'static str;
    /// What it answers and when to ask it.
    const DESCRIPTION: &'static str;
    /// Its arguments.
    type Input: DeserializeOwned + JsonSchema + 'static;
    /// Its answer.
    type Output: Serialize + JsonSchema + 'static;

    /// Answers.
    ///
    /// # Errors
    /// What the engine says of the arguments or of the library.
    fn answer(input: Self::Input, session: &mut Session<'_>) -> Result<Self::Output>;
}

/// A tool in the table.
pub(super) struct Entry {
    pub(super) name: &'static str,
    declare: fn() -> rmcp::model::Tool,
    pub(super) call: fn(&JsonObject, &mut Session<'_>) -> CallToolResult,
}

/// All tools, in the order in which an agent that knows nothing needs them.
pub(super) const TOOLS: &[Entry] = &[
    Entry::of::<LibraryInfo>(),
    Entry::of::<FindSimilar>(),
    Entry::of::<GetPaper>(),
    Entry::of::<ListTopics>(),
    Entry::of::<DescribeTopic>(),
    Entry::of::<CompareTopics>(),
    Entry::of::<FindDuplicates>(),
];

impl Entry {
    const fn of<T: Tool>() -> Self {
        Entry { name: T::NAME, declare: declare::<T>, call: call::<T> }
    }

    /// The tool as the protocol lists it.
    pub(super) fn declared(&self) -> rmcp::model::Tool {
        (self.declare)()
    }
}

fn declare<T: Tool>() -> rmcp::model::Tool {
    let hints = ToolAnnotations::with_title(T::TITLE).read_only(true).destructive(false).idempotent(true);
    // Every input is a struct, and every struct's schema an object.
    let input = schema_for_input::<T::Input>().unwrap_or_default();
    rmcp::model::Tool::new(T::NAME, T::DESCRIPTION, input)
        .with_title(T::TITLE)
        .with_raw_output_schema(schema_for_output::<T::Output>())
        .with_annotations(hints.open_world(false))
}

fn call<T: Tool>(arguments: &JsonObject, session: &mut Session<'_>) -> CallToolResult {
    let input = match read::<T::Input>(arguments) {
        Ok(input) => input,
        Err(reason) => return failed(&format!("{}: {reason}", T::NAME)),
    };
    let answer = match T::answer(input, session) {
        Ok(answer) => answer,
        Err(error) => return failed(&said(&error)),
    };
    match serde_json::to_value(answer) {
        Ok(answer) => CallToolResult::structured(answer),
        Err(error) => failed(&format!("{}: the answer could not be written: {error}", T::NAME)),
    }
}

/// An answer that says what went wrong.
pub(super) fn failed(text: &str) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(clipped(text, LONGEST_ERROR))])
}

/// Characters of an error at most: room for a path and three ids, whatever was asked for.
const LONGEST_ERROR: usize = 2_000;

/// The arguments of a tool, or which of them cannot be used.
fn read<T: DeserializeOwned>(arguments: &JsonObject) -> std::result::Result<T, String> {
    let parse =
        |arguments: JsonObject| serde_json::from_value::<T>(Value::Object(arguments)).map_err(|e| e.to_string());
    let reason = match parse(arguments.clone()) {
        Ok(input) => return Ok(input),
        Err(reason) => reason,
    };
    // The reason says what was expected, but not where: it is the argument without which it would be another.
    let is_cause = |name: &&String| {
        let mut others = arguments.clone();
        others.shift_remove(*name);
        parse(others).err().as_ref() != Some(&reason)
    };
    let name = arguments.keys().find(is_cause).filter(|name| !reason.contains(&format!("`{name}`")));
    Err(name.map_or_else(|| reason.clone(), |name| format!("{name}: {reason}")))
}

/// An error in the words of tools, where arguments have no dashes.
fn said(error: &Error) -> String {
    if matches!(error, Error::EmptyQuery) {
        return "the query is empty; give a text with words, ids or a topic".to_owned();
    }
    if let Error::InvalidParameter { name, value, expected } = error {
        return format!("{} is {value}; expected {expected}", name.trim_start_matches('-'));
    }
    if let Error::BadFilter { column, expected, found, .. } = error {
        return format!("where, column {column}: expected {expected}, found {found}");
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}
