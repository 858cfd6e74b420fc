//! What the collection is about.

use serde::Serialize;
use utoipa::ToSchema;

use super::ingest::Skipped;

/// What the collection is about.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Topics {
    /// Number of topics.
    pub k: usize,
    /// The seed they were found with.
    pub seed: u64,
    /// How good they are.
    pub quality: Quality,
    /// Largest first.
    pub topics: Vec<Topic>,
    /// Broader groups of topics, the broadest level first.
    pub levels: Vec<Level>,
    /// The numbers of topics that were tried.
    pub evidence: Vec<Evidence>,
    /// What became of the topics of the last run, where they were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
    /// Papers a year, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over_time: Option<OverTime>,
    /// What sets groups of papers apart, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compare>,
    /// Whether tables tell everything.
    #[serde(skip)]
    pub is_detailed: bool,
}

/// How good the topics are; a copy of a paper counts once.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Quality {
    /// Mean silhouette with cosine distance, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean normalised pointwise mutual information of the keywords, in `[-1, 1]`.
    pub npmi: f64,
    /// Mean adjusted Rand index between independent starts, at most 1.
    pub stability: f64,
    /// Mean C_v coherence of the keywords, in `[0, 1]`.
    pub c_v: f64,
    /// Share of the keywords of all topics that are different, in `[0, 1]`.
    pub diversity: f64,
    /// Mean over topics of their cohesion, in `[-1, 1]`.
    pub cohesion: f64,
    /// Mean over topics of their separation, in `[0, 2]`.
    pub separation: f64,
}

/// A number of topics that was tried.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Evidence {
    /// Number of topics.
    pub k: usize,
    /// Mean silhouette, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean adjusted Rand index between starts, at most 1.
    pub stability: f64,
    /// Mean adjusted Rand index between what halves of the papers say, at most 1. The `k` with the greatest product of
    /// this and `npmi` is chosen.
    pub agreement: f64,
    /// Mean normalised pointwise mutual information of the keywords, in `[-1, 1]`.
    pub npmi: f64,
    /// What decides: that product, `agreement` at least 0 and `npmi` at least a little.
    pub worth: f64,
}

/// One topic.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Topic {
    /// From 0, by size; kept topics keep it.
    pub id: usize,
    /// Its place among the colours, which it keeps; no two topics of a run share one.
    pub slot: usize,
    /// What sets it apart.
    pub label: String,
    /// Terms, most telling first.
    pub keywords: Vec<String>,
    /// Papers in it.
    pub size: usize,
    /// Mean strength of its papers.
    pub cohesion: f64,
    /// How good it is.
    pub quality: TopicQuality,
    /// Ids of central papers that differ from each other.
    pub representatives: Vec<String>,
    /// Ids of papers that are far from every topic, farthest first.
    pub oddities: Vec<String>,
    /// The topics most like it, nearest first.
    pub near: Vec<NearTopic>,
    /// All its papers, strongest first.
    pub papers: Vec<Member>,
}

/// How good one topic is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicQuality {
    /// Mean silhouette of its papers with cosine distance, in `[-1, 1]`.
    pub silhouette: f64,
    /// Mean normalised pointwise mutual information of its keywords, in `[-1, 1]`.
    pub npmi: f64,
    /// How often two of its papers are together in other starts, in `[0, 1]`.
    pub stability: f64,
    /// C_v coherence of its keywords, in `[0, 1]`.
    pub c_v: f64,
    /// 1 minus the similarity of its centre to the nearest other topic's, in `[0, 2]`.
    pub separation: f64,
}

/// A paper of a topic.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    /// The paper's id.
    pub id: String,
    /// Similarity to the mean direction of the topic's papers, in `[-1, 1]`.
    pub strength: f64,
    /// The topic that it is as near to, where it is on the border.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Second>,
}

/// A topic beside a paper's own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Second {
    /// The topic's id.
    pub topic: usize,
    /// Similarity to the mean direction of that topic's papers, in `[-1, 1]`.
    pub strength: f64,
}

/// Topics brought together in broader groups.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Level {
    /// By the number of their papers, largest first.
    pub groups: Vec<LevelGroup>,
}

/// A group of topics.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LevelGroup {
    /// What sets it apart from the other groups.
    pub label: String,
    /// Ids of its topics, ascending.
    pub topics: Vec<usize>,
    /// Its papers.
    pub size: usize,
}

/// What became of the topics of the last run.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct Kept {
    /// Papers that had a topic and kept it.
    pub stayed: usize,
    /// Papers that are new and joined a topic.
    pub joined: usize,
    /// Papers whose text changed and that are in another topic now.
    pub moved: Vec<Moved>,
    /// Papers of the last run that are no longer in the library.
    pub gone: usize,
    /// Ids of topics that were opened for new papers.
    pub opened: Vec<usize>,
    /// Ids of topics that have no paper left; they are not given again.
    pub emptied: Vec<usize>,
    /// Papers that kept their topic and are nearer to another by now. Many of them are a reason to find topics anew.
    pub nearer_elsewhere: usize,
}

/// A paper that changed its topic.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Moved {
    /// The paper's id.
    pub id: String,
    /// The topic it was in.
    pub from: usize,
    /// The topic it is in.
    pub to: usize,
}

/// Papers of each topic, year by year.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverTime {
    /// Every year from the first to the last that a paper has.
    pub years: Vec<i32>,
    /// Papers of each of these years.
    pub papers: Vec<usize>,
    /// Papers without a year; they are left out.
    pub undated: usize,
    /// By topic id.
    pub topics: Vec<Trend>,
}

/// A topic over the years.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Trend {
    /// The topic's id.
    pub topic: usize,
    /// Its label.
    pub label: String,
    /// Papers of each year.
    pub counts: Vec<usize>,
    /// Share of the papers of each year, in `[0, 1]`.
    pub shares: Vec<f64>,
    /// `rising`, `fading` or `steady`.
    pub trend: &'static str,
    /// Cochran-Armitage statistic of the share against the year; above 0 where it grows.
    pub z: f64,
    /// How likely as strong a trend is by chance, over all topics (Benjamini-Hochberg), in `[0, 1]`.
    pub p: f64,
}

/// What sets groups of papers apart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Compare {
    /// The field whose values make the groups.
    pub field: String,
    /// Papers with a value; a copy of a paper counts once.
    pub with: usize,
    /// Papers without a value; they are left out.
    pub without: usize,
    /// By number of papers, largest first.
    pub groups: Vec<ComparedGroup>,
}

/// A group of papers against all others.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ComparedGroup {
    /// The field's value.
    pub group: String,
    /// Its papers.
    pub papers: usize,
    /// Every topic, what the group has more of first.
    pub topics: Vec<TopicOdds>,
    /// Words the group uses more than others, most telling first.
    pub words: Vec<WordOdds>,
}

/// How much more often papers of a group are in a topic.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicOdds {
    /// The topic's id.
    pub topic: usize,
    /// Its label.
    pub label: String,
    /// Papers of the group in it.
    pub papers: usize,
    /// The difference.
    #[serde(flatten)]
    pub odds: Odds,
}

/// How much more often papers of a group have a word.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WordOdds {
    /// The word, or two or three.
    pub word: String,
    /// Papers of the group that have it.
    pub papers: usize,
    /// The difference.
    #[serde(flatten)]
    pub odds: Odds,
}

/// A difference between a group and all others.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Odds {
    /// Natural logarithm of the odds ratio, drawn towards 0 where there are few papers.
    pub log_odds: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
}

/// What sets two topics apart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicContrast {
    /// Cosine between their centres, in `[-1, 1]`.
    pub similarity: f64,
    /// The first.
    pub a: TopicSide,
    /// The second.
    pub b: TopicSide,
}

/// A topic against another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TopicSide {
    /// The topic's id.
    pub topic: usize,
    /// Its label.
    pub label: String,
    /// Its papers.
    pub papers: usize,
    /// Words it uses more than the other, most telling first.
    pub words: Vec<WordOdds>,
}

/// A topic near another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NearTopic {
    /// The topic's id.
    pub topic: usize,
    /// Its label.
    pub label: String,
    /// Cosine between the centres, in `[-1, 1]`.
    pub similarity: f64,
}

/// Papers from outside, placed in the topics of the library.
#[derive(Debug, Serialize)]
pub struct Assigned {
    /// In the order of the files.
    pub papers: Vec<AssignedPaper>,
    /// Records that could not be used.
    pub skipped: Vec<Skipped>,
}

/// A paper from outside with its topic.
#[derive(Debug, Serialize)]
pub struct AssignedPaper {
    /// The paper's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The topic's id.
    pub topic: usize,
    /// The topic's label.
    pub label: String,
    /// Similarity to the mean direction of the topic's papers, in `[-1, 1]`.
    pub strength: f64,
    /// The topic that it is as near to, where it is on the border.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<Second>,
    /// Whether it is as near to the topic as 19 of 20 of the topic's own papers.
    pub fits: bool,
}

/// How well topics agree with labels that people gave; means over seeds.
#[derive(Debug, Serialize)]
pub struct TopicEval {
    /// Papers in the library.
    pub papers: usize,
    /// Papers that have a label.
    pub labelled: usize,
    /// Different labels.
    pub labels: usize,
    /// Number of topics; that of the first seed where it was chosen anew for each.
    pub k: usize,
    /// Number of topics by seed.
    pub k_of_seeds: Vec<usize>,
    /// Seeds tried.
    pub seeds: usize,
    /// Harmonic mean of homogeneity and completeness, in `[0, 1]`.
    pub v_measure: f64,
    /// How far topics hold papers of one label only, in `[0, 1]`.
    pub homogeneity: f64,
    /// How far papers of one label are in one topic, in `[0, 1]`.
    pub completeness: f64,
    /// Adjusted Rand index, at most 1.
    pub ari: f64,
    /// Normalised mutual information, in `[0, 1]`.
    pub nmi: f64,
    /// Share of papers whose label is the commonest of their topic, in `(0, 1]`.
    pub purity: f64,
    /// Mean adjusted Rand index between seeds, at most 1.
    pub stability: f64,
    /// Mean NPMI of the keywords, in `[-1, 1]`.
    pub npmi: f64,
    /// Share of the keywords that are different, in `[0, 1]`.
    pub diversity: f64,
    /// Mean silhouette, in `[-1, 1]`.
    pub silhouette: f64,
}
