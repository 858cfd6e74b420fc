//! Papers in the library: adding, changing, finding.

use std::collections::BTreeMap;

use rusqlite::types::Type;
use rusqlite::{params, OptionalExtension, Row, Statement, ToSql, Transaction};

use crate::embed::ModelIdentity;
use crate::error::{Error, Result};
use crate::paper::{AsRead, Paper, PaperId};
use crate::vectors::Vectors;

use super::vectors::{blob, floats, insert_model, insert_vectors};
use super::{Store, NO_PAPER};

/// blake3 of the text that is embedded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextHash(pub [u8; 32]);

impl TextHash {
    /// The hash of a paper's text.
    pub fn of(paper: &Paper) -> Self {
        TextHash(*blake3::hash(paper.text().as_bytes()).as_bytes())
    }
}

/// Papers and vectors that are committed together.
pub struct Batch<'a> {
    /// The model that made the vectors.
    pub model: &'a ModelIdentity,
    /// New or changed papers.
    pub papers: &'a [Paper],
    /// Text hashes of the new vectors, one a row.
    pub hashes: &'a [TextHash],
    /// New vectors.
    pub vectors: &'a Vectors,
}

/// What can be counted of the papers without keeping any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Papers.
    pub papers: usize,
    /// Papers without an abstract.
    pub title_only: usize,
    /// Papers of each source.
    pub sources: BTreeMap<String, usize>,
    /// The first and the last year of the papers that have one.
    pub years: Option<(i32, i32)>,
}

/// Papers that one statement writes, of 20 values each, where SQLite takes 32,766 in all. The full-text index brings its
/// words to disk before every statement with a trigger, and then merges what it has there: with a statement a paper that
/// was two fifths of the time of writing.
const ROWS: usize = 512;

pub(super) const COLUMNS: &str =
    "id, title, abstract, authors, year, date, venue, volume, issue, pages, categories, doi, arxiv_id, pmid, \
                       url, source, line, as_read";

impl Store {
    /// The paper with this id.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn find(&self, id: &str) -> Result<Option<Paper>> {
        let sql = format!("SELECT {COLUMNS} FROM papers WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&sql).map_err(self.failed())?;
        statement.query_row([id], paper_from).optional().map_err(self.failed())
    }

    /// All papers, by id.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn papers(&self) -> Result<Vec<Paper>> {
        let sql = format!("SELECT {COLUMNS} FROM papers ORDER BY id");
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let rows = statement.query_map([], paper_from).map_err(self.failed())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.failed())
    }

    /// All ids, ascending.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn ids(&self) -> Result<Vec<PaperId>> {
        let mut statement = self.connection.prepare("SELECT id FROM papers ORDER BY id").map_err(self.failed())?;
        let rows = statement.query_map([], |row| row.get(0).map(PaperId)).map_err(self.failed())?;
        rows.collect::<rusqlite::Result<_>>().map_err(self.failed())
    }

    /// Hands on every paper with its vector (`d` floats), by id, without keeping any.
    ///
    /// # Errors
    /// What `take` returns; [`Error::Database`]; [`Error::Damaged`] if a paper has no vector.
    pub fn each<E, F>(&self, mut take: F) -> Result<(), E>
    where
        E: From<Error>,
        F: FnMut(&Paper, &[f32]) -> Result<(), E>,
    {
        let sql = format!(
            "SELECT {COLUMNS}, vector FROM papers p CROSS JOIN model m
             LEFT JOIN vectors v ON v.text_hash = p.text_hash AND v.model = m.fingerprint ORDER BY id"
        );
        let mut statement = self.connection.prepare(&sql).map_err(self.failed())?;
        let mut rows = statement.query([]).map_err(self.failed())?;
        while let Some(row) = rows.next().map_err(self.failed())? {
            let paper = paper_from(row).map_err(self.failed())?;
            let bytes = blob(row, "vector").map_err(self.failed())?;
            let bytes = bytes.ok_or_else(|| Error::Damaged {
                path: self.database(),
                reason: format!("'{}' has no vector; 'paperkin check --repair' makes it again", paper.id),
            })?;
            take(&paper, &floats(&bytes).collect::<Vec<f32>>())?;
        }
        Ok(())
    }

    /// Takes papers out in one transaction, with the vectors that no other paper needs.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn remove(&mut self, ids: &[PaperId]) -> Result<()> {
        self.change(|transaction| {
            for id in ids {
                transaction.execute("DELETE FROM papers WHERE id = ?1", [id.as_str()])?;
            }
            transaction.execute(&format!("DELETE FROM vectors WHERE {NO_PAPER}"), [])
        })
        .map(drop)
    }

    /// Number of papers.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn count(&self) -> Result<usize> {
        self.connection.query_row("SELECT count(*) FROM papers", [], |row| row.get(0)).map_err(self.failed())
    }

    /// Counts papers by source and the like, of a million as of a few without keeping any.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn tally(&self) -> Result<Tally> {
        let read = || -> rusqlite::Result<Tally> {
            let mut tally = Tally::default();
            let mut statement = self.connection.prepare("SELECT source, abstract = '', year FROM papers")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                tally.papers += 1;
                tally.title_only += usize::from(row.get::<_, bool>(1)?);
                *tally.sources.entry(row.get(0)?).or_default() += 1;
                if let Some(year) = row.get::<_, Option<i32>>(2)? {
                    let (first, last) = tally.years.unwrap_or((year, year));
                    tally.years = Some((first.min(year), last.max(year)));
                }
            }
            Ok(tally)
        };
        read().map_err(self.failed())
    }

    /// Writes a batch in one transaction: all of it or nothing.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::ModelMismatch`] if the library holds another model's vectors.
    pub fn write(&mut self, batch: &Batch<'_>) -> Result<()> {
        self.claim_model(batch.model)?;
        self.change(|transaction| write_batch(transaction, batch))
    }

    fn claim_model(&self, model: &ModelIdentity) -> Result<()> {
        match self.model()? {
            Some(known) if known.agrees_with(model) => Ok(()),
            Some(known) => Err(Error::ModelMismatch {
                path: self.folder.clone(),
                library_model: known.label(),
                given_model: model.label(),
            }),
            None => Ok(()),
        }
    }
}

/// A statement that writes so many papers, with names of columns and values in their order. It keeps the key of a row
/// that is updated, since other tables may refer to it.
fn upsert(papers: usize) -> String {
    let columns = format!("{COLUMNS}, text_hash, exact_key");
    let names: Vec<&str> = columns.split(", ").collect();
    let row = format!("({})", vec!["?"; names.len()].join(", "));
    let rows = vec![row.as_str(); papers].join(", ");
    let changes: Vec<String> = names[1..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    format!("INSERT INTO papers ({columns}) VALUES {rows} ON CONFLICT (id) DO UPDATE SET {}", changes.join(", "))
}

fn write_batch(transaction: &Transaction<'_>, batch: &Batch<'_>) -> rusqlite::Result<()> {
    insert_model(transaction, batch.model)?;
    insert_vectors(transaction, batch.model, batch.hashes, batch.vectors)?;
    for papers in batch.papers.chunks(ROWS) {
        let mut insert = transaction.prepare_cached(&upsert(papers.len()))?;
        let mut place = 0;
        papers.iter().try_for_each(|paper| bind(&mut insert, &mut place, paper))?;
        insert.raw_execute()?;
    }
    Ok(())
}

/// Gives a paper's values to the parameters behind `place`, in the order of [`upsert`].
fn bind(insert: &mut Statement<'_>, place: &mut usize, paper: &Paper) -> rusqlite::Result<()> {
    let values: &[&dyn ToSql] = params![
        paper.id.as_str(),
        paper.title,
        paper.abstract_text,
        list_to_text(&paper.authors),
        paper.year,
        paper.date,
        paper.venue,
        paper.volume,
        paper.issue,
        paper.pages,
        list_to_text(&paper.categories),
        paper.doi,
        paper.arxiv_id,
        paper.pmid,
        paper.url,
        paper.source,
        i64::try_from(paper.line).unwrap_or(i64::MAX),
        paper.as_read.as_deref().map(as_read_to_text),
        TextHash::of(paper).0,
        paper.exact_key().map(|key| key.0),
    ];
    for value in values {
        *place += 1;
        insert.raw_bind_parameter(*place, value)?;
    }
    Ok(())
}

/// Lists are kept as JSON arrays, which SQLite's own functions can read.
fn list_to_text(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

fn list_from_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Vec<String>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| unreadable(column, error))
}

fn unreadable(column: usize, error: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// What cleaning changed is kept as a JSON object.
fn as_read_to_text(as_read: &AsRead) -> String {
    let AsRead { title, abstract_text, authors, venue } = as_read;
    let mut fields = serde_json::Map::new();
    let texts = [("title", title), ("abstract", abstract_text), ("venue", venue)];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?))) {
        fields.insert(name.to_owned(), text.into());
    }
    if let Some(authors) = authors {
        fields.insert("authors".to_owned(), authors.as_slice().into());
    }
    serde_json::Value::Object(fields).to_string()
}

fn as_read_from_text(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Box<AsRead>>> {
    let Some(text) = row.get::<_, Option<String>>(column)? else { return Ok(None) };
    let fields: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| unreadable(column, error))?;
    let text = |name: &str| fields.get(name)?.as_str().map(str::to_owned);
    let authors = fields.get("authors").and_then(|list| serde_json::from_value(list.clone()).ok());
    let as_read = AsRead { title: text("title"), abstract_text: text("abstract"), authors, venue: text("venue") };
    Ok(Some(Box::new(as_read)))
}

pub(super) fn paper_from(row: &Row<'_>) -> rusqlite::Result<Paper> {
    Ok(Paper {
        id: PaperId(row.get(0)?),
        title: row.get(1)?,
        abstract_text: row.get(2)?,
        authors: list_from_text(row, 3)?,
        year: row.get(4)?,
        date: row.get(5)?,
        venue: row.get(6)?,
        volume: row.get(7)?,
        issue: row.get(8)?,
        pages: row.get(9)?,
        categories: list_from_text(row, 10)?,
        doi: row.get(11)?,
        arxiv_id: row.get(12)?,
        pmid: row.get(13)?,
        url: row.get(14)?,
        source: row.get(15)?,
        line: row.get(16)?,
        as_read: as_read_from_text(row, 17)?,
    })
}
