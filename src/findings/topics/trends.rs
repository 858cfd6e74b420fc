//! Topics over the years: which gain and which lose.

use std::collections::BTreeMap;

/// Topics are called rising or fading where chance alone does so in fewer cases than this.
const SIGNIFICANT: f64 = 0.05;

/// Papers of each topic, year by year.
#[derive(Debug, Clone, PartialEq)]
pub struct OverTime {
    /// Years that papers have, ascending.
    pub years: Vec<i32>,
    /// Papers of each year.
    pub papers: Vec<usize>,
    /// Papers without a year.
    pub undated: usize,
    /// One for each topic.
    pub trends: Vec<Trend>,
}

/// A topic over the years.
#[derive(Debug, Clone, PartialEq)]
pub struct Trend {
    /// Papers of each year.
    pub counts: Vec<usize>,
    /// Cochran-Armitage statistic; above 0 where the topic's share grows.
    pub z: f64,
    /// How likely as strong a trend is by chance, over all topics, in `[0, 1]`.
    pub p: f64,
}

impl Trend {
    /// `rising`, `fading` or `steady`.
    pub fn name(&self) -> &'static str {
        match self.p < SIGNIFICANT {
            true if self.z > 0.0 => "rising",
            true => "fading",
            false => "steady",
        }
    }
}

/// Counts papers by year and topic (`0..k`) and tests each topic's share for a trend (Cochran 1954, Armitage 1955); the
/// chances are those after Benjamini and Hochberg 1995, as many topics are tested at once.
pub fn over_time(years: &[Option<i32>], topic_of: &[usize], k: usize) -> OverTime {
    let mut by_year: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (year, &topic) in years.iter().zip(topic_of) {
        if let Some(year) = year {
            by_year.entry(*year).or_insert_with(|| vec![0; k])[topic] += 1;
        }
    }
    let papers: Vec<usize> = by_year.values().map(|counts| counts.iter().sum()).collect();
    let at: Vec<f64> = by_year.keys().map(|&year| f64::from(year)).collect();
    let mut trends: Vec<Trend> = Vec::with_capacity(k);
    for topic in 0..k {
        let counts: Vec<usize> = by_year.values().map(|counts| counts[topic]).collect();
        let z = armitage(&at, &papers, &counts);
        trends.push(Trend { counts, z, p: complementary_error(z.abs() / std::f64::consts::SQRT_2) });
    }
    adjust(&mut trends);
    OverTime {
        years: by_year.into_keys().collect(),
        undated: years.iter().filter(|year| year.is_none()).count(),
        papers,
        trends,
    }
}

/// The statistic of a trend of `counts` among `totals` over `at`; 0 where nothing varies.
fn armitage(at: &[f64], totals: &[usize], counts: &[usize]) -> f64 {
    let n: f64 = totals.iter().map(|&n| n as f64).sum();
    let share = counts.iter().map(|&x| x as f64).sum::<f64>() / n.max(1.0);
    let centre = at.iter().zip(totals).map(|(t, &n)| t * n as f64).sum::<f64>() / n.max(1.0);
    let (mut excess, mut spread) = (0.0, 0.0);
    for ((t, &total), &count) in at.iter().zip(totals).zip(counts) {
        excess += (t - centre) * (count as f64 - total as f64 * share);
        spread += (t - centre).powi(2) * total as f64;
    }
    let variance = share * (1.0 - share) * spread;
    if variance > f64::EPSILON {
        excess / variance.sqrt()
    } else {
        0.0
    }
}

/// Chances over all topics: the false discovery rate at which each would just pass.
fn adjust(trends: &mut [Trend]) {
    let m = trends.len() as f64;
    let mut order: Vec<usize> = (0..trends.len()).collect();
    order.sort_by(|&a, &b| trends[a].p.total_cmp(&trends[b].p).then(a.cmp(&b)));
    let mut least = 1.0f64;
    for (rank, &topic) in order.iter().enumerate().rev() {
        least = least.min(trends[topic].p * m / (rank + 1) as f64);
        trends[topic].p = least;
    }
}

/// erfc for `x >= 0`, right to 1.2e-7 of itself (Press et al. 1992, Numerical Recipes in C, section 6.2).
fn complementary_error(x: f64) -> f64 {
    const TERMS: [f64; 10] = [
        -1.265_512_23,
        1.000_023_68,
        0.374_091_96,
        0.096_784_18,
        -0.186_288_06,
        0.278_868_07,
        -1.135_203_98,
        1.488_515_87,
        -0.822_152_23,
        0.170_872_77,
    ];
    let t = 1.0 / (1.0 + 0.5 * x);
    let series = TERMS.iter().rev().fold(0.0, |sum, term| sum * t + term);
    t * (-x * x + series).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_rises_what_shrinks_fades_and_noise_is_steady() {
        let mut years = Vec::new();
        let mut topics = Vec::new();
        for year in 0..10i32 {
            for paper in 0..40 {
                years.push(Some(2010 + year));
                let growing = paper < 4 + 2 * year;
                topics.push(if growing {
                    0
                } else if paper < 32 {
                    1
                } else {
                    2
                });
            }
        }
        years.push(None);
        topics.push(2);
        let found = over_time(&years, &topics, 3);
        assert_eq!((found.undated, found.years.len(), found.papers[3]), (1, 10, 40));
        assert_eq!(found.trends.iter().map(Trend::name).collect::<Vec<_>>(), ["rising", "fading", "steady"]);
        assert_eq!(found.trends[0].counts, [4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
    }

    #[test]
    fn the_statistic_is_that_of_the_textbook() {
        // R: prop.trend.test(c(10, 15, 25), c(50, 50, 50), 1:3) gives X-squared = 10.125, the square of z.
        let z = armitage(&[1.0, 2.0, 3.0], &[50, 50, 50], &[10, 15, 25]);
        assert!((z * z - 10.125).abs() < 1e-9, "{}", z * z);
        // erfc(1.96 / sqrt 2) = 0.04999579
        assert!((complementary_error(1.96 / std::f64::consts::SQRT_2) - 0.049_995_79).abs() < 1e-7);
        assert!((complementary_error(0.0) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn one_year_or_none_shows_no_trend() {
        let found = over_time(&[Some(2020), Some(2020), None], &[0, 1, 1], 2);
        assert!(found.trends.iter().all(|trend| trend.name() == "steady" && trend.z == 0.0));
        assert!(over_time(&[None], &[0], 1).years.is_empty());
    }
}
