//! `paperkin similar`

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::engine::{Engine, Line, Query, SimilarParams, Subject, Written, USUAL_K};
use crate::error::{Error, Result};
use crate::findings::filter::Filter;
use crate::findings::ranking::Mode;
use crate::findings::similar::Strategy;
use crate::report::Report;

use super::{Context, Outcome};

#[derive(Debug, Args)]
pub(super) struct SimilarArgs {
    /// Text to look for; "exact phrase", prefix*, title:word, author:name and -word decide what may be answered
    #[arg(conflicts_with_all = ["id", "file", "topic"])]
    text: Option<String>,
    /// Paper of the library to find others like, as ID or ID^WEIGHT; several mean something like all of them
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// File whose text to look for, such as a draft
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "topic"])]
    file: Option<PathBuf>,
    /// Topic to find more papers like, by its id in 'topics'; its own papers are no answers
    #[arg(long, value_name = "N", conflicts_with = "id")]
    topic: Option<usize>,
    /// Paper or text to stay away from, as ID, ID^WEIGHT or TEXT; repeatable
    #[arg(long, value_name = "ID-or-TEXT")]
    not: Vec<String>,
    /// Answers wanted
    #[arg(short, default_value_t = USUAL_K)]
    k: usize,
    #[command(flatten)]
    ranking: RankingArgs,
    /// How much answers are to differ from each other: 0 not at all, 1 as much as they can
    #[arg(long, value_name = "0..1", default_value_t = 0.0)]
    diversity: f32,
    /// File with ids of papers that are known already, one a line
    #[arg(long, value_name = "FILE")]
    seen: Option<PathBuf>,
    /// Show versions and copies of a work as answers of their own
    #[arg(long)]
    include_versions: bool,
    /// Say why: terms, sentences, the parts of words and of meaning
    #[arg(long)]
    why: bool,
    /// Many queries, one JSON object a line: {"id", "text"} or {"id", "paper": ID}
    #[arg(long, value_name = "FILE.jsonl", conflicts_with_all = ["text", "id", "file", "topic", "not", "all"])]
    queries: Option<PathBuf>,
    /// The -k nearest of every paper, as a graph
    #[arg(long, conflicts_with_all = ["text", "id", "file", "topic", "not"])]
    all: bool,
}

/// How papers are ranked, wherever a command ranks some.
#[derive(Debug, Args)]
pub(super) struct RankingArgs {
    /// What decides: meaning and words, or one of them
    #[arg(long, value_enum, default_value_t = RankBy::Hybrid)]
    mode: RankBy,
    /// How several examples are joined
    #[arg(long, value_enum, default_value_t = JoinBy::Mean)]
    strategy: JoinBy,
    /// Condition on answers, such as "year>=2022 and venue in ('ACL','EMNLP') and has(doi)"
    #[arg(long = "where", value_name = "EXPR")]
    condition: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RankBy {
    /// Meaning and words
    Hybrid,
    /// Meaning alone
    Dense,
    /// Words alone
    Lexical,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum JoinBy {
    /// Near the mean of what is liked, away from the mean of what is not
    Mean,
    /// Near any of what is liked, nearer than to anything that is not
    Best,
}

impl RankingArgs {
    pub(super) fn params(&self, k: usize) -> Result<SimilarParams> {
        Ok(SimilarParams {
            k,
            mode: match self.mode {
                RankBy::Hybrid => Mode::Hybrid,
                RankBy::Dense => Mode::Dense,
                RankBy::Lexical => Mode::Lexical,
            },
            strategy: match self.strategy {
                JoinBy::Mean => Strategy::Mean,
                JoinBy::Best => Strategy::Best,
            },
            filter: self.condition.as_deref().map_or(Ok(Filter::All(Vec::new())), Filter::parse)?,
            ..SimilarParams::default()
        })
    }
}

impl SimilarArgs {
    /// Output formats that tell nothing else.
    pub(super) fn formats(&self) -> &'static [&'static str] {
        if self.all {
            &["graphml"]
        } else {
            &["trec"]
        }
    }

    fn params(&self) -> Result<SimilarParams> {
        let seen = self.seen.as_deref().map(read_text).transpose()?.unwrap_or_default();
        let ids = seen.lines().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
        Ok(SimilarParams {
            diversity: self.diversity,
            seen: ids.collect(),
            with_versions: self.include_versions,
            with_reasons: self.why,
            ..self.ranking.params(self.k)?
        })
    }

    fn query(&self, engine: &Engine<'_>) -> Result<Query> {
        let query = match (&self.text, &self.file, self.topic) {
            (Some(text), _, _) => Query::typed(text),
            (None, Some(path), _) => Query::text(read_text(path)?),
            (None, None, Some(topic)) => Query::new(vec![Subject::Topic(topic).into()]),
            (None, None, None) => Query::new(self.id.iter().map(|id| engine.liked(id)).collect()),
        };
        Ok(Query { unlike: self.not.iter().map(|text| engine.disliked(text)).collect(), ..query })
    }
}

fn read_text(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(Error::io(path))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The file name that means standard input.
const STANDARD_INPUT: &str = "-";

/// The queries of a file, one a line.
pub(super) fn read_queries(path: &Path) -> Result<Vec<Line>> {
    let text = if path.as_os_str() == STANDARD_INPUT {
        io::read_to_string(io::stdin()).map_err(Error::io("standard input"))?
    } else {
        read_text(path)?
    };
    let text = text.trim_start_matches('\u{feff}');
    let bad = |line: u64, reason: &str| Error::BadFile {
        source_name: path.display().to_string(),
        line,
        reason: reason.to_owned(),
    };
    let mut lines = Vec::new();
    let mut ids = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let value: serde_json::Value =
            serde_json::from_str(line).map_err(|e| bad(number, &format!("expected a JSON object a line: {e}")))?;
        let field = |name: &str| {
            let value = value.get(name)?;
            let text = value.as_str().map(str::to_owned);
            text.or_else(|| value.as_number().map(ToString::to_string))
        };
        let id = field("id").filter(|id| !id.trim().is_empty());
        let id = id.ok_or_else(|| bad(number, "expected an \"id\""))?;
        if !ids.insert(id.clone()) {
            return Err(bad(number, &format!("the id '{id}' stands above too")));
        }
        let subject = match (field("paper").or_else(|| field("doc_id")), field("text")) {
            (Some(paper), _) => Subject::Paper(paper),
            (None, Some(text)) => Subject::Text(text),
            (None, None) => return Err(bad(number, "expected a \"text\" or a \"paper\"")),
        };
        lines.push(Line { id, subject, line: number });
    }
    Ok(lines)
}

pub(super) fn run(context: &Context, args: &SimilarArgs) -> Result<Outcome> {
    let params = args.params()?;
    let engine = context.open()?;
    if args.all {
        context.output.print(&Report::Graph(Box::new(engine.neighbour_graph(&params)?)))?;
        return Ok(Outcome::Done);
    }
    if let Some(path) = &args.queries {
        return run_many(context, &engine, path, &params);
    }
    let query = args.query(&engine)?;
    let is_run = context.output.format() == Some("trec");
    if is_run {
        let ranking = engine.ranking(&query, &params)?;
        let is_empty = ranking.papers.is_empty();
        context.output.print(&Report::Run(vec![ranking]))?;
        return Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done });
    }
    let found = engine.similar(&query, &params)?;
    let is_empty = found.results.is_empty();
    context.output.print(&Report::Similar(found))?;
    Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done })
}

/// Tables have one heading for all queries; what a program reads goes out as it is made.
fn run_many(context: &Context, engine: &Engine<'_>, path: &Path, params: &SimilarParams) -> Result<Outcome> {
    let lines = &read_queries(path)?;
    // All of them before the first is answered, which may be long before the last.
    if let Some(line) = lines.iter().find(|line| line.paper().is_some_and(|id| !engine.has(id))) {
        let reason =
            format!("query '{}' asks with a paper that is not there, '{}'", line.id, line.paper().unwrap_or_default());
        return Err(Error::BadFile { source_name: path.display().to_string(), line: line.line, reason });
    }
    let written = if context.output.format() == Some("trec") { Written::Run } else { Written::Answers };
    let is_by_line = matches!(context.output.format(), Some("trec" | "json" | "jsonl"));
    let mut all = Vec::new();
    let mut found = 0;
    engine.similar_many(lines, params, written, &mut |report| {
        found += count(&report);
        if is_by_line {
            return context.output.print(&report);
        }
        if let Report::Answers(answers) = report {
            all.extend(answers);
        }
        Ok(())
    })?;
    if !is_by_line {
        context.output.print(&Report::Answers(all))?;
    }
    Ok(if found == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// Answers in a report of several queries.
fn count(report: &Report) -> usize {
    if let Report::Answers(answers) = report {
        return answers.iter().map(|answer| answer.results.len()).sum();
    }
    if let Report::Run(rankings) = report {
        rankings.iter().map(|ranking| ranking.papers.len()).sum()
    } else {
        0
    }
}
