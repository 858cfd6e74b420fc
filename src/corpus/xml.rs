//! XML records out of a stream, one small tree at a time, whatever is damaged around them.
//!
//! The tags of a record must fit together. Where they do not, that record is given up with its reason and reading
//! goes on at the next one. Nothing but the record at hand is kept: neither the tags around it nor what they declare,
//! so entities of the file's own stay as they are written.

use std::io::{self, BufRead};

use quick_xml::events::{BytesRef, Event};
use quick_xml::Reader;

use super::xml_input::Counted;
use super::xml_tree::{local, Element};
use crate::error::{Error, Result};

/// How deep the elements of a record may be nested. Real records, with formulas in MathML, need some 30 levels.
const DEEPEST: usize = 200;

/// How large a record, or a text in it, may be, in bytes. The largest real ones, with all they cite, have 2 MB.
const LARGEST: usize = 16 << 20;

/// How many open tags the parser may remember, in elements; it forgets them when there are more.
const OPEN_TAGS: usize = 1000;

/// What an element is to a reader of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands around records; its attributes are of interest.
    Frame,
    /// It is a record, and never stands in one.
    Record,
    /// It is a record where it does not stand in one.
    Inner,
    /// It is of no interest outside a record.
    None,
}

/// What is found in a file, in its order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The start tag of a frame.
    Frame(Element),
    /// A whole record.
    Record(Element),
    /// What is left of a record, or of the file.
    Broken {
        /// Line on which it begins, counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// Receives the parts of a file, one at a time.
pub(super) type Take<'a> = dyn FnMut(Part) -> Result<()> + 'a;

/// Gives the records of a file to `take`; `role` tells them by the local names of their elements.
pub(super) fn each_part(
    input: &mut dyn BufRead,
    source: &str,
    role: fn(&str) -> Role,
    take: &mut Take<'_>,
) -> Result<()> {
    let mut counted = Counted::new(input);
    let mut records = Records { role, take, open: Vec::new(), size: 0, lost: None, root: None, any: false };
    // The parser stops for good where it finds a fault, so another goes on from there.
    while !records.read(&mut lenient(Reader::from_reader(&mut counted)), source)? {}
    records.end_of_file(counted.line)
}

/// The local names of the first start tags in the beginning of a file, at most 8.
pub(super) fn first_tags(head: &str) -> Vec<String> {
    let mut tags = Vec::new();
    if !head.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return tags;
    }
    let mut reader = lenient(Reader::from_str(head));
    while tags.len() < 8 {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => tags.push(local(tag.name().into_inner()).to_owned()),
            Ok(Event::Eof) | Err(_) => break,
            Ok(
                Event::End(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_),
            ) => {}
        }
    }
    tags
}

/// A parser that leaves it to [`Records`] whether tags fit together.
fn lenient<R>(mut reader: Reader<R>) -> Reader<R> {
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader
}

/// The text that a reference stands for; one that XML itself does not define, such as `&nbsp;`, stays as written.
fn resolved(reference: &BytesRef<'_>) -> String {
    let name: &str = reference;
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        Ok(None) => match quick_xml::escape::resolve_predefined_entity(name) {
            Some(text) => text.to_owned(),
            None => format!("&{name};"),
        },
        Err(_) => char::REPLACEMENT_CHARACTER.to_string(),
    }
}

/// Builds records from what the parser sees.
struct Records<'a, 'b> {
    role: fn(&str) -> Role,
    take: &'a mut Take<'b>,
    /// The elements that are open, the record first; empty outside records.
    open: Vec<Element>,
    /// Size of the record at hand in bytes, counted roughly.
    size: usize,
    /// The name of the record that was given up, until it ends or the next begins.
    lost: Option<String>,
    /// The name of the element around everything, until it ends.
    root: Option<String>,
    /// Whether there was any element at all.
    any: bool,
}

impl Records<'_, '_> {
    /// Reads to the end of the file, and returns true, or to where another parser has to go on.
    fn read(&mut self, reader: &mut Reader<&mut Counted<'_>>, source: &str) -> Result<bool> {
        let mut buffer = Vec::new();
        let mut depth: usize = 0;
        while depth <= OPEN_TAGS {
            buffer.clear();
            reader.get_mut().begin(LARGEST).map_err(Error::io(source))?;
            let line = reader.get_ref().line;
            match reader.read_event_into(&mut buffer) {
                Ok(Event::Start(tag)) if !tag.contains('<') => {
                    depth += 1;
                    self.start(Element::of(&tag, line))?;
                }
                Ok(Event::Empty(tag)) if !tag.contains('<') => {
                    self.start(Element::of(&tag, line))?;
                    self.end(tag.name().into_inner(), line)?;
                }
                Ok(Event::End(tag)) if !tag.contains('<') => {
                    depth = depth.saturating_sub(1);
                    self.end(tag.name().into_inner(), line)?;
                }
                Ok(Event::Start(_) | Event::Empty(_) | Event::End(_)) => {
                    self.give_up(line, "not valid XML: < inside a tag".to_owned())?;
                    reader.get_mut().give_back(self.next_record_in(&buffer));
                    return Ok(false);
                }
                Ok(Event::Text(text)) => self.text(&text)?,
                Ok(Event::CData(text)) => self.text(&text)?,
                Ok(Event::GeneralRef(reference)) => self.text(&resolved(&reference))?,
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_)) => {}
                Ok(Event::Eof) => return Ok(true),
                Err(quick_xml::Error::Io(error)) => {
                    return Err(Error::io(source)(io::Error::new(error.kind(), error)));
                }
                Err(error) => {
                    self.give_up(line, format!("not valid XML: {error}"))?;
                    reader.get_mut().give_back(self.next_record_in(&buffer));
                    return Ok(false);
                }
            }
            if reader.get_ref().is_full() {
                self.give_up(line, too_large())?;
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// What a damaged tag has swallowed, from the next tag on that begins a record, or ends the one given up.
    fn next_record_in<'x>(&self, swallowed: &'x [u8]) -> &'x [u8] {
        let is_border = |at: usize| {
            let tag = String::from_utf8_lossy(&swallowed[at + 1..swallowed.len().min(at + 100)]);
            let name =
                |text: &str| text.split(|c: char| c.is_whitespace() || "/>".contains(c)).next().map(str::to_owned);
            match tag.strip_prefix('/') {
                Some(end) => name(end) == self.lost,
                None => name(&tag).is_some_and(|name| (self.role)(local(&name)) != Role::None),
            }
        };
        let next = (1..swallowed.len()).find(|at| swallowed[*at] == b'<' && is_border(*at));
        next.map_or(&[], |at| &swallowed[at..])
    }

    fn start(&mut self, element: Element) -> Result<()> {
        self.any = true;
        let role = (self.role)(local(&element.name));
        if let Some(last) = self.open.last() {
            if matches!(role, Role::Inner | Role::None) {
                return self.open_inside(element);
            }
            let reason = format!("<{}> begins before </{}>", element.name, last.name);
            self.give_up(element.line, reason)?;
        }
        if self.root.is_none() && matches!(role, Role::Frame | Role::None) {
            self.root = Some(element.name.clone());
        }
        match role {
            Role::Frame => return (self.take)(Part::Frame(element)),
            Role::None => return Ok(()),
            Role::Record => self.lost = None,
            Role::Inner => {}
        }
        self.open_inside(element)
    }

    /// Opens an element of a record, or the record itself.
    fn open_inside(&mut self, element: Element) -> Result<()> {
        self.size = if self.open.is_empty() { 0 } else { self.size } + element.size();
        let line = element.line;
        self.open.push(element);
        if self.open.len() > DEEPEST {
            return self.give_up(line, format!("its elements are nested deeper than {DEEPEST} levels"));
        }
        self.check_size(line)
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let Some(last) = self.open.last_mut() else { return Ok(()) };
        last.push_text(text);
        let line = last.line;
        self.size += text.len();
        self.check_size(line)
    }

    fn check_size(&mut self, line: u64) -> Result<()> {
        if self.size > LARGEST {
            self.give_up(line, too_large())
        } else {
            Ok(())
        }
    }

    fn end(&mut self, name: &str, line: u64) -> Result<()> {
        match self.open.pop() {
            None => self.end_outside(name, line),
            Some(element) if element.name == name => match self.open.last_mut() {
                Some(parent) => {
                    parent.push(element);
                    Ok(())
                }
                None => (self.take)(Part::Record(element)),
            },
            Some(element) => {
                let reason = format!("</{name}> stands where </{}> is expected, on line {line}", element.name);
                self.open.push(element);
                self.give_up(line, reason)?;
                self.end_outside(name, line)
            }
        }
    }

    /// Takes an end tag outside records.
    fn end_outside(&mut self, name: &str, line: u64) -> Result<()> {
        if self.root.as_deref() == Some(name) {
            self.root = None;
        }
        match &self.lost {
            Some(lost) if lost == name => self.lost = None,
            None if (self.role)(local(name)) == Role::Record => {
                return (self.take)(Part::Broken { line, reason: format!("</{name}> without a start") });
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// Gives up the record at hand, or tells of a fault on `line` outside records; one fault hides those after it.
    fn give_up(&mut self, line: u64, reason: String) -> Result<()> {
        let (line, name) = match self.open.drain(..).next() {
            Some(record) => (record.line, record.name),
            None if self.lost.is_some() => return Ok(()),
            None => (line, String::new()),
        };
        self.lost = Some(name);
        (self.take)(Part::Broken { line, reason })
    }

    /// Says what the end of the file, on `line`, leaves unfinished.
    fn end_of_file(&mut self, line: u64) -> Result<()> {
        match self.root.take() {
            _ if !self.open.is_empty() => self.give_up(line, "the file ends inside this record".to_owned()),
            Some(root) => self.give_up(line, format!("the file ends before </{root}>")),
            None if !self.any => self.give_up(1, "not XML: there is no element".to_owned()),
            None => Ok(()),
        }
    }
}

fn too_large() -> String {
    format!("larger than {} MiB", LARGEST >> 20)
}
