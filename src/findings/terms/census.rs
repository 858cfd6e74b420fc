//! How often each sequence occurs, in what company and how it is written: which of them are terms.

use std::collections::HashMap;

use super::grams::{Found, Grams};
use super::reader::{Stream, Token};
use super::scan::is_unspaced;
use super::words::Words;
use super::{Term, TermId};

/// Share of its occurrences from which on a sequence inside a longer one is only a part of it.
const ABSORBED: f32 = 0.75;

/// Share of its occurrences before another word of content above which a sequence describes and does not name.
const DESCRIBES: f32 = 0.8;

/// Share of its occurrences after another word of content above which several words are the rest of longer terms.
const DANGLES: f32 = 0.85;

/// Share of the occurrences of the rest from which on a qualifier belongs to a name (`multiple` to `sclerosis`).
const QUALIFIED: f32 = 0.25;

/// Occurrences from which on shares are believed.
const MIN_EVIDENCE: u32 = 5;

/// Voices of an occurrence whose capitals tell something, against one where they do not.
const FIRM_VOTE: u32 = 2;

/// Counts by node of [`Grams`].
#[derive(Debug, Default)]
pub(super) struct Census {
    times: Vec<u32>,
    before_content: Vec<u32>,
    after_content: Vec<u32>,
    spellings: Vec<Spelling>,
    /// By the spelling of all words but the last, and the form of the last.
    spelling_of: HashMap<(Option<u32>, u32), u32>,
}

/// A way to write a sequence.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    before: Option<u32>,
    form: u32,
    node: Option<u32>,
    votes: u32,
}

impl Census {
    /// Counts every occurrence of every sequence.
    pub(super) fn of(stream: &Stream, words: &Words, grams: &Grams, forms: &[String]) -> Self {
        let capital: Vec<bool> = forms.iter().map(|form| is_capitalised(form)).collect();
        let zeros = vec![0; grams.len()];
        let mut census =
            Census { times: zeros.clone(), before_content: zeros.clone(), after_content: zeros, ..Census::default() };
        for (tokens, english) in stream.papers().zip(stream.english()) {
            grams.walk(tokens, words, &mut |found| {
                let next = tokens.get(found.end).filter(|next| !next.after_gap() && words.is_content(**next));
                let before = found.begin.checked_sub(1).filter(|_| !tokens[found.begin].after_gap());
                let before = before.filter(|before| words.is_content(tokens[*before]));
                let node = found.node as usize;
                census.times[node] += 1;
                census.before_content[node] += u32::from(*english && next.is_some());
                census.after_content[node] += u32::from(*english && before.is_some());
                census.vote(tokens, found, &capital);
            });
        }
        census
    }

    /// A voice for the spelling of an occurrence: a small one in a title, at the start of a sentence, and for a single
    /// word in a longer name (`Telescope` in `Space Telescope`).
    fn vote(&mut self, tokens: &[Token], found: Found, capital: &[bool]) {
        let mut spelling = None;
        for token in &tokens[found.begin..found.end] {
            let (before, form) = (spelling, token.form() as u32);
            let next = self.spellings.len() as u32;
            let number = *self.spelling_of.entry((before, form)).or_insert(next);
            if number == next {
                self.spellings.push(Spelling { before, form, node: None, votes: 0 });
            }
            spelling = Some(number);
        }
        let first = tokens[found.begin];
        let before = found.begin.checked_sub(1).filter(|_| !first.after_gap()).map(|before| tokens[before]);
        let after = tokens.get(found.end).filter(|after| !after.after_gap()).copied();
        let name = found.end - found.begin == 1 && capital[first.form()];
        let inside = name && [before, after].into_iter().flatten().any(|token| capital[token.form()]);
        if let Some(spelling) = spelling {
            let spelling = &mut self.spellings[spelling as usize];
            spelling.node = Some(found.node);
            spelling.votes += if first.is_loose() || inside { 1 } else { FIRM_VOTE };
        }
    }

    /// The terms in the order of their normal forms, and the term of each node that is one.
    pub(super) fn terms(&self, grams: &Grams, words: &Words, forms: &[String]) -> (Vec<Term>, Vec<Option<TermId>>) {
        let names: Vec<bool> = (0..grams.len() as u32).map(|node| self.is_name(node, grams, words)).collect();
        let absorbed = self.absorbed(&names, grams);
        let of_names = (0..grams.len() as u32).filter(|node| names[*node as usize] && !absorbed[*node as usize]);
        let mut keyed: Vec<(String, u32)> = of_names.map(|node| (key(&grams.words_of(node), words), node)).collect();
        keyed.sort_unstable();
        let spellings = self.spellings_of(grams.len());
        let mut terms = Vec::new();
        let mut of_node = vec![None; grams.len()];
        for same in keyed.chunk_by(|a, b| a.0 == b.0) {
            same.iter().for_each(|(_, node)| of_node[*node as usize] = Some(terms.len() as TermId));
            let nodes = same.iter().map(|(_, node)| *node);
            let written = nodes.clone().flat_map(|node| &spellings[node as usize]);
            let written = written.map(|spelling| (spelling.votes, self.written(spelling, forms)));
            let normals = nodes.map(|node| (self.times[node as usize], normal(&grams.words_of(node), words)));
            terms.push(Term { surface: commonest(written), normal: commonest(normals) });
        }
        (terms, of_node)
    }

    /// Whether a sequence names something, taken by itself.
    fn is_name(&self, node: u32, grams: &Grams, words: &Words) -> bool {
        let parts = grams.words_of(node);
        let (node, times) = (node as usize, self.times[node as usize]);
        let mostly = |part: u32, share: f32| times >= MIN_EVIDENCE && part as f32 > share * times as f32;
        let lone = parts.len() == 1 && words.text(parts[0]).chars().count() < 2;
        let own = parts.iter().any(|word| !words.role(*word).common && !words.role(*word).links);
        let describes = mostly(self.before_content[node], DESCRIBES);
        let dangles = parts.len() > 1 && mostly(self.after_content[node], DANGLES);
        let rest = grams.find(&parts[1..]).filter(|_| words.role(parts[0]).qualifies);
        let loose = rest.is_some_and(|rest| (times as f32) < QUALIFIED * self.times[rest as usize] as f32);
        times > 0 && own && !lone && !describes && !dangles && !loose
    }

    /// Marks the sequences that hardly ever occur outside one longer name (after C-value, Frantzi et al. 2000).
    fn absorbed(&self, names: &[bool], grams: &Grams) -> Vec<bool> {
        let mut absorbed = vec![false; grams.len()];
        for node in (0..grams.len() as u32).filter(|node| names[*node as usize]) {
            let parts = grams.words_of(node);
            let times = self.times[node as usize] as f32;
            for length in 1..parts.len() {
                for part in parts.windows(length).filter_map(|part| grams.find(part)) {
                    absorbed[part as usize] |= times >= ABSORBED * self.times[part as usize] as f32;
                }
            }
        }
        absorbed
    }

    /// The spellings of each node.
    fn spellings_of(&self, nodes: usize) -> Vec<Vec<&Spelling>> {
        let mut spellings = vec![Vec::new(); nodes];
        for spelling in &self.spellings {
            if let Some(node) = spelling.node {
                spellings[node as usize].push(spelling);
            }
        }
        spellings
    }

    fn written(&self, spelling: &Spelling, forms: &[String]) -> String {
        let mut parts = Vec::new();
        let mut at = Some(spelling);
        while let Some(Spelling { before, form, .. }) = at {
            parts.push(forms[*form as usize].as_str());
            at = before.map(|before| &self.spellings[before as usize]);
        }
        parts.reverse();
        spaced(&parts)
    }
}

/// The text that was counted most often, the first in the alphabet on a tie.
fn commonest(counted: impl Iterator<Item = (u32, String)>) -> String {
    counted.min_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1))).map(|(_, text)| text).unwrap_or_default()
}

/// Whether a word is written like `Telescope`; `LLM` and `Chain-of-Thought` keep their capitals anywhere.
fn is_capitalised(form: &str) -> bool {
    let mut letters = form.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
}

/// What terms that are one have in common: the words without what stands between them.
fn key(parts: &[u32], words: &Words) -> String {
    parts.iter().flat_map(|word| words.text(*word).chars()).filter(|c| *c != '-').collect()
}

fn normal(parts: &[u32], words: &Words) -> String {
    let parts: Vec<&str> = parts.iter().map(|word| words.text(*word)).collect();
    spaced(&parts).replace('-', " ")
}

/// Words with spaces between them where their script has any.
fn spaced(parts: &[&str]) -> String {
    let mut out = String::new();
    for (nth, part) in parts.iter().enumerate() {
        if nth > 0 && !(is_unspaced(parts[nth - 1]) && is_unspaced(part)) {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}
