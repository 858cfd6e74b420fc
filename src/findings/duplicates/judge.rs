//! The judge of a pair: what speaks for one paper, what against, and the rule that weighs them.
//!
//! The thresholds of the rule stand here, those by which titles, names and places agree in their files. What they bring on
//! the development sets is in the README, "Duplicates".

use crate::paper::Paper;

use super::names;
use super::place::Agreement;
use super::record::Record;
use super::titles::TitleMatch;
use super::{Kind, Verdict};

/// Share of the shorter abstract that is also in the other from which two records are near copies.
const NEAR_OVERLAP: f32 = 0.5;

/// The same for records with one title, which are then versions of one work.
const VERSION_OVERLAP: f32 = 0.15;

/// The overlap, and the fewest words of both abstracts, that make records with unlike titles near copies all the same.
const RETITLED_OVERLAP: f32 = 0.7;
const RETITLED_WORDS: usize = 60;

/// Overlap from which a text is the same text, whatever journal a record names.
const WHOLE_OVERLAP: f32 = 0.9;

/// Overlap below which another venue alone makes another paper of it: an abstract at a conference, then the article.
const ONE_VENUE_OVERLAP: f32 = 0.8;

/// Overlap from which a pair is shown to the user although it is not taken as the same.
const REVIEW_OVERLAP: f32 = 0.25;

/// Share of the shorter list of authors that is in both from which they are the same authors.
const SAME_AUTHORS: f32 = 0.5;

/// What is seen of a pair.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    title: TitleMatch,
    is_telling: bool,
    /// Share of the shorter abstract, if both are long enough.
    overlap: Option<f32>,
    /// Words of the shorter abstract.
    words: usize,
    authors: Option<f32>,
    identifiers: Agreement,
    place: Agreement,
    /// What forbids to merge, in words.
    against: Vec<String>,
    is_exact: bool,
}

/// What a pair is found to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// How the two are the same.
    pub kind: Kind,
    /// Whether that is sure.
    pub verdict: Verdict,
    /// Share of the shorter text's word runs that the other has too, in `[0, 1]`.
    pub text_overlap: f32,
    /// What was seen, in words.
    pub reasons: Vec<String>,
    /// Whether something speaks against their being one paper.
    pub is_contradicted: bool,
}

/// Judges whether two papers are one; `None` if nothing says so.
///
/// Boilerplate, which only a whole collection shows, is not discounted here.
pub fn same_work(a: &Paper, b: &Paper) -> Option<Judgement> {
    judge(&Record::of(a), &Record::of(b))
}

pub(super) fn judge(a: &Record, b: &Record) -> Option<Judgement> {
    let (title, overlap) = (a.title.compare(&b.title), a.overlap(b));
    let identifiers = a.place.identifiers(&b.place);
    let is_exact = a.exact.is_some() && a.exact == b.exact;
    // Most candidates end here, before names and places are compared.
    let is_like = title < TitleMatch::Missing || overlap.is_some_and(|o| o >= REVIEW_OVERLAP);
    if !is_like && !is_exact && identifiers != Agreement::Same {
        return None;
    }
    let seen = Evidence::of((a, b), title, overlap, identifiers);
    let (kind, sure) = seen.weigh()?;
    let verdict = if sure && seen.against.is_empty() { Verdict::Same } else { Verdict::Review };
    let text_overlap = if seen.is_exact { 1.0 } else { seen.overlap.unwrap_or(0.0) };
    Some(Judgement { kind, verdict, text_overlap, reasons: seen.reasons(), is_contradicted: !seen.against.is_empty() })
}

impl Evidence {
    fn of((a, b): (&Record, &Record), title: TitleMatch, overlap: Option<f32>, identifiers: Agreement) -> Self {
        let (place, contradictions) = a.place.agreement(&b.place);
        let mut seen = Evidence {
            title,
            is_telling: a.title.is_telling() && b.title.is_telling(),
            overlap,
            words: a.length.min(b.length),
            authors: names::shared(&a.authors, &b.authors),
            identifiers,
            place,
            against: Vec::new(),
            is_exact: a.exact.is_some() && a.exact == b.exact,
        };
        seen.weigh_places(&contradictions, a.place.is_cited() || b.place.is_cited());
        if a.title.has_other_notices(&b.title) {
            seen.against.push("one title is that of a notice, a protocol or a reply".to_owned());
        }
        if !seen.is_identified() {
            if seen.title != TitleMatch::Same && a.title.has_other_numbers(&b.title) {
                seen.against.push("the titles have other numbers".to_owned());
            }
            if seen.authors == Some(0.0) {
                seen.against.push("no author in common".to_owned());
            }
        }
        if seen.is_exact && seen.overlap.is_some() {
            // A whole abstract with its title stands for itself, whatever else the records say.
            seen.against.clear();
        }
        seen
    }

    /// Other identifiers and other places speak against, the less the more of the text is the same.
    fn weigh_places(&mut self, contradictions: &[&str], is_cited: bool) {
        let overlap = self.overlap.unwrap_or(0.0);
        let is_whole = overlap >= WHOLE_OVERLAP;
        let is_one_place = self.place == Agreement::Same;
        if self.identifiers == Agreement::Other && !(is_whole && is_one_place) {
            self.against.push("other identifiers".to_owned());
        }
        // What one slip in a record explains for one text under one title, it does not for less.
        let has = |what: &str| contradictions.contains(&what);
        let other_venue = is_cited && has("venues") && self.overlap.is_some_and(|o| o < ONE_VENUE_OVERLAP);
        let other_pages = self.title > TitleMatch::Spelled && (has("pages") || has("DOIs"));
        let other_years = (has("years") || has("volumes")) && self.overlap.is_none();
        let is_one_enough = (other_venue || other_pages || other_years) && !is_one_place;
        let is_other = self.place == Agreement::Other || is_one_enough;
        if self.identifiers != Agreement::Same && is_other && !is_whole {
            self.against.push(format!("other {}", contradictions.join(", ")));
        }
    }

    /// Whether so much is the same that other numbers in a title and other authors are slips in a record.
    fn is_identified(&self) -> bool {
        let has_identifier = self.identifiers == Agreement::Same && self.title <= TitleMatch::Cut;
        let has_text = self.title == TitleMatch::Same && self.overlap.is_some_and(|o| o >= WHOLE_OVERLAP);
        let has_place = self.title == TitleMatch::Same && self.place == Agreement::Same;
        has_identifier || has_text || has_place
    }

    fn has_same_authors(&self) -> bool {
        self.authors.is_some_and(|share| share >= SAME_AUTHORS)
    }

    /// The rule: the kind, and whether it is sure as long as nothing speaks against it.
    fn weigh(&self) -> Option<(Kind, bool)> {
        use TitleMatch as T;
        let is_telling = self.is_telling;
        let may_be_authors = self.authors.is_none() || self.has_same_authors();
        let in_one_place = self.identifiers == Agreement::Same || self.place == Agreement::Same;
        let by_text = self.overlap.map(|o| if o >= NEAR_OVERLAP { Kind::Near } else { Kind::Version });
        if self.is_exact {
            return Some((Kind::Exact, true));
        }
        if self.identifiers == Agreement::Same {
            let is_like = self.title < T::Unlike || self.overlap.is_some_and(|o| o >= REVIEW_OVERLAP);
            return Some((by_text.unwrap_or(Kind::Near), is_like));
        }
        match (self.title, self.overlap) {
            (T::Same, Some(o)) if o >= NEAR_OVERLAP => Some((Kind::Near, true)),
            (T::Same | T::Spelled, Some(o)) if o >= VERSION_OVERLAP && is_telling => Some((by_text?, true)),
            (T::Unlike, Some(o)) if o >= RETITLED_OVERLAP && self.words >= RETITLED_WORDS && may_be_authors => {
                Some((Kind::Near, true))
            }
            (T::Unlike, Some(o)) if o >= REVIEW_OVERLAP => Some((Kind::Overlap, false)),
            (T::Unlike, _) => None,
            (_, Some(o)) if o >= NEAR_OVERLAP => Some((Kind::Near, true)),
            (T::Same | T::Spelled, Some(_)) if is_telling => {
                Some((Kind::Version, self.has_same_authors() && in_one_place))
            }
            (T::Cut | T::Alike | T::Missing, Some(o)) if o >= REVIEW_OVERLAP => Some((Kind::Version, false)),
            (T::Same | T::Spelled, None) if is_telling && may_be_authors => Some((Kind::Near, true)),
            (T::Same, None) if self.has_same_authors() && in_one_place => Some((Kind::Near, true)),
            (T::Cut | T::Alike, None) if self.has_same_authors() && is_telling => Some((Kind::Near, in_one_place)),
            (T::Cut, None) if is_telling && may_be_authors => Some((Kind::Near, false)),
            _ => None,
        }
    }

    /// What was seen, in words: first what speaks for, then what against.
    fn reasons(&self) -> Vec<String> {
        if self.is_exact {
            return std::iter::once("same text".to_owned()).chain(self.against.iter().cloned()).collect();
        }
        let mut reasons = Vec::new();
        if self.identifiers == Agreement::Same {
            reasons.push("same identifier".to_owned());
        }
        reasons.push(
            match self.title {
                TitleMatch::Same => "same title",
                TitleMatch::Spelled => "one title in two spellings",
                TitleMatch::Cut => "one title is the other cut",
                TitleMatch::Alike => "like titles",
                TitleMatch::Missing => "a title is missing",
                TitleMatch::Unlike => "different titles",
            }
            .to_owned(),
        );
        match self.overlap {
            Some(o) => reasons.push(format!("{:.0} % of the shorter abstract is in both", 100.0 * o)),
            None => reasons.push("no two abstracts to compare".to_owned()),
        }
        if self.has_same_authors() {
            reasons.push("same authors".to_owned());
        }
        if self.place == Agreement::Same {
            reasons.push("same pages".to_owned());
        }
        reasons.extend(self.against.iter().cloned());
        reasons
    }
}
