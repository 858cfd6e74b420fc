//! `find_similar`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, Query, SimilarParams, Subject};
use crate::error::{Error, Result};
use crate::findings::filter::Filter;
use crate::findings::ranking;
use crate::mcp::bounds::{clipped, field, title, within, ANSWER_TEXT, MOST_NAMED};
use crate::mcp::session::Session;
use crate::mcp::tool::Tool;
use crate::report;

const MOST_ANSWERS: usize = 50;
const MOST_SUBJECTS: usize = 20;
const MOST_ABSTRACT: usize = 1_000;

/// Characters of a sentence that is told as a reason.
const LONGEST_SENTENCE: usize = 300;

/// Sentences that are told of an answer at most, in pairs of one of the query and one of the paper.
const SENTENCES: usize = 6;

pub(in crate::mcp) struct FindSimilar;

/// What to look for: exactly one of `text`, `ids` and `topic`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// A text to look for: a question, a topic in a phrase, or a whole abstract. "exact phrase", prefix*, title:word,
    /// author:name and -word decide what may be answered.
    #[serde(default)]
    text: Option<String>,
    /// Ids of papers of the library to find others like; several mean something like all of them. ID^2 counts double.
    #[serde(default)]
    #[schemars(length(max = MOST_SUBJECTS))]
    ids: Vec<String>,
    /// A topic to find more papers like, by its id in list_topics; its own papers are no answers.
    #[serde(default)]
    topic: Option<usize>,
    /// Papers, as ID or ID^WEIGHT, or texts to stay away from.
    #[serde(default)]
    #[schemars(length(max = MOST_SUBJECTS))]
    not: Vec<String>,
    /// Answers wanted.
    #[serde(default = "usual_k")]
    #[schemars(range(min = 1, max = MOST_ANSWERS))]
    k: usize,
    /// A condition on answers, such as: year>=2022 and venue in ('ACL','EMNLP') and has(doi). Fields: id, title, abstract,
    /// author, year, date, venue, category, doi, arxiv_id, pmid, url, source. Comparisons: = != < <= > >= contains, like,
    /// in (...); joined by and, or, not.
    #[serde(default, rename = "where")]
    condition: Option<String>,
    /// What decides: hybrid (meaning and words), dense (meaning alone) or lexical (words alone).
    #[serde(default)]
    mode: Mode,
    /// How much answers are to differ from each other: 0 not at all, 1 as much as they can.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    diversity: f32,
    /// Whether to say why: shared terms, the sentences that are most alike, the parts of words and of meaning.
    #[serde(default)]
    why: bool,
    /// Whether versions and copies of a work are answers of their own, in place of being listed in 'also'.
    #[serde(default)]
    include_versions: bool,
    /// Characters of each abstract to show; 0 leaves abstracts out. Less is shown where there are many answers.
    #[serde(default = "usual_abstract")]
    #[schemars(range(min = 0, max = MOST_ABSTRACT))]
    abstract_chars: usize,
}

fn usual_k() -> usize {
    10
}

fn usual_abstract() -> usize {
    240
}

#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Mode {
    #[default]
    Hybrid,
    Dense,
    Lexical,
}

/// Papers like the query.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// Best first.
    results: Vec<Answer>,
    /// What is not shown, and how to ask for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

/// A paper like the query.
#[derive(Debug, Serialize, JsonSchema)]
struct Answer {
    /// From 1.
    rank: usize,
    id: String,
    title: String,
    /// Cosine from -1 to 1.
    similarity: f64,
    /// Share of random pairs of this library that are less similar, in percent.
    percentile: f64,
    /// The percentile in words: very close, close, related or weak.
    verdict: &'static str,
    year: Option<i32>,
    venue: Option<String>,
    url: Option<String>,
    /// Ids of its copies and versions.
    also: Vec<String>,
    /// The beginning of its abstract.
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    abstract_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<Why>,
}

/// Why a paper is an answer.
#[derive(Debug, Serialize, JsonSchema)]
struct Why {
    /// Words of the query that it has, the most telling first.
    terms: Vec<String>,
    /// Sentences that are most alike.
    sentences: Vec<Met>,
    /// Share of its place that it owes to words, 0 to 1.
    words: f64,
    /// Share that it owes to meaning, 0 to 1.
    meaning: f64,
}

/// A sentence of the query and one of a paper.
#[derive(Debug, Serialize, JsonSchema)]
struct Met {
    query: String,
    paper: String,
    similarity: f64,
}

impl Tool for FindSimilar {
    const NAME: &'static str = "find_similar";
    const TITLE: &'static str = "Find similar papers";
    const DESCRIPTION: &'static str = "Finds the papers of the library that are most like a text, like given papers, or \
        like a topic, and unlike others, best first. Give exactly one of text, ids and topic. Copies and versions of one \
        work are one answer.";
    type Input = Input;
    type Output = Output;

    fn answer(input: Input, session: &mut Session<'_>) -> Result<Output> {
        let params = input.params()?;
        let engine = session.engine()?;
        let found = engine.similar(&input.query(engine)?, &params)?;
        let share = ANSWER_TEXT / found.results.len().max(1) / if input.why { 2 } else { 1 };
        let told =
            Told { abstracts: input.abstract_chars.min(share), sentences: LONGEST_SENTENCE.min(share / SENTENCES) };
        let mut left_out = Vec::new();
        if found.results.len() == input.k && input.k < MOST_ANSWERS {
            left_out.push(format!("papers less similar than these {}; k up to {MOST_ANSWERS} shows more", input.k));
        }
        if told.abstracts < input.abstract_chars {
            left_out.push(format!(
                "abstracts beyond {} characters, as there are many answers; get_paper shows all of one",
                told.abstracts
            ));
        }
        if found.results.iter().any(|paper| paper.also.len() > MOST_NAMED) {
            left_out.push(format!("copies beyond {MOST_NAMED}; find_duplicates with an id shows the group"));
        }
        let results = found.results.into_iter().map(|paper| told.answer(engine, paper)).collect::<Result<_>>()?;
        Ok(Output { results, left_out })
    }
}

impl Input {
    fn params(&self) -> Result<SimilarParams> {
        Ok(SimilarParams {
            k: within("k", self.k, (1, MOST_ANSWERS))?,
            mode: match self.mode {
                Mode::Hybrid => ranking::Mode::Hybrid,
                Mode::Dense => ranking::Mode::Dense,
                Mode::Lexical => ranking::Mode::Lexical,
            },
            filter: self.condition.as_deref().map_or(Ok(Filter::All(Vec::new())), Filter::parse)?,
            diversity: self.diversity,
            with_versions: self.include_versions,
            with_reasons: self.why,
            ..SimilarParams::default()
        })
    }

    fn query(&self, engine: &Engine<'_>) -> Result<Query> {
        within("abstract_chars", self.abstract_chars, (0, MOST_ABSTRACT))?;
        within("the number of ids", self.ids.len(), (0, MOST_SUBJECTS))?;
        within("the number of entries in not", self.not.len(), (0, MOST_SUBJECTS))?;
        let given =
            usize::from(self.text.is_some()) + usize::from(!self.ids.is_empty()) + usize::from(self.topic.is_some());
        if given > 1 {
            let (value, expected) = (format!("{given} of text, ids and topic"), "exactly one of them".to_owned());
            return Err(Error::InvalidParameter { name: "the query", value, expected });
        }
        let query = match (&self.text, self.topic) {
            (Some(text), _) => Query::typed(text),
            (None, Some(topic)) => Query::new(vec![Subject::Topic(topic).into()]),
            (None, None) => Query::new(self.ids.iter().map(|id| engine.liked(id)).collect()),
        };
        Ok(Query { unlike: self.not.iter().map(|text| engine.disliked(text)).collect(), ..query })
    }
}

/// Characters that are told of each answer.
struct Told {
    abstracts: usize,
    sentences: usize,
}

impl Told {
    fn answer(&self, engine: &Engine<'_>, paper: report::SimilarPaper) -> Result<Answer> {
        let abstract_text = match self.abstracts {
            0 => None,
            most => Some(clipped(&engine.show(&paper.id, false)?.abstract_text, most)),
        };
        Ok(Answer {
            rank: paper.rank,
            title: title(&paper.title),
            similarity: paper.similarity,
            percentile: paper.percentile,
            verdict: paper.verdict,
            year: paper.year,
            venue: paper.venue.as_deref().map(field),
            url: paper.url.as_deref().map(field),
            also: paper.also.into_iter().take(MOST_NAMED).collect(),
            abstract_text,
            why: paper.why.map(|why| self.why(&why)),
            id: paper.id,
        })
    }

    fn why(&self, why: &report::Why) -> Why {
        let met = |met: &report::Met| Met {
            query: clipped(&met.query, self.sentences),
            paper: clipped(&met.paper, self.sentences),
            similarity: met.similarity,
        };
        Why {
            terms: why.terms.iter().map(|term| field(term)).collect(),
            sentences: why.sentences.iter().map(met).collect(),
            words: why.words,
            meaning: why.meaning,
        }
    }
}
