//! A map of the papers: two dimensions in which neighbours stay together.
//!
//! UMAP (McInnes, Healy, Melville 2018, <https://arxiv.org/abs/1802.03426>): the nearest neighbours become a weighted
//! graph, the first two principal components give every paper a place to start from, and springs along the edges with
//! a push between random pairs do the rest. Neighbourhoods on the map mean something, long distances little, the axes
//! nothing. One thread, random numbers from the seed, fixed orders: the same input gives the same bytes.

mod start;
mod umap;

use rand_xoshiro::rand_core::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::index::Neighbor;
use crate::vectors::{dot, Distinct, Vectors};

use umap::Link;

/// A place on the map, both coordinates in `[0, 1]`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From left to right.
    pub x: f32,
    /// From bottom to top.
    pub y: f32,
}

/// How to draw the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapParams {
    /// Start of the random numbers; another seed gives another map of the same neighbourhoods.
    pub seed: u64,
    /// How many of each row's neighbours are used, at least 1; more show broad structure, fewer fine structure.
    pub neighbors: usize,
    /// Passes over the graph; `None` chooses 500 up to 10,000 distinct rows and 200 above, as umap-learn does.
    pub epochs: Option<usize>,
}

impl Default for MapParams {
    fn default() -> Self {
        MapParams { seed: 1, neighbors: 15, epochs: None }
    }
}

/// A place while the map is being drawn, without bounds.
type Spot = [f32; 2];

/// The widest that the copies of one paper may spread around their place, as a share of the map; the frame leaves this
/// much room at the edges.
const COPIES_RADIUS: f32 = 0.012;
/// Distance between copies of one paper, as a share of the map: 3 pixels of 2,000.
const COPIES_SPACING: f32 = 0.0015;
/// An angle that never repeats (pi * (3 - sqrt 5)): points at equal steps of it fill a disc evenly.
const GOLDEN_ANGLE: f32 = 2.399_963_2;
/// Up to this many distinct rows each is nearly everyone's neighbour, and the principal plane is the better map.
const PLANE_SUFFICES: usize = 15;
/// Widest empty band across the map, as a share of its width or height.
const WIDEST_GAP: f32 = 0.03;
/// The same in average gaps, for maps of few papers, which are mostly gaps.
const WIDEST_GAP_OF_FEW: f32 = 4.0;
/// A gap of this width stays, in units of the springs, whose nearness halves at about 0.8: where rows are mostly near
/// copies, gaps are all there is.
const HARMLESS_GAP: f32 = 0.5;
/// Rounds towards the width of the gaps, which with a dozen wide ones comes a third closer in each.
const GAP_ROUNDS: usize = 32;
/// Comparisons spent at most on rows that have no neighbours: about 2 seconds.
const SEARCH_BUDGET: usize = 1 << 24;

/// Places all `n` rows so that near rows are near on the map; row `i` gets the `i`-th point.
///
/// `neighbors[i]` lists the nearest rows of row `i`, in any order; the row itself, rows that do not exist and exact
/// copies in it are passed over, and a missing list counts as an empty one. A row without any neighbour is tied to the
/// nearest rows that a search finds. Exact copies lie side by side around one place. Takes time near linear in `n`: a
/// second for 3,000 rows, ten for 100,000.
pub fn layout(vectors: &Vectors, neighbors: &[Vec<Neighbor>], params: &MapParams) -> Vec<Point> {
    let distinct = vectors.distinct();
    let rows: Vec<&[f32]> = distinct.firsts.iter().map(|&row| vectors.row(row)).collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(params.seed);
    let mut spots = start::principal_plane(&rows, &mut random);
    if rows.len() > PLANE_SUFFICES {
        let mut lists = link_lists(&distinct, neighbors, params.neighbors.max(1));
        link_lonely(&mut lists, &rows, params.neighbors.max(1));
        let epochs = params.epochs.unwrap_or(if rows.len() <= 10_000 { 500 } else { 200 });
        umap::relax(&mut spots, &umap::fuzzy_graph(&lists), epochs, &mut random);
    }
    fit_frame(&mut spots);
    spread_copies(&distinct, &spots)
}

/// For each node its at most `k` nearest nodes among the rows listed for its first row, nearest first.
fn link_lists(distinct: &Distinct, neighbors: &[Vec<Neighbor>], k: usize) -> Vec<Vec<Link>> {
    let links_of = |(node, &row): (usize, &usize)| {
        let listed = neighbors.get(row).map(Vec::as_slice).unwrap_or_default();
        let mut links: Vec<Link> = listed
            .iter()
            .filter_map(|near| distinct.node_of.get(near.row).map(|&to| Link::new(to, near.similarity.value())))
            .filter(|link| link.node != node)
            .collect();
        nearest_first(&mut links);
        links.dedup_by_key(|link| link.node);
        links.truncate(k);
        links
    };
    distinct.firsts.iter().enumerate().map(links_of).collect()
}

fn nearest_first(links: &mut [Link]) {
    links.sort_unstable_by(|a, b| a.distance.total_cmp(&b.distance).then(a.node.cmp(&b.node)));
}

/// Links every node that has none, such as a paper that fills its own list with copies, to its `k` nearest nodes. With
/// many of them only every few nodes are looked at.
fn link_lonely(lists: &mut [Vec<Link>], rows: &[&[f32]], k: usize) {
    let lonely: Vec<usize> = (0..lists.len()).filter(|&node| lists[node].is_empty()).collect();
    let step = (lonely.len() * rows.len()).div_ceil(SEARCH_BUDGET).max(1);
    for node in lonely {
        let others = (0..rows.len()).step_by(step).filter(|&other| other != node);
        let mut links: Vec<Link> = others.map(|other| Link::new(other, dot(rows[node], rows[other]))).collect();
        nearest_first(&mut links);
        links.truncate(k);
        lists[node] = links;
    }
}

/// Scales all spots by one factor into the frame `[COPIES_RADIUS, 1 - COPIES_RADIUS]`, after narrowing the gaps.
fn fit_frame(spots: &mut [Spot]) {
    let mut lows = [0.0f32; 2];
    let mut highs = [0.0f32; 2];
    for axis in 0..2 {
        narrow_gaps(spots, axis);
        lows[axis] = spots.iter().map(|spot| spot[axis]).fold(f32::INFINITY, f32::min);
        highs[axis] = spots.iter().map(|spot| spot[axis]).fold(f32::NEG_INFINITY, f32::max);
    }
    let extent = (highs[0] - lows[0]).max(highs[1] - lows[1]).max(f32::MIN_POSITIVE);
    let scale = (1.0 - 2.0 * COPIES_RADIUS) / extent;
    for spot in spots {
        for axis in 0..2 {
            let middle = (lows[axis] + highs[axis]) / 2.0;
            spot[axis] = 0.5 + (spot[axis] - middle) * scale;
        }
    }
}

/// Narrows the empty bands across one axis, moving what lies beyond each by as much. Nothing pulls groups without a
/// common neighbour together while every node pushes every other, so they drift apart by distances that mean nothing
/// and would leave little room to each; the same goes for a single paper far from all others.
fn narrow_gaps(spots: &mut [Spot], axis: usize) {
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_unstable_by(|&a, &b| spots[a][axis].total_cmp(&spots[b][axis]).then(a.cmp(&b)));
    let gaps: Vec<f32> = order.windows(2).map(|pair| spots[pair[1]][axis] - spots[pair[0]][axis]).collect();
    let widest = widest_gap(&gaps);
    let mut moved = 0.0;
    for (&node, gap) in order.iter().skip(1).zip(gaps) {
        moved += (gap - widest).max(0.0);
        spots[node][axis] -= moved;
    }
}

/// The width that is the share `WIDEST_GAP` of all gaps together once the wider ones are cut to it.
fn widest_gap(gaps: &[f32]) -> f32 {
    let share = WIDEST_GAP.max(WIDEST_GAP_OF_FEW / gaps.len().max(1) as f32);
    let cut_once_more = |widest: f32, _| share * gaps.iter().map(|gap| gap.min(widest)).sum::<f32>();
    (0..GAP_ROUNDS).fold(f32::INFINITY, cut_once_more).max(HARMLESS_GAP)
}

/// A point for each row: the spot of its node, and around it the node's other rows on a spiral that fills a disc.
fn spread_copies(distinct: &Distinct, spots: &[Spot]) -> Vec<Point> {
    let mut points = vec![Point { x: 0.5, y: 0.5 }; distinct.node_of.len()];
    for (members, spot) in distinct.members().iter().zip(spots) {
        let count = members.len() as f32;
        let spacing = COPIES_SPACING.min(COPIES_RADIUS / count.sqrt());
        for (nth, &row) in members.iter().enumerate() {
            let (sin, cos) = (nth as f32 * GOLDEN_ANGLE).sin_cos();
            let radius = spacing * (nth as f32).sqrt();
            let [x, y] = [spot[0] + radius * cos, spot[1] + radius * sin];
            points[row] = Point { x: x.clamp(0.0, 1.0), y: y.clamp(0.0, 1.0) };
        }
    }
    points
}

#[cfg(test)]
mod tests;
