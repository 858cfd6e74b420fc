//! Which record of a group to keep, and what it takes over from the others.

use std::cmp::{Ordering, Reverse};
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::paper::Paper;

use super::place::Place;

/// A reason to keep a record rather than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Criterion {
    Published,
    Doi,
    Abstract,
    Metadata,
    Newest,
    Oldest,
    Id,
}

/// All criteria by name.
const CRITERIA: &[(&str, Criterion)] = &[
    ("published", Criterion::Published),
    ("doi", Criterion::Doi),
    ("abstract", Criterion::Abstract),
    ("metadata", Criterion::Metadata),
    ("newest", Criterion::Newest),
    ("oldest", Criterion::Oldest),
    ("id", Criterion::Id),
];

/// In which order records are preferred: each criterion decides where those before it do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepRule(Vec<Criterion>);

impl Default for KeepRule {
    fn default() -> Self {
        use Criterion::{Abstract, Doi, Id, Metadata, Published};
        KeepRule(vec![Published, Doi, Abstract, Metadata, Id])
    }
}

impl FromStr for KeepRule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let criterion = |name: &str| {
            let known = CRITERIA.iter().find(|(known, _)| *known == name.trim()).map(|(_, criterion)| *criterion);
            known.ok_or_else(|| Error::UnknownName {
                what: "reason to keep a record",
                name: name.trim().to_owned(),
                known: CRITERIA.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
            })
        };
        text.split(',').map(criterion).collect::<Result<_>>().map(KeepRule)
    }
}

impl KeepRule {
    /// The better of two records first. The id decides last, so that there are no ties.
    pub(super) fn order(&self, a: &Paper, b: &Paper) -> Ordering {
        let by_rule = self.0.iter().map(|&criterion| compare(criterion, a, b)).find(|order| order.is_ne());
        by_rule.unwrap_or(Ordering::Equal).then_with(|| a.id.cmp(&b.id))
    }
}

fn compare(criterion: Criterion, a: &Paper, b: &Paper) -> Ordering {
    let (year_a, year_b) = (a.year.unwrap_or_default(), b.year.unwrap_or_default());
    match criterion {
        Criterion::Published => is_unpublished(a).cmp(&is_unpublished(b)),
        Criterion::Doi => a.doi.is_none().cmp(&b.doi.is_none()),
        Criterion::Abstract => Reverse(a.abstract_text.len()).cmp(&Reverse(b.abstract_text.len())),
        Criterion::Metadata => Reverse(filled(a)).cmp(&Reverse(filled(b))),
        Criterion::Newest => Reverse(year_a).cmp(&Reverse(year_b)),
        Criterion::Oldest => (a.year.is_none(), year_a).cmp(&(b.year.is_none(), year_b)),
        Criterion::Id => a.id.cmp(&b.id),
    }
}

/// Whether the record is that of a preprint, or names no place where the paper was published.
fn is_unpublished(paper: &Paper) -> bool {
    paper.venue.is_none() || Place::of(paper).is_preprint
}

fn filled(paper: &Paper) -> usize {
    let texts = [&paper.date, &paper.venue, &paper.volume, &paper.issue, &paper.pages, &paper.doi, &paper.arxiv_id];
    let more = [&paper.pmid, &paper.url];
    let lists = usize::from(!paper.authors.is_empty()) + usize::from(!paper.categories.is_empty());
    let known = texts.into_iter().chain(more).filter(|field| field.is_some()).count();
    known + lists + usize::from(paper.year.is_some())
}

/// The record to keep with what only the others have, taken from the best of them. Where it was published comes from
/// one record, so that no paper gets the volume of one journal and the pages of another.
pub fn merged(kept: &Paper, others: &[&Paper], rule: &KeepRule) -> Paper {
    let mut others = others.to_vec();
    others.sort_by(|a, b| rule.order(a, b));
    let mut whole = kept.clone();
    for other in others {
        let fill = |field: &mut Option<String>, from: &Option<String>| {
            if field.is_none() {
                field.clone_from(from);
            }
        };
        if whole.title.is_empty() {
            whole.title.clone_from(&other.title);
        }
        if whole.abstract_text.is_empty() {
            whole.abstract_text.clone_from(&other.abstract_text);
        }
        if whole.authors.is_empty() {
            whole.authors.clone_from(&other.authors);
        }
        if whole.venue.is_none() || !Place::of(&whole).has_other_venue(&Place::of(other)) && other.venue.is_some() {
            fill(&mut whole.venue, &other.venue);
            fill(&mut whole.volume, &other.volume);
            fill(&mut whole.issue, &other.issue);
            fill(&mut whole.pages, &other.pages);
            whole.year = whole.year.or(other.year);
            fill(&mut whole.date, &other.date);
        }
        fill(&mut whole.doi, &other.doi);
        fill(&mut whole.arxiv_id, &other.arxiv_id);
        fill(&mut whole.pmid, &other.pmid);
        fill(&mut whole.url, &other.url);
        let new: Vec<String> = other.categories.iter().filter(|c| !whole.categories.contains(c)).cloned().collect();
        whole.categories.extend(new);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{merged, KeepRule};
    use crate::paper::{Paper, PaperId};

    fn paper(id: &str, venue: Option<&str>, year: i32) -> Paper {
        let venue = venue.map(str::to_owned);
        Paper { id: PaperId::from(id), title: "T".to_owned(), venue, year: Some(year), ..Paper::default() }
    }

    #[test]
    fn the_published_record_is_kept_and_takes_over_what_it_lacks() {
        let preprint = Paper {
            arxiv_id: Some("2012.10187".to_owned()),
            ..paper("a", Some("arXiv preprint arXiv:2012.10187"), 2020)
        };
        let published = paper("b", Some("COLING"), 2021);
        let rule = KeepRule::default();
        assert!(rule.order(&published, &preprint).is_lt());
        let whole = merged(&published, &[&preprint], &rule);
        assert_eq!((whole.id.as_str(), whole.arxiv_id.as_deref()), ("b", Some("2012.10187")));
        assert_eq!(whole.venue.as_deref(), Some("COLING"));
        let oldest: KeepRule = "oldest".parse().expect("a known rule");
        assert!(oldest.order(&preprint, &published).is_lt());
        assert!("prettiest".parse::<KeepRule>().is_err());
    }
}
