//! Sequences of words that occur often enough, found level by level (Agrawal and Srikant 1994): a sequence is
//! counted only if the sequence without its last word was kept.

use std::collections::HashMap;

use super::reader::{Stream, Token};
use super::words::Words;

/// Words in a term.
const MAX_WORDS: usize = 3;

/// Words in a term of a script without spaces, where most words are one character.
const MAX_UNSPACED: usize = 6;

/// Parent node (0 for a root) and last word of a sequence.
type Key = (u32, u32);

/// Kept sequences of words as a tree: a node is its parent with one more word.
#[derive(Debug, Default)]
pub(super) struct Grams {
    nodes: Vec<Node>,
    roots: Vec<Option<u32>>,
    children: HashMap<Key, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    parent: Option<u32>,
    word: u32,
}

/// A sequence found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) node: u32,
    /// Index of its first token.
    pub(super) begin: usize,
    /// Index after its last token.
    pub(super) end: usize,
}

impl Grams {
    /// Finds the sequences that occur in at least `least` papers, or in one that is marked in `lonely`.
    pub(super) fn new(stream: &Stream, words: &Words, least: u32, lonely: &[bool]) -> Self {
        let mut grams = Grams { roots: vec![None; words.len()], ..Grams::default() };
        let singles = kept(stream, least, lonely, |tokens, count| {
            tokens.iter().filter(|token| words.begins(**token)).for_each(|token| count((0, words.of(*token))));
        });
        for (_, word) in singles {
            grams.roots[word as usize] = Some(grams.nodes.len() as u32);
            grams.nodes.push(Node { parent: None, word });
        }
        for length in 2..=MAX_UNSPACED {
            let longer = kept(stream, least, lonely, |tokens, count| {
                (0..tokens.len()).filter_map(|begin| grams.key(tokens, begin, length, words)).for_each(count);
            });
            if longer.is_empty() {
                break;
            }
            for (parent, word) in longer {
                grams.children.insert((parent, word), grams.nodes.len() as u32);
                grams.nodes.push(Node { parent: Some(parent), word });
            }
        }
        grams
    }

    /// How many nodes there are; nodes are numbered from 0.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The words of a node, first to last.
    pub(super) fn words_of(&self, node: u32) -> Vec<u32> {
        let mut words = Vec::with_capacity(MAX_UNSPACED);
        let mut at = Some(node);
        while let Some(node) = at {
            let Node { parent, word } = self.nodes[node as usize];
            words.push(word);
            at = parent;
        }
        words.reverse();
        words
    }

    /// The node of a sequence of words, if it was kept.
    pub(super) fn find(&self, words: &[u32]) -> Option<u32> {
        let (first, rest) = words.split_first()?;
        let root = self.roots[*first as usize]?;
        rest.iter().try_fold(root, |node, word| self.children.get(&(node, *word)).copied())
    }

    /// Calls `found` for every kept sequence of a text that may be a term, by its first token, shortest first.
    pub(super) fn walk(&self, tokens: &[Token], words: &Words, found: &mut dyn FnMut(Found)) {
        for begin in 0..tokens.len() {
            let Some(mut node) = self.root(tokens[begin], words) else { continue };
            let mut end = begin + 1;
            loop {
                if words.ends(tokens[end - 1]) {
                    found(Found { node, begin, end });
                }
                if !may_go_on(tokens, begin, end, words) {
                    break;
                }
                let Some(child) = self.children.get(&(node, words.of(tokens[end]))) else { break };
                node = *child;
                end += 1;
            }
        }
    }

    fn root(&self, token: Token, words: &Words) -> Option<u32> {
        self.roots[words.of(token) as usize].filter(|_| words.begins(token))
    }

    /// The key of the sequence of `length` tokens from `begin` on, if it may be counted.
    fn key(&self, tokens: &[Token], begin: usize, length: usize, words: &Words) -> Option<Key> {
        let mut node = self.root(tokens[begin], words)?;
        let last = begin + length - 1;
        for end in begin + 1..=last {
            if !may_go_on(tokens, begin, end, words) {
                return None;
            }
            if end < last {
                node = *self.children.get(&(node, words.of(tokens[end])))?;
            }
        }
        Some((node, words.of(tokens[last])))
    }
}

/// Whether the token at `end` may join the sequence that begins at `begin`.
fn may_go_on(tokens: &[Token], begin: usize, end: usize, words: &Words) -> bool {
    let Some(token) = tokens.get(end).filter(|token| !token.after_gap()) else { return false };
    let unspaced = |token: &Token| words.role(words.of(*token)).unspaced;
    let most = if tokens[begin..=end].iter().all(unspaced) { MAX_UNSPACED } else { MAX_WORDS };
    let inside = end == begin + 1 && words.role(words.of(*token)).links;
    end - begin < most && (inside || words.is_content(*token))
}

/// Keys that occur in at least `least` papers, or in one that is marked in `lonely`, in ascending order.
fn kept(stream: &Stream, least: u32, lonely: &[bool], each: impl Fn(&[Token], &mut dyn FnMut(Key))) -> Vec<Key> {
    // Papers counted so far, and the last one of them.
    let mut counts: HashMap<Key, (u32, u32)> = HashMap::new();
    for ((tokens, lonely), paper) in stream.papers().zip(lonely).zip(0u32..) {
        let weight = if *lonely { least } else { 1 };
        each(tokens, &mut |key| {
            let (count, last) = counts.entry(key).or_insert((0, u32::MAX));
            if *last != paper {
                (*count, *last) = (*count + weight, paper);
            }
        });
    }
    let mut kept: Vec<Key> = counts.into_iter().filter(|(_, (count, _))| *count >= least).map(|(key, _)| key).collect();
    kept.sort_unstable();
    kept
}
