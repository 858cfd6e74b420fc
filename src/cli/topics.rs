//! `paperkin topics`

use std::path::{Path, PathBuf};

use clap::Args;

use crate::engine::TopicParams;
use crate::error::{Error, Result};
use crate::report::{Report, Topics};
use crate::store::write_file;

use super::output::check_place;
use super::{Context, Outcome};

/// Independent starts of k-means.
const DEFAULT_RUNS: usize = 8;

#[derive(Debug, Args)]
pub(super) struct TopicsArgs {
    #[command(flatten)]
    grouping: GroupingArgs,
    /// Write the topic of every paper to this CSV file
    #[arg(long, value_name = "FILE.csv")]
    assignments: Option<PathBuf>,
}

/// How topics are found, wherever a command finds some.
#[derive(Debug, Args)]
pub(super) struct GroupingArgs {
    /// Number of topics, or 'auto' to have it chosen
    #[arg(short, default_value = "auto", value_name = "N|auto", value_parser = parse_k)]
    k: ChosenK,
    /// The same seed gives the same topics
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Independent starts, of which the best is kept
    #[arg(long, default_value_t = DEFAULT_RUNS)]
    runs: usize,
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
    pub(super) fn params(&self) -> TopicParams {
        TopicParams { k: self.k.0, seed: self.seed, runs: self.runs }
    }
}

pub(super) fn run(context: &Context, args: &TopicsArgs) -> Result<Outcome> {
    if let Some(path) = &args.assignments {
        check_place(path, &[])?;
    }
    let found = context.open()?.topics(&args.grouping.params())?;
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
        writer.write_record(["id", "topic", "label", "strength"]).map_err(failed)?;
        for (paper, topic) in rows {
            let cells = [&paper.id, &topic.id.to_string(), &topic.label, &paper.strength.to_string()];
            writer.write_record(cells).map_err(failed)?;
        }
        writer.flush().map_err(Error::io(path))
    })
}
