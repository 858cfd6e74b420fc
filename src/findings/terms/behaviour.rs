//! What kind of word an English word is, told by the company it keeps in the collection.

use super::lists::{DETERMINERS, NOUN_MARKERS, STATE_MARKERS, VERB_MARKERS};
use super::reader::Stream;

/// Occurrences below which shares are taken of this number: a word that is seen twice betrays nothing.
const MIN_EVIDENCE: u32 = 8;

/// Share of occurrences with the company of a verb that makes a word one; nouns stay below 0.2.
const VERBAL: f32 = 0.3;

/// Share of occurrences after `is` or `more` that makes a word an adjective; nouns stay below 0.1.
const PREDICATE: f32 = 0.25;

/// Share of occurrences before another word of content above which a word is no noun, if it has no plural and
/// is no subject either.
const ATTRIBUTE: f32 = 0.6;

/// Share of occurrences before `of`, `is`, `are` from which on a word is a noun.
const SUBJECT: f32 = 0.04;

/// Share of plurals from which on a word is a noun.
const PLURAL: f32 = 0.03;

/// What stands around a word in English papers: counts over the collection.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Surroundings {
    times: u32,
    plural: u32,
    after_verb_marker: u32,
    after_state_marker: u32,
    after_determiner: u32,
    before_determiner: u32,
    before_noun_marker: u32,
    before_content: u32,
}

impl Surroundings {
    fn share(&self, part: u32) -> f32 {
        part as f32 / self.times.max(MIN_EVIDENCE) as f32
    }

    /// `generate`, `achieves`, `across`: what comes after `to` or `we` or before `the`, and seldom after `the`.
    pub(super) fn is_verbal(&self) -> bool {
        let verbal = self.share(self.after_verb_marker) + self.share(self.before_determiner);
        verbal > VERBAL && verbal > 2.0 * self.share(self.after_determiner)
    }

    /// `convex`, `visual`: what comes after `is`, or before a noun if it has no plural and is no subject.
    pub(super) fn is_adjective(&self) -> bool {
        let attribute = self.share(self.before_content) > ATTRIBUTE && self.share(self.before_noun_marker) < SUBJECT;
        self.share(self.after_state_marker) > PREDICATE || (attribute && self.share(self.plural) < PLURAL)
    }

    /// Whether the collection has its plural.
    pub(super) fn has_plural(&self) -> bool {
        self.plural > 0
    }
}

/// Counts the surroundings of every word; words of papers in other languages keep zeros.
///
/// `of_form` is the word of each form, `plural` whether the form is its plural, `texts` the words.
pub(super) fn surroundings(stream: &Stream, of_form: &[u32], plural: &[bool], texts: &[String]) -> Vec<Surroundings> {
    let marks = |list: &[&str]| -> Vec<bool> { texts.iter().map(|text| list.contains(&text.as_str())).collect() };
    let (verb, state) = (marks(&VERB_MARKERS), marks(&STATE_MARKERS));
    let (noun, determiner) = (marks(&NOUN_MARKERS), marks(&DETERMINERS));
    let mut around = vec![Surroundings::default(); texts.len()];
    for (tokens, _) in stream.papers().zip(stream.english()).filter(|(_, english)| **english) {
        for (at, token) in tokens.iter().enumerate() {
            let entry = &mut around[of_form[token.form()] as usize];
            entry.times += 1;
            entry.plural += u32::from(plural[token.form()]);
            if at > 0 && !token.after_gap() {
                let before = of_form[tokens[at - 1].form()] as usize;
                entry.after_verb_marker += u32::from(verb[before]);
                entry.after_state_marker += u32::from(state[before]);
                entry.after_determiner += u32::from(determiner[before]);
            }
            if let Some(next) = tokens.get(at + 1).filter(|next| !next.after_gap()) {
                let after = of_form[next.form()] as usize;
                entry.before_determiner += u32::from(determiner[after]);
                entry.before_noun_marker += u32::from(noun[after]);
                entry.before_content += u32::from(!next.is_stop());
            }
        }
    }
    around
}
