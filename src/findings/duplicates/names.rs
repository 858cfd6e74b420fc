//! Authors compared as names: accents, initials, order and cut lists do not make other people of them.

use super::words::fold;

/// Similarity of two surnames (Jaro-Winkler) from which they are one name written in two ways.
const SAME_SURNAME: f64 = 0.93;

/// Shortest surname that may be the end of a longer one: "Melo" and "Vieira de Melo".
const PARTIAL_SURNAME: usize = 4;

/// A person, as far as a record tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Folded letters.
    surname: String,
    /// The first letter of the first given name.
    initial: Option<char>,
}

impl Name {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches([',', ';', '.']);
        let parts: Vec<&str> = text.split_whitespace().collect();
        let (surname, given) = match text.split_once(',') {
            Some((surname, given)) => (surname.to_owned(), given.to_owned()),
            // "Okafor IM": what stands last is initials, not a name.
            None if parts.len() > 1 && is_initials(parts[parts.len() - 1]) => {
                (parts[..parts.len() - 1].join(" "), parts[parts.len() - 1].to_owned())
            }
            None => {
                let (last, first) = parts.split_last()?;
                ((*last).to_owned(), first.join(" "))
            }
        };
        let surname: String = fold(&surname).chars().filter(|c| c.is_alphanumeric()).collect();
        let is_person = !surname.is_empty() && surname != "etal" && surname != "others";
        is_person.then(|| Name { surname, initial: fold(&given).chars().find(|c| c.is_alphabetic()) })
    }

    fn is_same(&self, other: &Name) -> bool {
        if let (Some(a), Some(b)) = (self.initial, other.initial) {
            if a != b {
                return false;
            }
        }
        let (short, long) = if self.surname.len() <= other.surname.len() { (self, other) } else { (other, self) };
        short.surname == long.surname
            || short.surname.chars().count() >= PARTIAL_SURNAME && long.surname.ends_with(&short.surname)
            || strsim::jaro_winkler(&short.surname, &long.surname) >= SAME_SURNAME
    }
}

fn is_initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (1..=4).contains(&letters) && word.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-'))
}

/// The persons of a record; "et al." is none.
pub(super) fn names(authors: &[String]) -> Vec<Name> {
    let is_cut = |name: &&String| fold(name).trim_start().starts_with("et al");
    authors.iter().filter(|name| !is_cut(name)).filter_map(|name| Name::of(name)).collect()
}

/// Share of the shorter list that is also in the longer, in `[0, 1]`; `None` if a record names nobody.
pub(super) fn shared(a: &[Name], b: &[Name]) -> Option<f32> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return None;
    }
    let among = |some: &[Name], all: &[Name]| some.iter().filter(|name| all.iter().any(|o| name.is_same(o))).count();
    // Two persons of one list may be one of the other: the better count, whichever list comes first.
    let found = among(short, long).max(among(long, short)).min(short.len());
    Some(found as f32 / short.len() as f32)
}

/// The first author's folded surname.
pub(super) fn first(names: &[Name]) -> Option<&str> {
    names.first().map(|name| name.surname.as_str())
}

#[cfg(test)]
mod tests {
    use super::{names, shared};

    fn share(a: &[&str], b: &[&str]) -> Option<f32> {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        shared(&names(&list(a)), &names(&list(b)))
    }

    #[test]
    fn one_person_in_many_spellings() {
        for other in ["Möhrle JJ", "J. J. Mohrle", "Jörg Möhrle", "MOHRLE, J.", "Moehrle, J"] {
            assert_eq!(share(&["Möhrle, J. J."], &[other]), Some(1.0), "{other}");
        }
        assert_eq!(share(&["Vieira de Melo, G. C."], &["Melo, G."]), Some(1.0));
    }

    #[test]
    fn other_people_and_cut_lists() {
        assert_eq!(share(&["Wang, L."], &["Wang, Y."]), Some(0.0));
        assert_eq!(share(&["Duparc, S.", "et al.,"], &["Duparc, S.", "Green, J. A."]), Some(1.0));
        assert_eq!(share(&[], &["Duparc, S."]), None);
    }
}
