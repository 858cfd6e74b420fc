//! Answers in the shape of reports.

use crate::error::Result;
use crate::findings::ranking::{Mode, Spread};
use crate::findings::similar::Nearness;
use crate::report::{self, rounded};

use super::super::Engine;
use super::ask::Resolved;
use super::{Answer, Query, SimilarParams, Subject, Wish};

impl Engine<'_> {
    pub(super) fn tell_similar(
        &self,
        (query, resolved): (&Query, &Resolved),
        params: &SimilarParams,
        answers: &[Answer],
    ) -> Result<report::Similar> {
        let calibration = self.calibration()?;
        let of_text = self.spread_of_text(resolved, params);
        let verdict = |similarity| match of_text {
            Some(spread) => calibration.verdict_of_text(similarity, spread),
            None => calibration.verdict(similarity),
        };
        let mut reasons = if params.with_reasons { self.reasons(resolved, answers)? } else { Vec::new() }.into_iter();
        let mut results = Vec::with_capacity(answers.len());
        for (i, answer) in answers.iter().enumerate() {
            let paper = self.paper(answer.score.row)?;
            results.push(report::SimilarPaper {
                rank: i + 1,
                id: paper.id.0,
                title: paper.title,
                similarity: rounded(answer.similarity.value()),
                percentile: rounded(calibration.percentile(answer.similarity)),
                verdict: verdict(answer.similarity).name(),
                year: paper.year,
                venue: paper.venue,
                url: paper.url,
                also: self.names(&answer.also),
                why: reasons.next(),
            });
        }
        Ok(report::Similar { query: told(query, params), results })
    }
}

/// Papers that tell how a text's similarities spread.
const SPREAD_SAMPLE: usize = 2_000;

impl Engine<'_> {
    /// How the similarities of a query spread over the library, if it is made of texts alone.
    fn spread_of_text(&self, resolved: &Resolved, params: &SimilarParams) -> Option<Spread> {
        if !resolved.asked.rows.is_empty() {
            return None;
        }
        let nearness = Nearness::new(&resolved.asked, params.strategy);
        let step = self.vectors.len().div_ceil(SPREAD_SAMPLE).max(1);
        let rows = self.vectors.rows().step_by(step);
        Some(Spread::of(&rows.map(|row| nearness.similarity(row).value()).collect::<Vec<f32>>()))
    }
}

pub(super) fn told(query: &Query, params: &SimilarParams) -> report::Query {
    let mut told =
        report::Query { id: query.id.clone(), k: params.k, mode: name_of(params.mode), ..Default::default() };
    for wish in &query.like {
        match &wish.subject {
            Subject::Text(text) => told.text = Some(text.clone()),
            Subject::Paper(id) => told.papers.push(weighted(id, wish)),
            Subject::Topic(topic) | Subject::Group(topic, _) => told.topic = Some(*topic),
        }
    }
    for wish in &query.unlike {
        told.not.push(match &wish.subject {
            Subject::Text(text) | Subject::Paper(text) => weighted(text, wish),
            Subject::Topic(topic) | Subject::Group(topic, _) => weighted(&topic.to_string(), wish),
        });
    }
    told
}

fn name_of(mode: Mode) -> &'static str {
    match mode {
        Mode::Hybrid => "hybrid",
        Mode::Dense => "dense",
        Mode::Lexical => "lexical",
    }
}

/// As the user wrote it.
fn weighted(subject: &str, wish: &Wish) -> String {
    if wish.weight == 1.0 {
        subject.to_owned()
    } else {
        format!("{subject}^{}", wish.weight)
    }
}
