//! Every paper's place on the map, made once for a state of the library and kept beside it.

use crate::error::Result;
use crate::findings::map::{self, MapParams, Point};
use crate::paper::Paper;
use crate::report::{self, rounded};

use super::describe::neighbors;
use super::sealed::{sealed, unsealed};
use super::{Engine, Progress, Study};

/// The name of the places among the library's cached files.
const MAP: &str = "map";

impl Engine<'_> {
    /// Every paper with its place and its topic, in columns.
    ///
    /// # Errors
    /// What building the index says.
    pub fn map(&self, study: &Study) -> Result<report::Map> {
        let papers = self.papers()?;
        let points = self.places()?;
        let of_rows = study.of_rows();
        Ok(report::Map {
            generation: self.generation,
            k: study.topics().k,
            seed: study.topics().seed,
            x: points.iter().map(|point| rounded(point.x)).collect(),
            y: points.iter().map(|point| rounded(point.y)).collect(),
            topics: of_rows.iter().map(|(topic, _)| *topic).collect(),
            strengths: of_rows.iter().map(|(_, strength)| *strength).collect(),
            years: papers.iter().map(|paper| paper.year).collect(),
            venues: report::Coded::of(papers.iter().map(|paper| paper.venue.as_deref())),
            categories: report::CodedLists::of(papers.iter().map(|paper| paper.categories.as_slice())),
            sources: report::Coded::of(papers.iter().map(|paper| Some(paper.source.as_str()))),
            first_authors: papers.iter().map(|paper| paper.authors.first().cloned()).collect(),
            ids: self.ids.iter().map(ToString::to_string).collect(),
            titles: papers.into_iter().map(|Paper { title, .. }| title).collect(),
        })
    }

    fn places(&self) -> Result<Vec<Point>> {
        let kept = self.store.cached(MAP, self.generation).and_then(|bytes| from_bytes(self.state, &bytes));
        if let Some(points) = kept.filter(|points| points.len() == self.len()) {
            return Ok(points);
        }
        (self.on_progress)(Progress::Stage("drawing the map"));
        let params = MapParams::default();
        let near = neighbors(self.index()?, &self.vectors, params.neighbors)?;
        let points = map::layout(&self.vectors, &near, &params);
        // Without the kept file the next run draws it again: no reason to fail.
        if let Err(error) = self.store.cache(MAP, self.generation, &to_bytes(self.state, &points)) {
            (self.on_progress)(Progress::Notice(format!("the map could not be kept: {error}")));
        }
        Ok(points)
    }
}

fn to_bytes(state: i64, points: &[Point]) -> Vec<u8> {
    let places: Vec<u8> = points.iter().flat_map(|point| [point.x, point.y]).flat_map(f32::to_le_bytes).collect();
    sealed(state, &places)
}

/// `None` of a file that is not what was once written.
fn from_bytes(state: i64, bytes: &[u8]) -> Option<Vec<Point>> {
    let places = unsealed(state, bytes)?;
    let float = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    Some(places.chunks_exact(8).map(|b| Point { x: float(&b[..4]), y: float(&b[4..]) }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_map_comes_back_whole_or_not_at_all() {
        let points: Vec<Point> = (0..9).map(|i| Point { x: i as f32 / 9.0, y: 0.25 }).collect();
        let mut bytes = to_bytes(7, &points);
        assert_eq!(from_bytes(7, &bytes), Some(points));
        assert_eq!(from_bytes(8, &bytes), None, "of another state");
        bytes[40] ^= 1;
        assert_eq!(from_bytes(7, &bytes), None);
        assert_eq!(from_bytes(7, &bytes[..5]), None);
    }
}
