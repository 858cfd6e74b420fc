//! `paperkin eval similar`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::engine::{Line, Written};
use crate::error::{Error, Result};
use crate::findings::evaluation::{quality, Estimate, Judged, Quality};
use crate::report::{rounded, Comparison, Evaluation, Measure, Report};

use super::super::similar::{read_queries, RankingArgs};
use super::super::{Context, Outcome};

/// Answers that are ranked for each query.
const DEPTH: usize = 1000;

#[derive(Debug, Args)]
pub(in crate::cli) struct EvalSimilarArgs {
    /// Judgements: lines of query, paper and grade, or TREC's of four columns
    #[arg(long, value_name = "FILE.tsv")]
    qrels: PathBuf,
    /// Queries to answer now, as for 'similar --queries'
    #[arg(long, value_name = "FILE.jsonl", required_unless_present = "run")]
    queries: Option<PathBuf>,
    /// A run that was written before, in TREC's format; --queries then says only which queries were asked, and with which papers
    #[arg(long, value_name = "FILE.trec")]
    run: Option<PathBuf>,
    /// Another run in TREC's format to compare with, query by query
    #[arg(long, value_name = "FILE.trec")]
    compare: Option<PathBuf>,
    /// Lowest grade that counts as relevant
    #[arg(long, default_value_t = 1)]
    relevant: i64,
    /// Count every relevant paper alike
    #[arg(long)]
    binary: bool,
    #[command(flatten)]
    ranking: RankingArgs,
}

/// Ids for each query, best first.
type Run = BTreeMap<String, Vec<String>>;

type Pick = fn(&Quality) -> f64;

const MEASURES: [(&str, Pick); 4] = [
    ("ndcg@10", |q| q.ndcg),
    ("map", |q| q.average_precision),
    ("recall@100", |q| q.recall),
    ("mrr", |q| q.reciprocal_rank),
];

pub(super) fn run(context: &Context, args: &EvalSimilarArgs) -> Result<Outcome> {
    let mut qrels = read_qrels(&args.qrels)?;
    let lines = args.queries.as_deref().map(read_queries).transpose()?;
    let run = match (&args.run, &lines) {
        (Some(path), _) => read_run(path)?,
        (None, Some(lines)) => answered(context, lines, args)?,
        (None, None) => Run::new(),
    };
    // Without a list of queries all that are judged were asked.
    let own: Option<BTreeMap<&str, Option<&str>>> =
        lines.as_ref().map(|lines| lines.iter().map(|line| (line.id.as_str(), line.paper())).collect());
    for (query, judged) in &mut qrels {
        // A paper is no answer to itself, whatever the judgements say.
        let paper = own.as_ref().and_then(|own| own.get(query.as_str()).copied().flatten());
        paper.map(|paper| judged.remove(paper));
        if args.binary {
            judged.values_mut().for_each(|grade| *grade = i64::from(*grade >= args.relevant));
        }
    }
    let relevant = if args.binary { 1 } else { args.relevant };
    let is_asked = |query: &String| own.as_ref().is_none_or(|own| own.contains_key(query.as_str()));
    qrels.retain(|query, judged| is_asked(query) && judged.values().any(|&grade| grade >= relevant));
    let judge = |run: &Run| -> Vec<Quality> {
        let ranked = |query: &String| run.get(query).map_or(&[] as &[String], Vec::as_slice);
        let ids = |query: &String| ranked(query).iter().map(String::as_str).collect::<Vec<_>>();
        qrels.iter().map(|(query, judged)| quality(&ids(query), judged, relevant)).collect()
    };
    let (found, other) = (judge(&run), args.compare.as_deref().map(read_run).transpose()?.map(|run| judge(&run)));
    let is_empty = found.is_empty();
    context.output.print(&Report::Evaluation(told(&found, other.as_deref())))?;
    Ok(if is_empty { Outcome::NothingFound } else { Outcome::Done })
}

/// Answers the queries.
fn answered(context: &Context, lines: &[Line], args: &EvalSimilarArgs) -> Result<Run> {
    let mut run = Run::new();
    let params = args.ranking.params(DEPTH)?;
    context.open()?.similar_many(lines, &params, Written::Run, &mut |report| {
        if let Report::Run(rankings) = report {
            run.extend(rankings.into_iter().map(|r| (r.query, r.papers.into_iter().map(|(id, _)| id).collect())));
        }
        Ok(())
    })?;
    Ok(run)
}

fn told(found: &[Quality], other: Option<&[Quality]>) -> Evaluation {
    let measures = MEASURES.iter().map(|&(name, pick)| {
        let Estimate { mean, low, high } = Estimate::of(&found.iter().map(pick).collect::<Vec<f64>>());
        Measure { name, mean: rounded(mean), low: rounded(low), high: rounded(high) }
    });
    let compared = other.into_iter().flat_map(|other| {
        MEASURES.iter().map(move |&(name, pick)| {
            let differences: Vec<f64> = found.iter().zip(other).map(|(a, b)| pick(a) - pick(b)).collect();
            let Estimate { mean, low, high } = Estimate::of(&differences);
            let count = |is_counted: fn(f64) -> bool| differences.iter().filter(|d| is_counted(**d)).count();
            let (better, worse) = (count(|d| d > 0.0), count(|d| d < 0.0));
            Comparison { name, difference: rounded(mean), low: rounded(low), high: rounded(high), better, worse }
        })
    });
    Evaluation { task: "similar", queries: found.len(), measures: measures.collect(), compared: compared.collect() }
}

fn read_qrels(path: &Path) -> Result<BTreeMap<String, Judged>> {
    let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
    let mut qrels: BTreeMap<String, Judged> = BTreeMap::new();
    for (line, cells) in columns(&text) {
        let (query, paper, grade) = match cells[..] {
            [query, paper, grade] | [query, _, paper, grade] => (query, paper, grade),
            _ => return Err(bad_line(path, line, "expected 3 or 4 columns: query, paper, grade")),
        };
        match grade.parse::<f64>() {
            Ok(grade) => drop(qrels.entry(query.to_owned()).or_default().insert(paper.to_owned(), grade as i64)),
            Err(_) if line == 1 => {}
            Err(_) => return Err(bad_line(path, line, "expected a number as the grade")),
        }
    }
    Ok(qrels)
}

fn read_run(path: &Path) -> Result<Run> {
    let text = std::fs::read_to_string(path).map_err(Error::io(path))?;
    let mut scored: BTreeMap<String, Vec<(f64, String)>> = BTreeMap::new();
    for (line, cells) in columns(&text) {
        let [query, _, paper, _, score, ..] = cells[..] else {
            return Err(bad_line(path, line, "expected 6 columns: query, Q0, paper, rank, score, run"));
        };
        let score = score.parse().map_err(|_| bad_line(path, line, "expected a number as the score"))?;
        scored.entry(query.to_owned()).or_default().push((score, paper.to_owned()));
    }
    let ranked = |mut papers: Vec<(f64, String)>| {
        papers.sort_by(|a, b| b.0.total_cmp(&a.0));
        papers.into_iter().map(|(_, paper)| paper).collect()
    };
    Ok(scored.into_iter().map(|(query, papers)| (query, ranked(papers))).collect())
}

/// The columns of each line that is not empty, with its number.
fn columns(text: &str) -> impl Iterator<Item = (u64, Vec<&str>)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| (number, line.split_whitespace().collect()))
}

fn bad_line(path: &Path, line: u64, reason: &str) -> Error {
    Error::BadFile { source_name: path.display().to_string(), line, reason: reason.to_owned() }
}
