//! Rows become ids and titles: findings in the shapes of reports.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::paper::Paper;
use crate::report;

use super::Engine;

impl Engine<'_> {
    pub(super) fn id(&self, row: usize) -> String {
        self.ids[row].to_string()
    }

    pub(super) fn names(&self, rows: &[usize]) -> Vec<String> {
        rows.iter().map(|&row| self.id(row)).collect()
    }

    pub(super) fn tell_paper(&self, row: usize, paper: Paper) -> report::Paper {
        let copies: Vec<usize> = self.copies.of(row).into_iter().filter(|&copy| copy != row).collect();
        report::Paper {
            title_only: paper.abstract_text.is_empty(),
            also: self.names(&copies),
            id: paper.id.0,
            title: paper.title,
            abstract_text: paper.abstract_text,
            authors: paper.authors,
            year: paper.year,
            date: paper.date,
            venue: paper.venue,
            volume: paper.volume,
            issue: paper.issue,
            pages: paper.pages,
            categories: paper.categories,
            doi: paper.doi,
            arxiv_id: paper.arxiv_id,
            pmid: paper.pmid,
            url: paper.url,
            source: paper.source,
            line: paper.line,
        }
    }
}

/// Papers of each source, most first, then by name.
pub(super) fn tell_sources(counts: &BTreeMap<String, usize>) -> Vec<report::SourceCount> {
    let told = |(source, &papers): (&String, &usize)| report::SourceCount { source: source.clone(), papers };
    let mut told: Vec<_> = counts.iter().map(told).collect();
    told.sort_by_key(|count| Reverse(count.papers));
    told
}
