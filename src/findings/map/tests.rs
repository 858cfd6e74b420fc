//! The promises of the map, on small made-up collections.

use crate::vectors::{normalize, Similarity};

use super::*;

const DIMENSION: usize = 24;
const QUICK: MapParams = MapParams { seed: 7, neighbors: 10, epochs: Some(60) };

/// `count` rows around a direction, `noise` away from it.
fn cloud(direction: usize, count: usize, noise: f32) -> Vec<Vec<f32>> {
    let mut angle = direction as f32;
    let mut next = || {
        angle += 1.0;
        (angle * angle * 0.7).sin()
    };
    let row = |_| {
        let mut row: Vec<f32> = (0..DIMENSION).map(|_| noise * next()).collect();
        row[direction] += 1.0;
        assert!(normalize(&mut row));
        row
    };
    (0..count).map(row).collect()
}

fn vectors_of(rows: &[Vec<f32>]) -> Vectors {
    let mut vectors = Vectors::new(DIMENSION);
    rows.iter().for_each(|row| vectors.push(row).expect("a unit row"));
    vectors
}

fn nearest(vectors: &Vectors, k: usize) -> Vec<Vec<Neighbor>> {
    let list = |row: usize| {
        let others = (0..vectors.len()).filter(|&other| other != row);
        let mut list: Vec<Neighbor> =
            others.map(|other| Neighbor { row: other, similarity: vectors.similarity(row, other) }).collect();
        list.sort_by(|a, b| b.similarity.cmp(&a.similarity).then(a.row.cmp(&b.row)));
        list.truncate(k);
        list
    };
    (0..vectors.len()).map(list).collect()
}

/// The map of the rows with exact neighbours; every point is checked to lie on it.
fn map_of(rows: &[Vec<f32>]) -> Vec<Point> {
    let vectors = vectors_of(rows);
    checked(layout(&vectors, &nearest(&vectors, 10), &QUICK), rows.len())
}

fn checked(points: Vec<Point>, n: usize) -> Vec<Point> {
    assert_eq!(points.len(), n);
    let inside = |x: f32| (0.0..=1.0).contains(&x);
    assert!(points.iter().all(|point| inside(point.x) && inside(point.y)), "{points:?}");
    points
}

fn apart(a: Point, b: Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// The larger side of the smallest box around the points.
fn extent(points: &[Point]) -> f32 {
    let side = |of: fn(&Point) -> f32| {
        let (low, high) = points.iter().map(of).fold((1.0f32, 0.0f32), |(low, high), x| (low.min(x), high.max(x)));
        high - low
    };
    side(|point| point.x).max(side(|point| point.y))
}

#[test]
fn no_row_one_row_and_two_rows() {
    assert_eq!(map_of(&[]), []);
    assert_eq!(map_of(&cloud(0, 1, 0.1)), [Point { x: 0.5, y: 0.5 }]);
    let two = map_of(&cloud(0, 2, 0.1));
    assert!(apart(two[0], two[1]) > 0.9, "{two:?}");
}

#[test]
fn any_number_of_rows_fills_the_frame() {
    for n in [3, 4, 9, 15, 16, 17, 30] {
        assert!(extent(&map_of(&cloud(0, n, 0.3))) > 0.95, "{n} rows");
    }
}

#[test]
fn equal_rows_lie_close_together_and_none_is_hidden() {
    for n in [2, 40, 400] {
        let points = map_of(&vec![cloud(0, 1, 0.1).remove(0); n]);
        assert!(extent(&points) <= 2.0 * COPIES_RADIUS);
        for (nth, point) in points.iter().enumerate() {
            assert!(points[..nth].iter().all(|other| apart(*point, *other) > 2e-4), "{n} rows, the {nth}th");
        }
    }
}

#[test]
fn copies_that_fill_their_own_lists_stay_with_their_kin() {
    let mut rows = [cloud(0, 40, 0.1), cloud(5, 40, 0.1)].concat();
    rows.extend(vec![rows[50].clone(); 30]);
    let points = map_of(&rows);
    assert!((80..110).all(|copy| apart(points[50], points[copy]) <= COPIES_RADIUS));
    let distance_to = |kin: std::ops::Range<usize>| kin.map(|row| apart(points[50], points[row])).sum::<f32>();
    assert!(distance_to(40..50) < distance_to(0..10) / 2.0);
}

#[test]
fn groups_that_no_plane_separates_are_apart_on_the_map() {
    let rows: Vec<Vec<f32>> = (0..6).flat_map(|group| cloud(3 * group, 30, 0.1)).collect();
    let points = map_of(&rows);
    let nearest_is_kin = |row: &usize| {
        let others = (0..points.len()).filter(|other| other != row);
        let near = others.min_by(|&a, &b| apart(points[*row], points[a]).total_cmp(&apart(points[*row], points[b])));
        near.is_some_and(|near| near / 30 == row / 30)
    };
    let kept = (0..points.len()).filter(nearest_is_kin).count();
    assert!(kept >= 171, "{kept} of 180");
}

#[test]
fn one_seed_gives_the_same_bits_and_another_seed_another_map() {
    let vectors = vectors_of(&cloud(0, 60, 0.3));
    let neighbors = nearest(&vectors, 10);
    let bits = |seed| {
        let points = layout(&vectors, &neighbors, &MapParams { seed, ..QUICK });
        points.iter().flat_map(|point| [point.x.to_bits(), point.y.to_bits()]).collect::<Vec<u32>>()
    };
    assert_eq!(bits(7), bits(7));
    assert_ne!(bits(7), bits(8));
}

#[test]
fn rows_without_neighbors_are_placed_by_a_search() {
    let rows = [cloud(0, 30, 0.1), cloud(5, 30, 0.1)].concat();
    let vectors = vectors_of(&rows);
    let mut neighbors = nearest(&vectors, 10);
    neighbors[3].clear();
    neighbors[4] = vec![Neighbor { row: 4, similarity: Similarity::new(1.0) }];
    neighbors[5] = vec![Neighbor { row: 999, similarity: Similarity::new(f32::NAN) }];
    neighbors[6][0].similarity = Similarity::new(f32::NAN);
    let points = checked(layout(&vectors, &neighbors, &QUICK), 60);
    for lonely in 3..6 {
        let to = |other: usize| apart(points[lonely], points[other]);
        let (kin, strangers) = ((10..30).map(to).sum::<f32>(), (40..60).map(to).sum::<f32>());
        assert!(kin < strangers / 2.0, "row {lonely}: {kin} {strangers}");
    }
    checked(layout(&vectors, &[], &MapParams { neighbors: 0, ..QUICK }), 60);
    checked(layout(&vectors, &neighbors, &MapParams { epochs: Some(0), ..QUICK }), 60);
}

/// 100 spots spread evenly over a disc of radius 10, the outermost last.
fn disc() -> Vec<Spot> {
    let spot = |nth: usize| {
        let (sin, cos) = (nth as f32 * GOLDEN_ANGLE).sin_cos();
        [(nth as f32).sqrt() * cos, (nth as f32).sqrt() * sin]
    };
    (0..100).map(spot).collect()
}

#[test]
fn a_stray_far_away_leaves_the_room_to_the_others() {
    let mut spots = disc();
    spots.push([1e3, -1e4]);
    fit_frame(&mut spots);
    let (stray, others) = (spots[100], &spots[..100]);
    let highest = |axis: usize| others.iter().map(|spot| spot[axis]).fold(0.0, f32::max);
    let lowest = |axis: usize| others.iter().map(|spot| spot[axis]).fold(1.0, f32::min);
    assert!(highest(0) - lowest(0) > 0.8 && highest(1) - lowest(1) > 0.8);
    assert!(stray[0] > highest(0) && stray[1] < lowest(1), "{stray:?}");
}

#[test]
fn groups_of_near_copies_stay_apart() {
    let mut spots: Vec<Spot> = (0..60).map(|nth| [[0.0, 7.0, 19.0][nth % 3] + 1e-4 * nth as f32, 0.0]).collect();
    fit_frame(&mut spots);
    assert!(spots[57][0] + 0.4 < spots[1][0] && spots[58][0] + 0.4 < spots[2][0], "{spots:?}");
}

#[test]
fn the_frame_keeps_the_proportions() {
    let mut spots: Vec<Spot> = disc().iter().map(|[x, y]| [3.0 * x - 90.0, *y]).collect();
    fit_frame(&mut spots);
    let side = |axis: usize| {
        let places = spots.iter().map(|spot| spot[axis]);
        places.clone().fold(0.0, f32::max) - places.fold(1.0, f32::min)
    };
    assert!((side(0) - (1.0 - 2.0 * COPIES_RADIUS)).abs() < 1e-4, "{}", side(0));
    assert!((side(0) / side(1) - 3.0).abs() < 0.2, "{} {}", side(0), side(1));
}
