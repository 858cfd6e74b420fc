//! Normal forms of single words: lower case, without possessive, English plurals with their singulars.

use std::collections::HashMap;

use super::lists::{IRREGULAR_PLURALS, PLURALS_IN_ICS};

/// `LLMs` to `llm`, `Alzheimer’s` to `alzheimer`, `U.S.A` to `usa`, `Cahn–Hilliard` to `cahn-hilliard`.
pub(super) fn word_of(form: &str) -> String {
    let form = without_possessive(form);
    let lower = without_capital_plural(form).to_lowercase();
    let dotted = lower.contains('.') && lower.split('.').all(|part| part.chars().count() == 1);
    let letters = lower.chars().filter(|c| !(dotted && *c == '.'));
    letters.map(|c| if matches!(c, '\u{2010}' | '\u{2011}' | '–') { '-' } else { c }).collect()
}

/// `model's` and `models'` without what makes them possessive.
pub(super) fn without_possessive(form: &str) -> &str {
    let bare = form.strip_suffix("'s").or_else(|| form.strip_suffix("’s")).unwrap_or(form);
    bare.trim_end_matches(['\'', '’'])
}

/// `GPUs` without its `s`, so that `GAs` is not taken for a gas.
fn without_capital_plural(form: &str) -> &str {
    match form.strip_suffix('s') {
        Some(stem) if stem.ends_with(char::is_uppercase) && stem.chars().filter(|c| c.is_uppercase()).count() > 1 => {
            stem
        }
        _ => form,
    }
}

/// Whether a written form is the plural of the word that it was folded into.
pub(super) fn is_plural_of(form: &str, word: &str) -> bool {
    let bare = without_possessive(form);
    bare.chars().count() != word.chars().count() || IRREGULAR_PLURALS.iter().any(|(many, _)| *many == bare)
}

/// The word that an English plural belongs to, if the collection holds it; else the word itself.
///
/// `texts` and `counts` are by number, `numbers` the way back; a word marked in `closed` takes in no plural. The
/// commoner singular if there are two (`bases`: `base`, `basis`), the first of the rules on a tie.
pub(super) fn singular(
    word: usize,
    texts: &[String],
    numbers: &HashMap<String, u32>,
    counts: &[u32],
    closed: &[bool],
) -> u32 {
    let mut best = (0, word as u32);
    for stem in singulars(&texts[word]) {
        if let Some(number) = numbers.get(&stem).filter(|number| !closed[**number as usize]) {
            let count = counts[*number as usize];
            if count > best.0 {
                best = (count, *number);
            }
        }
    }
    best.1
}

/// What an English plural may be the plural of; empty for what looks like none.
fn singulars(text: &str) -> Vec<String> {
    if let Some((_, one)) = IRREGULAR_PLURALS.iter().find(|(many, _)| *many == text) {
        return vec![(*one).to_owned()];
    }
    let unlikely = ["ss", "us", "is", "ics"].iter().any(|end| text.ends_with(end));
    let known = PLURALS_IN_ICS.iter().any(|plural| text.ends_with(plural));
    if text.len() < 4 || !text.ends_with('s') || (unlikely && !known) {
        return Vec::new();
    }
    let rules: [(&str, &[&str]); 7] = [
        ("ies", &["y", "ie"]),
        ("ices", &["ix", "ex", "ice"]),
        ("ses", &["s", "se", "sis"]),
        ("xes", &["x", "xis", "xe"]),
        ("hes", &["h", "he"]),
        ("zes", &["z", "ze"]),
        ("s", &[""]),
    ];
    let rule = rules.iter().find(|(end, _)| text.ends_with(end));
    rule.map_or_else(Vec::new, |(end, ones)| {
        let stem = &text[..text.len() - end.len()];
        ones.iter().map(|one| format!("{stem}{one}")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lose_case_possessive_and_capital_plural() {
        let pairs = [
            ("LLMs", "llm"),
            ("GAs", "ga"),
            ("Alzheimer’s", "alzheimer"),
            ("U.S.A", "usa"),
            ("GPT-3.5", "gpt-3.5"),
            ("Cahn–Hilliard", "cahn-hilliard"),
            ("SARS", "sars"),
            ("İstanbul", "i\u{307}stanbul"),
        ];
        for (form, word) in pairs {
            assert_eq!(word_of(form), word);
        }
    }

    #[test]
    fn plurals_join_singulars_that_are_there() {
        let texts: Vec<String> =
            ["model", "models", "physic", "physics", "matrix", "matrices", "basis", "base", "bases"]
                .iter()
                .chain(&["topic", "topics", "women", "woman", "analysis", "analyses", "new", "news", "gas"])
                .map(|text| (*text).to_owned())
                .collect();
        let numbers: HashMap<String, u32> = texts.iter().cloned().zip(0..).collect();
        let mut counts = vec![1; texts.len()];
        counts[numbers["basis"] as usize] = 5;
        let mut closed = vec![false; texts.len()];
        closed[numbers["new"] as usize] = true;
        let fold = |text: &str| &texts[singular(numbers[text] as usize, &texts, &numbers, &counts, &closed) as usize];
        for (many, one) in [
            ("models", "model"),
            ("matrices", "matrix"),
            ("bases", "basis"),
            ("topics", "topic"),
            ("women", "woman"),
            ("analyses", "analysis"),
        ] {
            assert_eq!(fold(many), one);
        }
        for alone in ["physics", "news", "gas", "model", "basis"] {
            assert_eq!(fold(alone), alone);
        }
    }
}
