//! Parquet with a column of vectors, as data frames read it.

use std::io::Write;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int32Type, Int64Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use super::{Collection, Exporter};
use crate::error::Error;
use crate::paper::Paper;
use crate::report::Failure;

/// Parquet, compressed with Snappy.
pub(super) struct Parquet;

/// Papers that are written together, and so kept in memory at once.
const ROW_GROUP: usize = 10_000;

/// The columns in their order; [`write_group`] fills them in the same order.
const SCHEMA: &str = "message papers {
    required binary id (STRING);
    required binary title (STRING);
    required binary abstract (STRING);
    required group authors (LIST) { repeated group list { required binary element (STRING); } }
    optional int32 year;
    optional binary date (STRING);
    optional binary venue (STRING);
    optional binary volume (STRING);
    optional binary issue (STRING);
    optional binary pages (STRING);
    required group categories (LIST) { repeated group list { required binary element (STRING); } }
    optional binary doi (STRING);
    optional binary arxiv_id (STRING);
    optional binary pmid (STRING);
    optional binary url (STRING);
    required binary source (STRING);
    required int64 line;
    required group vector (LIST) { repeated group list { required float element; } }
}";

impl Exporter for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn write(&self, collection: &Collection<'_>, out: &mut (dyn Write + Send)) -> Result<(), Failure> {
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(failure)?);
        let properties = WriterProperties::builder().set_compression(parquet::basic::Compression::SNAPPY).build();
        let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failure)?;
        let mut group: Vec<(Paper, Vec<f32>)> = Vec::new();
        (collection.each)(&mut |paper, vector| {
            group.push((paper.clone(), vector.to_vec()));
            if group.len() == ROW_GROUP {
                write_group(&mut writer, &group).map_err(failure)?;
                group.clear();
            }
            Ok(())
        })?;
        if !group.is_empty() {
            write_group(&mut writer, &group).map_err(failure)?;
        }
        writer.close().map(drop).map_err(failure)
    }
}

type Group<'a, 'b> = SerializedRowGroupWriter<'a, &'b mut (dyn Write + Send)>;

fn write_group(
    writer: &mut SerializedFileWriter<&mut (dyn Write + Send)>,
    papers: &[(Paper, Vec<f32>)],
) -> ParquetResult<()> {
    let mut group = writer.next_row_group()?;
    let required = |field: fn(&Paper) -> &str| papers.iter().map(|(paper, _)| bytes(field(paper))).collect::<Vec<_>>();
    let optional = |field: fn(&Paper) -> &Option<String>| {
        papers.iter().map(|(paper, _)| field(paper).as_deref().map(bytes)).collect::<Vec<_>>()
    };
    let list = |field: fn(&Paper) -> &[String]| {
        papers.iter().map(|(paper, _)| field(paper).iter().map(|text| bytes(text)).collect()).collect::<Vec<Vec<_>>>()
    };
    all::<ByteArrayType>(&mut group, &required(|paper| paper.id.as_str()))?;
    all::<ByteArrayType>(&mut group, &required(|paper| &paper.title))?;
    all::<ByteArrayType>(&mut group, &required(|paper| &paper.abstract_text))?;
    lists::<ByteArrayType>(&mut group, &list(|paper| &paper.authors))?;
    some::<Int32Type>(&mut group, &papers.iter().map(|(paper, _)| paper.year).collect::<Vec<_>>())?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.date))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.venue))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.volume))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.issue))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.pages))?;
    lists::<ByteArrayType>(&mut group, &list(|paper| &paper.categories))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.doi))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.arxiv_id))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.pmid))?;
    some::<ByteArrayType>(&mut group, &optional(|paper| &paper.url))?;
    all::<ByteArrayType>(&mut group, &required(|paper| &paper.source))?;
    let lines = papers.iter().map(|(paper, _)| i64::try_from(paper.line).unwrap_or(i64::MAX));
    all::<Int64Type>(&mut group, &lines.collect::<Vec<_>>())?;
    lists::<FloatType>(&mut group, &papers.iter().map(|(_, vector)| vector.clone()).collect::<Vec<_>>())?;
    group.close().map(drop)
}

fn bytes(text: &str) -> ByteArray {
    ByteArray::from(text)
}

/// A column that always has a value.
fn all<T: DataType>(group: &mut Group<'_, '_>, values: &[T::T]) -> ParquetResult<()> {
    column::<T>(group, values, None, None)
}

/// A column that may have a value: its definition level is 1 where it has.
fn some<T: DataType>(group: &mut Group<'_, '_>, values: &[Option<T::T>]) -> ParquetResult<()> {
    let defined: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let present: Vec<T::T> = values.iter().flatten().cloned().collect();
    column::<T>(group, &present, Some(&defined), None)
}

/// A column of lists: an element is defined at level 1 and repeats at level 1 behind the first; an empty list is one
/// entry that is not defined.
fn lists<T: DataType>(group: &mut Group<'_, '_>, lists: &[Vec<T::T>]) -> ParquetResult<()> {
    let (mut defined, mut repeated) = (Vec::new(), Vec::new());
    for list in lists {
        defined.extend(list.iter().map(|_| 1).chain(list.is_empty().then_some(0)));
        repeated.extend((0..list.len().max(1)).map(|at| i16::from(at > 0)));
    }
    let flat: Vec<T::T> = lists.iter().flatten().cloned().collect();
    column::<T>(group, &flat, Some(&defined), Some(&repeated))
}

fn column<T: DataType>(
    group: &mut Group<'_, '_>,
    values: &[T::T],
    defined: Option<&[i16]>,
    repeated: Option<&[i16]>,
) -> ParquetResult<()> {
    let missing = || ParquetError::General("more columns than the schema has".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(values, defined, repeated)?;
    column.close()
}

/// The writer's own error where there is one, so that a closed pipe is known as such.
fn failure(error: ParquetError) -> Failure {
    let ParquetError::External(cause) = error else {
        return Failure::Format(Error::Rendering { what: "Parquet file", source: error.to_string().into() });
    };
    match cause.downcast::<std::io::Error>() {
        Ok(error) => Failure::Write(*error),
        Err(cause) => Failure::Format(Error::Rendering { what: "Parquet file", source: cause }),
    }
}
