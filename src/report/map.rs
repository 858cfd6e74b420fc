//! Every paper with its place, in columns.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// Every paper with its place: row `i` of all columns is one paper, by id. Columns, since of 100,000 papers the names of
/// fields would be most of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Map {
    /// The state of the library.
    pub generation: i64,
    /// Number of topics.
    pub k: usize,
    /// The seed that topics were found with.
    pub seed: u64,
    /// Ids, ascending.
    pub ids: Vec<String>,
    /// Titles.
    pub titles: Vec<String>,
    /// Across, in `[0, 1]`.
    pub x: Vec<f64>,
    /// Down, in `[0, 1]`.
    pub y: Vec<f64>,
    /// Ids of topics.
    pub topics: Vec<usize>,
    /// Similarities to the mean direction of the topic's papers, in `[-1, 1]`.
    pub strengths: Vec<f64>,
    /// Years of publication.
    pub years: Vec<Option<i32>>,
    /// Journals, conferences or repositories.
    pub venues: Coded,
    /// Subject categories.
    pub categories: CodedLists,
    /// Files they came from.
    pub sources: Coded,
    /// First authors.
    pub first_authors: Vec<Option<String>>,
}

/// A column of few different values.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct Coded {
    /// The different values, ascending.
    pub values: Vec<String>,
    /// For each paper the place of its value among these, from 0.
    pub codes: Vec<Option<usize>>,
}

/// A column of lists of few different values.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CodedLists {
    /// The different values, ascending.
    pub values: Vec<String>,
    /// For each paper the places of its values among these, from 0.
    pub codes: Vec<Vec<usize>>,
}

impl Coded {
    /// Of a column of values.
    pub fn of<'a>(column: impl Iterator<Item = Option<&'a str>> + Clone) -> Self {
        let codes = codes(column.clone().flatten());
        Coded { codes: column.map(|value| value.map(|value| codes[value])).collect(), values: values(&codes) }
    }
}

impl CodedLists {
    /// Of a column of lists.
    pub fn of<'a>(column: impl Iterator<Item = &'a [String]> + Clone) -> Self {
        let codes = codes(column.clone().flatten().map(String::as_str));
        let coded = column.map(|list| list.iter().map(|value| codes[value.as_str()]).collect());
        CodedLists { codes: coded.collect(), values: values(&codes) }
    }
}

/// The different values with their places among each other.
fn codes<'a>(values: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut codes: BTreeMap<&str, usize> = values.map(|value| (value, 0)).collect();
    (0..).zip(codes.values_mut()).for_each(|(place, code)| *code = place);
    codes
}

fn values(codes: &BTreeMap<&str, usize>) -> Vec<String> {
    codes.keys().map(|value| (*value).to_owned()).collect()
}
