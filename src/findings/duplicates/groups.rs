//! Groups of records that are one paper, without chaining: two groups are joined only if what is in one agrees with what
//! is in the other, pair by pair.

use std::collections::BTreeMap;

use crate::vectors::root;

use super::judge::Judgement;
use super::{Decided, Pair, Verdict};

/// Share of the pairs between two groups that must say "the same paper" before the two are one. With less the groups
/// hang together by a thread.
const AGREEING: f32 = 0.5;

/// Records of a group that are compared with those of another at most; the first of each stand for the rest.
const COMPARED: usize = 12;

/// Joins rows by their sure pairs, surest first, and answers groups of two and more, rows ascending, by first row. A sure
/// pair that the rest of its groups speaks against becomes one to look at.
pub(super) fn join(
    rows: usize,
    pairs: &mut [Pair],
    decided: &Decided,
    compare: &dyn Fn(usize, usize) -> Option<Judgement>,
) -> Vec<Vec<usize>> {
    let keeps_apart = decided.values().any(|is_same| !is_same);
    let mut joining = Joining { parent: (0..rows).collect(), members: BTreeMap::new(), keeps_apart, decided, compare };
    let mut order: Vec<usize> = (0..pairs.len()).filter(|&i| pairs[i].verdict == Verdict::Same).collect();
    let is_decided = |pair: &Pair| decided.get(&(pair.a, pair.b)) == Some(&true);
    order.sort_by(|&i, &j| {
        let (x, y) = (&pairs[i], &pairs[j]);
        let surest = is_decided(y).cmp(&is_decided(x)).then(x.kind.cmp(&y.kind));
        let closest = y.text_overlap.total_cmp(&x.text_overlap).then(y.similarity.cmp(&x.similarity));
        surest.then(closest).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    for i in order {
        if !joining.unite(pairs[i].a, pairs[i].b, is_decided(&pairs[i])) {
            pairs[i].verdict = Verdict::Review;
            pairs[i].reasons.push("other records of these papers speak against it".to_owned());
        }
    }
    let mut groups: Vec<Vec<usize>> = joining.members.into_values().collect();
    groups.iter_mut().for_each(|rows| rows.sort_unstable());
    groups
}

struct Joining<'a> {
    parent: Vec<usize>,
    /// Groups of two and more by their first row, in no order.
    members: BTreeMap<usize, Vec<usize>>,
    /// Whether any decision keeps two rows apart.
    keeps_apart: bool,
    decided: &'a Decided,
    compare: &'a dyn Fn(usize, usize) -> Option<Judgement>,
}

impl Joining<'_> {
    /// Makes one group of the groups of two rows, if they agree; answers whether they are one group now.
    fn unite(&mut self, a: usize, b: usize, is_forced: bool) -> bool {
        let (a, b) = (root(&mut self.parent, a), root(&mut self.parent, b));
        if a == b {
            return true;
        }
        let (low, high) = (a.min(b), a.max(b));
        let (mut first, mut second) = (self.take(low), self.take(high));
        let is_one = self.agree(&first, &second, is_forced);
        if is_one {
            self.parent[high] = low;
            // The smaller is put into the greater, so that a group of n records costs n log n.
            if first.len() < second.len() {
                std::mem::swap(&mut first, &mut second);
            }
            first.append(&mut second);
        }
        for (row, members) in [(low, first), (high, second)] {
            if members.len() > 1 {
                self.members.insert(row, members);
            }
        }
        is_one
    }

    /// Takes out the members of the group whose first row this is.
    fn take(&mut self, row: usize) -> Vec<usize> {
        self.members.remove(&row).unwrap_or_else(|| vec![row])
    }

    fn agree(&self, first: &[usize], second: &[usize], is_forced: bool) -> bool {
        let is_kept_apart = self.keeps_apart
            && first.iter().any(|&a| second.iter().any(|&b| self.decided.get(&(a.min(b), a.max(b))) == Some(&false)));
        if is_kept_apart || first.len() == 1 && second.len() == 1 || is_forced {
            return !is_kept_apart;
        }
        let (mut agreeing, mut all) = (0, 0);
        for &a in first.iter().take(COMPARED) {
            for &b in second.iter().take(COMPARED) {
                all += 1;
                match (self.compare)(a.min(b), a.max(b)) {
                    Some(judged) if judged.verdict == Verdict::Same => agreeing += 1,
                    Some(judged) if judged.is_contradicted => return false,
                    Some(_) | None => {}
                }
            }
        }
        agreeing as f32 >= AGREEING * all as f32
    }
}
