//! Exact copies: rows whose texts have the same words.

use std::collections::BTreeMap;

use crate::paper::ExactKey;

/// Which rows are exact copies of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    first_of: Vec<usize>,
    members: BTreeMap<usize, Vec<usize>>,
}

impl Copies {
    /// Groups rows with the same key; a row without a key has no copies.
    pub fn new(keys: &[Option<ExactKey>]) -> Self {
        let mut by_key: BTreeMap<ExactKey, Vec<usize>> = BTreeMap::new();
        for (row, key) in keys.iter().enumerate() {
            if let Some(key) = key {
                by_key.entry(*key).or_default().push(row);
            }
        }
        let mut first_of: Vec<usize> = (0..keys.len()).collect();
        let mut members = BTreeMap::new();
        for rows in by_key.into_values().filter(|rows| rows.len() > 1) {
            rows.iter().for_each(|&row| first_of[row] = rows[0]);
            members.insert(rows[0], rows);
        }
        Copies { first_of, members }
    }

    /// From the first copy of each row; `None` if these are none.
    pub fn from_firsts(first_of: Vec<usize>) -> Option<Self> {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, &first) in first_of.iter().enumerate().filter(|&(row, &first)| row != first) {
            if first > row || first_of[first] != first {
                return None;
            }
            members.entry(first).or_insert_with(|| vec![first]).push(row);
        }
        Some(Copies { first_of, members })
    }

    /// The first of the copies of this row, itself included.
    pub fn first(&self, row: usize) -> usize {
        self.first_of[row]
    }

    /// For each row the first of its copies.
    pub fn firsts(&self) -> &[usize] {
        &self.first_of
    }

    /// This row and all its copies, ascending.
    pub fn of(&self, row: usize) -> Vec<usize> {
        self.members.get(&self.first_of[row]).cloned().unwrap_or_else(|| vec![row])
    }

    /// Every group of two copies and more, by first row; rows ascending.
    pub fn groups(&self) -> impl Iterator<Item = &[usize]> {
        self.members.values().map(Vec::as_slice)
    }

    /// Number of papers when copies count once.
    pub fn distinct(&self) -> usize {
        self.first_of.iter().enumerate().filter(|&(row, &first)| row == first).count()
    }
}
