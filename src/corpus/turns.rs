//! Titles and abstracts in turn, and what to do where the turns go wrong.

use super::page::Kind;
use super::{Emit, Record};
use crate::error::Result;
use crate::paper::Paper;

/// A text this wide is part of an abstract. Of 442 titles on four pages the longest had 173 characters, and of as many
/// abstracts the shortest had 745.
const ABSTRACT: usize = 300;

/// So is a narrower text of more than one sentence.
const SHORT_ABSTRACT: usize = 180;

/// A sentence in a header is narrower than this.
const SLOGAN: usize = 100;

/// The first line of a title that goes on in the next line is at least this wide.
const TITLE_LINE: usize = 40;

/// A title, an abstract, or a part of one.
pub(super) struct Piece {
    line: u64,
    text: String,
    /// Whether it may be a fact beside a paper: it is one, unless an abstract follows.
    doubtful: bool,
}

impl Piece {
    /// A text that begins on `line`, from 1.
    pub(super) fn new(line: u64, text: String) -> Self {
        Piece { line, text, doubtful: false }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn line(&self) -> u64 {
        self.line
    }
}

/// The turns of title and abstract on a page: pieces go in, papers come out.
///
/// Titles are told from abstracts by their width. What cannot be told so is decided by what stands next to it: a wide
/// piece behind an abstract is its second paragraph, a narrow one its last sentence or a title without abstract.
pub(super) struct Turns<'a, 'e> {
    emit: &'a mut Emit<'e>,
    /// Narrow pieces that have found no abstract yet; at most three.
    waiting: Vec<Piece>,
    /// The paper that further paragraphs may belong to.
    paper: Option<Paper>,
    /// Whether no paper has been found yet on this page.
    pub(super) in_header: bool,
    /// How much shows that there is a header: an invitation to papers counts 2, any other line of its kinds 1.
    pub(super) header: usize,
    /// How often the turns were broken.
    pub(super) faults: usize,
}

impl<'a, 'e> Turns<'a, 'e> {
    pub(super) fn new(emit: &'a mut Emit<'e>) -> Self {
        Turns { emit, waiting: Vec::new(), paper: None, in_header: true, header: 0, faults: 0 }
    }

    /// Whether the next piece should be a title.
    pub(super) fn wants_title(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Says that a line followed which stands behind facts, as a dot does.
    pub(super) fn doubt_last(&mut self) {
        if let Some(piece) = self.waiting.last_mut() {
            piece.doubtful = true;
        }
    }

    /// Takes the next piece.
    pub(super) fn piece(&mut self, piece: Piece) -> Result<()> {
        if !is_abstract(&piece.text) {
            self.waiting.push(piece);
            return if self.waiting.len() > 2 { self.three_narrow() } else { Ok(()) };
        }
        if let Some(title) = self.waiting.pop() {
            let title = self.leave_over(title)?;
            self.in_header = false;
            return self.begin(title, piece.text);
        }
        self.faults += 1;
        match &mut self.paper {
            Some(paper) => {
                append(&mut paper.abstract_text, &piece.text);
                Ok(())
            }
            // What stands above the first title of a page with a header belongs to the header.
            None if self.header > 0 => Ok(()),
            None => self.begin(Piece::new(piece.line, String::new()), piece.text),
        }
    }

    /// Decides on a narrow piece that stands before a title: returns the title, longer where the piece began it.
    fn leave_over(&mut self, title: Piece) -> Result<Piece> {
        let Some(before) = self.waiting.pop() else { return Ok(title) };
        if !self.in_header && goes_on(&before.text, &title.text) {
            self.faults += 1;
            return Ok(Piece::new(before.line, format!("{} {}", before.text, title.text)));
        }
        self.alone(before)?;
        Ok(title)
    }

    /// Decides on the first of three narrow pieces, which has no abstract, or only a narrow one.
    fn three_narrow(&mut self) -> Result<()> {
        let first = self.waiting.remove(0);
        let second = &self.waiting[0].text;
        // What a header says in a sentence is shorter than the shortest abstracts.
        if !is_sentence(second) || (self.in_header && width(second) < SLOGAN) {
            return self.alone(first);
        }
        let short = self.waiting.remove(0);
        self.in_header = false;
        self.begin(first, short.text)
    }

    /// Decides on a narrow piece without an abstract: of header or footer, the end of an abstract, or a title alone.
    fn alone(&mut self, piece: Piece) -> Result<()> {
        if self.in_header || piece.doubtful || Kind::of(&piece.text) == Kind::Navigation {
            return Ok(());
        }
        self.faults += 1;
        let ends_abstract = is_last_sentence(&piece.text);
        match &mut self.paper {
            Some(paper) if ends_abstract && !paper.abstract_text.is_empty() => {
                append(&mut paper.abstract_text, &piece.text);
                Ok(())
            }
            _ => self.begin(piece, String::new()),
        }
    }

    /// Gives the paper before, and begins the next.
    fn begin(&mut self, title: Piece, abstract_text: String) -> Result<()> {
        let paper = Paper { title: title.text, abstract_text, line: title.line, ..Paper::default() };
        match self.paper.replace(paper) {
            Some(before) => (self.emit)(Record::Paper(Box::new(before))),
            None => Ok(()),
        }
    }

    /// Gives what is left when a page ends; another may follow.
    pub(super) fn end(&mut self) -> Result<()> {
        let mut left = std::mem::take(&mut self.waiting);
        if left.len() == 2 && is_sentence(&left[1].text) {
            let short = left.remove(1);
            self.begin(left.remove(0), short.text)?;
        }
        left.into_iter().try_for_each(|piece| self.alone(piece))?;
        self.in_header = true;
        match self.paper.take() {
            Some(last) => (self.emit)(Record::Paper(Box::new(last))),
            None => Ok(()),
        }
    }
}

fn append(text: &mut String, more: &str) {
    text.push(' ');
    text.push_str(more);
}

/// The width of a text in Latin letters: those of East Asia count twice, as they say more.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 }).sum()
}

/// Whether a piece is too wide for a title.
pub(super) fn is_abstract(text: &str) -> bool {
    let length = width(text);
    length >= ABSTRACT || (length >= SHORT_ABSTRACT && text.trim_end().ends_with('.') && text.contains(". "))
}

/// Whether a narrow piece can be an abstract: a sentence, or at least wider than titles are.
pub(super) fn is_sentence(text: &str) -> bool {
    text.ends_with(['.', '。']) || text.contains("://") || width(text) >= SHORT_ABSTRACT
}

/// Whether a piece between an abstract and a title can be the abstract's end.
fn is_last_sentence(text: &str) -> bool {
    text.ends_with(['.', '。']) || text.contains("://")
}

/// Whether a piece before a title is its first line.
fn goes_on(first: &str, second: &str) -> bool {
    let open = first.ends_with([':', ',', '-', '–', '—']) || second.starts_with(char::is_lowercase);
    open && width(first) >= TITLE_LINE && !is_last_sentence(first)
}
