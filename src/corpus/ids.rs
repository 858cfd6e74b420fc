//! Identifiers inside addresses and other identifiers.

/// What stands in front of an arXiv id, in lower case.
const ARXIV_MARKS: &[&str] =
    &["arxiv.org/abs/", "arxiv.org/pdf/", "arxiv.org/html/", "10.48550/arxiv.", "oai:arxiv.org:", "arxiv:"];

/// What stands in front of PubMed's number, in lower case.
const PUBMED_MARKS: &[&str] = &["pubmed.ncbi.nlm.nih.gov/", "ncbi.nlm.nih.gov/pubmed/", "pmid", "pubmed", "medline"];

/// The most digits of PubMed's numbers; it gives some 1.5 million a year and has come to 40 million.
const PUBMED_DIGITS: usize = 8;

/// PubMed's number in an address, or in a text that says what it is, such as `PMID: 31421429`.
pub(super) fn pubmed_id(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let behind = |mark: &&str| lower.find(*mark).map(|at| lower[at + mark.len()..].trim_start_matches([' ', ':', '/']));
    let number =
        |rest: &str| rest.split(|c: char| !c.is_alphanumeric()).next().filter(|id| is_pubmed_id(id)).map(str::to_owned);
    PUBMED_MARKS.iter().filter_map(behind).find_map(number)
}

/// Whether a database, or who provides it, is PubMed by its name.
pub(super) fn is_pubmed(database: &str) -> bool {
    let name = database.to_ascii_lowercase();
    name == "nlm" || ["pubmed", "medline"].iter().any(|known| name.contains(known))
}

/// Whether this can be one of PubMed's numbers.
pub(super) fn is_pubmed_id(id: &str) -> bool {
    let digits = id.trim_start_matches('0');
    id.bytes().all(|byte| byte.is_ascii_digit()) && (1..=PUBMED_DIGITS).contains(&digits.len())
}

/// The arXiv id in an address, a DOI, or a note such as `arXiv:1806.05726 [cs]`.
pub(super) fn arxiv_id(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let behind = |mark: &&str| lower.find(*mark).map(|at| text[at + mark.len()..].trim_start());
    ARXIV_MARKS.iter().filter_map(behind).find_map(leading_id)
}

/// The arXiv id that a text begins with.
fn leading_id(text: &str) -> Option<String> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-'));
    let word = text.split(ends).next()?.trim_end_matches(['.', '/']);
    let id = word.strip_suffix(".pdf").unwrap_or(word);
    is_arxiv_id(id).then(|| id.to_owned())
}

/// Whether this is an arXiv id, with or without a version: `0704.0001`, `2401.00001v2`, `hep-th/9901001`.
pub(super) fn is_arxiv_id(id: &str) -> bool {
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = match id.rsplit_once('v') {
        Some((number, version)) if !version.is_empty() && all_digits(version) => number,
        _ => id,
    };
    if let Some((archive, number)) = number.split_once('/') {
        let names = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'-');
        return !archive.is_empty() && archive.bytes().all(names) && number.len() == 7 && all_digits(number);
    }
    number.split_once('.').is_some_and(|(month, count)| {
        month.len() == 4 && matches!(count.len(), 4 | 5) && all_digits(month) && all_digits(count)
    })
}

/// The year in which arXiv gave an id; its first two digits say it.
pub(super) fn arxiv_year(id: &str) -> Option<i32> {
    let number = id.rsplit('/').next().filter(|_| is_arxiv_id(id))?;
    let year: i32 = number.get(..2)?.parse().ok()?;
    Some(if year > 90 { 1900 + year } else { 2000 + year })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_in_addresses() {
        for (text, id) in [
            ("http://arxiv.org/abs/1806.05726v1", Some("1806.05726v1")),
            ("https://arxiv.org/pdf/hep-th/9901001.pdf", Some("hep-th/9901001")),
            ("https://doi.org/10.48550/arXiv.2401.00001", Some("2401.00001")),
            ("pmh:oai:arXiv.org:math/0601001", Some("math/0601001")),
            ("arXiv: 0704.0001 [hep-ph]", Some("0704.0001")),
            ("arXiv preprint", None),
            ("https://arxiv.org/abs/", None),
            ("10.1000/2401.00001", None),
        ] {
            assert_eq!(arxiv_id(text).as_deref(), id, "{text}");
        }
    }

    #[test]
    fn numbers_of_pubmed_are_found_where_they_are_named() {
        for (text, id) in [
            ("https://pubmed.ncbi.nlm.nih.gov/31421429/", Some("31421429")),
            ("http://www.ncbi.nlm.nih.gov/pubmed/?term=x", None),
            ("PUBMED 29141123,EMBASE 619380000", Some("29141123")),
            ("PubMed PMID: 7", Some("7")),
            ("https://example.org/31421429", None),
            ("PMC31421429", None),
        ] {
            assert_eq!(pubmed_id(text).as_deref(), id, "{text}");
        }
    }

    #[test]
    fn ids_tell_their_year() {
        assert_eq!(arxiv_year("0704.0001"), Some(2007));
        assert_eq!(arxiv_year("hep-th/9901001v2"), Some(1999));
        assert_eq!(arxiv_year("W123"), None);
    }
}
