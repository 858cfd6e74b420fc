//! What is left of a collection without its repeats, and the files it is written to.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::findings::duplicates::{self, KeepRule};
use crate::paper::Paper;
use crate::report::export::{Collection, Exporter};
use crate::report::{self, Failure};
use crate::store::write_file;
use crate::vectors::Vectors;

use super::Engine;

/// Papers that are left, by id, one vector each, with the ids of those that each stands for.
pub struct Remainder {
    pub(super) papers: Vec<Paper>,
    pub(super) vectors: Vectors,
    pub(super) stands_for: Vec<Vec<String>>,
}

impl Engine<'_> {
    /// The library without the repeats that were found: of each group the record to keep, with the metadata that only the
    /// others have.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn without_repeats(&self, found: &report::Duplicates, rule: &KeepRule) -> Result<Remainder> {
        let papers = self.papers()?;
        let row_of: BTreeMap<&str, usize> = self.ids.iter().enumerate().map(|(row, id)| (id.as_str(), row)).collect();
        let row = |id: &String| row_of.get(id.as_str()).copied();
        let mut others_of: Vec<Option<Vec<usize>>> = vec![Some(Vec::new()); papers.len()];
        for group in &found.groups {
            let Some(kept) = row(&group.keep) else { continue };
            let others: Vec<usize> = group.papers.iter().filter_map(row).filter(|&other| other != kept).collect();
            others.iter().for_each(|&other| others_of[other] = None);
            others_of[kept] = Some(others);
        }
        let rows: Vec<usize> = (0..papers.len()).filter(|&row| others_of[row].is_some()).collect();
        let others = |row: usize| others_of[row].iter().flatten().copied().collect::<Vec<usize>>();
        let merged = |row: usize| {
            let others: Vec<&Paper> = others(row).into_iter().map(|other| &papers[other]).collect();
            duplicates::merged(&papers[row], &others, rule)
        };
        Ok(Remainder {
            papers: rows.iter().map(|&row| merged(row)).collect(),
            vectors: self.vectors.select(&rows),
            stands_for: rows.iter().map(|&row| self.names(&others(row))).collect(),
        })
    }
}

impl Remainder {
    /// Writes the papers, and beside them `NAME.repeats.csv`: for each record that was left out the one that stands for
    /// it.
    ///
    /// # Errors
    /// [`Failure`]: a file could not be written.
    pub fn write(&self, exporter: &dyn Exporter, path: &Path) -> Result<report::Export, Failure> {
        let each = |take: &mut report::export::Take<'_>| {
            self.papers.iter().zip(self.vectors.rows()).try_for_each(|(paper, vector)| take(paper, vector))
        };
        let (papers, dimension) = (self.papers.len(), self.vectors.dimension());
        let collection = Collection { papers, dimension, each: &each };
        let repeats = path.with_extension("repeats.csv");
        let mut files = vec![path.to_path_buf(), repeats.clone()];
        write_file(path, |out| exporter.write(&collection, out).map_err(|failure| failure.at(path)))?;
        write_file(&repeats, |out| self.write_repeats(out).map_err(crate::error::Error::io(&repeats)))?;
        if let Some(ids) = exporter.ids_path(path) {
            let write = |out: &mut dyn Write| self.papers.iter().try_for_each(|paper| writeln!(out, "{}", paper.id));
            write_file(&ids, |out| write(out).map_err(crate::error::Error::io(&ids)))?;
            files.push(ids);
        }
        let files = files.into_iter().map(|file| file.display().to_string()).collect();
        Ok(report::Export { papers, format: exporter.name(), files })
    }

    fn write_repeats(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(["repeat", "kept"])?;
        for (paper, repeats) in self.papers.iter().zip(&self.stands_for) {
            for repeat in repeats {
                writer.write_record([repeat.as_str(), paper.id.as_str()])?;
            }
        }
        writer.flush()
    }
}
