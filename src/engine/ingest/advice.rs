//! Advice for a long run: one line that names the faster model, once.

use std::time::Duration;

use crate::embed::{Card, STATIC_MODEL};

/// A run with more than this left is worth a thought, in seconds.
const LONG: f64 = 3600.0;

/// Texts after which the pace is believed: beside these, starting the model is next to nothing.
const ENOUGH: usize = 256;

/// How far a run has come, in papers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    /// Taken in so far, embedded or not.
    pub(super) done: usize,
    /// There will be so many, as far as can be told.
    pub(super) expected: usize,
}

/// How fast embedding goes in this run.
#[derive(Debug, Default)]
pub(super) struct Pace {
    texts: usize,
    took: Duration,
    is_settled: bool,
}

impl Pace {
    /// Counts texts that were embedded.
    pub(super) fn add(&mut self, texts: usize, took: Duration) {
        self.texts += texts;
        self.took += took;
    }

    /// The advice, as soon as the pace is known, if there is any; afterwards nothing.
    pub(super) fn advice(&mut self, model: &str, course: Course) -> Option<String> {
        if self.is_settled || self.texts < ENOUGH {
            return None;
        }
        self.is_settled = true;
        let seconds = seconds_left(self.texts as f64 / self.took.as_secs_f64(), self.texts, course);
        advice(model, seconds).filter(|_| Card::find(STATIC_MODEL).is_ok())
    }
}

/// Seconds that are left at `rate` texts a second, if the share of papers that must be embedded stays as it was.
fn seconds_left(rate: f64, texts: usize, course: Course) -> f64 {
    let left = course.expected.saturating_sub(course.done) as f64;
    left * texts as f64 / course.done.max(1) as f64 / rate
}

/// The faster model, where the other takes long.
fn advice(model: &str, seconds: f64) -> Option<String> {
    let is_long = model != STATIC_MODEL && seconds.is_finite() && seconds > LONG;
    is_long.then(|| {
        let hours = seconds / 3600.0;
        format!(
            "this will take about {hours:.*} h with {model}; '--model {STATIC_MODEL}' takes minutes, at some loss of quality",
            usize::from(hours < 10.0)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "all-MiniLM-L6-v2";

    #[test]
    fn an_hour_is_not_long_and_more_is() {
        assert_eq!(advice(MODEL, 3600.0), None);
        assert_eq!(
            advice(MODEL, 10_800.0).expect("three hours are long"),
            "this will take about 3.0 h with all-MiniLM-L6-v2; '--model static' takes minutes, at some loss of quality"
        );
        assert!(advice(MODEL, 50.0 * 3600.0).expect("two days are long").contains("about 50 h"));
    }

    #[test]
    fn the_fast_model_is_not_advised_against_itself_nor_without_a_pace() {
        assert_eq!(advice(STATIC_MODEL, 1e6), None);
        assert_eq!(advice(MODEL, f64::INFINITY), None);
        assert_eq!(advice(MODEL, f64::NAN), None);
    }

    #[test]
    fn what_is_known_already_takes_no_time() {
        let course = Course { done: 1_000, expected: 11_000 };
        assert_eq!(seconds_left(50.0, 1_000, course), 200.0);
        assert_eq!(seconds_left(50.0, 500, course), 100.0, "half of the papers have their vectors");
        assert_eq!(seconds_left(50.0, 500, Course { done: 1_000, expected: 900 }), 0.0, "more came than was expected");
    }

    #[test]
    fn it_is_said_once_and_not_before_the_pace_is_known() {
        let course = Course { done: 256, expected: 10_000_000 };
        let mut pace = Pace::default();
        pace.add(128, Duration::from_secs(2));
        assert_eq!(pace.advice(MODEL, course), None);
        pace.add(128, Duration::from_secs(2));
        assert!(pace.advice(MODEL, course).is_some());
        assert_eq!(pace.advice(MODEL, course), None);
    }
}
