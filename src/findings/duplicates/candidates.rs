//! Which pairs are worth judging: those that share a key, a bucket, or are near in the vectors. Near-linear in the
//! number of papers, whatever they hold: a block that too many share is only looked at in part.

use rayon::prelude::*;

use crate::error::Result;
use crate::index::Filter;

use super::minhash;
use super::names;
use super::record::Record;
use super::words::{hash, letter_runs, mixed};
use super::Collection;

/// Neighbours of each paper that are compared with it.
const NEIGHBORS: usize = 10;

/// Papers of one key of which each pair is judged. Of a greater block each paper is judged with so many that follow it.
const WHOLE_BLOCK: usize = 24;
const FOLLOWERS: usize = 8;

/// What keeps the keys of one sort apart from those of another.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Sort {
    Doi = 1,
    Arxiv,
    Pmid,
    Title,
    Page,
    Text,
    Letters,
}

/// Pairs `(a, b)`, `a < b`, ascending, each once. `is_asked` says which rows take part.
pub(super) fn pairs(
    collection: &Collection<'_>,
    records: &[Record],
    is_asked: &(dyn Fn(usize) -> bool + Sync),
    min_similarity: f32,
) -> Result<Vec<(usize, usize)>> {
    let mut found = by_keys(records, is_asked);
    found.extend(by_vectors(collection, is_asked, min_similarity)?);
    found.retain(|&(a, b)| collection.is_wanted(a, b));
    found.par_sort_unstable();
    found.dedup();
    Ok(found)
}

fn by_keys(records: &[Record], is_asked: &(dyn Fn(usize) -> bool + Sync)) -> Vec<(usize, usize)> {
    let mut keyed: Vec<(u64, u64, usize)> = records
        .par_iter()
        .enumerate()
        .filter(|(row, _)| is_asked(*row))
        .flat_map_iter(|(row, record)| {
            // Within a block like stands beside like: by title, then by text.
            let order = record.runs.first().copied().unwrap_or_default() >> 32;
            let order = hash(record.title.letters().as_bytes()) & !0xffff_ffff | order;
            keys(record).into_iter().map(move |key| (key, order, row))
        })
        .collect();
    keyed.par_sort_unstable();
    let mut pairs = Vec::new();
    for block in keyed.chunk_by(|a, b| a.0 == b.0) {
        let reach = if block.len() <= WHOLE_BLOCK { block.len() } else { FOLLOWERS };
        for (i, first) in block.iter().enumerate() {
            let followers = &block[i + 1..block.len().min(i + 1 + reach)];
            pairs.extend(followers.iter().map(|second| (first.2.min(second.2), first.2.max(second.2))));
        }
    }
    pairs
}

/// All keys under which a record may meet another of its paper.
fn keys(record: &Record) -> Vec<u64> {
    let place = &record.place;
    let key = |sort: Sort, content: u64| mixed(content ^ mixed(sort as u64));
    let of_text = |sort: Sort, text: &str| key(sort, hash(text.as_bytes()));
    let mut keys = Vec::new();
    keys.extend(place.doi.as_deref().map(|doi| of_text(Sort::Doi, doi)));
    keys.extend(place.arxiv.as_deref().map(|id| of_text(Sort::Arxiv, id)));
    keys.extend(place.pmid.as_deref().map(|pmid| of_text(Sort::Pmid, pmid)));
    let letters = record.title.letters();
    if !letters.is_empty() {
        keys.push(of_text(Sort::Title, letters));
        keys.extend(minhash::buckets(&letter_runs(letters)).into_iter().map(|bucket| key(Sort::Letters, bucket)));
    }
    if let (Some(name), Some(page), Some(year)) = (names::first(&record.authors), &place.first_page, place.year) {
        keys.push(of_text(Sort::Page, &format!("{name} {page} {year}")));
    }
    if record.has_text() {
        keys.extend(minhash::buckets(&record.runs).into_iter().map(|bucket| key(Sort::Text, bucket)));
    }
    keys
}

fn by_vectors(
    collection: &Collection<'_>,
    is_asked: &(dyn Fn(usize) -> bool + Sync),
    min_similarity: f32,
) -> Result<Vec<(usize, usize)>> {
    let (index, vectors) = (collection.index, collection.vectors);
    let may_be_near: Vec<bool> = (0..index.len()).map(is_asked).collect();
    let filter = Some(Filter::new(&may_be_near)).filter(|filter| filter.passing() < index.len());
    let first = if collection.is_against() { index.len() } else { 0 };
    let asking: Vec<usize> = (first..vectors.len()).filter(|&row| is_asked(row)).collect();
    let near = if collection.is_against() {
        let near = |&row: &usize| index.search(vectors.row(row), NEIGHBORS + 1, filter);
        asking.par_iter().map(near).collect::<Result<Vec<_>>>()?
    } else {
        index.around_all(NEIGHBORS + 1, filter)
    };
    let pairs = asking.into_iter().zip(near).flat_map(|(row, near)| {
        let close = near.into_iter().filter(move |n| n.row != row && n.similarity.value() >= min_similarity);
        close.map(move |n| (row.min(n.row), row.max(n.row)))
    });
    Ok(pairs.collect())
}
