//! The nearest rows of every row at once, without a graph.

use rayon::prelude::*;

use crate::vectors::Vectors;

use super::exact::Best;
use super::Neighbor;

/// Rows of a block: two blocks of 384 dimensions, 800 kB, stay in a core's cache while all their pairs are compared.
const ROWS_PER_BLOCK: usize = 256;

/// For each of the `rows` its `k` nearest of them, itself included, in the order of answers. Each pair is compared once.
pub(super) fn nearest_of_all(vectors: &Vectors, rows: &[usize], k: usize) -> Vec<Vec<Neighbor>> {
    let blocks: Vec<&[usize]> = rows.chunks(ROWS_PER_BLOCK).collect();
    let within = |rows: &&[usize]| {
        let mut best: Vec<Best> = rows.iter().map(|_| Best::new(k)).collect();
        for at in 0..rows.len() {
            let (own, others) = best[at..].split_at_mut(1);
            vectors.compare(vectors.row(rows[at]), rows[at..at + 1].iter().copied(), |row, cosine| {
                own[0].offer(row, cosine);
            });
            compare(vectors, (rows[at], &mut own[0]), (&rows[at + 1..], others));
        }
        best
    };
    let mut best: Vec<Vec<Best>> = blocks.par_iter().map(within).collect();
    for round in rounds(blocks.len()) {
        // No block is in two pairs of a round: each pair can have what was found for its blocks to itself.
        let taken = round.iter().map(|&(a, b)| (a, b, std::mem::take(&mut best[a]), std::mem::take(&mut best[b])));
        let mut pairs: Vec<_> = taken.collect();
        pairs.par_iter_mut().for_each(|(a, b, best_a, best_b)| {
            for (&row, best) in blocks[*a].iter().zip(best_a) {
                compare(vectors, (row, best), (blocks[*b], best_b));
            }
        });
        for (a, b, best_a, best_b) in pairs {
            (best[a], best[b]) = (best_a, best_b);
        }
    }
    best.into_par_iter().flatten_iter().map(Best::into_nearest).collect()
}

/// Compares a row with others, and lets both sides know.
fn compare(vectors: &Vectors, (row, best): (usize, &mut Best), (rows, others): (&[usize], &mut [Best])) {
    let mut others = others.iter_mut();
    vectors.compare(vectors.row(row), rows.iter().copied(), |other, cosine| {
        best.offer(other, cosine);
        others.next().into_iter().for_each(|best| best.offer(row, cosine));
    });
}

/// All pairs of `0..n` in rounds in which nobody is twice: one stays, the others go round it (as in a tournament of chess).
fn rounds(n: usize) -> Vec<Vec<(usize, usize)>> {
    let circle = n.next_multiple_of(2).saturating_sub(1);
    let pairs_of = |round: usize| {
        let opposite = (1..=circle / 2).map(|step| ((round + step) % circle, (round + circle - step) % circle));
        std::iter::once((round, circle)).chain(opposite).filter(|&(a, b)| a.max(b) < n).collect()
    };
    (0..circle).map(pairs_of).collect()
}

#[cfg(test)]
mod tests {
    use super::super::exact::scan;
    use super::super::Filter;
    use super::*;

    #[test]
    fn each_pair_meets_once_and_nobody_twice_in_a_round() {
        for n in 0..9 {
            let mut met = Vec::new();
            for round in rounds(n) {
                let mut present: Vec<usize> = round.iter().flat_map(|&(a, b)| [a, b]).collect();
                present.sort_unstable();
                assert!(present.windows(2).all(|two| two[0] < two[1]), "{n}: {round:?}");
                met.extend(round.iter().map(|&(a, b)| (a.min(b), a.max(b))));
            }
            met.sort_unstable();
            let all: Vec<(usize, usize)> = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
            assert_eq!(met, all);
        }
    }

    #[test]
    fn all_together_find_what_each_finds_alone() {
        let mut vectors = Vectors::new(2);
        // Many rows are copies of others: ties go to the smaller row, whichever was met first.
        for i in 0..900 {
            let angle = (i * i % 211) as f32;
            vectors.push(&[angle.cos(), angle.sin()]).expect("a unit row");
        }
        for every in [1, 3] {
            let kept: Vec<bool> = (0..900).map(|row| row % every == 0).collect();
            let rows: Vec<usize> = (0..900).step_by(every).collect();
            let alone = |&row: &usize| scan(&vectors, vectors.row(row), 7, Some(Filter::new(&kept))).expect("a row");
            assert_eq!(nearest_of_all(&vectors, &rows, 7), rows.iter().map(alone).collect::<Vec<_>>());
        }
    }
}
