//! Runs as `trec_eval` reads them: query, `Q0`, paper, rank, score, name of the run.

use std::io::Write;

use crate::error::Error;

use super::{Failure, Renderer, Report};

/// One line an answer.
pub(super) struct Trec;

const RUN: &str = "paperkin";

impl Renderer for Trec {
    fn name(&self) -> &'static str {
        "trec"
    }

    fn extension(&self) -> &'static str {
        "trec"
    }

    fn only_for(&self) -> Option<&'static str> {
        Some("the command 'similar --queries', which ranks papers for many queries")
    }

    fn render(&self, report: &Report, out: &mut dyn Write) -> Result<(), Failure> {
        let Report::Run(rankings) = report else {
            return Err(Failure::Format(Error::InvalidParameter {
                name: "--format",
                value: self.name().to_owned(),
                expected: "another format, or the option --queries".to_owned(),
            }));
        };
        for ranking in rankings {
            let query = word(&ranking.query);
            for (i, (id, score)) in ranking.papers.iter().enumerate() {
                writeln!(out, "{query} Q0 {} {} {score:.6} {RUN}", word(id), i + 1)?;
            }
        }
        Ok(())
    }
}

/// Columns are parted by spaces, so that there can be none within.
fn word(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect()
}
