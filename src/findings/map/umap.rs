//! The two halves of UMAP (<https://arxiv.org/abs/1802.03426>): the fuzzy graph, section 3.1, and its layout by
//! stochastic gradient descent, section 3.2. Names of the paper are given in parentheses.

use rand_xoshiro::rand_core::RngCore;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Spot;

/// A near node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) node: usize,
    /// 1 - cosine, in `[0, 2]`.
    pub(super) distance: f32,
}

impl Link {
    /// `cosine` in `[-1, 1]`; a rounding error above 1 and a NaN count as distance 0.
    pub(super) fn new(node: usize, cosine: f32) -> Self {
        Link { node, distance: (1.0 - cosine).max(0.0) }
    }
}

/// Two nodes and how surely they are neighbours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    from: u32,
    to: u32,
    /// In `[0, 1]`.
    weight: f32,
}

/// Bisections of a width; the answer is then exact in 32-bit floats.
const WIDTH_STEPS: usize = 40;
/// A width is at least this share of the mean distance, so that equal distances keep equal weights.
const LEAST_WIDTH: f32 = 1e-3;

/// The curve `1 / (1 + A d^(2 B))` of nearness at distance `d` on the map, fitted by umap-learn to spread 1 and
/// `min_dist` 0.1.
const A: f32 = 1.577;
const B: f32 = 0.895;
/// Random nodes that a node is pushed away from each time a spring pulls it.
const PUSHES: usize = 5;
/// Longest step along one axis at the first epoch.
const LONGEST_STEP: f32 = 4.0;
/// Keeps the push between nodes in one place finite.
const SOFTENING: f32 = 1e-3;

/// The graph of the neighbour lists, each edge once in either direction, sorted by its nodes: `a` is `b`'s neighbour or
/// `b` is `a`'s, with the probabilities `p + q - p q` (algorithms 1 to 3).
pub(super) fn fuzzy_graph(lists: &[Vec<Link>]) -> Vec<Edge> {
    let links: usize = lists.iter().map(Vec::len).sum();
    let total: f32 = lists.iter().flatten().map(|link| link.distance).sum();
    let overall_mean = total / links.max(1) as f32;
    let mut edges = Vec::with_capacity(2 * links);
    for (node, list) in lists.iter().enumerate() {
        let nearest = nearest_distance(list);
        let width = width(list, nearest, overall_mean);
        for link in list {
            let (from, to, weight) = (node as u32, link.node as u32, membership(link.distance, nearest, width));
            edges.push(Edge { from, to, weight });
            edges.push(Edge { from: to, to: from, weight });
        }
    }
    edges.sort_unstable_by_key(|edge| (edge.from, edge.to));
    edges.dedup_by(|again, kept| {
        let same = (again.from, again.to) == (kept.from, kept.to);
        if same {
            kept.weight = kept.weight + again.weight - kept.weight * again.weight;
        }
        same
    });
    edges
}

/// Smallest distance above 0 (rho), or 0.
fn nearest_distance(list: &[Link]) -> f32 {
    let nearest = list.iter().map(|link| link.distance).filter(|&d| d > 0.0).fold(f32::INFINITY, f32::min);
    if nearest.is_finite() {
        nearest
    } else {
        0.0
    }
}

fn membership(distance: f32, nearest: f32, width: f32) -> f32 {
    (-(distance - nearest).max(0.0) / width).exp()
}

/// The width (sigma) at which the memberships of a list add up to the binary logarithm of its length (algorithm 3).
fn width(list: &[Link], nearest: f32, overall_mean: f32) -> f32 {
    let target = ((list.len() + 1) as f32).log2();
    let (mut low, mut high, mut width) = (0.0f32, f32::INFINITY, 1.0f32);
    for _ in 0..WIDTH_STEPS {
        let sum: f32 = list.iter().map(|link| membership(link.distance, nearest, width)).sum();
        if sum > target {
            high = width;
        } else {
            low = width;
        }
        width = if high.is_finite() { (low + high) / 2.0 } else { width * 2.0 };
    }
    let own_mean = list.iter().map(|link| link.distance).sum::<f32>() / list.len().max(1) as f32;
    let mean = if nearest > 0.0 { own_mean } else { overall_mean };
    width.max(LEAST_WIDTH * mean).max(f32::MIN_POSITIVE)
}

/// An edge in the course of the descent; times are counted in epochs.
struct Spring {
    from: usize,
    to: usize,
    /// Epochs from one pull to the next; heavier edges pull more often.
    period: f32,
    /// When it pulls next.
    due: f32,
}

/// Moves the nodes along the edges' pulls and away from random others for `epochs` passes (algorithm 5).
pub(super) fn relax(spots: &mut [Spot], edges: &[Edge], epochs: usize, random: &mut Xoshiro256PlusPlus) {
    let heaviest = edges.iter().map(|edge| edge.weight).fold(f32::MIN_POSITIVE, f32::max);
    let spring = |edge: &Edge| {
        let period = heaviest / edge.weight;
        Spring { from: edge.from as usize, to: edge.to as usize, period, due: period }
    };
    let mut springs: Vec<Spring> = edges.iter().map(spring).filter(|spring| spring.period <= epochs as f32).collect();
    let slopes = Slopes::new();
    for epoch in 0..epochs {
        let rate = 1.0 - epoch as f32 / epochs as f32;
        for spring in &mut springs {
            if spring.due <= epoch as f32 {
                spring.due += spring.period;
                strike(spots, spring, &slopes, rate, random);
            }
        }
    }
}

/// Pulls the two ends of a spring towards each other and pushes the first one away from random others.
fn strike(spots: &mut [Spot], spring: &Spring, slopes: &Slopes, rate: f32, random: &mut Xoshiro256PlusPlus) {
    let mut spot = spots[spring.from];
    let (apart, squared) = difference(spot, spots[spring.to]);
    let pull = step(slopes.at(squared).pull, apart, rate);
    shift(&mut spot, pull);
    shift(&mut spots[spring.to], pull.map(|x| -x));
    for _ in 0..PUSHES {
        // Its own entry still holds the place from before this strike: that is no other node.
        let other = below(spots.len(), random);
        if other != spring.from {
            let (apart, squared) = difference(spot, spots[other]);
            shift(&mut spot, step(slopes.at(squared).push, apart, rate));
        }
    }
    spots[spring.from] = spot;
}

/// How far a node moves per unit of distance to another.
#[derive(Debug, Clone, Copy)]
struct Slope {
    /// Gradient of the logarithm of nearness; negative.
    pull: f32,
    /// Gradient of the logarithm of 1 - nearness; positive.
    push: f32,
}

/// The slopes by squared distance, read from the leading bits of the float: within 2 % of exact, far below the noise
/// of the descent, and three times as fast as a power for each.
struct Slopes(Vec<Slope>);

/// Leading bits of the mantissa by which slopes differ.
const MANTISSA_BITS: u32 = 6;
/// Bits of a 32-bit float that are not looked at.
const IGNORED_BITS: u32 = f32::MANTISSA_DIGITS - 1 - MANTISSA_BITS;
/// Leading bits of the squared distance `2^-20`; below it the steps are shorter than can be seen.
const FIRST_SLOPE: u32 = f32::to_bits(1.0 / 1_048_576.0) >> IGNORED_BITS;
/// Leading bits of the squared distance `2^14`; from there on every pull has the longest step, and no push counts.
const LAST_SLOPE: u32 = f32::to_bits(16_384.0) >> IGNORED_BITS;

impl Slopes {
    fn new() -> Self {
        // In the middle of the floats that begin with these bits.
        let middle = |leading: u32| f32::from_bits((2 * leading + 1) << (IGNORED_BITS - 1));
        Slopes((FIRST_SLOPE..=LAST_SLOPE).map(middle).map(Slope::exact).collect())
    }

    fn at(&self, squared: f32) -> Slope {
        let leading = (squared.to_bits() >> IGNORED_BITS).clamp(FIRST_SLOPE, LAST_SLOPE);
        self.0[(leading - FIRST_SLOPE) as usize]
    }
}

impl Slope {
    fn exact(squared: f32) -> Self {
        let power = squared.powf(B);
        let far = 1.0 + A * power;
        Slope { pull: -2.0 * A * B * power / (squared * far), push: 2.0 * B / ((SOFTENING + squared) * far) }
    }
}

fn step(slope: f32, apart: Spot, rate: f32) -> Spot {
    apart.map(|x| rate * (slope * x).clamp(-LONGEST_STEP, LONGEST_STEP))
}

fn shift(spot: &mut Spot, by: Spot) {
    spot[0] += by[0];
    spot[1] += by[1];
}

/// `a - b`, and the square of its length.
fn difference(a: Spot, b: Spot) -> (Spot, f32) {
    let apart = [a[0] - b[0], a[1] - b[1]];
    (apart, apart[0] * apart[0] + apart[1] * apart[1])
}

/// A random number in `0..n`.
fn below(n: usize, random: &mut Xoshiro256PlusPlus) -> usize {
    ((u64::from(random.next_u32()) * n as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(distances: &[f32]) -> Vec<Link> {
        distances.iter().enumerate().map(|(nth, &distance)| Link { node: nth + 1, distance }).collect()
    }

    #[test]
    fn memberships_add_up_to_the_logarithm_of_the_list() {
        let list = links(&[0.0, 0.2, 0.25, 0.3, 0.5, 0.9, 1.1]);
        let nearest = nearest_distance(&list);
        assert_eq!(nearest, 0.2);
        let width = width(&list, nearest, 0.4);
        let sum: f32 = list.iter().map(|link| membership(link.distance, nearest, width)).sum();
        assert!((sum - 3.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn equal_distances_are_equally_sure_and_no_distance_gives_a_nan() {
        for list in [links(&[0.0; 4]), links(&[0.3; 4]), links(&[1e-7]), links(&[2.0, 0.0]), links(&[])] {
            let mut lists = vec![list];
            lists.resize_with(5, Vec::new);
            let edges = fuzzy_graph(&lists);
            assert_eq!(edges.len(), 2 * lists[0].len());
            assert!(edges.iter().all(|edge| edge.weight >= 0.0 && edge.weight <= 1.0), "{edges:?}");
        }
        assert!(fuzzy_graph(&[links(&[0.3; 4])]).iter().all(|edge| edge.weight == 1.0));
    }

    #[test]
    fn an_edge_seen_from_both_ends_joins_both_probabilities() {
        let link = |node, distance| Link { node, distance };
        let lists =
            [vec![link(1, 0.1), link(2, 0.4)], vec![link(2, 0.2), link(0, 0.3)], vec![link(0, 0.1), link(1, 0.3)]];
        let weight_seen = |from: usize, to: usize| {
            let nearest = nearest_distance(&lists[from]);
            let link = lists[from].iter().find(|link| link.node == to).expect("listed");
            membership(link.distance, nearest, width(&lists[from], nearest, 0.2))
        };
        let edges = fuzzy_graph(&lists);
        let ends: Vec<(u32, u32)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(ends, [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]);
        for edge in edges {
            let (there, back) = (edge.from as usize, edge.to as usize);
            let (p, q) = (weight_seen(there, back), weight_seen(back, there));
            assert!((edge.weight - (p + q - p * q)).abs() < 1e-6);
        }
    }

    #[test]
    fn the_slopes_of_the_table_are_within_two_percent() {
        let slopes = Slopes::new();
        let mut squared = 1.1e-6;
        while squared < 16_000.0 {
            let (table, exact) = (slopes.at(squared), Slope::exact(squared));
            assert!((table.pull / exact.pull - 1.0).abs() < 0.02, "pull at {squared}");
            assert!((table.push / exact.push - 1.0).abs() < 0.02, "push at {squared}");
            squared *= 1.003;
        }
        for beyond in [0.0, 1e-30, 1e30, f32::INFINITY] {
            assert!(slopes.at(beyond).pull < 0.0 && slopes.at(beyond).push > 0.0);
        }
    }

    #[test]
    fn a_pull_brings_nodes_together_down_to_the_least_distance() {
        let mut spots = [[0.0, 0.0], [6.0, 8.0]];
        let edges = fuzzy_graph(&[vec![Link { node: 1, distance: 0.5 }], Vec::new()]);
        let mut random = rand_xoshiro::rand_core::SeedableRng::seed_from_u64(1);
        relax(&mut spots, &edges, 200, &mut random);
        let (_, squared) = difference(spots[0], spots[1]);
        assert!(squared > 0.0 && squared < 4.0, "{spots:?}");
    }
}
