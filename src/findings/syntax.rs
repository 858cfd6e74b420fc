//! What a typed query says beyond its words: `"exact phrase"`, `prefix*`, `title:word`, `author:name`, `-word`.

use super::filter::{Demand, Filter, Place};

/// A typed query taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// What it is about: the words, those of phrases and of titles included.
    pub text: String,
    /// What an answer must or must not say.
    pub demands: Filter,
}

/// Takes a query apart. Anything is a query: what is no syntax is text.
pub fn parse(query: &str) -> Typed {
    let mut text: Vec<String> = Vec::new();
    let mut demands = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let (piece, after) = Piece::take(rest);
        rest = after.trim_start();
        let is_about = !piece.is_without && piece.place != Some(Place::Authors);
        match piece.demand() {
            // A word alone ranks; all else decides who may be answered.
            None => text.push(piece.written.to_owned()),
            Some(_) if demands.len() == MOST_DEMANDS => text.push(piece.words.to_owned()),
            Some(demand) => {
                if is_about {
                    text.push(piece.words.to_owned());
                }
                let words = Filter::Words(demand);
                demands.push(if piece.is_without { Filter::Not(Box::new(words)) } else { words });
            }
        }
    }
    Typed { text: text.join(" "), demands: Filter::All(demands) }
}

/// Phrases and the like that decide who may be answered; more of them rank as words do.
const MOST_DEMANDS: usize = 300;

/// A word or phrase with what stands before and behind it.
struct Piece<'a> {
    written: &'a str,
    words: &'a str,
    place: Option<Place>,
    is_without: bool,
    is_phrase: bool,
    is_prefix: bool,
}

impl<'a> Piece<'a> {
    /// The first piece of a text that does not begin with space, and what follows it.
    fn take(text: &'a str) -> (Piece<'a>, &'a str) {
        let without = text.strip_prefix('-').filter(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '"'));
        let (place, body) = placed(without.unwrap_or(text));
        let phrase = body.strip_prefix('"').and_then(|inside| inside.split_once('"'));
        let is_phrase = phrase.is_some_and(|(words, _)| has_word(words));
        let (words, after) = match phrase {
            Some(phrase) if is_phrase => phrase,
            _ => body.split_at(body.find(char::is_whitespace).unwrap_or(body.len())),
        };
        let stem = words.strip_suffix('*').filter(|stem| !is_phrase && stem.ends_with(char::is_alphanumeric));
        let piece = Piece {
            written: &text[..text.len() - after.len()],
            words: stem.unwrap_or(words),
            place,
            is_without: without.is_some(),
            is_phrase,
            is_prefix: stem.is_some(),
        };
        (piece, after)
    }

    fn demand(&self) -> Option<Demand> {
        let is_syntax = self.place.is_some() || self.is_without || self.is_phrase || self.is_prefix;
        (is_syntax && has_word(self.words)).then(|| Demand {
            place: self.place,
            words: self.words.to_owned(),
            is_prefix: self.is_prefix,
        })
    }
}

fn placed(text: &str) -> (Option<Place>, &str) {
    let names = [
        ("title:", Place::Title),
        ("abstract:", Place::Abstract),
        ("authors:", Place::Authors),
        ("author:", Place::Authors),
    ];
    let at = |name: &str| text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let found = names.iter().find(|(name, _)| at(name)).map(|(name, place)| (Some(*place), &text[name.len()..]));
    // "Title: the subtitle" is prose.
    found.filter(|(_, rest)| rest.starts_with(|c: char| c.is_alphanumeric() || c == '"')).unwrap_or((None, text))
}

fn has_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn demands(query: &str) -> Vec<Filter> {
        let Filter::All(all) = parse(query).demands else { panic!("{query}") };
        all
    }

    #[test]
    fn words_rank_and_syntax_decides() {
        let typed = parse("coral \"warm sea\" title:reef author:\"J. Smith\" bleach* -bread");
        assert_eq!(typed.text, "coral warm sea reef bleach");
        assert_eq!(demands("coral \"warm sea\" title:reef author:\"J. Smith\" bleach* -bread").len(), 5);
        let words = |place, words: &str, is_prefix| Filter::Words(Demand { place, words: words.to_owned(), is_prefix });
        assert_eq!(demands("\"warm sea\""), [words(None, "warm sea", false)]);
        assert_eq!(demands("author:Smith"), [words(Some(Place::Authors), "Smith", false)]);
        assert_eq!(demands("bleach*"), [words(None, "bleach", true)]);
        assert_eq!(demands("-bread"), [Filter::Not(Box::new(words(None, "bread", false)))]);
    }

    #[test]
    fn prose_is_no_syntax() {
        for prose in
            ["COVID-19 at -80 degrees", "an unclosed \" quote", "Title: a subtitle", "5 * 3 - 2", "\"\" ** :-)"]
        {
            assert_eq!((demands(prose), parse(prose).text.as_str()), (Vec::new(), prose));
        }
    }

    proptest! {
        /// Every piece is taken, whatever is typed.
        #[test]
        fn nothing_typed_is_a_panic(query in "[ a-z\"*:é-]{0,30}|title:.{0,9}|.{0,20}") {
            let typed = parse(&query);
            prop_assert!(typed.text.len() <= query.len());
        }
    }
}
