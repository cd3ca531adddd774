//! Writes rows as CSV or XLSX.
//!
//! Rows come from an iterator. The CSV writer keeps one row in memory at a time. The XLSX writer uses no disk: it keeps all
//! cells in memory until the workbook is written, about 3 kB a row, bounded by [`ROWS`]. A person's text never becomes a
//! formula, whatever it begins with.

mod workbook;

use std::io::Write;

use csv::{QuoteStyle, WriterBuilder};

use crate::cells::escape_formula;
use crate::limits::ROWS;
use crate::record::{Record, Value};

pub use workbook::write_xlsx;

/// Why an export failed. The output that was written before the failure is incomplete.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// There are more rows than an export may have.
    #[error("more than {limit} rows: choose fewer days or people")]
    TooManyRows {
        /// The maximum number of rows.
        limit: usize,
    },
    /// A text is longer than a cell can hold.
    #[error("a text of more than {limit} characters")]
    TextTooLong {
        /// The maximum number of characters.
        limit: usize,
    },
    /// The output writer failed.
    #[error(transparent)]
    Writer(#[from] std::io::Error),
    /// The workbook could not be assembled.
    #[error("the workbook could not be written: {0}")]
    Workbook(String),
}

/// Writes rows as CSV: UTF-8 with a byte order mark (by which Excel recognises UTF-8), commas, and line ends as in RFC
/// 4180. Returns the number of rows written, without the headings.
///
/// # Errors
/// [`ExportError::TooManyRows`] beyond [`ROWS`]; errors of `out`.
pub fn write_csv<R: Record>(rows: impl IntoIterator<Item = R>, mut out: impl Write) -> Result<usize, ExportError> {
    out.write_all(b"\xef\xbb\xbf")?;
    let mut builder = WriterBuilder::new();
    builder.terminator(csv::Terminator::CRLF).quote_style(QuoteStyle::Necessary);
    let mut writer = builder.from_writer(out);
    writer.write_record(R::COLUMNS.iter().map(|column| column.heading)).map_err(export_error)?;
    let mut written = 0;
    for row in rows {
        if written == ROWS {
            return Err(ExportError::TooManyRows { limit: ROWS });
        }
        let cells = row.cells();
        writer.write_record(cells.iter().map(csv_text)).map_err(export_error)?;
        written += 1;
    }
    writer.flush()?;
    Ok(written)
}

/// The text of a value in CSV.
fn csv_text(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::Text(_) => escape_formula(&text).unwrap_or(text),
        _ => text,
    }
}

fn export_error(error: csv::Error) -> ExportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ExportError::Writer(error),
        other => ExportError::Writer(std::io::Error::other(format!("{other:?}"))),
    }
}
