//! Labels by a command of the user's own.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::findings::topics;
use crate::paper::Paper;

use super::Named;

/// Characters of a label at most.
const LONGEST: usize = 120;

/// Bytes of an answer at most: a hundred times what a thousand labels take.
const MOST_BYTES: u64 = 1 << 20;

/// How long a command may take: a model of language on a slow machine needs some of it, a hung command all.
const LIMIT: Duration = Duration::from_secs(60);

/// How often a running command is asked whether it is done.
const POLL: Duration = Duration::from_millis(10);

/// Runs the command once, with a line of JSON a topic on its standard input (`id`, `label`, `keywords`, and the `titles` of
/// central papers), and takes a line a topic from its standard output; an empty line leaves a label as it is. Labels that
/// are alike are numbered.
pub(super) fn rename(named: &mut Named, papers: &[Paper], command: &str) -> Result<()> {
    let mut asked = String::new();
    for (id, topic) in named.topics() {
        let titles: Vec<&str> = topic.representatives.iter().map(|&row| papers[row].title.as_str()).collect();
        let line = serde_json::json!({"id": id, "label": topic.label, "keywords": topic.keywords, "titles": titles});
        asked.push_str(&format!("{line}\n"));
    }
    let said = answer(command, asked, LIMIT)?;
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    let wanted = named.topics().count();
    if lines.len() != wanted {
        return Err(failed(command, format!("it gave {} lines for {wanted} topics", lines.len())));
    }
    let topics = named.found.topics.iter_mut().filter(|topic| !topic.papers.is_empty());
    for (topic, line) in topics.zip(lines).filter(|(_, line)| !line.is_empty()) {
        topic.label = line.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    }
    topics::tell_apart(&mut named.found.topics, 0);
    Ok(())
}

fn answer(command: &str, asked: String, limit: Duration) -> Result<String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let cause = |error: std::io::Error| failed(command, error.to_string());
    let end = Instant::now() + limit;
    let mut child = Command::new(shell)
        .args([flag, command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(cause)?;
    // Written beside the reading: a command may answer before it has heard everything. One that stops listening is
    // judged by what it says. Neither thread is waited for: what a stopped command has started may hold the pipes.
    if let Some(mut input) = child.stdin.take() {
        thread::spawn(move || input.write_all(asked.as_bytes()));
    }
    let said = heard(&mut child, end);
    let is_long = matches!(&said, Some(Ok(said)) if said.len() as u64 > MOST_BYTES);
    let status = if said.is_none() || is_long { None } else { ended(&mut child, end).map_err(cause)? };
    let Some(status) = status else {
        // It may have ended by itself in between.
        let _ = child.kill();
        child.wait().map_err(cause)?;
        let slow = || format!("it was not done within {} s and was stopped", limit.as_secs_f32());
        return Err(failed(command, if is_long { format!("it wrote more than {MOST_BYTES} bytes") } else { slow() }));
    };
    if !status.success() {
        return Err(failed(command, format!("it ended with {status}")));
    }
    let said = said.transpose().map_err(cause)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&said).into_owned())
}

/// What a command writes, up to one byte more than is allowed; none if it does not come to an end in time.
fn heard(child: &mut Child, end: Instant) -> Option<std::io::Result<Vec<u8>>> {
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let read = output.take(MOST_BYTES + 1).read_to_end(&mut said);
        sender.send(read.map(|_| said))
    });
    receiver.recv_timeout(end.saturating_duration_since(Instant::now())).ok()
}

/// How a command ended; none if it did not in time.
fn ended(child: &mut Child, end: Instant) -> std::io::Result<Option<ExitStatus>> {
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() >= end {
            return Ok(status);
        }
        thread::sleep(POLL);
    }
}

fn failed(command: &str, reason: String) -> Error {
    Error::LabelCommand { command: command.to_owned(), reason }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn reason(command: &str, limit: Duration) -> String {
        answer(command, "{}\n".repeat(100_000), limit).expect_err("fails").to_string()
    }

    #[test]
    fn a_command_answers_before_it_has_heard_everything() {
        assert_eq!(answer("echo yes", "{}\n".repeat(100_000), LIMIT).expect("answers"), "yes\n");
    }

    #[test]
    fn hung_and_endless_commands_are_stopped() {
        let begin = Instant::now();
        let short = Duration::from_millis(200);
        assert!(reason("sleep 50", short).contains("not done within 0.2 s"));
        assert!(reason("sleep 50 & sleep 50", short).contains("not done within 0.2 s"));
        assert!(reason("exec >&-; sleep 50", short).contains("not done within 0.2 s"));
        assert!(reason("yes", LIMIT).contains("more than 1048576 bytes"));
        assert!(begin.elapsed() < Duration::from_secs(40));
    }
}
