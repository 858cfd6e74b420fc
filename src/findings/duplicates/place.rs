//! Where a paper was published: identifiers, journal, volume, pages, year; what of it agrees and what contradicts.

use crate::paper::Paper;

use super::words::{fold, words};

/// Years between two records of one paper: online first, then in an issue.
const NEAR_YEARS: i32 = 1;

/// Contradicting facts that make two places of it. One alone is a slip in a record often enough.
const CONTRADICTIONS: usize = 2;

/// A page that is a number below this, without an end, is taken for the number of pages.
const FEWEST_PAGE: u32 = 30;

/// Starts of DOIs of servers for preprints: a paper has another DOI there than in its journal.
const PREPRINT_DOIS: [&str; 10] = [
    "10.48550/",
    "10.1101/",
    "10.21203/",
    "10.2139/",
    "10.31234/",
    "10.31219/",
    "10.26434/",
    "10.20944/",
    "10.36227/",
    "10.5281/",
];

/// Words of the venues of preprints.
const PREPRINT_VENUES: [&str; 12] = [
    "arxiv",
    "biorxiv",
    "medrxiv",
    "chemrxiv",
    "psyarxiv",
    "corr",
    "preprint",
    "preprints",
    "ssrn",
    "techrxiv",
    "osf",
    "zenodo",
];

/// Whether two records agree on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Agreement {
    /// They do.
    Same,
    /// They contradict.
    Other,
    /// Not enough is known.
    Unknown,
}

impl Agreement {
    fn of<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> Self {
        match (a, b) {
            (Some(a), Some(b)) if a == b => Agreement::Same,
            (Some(_), Some(_)) => Agreement::Other,
            _ => Agreement::Unknown,
        }
    }
}

/// Where a record says that its paper was published.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) doi: Option<String>,
    pub(super) arxiv: Option<String>,
    pub(super) pmid: Option<String>,
    pub(super) year: Option<i32>,
    pub(super) first_page: Option<String>,
    volume: Option<String>,
    venue: Vec<String>,
    pub(super) is_preprint: bool,
}

impl Place {
    pub(super) fn of(paper: &Paper) -> Self {
        let venue = words(paper.venue.as_deref().unwrap_or_default());
        let doi = paper.doi.as_deref().map(|doi| fold(doi.trim()).trim_end_matches(['.', '/']).to_owned());
        let doi = doi.filter(|doi| doi.contains('/'));
        let arxiv = paper.arxiv_id.as_deref().map(without_version).filter(|id| !id.is_empty());
        let has_preprint_doi = doi.as_ref().is_some_and(|doi| PREPRINT_DOIS.iter().any(|start| doi.starts_with(start)));
        let has_preprint_venue = venue.iter().any(|word| PREPRINT_VENUES.contains(&word.as_str()));
        Place {
            is_preprint: has_preprint_doi || has_preprint_venue || doi.is_none() && venue.is_empty() && arxiv.is_some(),
            doi,
            arxiv,
            pmid: paper.pmid.as_deref().map(|pmid| pmid.trim().to_owned()).filter(|pmid| !pmid.is_empty()),
            year: paper.year,
            first_page: paper.pages.as_deref().and_then(first_page),
            volume: paper.volume.as_deref().and_then(volume),
            venue,
        }
    }

    /// Whether they have an identifier of papers in common, or contradicting ones of one kind and one registrar.
    pub(super) fn identifiers(&self, other: &Place) -> Agreement {
        let arxiv = Agreement::of(self.arxiv.as_ref(), other.arxiv.as_ref());
        let all = [
            Agreement::of(self.doi.as_ref(), other.doi.as_ref()),
            Agreement::of(self.pmid.as_ref(), other.pmid.as_ref()),
            arxiv,
        ];
        if all.contains(&Agreement::Same) {
            return Agreement::Same;
        }
        let one_registrar = registrar(&self.doi).is_some() && registrar(&self.doi) == registrar(&other.doi);
        let is_other = one_registrar || all[1] == Agreement::Other || arxiv == Agreement::Other;
        if is_other {
            Agreement::Other
        } else {
            Agreement::Unknown
        }
    }

    /// The facts that contradict, in words.
    fn contradictions(&self, other: &Place) -> Vec<&'static str> {
        let mut found = Vec::new();
        let mut note = |is_there: bool, what: &'static str| found.extend(is_there.then_some(what));
        let other_doi = Agreement::of(self.doi.as_ref(), other.doi.as_ref()) == Agreement::Other;
        note(other_doi, "DOIs");
        note(self.pages(other) == Agreement::Other, "pages");
        note(Agreement::of(self.volume.as_ref(), other.volume.as_ref()) == Agreement::Other, "volumes");
        note(self.has_other_venue(other), "venues");
        note(self.years_apart(other).is_some_and(|years| years > NEAR_YEARS), "years");
        found
    }

    /// Whether one paper can stand in both places. A preprint may stand beside any.
    pub(super) fn agreement(&self, other: &Place) -> (Agreement, Vec<&'static str>) {
        if self.is_preprint != other.is_preprint {
            return (Agreement::Unknown, Vec::new());
        }
        let contradictions = self.contradictions(other);
        let is_near = self.years_apart(other).is_none_or(|years| years <= NEAR_YEARS);
        let is_few = contradictions.len() < CONTRADICTIONS;
        let agreement = if self.pages(other) == Agreement::Same && (is_near || is_few) {
            Agreement::Same
        } else if is_few {
            Agreement::Unknown
        } else {
            Agreement::Other
        };
        (agreement, contradictions)
    }

    /// Whether more is known than the venue, which may be no more than the name of a database.
    pub(super) fn is_cited(&self) -> bool {
        self.doi.is_some() || self.first_page.is_some() || self.volume.is_some()
    }

    pub(super) fn years_apart(&self, other: &Place) -> Option<i32> {
        Some(self.year?.saturating_sub(other.year?).saturating_abs())
    }

    fn pages(&self, other: &Place) -> Agreement {
        Agreement::of(self.first_page.as_ref(), other.first_page.as_ref())
    }

    pub(super) fn has_other_venue(&self, other: &Place) -> bool {
        !self.venue.is_empty() && !other.venue.is_empty() && !is_one_venue(&self.venue, &other.venue)
    }
}

/// The registrar's number of a DOI.
fn registrar(doi: &Option<String>) -> Option<&str> {
    doi.as_deref()?.split_once('/').map(|(registrar, _)| registrar)
}

/// An arXiv id without `v2`.
fn without_version(id: &str) -> String {
    let id = fold(id.trim());
    match id.rsplit_once('v') {
        Some((base, version)) if !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit()) => base.to_owned(),
        _ => id,
    }
}

fn compact(text: &str) -> String {
    let letters: String = fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
    letters.trim_start_matches('0').to_owned()
}

/// The number of a volume; what stands beside it, such as an issue in brackets, is left out.
fn volume(text: &str) -> Option<String> {
    let text = fold(text);
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    Some(numbers.next()?.trim_start_matches('0').to_owned())
}

/// Where the paper begins: `995` of `995-1005`. `None` where the field may be the number of pages.
fn first_page(pages: &str) -> Option<String> {
    let mut parts = pages.split(['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', ',', ';']);
    let first = compact(parts.next()?);
    let has_end = parts.any(|part| !compact(part).is_empty());
    let may_be_count = !has_end && first.parse::<u32>().is_ok_and(|page| page < FEWEST_PAGE);
    // A paper that stands alone begins on page 1, whatever its number in the journal.
    (!first.is_empty() && first != "1" && !may_be_count).then_some(first)
}

/// Words that names of journals have with and without, and that say nothing of their own.
const LITTLE: [&str; 11] = ["the", "of", "and", "in", "for", "on", "a", "de", "la", "der", "und"];

/// Whether one venue is the other, its words cut ("J Med Chem") or its subtitle left out.
fn is_one_venue(a: &[String], b: &[String]) -> bool {
    let telling = |words: &[String]| -> Vec<String> {
        words.iter().filter(|word| !LITTLE.contains(&word.as_str())).cloned().collect()
    };
    let (a, b) = (telling(a), telling(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    let Some(first) = short.first() else { return true };
    if short.len() == 1 && is_acronym(first, long) {
        return true;
    }
    let mut rest = long.iter();
    short.iter().all(|word| rest.by_ref().any(|full| is_cut(word, full)))
}

fn is_cut(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.starts_with(short) {
        return true;
    }
    // "Intl" of "International", "Natl" of "National": the same start, the letters in order.
    let mut letters = long.chars();
    let shared_start = short.chars().zip(long.chars()).take_while(|(x, y)| x == y).count();
    shared_start >= 2 && short.chars().all(|c| letters.by_ref().any(|l| l == c))
}

fn is_acronym(word: &str, names: &[String]) -> bool {
    let initials: String = names.iter().filter_map(|name| name.chars().next()).collect();
    word.len() > 1 && initials.starts_with(word)
}

#[cfg(test)]
mod tests {
    use super::{first_page, is_one_venue, without_version, Agreement, Place};
    use crate::findings::duplicates::words::words;
    use crate::paper::Paper;

    #[test]
    fn venues_are_known_by_their_abbreviations() {
        let one = |a: &str, b: &str| is_one_venue(&words(a), &words(b));
        assert!(one("Am J Trop Med Hyg", "American Journal of Tropical Medicine and Hygiene"));
        assert!(one("J. Intl. Med.", "Journal of International Medicine"));
        assert!(one("PNAS", "Proceedings National Academy Sciences"));
        assert!(one("Lancet (London, England)", "The Lancet"));
        assert!(!one("Open Forum Infectious Diseases", "American Journal of Infection Control"));
        assert!(!one("Brain", "Pain"));
    }

    #[test]
    fn pages_begin_where_they_begin() {
        assert_eq!(first_page("995\u{2010}1005").as_deref(), Some("995"));
        assert_eq!(first_page("e0196716").as_deref(), Some("e0196716"));
        assert_eq!(first_page("S31-S36").as_deref(), Some("s31"));
        for unknown in ["", "7", "1-9", "n/a"] {
            assert!(first_page(unknown).is_none_or(|p| p == "na"), "{unknown}");
        }
    }

    #[test]
    fn identifiers_agree_contradict_or_say_nothing() {
        let doi = |doi: &str| Place::of(&Paper { doi: Some(doi.to_owned()), ..Paper::default() });
        assert_eq!(doi("10.1000/A").identifiers(&doi("10.1000/a.")), Agreement::Same);
        assert_eq!(doi("10.1000/a").identifiers(&doi("10.1000/b")), Agreement::Other);
        assert_eq!(doi("10.1000/a").identifiers(&doi("10.2000/b")), Agreement::Unknown);
        assert_eq!(without_version("2012.10187v3"), "2012.10187");
        assert_eq!(without_version("solv-int/9901001"), "solv-int/9901001");
    }
}
