//! Wishes as people write them.

use super::super::Engine;
use super::{Subject, Wish};

impl Engine<'_> {
    /// The wish for papers like `ID` or `ID^WEIGHT`; an id may itself hold such a sign.
    pub fn liked(&self, text: &str) -> Wish {
        match weighed(text).filter(|_| !self.has(text)) {
            Some((id, weight)) => Wish { subject: Subject::Paper(id.to_owned()), weight },
            None => Subject::Paper(text.to_owned()).into(),
        }
    }

    /// The same for what to stay away from, which is a text where no paper has such an id.
    pub fn disliked(&self, text: &str) -> Wish {
        let (subject, weight) = weighed(text).filter(|_| !self.has(text)).unwrap_or((text, 1.0));
        let subject = if self.has(subject) { Subject::Paper } else { Subject::Text }(subject.to_owned());
        Wish { subject, weight }
    }
}

fn weighed(text: &str) -> Option<(&str, f32)> {
    let (subject, weight) = text.rsplit_once('^')?;
    Some((subject, weight.parse().ok()?))
}
