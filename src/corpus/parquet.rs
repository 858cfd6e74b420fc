//! Parquet: tables whose columns go by names that are known.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufRead;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::Result as ParquetResult;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use serde_json::{Map, Number, Value};

use super::field_names::{is_known, LINE};
use super::fields::Fields;
use super::input::spooled;
use super::{Binary, Emit, Fit, Format, Record};
use crate::error::{Error, Result};

/// What every Parquet file begins with.
const MAGIC: &[u8] = b"PAR1";

/// Whole numbers up to this are exact as floating point: ids and years come as such where a column has gaps.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// How many names of columns a reason lists.
const NAMES_SHOWN: usize = 8;

/// Parquet tables.
pub(super) struct Parquet;

impl Format for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn about(&self) -> &'static str {
        "Parquet, with a column of titles or abstracts"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    /// Text is never Parquet.
    fn recognizes(&self, _head: &str) -> Fit {
        Fit::No
    }

    fn read(&self, input: &mut dyn BufRead, source: &str, emit: &mut Emit<'_>) -> Result<()> {
        self.read_file(spooled(input).map_err(Error::io(source))?, source, emit)
    }

    fn binary(&self) -> Option<&dyn Binary> {
        Some(self)
    }
}

impl Binary for Parquet {
    fn magic(&self) -> &'static [u8] {
        MAGIC
    }

    fn read_file(&self, file: File, _source: &str, emit: &mut Emit<'_>) -> Result<()> {
        let opened = fenced(|| SerializedFileReader::new(file));
        let reader = match opened {
            Ok(reader) => reader,
            Err(reason) => return emit(Record::skipped(1, format!("no readable Parquet file: {reason}"))),
        };
        let Some(columns) = known_columns(reader.metadata().file_metadata().schema()) else {
            let schema = reader.metadata().file_metadata().schema();
            return emit(Record::skipped(1, unknown_columns(schema)));
        };
        let mut row = 1;
        for group in 0..reader.num_row_groups() {
            read_group(&reader, group, &columns, row, emit)?;
            row += u64::try_from(reader.metadata().row_group(group).num_rows()).unwrap_or(0);
        }
        Ok(())
    }
}

/// Reads one group of rows, of which the first has the number `first`; damage costs the rest of the group.
fn read_group(
    reader: &SerializedFileReader<File>,
    group: usize,
    columns: &Type,
    first: u64,
    emit: &mut Emit<'_>,
) -> Result<()> {
    let mut number = first;
    let opened = fenced(|| reader.get_row_group(group));
    let rows = opened.as_ref().map_err(Clone::clone).and_then(|group| {
        // Only what is known is decoded: tables of papers often hold vectors, which are most of the file.
        fenced(|| group.get_row_iter(Some(columns.clone())))
    });
    let mut rows = match rows {
        Ok(rows) => rows,
        Err(reason) => return emit(Record::skipped(first, format!("damaged group of rows: {reason}"))),
    };
    loop {
        match fenced(|| rows.next().transpose()) {
            Ok(Some(row)) => emit(paper(row, columns, number))?,
            Ok(None) => return Ok(()),
            Err(reason) => return emit(Record::skipped(number, format!("damaged from this row on: {reason}"))),
        }
        number += 1;
    }
}

/// What the decoder makes of a file. In places it panics at damage, which is an answer too.
fn fenced<T>(decode: impl FnOnce() -> ParquetResult<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(decoded) => decoded.map_err(|error| error.to_string()),
        Err(_) => Err("the decoder gave up".to_owned()),
    }
}

/// The part of a schema that has known names; `None` if there is nothing in it.
fn known_columns(schema: &Type) -> Option<Type> {
    let known: Vec<Arc<Type>> =
        fields(schema).iter().filter(|field| is_known(field.name()) || field.name() == LINE).cloned().collect();
    if known.is_empty() {
        return None;
    }
    Type::group_type_builder(schema.name()).with_fields(known).build().ok()
}

fn unknown_columns(schema: &Type) -> String {
    let names: Vec<&str> = fields(schema).iter().take(NAMES_SHOWN).map(|field| field.name()).collect();
    format!("no column with a known name; there are: {}", names.join(", "))
}

fn fields(schema: &Type) -> &[Arc<Type>] {
    if schema.is_group() {
        schema.get_fields()
    } else {
        &[]
    }
}

fn paper(row: Row, columns: &Type, number: u64) -> Record {
    let values: Vec<(String, Value)> = row
        .into_columns()
        .into_iter()
        .zip(fields(columns))
        .map(|((name, field), column)| (name, value(at_micros(field, column))))
        .collect();
    let named = values.iter().map(|(name, value)| (name.as_str(), Cow::Borrowed(value)));
    Record::Paper(Box::new(Fields(named.collect()).paper(number)))
}

/// A time in nanoseconds, which the decoder leaves a bare number, as one that it can write out.
fn at_micros(field: Field, column: &Type) -> Field {
    let in_nanos = |kind: &LogicalType| matches!(kind, LogicalType::Timestamp(time) if time.unit == TimeUnit::NANOS);
    if !column.get_basic_info().logical_type_ref().is_some_and(in_nanos) {
        return field;
    }
    if let Field::Long(nanos) = field {
        Field::TimestampMicros(nanos / 1_000)
    } else {
        field
    }
}

/// A value of a column as JSON, which is what values are recognised in.
fn value(field: Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(bool) => Value::Bool(bool),
        Field::Byte(number) => Value::from(number),
        Field::Short(number) => Value::from(number),
        Field::Int(number) => Value::from(number),
        Field::Long(number) => Value::from(number),
        Field::UByte(number) => Value::from(number),
        Field::UShort(number) => Value::from(number),
        Field::UInt(number) => Value::from(number),
        Field::ULong(number) => Value::from(number),
        Field::Float16(number) => float(f64::from(number)),
        Field::Float(number) => float(f64::from(number)),
        Field::Double(number) => float(number),
        Field::Str(text) => Value::String(text),
        Field::Bytes(bytes) => Value::String(String::from_utf8_lossy(bytes.data()).into_owned()),
        Field::Group(row) => {
            Value::Object(row.into_columns().into_iter().map(|(n, field)| (n, value(field))).collect())
        }
        Field::ListInternal(list) => Value::Array(list.elements().iter().cloned().map(value).collect()),
        Field::MapInternal(map) => Value::Object(map.entries().iter().map(entry).collect::<Map<_, _>>()),
        written @ (Field::Decimal(_)
        | Field::Date(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_)) => Value::String(written.to_string()),
    }
}

fn entry((key, held): &(Field, Field)) -> (String, Value) {
    let key = value(key.clone());
    (key.as_str().map_or_else(|| key.to_string(), str::to_owned), value(held.clone()))
}

fn float(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}
