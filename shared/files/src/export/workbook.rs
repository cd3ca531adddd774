//! Writes XLSX.

use std::io::{Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::ExportError;
use crate::cells::escape_apostrophe;
use crate::limits::ROWS;
use crate::record::{Record, Value};

/// Maximum length of a cell's text in a workbook, in characters.
const LONGEST_TEXT: usize = 32_767;
/// The first year that a workbook can store as a date.
const FIRST_YEAR: i32 = 1900;

/// Writes rows as a workbook with one sheet. Dates and numbers have their own cell types, and every text has the type text,
/// so that no text is evaluated as a formula. The same rows give the same bytes. Returns the number of rows written,
/// without the headings.
///
/// # Errors
/// [`ExportError::TooManyRows`] beyond [`ROWS`]; [`ExportError::TextTooLong`]; errors of `out`.
pub fn write_xlsx<R: Record>(
    rows: impl IntoIterator<Item = R>,
    out: impl Write + Seek + Send,
) -> Result<usize, ExportError> {
    let mut book = Workbook::new();
    // Without a creation time, the writer would take the time from the clock.
    let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(export_error)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = book.add_worksheet();
    let formats = Formats::new();
    write_headings::<R>(sheet, &formats)?;
    let mut written = 0;
    for row in rows {
        if written == ROWS {
            return Err(ExportError::TooManyRows { limit: ROWS });
        }
        written += 1;
        for (column, value) in row.cells().iter().enumerate() {
            write_cell(sheet, (written as u32, column as u16), value, &formats)?;
        }
    }
    book.save_to_writer(out).map_err(export_error)?;
    Ok(written)
}

struct Formats {
    heading: Format,
    date: Format,
    moment: Format,
    share: Format,
}

impl Formats {
    fn new() -> Formats {
        Formats {
            heading: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("mm/dd/yyyy hh:mm:ss AM/PM"),
            share: Format::new().set_num_format("0.00%"),
        }
    }
}

fn write_headings<R: Record>(sheet: &mut Worksheet, formats: &Formats) -> Result<(), ExportError> {
    const NARROWEST: usize = 12;
    sheet.set_name(R::NAME).map_err(export_error)?;
    sheet.set_freeze_panes(1, 0).map_err(export_error)?;
    for (at, column) in R::COLUMNS.iter().enumerate() {
        let width = column.heading.chars().count().max(NARROWEST) + 2;
        sheet.write_string_with_format(0, at as u16, column.heading, &formats.heading).map_err(export_error)?;
        sheet.set_column_width(at as u16, width as f64).map_err(export_error)?;
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
    formats: &Formats,
) -> Result<(), ExportError> {
    use chrono::Datelike;
    let written = match value {
        Value::Blank => return Ok(()),
        Value::Text(text) => {
            let text = escape_apostrophe(text).unwrap_or_else(|| text.to_string());
            if text.chars().count() > LONGEST_TEXT {
                return Err(ExportError::TextTooLong { limit: LONGEST_TEXT });
            }
            sheet.write_string(row, column, text)
        }
        // A workbook stores only 15 digits of a number.
        Value::Whole(number) if *number >= 1_000_000_000_000_000 => sheet.write_string(row, column, number.to_string()),
        Value::Whole(number) => sheet.write_number(row, column, *number as f64),
        Value::Decimal(number) => sheet.write_number(row, column, *number),
        Value::Share(number) => sheet.write_number_with_format(row, column, *number, &formats.share),
        Value::Date(date) if date.year() >= FIRST_YEAR => {
            sheet.write_datetime_with_format(row, column, date, &formats.date)
        }
        Value::Moment(at) if at.year() >= FIRST_YEAR => {
            sheet.write_datetime_with_format(row, column, at, &formats.moment)
        }
        Value::Date(_) | Value::Moment(_) | Value::Flag(_) => sheet.write_string(row, column, value.to_string()),
    };
    written.map(|_| ()).map_err(export_error)
}

fn export_error(error: XlsxError) -> ExportError {
    match error {
        XlsxError::IoError(error) => ExportError::Writer(error),
        XlsxError::MaxStringLengthExceeded => ExportError::TextTooLong { limit: LONGEST_TEXT },
        other => ExportError::Workbook(other.to_string()),
    }
}
