//! Which papers may be answered: conditions on their fields and words, as `--where` writes them.

mod parse;
mod scan;

/// A condition on a paper. What a paper does not say fulfils no comparison but `!=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// All of these; of none, every paper passes.
    All(Vec<Filter>),
    /// At least one of these.
    Any(Vec<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A field compared with a value.
    Compare(Field, Comparison, String),
    /// A field that is one of these.
    OneOf(Field, Vec<String>),
    /// A field that the record has.
    Has(Field),
    /// Words that must stand in the paper.
    Words(Demand),
}

/// A field of a paper that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name, as it is written.
    pub name: &'static str,
    /// The column of the library's table of papers.
    pub column: &'static str,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// Text, compared without regard to the case of ASCII letters.
    Text,
    /// Several texts, of which one must fulfil a comparison.
    List,
    /// A whole number.
    Number,
}

const fn text(name: &'static str) -> Field {
    Field { name, column: name, kind: FieldKind::Text }
}

const fn list(name: &'static str, column: &'static str) -> Field {
    Field { name, column, kind: FieldKind::List }
}

/// All fields.
pub const FIELDS: &[Field] = &[
    text("id"),
    text("title"),
    text("abstract"),
    list("author", "authors"),
    list("authors", "authors"),
    Field { name: "year", column: "year", kind: FieldKind::Number },
    text("date"),
    text("venue"),
    text("volume"),
    text("issue"),
    text("pages"),
    list("category", "categories"),
    list("categories", "categories"),
    text("doi"),
    text("arxiv_id"),
    text("pmid"),
    text("url"),
    text("source"),
];

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `contains`: the value stands somewhere in the field.
    Contains,
    /// `like`: `%` stands for any signs, `_` for one.
    Like,
}

/// Words that must stand in a paper, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// Where they must stand; anywhere if `None`.
    pub place: Option<Place>,
    /// The words.
    pub words: String,
    /// Whether the last word may go on.
    pub is_prefix: bool,
}

/// A part of a paper whose words are indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The title.
    Title,
    /// The abstract.
    Abstract,
    /// The authors.
    Authors,
}
