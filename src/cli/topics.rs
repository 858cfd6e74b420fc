//! `paperkin topics`

use std::path::{Path, PathBuf};

use clap::Args;

use crate::engine::{TopicParams, TopicViews, USUAL_RUNS};
use crate::error::{Error, Result};
use crate::report::{Report, Topics};
use crate::store::write_file;

use super::output::check_place;
use super::{Context, Outcome};

/// Independent starts that a consensus is taken of.
const CONSENSUS_RUNS: usize = 20;

#[derive(Debug, Args)]
pub(super) struct TopicsArgs {
    #[command(flatten)]
    grouping: GroupingArgs,
    /// Write the topic of every paper to this CSV file
    #[arg(long, value_name = "FILE.csv")]
    assignments: Option<PathBuf>,
    /// Keep the topics of the last run, with their ids, labels and colours; new papers join them
    #[arg(long)]
    keep: bool,
    /// Place the papers of these files in the topics, without adding them to the library
    #[arg(long, value_name = "FILE", conflicts_with_all = ["assignments", "keep", "over_time", "compare", "label_command", "details"])]
    assign: Vec<PathBuf>,
    /// Count papers by year, and tell which topics rise or fade
    #[arg(long)]
    over_time: bool,
    /// Tell which topics and words set groups apart: by venue, year, source or category
    #[arg(long, value_name = "FIELD")]
    compare: Option<String>,
    /// A command that reads a line of JSON a topic and writes a line, the topic's label
    #[arg(long, value_name = "CMD")]
    label_command: Option<String>,
    /// Show quality, numbers of topics tried, levels, border cases and oddities too
    #[arg(long)]
    details: bool,
}

impl TopicsArgs {
    fn views(&self) -> TopicViews {
        TopicViews {
            keep: self.keep,
            over_time: self.over_time,
            compare: self.compare.clone(),
            label_command: self.label_command.clone(),
            is_detailed: self.details,
        }
    }
}

/// How topics are found, wherever a command finds some.
#[derive(Debug, Args)]
pub(super) struct GroupingArgs {
    /// Number of topics, or 'auto' to have it chosen [default: auto]
    #[arg(short, value_name = "N|auto", value_parser = parse_k)]
    k: Option<ChosenK>,
    /// The same seed gives the same topics
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Independent starts, of which the best is kept [default: 8, with --consensus 20]
    #[arg(long)]
    runs: Option<usize>,
    /// Take what the starts agree on, in place of the best of them
    #[arg(long)]
    consensus: bool,
}

#[derive(Debug, Clone, Copy)]
struct ChosenK(Option<usize>);

fn parse_k(text: &str) -> Result<ChosenK, String> {
    match text {
        "auto" => Ok(ChosenK(None)),
        number => number.parse().map(|k| ChosenK(Some(k))).map_err(|_| "expected a whole number or 'auto'".to_owned()),
    }
}

impl GroupingArgs {
    /// Whether a number of topics, or `auto`, was given.
    pub(super) fn has_k(&self) -> bool {
        self.k.is_some()
    }

    pub(super) fn params(&self) -> TopicParams {
        let runs = self.runs.unwrap_or(if self.consensus { CONSENSUS_RUNS } else { USUAL_RUNS });
        TopicParams { k: self.k.and_then(|k| k.0), seed: self.seed, runs, consensus: self.consensus }
    }
}

pub(super) fn run(context: &Context, args: &TopicsArgs) -> Result<Outcome> {
    if let Some(path) = &args.assignments {
        check_place(path, &[])?;
    }
    if !args.assign.is_empty() {
        let assigned = context.open()?.assign(&args.assign, &args.grouping.params())?;
        context.output.print(&Report::Assigned(assigned))?;
        return Ok(Outcome::Done);
    }
    let found = context.open()?.topics(&args.grouping.params(), &args.views())?;
    if let Some(path) = &args.assignments {
        write_assignments(&found, path)?;
    }
    context.output.print(&Report::Topics(found))?;
    Ok(Outcome::Done)
}

/// A line for each paper, by id.
fn write_assignments(topics: &Topics, path: &Path) -> Result<()> {
    let failed = |e: csv::Error| Error::Io { path: path.to_path_buf(), source: std::io::Error::other(e) };
    let mut rows: Vec<_> =
        topics.topics.iter().flat_map(|topic| topic.papers.iter().map(move |paper| (paper, topic))).collect();
    rows.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    write_file(path, |out| {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(["id", "topic", "label", "strength", "second", "second_strength"]).map_err(failed)?;
        for (paper, topic) in rows {
            let second = paper.second.as_ref();
            let (other, near) = second.map(|s| (s.topic.to_string(), s.strength.to_string())).unwrap_or_default();
            let (id, strength) = (topic.id.to_string(), paper.strength.to_string());
            writer.write_record([&paper.id, &id, &topic.label, &strength, &other, &near]).map_err(failed)?;
        }
        writer.flush().map_err(Error::io(path))
    })
}
