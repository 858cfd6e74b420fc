//! Text dumps of a daily papers page: a header, then title and abstract in turn.
//!
//! Dumps come with blank lines between all lines or with none, with the button "Subscribe" on a line or glued to the
//! first title, with or without counts and dates between the papers. So nothing here goes by position: lines are
//! told apart by their kind ([`Kind`]), titles from abstracts by their length, and where the turns go wrong (a second
//! paragraph, a paper without abstract) by what stands next to them.

use std::io::BufRead;

use super::input::Lines;
use super::page::Kind;
use super::turns::{is_abstract, is_sentence, width, Piece, Turns};
use super::{Emit, Fit, Format, Record};
use crate::error::Result;
use crate::paper::Paper;

/// The longest line in a text that is broken into lines of one width.
const WIDEST: usize = 130;

/// The most lines that a text broken into lines can have.
const MOST_LINES: usize = 100;

/// How much evidence shows that there is a header; see [`Turns::header`].
const ENOUGH_HEADER: usize = 2;

/// How many papers without a fault in the turns show a page that has no header.
const ENOUGH_PAPERS: usize = 4;

/// Words of which most abstracts have several.
#[rustfmt::skip]
const ABSTRACT_WORDS: &[&str] = &[
    "we ", "our ", "paper", "propose", "results", "study", "method", "approach", "model", "show that", "demonstrate",
    "experiment", "novel", "performance", "existing",
];

/// The page of papers.
pub(super) struct DailyPapers;

impl Format for DailyPapers {
    fn name(&self) -> &'static str {
        "daily_papers"
    }

    fn about(&self) -> &'static str {
        "text dumps of a daily papers page: titles and abstracts in turn"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt"]
    }

    fn recognizes(&self, head: &str) -> Fit {
        let (mut pairs, mut paperlike) = (0, 0);
        let mut count = |record: Record| {
            if let Record::Paper(paper) = record {
                let pair = !paper.title.is_empty() && is_abstract(&paper.abstract_text);
                pairs += usize::from(pair);
                paperlike += usize::from(pair && is_paperlike(&paper));
            }
            Ok(())
        };
        let mut page = Page::new(&mut count);
        let mut input = head.as_bytes();
        let read = page.read(&mut Lines::new(&mut input, ""));
        // Before the end: where the head is cut off says nothing.
        let (header, faults) = (page.turns.header, page.turns.faults);
        if read.and_then(|()| page.turns.end()).is_err() {
            return Fit::No;
        }
        let headed = header >= ENOUGH_HEADER && pairs >= 1 && faults <= pairs.div_ceil(2);
        // Without a header, anything that other texts have and such pages do not have speaks against it.
        let bare = faults == 0 && pairs >= ENOUGH_PAPERS && paperlike * 3 >= pairs * 2;
        if headed || (bare && !head.lines().any(is_markup)) {
            Fit::Content
        } else {
            Fit::No
        }
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let mut page = Page::new(emit);
        page.read(&mut Lines::new(input, source))?;
        page.turns.end()
    }
}

/// A page while it is read.
struct Page<'a, 'e> {
    turns: Turns<'a, 'e>,
    /// Lines since the last blank one, while they may be one broken text.
    broken: Vec<Piece>,
    /// Whether the lines since the last blank one are texts of their own.
    apart: bool,
    /// Whether the next line is the name of who submitted a paper.
    name_next: bool,
}

impl<'a, 'e> Page<'a, 'e> {
    fn new(emit: &'a mut Emit<'e>) -> Self {
        Page { turns: Turns::new(emit), broken: Vec::new(), apart: false, name_next: false }
    }

    fn read(&mut self, lines: &mut Lines<'_>) -> Result<()> {
        while let Some((number, line)) = lines.next()? {
            self.line(number, &line)?;
        }
        self.block_ends()
    }

    fn line(&mut self, number: u64, line: &str) -> Result<()> {
        let kind = Kind::of(line);
        let named = self.name_next;
        self.name_next = named && kind == Kind::Blank;
        match kind {
            Kind::Text(text) if named && !text.contains(' ') => return Ok(()),
            Kind::Text(text) => return self.text(number, text),
            // Below the header these words may begin a title, or be one.
            Kind::Navigation | Kind::Masthead if !self.turns.in_header => return self.text(number, line.trim()),
            // A number that ends a text which is broken into lines belongs to it.
            Kind::Fact if self.broken.len() > 1 => return self.text(number, line.trim()),
            Kind::Blank | Kind::Navigation | Kind::Fact => return self.block_ends(),
            Kind::SubmittedBy | Kind::Bullet | Kind::Masthead | Kind::Invitation { .. } => self.block_ends()?,
        }
        match kind {
            Kind::SubmittedBy => self.name_next = true,
            Kind::Bullet => self.turns.doubt_last(),
            Kind::Masthead => self.turns.header += 1,
            Kind::Invitation { papers, rest } => {
                if !self.turns.in_header {
                    // Another page in the same file.
                    self.turns.end()?;
                }
                self.turns.header += 1 + usize::from(papers);
                if !rest.is_empty() {
                    return self.line(number, rest);
                }
            }
            Kind::Blank | Kind::Navigation | Kind::Fact | Kind::Text(_) => {}
        }
        Ok(())
    }

    /// A line of text: by itself, or one more of a text that is broken into lines.
    fn text(&mut self, line: u64, text: &str) -> Result<()> {
        let piece = Piece::new(line, text.to_owned());
        if self.apart {
            return self.turns.piece(piece);
        }
        self.broken.push(piece);
        if width(text) > WIDEST || self.broken.len() > MOST_LINES {
            self.apart = true;
            return std::mem::take(&mut self.broken).into_iter().try_for_each(|piece| self.turns.piece(piece));
        }
        Ok(())
    }

    /// Joins the lines since the last blank one if they are one broken text.
    fn block_ends(&mut self) -> Result<()> {
        self.apart = false;
        let mut lines = std::mem::take(&mut self.broken);
        if !is_broken(&lines) {
            return lines.into_iter().try_for_each(|piece| self.turns.piece(piece));
        }
        if self.turns.wants_title() && ends_early(&lines) {
            self.turns.piece(lines.remove(0))?;
        }
        let texts: Vec<&str> = lines.iter().map(Piece::text).collect();
        self.turns.piece(Piece::new(lines[0].line(), texts.join(" ")))
    }
}

/// Whether the lines since the last blank one are one text that was broken into lines.
fn is_broken(lines: &[Piece]) -> bool {
    lines.len() > 2 || lines.get(1).is_some_and(|second| second.text().starts_with(char::is_lowercase))
}

/// Whether the first of several lines ends although the next word had room on it, as a title above its abstract does.
fn ends_early(lines: &[Piece]) -> bool {
    let widest = lines.iter().map(|piece| width(piece.text())).max().unwrap_or_default();
    let next_word = lines.get(1).and_then(|next| next.text().split_whitespace().next()).map_or(0, width);
    lines.len() > 2 && !is_sentence(lines[0].text()) && width(lines[0].text()) + 1 + next_word <= widest
}

/// Whether a pair looks like a paper: a title of several words, and an abstract that talks as abstracts do.
fn is_paperlike(paper: &Paper) -> bool {
    let text = paper.abstract_text.to_lowercase();
    let spoken = ABSTRACT_WORDS.iter().filter(|word| text.contains(*word)).count();
    spoken >= 2 && paper.title.split_whitespace().count() > 2 && !paper.title.ends_with('.')
}

/// Whether a line belongs to Markdown, HTML, a table or code.
fn is_markup(line: &str) -> bool {
    ["#", "```", "<", "|", "{", "- ", "* ", ">", "    "].iter().any(|mark| line.starts_with(mark))
}
