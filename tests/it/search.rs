//! Approximate search against the exact oracle.

use std::sync::Arc;

use paperkin::index::{Exact, Filter, GraphParams, Hnsw, Index};
use paperkin::vectors::{dot, normalize, Similarity, Vectors};
use proptest::prelude::*;
use rand_xoshiro::rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

const DIMENSION: usize = 24;

/// Unit rows around `centres` directions, in the order of their centres: the order that hurts a graph most.
fn clustered(n: usize, centres: usize, seed: u64) -> Vectors {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut number = move || (random.next_u32() as f32 / u32::MAX as f32) - 0.5;
    let means: Vec<Vec<f32>> = (0..centres).map(|_| (0..DIMENSION).map(|_| number()).collect()).collect();
    let mut vectors = Vectors::new(DIMENSION);
    for i in 0..n {
        let mut row: Vec<f32> = means[i * centres / n].iter().map(|x| x + 0.6 * number()).collect();
        assert!(normalize(&mut row));
        vectors.push(&row).expect("a unit row");
    }
    vectors
}

fn one_in(keep: usize, n: usize) -> Vec<bool> {
    (0..n).map(|row| row.is_multiple_of(keep)).collect()
}

fn share_found(index: &dyn Index, exact: &dyn Index, vectors: &Vectors, filter: Option<Filter<'_>>) -> f64 {
    let (mut found, mut wanted) = (0, 0);
    for row in (0..vectors.len()).step_by(vectors.len() / 100) {
        let truth = exact.search(vectors.row(row), 10, filter).expect("the dimension fits");
        let answer = index.search(vectors.row(row), 10, filter).expect("the dimension fits");
        assert_eq!(answer.len(), truth.len());
        wanted += truth.len();
        found += truth.iter().filter(|t| answer.iter().any(|a| a.row == t.row)).count();
    }
    found as f64 / wanted as f64
}

#[test]
fn the_graph_finds_what_the_scan_finds() {
    let vectors = Arc::new(clustered(4000, 40, 7));
    let graph = Hnsw::build(Arc::clone(&vectors), &GraphParams::default()).expect("a graph");
    let exact = Exact::new(Arc::clone(&vectors));
    assert!(graph.recall() >= 0.99, "recall measured at build time: {}", graph.recall());
    assert!(share_found(&graph, &exact, &vectors, None) >= 0.99);
    for keep_one_in in [2, 7, 40, 200, 1000, 2000] {
        let kept = one_in(keep_one_in, vectors.len());
        let share = share_found(&graph, &exact, &vectors, Some(Filter::new(&kept)));
        assert!(share >= 0.99, "one row in {keep_one_in} passes: {share}");
    }
}

#[test]
fn vectors_with_much_in_common_are_told_apart() {
    let mut near = Vectors::new(DIMENSION);
    for row in clustered(3000, 30, 11).rows() {
        let mut moved: Vec<f32> = row.iter().map(|x| 10.0 + x).collect();
        assert!(normalize(&mut moved));
        near.push(&moved).expect("a unit row");
    }
    assert!(dot(near.row(0), near.row(2999)) > 0.999);
    let near = Arc::new(near);
    let graph = Hnsw::build(Arc::clone(&near), &GraphParams::default()).expect("a graph");
    let share = share_found(&graph, &Exact::new(Arc::clone(&near)), &near, None);
    assert!(share >= 0.98 && graph.recall() >= 0.98, "{share}, measured at build time {}", graph.recall());
}

#[test]
fn around_a_row_is_most_of_what_the_scan_finds() {
    let vectors = Arc::new(clustered(4000, 40, 7));
    let graph = Hnsw::build(Arc::clone(&vectors), &GraphParams::default()).expect("a graph");
    let exact = Exact::new(Arc::clone(&vectors));
    let even = one_in(2, vectors.len());
    let filter = Some(Filter::new(&even));
    let (mut found, mut wanted) = (0, 0);
    let (truths, answers) = (exact.around_all(10, filter), graph.around_all(10, filter));
    assert_eq!((truths.len(), answers.len()), (2000, 2000));
    for ((row, truth), answer) in (0..vectors.len()).step_by(2).zip(truths).zip(answers) {
        assert_eq!(answer[0].row, row);
        assert!(answer.len() <= 10 && answer.iter().all(|near| even[near.row]));
        wanted += truth.len();
        found += truth.iter().filter(|near| answer.contains(near)).count();
    }
    assert!(found * 10 >= wanted * 9, "{found} of {wanted}");
}

#[test]
fn the_same_vectors_give_the_same_graph_and_a_damaged_one_is_refused() {
    let vectors = Arc::new(clustered(600, 5, 3));
    let build = || Hnsw::build(Arc::clone(&vectors), &GraphParams::default()).expect("a graph").to_bytes();
    let bytes = build();
    assert_eq!(bytes, build());
    let again = Hnsw::from_bytes(Arc::clone(&vectors), &bytes).expect("the same vectors");
    assert_eq!(again.to_bytes(), bytes);
    for at in (0..bytes.len()).step_by(bytes.len() / 50) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert!(Hnsw::from_bytes(Arc::clone(&vectors), &damaged).is_none(), "a flipped bit at {at}");
        assert!(Hnsw::from_bytes(Arc::clone(&vectors), &bytes[..at]).is_none(), "cut at {at}");
    }
    let others = Arc::new(clustered(601, 5, 3));
    assert!(Hnsw::from_bytes(others, &bytes).is_none(), "a graph over fewer rows");
}

#[test]
fn the_graph_does_not_depend_on_the_number_of_threads() {
    let vectors = Arc::new(clustered(3000, 20, 5));
    let bytes = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| Hnsw::build(Arc::clone(&vectors), &GraphParams::default()).expect("a graph").to_bytes())
    };
    assert!(bytes(1) == bytes(3));
}

#[test]
fn a_scan_is_what_sorting_all_rows_gives() {
    let mut vectors = clustered(2500, 4, 9);
    for row in (0..2400).step_by(3) {
        let copy = vectors.row(row).to_vec();
        vectors.push(&copy).expect("a unit row");
    }
    let vectors = Arc::new(vectors);
    let exact = Exact::new(Arc::clone(&vectors));
    let kept = one_in(3, vectors.len());
    for (query, k, is_filtered) in [(0, 1, false), (1, 10, true), (99, 40, false), (2, 3000, true), (3, 5000, false)] {
        let similarity = |row: usize| Similarity::new(dot(vectors.row(query), vectors.row(row)));
        let mut sorted: Vec<usize> = (0..vectors.len()).filter(|&row| !is_filtered || kept[row]).collect();
        sorted.sort_by(|&a, &b| similarity(b).cmp(&similarity(a)).then(a.cmp(&b)));
        sorted.truncate(k);
        let filter = is_filtered.then(|| Filter::new(&kept));
        let found = exact.search(vectors.row(query), k, filter).expect("the dimension fits");
        assert_eq!(found.iter().map(|near| near.row).collect::<Vec<usize>>(), sorted);
        assert!(found.iter().all(|near| near.similarity == similarity(near.row)), "the bits of a plain product");
    }
}

#[test]
fn rows_of_the_same_bits_are_found() {
    let mut vectors = clustered(300, 3, 2);
    for row in [7, 7, 250] {
        let copy = vectors.row(row).to_vec();
        vectors.push(&copy).expect("a unit row");
    }
    let distinct = vectors.distinct();
    assert_eq!(distinct.firsts, (0..300).collect::<Vec<usize>>());
    assert_eq!(distinct.node_of[300..], [7, 7, 250]);
}

#[test]
fn copies_do_not_crowd_out_other_papers() {
    let mut vectors = clustered(1500, 10, 11);
    let copied = vectors.row(3).to_vec();
    for _ in 0..300 {
        vectors.push(&copied).expect("a unit row");
    }
    let vectors = Arc::new(vectors);
    let graph = Hnsw::build(Arc::clone(&vectors), &GraphParams::default()).expect("a graph");
    let exact = Exact::new(Arc::clone(&vectors));
    let all = graph.search(&copied, 301, None).expect("the dimension fits");
    assert_eq!(all, exact.search(&copied, 301, None).expect("the dimension fits"));
    assert!(share_found(&graph, &exact, &vectors, None) >= 0.99);
}

#[test]
fn a_query_of_another_dimension_is_refused() {
    let vectors = Arc::new(clustered(50, 2, 1));
    let exact = Exact::new(Arc::clone(&vectors));
    let error = exact.search(&[1.0, 0.0], 3, None).expect_err("two of 24 dimensions");
    assert_eq!(error.to_string(), "the query's vector has 2 dimensions, expected 24");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever the rows, the filter and k: sorted answers, no row twice, none that does not pass, k if k pass.
    #[test]
    fn answers_keep_their_promises(n in 1usize..400, k in 0usize..30, keep in 1usize..9, seed in any::<u64>()) {
        let vectors = Arc::new(clustered(n, 3.min(n), seed));
        let graph = Hnsw::build(Arc::clone(&vectors), &GraphParams::default()).expect("a graph");
        let kept = one_in(keep, n);
        let answer = graph.search(vectors.row(n / 2), k, Some(Filter::new(&kept))).expect("the dimension fits");
        prop_assert_eq!(answer.len(), k.min(n.div_ceil(keep)));
        prop_assert!(answer.iter().all(|a| kept[a.row]));
        prop_assert!(answer.windows(2).all(|w| (w[1].similarity, w[0].row) < (w[0].similarity, w[1].row)));
    }
}

#[test]
fn a_graph_of_other_vectors_is_refused() {
    let (a, b) = (Arc::new(clustered(500, 5, 1)), Arc::new(clustered(500, 5, 2)));
    let bytes = Hnsw::build(Arc::clone(&a), &GraphParams::default()).expect("a graph").to_bytes();
    assert!(Hnsw::from_bytes(a, &bytes).is_some());
    assert!(Hnsw::from_bytes(b, &bytes).is_none(), "as many rows, but others");
}
