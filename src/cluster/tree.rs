//! A tree over clusters: the two nearest are joined, again and again.

use crate::vectors::Vectors;

/// Two clusters that are joined. The first `k` numbers are the clusters', `k + i` is what join `i` made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Merge {
    /// The smaller number.
    pub a: usize,
    /// The greater number.
    pub b: usize,
    /// Mean similarity of the centroids on either side, in `[-1, 1]`.
    pub similarity: f64,
}

/// Joins `k` centroids by average linkage, each counting as one, in `k - 1` steps (UPGMA, Sokal and Michener 1958).
pub fn merges(centroids: &Vectors) -> Vec<Merge> {
    let k = centroids.len();
    // Of each open cluster its number, how many centroids it holds, and its mean similarity to the open ones before it.
    let mut open: Vec<(usize, usize)> = (0..k).map(|cluster| (cluster, 1)).collect();
    let mut near: Vec<Vec<f64>> =
        (0..k).map(|a| (0..k).map(|b| f64::from(centroids.similarity(a, b).value())).collect()).collect();
    let mut merges = Vec::with_capacity(k.saturating_sub(1));
    while open.len() > 1 {
        let pairs = (1..open.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let closer = |x: &(usize, usize), y: &(usize, usize)| near[x.0][x.1].total_cmp(&near[y.0][y.1]).then(y.cmp(x));
        let Some((a, b)) = pairs.max_by(closer) else { break };
        let (first, second) = (open[a], open[b]);
        merges.push(Merge { a: first.0.min(second.0), b: first.0.max(second.0), similarity: near[a][b] });
        let (x, y) = (first.1 as f64, second.1 as f64);
        let joined: Vec<f64> = (0..open.len()).map(|c| (x * near[a][c] + y * near[b][c]) / (x + y)).collect();
        for (c, value) in joined.into_iter().enumerate() {
            near[a][c] = value;
            near[c][a] = value;
        }
        open[a] = (k + merges.len() - 1, first.1 + second.1);
        open.remove(b);
        near.remove(b);
        for row in &mut near {
            row.remove(b);
        }
    }
    merges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_are_joined_first_and_means_decide_later() {
        let mut centroids = Vectors::new(2);
        for angle in [0.0f32, 0.1, 1.0, 1.3] {
            centroids.push(&[angle.cos(), angle.sin()]).expect("a unit row");
        }
        let joined = merges(&centroids);
        assert_eq!(joined.iter().map(|m| (m.a, m.b)).collect::<Vec<_>>(), [(0, 1), (2, 3), (4, 5)]);
        let mean = (1.0f64.cos() + 1.3f64.cos() + 0.9f64.cos() + 1.2f64.cos()) / 4.0;
        assert!((joined[2].similarity - mean).abs() < 1e-6);
        assert!(merges(&Vectors::new(2)).is_empty());
    }
}
