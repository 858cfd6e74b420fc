//! The duplicates of the library against pairs that people have judged.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};
use crate::findings::duplicates::{harmonic, measure, Counts, DuplicateParams, JudgedPair};
use crate::report::{self, rounded};

use super::Engine;

impl Engine<'_> {
    /// Finds duplicates and compares them with the pairs of a file: CSV or TSV with two ids, a label (1 the same, 0 not,
    /// -1 not counted; the same if there is none) and a sort of pair, if the judges give one. Pairs whose sort holds one
    /// of the words `ignored` are not counted.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::BadFile`] naming the first line that cannot be used, and as [`Engine::duplicates`].
    pub fn eval_duplicates(
        &self,
        file: &Path,
        ignored: &[String],
        params: &DuplicateParams,
    ) -> Result<report::EvalDuplicates> {
        let (judged, missing) = self.judged_pairs(file, ignored)?;
        let papers = self.papers()?;
        let measured = measure(&self.find_duplicates(&papers, params)?, &self.vectors, &judged);
        let figures = |(kind, c): (&'static str, Counts)| report::Figures {
            kind,
            hits: c.hits,
            wrong: c.wrong,
            precision: rounded(c.precision()),
            recall: rounded(c.recall()),
            f1: rounded(c.f1()),
        };
        let kinds = measured.by_kind.iter().map(|(kind, counts)| (kind.name(), *counts));
        let (precision, recall) = measured.b_cubed;
        Ok(report::EvalDuplicates {
            judged: judged.len(),
            missing,
            pairs: std::iter::once(("all", measured.pairs)).chain(kinds).map(figures).collect(),
            b_cubed: [precision, recall, harmonic(precision, recall)].map(rounded),
            sorts: measured.by_sort.into_iter().map(sort).collect(),
            thresholds: measured.thresholds.into_iter().map(threshold).collect(),
        })
    }

    /// The pairs of the file as rows, and the number of those of which a paper is not in the library.
    fn judged_pairs(&self, file: &Path, ignored: &[String]) -> Result<(Vec<JudgedPair>, usize)> {
        let text = std::fs::read_to_string(file).map_err(Error::io(file))?;
        let delimiter = if text.lines().next().is_some_and(|line| line.contains('\t')) { b'\t' } else { b',' };
        let mut builder = csv::ReaderBuilder::new();
        let mut reader =
            builder.has_headers(false).flexible(true).delimiter(delimiter).quoting(false).from_reader(text.as_bytes());
        let (mut judged, mut missing) = (BTreeMap::new(), 0);
        for (i, row) in reader.records().enumerate() {
            let bad =
                |reason: String| Error::BadFile { source_name: file.display().to_string(), line: i as u64 + 1, reason };
            let row = row.map_err(|e| bad(e.to_string()))?;
            let cell = |column: usize| row.get(column).unwrap_or_default().trim();
            let is_same = match cell(2) {
                "1" | "" => Some(true),
                "0" => Some(false),
                "-1" => None,
                // A header names its columns.
                _ if i == 0 => continue,
                other => return Err(bad(format!("the label is '{other}'; expected 1, 0 or -1"))),
            };
            let (Ok(a), Ok(b)) = (self.row(cell(0)), self.row(cell(1))) else {
                // So does one without a column for labels.
                missing += usize::from(i > 0);
                continue;
            };
            let sort = cell(3).to_owned();
            let is_ignored = ignored.iter().any(|word| sort.contains(word.as_str()));
            let is_same = if is_ignored { None } else { is_same };
            judged.insert((a.min(b), a.max(b)), JudgedPair { rows: (a.min(b), a.max(b)), is_same, sort });
        }
        Ok((judged.into_values().collect(), missing))
    }
}

fn sort((sort, counts): (String, Counts)) -> report::SortFound {
    report::SortFound { sort, positives: counts.positives, recall: rounded(counts.recall()) }
}

fn threshold((similarity, counts): (f32, Counts)) -> report::Threshold {
    report::Threshold {
        similarity: rounded(similarity),
        precision: rounded(counts.precision()),
        recall: rounded(counts.recall()),
        f1: rounded(counts.f1()),
    }
}
