//! Volume, issue and pages inside a citation, as Embase writes its source: `Tides (2014) 3:3 (152-160). Date of
//! Publication: 2014`.

/// What a citation says behind the year.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Citation {
    pub(super) volume: Option<String>,
    pub(super) issue: Option<String>,
    pub(super) pages: Option<String>,
}

impl Citation {
    /// Reads a citation; of other texts, such as the name of a journal, nothing is taken.
    pub(super) fn of(text: &str) -> Option<Citation> {
        let at =
            text.match_indices(" (").map(|(at, mark)| at + mark.len()).find(|at| begins_with_year(&text[*at..]))?;
        let (numbers, _) = text[at + "2014) ".len()..].split_once(". Date of Publication")?;
        let (numbers, pages) = match numbers.split_once(" Article Number: ") {
            Some((numbers, article)) => (numbers, Some(article)),
            None => match numbers.strip_suffix(')').and_then(|numbers| numbers.rsplit_once('(')) {
                Some((numbers, pages)) => (numbers, Some(pages)),
                None => (numbers, None),
            },
        };
        let (volume, issue) = numbers.split_once(':').map_or((numbers, None), |(volume, issue)| (volume, Some(issue)));
        let owned = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Some(Citation { volume: owned(volume), issue: issue.and_then(owned), pages: pages.and_then(owned) })
    }
}

/// Whether a text begins with a year, the end of its bracket, and a space.
fn begins_with_year(text: &str) -> bool {
    text.as_bytes().first_chunk().is_some_and(|[year @ .., bracket, space]: &[u8; 6]| {
        year.iter().all(u8::is_ascii_digit) && *bracket == b')' && *space == b' '
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_behind_the_year() {
        let told = |text: &str| {
            Citation::of(text).map(|found| [found.volume, found.issue, found.pages].map(Option::unwrap_or_default))
        };
        for (text, numbers) in [
            ("J. Tides (2014) 3:3 (152-160). Date of Publication: 2014", ["3", "3", "152-160"]),
            ("J. Tides (2019) 54 (83-86). Date of Publication: 1 Jan 2019", ["54", "", "83-86"]),
            ("Tides (Oxford, England) (2011) 17:1. Date of Publication: 2011", ["17", "1", ""]),
            ("Tides (2018) 9:7 Article Number: e17. Date of Publication: 2018", ["9", "7", "e17"]),
        ] {
            assert_eq!(told(text), Some(numbers.map(str::to_owned)), "{text}");
        }
        for text in [
            "",
            "Tides",
            "Tides (2014)",
            "Tides (2014) 3:3 (1-2)",
            "Größe (ä",
            "PubMed (20145) 3. Date of Publication: x",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
