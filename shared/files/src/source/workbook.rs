//! Reads XLSX: the first visible sheet that has the headings. A formula counts as the value that it had when the file
//! was saved.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetVisible, Xlsx, XlsxCellReader, XlsxError};

use super::{Table, TextRow, TextRows, Wanted, cell, table, zipped};
use crate::cells::DateSystem;
use crate::limits::{COLUMNS, SHEETS};
use crate::refused::FileRefused;

type Bytes<'c> = Cursor<&'c [u8]>;

/// Reads a workbook.
pub(super) fn read(content: &[u8], wanted: &Wanted) -> Result<Table, FileRefused> {
    zipped::inspect(content)?;
    let mut book: Xlsx<Bytes> = Xlsx::new(Cursor::new(content)).map_err(|error| refused(&error))?;
    let system = if book.has_1904_epoch() { DateSystem::From1904 } else { DateSystem::From1900 };
    let visible = book.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).take(SHEETS).collect();
    let mut best = None;
    for name in names {
        let cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(refused(&error)),
        };
        match table(SheetRows { cells, ahead: None, system }, wanted, system) {
            Err(FileRefused::MissingColumns(missing)) => {
                if best.as_ref().is_none_or(|best: &Vec<String>| missing.len() < best.len()) {
                    best = Some(missing);
                }
            }
            outcome => return outcome,
        }
    }
    Err(best.map_or(FileRefused::Empty, FileRefused::MissingColumns))
}

fn refused(error: &XlsxError) -> FileRefused {
    match error {
        XlsxError::Password => FileRefused::OldOrLocked,
        _ => FileRefused::Damaged,
    }
}

struct SheetRows<'b, 'c> {
    cells: XlsxCellReader<'b, Bytes<'c>>,
    /// The first cell of the next row, which ended the one before.
    ahead: Option<Cell<DataRef<'b>>>,
    system: DateSystem,
}

impl TextRows for SheetRows<'_, '_> {
    fn next_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused> {
        let mut row: Option<TextRow> = None;
        loop {
            let next = match self.ahead.take() {
                Some(ahead) => Some(ahead),
                None => self.cells.next_cell().map_err(|error| refused(&error))?,
            };
            let Some(next) = next else { return Ok(row) };
            let (line, column) = (next.get_position().0.saturating_add(1), next.get_position().1 as usize);
            if row.as_ref().is_some_and(|row| row.number != line) {
                self.ahead = Some(next);
                return Ok(row);
            }
            let text = shown(next.get_value(), self.system);
            if text.trim().is_empty() {
                continue;
            }
            if column >= COLUMNS {
                return Err(FileRefused::TooManyColumns);
            }
            let row = row.get_or_insert_with(|| TextRow { number: line, cells: Vec::new() });
            if is_wanted(column) {
                row.cells.resize(row.cells.len().max(column + 1), String::new());
                if row.cells[column].is_empty() {
                    row.cells[column] = cell(&text);
                }
            }
        }
    }
}

/// A cell as text: dates and times as [`crate::cells`] reads them, numbers in digits.
fn shown<'v>(value: &'v DataRef, system: DateSystem) -> Cow<'v, str> {
    match value {
        DataRef::Empty => Cow::Borrowed(""),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(number.to_string()),
        DataRef::Bool(flag) => Cow::Borrowed(if *flag { "TRUE" } else { "FALSE" }),
        DataRef::Error(error) => Cow::Owned(error.to_string()),
        DataRef::DateTime(at) => Cow::Owned(shown_time(*at, system)),
    }
}

/// A date with its time; a time alone, which has no day; a duration in hours.
fn shown_time(at: ExcelDateTime, system: DateSystem) -> String {
    let serial = at.as_f64();
    if at.is_duration() || (0.0..1.0).contains(&serial) {
        let seconds = (serial * 86_400.0).round();
        return if (0.0..4e9).contains(&seconds) {
            let seconds = seconds as u64;
            format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
        } else {
            serial.to_string()
        };
    }
    match system.moment(serial) {
        Some(moment) => moment.format("%Y-%m-%dT%H:%M:%S").to_string(),
        None => serial.to_string(),
    }
}
