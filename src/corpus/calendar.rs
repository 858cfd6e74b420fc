//! Dates from years, months and days as bibliographic records write them.

use super::clean;

/// The first three letters of the months.
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `YYYY-MM-DD`, or as much of it as the parts tell: `2018`, `Feb`, `3` is `2018-02-03`; none without a year.
pub(super) fn date(year: &str, month: Option<&str>, day: Option<&str>) -> Option<String> {
    let year = clean::year(year)?;
    let Some(month) = month.and_then(number_of_month) else { return Some(format!("{year:04}")) };
    match day.and_then(|day| day.trim().parse().ok()).filter(|day| (1..=31_u32).contains(day)) {
        Some(day) => Some(format!("{year:04}-{month:02}-{day:02}")),
        None => Some(format!("{year:04}-{month:02}")),
    }
}

/// The month that a text names or begins with: `2`, `02`, `Feb`, `February`, `February-March`.
fn number_of_month(text: &str) -> Option<usize> {
    let text = text.trim();
    if let Ok(number) = text.parse() {
        return Some(number).filter(|number| (1..=12).contains(number));
    }
    let begin = text.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == begin).map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_as_precise_as_their_parts() {
        for (year, month, day, expected) in [
            ("2018", None, None, Some("2018")),
            ("2018", Some("Feb"), None, Some("2018-02")),
            ("2018", Some("02"), Some("3"), Some("2018-02-03")),
            ("2018", Some("October-November"), None, Some("2018-10")),
            ("2018", Some("Spring"), Some("3"), Some("2018")),
            ("2018", Some("13"), Some("3"), Some("2018")),
            ("2018", Some("May"), Some("32"), Some("2018-05")),
            ("in press", Some("May"), None, None),
            ("2018", Some("日本"), None, Some("2018")),
        ] {
            assert_eq!(date(year, month, day).as_deref(), expected, "{year} {month:?} {day:?}");
        }
    }
}
