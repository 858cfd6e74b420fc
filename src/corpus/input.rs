//! The one place where a file or standard input becomes clean text, whatever its encoding and packing.

use std::fs::File;
use std::io::{self, BufRead, Read, Seek};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use super::encoding::Decoding;
use super::packed::{self, unpacked};
use crate::error::{Error, Result};

/// How much of a file the formats see when they judge it, in bytes of decoded text.
const HEAD: usize = 64 * 1024;

/// How much is decoded at once, in bytes. A piece must show whether it is UTF-8, so it is no smaller than the head.
const PIECE: usize = HEAD;

/// How many bytes at the beginning of a file tell whether it is one of those that are not text.
const MAGIC: u64 = 8;

/// Bytes from a file or a pipe.
pub(super) type Bytes = Box<dyn Read + Send>;

/// Opens a file, unpacked.
pub(super) fn bytes(path: &Path) -> Result<Bytes> {
    let file = File::open(path).map_err(Error::io(path))?;
    piped(Box::new(file), path)
}

/// Opens a file as clean text, counting the bytes that are taken from it.
pub(super) fn open(path: &Path, taken: Arc<AtomicU64>) -> Result<Text> {
    let file = File::open(path).map_err(Error::io(path))?;
    piped(Box::new(Counted { file, taken }), path).map(Text::new)
}

/// A file that counts what is taken from it.
struct Counted {
    file: File,
    taken: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.taken.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// What comes through a pipe, unpacked; `path` names it in errors.
pub(super) fn piped(bytes: Bytes, path: &Path) -> Result<Bytes> {
    unpacked(bytes).map_err(Error::io(path))
}

/// The first bytes of a file or a pipe, and all of them again.
pub(super) fn peek(mut bytes: Bytes) -> io::Result<(Vec<u8>, Bytes)> {
    let mut first = Vec::new();
    bytes.by_ref().take(MAGIC).read_to_end(&mut first)?;
    let again = io::Cursor::new(first.clone()).chain(bytes);
    Ok((first, Box::new(again)))
}

/// A file that begins with `magic`, or, where that is packed, a temporary one with what is in it.
pub(super) fn unpacked_file(path: &Path, magic: &[u8]) -> io::Result<File> {
    let mut file = File::open(path)?;
    let mut first = Vec::new();
    file.by_ref().take(magic.len() as u64).read_to_end(&mut first)?;
    file.rewind()?;
    if first == magic {
        Ok(file)
    } else {
        spooled(unpacked(Box::new(file))?)
    }
}

/// A nameless temporary file with these bytes, for formats that are read from several places at once.
pub(super) fn spooled(mut bytes: impl Read) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    io::copy(&mut bytes, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// UTF-8 text with `\n` line ends, made from whatever encoding the bytes are in ([`Decoding`]).
///
/// Invalid bytes become U+FFFD; control characters other than tab and line end are dropped; CR LF and a lone CR become
/// `\n`, so a line number is the one that an editor shows.
///
/// What was decoded before the bytes failed is handed out before the error, and then the error again and again.
pub(super) struct Text {
    bytes: Bytes,
    decoding: Decoding,
    /// Bytes that were read and not decoded.
    undecoded: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    after_return: bool,
    ended: bool,
    /// Line ends decoded so far.
    line_ends: u64,
    failure: Option<io::Error>,
}

impl Text {
    pub(super) fn new(bytes: Bytes) -> Self {
        Text {
            bytes,
            decoding: Decoding::Unknown,
            undecoded: Vec::new(),
            text: Vec::new(),
            at: 0,
            after_return: false,
            ended: false,
            line_ends: 0,
            failure: None,
        }
    }

    /// The beginning of the text, as far as it has not been read yet; reading goes on from there.
    pub(super) fn head(&mut self) -> io::Result<String> {
        while !self.ended && self.text.len() - self.at < HEAD {
            self.refill();
        }
        match &self.failure {
            // Not even one whole line can be read.
            Some(error) if self.line_ends == 0 => Err(again(error)),
            _ => Ok(String::from_utf8_lossy(&self.text[self.at..]).into_owned()),
        }
    }

    /// Where compressed bytes turned out to be damaged, if they did: the line, from 1, and what is wrong.
    pub(super) fn damage(&self) -> Option<(u64, String)> {
        let reason = packed::damage(self.failure.as_ref()?)?;
        Some((self.line_ends + 1, reason))
    }

    /// Decodes one more piece behind what is left of the text; at the end, or where reading fails, the text ends.
    fn refill(&mut self) {
        let wanted = (PIECE - self.undecoded.len()) as u64;
        match self.bytes.by_ref().take(wanted).read_to_end(&mut self.undecoded) {
            Ok(_) => self.ended = self.undecoded.len() < PIECE,
            Err(error) => (self.failure, self.ended) = (Some(error), true),
        }
        self.text.drain(..self.at);
        self.at = 0;
        let (decoded, used) = self.decoding.decode(&self.undecoded, self.ended);
        self.undecoded.drain(..used);
        self.keep(&decoded);
    }

    /// Adds decoded text without control characters and with `\n` line ends.
    fn keep(&mut self, decoded: &[u8]) {
        for &byte in decoded {
            let ends_a_return = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            match byte {
                b'\n' if ends_a_return => {}
                b'\r' | b'\n' => {
                    self.line_ends += 1;
                    self.text.push(b'\n');
                }
                // Vertical tab and form feed stand between words.
                0x0b | 0x0c => self.text.push(b' '),
                b'\t' | 0x20..=0x7e | 0x80.. => self.text.push(byte),
                0..=0x1f | 0x7f => {}
            }
        }
    }
}

impl Read for Text {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Text {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while !self.ended && self.at == self.text.len() {
            self.refill();
        }
        match &self.failure {
            Some(error) if self.at == self.text.len() => Err(again(error)),
            _ => Ok(&self.text[self.at..]),
        }
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.text.len());
    }
}

/// The same error once more.
fn again(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

/// The lines of a reader's input, each with its number, counted from 1.
pub(super) struct Lines<'a> {
    input: &'a mut dyn BufRead,
    source: &'a str,
    number: u64,
    bytes: Vec<u8>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(input: &'a mut dyn BufRead, source: &'a str) -> Self {
        Lines { input, source, number: 0, bytes: Vec::new() }
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, String)>> {
        self.bytes.clear();
        if self.input.read_until(b'\n', &mut self.bytes).map_err(Error::io(self.source))? == 0 {
            return Ok(None);
        }
        self.number += 1;
        let line = String::from_utf8_lossy(&self.bytes);
        Ok(Some((self.number, line.trim_end_matches(['\n', '\r']).to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::cases;
    use proptest::prelude::*;

    /// Gives its bytes in pieces of `size`, as a slow pipe does.
    struct Trickle(io::Cursor<Vec<u8>>, usize);

    impl Read for Trickle {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let size = into.len().min(self.1);
            self.0.read(&mut into[..size])
        }
    }

    fn decode(bytes: &[u8], size: usize) -> String {
        let mut text = String::new();
        let trickle = Trickle(io::Cursor::new(bytes.to_vec()), size);
        Text::new(Box::new(trickle)).read_to_string(&mut text).expect("text is UTF-8");
        text
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Größe\n自然言語 🧪\n";
        for size in [1, 2, 3, 7, 4096] {
            assert_eq!(decode(text.as_bytes(), size), text);
            assert_eq!(decode(format!("\u{feff}{text}").as_bytes(), size), text);
            assert_eq!(decode(&utf16(text, u16::to_le_bytes), size), text);
            assert_eq!(decode(&utf16(text, u16::to_be_bytes), size), text);
        }
    }

    #[test]
    fn line_ends_become_newlines_and_controls_vanish() {
        for size in [1, 2, 4096] {
            assert_eq!(decode(b"a\r\nb\rc\n\r\nd\r\r\n", size), "a\nb\nc\n\nd\n\n");
            assert_eq!(decode(b"a\0b\x1b[1m\x7f\x0cc\td", size), "ab[1m c\td");
        }
    }

    #[test]
    fn invalid_bytes_are_replaced() {
        assert_eq!(decode("naïve caf\u{e9}s".as_bytes(), 1), "naïve cafés");
        assert_eq!(decode(b"na\xc3\xafve caf\xe9s", 1), "naïve caf\u{fffd}s");
        assert_eq!(decode(b"na\xefve caf\xe9s\xc3", 1), "naïve cafésÃ");
    }

    #[test]
    fn a_long_text_without_signs_does_not_decide() {
        let ascii = "plain text\n".repeat(10_000);
        assert_eq!(decode(&[ascii.as_bytes(), b"caf\xe9"].concat(), 4096), format!("{ascii}café"));
        assert_eq!(decode(format!("{ascii}café").as_bytes(), 4096), format!("{ascii}café"));
        let wide = "é".repeat(PIECE);
        for odd in ["", "x"] {
            assert_eq!(decode(format!("{odd}{wide}").as_bytes(), 4096), format!("{odd}{wide}"));
        }
    }

    #[test]
    fn the_head_stays_to_be_read() {
        let long = "line of text\n".repeat(20_000);
        let mut text = Text::new(Box::new(Trickle(io::Cursor::new(long.clone().into_bytes()), 1000)));
        let head = text.head().expect("head");
        assert!(head.len() >= HEAD && head.len() <= HEAD + PIECE && long.starts_with(&head));
        assert_eq!(text.fill_buf().expect("buffer"), head.as_bytes());
        let mut all = String::new();
        text.read_to_string(&mut all).expect("text is UTF-8");
        assert_eq!(all, long);
    }

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn pieces_do_not_matter(bytes in proptest::collection::vec(any::<u8>(), 0..200), size in 1_usize..9) {
            prop_assert_eq!(decode(&bytes, size), decode(&bytes, 4096));
        }
    }
}
