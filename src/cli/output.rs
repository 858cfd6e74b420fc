//! The only file that prints: results to stdout; progress, notices and errors to stderr.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::engine::{OnProgress, Progress};
use crate::error::{Error, Result};
use crate::report::{self, escape_control, Failure, Renderer, Report};
use crate::store::write_file;

/// Files that are named one by one; of more, only the number is told.
const NAMED_FILES: usize = 10;

/// Where a command's words go.
pub(super) struct Output {
    format: Option<String>,
    on_progress: Box<dyn Fn(Progress) + Sync>,
}

impl Output {
    pub(super) fn new(format: Option<String>, is_quiet: bool, is_verbose: bool) -> Self {
        let on_progress: Box<dyn Fn(Progress) + Sync> = if is_quiet {
            Box::new(|_| ())
        } else {
            let teller = Teller::new(is_verbose);
            Box::new(move |progress| teller.tell(&progress))
        };
        Output { format, on_progress }
    }

    pub(super) fn on_progress(&self) -> OnProgress<'_> {
        &*self.on_progress
    }

    /// The output format that the user named.
    pub(super) fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// Whether the user named an output format.
    pub(super) fn has_format(&self) -> bool {
        self.format.is_some()
    }

    /// Writes a report to stdout. A reader that closed its end has seen enough: that is no error.
    pub(super) fn print(&self, report: &Report) -> Result<()> {
        let renderer = report::renderer(self.format.as_deref().unwrap_or("table"))?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        let written = renderer.render(report, &mut out).and_then(|()| Ok(out.flush()?));
        match written {
            Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|failure| failure.at(Path::new("standard output"))),
        }
    }

    /// Writes a report to a file, whole or not at all. The format is the one that was named, else the extension's.
    pub(super) fn write(&self, report: &Report, path: &Path) -> Result<()> {
        let renderer = self.renderer_for(path)?;
        write_file(path, |out| renderer.render(report, out).map_err(|failure| failure.at(path)))?;
        self.notice(format!("wrote {}", path.display()));
        Ok(())
    }

    /// Says on stderr what the user must know even with `--quiet`.
    pub(super) fn say(&self, line: &str) {
        print_line(&escape_control(line));
    }

    /// Says a sentence to the user.
    pub(super) fn notice(&self, line: String) {
        (self.on_progress)(Progress::Notice(line));
    }

    /// Refuses a format that tells the reports of other commands alone, before any work is done; `can_tell` names those
    /// of this command's own.
    pub(super) fn check_format(&self, can_tell: &[&str]) -> Result<()> {
        let renderer = self.format.as_deref().map(report::renderer).transpose()?;
        let only = renderer.and_then(|renderer| Some((renderer.name(), renderer.only_for()?)));
        match only {
            Some((name, others)) if !can_tell.contains(&name) => Err(Error::InvalidParameter {
                name: "--format",
                value: name.to_owned(),
                expected: format!("another format, or {others}"),
            }),
            _ => Ok(()),
        }
    }

    /// Whether a report can be written to this path at all.
    pub(super) fn check_target(&self, path: &Path, inputs: &[PathBuf]) -> Result<()> {
        self.renderer_for(path)?;
        check_place(path, inputs)
    }

    /// Writes a list to a file whose extension alone tells the format, since `--format` is for what is printed.
    pub(super) fn write_list(&self, report: &Report, path: &Path) -> Result<()> {
        let renderer = list_renderer(path)?;
        write_file(path, |out| renderer.render(report, out).map_err(|failure| failure.at(path)))
    }

    /// Whether a list can be written to this path at all.
    pub(super) fn check_list(&self, path: &Path, inputs: &[PathBuf]) -> Result<()> {
        list_renderer(path)?;
        check_place(path, inputs)
    }

    fn renderer_for(&self, path: &Path) -> Result<&'static dyn Renderer> {
        match &self.format {
            Some(name) => report::renderer(name),
            None => report::renderer_for_extension(&path.extension().unwrap_or_default().to_string_lossy()),
        }
    }

    /// Shows an error with its causes.
    pub(super) fn error(&self, error: &Error) {
        let mut text = format!("error: {error}");
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            text.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        for line in text.lines() {
            print_line(&escape_control(line));
        }
    }
}

fn list_renderer(path: &Path) -> Result<&'static dyn Renderer> {
    report::renderer_for_extension(&path.extension().unwrap_or_default().to_string_lossy())
}

/// Whether a file can be put at this path, as far as can be told before the work: not over a folder, a database, or one
/// of the files that are read.
pub(super) fn check_place(path: &Path, inputs: &[PathBuf]) -> Result<()> {
    let refused = |what: &str, expected: &str| {
        let value = format!("{what} {}", path.display());
        Err(Error::InvalidParameter { name: "the output", value, expected: expected.to_owned() })
    };
    if path.is_dir() {
        return refused("the folder", "a file that can be written");
    }
    if is_database(path) {
        return refused("the database", "a file that is no library");
    }
    let real = path.canonicalize().ok();
    let is_input =
        |input: &PathBuf| input.canonicalize().is_ok_and(|input| real.as_ref().is_some_and(|r| r.starts_with(input)));
    if inputs.iter().any(is_input) {
        return refused("the input", "a file that is not read");
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() {
        Ok(())
    } else {
        Err(Error::NoSuchPath { path: folder.to_path_buf() })
    }
}

/// Whether a library, or another database, is at this path.
fn is_database(path: &Path) -> bool {
    const MAGIC: &[u8] = b"SQLite format 3\0";
    let mut head = [0; MAGIC.len()];
    let is_lock = path.file_name().is_some_and(|name| name == "writer.lock");
    is_lock || File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok_and(|()| head == MAGIC)
}

/// Tells on stderr what the engine does.
struct Teller {
    is_verbose: bool,
    files: AtomicUsize,
    /// What is under way. Bars hide themselves where stderr is no terminal.
    bar: Mutex<Bar>,
}

/// The bar on the screen.
enum Bar {
    None,
    Embedding(ProgressBar),
    Stage(ProgressBar),
}

impl Bar {
    fn shown(&self) -> Option<&ProgressBar> {
        match self {
            Bar::None => None,
            Bar::Embedding(bar) | Bar::Stage(bar) => Some(bar),
        }
    }

    /// Takes the bar off the screen.
    fn clear(&mut self) {
        if let Some(bar) = self.shown() {
            bar.finish_and_clear();
        }
        *self = Bar::None;
    }
}

impl Teller {
    fn new(is_verbose: bool) -> Self {
        Teller { is_verbose, files: AtomicUsize::new(0), bar: Mutex::new(Bar::None) }
    }

    fn tell(&self, progress: &Progress) {
        match progress {
            Progress::Notice(line) => self.line(line),
            Progress::Detail(line) if self.is_verbose => self.line(line),
            Progress::Detail(_) => {}
            Progress::Reading { source, format } => {
                let before = self.files.fetch_add(1, Ordering::Relaxed);
                if before < NAMED_FILES || self.is_verbose {
                    self.line(&format!("reading {source} ({format})"));
                } else if before == NAMED_FILES {
                    self.line("reading more files (-v names them all)");
                }
            }
            Progress::Embedding { done, read, expected } => {
                self.embedding(*done as u64, *read as u64, expected.map(|papers| papers as u64));
            }
            Progress::Stage(name) => {
                let mut bar = self.bar();
                bar.clear();
                let spinner = ProgressBar::new_spinner().with_message(*name);
                spinner.enable_steady_tick(Duration::from_millis(120));
                *bar = Bar::Stage(spinner);
            }
        }
    }

    fn bar(&self) -> MutexGuard<'_, Bar> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn embedding(&self, done: u64, read: u64, expected: Option<u64>) {
        let mut shown = self.bar();
        if expected == Some(read) && done >= read {
            shown.clear();
            return;
        }
        let style = || embedding_style(expected.map(|expected| expected > read));
        let length = expected.unwrap_or(read);
        if !matches!(*shown, Bar::Embedding(_)) {
            shown.clear();
            *shown = Bar::Embedding(ProgressBar::new(length).with_style(style()));
        }
        let Some(bar) = shown.shown() else { return };
        if bar.length() != Some(length) || done <= 1 {
            bar.set_style(style());
            bar.set_length(length);
        }
        bar.set_position(done);
    }

    fn line(&self, line: &str) {
        let line = escape_control(line);
        match self.bar().shown() {
            Some(bar) => bar.suspend(|| print_line(&line)),
            None => print_line(&line),
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        self.bar().clear();
    }
}

/// With the time left where the end is known, or is an estimate.
fn embedding_style(is_estimate: Option<bool>) -> ProgressStyle {
    const KNOWN: &str = "embedding {bar:32} {pos}/{len} papers, {rate}, {eta} left";
    const ESTIMATED: &str = "embedding {bar:32} {pos} of about {len} papers, {rate}, {eta} left";
    const OPEN: &str = "embedding {pos} of {len} papers read so far, {rate}";
    let rate = |state: &ProgressState, out: &mut dyn fmt::Write| {
        // A line that cannot be formatted is left out.
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    let template = match is_estimate {
        Some(false) => KNOWN,
        Some(true) => ESTIMATED,
        None => OPEN,
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("rate", rate)
}

/// A line on stderr; if even that is closed there is nobody to tell.
fn print_line(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
