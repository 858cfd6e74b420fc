//! The input of an XML parser: it counts lines, takes bytes back, and ends where markup is too large to be any.

use std::io::{self, BufRead, Read};

/// How large a tag may be, in bytes. Real ones have a few hundred; a stray `<` can open one that never ends.
const LARGEST_TAG: usize = 16 << 10;

/// Bytes for a parser, one piece of markup or text after the other.
pub(super) struct Counted<'a> {
    input: &'a mut dyn BufRead,
    /// The line at hand, counted from 1.
    pub(super) line: u64,
    /// Bytes that were given back, and how many of them are read again.
    back: Vec<u8>,
    at: usize,
    /// Bytes that the piece at hand may still have.
    left: usize,
}

impl<'a> Counted<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead) -> Self {
        Counted { input, line: 1, back: Vec::new(), at: 0, left: 0 }
    }

    /// Begins a piece of at most `largest` bytes, or a tag.
    pub(super) fn begin(&mut self, largest: usize) -> io::Result<()> {
        self.left = largest;
        let is_tag = matches!(self.fill_buf()?, [b'<', next, ..] if !matches!(next, b'!' | b'?'));
        self.left = if is_tag { LARGEST_TAG } else { largest };
        Ok(())
    }

    /// Whether the piece at hand is as large as it may be.
    pub(super) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// Takes back the last bytes that were read.
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        self.line -= line_ends(bytes);
        self.back = [bytes, &self.back[self.at..]].concat();
        self.at = 0;
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Counted<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let shown = if self.at < self.back.len() { &self.back[self.at..] } else { self.input.fill_buf()? };
        Ok(&shown[..shown.len().min(self.left)])
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed was shown before, so this reads nothing.
        let ends = self.fill_buf().map_or(0, |shown| line_ends(&shown[..amount.min(shown.len())]));
        self.line += ends;
        self.left = self.left.saturating_sub(amount);
        if self.at < self.back.len() {
            self.at += amount;
        } else {
            self.input.consume(amount);
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}
