//! Finds the entries of a BibTeX file, one at a time, also where braces do not match.
//!
//! An entry ends where its braces are closed. Where a brace is missing, that would be at the end of the file, so an
//! entry also ends above a line that begins the next one; where there is one too many, the entry goes on as long as
//! the lines below are fields.

use super::input::Lines;
use crate::error::Result;

/// The most text of an entry that is kept, in bytes; more comes from an entry without an end.
const LONGEST: usize = 32 << 20;

/// One `@kind{...}`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// What stands behind the `@`, in lower case.
    pub(super) kind: String,
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// What stands between its braces.
    pub(super) text: String,
    /// Whether the file ended before its braces were closed.
    pub(super) cut: bool,
}

/// A block whose end has not been found.
struct Open {
    block: Block,
    /// What closes it: a brace or a parenthesis.
    closing: char,
    /// Braces that are open inside of it.
    depth: usize,
    /// Whether a quote is open that stands in no brace.
    quoted: bool,
    /// Whether it was closed with a comma behind, as if one brace were too many.
    doubtful: bool,
}

/// Hands on every block of a file.
pub(super) fn each_block(lines: &mut Lines<'_>, take: &mut dyn FnMut(Block) -> Result<()>) -> Result<()> {
    let mut open: Option<Open> = None;
    while let Some((number, line)) = lines.next()? {
        if open.as_ref().is_some_and(|open| open.ends_above(&line)) {
            open.take().map_or(Ok(()), |open| take(open.block))?;
        }
        let mut rest = line.as_str();
        loop {
            if let Some(going) = &mut open {
                let Some(behind) = going.go_on(rest) else { break };
                rest = behind;
                going.doubtful = rest.trim_start().starts_with(',') && begin(rest).is_none();
                if going.doubtful {
                    break;
                }
                open.take().map_or(Ok(()), |open| take(open.block))?;
            }
            let Some((kind, closing, behind)) = begin(rest) else { break };
            let block = Block { kind, line: number, ..Block::default() };
            open = Some(Open { block, closing, depth: 0, quoted: false, doubtful: false });
            rest = behind;
        }
    }
    open.map_or(Ok(()), |open| take(Block { cut: !open.doubtful, ..open.block }))
}

impl Open {
    /// Adds text up to the closing brace, and gives what stands behind that.
    fn go_on<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        self.doubtful = false;
        let mut escaped = false;
        let mut end = None;
        for (at, c) in text.char_indices() {
            let bare = self.depth == 0 && !self.quoted;
            match c {
                _ if escaped => {}
                '{' => self.depth += 1,
                '}' if self.depth > 0 => self.depth -= 1,
                '"' if self.depth == 0 => self.quoted = self.closing == ')' && !self.quoted,
                _ if c == self.closing && bare => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
            escaped = c == '\\' && !escaped;
        }
        let added = &text[..end.unwrap_or(text.len())];
        if self.block.text.len() + added.len() < LONGEST && self.block.kind != "comment" {
            self.block.text.push_str(added);
            self.block.text.push('\n');
        }
        end.map(|at| &text[at + 1..])
    }

    /// Whether the line below belongs to another entry.
    fn ends_above(&self, line: &str) -> bool {
        if self.doubtful {
            return !line.trim().is_empty() && !is_field(line);
        }
        // What was commented out holds entries.
        self.block.kind != "comment"
            && line.trim_start().starts_with('@')
            && begin(line).is_some_and(|(_, _, rest)| {
                let key = rest.split(',').next().unwrap_or_default();
                !key.contains('}')
            })
    }
}

/// The first `@kind{` of a line: its kind, what closes it, and what stands behind it.
fn begin(line: &str) -> Option<(String, char, &str)> {
    let mut from = 0;
    while let Some(at) = line[from..].find('@').map(|at| at + from) {
        if line[..at].contains('%') {
            return None;
        }
        let behind = line[at + 1..].trim_start();
        let kind: String = behind.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        let body = behind[kind.len()..].trim_start();
        let closing = match body.chars().next() {
            Some('{') => Some('}'),
            Some('(') => Some(')'),
            _ => None,
        };
        if let Some(closing) = closing.filter(|_| kind.starts_with(|c: char| c.is_ascii_alphabetic())) {
            return Some((kind.to_ascii_lowercase(), closing, &body[1..]));
        }
        from = at + 1;
    }
    None
}

/// Whether a line begins a field: a name, an equals sign, and a value.
pub(super) fn is_field(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| is_name(name.trim()) && !value.trim().is_empty())
}

/// Whether a text can be the name of a field; Web of Science has `Unique-ID` and `Early Access Date`.
pub(super) fn is_name(text: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '+' | '/' | ' ');
    (1..=40).contains(&text.len()) && text.starts_with(char::is_alphabetic) && text.chars().all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut input = text.as_bytes();
        let read = each_block(&mut Lines::new(&mut input, ""), &mut |block| {
            let cut = if block.cut { "!" } else { "" };
            found.push(format!("{}{cut} {} {}", block.line, block.kind, block.text.replace('\n', "|")));
            Ok(())
        });
        read.expect("memory can be read");
        found
    }

    #[test]
    fn blocks_end_with_their_braces() {
        let text = "Banner a@b.c\n@Article{a, t={x {y} \\} z}}@book(b, t=\"(x)\") %@no{c}\n @misc { d,\n}\n";
        assert_eq!(
            blocks(text),
            ["2 article a, t={x {y} \\} z}|", "2 book  b, t=\"(x)\"|".replace("  ", " ").as_str(), "3 misc  d,||"]
        );
    }

    #[test]
    fn a_missing_brace_costs_one_block() {
        let text = "@article{a,\n t={x,\n y={1}\n}\n@article{b,\n t={y}\n}\n@misc{c,\n t={cut";
        assert_eq!(blocks(text), ["1 article a,| t={x,| y={1}|}|", "5 article b,| t={y}||", "8! misc c,| t={cut|"]);
    }

    #[test]
    fn a_brace_too_many_costs_nothing() {
        let text = "@article{a,\n t={x}},\n y={1}\n}\n\n@article{b,t={y}},\n@misc{c,},\nrest\n";
        assert_eq!(blocks(text), ["1 article a,| t={x}| y={1}||", "6 article b,t={y}|", "7 misc c,|"]);
    }

    #[test]
    fn comments_are_one_block() {
        assert_eq!(blocks("@comment{\n@article{a,\n}\n}\n@misc{b,}\n"), ["1 comment ", "5 misc b,|"]);
    }
}
