//! Other programs, run quietly and for a bounded time.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take to answer a question about itself: a Python on a slow network drive needs
/// seconds, a hung one must not hang us.
pub(super) const PROBE_LIMIT: Duration = Duration::from_secs(10);

/// How often a running program is asked whether it is done.
const POLL: Duration = Duration::from_millis(10);

/// A program with its leading arguments, such as `python3 -m pip`.
#[derive(Debug, Clone)]
pub(super) struct Program(Vec<String>);

impl Program {
    /// From words separated by blanks; the first names the executable.
    pub(super) fn new(words: &str) -> Program {
        Program(words.split_whitespace().map(str::to_owned).collect())
    }

    /// Runs with further arguments and returns what it printed.
    ///
    /// `folder` is where it runs, by default where we do. The output goes through unnamed files, not pipes, so
    /// that a grandchild which outlives the program cannot make us wait.
    pub(super) fn run<S: AsRef<OsStr>>(
        &self,
        arguments: &[S],
        folder: Option<&Path>,
        limit: Duration,
    ) -> Result<String, Failure> {
        let mut stdout = tempfile::tempfile()?;
        let mut stderr = tempfile::tempfile()?;
        let mut words = self.0.iter();
        let mut command = Command::new(words.next().map_or("", String::as_str));
        command.args(words).args(arguments);
        command.stdin(Stdio::null()).stdout(stdout.try_clone()?).stderr(stderr.try_clone()?);
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        match wait(&mut command.spawn()?, limit)? {
            None => Err(Failure::TooSlow(limit)),
            Some(status) if status.success() => Ok(written(&mut stdout)?),
            Some(_) => Err(Failure::Failed { stderr: written(&mut stderr)? }),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Why a program gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// It could not be started or waited for.
    Io(io::Error),
    /// It was stopped after this time.
    TooSlow(Duration),
    /// It ended with an error status, having written this.
    Failed { stderr: String },
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

impl fmt::Display for Failure {
    /// The last line of what was written: where Python and pip say what is wrong.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Io(error) => error.fmt(f),
            Failure::TooSlow(limit) => write!(f, "no answer within {} s", limit.as_secs_f32()),
            Failure::Failed { stderr } => {
                f.write_str(stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it failed silently"))
            }
        }
    }
}

/// Waits for the end of a program, or stops it after `limit`.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begin.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// What a program wrote into a file that it shares with us.
fn written(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<String, Failure> {
        Program::new("sh -c").run(&[script], None, limit)
    }

    #[test]
    fn output_is_returned_and_the_last_line_of_a_failure_is_shown() {
        assert_eq!(sh("echo out; echo err >&2", PROBE_LIMIT).expect("runs"), "out\n");
        let failure = sh("echo first >&2; echo last >&2; echo >&2; exit 3", PROBE_LIMIT).expect_err("fails");
        assert_eq!(failure.to_string(), "last");
        assert_eq!(sh("exit 3", PROBE_LIMIT).expect_err("fails").to_string(), "it failed silently");
    }

    #[test]
    fn a_hung_program_is_stopped_even_when_its_child_lives_on() {
        let begin = Instant::now();
        let failure = sh("sleep 20 & sleep 20", Duration::from_millis(200)).expect_err("is stopped");
        assert_eq!(failure.to_string(), "no answer within 0.2 s");
        assert!(begin.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure() {
        let none: [&str; 0] = [];
        let failure = Program::new("paperkin-no-such-program").run(&none, None, PROBE_LIMIT);
        assert!(matches!(failure, Err(Failure::Io(_))));
    }
}
