//! A filter is read by recursive descent: `or` binds least, then `and`, then `not`.

use crate::error::{Error, Result};

use super::scan::{scan, Piece};
use super::{Comparison, Field, FieldKind, Filter, FIELDS};

/// Parentheses and `not` within each other.
const DEEPEST: usize = 50;

/// Comparisons of one filter, and values of one list.
const MOST_COMPARISONS: usize = 500;
const MOST_VALUES: usize = 10_000;

/// What was found where something else was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Counted in characters from 1.
    pub(super) column: usize,
    pub(super) expected: String,
    pub(super) found: String,
}

impl Filter {
    /// Reads a filter such as `year>=2022 and venue in ('ACL', 'EMNLP') and has(doi)`.
    ///
    /// # Errors
    /// [`Error::BadFilter`], which names the column.
    pub fn parse(text: &str) -> Result<Filter> {
        let parsed = scan(text).and_then(|pieces| {
            let mut parser = Parser { pieces, at: 0, depth: 0, comparisons: 0 };
            let filter = parser.either()?;
            if *parser.peek() == Piece::End {
                Ok(filter)
            } else {
                Err(parser.fault("'and', 'or' or the end"))
            }
        });
        parsed.map_err(|fault| Error::BadFilter {
            filter: text.to_owned(),
            column: fault.column,
            expected: fault.expected,
            found: fault.found,
        })
    }
}

struct Parser {
    pieces: Vec<(usize, Piece)>,
    at: usize,
    depth: usize,
    comparisons: usize,
}

impl Parser {
    fn peek(&self) -> &Piece {
        // The last piece is the end, and is never passed.
        &self.pieces[self.at.min(self.pieces.len() - 1)].1
    }

    fn next(&mut self) -> Piece {
        let piece = self.peek().clone();
        self.at = (self.at + 1).min(self.pieces.len() - 1);
        piece
    }

    fn fault(&self, expected: impl Into<String>) -> Fault {
        let found = match self.peek() {
            Piece::Bare(word) => format!("'{word}'"),
            Piece::Quoted(value) => format!("the value '{value}'"),
            Piece::Mark(mark) => format!("'{mark}'"),
            Piece::End => "the end".to_owned(),
        };
        Fault { column: self.pieces[self.at].0, expected: expected.into(), found }
    }

    fn is_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), Piece::Bare(word) if word.eq_ignore_ascii_case(wanted))
    }

    fn take_word(&mut self, wanted: &str) -> bool {
        let is_there = self.is_word(wanted);
        if is_there {
            self.next();
        }
        is_there
    }

    fn take_mark(&mut self, wanted: &'static str) -> bool {
        let is_there = *self.peek() == Piece::Mark(wanted);
        if is_there {
            self.next();
        }
        is_there
    }

    fn need_mark(&mut self, wanted: &'static str) -> Result<(), Fault> {
        if self.take_mark(wanted) {
            Ok(())
        } else {
            Err(self.fault(format!("'{wanted}'")))
        }
    }

    fn either(&mut self) -> Result<Filter, Fault> {
        let mut parts = vec![self.both()?];
        while self.take_word("or") {
            parts.push(self.both()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    fn both(&mut self) -> Result<Filter, Fault> {
        let mut parts = vec![self.single()?];
        while self.take_word("and") {
            parts.push(self.single()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::All(parts) })
    }

    fn single(&mut self) -> Result<Filter, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault(format!("at most {DEEPEST} levels of parentheses")));
        }
        let filter = if self.take_word("not") {
            Filter::Not(Box::new(self.single()?))
        } else if self.take_mark("(") {
            let inner = self.either()?;
            self.need_mark(")")?;
            inner
        } else if self.take_word("has") {
            self.need_mark("(")?;
            let field = self.field()?;
            self.need_mark(")")?;
            Filter::Has(field)
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(filter)
    }

    fn comparison(&mut self) -> Result<Filter, Fault> {
        self.comparisons += 1;
        if self.comparisons > MOST_COMPARISONS {
            return Err(self.fault(format!("at most {MOST_COMPARISONS} comparisons")));
        }
        let field = self.field()?;
        if self.is_word("not") {
            self.next();
            return if self.is_word("in") {
                Ok(Filter::Not(Box::new(self.one_of(field)?)))
            } else {
                Err(self.fault("'in'"))
            };
        }
        if self.is_word("in") {
            return self.one_of(field);
        }
        let comparison = self.operator()?;
        let is_pattern = matches!(comparison, Comparison::Contains | Comparison::Like);
        Ok(Filter::Compare(field, comparison, self.value(field, is_pattern)?))
    }

    fn one_of(&mut self, field: Field) -> Result<Filter, Fault> {
        self.next();
        self.need_mark("(")?;
        let mut values = vec![self.value(field, false)?];
        while self.take_mark(",") {
            values.push(self.value(field, false)?);
            if values.len() > MOST_VALUES {
                return Err(self.fault(format!("at most {MOST_VALUES} values")));
            }
        }
        self.need_mark(")")?;
        Ok(Filter::OneOf(field, values))
    }

    fn field(&mut self) -> Result<Field, Fault> {
        let found = match self.peek() {
            Piece::Bare(name) => FIELDS.iter().find(|field| field.name.eq_ignore_ascii_case(name)),
            Piece::Quoted(_) | Piece::Mark(_) | Piece::End => None,
        };
        let Some(field) = found else {
            let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
            return Err(self.fault(format!("a field ({}), 'not', 'has' or '('", names.join(", "))));
        };
        self.next();
        Ok(*field)
    }

    fn operator(&mut self) -> Result<Comparison, Fault> {
        let comparison = match self.peek() {
            Piece::Mark("=") => Comparison::Equal,
            Piece::Mark("!=") => Comparison::Unequal,
            Piece::Mark("<") => Comparison::Less,
            Piece::Mark("<=") => Comparison::AtMost,
            Piece::Mark(">") => Comparison::Greater,
            Piece::Mark(">=") => Comparison::AtLeast,
            Piece::Bare(word) if word.eq_ignore_ascii_case("contains") => Comparison::Contains,
            Piece::Bare(word) if word.eq_ignore_ascii_case("like") => Comparison::Like,
            Piece::Bare(_) | Piece::Quoted(_) | Piece::Mark(_) | Piece::End => {
                return Err(self.fault("one of = != < <= > >= in, contains, like"));
            }
        };
        self.next();
        Ok(comparison)
    }

    fn value(&mut self, field: Field, is_pattern: bool) -> Result<String, Fault> {
        let value = match self.peek() {
            Piece::Bare(word) if ["and", "or", "not", "in"].iter().any(|k| word.eq_ignore_ascii_case(k)) => None,
            Piece::Bare(value) | Piece::Quoted(value) => Some(value.clone()),
            Piece::Mark(_) | Piece::End => None,
        };
        let Some(value) = value else { return Err(self.fault("a value")) };
        let is_number = field.kind == FieldKind::Number && !is_pattern;
        if is_number && value.trim().parse::<i64>().is_err() {
            return Err(self.fault(format!("a whole number for {}", field.name)));
        }
        self.next();
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str) -> String {
        Filter::parse(text).expect_err("no filter").to_string()
    }

    #[test]
    fn not_binds_more_than_and_and_that_more_than_or() {
        let filter = Filter::parse("not year<2000 and has(doi) or id = a").expect("a filter");
        let Filter::Any(parts) = filter else { panic!("{filter:?}") };
        let Filter::All(both) = &parts[0] else { panic!("{parts:?}") };
        assert!(matches!(both[0], Filter::Not(_)) && matches!(both[1], Filter::Has(_)));
        let quoted = Filter::parse("venue in ('Bull''s eye', \"x\", ACL)").expect("a filter");
        let Filter::OneOf(_, values) = quoted else { panic!("{quoted:?}") };
        assert_eq!(values, ["Bull's eye", "x", "ACL"]);
    }

    #[test]
    fn errors_point_at_the_column() {
        insta::assert_snapshot!(said("year>="), @"--where, column 7: expected a value, found the end");
        insta::assert_snapshot!(said("year>=soon"), @"--where, column 7: expected a whole number for year, found 'soon'");
        insta::assert_snapshot!(said("yaer=2020"), @"--where, column 1: expected a field (id, title, abstract, author, authors, year, date, venue, volume, issue, pages, category, categories, doi, arxiv_id, pmid, url, source), 'not', 'has' or '(', found 'yaer'");
        insta::assert_snapshot!(said("venue in ('ACL', and"), @"--where, column 18: expected a value, found 'and'");
        insta::assert_snapshot!(said("title contains 'deep"), @"--where, column 16: expected a closing ' to the value that begins here, found the end");
        insta::assert_snapshot!(said("(year=1 or year=2"), @"--where, column 18: expected ')', found the end");
        insta::assert_snapshot!(said("year=1 year=2"), @"--where, column 8: expected 'and', 'or' or the end, found 'year'");
        insta::assert_snapshot!(said("year!2"), @"--where, column 5: expected a field, a value or an operator, found '!'");
        assert!(said(&"(".repeat(100_000)).contains("column 51"));
    }

    proptest! {
        /// Whatever is typed, there is a filter or an error whose column is within the text or just behind it.
        #[test]
        fn nothing_typed_is_a_panic(text in "[a-z=<>!()', \"0-9é]{0,40}") {
            if let Err(Error::BadFilter { column, .. }) = Filter::parse(&text) {
                prop_assert!((1..=text.chars().count() + 1).contains(&column));
            }
        }
    }
}
