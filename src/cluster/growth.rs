//! Groups that stay while rows are added: what is new joins the group it is nearest to, or opens one.

use crate::error::Result;
use crate::vectors::{dot, normalize, Vectors};

use super::{fit, ClusterParams};

/// Share of a group's old rows that are farther from its centroid than a new row may be that is said to fit.
const UNFIT: f64 = 0.05;

/// Rows that a new group needs at least.
const FEWEST: usize = 5;

/// Rows of a new group against those of the smallest old one.
const OF_SMALLEST: f64 = 0.5;

/// New groups that one step opens at most.
const MOST_OPENED: usize = 8;

/// Rows settled into groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// For each row its group; groups from the old number on are new.
    pub cluster_of: Vec<usize>,
    /// Number of groups that were opened.
    pub opened: usize,
    /// Rows that had a group and are now nearer to the centroid of another. They stay where they are.
    pub nearer_elsewhere: usize,
}

/// Gives each row without a group the one of `k` whose centroid, the mean of those that have it, is nearest.
///
/// Rows that fit nowhere (farther from the centroid than 19 of 20 of the group's own) are looked at together: a group of
/// them stands by itself if it has 5 rows, half as many as the smallest old group, and holds together as well as the
/// loosest old group does. A group without any row stays empty.
///
/// # Errors
/// As [`fit`].
pub fn settle(points: &Vectors, known: &[Option<usize>], k: usize) -> Result<Settled> {
    let old = Groups::of(points, known, k);
    let nearest: Vec<(usize, f32)> = points.rows().map(|row| old.nearest(row)).collect();
    let moved = |(row, group): (usize, &Option<usize>)| group.is_some_and(|group| nearest[row].0 != group);
    let mut settled = Settled {
        cluster_of: known.iter().zip(&nearest).map(|(known, nearest)| known.unwrap_or(nearest.0)).collect(),
        opened: 0,
        nearer_elsewhere: known.iter().enumerate().filter(|&(row, group)| moved((row, group))).count(),
    };
    let is_unfit = |&row: &usize| known[row].is_none() && !old.fits(nearest[row].0, nearest[row].1);
    let unfit: Vec<usize> = (0..points.len()).filter(is_unfit).collect();
    let opened = opened(&points.select(&unfit), &old)?;
    for &row in &unfit {
        // What was left out of a new group may still be nearer to it than to any old one.
        let near = opened.iter().enumerate().map(|(group, centroid)| (group, dot(points.row(row), centroid)));
        let best = near.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((group, _)) = best.filter(|best| best.1 > nearest[row].1) {
            settled.cluster_of[row] = k + group;
        }
    }
    settled.opened = opened.len();
    Ok(settled)
}

/// The centroids of groups among rows that fit nowhere: of the fewest groups of which one can stand by itself, those that can.
fn opened(loners: &Vectors, old: &Groups) -> Result<Vec<Vec<f32>>> {
    let fewest = FEWEST.max((OF_SMALLEST * old.smallest() as f64).ceil() as usize);
    for k in 1..=(loners.len() / fewest).min(MOST_OPENED) {
        let found = fit(loners, &ClusterParams { k, seed: 0, runs: 4 })?;
        let mut sizes = vec![0usize; k];
        let mut sums = vec![0.0f64; k];
        for (row, &group) in loners.rows().zip(&found.cluster_of) {
            sizes[group] += 1;
            sums[group] += f64::from(dot(row, found.centroids.row(group)));
        }
        let stands = |&group: &usize| sizes[group] >= fewest && sums[group] / sizes[group] as f64 >= old.loosest;
        let standing: Vec<Vec<f32>> = (0..k).filter(stands).map(|group| found.centroids.row(group).to_vec()).collect();
        if !standing.is_empty() {
            return Ok(standing);
        }
    }
    Ok(Vec::new())
}

/// Groups of rows as they are before others are added.
#[derive(Debug, Clone)]
pub struct Groups {
    /// One for each group; `None` for a group without rows.
    centroids: Vec<Option<Vec<f32>>>,
    sizes: Vec<usize>,
    /// For each group the similarity to its centroid below which a row does not fit.
    floors: Vec<f32>,
    /// Mean similarity to the centroid in the group where it is least.
    loosest: f64,
}

impl Groups {
    /// The `k` groups of the rows that have one.
    pub fn of(points: &Vectors, known: &[Option<usize>], k: usize) -> Self {
        let mut sums = vec![vec![0.0f32; points.dimension()]; k];
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); k];
        for (row, group) in known.iter().enumerate() {
            let Some(group) = *group else { continue };
            sums[group].iter_mut().zip(points.row(row)).for_each(|(sum, x)| *sum += x);
            members[group].push(row);
        }
        let centroids: Vec<Option<Vec<f32>>> =
            sums.into_iter().map(|mut sum| normalize(&mut sum).then_some(sum)).collect();
        let mut floors = vec![-1.0; k];
        let mut loosest = f64::INFINITY;
        for (group, (rows, centroid)) in members.iter().zip(&centroids).enumerate() {
            let Some(centroid) = centroid else { continue };
            let mut near: Vec<f32> = rows.iter().map(|&row| dot(points.row(row), centroid)).collect();
            near.sort_by(f32::total_cmp);
            floors[group] = near[(UNFIT * near.len() as f64) as usize];
            loosest = loosest.min(near.iter().map(|&x| f64::from(x)).sum::<f64>() / near.len() as f64);
        }
        Groups { centroids, sizes: members.iter().map(Vec::len).collect(), floors, loosest }
    }

    /// The nearest group, the first of equals, and how near.
    pub fn nearest(&self, row: &[f32]) -> (usize, f32) {
        let near = self.centroids.iter().enumerate();
        let near = near.filter_map(|(group, centroid)| Some((group, dot(row, centroid.as_deref()?))));
        near.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).unwrap_or((0, -1.0))
    }

    /// Whether a row this near to a group fits it: 19 of 20 of its own rows are nearer.
    pub fn fits(&self, group: usize, near: f32) -> bool {
        near >= self.floors[group]
    }

    fn smallest(&self) -> usize {
        self.sizes.iter().copied().filter(|&size| size > 0).min().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_circle(angles: &[f32]) -> Vectors {
        let mut points = Vectors::new(2);
        angles.iter().for_each(|angle| points.push(&[angle.cos(), angle.sin()]).expect("a unit row"));
        points
    }

    #[test]
    fn what_is_new_joins_the_nearest_and_nothing_old_moves() {
        // The row at 0.78 is nearer to the second group, but was in the first.
        let points = on_circle(&[0.0, 0.05, 0.1, 0.78, 1.4, 1.5, 1.6, 0.07, 1.45]);
        let known = [Some(0), Some(0), Some(0), Some(0), Some(1), Some(1), Some(1), None, None];
        let settled = settle(&points, &known, 2).expect("groups");
        assert_eq!(settled.cluster_of, [0, 0, 0, 0, 1, 1, 1, 0, 1]);
        assert_eq!((settled.opened, settled.nearer_elsewhere), (0, 0));
    }

    #[test]
    fn a_group_that_fits_nowhere_opens_one_and_a_stray_does_not() {
        let old: Vec<f32> = (0..10).map(|i| 0.02 * i as f32).chain((0..10).map(|i| 1.5 + 0.02 * i as f32)).collect();
        let known: Vec<Option<usize>> = (0..20).map(|row| Some(row / 10)).collect();
        let with = |new: &[f32]| {
            let known: Vec<_> = known.iter().copied().chain(new.iter().map(|_| None)).collect();
            settle(&on_circle(&[&old[..], new].concat()), &known, 2).expect("groups")
        };
        let grown = with(&[3.0, 3.01, 3.02, 3.03, 3.04, 3.05]);
        assert_eq!(grown.opened, 1);
        assert!(grown.cluster_of[20..].iter().all(|group| *group == 2));
        let stray = with(&[3.0, 0.01]);
        assert_eq!((stray.opened, &stray.cluster_of[20..]), (0, &[1, 0][..]));
    }
}
