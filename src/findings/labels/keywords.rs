//! Ten keywords out of many candidates: telling, different from each other, and used together.

use super::coherence::Postings;
use super::{Candidate, Vocabulary};

/// Keywords of a topic.
const KEYWORDS: usize = 10;

/// Score of a longer term against that of a part of it from which on the longer one takes its place.
const TAKES_OVER: f32 = 0.6;

/// What a candidate loses for each chosen keyword that consists of the same words.
const SAMENESS: f32 = 0.3;

/// What a candidate gains by being used with the chosen keywords, at a mean mutual information of 1.
const TOGETHERNESS: f32 = 2.0;

/// Letters that words of one family share at the beginning, or one with the end of the other.
const KIN: usize = 5;

/// The keywords among the candidates of a topic, in the order of choice.
///
/// Each next one has the best score after what it loses by sameness and gains by togetherness. Two keywords may be a
/// term and a longer term (`galaxies`, `dwarf galaxies`), three may not; an abbreviation and what it stands for may not.
pub(super) fn choose(vocabulary: &Vocabulary, postings: &Postings, candidates: &[Candidate]) -> Vec<Candidate> {
    let wordings: Vec<Wording> = candidates.iter().map(|candidate| Wording::of(vocabulary, candidate)).collect();
    let mut open: Vec<usize> = (0..candidates.len())
        .filter(|part| {
            let longer = |whole: usize| candidates[whole].score >= TAKES_OVER * candidates[*part].score;
            !(0..candidates.len()).any(|whole| longer(whole) && wordings[whole].holds(&wordings[*part]))
        })
        .collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut variety = vec![1.0f32; candidates.len()];
    let mut together = vec![0.0f32; candidates.len()];
    while chosen.len() < KEYWORDS {
        let worth = |at: usize| {
            let mean = together[at] / chosen.len().max(1) as f32;
            candidates[at].score * variety[at] * (1.0 + TOGETHERNESS * mean).max(f32::MIN_POSITIVE)
        };
        open.retain(|at| fits(*at, &chosen, &wordings));
        // Of equals the first: candidates come best first.
        let Some(best) = open.iter().copied().min_by(|a, b| worth(*b).total_cmp(&worth(*a)).then(a.cmp(b))) else {
            break;
        };
        open.retain(|at| *at != best);
        for at in &open {
            variety[*at] *= 1.0 - SAMENESS * wordings[*at].sameness(&wordings[best]);
            together[*at] += postings.npmi(candidates[*at].term, candidates[best].term);
        }
        chosen.push(best);
    }
    chosen.into_iter().map(|at| candidates[at]).collect()
}

/// Whether a candidate may stand beside the chosen ones.
fn fits(at: usize, chosen: &[usize], wordings: &[Wording]) -> bool {
    let nested = |a: usize, b: usize| wordings[a].holds(&wordings[b]) || wordings[b].holds(&wordings[a]);
    let partners: Vec<usize> = chosen.iter().copied().filter(|other| nested(at, *other)).collect();
    let taken = partners.iter().any(|partner| chosen.iter().any(|other| other != partner && nested(*other, *partner)));
    let repeats = |other: &usize| {
        let (a, b) = (&wordings[at], &wordings[*other]);
        a.abbreviates(b) || b.abbreviates(a) || a.is_shift_of(b)
    };
    partners.len() < 2 && !taken && !chosen.iter().any(repeats)
}

/// The words of a term, or its characters where its script has no spaces.
#[derive(Debug)]
pub(super) struct Wording<'a> {
    parts: Vec<&'a str>,
    abbreviation: bool,
    unspaced: bool,
}

impl<'a> Wording<'a> {
    pub(super) fn of(vocabulary: &'a Vocabulary, candidate: &Candidate) -> Self {
        let term = vocabulary.term(candidate.term);
        let capitals = term.surface.chars().filter(|c| c.is_uppercase()).count();
        let unspaced = term.is_unspaced();
        let parts = term.normal.split(if unspaced { "" } else { " " });
        Wording {
            parts: parts.filter(|part| !part.is_empty()).collect(),
            unspaced,
            abbreviation: capitals > 1 && !term.surface.contains(' '),
        }
    }

    /// Whether the term is one word.
    pub(super) fn is_single(&self) -> bool {
        self.parts.len() == 1
    }

    /// Whether the other is a part of this and shorter.
    pub(super) fn holds(&self, other: &Wording) -> bool {
        self.parts.len() > other.parts.len() && self.parts.windows(other.parts.len()).any(|part| part == other.parts)
    }

    /// Shared words against the words of the shorter one, in `[0, 1]`.
    fn sameness(&self, other: &Wording) -> f32 {
        let shared = self.parts.iter().filter(|part| other.parts.contains(part)).count();
        (shared as f32 / self.parts.len().min(other.parts.len()).max(1) as f32).min(1.0)
    }

    /// Whether the two, without spaces, have most characters in common, as pieces of one longer word have.
    fn is_shift_of(&self, other: &Wording) -> bool {
        self.unspaced && other.unspaced && self.sameness(other) > 0.7
    }

    /// Whether the two share a word or words of one family, or a word of one is short for the other.
    pub(super) fn is_kin(&self, other: &Wording) -> bool {
        let shared = self.parts.iter().any(|part| other.parts.iter().any(|word| are_kin(part, word)));
        let short = |a: &Wording, b: &Wording| b.parts.len() > 1 && a.parts.iter().any(|part| spells(part, &b.parts));
        shared || short(self, other) || short(other, self)
    }

    /// Whether this may be short for the other: `NSAID` for `nonsteroidal anti inflammatory drug`.
    fn abbreviates(&self, other: &Wording) -> bool {
        self.abbreviation && other.parts.len() > 1 && spells(&self.parts.concat(), &other.parts)
    }
}

/// Whether two words are one or of one family: `library`, `librarians`; `planet`, `exoplanet`.
fn are_kin(a: &str, b: &str) -> bool {
    let alike = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let inside = |part: &str, whole: &str| part.chars().count() >= KIN && whole.ends_with(part);
    a == b || alike >= KIN || inside(a, b) || inside(b, a)
}

/// Whether letters can be dealt to words in order: each word gets its first letter, and others that follow in it.
fn spells(letters: &str, words: &[&str]) -> bool {
    let Some((word, rest)) = words.split_first() else { return letters.is_empty() };
    let mut of_word = word.chars();
    let mut left = letters.chars();
    let Some(first) = left.next() else { return false };
    if of_word.next() != Some(first) {
        return false;
    }
    loop {
        if spells(left.as_str(), rest) {
            return true;
        }
        let Some(letter) = left.next() else { return false };
        if !of_word.any(|c| c == letter) {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_spell_what_they_stand_for() {
        for (short, long) in [
            ("nsaid", "nonsteroidal anti inflammatory drug"),
            ("llm", "large language model"),
            ("vit", "vision transformer"),
            ("moe", "mixture of expert"),
            ("3dgs", "3d gaussian splatting"),
        ] {
            assert!(spells(short, &long.split(' ').collect::<Vec<_>>()), "{short}");
        }
        for (short, long) in [("llm", "language model"), ("cnn", "graph network"), ("", "graph network")] {
            assert!(!spells(short, &long.split(' ').collect::<Vec<_>>()), "{short}");
        }
    }

    #[test]
    fn families_are_known_by_their_letters() {
        assert!(are_kin("library", "librarian") && are_kin("planet", "exoplanet") && are_kin("ab", "ab"));
        assert!(!are_kin("graph", "grape") && !are_kin("set", "dataset"));
    }
}
