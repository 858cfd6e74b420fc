//! Labels by a command of the user's own.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::error::{Error, Result};
use crate::paper::Paper;

use super::Named;

/// Characters of a label at most.
const LONGEST: usize = 120;

/// Runs the command once, with a line of JSON a topic on its standard input (`id`, `label`, `keywords`, and the `titles` of
/// central papers), and takes a line a topic from its standard output; an empty line leaves a label as it is.
pub(super) fn rename(named: &mut Named, papers: &[Paper], command: &str) -> Result<()> {
    let mut asked = String::new();
    for (id, topic) in named.topics() {
        let titles: Vec<&str> = topic.representatives.iter().map(|&row| papers[row].title.as_str()).collect();
        let line = serde_json::json!({"id": id, "label": topic.label, "keywords": topic.keywords, "titles": titles});
        asked.push_str(&format!("{line}\n"));
    }
    let said = answer(command, asked)?;
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    let wanted = named.topics().count();
    if lines.len() != wanted {
        return Err(failed(command, format!("it gave {} lines for {wanted} topics", lines.len())));
    }
    let topics = named.found.topics.iter_mut().filter(|topic| !topic.papers.is_empty());
    for (topic, line) in topics.zip(lines).filter(|(_, line)| !line.is_empty()) {
        topic.label = line.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    }
    Ok(())
}

fn answer(command: &str, asked: String) -> Result<String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let cause = |error: std::io::Error| failed(command, error.to_string());
    let mut child = Command::new(shell)
        .args([flag, command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(cause)?;
    // Written beside the reading: a command may answer before it has heard everything. One that stops listening is
    // judged by what it says.
    let writer = child.stdin.take().map(|mut input| std::thread::spawn(move || input.write_all(asked.as_bytes())));
    let output = child.wait_with_output().map_err(cause)?;
    drop(writer.map(std::thread::JoinHandle::join));
    if !output.status.success() {
        return Err(failed(command, format!("it ended with {}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn failed(command: &str, reason: String) -> Error {
    Error::LabelCommand { command: command.to_owned(), reason }
}
