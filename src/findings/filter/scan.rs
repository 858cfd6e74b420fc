//! The signs of a filter become words, values and marks, each with its column.

use super::parse::Fault;

/// A piece of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A name, a number, or a value without quotes.
    Bare(String),
    /// A value in quotes.
    Quoted(String),
    /// An operator, a parenthesis or a comma.
    Mark(&'static str),
    /// Nothing is left.
    End,
}

const MARKS: [&str; 10] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

/// The pieces with their columns, counted in characters from 1; the last one is [`Piece::End`].
pub(super) fn scan(text: &str) -> Result<Vec<(usize, Piece)>, Fault> {
    let signs: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let column = at + 1;
        let mark = MARKS.iter().find(|mark| mark.chars().enumerate().all(|(i, c)| signs.get(at + i) == Some(&c)));
        if signs[at].is_whitespace() {
            at += 1;
        } else if let Some(mark) = mark {
            at += mark.len();
            pieces.push((column, Piece::Mark(if *mark == "<>" { "!=" } else { mark })));
        } else if matches!(signs[at], '\'' | '"') {
            let (value, end) = quoted(&signs, at)?;
            at = end;
            pieces.push((column, Piece::Quoted(value)));
        } else {
            let is_bare = |c: &char| !c.is_whitespace() && !"=<>!(),'\"".contains(*c);
            let value: String = signs[at..].iter().take_while(|c| is_bare(c)).collect();
            if value.is_empty() {
                let found = format!("'{}'", signs[at]);
                return Err(Fault { column, expected: "a field, a value or an operator".to_owned(), found });
            }
            at += value.chars().count();
            pieces.push((column, Piece::Bare(value)));
        }
    }
    pieces.push((signs.len() + 1, Piece::End));
    Ok(pieces)
}

/// The value that begins with the quote at `start`, and where it ends; a doubled quote stands for one.
fn quoted(signs: &[char], start: usize) -> Result<(String, usize), Fault> {
    let quote = signs[start];
    let mut value = String::new();
    let mut at = start + 1;
    while let Some(&sign) = signs.get(at) {
        match (sign == quote, signs.get(at + 1) == Some(&quote)) {
            (true, true) => at += 1,
            (true, false) => return Ok((value, at + 1)),
            (false, _) => {}
        }
        value.push(sign);
        at += 1;
    }
    let expected = format!("a closing {quote} to the value that begins here");
    Err(Fault { column: start + 1, expected, found: "the end".to_owned() })
}
