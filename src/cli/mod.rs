//! The command line: one file per command, each a thin skin over the engine.

mod check;
mod duplicates;
mod eval;
mod export;
mod index;
mod info;
mod mcp;
mod models;
mod output;
mod remove;
mod report;
mod serve;
mod show;
mod similar;
mod topics;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand};

use crate::engine::{Engine, Settings};
use crate::error::{ErrorKind, Result};
use crate::report::RENDERERS;

use output::Output;

/// Finds the kin of a paper: similar papers, topics and duplicates in collections of abstracts, offline.
#[derive(Debug, Parser)]
#[command(name = "paperkin", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command may say.
#[derive(Debug, Args)]
struct Global {
    /// Folder that holds the library
    #[arg(long, global = true, value_name = "DIR", env = "PAPERKIN_LIBRARY", default_value = "paperkin-library")]
    library: PathBuf,
    /// How results are written
    #[arg(long, global = true, value_parser = PossibleValuesParser::new(RENDERERS.iter().map(|r| r.name())))]
    format: Option<String>,
    /// Say nothing but results and errors
    #[arg(long, global = true)]
    quiet: bool,
    /// Say more about what is done
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Never reach for the network
    #[arg(long, global = true)]
    offline: bool,
    /// Threads to work with [default: one a core]
    #[arg(long, global = true, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read files into the library and embed what is new
    Index(index::IndexArgs),
    /// Find papers like a text or like papers of the library
    Similar(similar::SimilarArgs),
    /// Tell what the library is about
    Topics(topics::TopicsArgs),
    /// Find records that are the same paper
    Duplicates(duplicates::DuplicatesArgs),
    /// Measure answers against judgements
    Eval(eval::EvalArgs),
    /// Write a page with everything: overview, map, topics, duplicates
    Report(report::ReportArgs),
    /// Serve the page with search, and the HTTP API, until interrupted
    Serve(serve::ServeArgs),
    /// Show one paper
    Show(show::ShowArgs),
    /// Take papers out of the library
    Remove(remove::RemoveArgs),
    /// Write the whole library in a format that other programs read
    Export(export::ExportArgs),
    /// Look whether everything in the library is as it must be
    Check(check::CheckArgs),
    /// Give agents the library as tools, over the Model Context Protocol on standard input and output
    Mcp,
    /// Describe the library
    Info,
    /// List the models found and verify their files
    Models,
}

/// How a command ended, if no error ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    NothingFound,
    /// What was looked at is not as it must be; the report says what.
    Damaged,
}

/// What a command works with.
struct Context {
    settings: Settings,
    output: Output,
}

impl Context {
    fn open(&self) -> Result<Engine<'_>> {
        Engine::open(&self.settings, self.output.on_progress())
    }
}

/// Runs the command that the process was started with: exit code 0 if it is done, 1 if nothing was found, 2 on errors.
pub fn run() -> ExitCode {
    let Cli { global, command } = Cli::parse();
    let output = Output::new(global.format.clone(), global.quiet, global.verbose);
    let context = Context { settings: settings(&global), output };
    let can_tell: &[&str] = if let Command::Similar(args) = &command {
        args.formats()
    } else if let Command::Report(_) = &command {
        &["html"]
    } else {
        &[]
    };
    let allowed = context.output.check_format(can_tell);
    let outcome = allowed.and_then(|()| match &command {
        Command::Index(args) => index::run(&context, args),
        Command::Similar(args) => similar::run(&context, args),
        Command::Topics(args) => topics::run(&context, args),
        Command::Duplicates(args) => duplicates::run(&context, args),
        Command::Eval(args) => eval::run(&context, args),
        Command::Report(args) => report::run(&context, args),
        Command::Serve(args) => serve::run(&context, args),
        Command::Show(args) => show::run(&context, args),
        Command::Remove(args) => remove::run(&context, args),
        Command::Export(args) => export::run(&context, args),
        Command::Check(args) => check::run(&context, args),
        Command::Mcp => mcp::run(&context),
        Command::Info => info::run(&context),
        Command::Models => models::run(&context),
    });
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NothingFound) => ExitCode::from(1),
        Ok(Outcome::Damaged) => ExitCode::from(ErrorKind::Damaged.exit_code()),
        Err(error) => {
            context.output.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn settings(global: &Global) -> Settings {
    let threads = global.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    // Fails only where a pool was made before, and then that one serves.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    Settings { library: global.library.clone(), offline: global.offline, threads }
}
