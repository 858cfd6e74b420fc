//! Which encoding bytes are in, and text from them.
//!
//! A byte order mark decides, then the zeros of UTF-16, then what an XML file declares. Where nothing says it, bytes are
//! UTF-8, or, where more of them speak against that than for it, Windows-1252, as older exports are.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_16BE, UTF_16LE, UTF_8, WINDOWS_1252};

/// How far the declaration of an XML file may go, in bytes; real ones have some 60.
const LONGEST_DECLARATION: usize = 256;

/// Decodes a file, one piece after the other.
pub(super) enum Decoding {
    /// Nothing has been seen of it.
    Unknown,
    /// The file tells.
    Told(Decoder),
    /// The file does not tell; so far it speaks for UTF-8, or against it, like this.
    Guessed(Signs),
}

/// What speaks for UTF-8 and against it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Characters of several bytes.
    characters: u64,
    /// Bytes that are none.
    faults: u64,
}

impl Signs {
    /// Adds those of a piece.
    fn add(&mut self, piece: &[u8]) {
        if piece.is_ascii() {
            return;
        }
        for chunk in piece.utf8_chunks() {
            self.characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count() as u64;
            self.faults += u64::from(!chunk.invalid().is_empty());
        }
    }

    /// The encoding they speak for. A few damaged characters of many are no sign of another one.
    fn encoding(self) -> &'static Encoding {
        if self.faults > self.characters {
            WINDOWS_1252
        } else {
            UTF_8
        }
    }
}

impl Decoding {
    /// The text of a piece as UTF-8, and how many of its bytes that is; the others begin a character that goes on in
    /// the next piece. Nothing follows the last one.
    pub(super) fn decode(&mut self, piece: &[u8], is_last: bool) -> (Vec<u8>, usize) {
        if let Decoding::Unknown = self {
            let (decoding, mark) = Decoding::of(piece);
            *self = decoding;
            let (text, used) = self.decode_known(&piece[mark..], is_last);
            return (text, used + mark);
        }
        self.decode_known(piece, is_last)
    }

    /// How to decode a file that begins so, and the length of its byte order mark.
    fn of(beginning: &[u8]) -> (Decoding, usize) {
        if let Some((encoding, mark)) = Encoding::for_bom(beginning) {
            return (Decoding::Told(encoding.new_decoder_without_bom_handling()), mark);
        }
        let mut signs = Signs::default();
        signs.add(&beginning[..beginning.len() - unfinished(beginning)]);
        let declared = || {
            // Many files are written in UTF-8, whatever they declare; hardly a text in another encoding is valid UTF-8.
            let is_utf8 = signs.characters > 0 && signs.faults == 0;
            declared(beginning).filter(|encoding| !is_utf8 && *encoding != UTF_8)
        };
        match without_mark(beginning).or_else(declared) {
            Some(encoding) => (Decoding::Told(encoding.new_decoder_without_bom_handling()), 0),
            None => (Decoding::Guessed(Signs::default()), 0),
        }
    }

    fn decode_known(&mut self, piece: &[u8], is_last: bool) -> (Vec<u8>, usize) {
        match self {
            Decoding::Told(decoder) => (decoded(decoder, piece, is_last), piece.len()),
            Decoding::Guessed(signs) => {
                let used = if is_last { piece.len() } else { piece.len() - unfinished(piece) };
                signs.add(&piece[..used]);
                let (text, _) = signs.encoding().decode_without_bom_handling(&piece[..used]);
                (text.into_owned().into_bytes(), used)
            }
            Decoding::Unknown => (Vec::new(), 0),
        }
    }
}

/// Text from a decoder that remembers where the piece before has ended.
fn decoded(decoder: &mut Decoder, piece: &[u8], is_last: bool) -> Vec<u8> {
    let mut text = Vec::new();
    let mut space = vec![0; decoder.max_utf8_buffer_length(piece.len()).unwrap_or(piece.len())];
    let mut from = 0;
    loop {
        let (result, used, written, _) = decoder.decode_to_utf8(&piece[from..], &mut space, is_last);
        text.extend_from_slice(&space[..written]);
        from += used;
        if result == CoderResult::InputEmpty {
            return text;
        }
    }
}

/// How many bytes at the end of a piece begin a character of UTF-8 that is not finished.
fn unfinished(piece: &[u8]) -> usize {
    let tail = &piece[piece.len().saturating_sub(3)..];
    let begins = |at: &usize| {
        std::str::from_utf8(&tail[*at..]).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (0..tail.len()).find(begins).map_or(0, |at| tail.len() - at)
}

/// UTF-16 without a byte order mark, by the zeros of its first two characters.
fn without_mark(beginning: &[u8]) -> Option<&'static Encoding> {
    match *beginning.first_chunk()? {
        [1..=0x7f, 0, 1..=0x7f, 0] => Some(UTF_16LE),
        [0, 1..=0x7f, 0, 1..=0x7f] => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding that an XML file declares: `<?xml version="1.0" encoding="ISO-8859-1"?>`. Since the declaration could
/// be read, it is not UTF-16, whatever it says.
fn declared(beginning: &[u8]) -> Option<&'static Encoding> {
    let line = String::from_utf8_lossy(&beginning[..beginning.len().min(LONGEST_DECLARATION)]);
    let (declaration, _) = line.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
    let (_, value) = declaration.split_once("encoding")?;
    let label = value.trim_start().strip_prefix('=')?.trim_start();
    let label = label.strip_prefix(['"', '\''])?.split(['"', '\'']).next()?;
    let encoding = Encoding::for_label_no_replacement(label.as_bytes());
    encoding.filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of bytes that come in pieces of `size`.
    fn text(bytes: &[u8], size: usize) -> String {
        let (mut decoding, mut text, mut rest) = (Decoding::Unknown, Vec::new(), Vec::new());
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        for (at, piece) in pieces.iter().enumerate() {
            rest.extend_from_slice(piece);
            let (more, used) = decoding.decode(&rest, at + 1 == pieces.len());
            text.extend(more);
            rest.drain(..used);
        }
        String::from_utf8(text).expect("UTF-8")
    }

    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        let (bytes, _, lossy) = encoding.encode(text);
        assert!(!lossy);
        bytes.into_owned()
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn a_declaration_is_followed() {
        for label in ["ISO-8859-1", "windows-1252", "utf-8", "UTF-16", "latin1", "none", ""] {
            let told = format!("<?xml version='1.0' encoding=\"{label}\" ?>\n<a>Größe – naïve</a>");
            let plain = told.replace('–', "-");
            assert_eq!(text(&encoded(&plain, WINDOWS_1252), 4096), plain, "{label}");
            // What is UTF-8 is read as such, whatever it declares.
            assert_eq!(text(told.as_bytes(), 4096), told, "{label}");
        }
        for (label, encoding, words) in [
            ("windows-1251", encoding_rs::WINDOWS_1251, "Привет"),
            ("Shift_JIS", encoding_rs::SHIFT_JIS, "自然言語処理"),
            ("gb2312", encoding_rs::GBK, "自然语言"),
            ("ISO-8859-15", encoding_rs::ISO_8859_15, "5 €"),
        ] {
            let told = format!("<?xml version='1.0' encoding='{label}'?>\n<a>{words}</a>");
            for size in [64, 4096] {
                assert_eq!(text(&encoded(&told, encoding), size), told, "{label}");
            }
        }
    }

    #[test]
    fn utf_16_needs_no_mark() {
        let told = "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<a>Größe 自然言語 🧪</a>";
        for size in [7, 4096] {
            assert_eq!(text(&utf16(told, u16::to_le_bytes), size), told);
            assert_eq!(text(&utf16(told, u16::to_be_bytes), size), told);
        }
    }

    #[test]
    fn what_is_no_utf_8_is_windows_1252() {
        let told = "TI  - Größe und “Maß” – naïve\n";
        for size in [1, 2, 3, 5, 4096] {
            assert_eq!(text(told.as_bytes(), size), told);
        }
        for size in [64, 4096] {
            assert_eq!(text(&encoded(told, WINDOWS_1252), size), told);
        }
        // The first sign may come late.
        let late = format!("{}{told}", "plain text\n".repeat(100));
        assert_eq!(text(&encoded(&late, WINDOWS_1252), 512), late);
    }

    #[test]
    fn a_damaged_character_of_many_is_replaced() {
        let mut bytes = "Größe, Maß, naïve; ".repeat(20).into_bytes();
        bytes.insert(30, 0xe9);
        bytes.truncate(bytes.len() - "ve; ".len() - 1);
        let found = text(&bytes, 64);
        assert!(found.contains("Größe") && found.matches('\u{fffd}').count() == 2, "{found}");
        assert!(!found.contains('Ã'));
    }

    #[test]
    fn only_the_beginning_of_a_character_is_unfinished() {
        for (bytes, expected) in [
            (&b""[..], 0),
            (b"abc", 0),
            (b"ab\xc3", 1),
            (b"\xe2\x80", 2),
            (b"a\xf0\x9f\xa7", 3),
            ("aä".as_bytes(), 0),
            (b"a\x80\x80", 0),
            (b"\xff", 0),
        ] {
            assert_eq!(unfinished(bytes), expected, "{bytes:?}");
        }
    }
}
