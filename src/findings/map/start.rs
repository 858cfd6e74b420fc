//! Where the papers start from: their first two principal components.

use rand_xoshiro::rand_core::RngCore;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::vectors::{dot, normalize};

use super::Spot;

/// Rows from which the components are found; enough for a direction, few enough to be quick.
const SAMPLE: usize = 2048;
/// Steps of the power iteration; the components of text vectors are hardly apart, and a start needs no precision.
const STEPS: usize = 60;
/// Half the width of the start along the first component, in units of the map's springs; umap-learn's value.
const HALF_WIDTH: f32 = 10.0;
/// Half the width of the random shift that tells rows in one place apart; umap-learn's value.
const SHIFT: f32 = 1e-4;

/// The `n` rows (of `d` floats) on the plane of their first two principal components, within about `HALF_WIDTH` of 0.
pub(super) fn principal_plane(rows: &[&[f32]], random: &mut Xoshiro256PlusPlus) -> Vec<Spot> {
    let step = rows.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<&[f32]> = rows.iter().step_by(step).copied().collect();
    let Some(mean) = mean_row(&sample) else { return Vec::new() };
    let axes = principal_axes(&sample, &mean, random);
    let middle = axes.each_ref().map(|axis| dot(&mean, axis));
    let along = |row: &[f32], axis: usize| dot(row, &axes[axis]) - middle[axis];
    let mut spots: Vec<Spot> = rows.iter().map(|row| [along(row, 0), along(row, 1)]).collect();
    let widest = spots.iter().flatten().fold(f32::MIN_POSITIVE, |widest, x| widest.max(x.abs()));
    for x in spots.iter_mut().flatten() {
        *x = *x / widest * HALF_WIDTH + signed_unit(random) * SHIFT;
    }
    spots
}

/// The mean of the rows; nothing if there is none.
fn mean_row(rows: &[&[f32]]) -> Option<Vec<f32>> {
    let mut mean = vec![0.0; rows.first()?.len()];
    for row in rows {
        add_scaled(&mut mean, row, 1.0 / rows.len() as f32);
    }
    Some(mean)
}

/// Two orthogonal directions of greatest variance around `mean`, by power iteration on both at once.
fn principal_axes(rows: &[&[f32]], mean: &[f32], random: &mut Xoshiro256PlusPlus) -> [Vec<f32>; 2] {
    let mut axes = [(); 2].map(|()| mean.iter().map(|_| signed_unit(random)).collect::<Vec<f32>>());
    for _ in 0..STEPS {
        axes = axes.map(|axis| covariance_times(rows, mean, &axis));
        let [first, second] = &mut axes;
        normalize(first);
        // Twice: of rows that differ in one direction only, once leaves rounding errors that may lie along the first.
        for _ in 0..2 {
            let shared = dot(first, second);
            add_scaled(second, first, -shared);
            normalize(second);
        }
    }
    axes
}

/// The covariance matrix of the rows times `axis`, up to a factor.
fn covariance_times(rows: &[&[f32]], mean: &[f32], axis: &[f32]) -> Vec<f32> {
    let middle = dot(mean, axis);
    let mut product = vec![0.0; axis.len()];
    for row in rows {
        add_scaled(&mut product, row, dot(row, axis) - middle);
    }
    product
}

fn add_scaled(sum: &mut [f32], row: &[f32], factor: f32) {
    for (total, x) in sum.iter_mut().zip(row) {
        *total += factor * x;
    }
}

/// A random number in `[-1, 1)`.
fn signed_unit(random: &mut Xoshiro256PlusPlus) -> f32 {
    (f64::from(random.next_u32()) / f64::from(1u32 << 31) - 1.0) as f32
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::rand_core::SeedableRng;

    use super::*;

    #[test]
    fn the_plane_shows_the_two_widest_directions_in_proportion() {
        let mut rows = vec![vec![0.0; 20]; 80];
        for (nth, row) in rows.iter_mut().enumerate() {
            // Four axes, 4, 2, 1 and 1 wide, around a point that is not 0.
            let width = [4.0, 2.0, 1.0, 1.0][nth % 4];
            row[3 * (nth % 4)] = if nth < 40 { width } else { -width };
            row[19] = 7.0;
        }
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let spots = principal_plane(&rows, &mut Xoshiro256PlusPlus::seed_from_u64(3));
        let near = |spot: Spot, x: f32, y: f32| (spot[0].abs() - x).abs() < 0.01 && (spot[1].abs() - y).abs() < 0.01;
        assert!(near(spots[0], HALF_WIDTH, 0.0), "{:?}", spots[0]);
        assert!(near(spots[1], 0.0, HALF_WIDTH / 2.0), "{:?}", spots[1]);
        assert!(near(spots[2], 0.0, 0.0), "{:?}", spots[2]);
    }

    #[test]
    fn rows_on_a_line_stay_on_a_line() {
        let rows: Vec<[f32; 3]> = (0..9).map(|x| [x as f32, 1.0, 2.0 * x as f32]).collect();
        let rows: Vec<&[f32]> = rows.iter().map(|row| row.as_slice()).collect();
        let spots = principal_plane(&rows, &mut Xoshiro256PlusPlus::seed_from_u64(3));
        assert!(spots.iter().all(|spot| spot[1].abs() < 1e-3), "{spots:?}");
        assert!(spots.windows(2).all(|pair| (pair[0][0] - pair[1][0]).abs() > 1.0), "{spots:?}");
    }
}
