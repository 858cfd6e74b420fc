//! Found groups against pairs that people have judged.

use std::collections::{BTreeMap, BTreeSet};

use crate::vectors::{root, Vectors};

use super::{Duplicates, Kind};

/// What people say of a pair of rows `a < b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedPair {
    /// The rows, ascending.
    pub rows: (usize, usize),
    /// Whether they are the same paper; `None` where that is not to be counted.
    pub is_same: Option<bool>,
    /// What sort of pair it is, in the judges' words; may be empty.
    pub sort: String,
}

/// Counts of pairs, and what follows from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs that are the same and were found.
    pub hits: usize,
    /// Pairs that were found and are not the same.
    pub wrong: usize,
    /// Pairs that are the same.
    pub positives: usize,
}

impl Counts {
    /// Share of what was found that is right, in `[0, 1]`; 1 where nothing was found.
    pub fn precision(self) -> f64 {
        ratio(self.hits, self.hits + self.wrong)
    }

    /// Share of what is right that was found, in `[0, 1]`; 1 where nothing is to be found.
    pub fn recall(self) -> f64 {
        ratio(self.hits, self.positives)
    }

    /// Harmonic mean of both, in `[0, 1]`.
    pub fn f1(self) -> f64 {
        harmonic(self.precision(), self.recall())
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// The harmonic mean of two shares, in `[0, 1]`.
pub fn harmonic(a: f64, b: f64) -> f64 {
    if a + b == 0.0 {
        0.0
    } else {
        2.0 * a * b / (a + b)
    }
}

/// How good the groups are.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// All pairs within groups.
    pub pairs: Counts,
    /// The same by the kind of the group; positives are those of all kinds.
    pub by_kind: Vec<(Kind, Counts)>,
    /// Pairs that are the same, by the judges' sort, and how many of them were found.
    pub by_sort: Vec<(String, Counts)>,
    /// B-cubed precision and recall (Bagga and Baldwin 1998), in `[0, 1]`: for each paper the share of its group that
    /// belongs there, and the share of its true group that is in it; means over papers that are in a group of either.
    pub b_cubed: (f64, f64),
    /// What is left of all pairs when those of a similarity below the first value are left out.
    pub thresholds: Vec<(f32, Counts)>,
}

/// Similarities at which the table of thresholds is made.
const THRESHOLDS: [f32; 8] = [0.0, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.99];

/// Compares what was found with what people say. A found pair that nobody judged is wrong.
pub fn measure(found: &Duplicates, vectors: &Vectors, judged: &[JudgedPair]) -> Measured {
    let gold: BTreeMap<(usize, usize), &JudgedPair> = judged.iter().map(|pair| (pair.rows, pair)).collect();
    let found_pairs = pairs_of(found);
    let count = |is_meant: &dyn Fn((usize, usize), Kind) -> bool| {
        let mut counts =
            Counts { positives: gold.values().filter(|p| p.is_same == Some(true)).count(), ..Counts::default() };
        for (&pair, _) in found_pairs.iter().filter(|(&pair, &kind)| is_meant(pair, kind)) {
            match gold.get(&pair).map(|judged| judged.is_same) {
                Some(Some(true)) => counts.hits += 1,
                Some(None) => {}
                Some(Some(false)) | None => counts.wrong += 1,
            }
        }
        counts
    };
    let kinds = [Kind::Exact, Kind::Near, Kind::Version];
    let mut by_sort: BTreeMap<String, Counts> = BTreeMap::new();
    for pair in judged.iter().filter(|pair| pair.is_same == Some(true) && !pair.sort.is_empty()) {
        let counts = by_sort.entry(pair.sort.clone()).or_default();
        counts.positives += 1;
        counts.hits += usize::from(found_pairs.contains_key(&pair.rows));
    }
    let above = |least: f32| count(&|(a, b), _| least <= 0.0 || vectors.similarity(a, b).value() >= least);
    Measured {
        pairs: count(&|_, _| true),
        by_kind: kinds.into_iter().map(|wanted| (wanted, count(&|_, kind| kind == wanted))).collect(),
        by_sort: by_sort.into_iter().collect(),
        b_cubed: b_cubed(found, judged, vectors.len()),
        thresholds: THRESHOLDS.into_iter().map(|least| (least, above(least))).collect(),
    }
}

/// Every pair within a group, with the group's kind.
fn pairs_of(found: &Duplicates) -> BTreeMap<(usize, usize), Kind> {
    let pairs = found.groups.iter().flat_map(|group| {
        let rows = &group.papers;
        let pairs = rows.iter().enumerate().flat_map(move |(i, &a)| rows[i + 1..].iter().map(move |&b| (a, b)));
        pairs.map(move |pair| (pair, group.kind))
    });
    pairs.collect()
}

fn b_cubed(found: &Duplicates, judged: &[JudgedPair], rows: usize) -> (f64, f64) {
    let mut parent: Vec<usize> = (0..rows).collect();
    for (a, b) in judged.iter().filter(|pair| pair.is_same == Some(true)).map(|pair| pair.rows) {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    let mut true_groups: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for row in 0..rows {
        true_groups.entry(root(&mut parent, row)).or_default().insert(row);
    }
    let mut found_group: BTreeMap<usize, &[usize]> = BTreeMap::new();
    for group in &found.groups {
        found_group.extend(group.papers.iter().map(|&row| (row, group.papers.as_slice())));
    }
    let (mut precision, mut recall, mut papers) = (0.0, 0.0, 0);
    for row in 0..rows {
        let alone = [row];
        let group = found_group.get(&row).copied().unwrap_or(&alone);
        let Some(truth) = true_groups.get(&root(&mut parent, row)) else { continue };
        if group.len() == 1 && truth.len() == 1 {
            continue;
        }
        let both = group.iter().filter(|member| truth.contains(member)).count();
        precision += ratio(both, group.len());
        recall += ratio(both, truth.len());
        papers += 1;
    }
    if papers == 0 {
        return (1.0, 1.0);
    }
    (precision / f64::from(papers), recall / f64::from(papers))
}

#[cfg(test)]
mod tests {
    use super::{measure, JudgedPair};
    use crate::findings::duplicates::{Duplicates, Group, Kind};
    use crate::vectors::{Similarity, Vectors};

    #[test]
    fn figures_agree_with_those_counted_by_hand() {
        let mut vectors = Vectors::new(2);
        for row in [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]] {
            vectors.push(&row).expect("a unit row");
        }
        let group = |kind, papers: Vec<usize>| Group {
            kind,
            keep: papers[0],
            weakest: (papers[0], papers[1]),
            weakest_similarity: Similarity::new(1.0),
            papers,
        };
        let found = Duplicates {
            groups: vec![group(Kind::Exact, vec![0, 1]), group(Kind::Near, vec![3, 4])],
            pairs: Vec::new(),
        };
        let judged = |rows, is_same| JudgedPair { rows, is_same, sort: "s".to_owned() };
        let all = [
            judged((0, 1), Some(true)),
            judged((0, 2), Some(true)),
            judged((1, 2), Some(true)),
            judged((3, 4), Some(false)),
        ];
        let measured = measure(&found, &vectors, &all);
        assert_eq!((measured.pairs.hits, measured.pairs.wrong, measured.pairs.positives), (1, 1, 3));
        assert_eq!((measured.pairs.precision(), measured.pairs.recall()), (0.5, 1.0 / 3.0));
        // Papers 0 and 1: 2 of 2 right, 2 of 3 found; 2: alone, 1 of 3; 3 and 4: 1 of 2 right, all found.
        let expected = ((1.0 + 1.0 + 1.0 + 0.5 + 0.5) / 5.0, (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0 + 1.0 + 1.0) / 5.0);
        assert!((measured.b_cubed.0 - expected.0).abs() < 1e-12 && (measured.b_cubed.1 - expected.1).abs() < 1e-12);
        assert_eq!(measured.by_kind[0].1.wrong, 0);
        assert_eq!(measured.thresholds.last().map(|t| (t.1.hits, t.1.wrong)), Some((1, 0)));
        assert_eq!(measured.by_sort[0].1.hits, 1);
    }
}
