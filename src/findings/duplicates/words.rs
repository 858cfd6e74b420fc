//! Words of texts as they are compared here: folded, and hashed in runs.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::UnicodeNormalization;

/// Words in a row that two texts must share to count as shared text.
const SHINGLE: usize = 4;

/// Letters in a row of a title.
const TITLE_SHINGLE: usize = 4;

/// Lower case, without accents; letters that are no accented others, and Greek ones, spelled out.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        // Most letters of most texts; all others one by one, too: what one may do to the next concerns marks alone.
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        for c in std::iter::once(c).nfkd().flat_map(char::to_lowercase).filter(|&c| !is_combining_mark(c)) {
            match LETTERS.iter().find(|(letter, _)| *letter == c) {
                Some((_, spelled)) => folded.push_str(spelled),
                None => folded.push(c),
            }
        }
    }
    folded
}

/// Letters that normalisation leaves as they are, and how a record without them is written.
#[rustfmt::skip]
const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"), ('ø', "o"), ('ł', "l"), ('đ', "d"), ('æ', "ae"), ('œ', "oe"), ('ı', "i"), ('α', "alpha"), ('β', "beta"),
    ('γ', "gamma"), ('δ', "delta"), ('ε', "epsilon"), ('κ', "kappa"), ('λ', "lambda"), ('μ', "mu"), ('σ', "sigma"),
    ('ς', "sigma"), ('τ', "tau"), ('ω', "omega"),
];

/// The words of a text, folded.
pub(super) fn words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The same words, each as its hash.
pub(super) fn hashes(text: &str) -> Vec<u64> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| hash(word.as_bytes())).collect()
}

/// Hashes of all runs of words, ascending, each once.
pub(super) fn runs(hashes: &[u64]) -> Vec<u64> {
    sorted(hashes.windows(SHINGLE).map(|run| run.iter().fold(0, |sum, &word| mixed(sum ^ word))).collect())
}

/// Hashes of all runs of letters, ascending, each once.
pub(super) fn letter_runs(text: &str) -> Vec<u64> {
    let letters: Vec<u64> = text.chars().map(|c| u64::from(u32::from(c))).collect();
    sorted(letters.windows(TITLE_SHINGLE).map(|run| run.iter().fold(1, |sum, &c| mixed(sum ^ c))).collect())
}

fn sorted(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// FNV-1a, 64 bits, mixed at the end (<http://www.isthe.com/chongo/tech/comp/fnv/>).
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let fold = |sum: u64, &byte: &u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    mixed(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fold))
}

/// One step of splitmix64 (Steele, Lea and Flood 2014): every bit of the input moves every bit of the output.
pub(super) const fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Number of hashes in both ascending lists.
pub(super) fn in_both(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                (i, j, both) = (i + 1, j + 1, both + 1);
            }
        }
    }
    both
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn folding_sign_by_sign_is_folding_the_whole(text in "[a-zA-Z ßøéÅǄﬁ\\u{300}-\\u{330}\\u{1100}-\\u{11ff}가-힣\\u{0f71}-\\u{0f84}]{0,30}|\\PC{0,30}") {
            let whole = text.nfkd().flat_map(char::to_lowercase).filter(|&c| !is_combining_mark(c));
            let spelled = |c: char| LETTERS.iter().find(|l| l.0 == c).map_or_else(|| c.to_string(), |l| l.1.to_owned());
            prop_assert_eq!(fold(&text), whole.map(spelled).collect::<String>());
            let of_words: Vec<u64> = words(&text).iter().map(|word| hash(word.as_bytes())).collect();
            prop_assert_eq!(hashes(&text), of_words);
        }
    }
}
