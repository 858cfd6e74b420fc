//! What there is to know about one paper, the library, and all of it in one report.

use std::panic::resume_unwind;
use std::thread::ScopedJoinHandle;

use rayon::prelude::*;

use crate::embed;
use crate::error::{Error, Result};
use crate::findings::duplicates::{DuplicateParams, Duplicates};
use crate::findings::filter::Filter;
use crate::findings::map::{self, MapParams, Point};
use crate::findings::topics::Collection;
use crate::index::{Index, Neighbor};
use crate::paper::{Paper, PaperId};
use crate::report::{self, rounded};
use crate::vectors::Vectors;

use super::tell::tell_sources;
use super::topics::{views, Named};
use super::{Engine, Progress, TopicParams};

/// Nearest papers shown with each paper of a report.
const SHOWN_NEIGHBORS: usize = 10;

/// Shares of random pairs, in percent, whose similarity a report tells: denser where answers are.
const PAIR_PERCENTILES: &[f64] = &[
    0.0, 1.0, 5.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 85.0, 90.0, 93.0, 95.0, 97.0, 98.0, 99.0, 99.5,
    99.8, 99.9, 99.95,
];

/// Ids offered for one that is not known.
const OFFERED_IDS: usize = 3;

/// What a report tells beside the map.
struct Found {
    collection: Collection,
    topics: Named,
    duplicates: Duplicates,
}

impl Engine<'_> {
    /// All that is known of a paper; with `is_raw` its texts are as they were read, before they were cleaned.
    ///
    /// # Errors
    /// [`crate::error::Error::UnknownPaper`].
    pub fn show(&self, id: &str, is_raw: bool) -> Result<report::Paper> {
        let row = self.row(id)?;
        let paper = self.paper(row)?;
        Ok(self.tell_paper(row, if is_raw { paper.into_read() } else { paper }))
    }

    /// The library itself: what is in it, which model, which index.
    ///
    /// # Errors
    /// What building the index says.
    pub fn info(&self) -> Result<report::Library> {
        let tally = self.store.tally()?;
        let index = self.index()?;
        Ok(report::Library {
            library: self.settings.library.display().to_string(),
            papers: tally.papers,
            distinct: self.copies.distinct(),
            title_only: tally.title_only,
            sources: tell_sources(&tally.sources),
            model: report::Model {
                name: self.model.name.clone(),
                fingerprint: self.model.fingerprint.clone(),
                dimension: self.model.dimension,
            },
            index: report::IndexState { engine: index.name(), recall_at_10: rounded(index.recall()) },
            bytes: self.store.bytes()?,
        })
    }

    /// A part of the papers that pass a filter, by id, and how many pass.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn list(&self, filter: &Filter, offset: usize, limit: usize) -> Result<(usize, Vec<report::Paper>)> {
        let passing = self.store.passing(filter)?;
        let rows: Vec<usize> = (0..passing.len()).filter(|&row| passing[row]).collect();
        let page = rows.iter().skip(offset).take(limit);
        let papers = page.map(|&row| Ok(self.tell_paper(row, self.paper(row)?))).collect::<Result<_>>()?;
        Ok((rows.len(), papers))
    }

    /// What can be told of the library without looking for anything in it.
    ///
    /// # Errors
    /// [`crate::error::Error::Database`].
    pub fn glance(&self) -> Result<report::Overview> {
        self.overview(0, &Duplicates::default(), Vec::new())
    }

    /// Everything in one: overview, topics, duplicates, and each paper with its place on the map. The topics are kept
    /// as those of [`Engine::topics`] are.
    ///
    /// # Errors
    /// As [`Engine::topics`] and [`Engine::duplicates`].
    pub fn whole(&self, params: &TopicParams, skipped: Vec<report::Skipped>) -> Result<report::Whole> {
        self.check_topics(params)?;
        let papers = self.papers()?;
        let (index, vectors) = (self.index()?, &*self.vectors);
        // The layout keeps one core busy, and so do parts of the rest: each has time for the other.
        let (found, drawn) = std::thread::scope(|scope| {
            let drawing = (self.settings.threads > 1).then(|| scope.spawn(move || draw(index, vectors)));
            let found = self.topics_and_duplicates(&papers, params)?;
            (self.on_progress)(Progress::Stage("drawing the map"));
            let joined = |drawing: ScopedJoinHandle<'_, _>| drawing.join().unwrap_or_else(|panic| resume_unwind(panic));
            Ok::<_, Error>((found, drawing.map_or_else(|| draw(index, vectors), joined)?))
        })?;
        let (Found { collection, topics, duplicates }, (neighbors, points)) = (found, drawn);

        let mut topic_of = vec![(0, 0.0); papers.len()];
        for (id, topic) in topics.topics() {
            topic.papers.iter().for_each(|member| topic_of[member.row] = (id, rounded(member.strength.value())));
        }
        let over_time = views::over_time(&papers, &collection.distinct, &topics);
        let told_topics = report::Topics {
            over_time: (over_time.years.len() > 1).then_some(over_time),
            ..self.tell_topics(&topics, params.seed)
        };
        let overview = self.overview(topics.topics().count(), &duplicates, skipped)?;
        let placed = papers.into_iter().enumerate().map(|(row, paper)| report::PlacedPaper {
            paper: self.tell_paper(row, paper),
            topic: topic_of[row].0,
            strength: topic_of[row].1,
            x: rounded(points[row].x),
            y: rounded(points[row].y),
            near: self.shown_neighbors(row, &neighbors[row]),
        });
        Ok(report::Whole {
            title: "Paperkin report".to_owned(),
            overview,
            topics: told_topics,
            duplicates: self.tell_duplicates(&duplicates),
            pairs: self.pair_shares()?,
            papers: placed.collect(),
        })
    }

    /// What a similarity means here, in as many steps as a page wants.
    fn pair_shares(&self) -> Result<Vec<report::PairShare>> {
        let calibration = self.calibration()?;
        let sorted = calibration.similarities();
        let share = |&percentile: &f64| {
            let place = (percentile / 100.0 * sorted.len() as f64) as usize;
            let similarity = sorted.get(place.min(sorted.len().saturating_sub(1)))?.value();
            Some(report::PairShare { percentile, similarity: rounded(similarity) })
        };
        Ok(PAIR_PERCENTILES.iter().filter_map(share).collect())
    }

    fn overview(
        &self,
        topics: usize,
        duplicates: &Duplicates,
        skipped: Vec<report::Skipped>,
    ) -> Result<report::Overview> {
        let tally = self.store.tally()?;
        Ok(report::Overview {
            papers: tally.papers,
            distinct: self.copies.distinct(),
            title_only: tally.title_only,
            sources: tell_sources(&tally.sources),
            model: self.model.name.clone(),
            dimension: self.model.dimension,
            years: tally.years.map(|(first, last)| report::Years { first, last }),
            topics,
            duplicate_groups: duplicates.groups.len(),
            surplus: duplicates.surplus(),
            skipped,
            version: env!("CARGO_PKG_VERSION"),
        })
    }

    fn topics_and_duplicates(&self, papers: &[Paper], params: &TopicParams) -> Result<Found> {
        let collection = self.collection(papers)?;
        let topics = self.find_topics(&collection, params)?;
        // What the page calls topic 3 is topic 3 of `similar --topic`.
        self.keep_for_next(papers, &topics, None);
        let duplicates = self.find_duplicates(papers, &DuplicateParams::default())?;
        Ok(Found { collection, topics, duplicates })
    }

    /// The nearest papers as a reader wants them: no copy of the paper, and of several copies the first.
    fn shown_neighbors(&self, row: usize, neighbors: &[Neighbor]) -> Vec<(String, f64)> {
        let own = self.copies.first(row);
        let others = neighbors.iter().filter(|n| self.copies.first(n.row) != own && self.copies.first(n.row) == n.row);
        others.take(SHOWN_NEIGHBORS).map(|n| (self.id(n.row), rounded(n.similarity.value()))).collect()
    }
}

/// The nearest rows of each row, and its place on the map.
fn draw(index: &dyn Index, vectors: &Vectors) -> Result<(Vec<Vec<Neighbor>>, Vec<Point>)> {
    let params = MapParams::default();
    let neighbors = neighbors(index, vectors, params.neighbors.max(SHOWN_NEIGHBORS))?;
    let points = map::layout(vectors, &neighbors, &params);
    Ok((neighbors, points))
}

/// The nearest rows of each row, itself left out.
pub(super) fn neighbors(index: &dyn Index, vectors: &Vectors, depth: usize) -> Result<Vec<Vec<Neighbor>>> {
    let mut near = if index.is_exact() {
        index.around_all(depth + 1, None)
    } else {
        let search = |row: usize| index.search(vectors.row(row), depth + 1, None);
        (0..vectors.len()).into_par_iter().map(search).collect::<Result<Vec<_>>>()?
    };
    for (row, near) in near.iter_mut().enumerate() {
        near.retain(|neighbor| neighbor.row != row);
        near.truncate(depth);
    }
    Ok(near)
}

/// Known ids that take the fewest edits to become this one, if they take few.
pub(super) fn nearest_ids(id: &str, known: &[PaperId]) -> Vec<String> {
    let most = id.chars().count() / 3 + 1;
    let mut near: Vec<(usize, &PaperId)> = known
        .par_iter()
        .map(|other| (strsim::damerau_levenshtein(id, other.as_str()), other))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    near.sort();
    near.into_iter().take(OFFERED_IDS).map(|(_, other)| other.to_string()).collect()
}

/// The models on this machine, their files compared with their cards.
pub fn models() -> report::Models {
    let models = embed::installed().into_iter().map(|card| match card {
        Ok(card) => report::ModelState {
            state: card.verify().err().map_or_else(|| "ok".to_owned(), |error| error.to_string()),
            name: card.identity.name,
            description: card.description,
            dimension: card.identity.dimension,
            max_tokens: card.max_tokens,
            licence: card.licence,
            source: card.source,
        },
        Err(error) => report::ModelState { state: error.to_string(), ..report::ModelState::default() },
    });
    report::Models { models: models.collect() }
}
