//! The words behind the written forms, and what each may do in a term.

use std::collections::{HashMap, HashSet};

use super::behaviour::{surroundings, Surroundings};
use super::fold::{is_plural_of, singular, without_possessive, word_of};
use super::lists::{ADJECTIVE_ENDS, BOILERPLATE, COMMON_NOUNS, DESCRIBING_ENDS, ENGLISH, LINKS, QUALIFIERS};
use super::reader::{Stream, Token};
use super::scan::{is_number, is_unspaced};
use super::symbols::{is_symbol, Capitals};

/// What a word may do in a term.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Role {
    /// It may begin a term of several words.
    pub(super) begins: bool,
    /// It may end a term or be one.
    pub(super) ends: bool,
    /// It is of every field: no term unless another word makes it one.
    pub(super) common: bool,
    /// It is an adjective of every field, a numeral or a verb, and begins a term only as part of a name.
    pub(super) qualifies: bool,
    /// It may stand between the first and the last word though it is a stop word or a number.
    pub(super) links: bool,
    /// It is of a script without spaces.
    pub(super) unspaced: bool,
}

/// The words behind the forms: lower case, singular where the collection knows the singular.
#[derive(Debug)]
pub(super) struct Words {
    of_form: Vec<u32>,
    possessive: Vec<bool>,
    texts: Vec<String>,
    roles: Vec<Role>,
}

impl Words {
    /// Folds forms into words, then judges each word by lists, by its shape and by what stands around it.
    pub(super) fn new(forms: &[String], stream: &Stream) -> Self {
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut texts: Vec<String> = Vec::new();
        let mut of_form: Vec<u32> = Vec::with_capacity(forms.len());
        for form in forms {
            let number = numbers.entry(word_of(form)).or_insert_with_key(|word| {
                texts.push(word.clone());
                texts.len() as u32 - 1
            });
            of_form.push(*number);
        }
        let mut counts = vec![0u32; texts.len()];
        for token in stream.papers().flatten() {
            counts[of_form[token.form()] as usize] += 1;
        }
        let judge = Judge::new(&numbers);
        let closed: Vec<bool> = texts.iter().map(|text| judge.is_closed(text)).collect();
        let fold = |word| singular(word, &texts, &numbers, &counts, &closed);
        let folded: Vec<u32> = (0..texts.len()).map(fold).collect();
        of_form.iter_mut().for_each(|word| *word = folded[*word as usize]);
        let plural = forms.iter().zip(&of_form).map(|(form, word)| is_plural_of(form, &texts[*word as usize]));
        let around = surroundings(stream, &of_form, &plural.collect::<Vec<bool>>(), &texts);
        let capitals = Capitals::of_words(forms, stream, &of_form, texts.len());
        let judged = texts.iter().zip(&around).zip(&capitals);
        let roles = judged.map(|((text, around), capitals)| judge.role(text, around, capitals)).collect();
        let possessive = forms.iter().map(|form| without_possessive(form).len() < form.len()).collect();
        Words { of_form, possessive, texts, roles }
    }

    /// How many word numbers there are.
    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The word number of a token.
    pub(super) fn of(&self, token: Token) -> u32 {
        self.of_form[token.form()]
    }

    /// The normal form: lower case, singular.
    pub(super) fn text(&self, word: u32) -> &str {
        &self.texts[word as usize]
    }

    pub(super) fn role(&self, word: u32) -> Role {
        self.roles[word as usize]
    }

    /// Whether a token may begin a term of several words.
    pub(super) fn begins(&self, token: Token) -> bool {
        !token.is_stop() && self.role(self.of(token)).begins
    }

    /// Whether a token may end a term: `Alzheimer's` waits for another word.
    pub(super) fn ends(&self, token: Token) -> bool {
        !token.is_stop() && !self.possessive[token.form()] && self.role(self.of(token)).ends
    }

    /// Whether a token is a word with a sense of its own.
    pub(super) fn is_content(&self, token: Token) -> bool {
        self.begins(token) && !self.role(self.of(token)).qualifies
    }
}

/// The lists as sets, and the words of the collection.
struct Judge<'a> {
    numbers: &'a HashMap<String, u32>,
    english: HashSet<&'static str>,
    boilerplate: HashSet<&'static str>,
    qualifiers: HashSet<&'static str>,
    common: HashSet<&'static str>,
    describing: HashSet<&'static str>,
}

impl<'a> Judge<'a> {
    fn new(numbers: &'a HashMap<String, u32>) -> Self {
        let set = |list: &'static str| list.split_ascii_whitespace().collect();
        Judge {
            numbers,
            english: set(ENGLISH),
            boilerplate: set(BOILERPLATE),
            qualifiers: set(QUALIFIERS),
            common: set(COMMON_NOUNS),
            describing: set(DESCRIBING_ENDS),
        }
    }

    /// Whether a word has no plural: `news` is none of `new`, `goods` none of `good`.
    fn is_closed(&self, text: &str) -> bool {
        self.boilerplate.contains(text) || self.qualifiers.contains(text) || self.english.contains(text)
    }

    fn role(&self, text: &str, around: &Surroundings, capitals: &Capitals) -> Role {
        let number = is_number(text);
        let out = number || self.boilerplate.contains(text) || self.is_adverb(text) || is_symbol(text, capitals);
        let qualifies = self.qualifiers.contains(text) || around.is_verbal();
        let describes =
            qualifies || around.is_adjective() || self.is_adjective(text, around) || self.is_participle(text);
        Role {
            begins: !out,
            ends: !out && !describes,
            common: qualifies || self.common.contains(text),
            qualifies,
            // `type 2 diabetes`, but not `collecting 2,925 podcasts`.
            links: (number && text.len() < 3) || LINKS.contains(&text),
            unspaced: is_unspaced(text),
        }
    }

    /// `significantly`, if the collection knows `significant`; `probably`, `basically` in any case.
    fn is_adverb(&self, text: &str) -> bool {
        let stem = text.strip_suffix("ly").filter(|stem| stem.len() > 3);
        let sure = |stem: &str| ["ab", "ib", "ical"].iter().any(|end| stem.ends_with(end));
        stem.is_some_and(|stem| sure(stem) || self.numbers.contains_key(stem))
    }

    /// `generated`, `fine-tuned`, but not `speed`; short ones (`used`, `bed`) if the collection knows the verb.
    fn is_participle(&self, text: &str) -> bool {
        let stem = text.strip_suffix("ed").filter(|stem| stem.len() > 1 && !stem.ends_with('e'));
        stem.is_some_and(|stem| {
            stem.len() > 3 || self.numbers.contains_key(stem) || self.numbers.contains_key(&text[..=stem.len()])
        })
    }

    /// `expensive`, `graph-based`, `8-bit`.
    fn is_adjective(&self, text: &str, around: &Surroundings) -> bool {
        let shaped = |end: &str| text.len() > end.len() + 3 && text.ends_with(end);
        let (head, tail) = text.rsplit_once('-').unwrap_or(("", ""));
        let measure = !head.is_empty() && is_number(head) && tail.len() > 2;
        measure
            || self.describing.contains(tail)
            || (!around.has_plural() && ADJECTIVE_ENDS.iter().any(|end| shaped(end)))
    }
}
