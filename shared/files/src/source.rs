//! Converts a file of any supported format into rows of text, with one cell for each column of a kind of row.

mod delimited;
mod headings;
mod text;
mod workbook;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use domain::json::quoted;
use flate2::read::MultiGzDecoder;

use crate::cells::DateSystem;
use crate::import::WrongCell;
use crate::limits::{CELL_CHARACTERS, COLUMNS, FILE_BYTES, HEAD_ROWS, ROWS, UNPACKED_BYTES};
use crate::record::Column;
use crate::refused::FileRefused;
use headings::{Heading, Headings};

/// A row of a file as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextRow {
    /// The number of the row as a spreadsheet program shows it: the first row is 1, and blank rows count.
    pub number: u32,
    /// The cleaned cells from the left. Blank cells at the end may be missing.
    pub cells: Vec<String>,
    /// The position of the first cell whose quotes do not match. This cell and the cells after it are guesses.
    pub broken_at: Option<usize>,
}

/// Iterates over the rows of a file that have content.
trait TextRows {
    /// The next row. Columns for which `is_wanted` returns false are blank in it.
    fn next_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused>;
}

/// The content of a file below the headings of a kind of row.
#[derive(Debug)]
pub(crate) struct Table {
    /// For each column of the kind, its heading in the file, if the file has it.
    pub headings: Vec<Option<String>>,
    /// The rows with content. Each has one cell per column of the kind.
    pub rows: Vec<TextRow>,
    /// The wrong cells of rows that were left out because their quotes do not match.
    pub wrong_cells: Vec<WrongCell>,
    /// The origin of serial dates.
    pub system: DateSystem,
}

/// The columns to read from a file, with the mapping of their headings.
struct WantedColumns<'a> {
    columns: &'a [Column],
    mapping: &'a BTreeMap<String, String>,
}

/// Reads a file: detects its format, finds the headings, and reads the rows below them.
pub(crate) fn read(
    content: &[u8],
    columns: &[Column],
    mapping: &BTreeMap<String, String>,
) -> Result<Table, FileRefused> {
    if let Some(field) = mapping.keys().find(|key| !columns.iter().any(|column| column.key == key.as_str())) {
        return Err(FileRefused::UnknownField(field.chars().take(CELL_CHARACTERS).collect()));
    }
    let wanted = WantedColumns { columns, mapping };
    match content {
        [] => Err(FileRefused::Empty),
        [b'P', b'K', 3 | 5, ..] => workbook::read(content, &wanted),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(FileRefused::OldOrLocked),
        _ => delimited::read(&text::decode(content)?, &wanted),
    }
}

/// The content of a file, unpacked if it is gzip-compressed.
pub(crate) fn unpack(file: &[u8]) -> Result<Cow<'_, [u8]>, FileRefused> {
    if file.len() > FILE_BYTES {
        return Err(FileRefused::TooLarge);
    }
    if !file.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(file));
    }
    let mut content = Vec::new();
    let limit = UNPACKED_BYTES as u64 + 1;
    MultiGzDecoder::new(file).take(limit).read_to_end(&mut content).map_err(|_| FileRefused::Damaged)?;
    if content.len() > UNPACKED_BYTES {
        return Err(FileRefused::ContentTooLarge);
    }
    Ok(Cow::Owned(content))
}

/// Finds the headings in the first [`HEAD_ROWS`] rows with content. Also returns the rows among them that are below the
/// headings.
fn find_headings(rows: &mut impl TextRows, wanted: &WantedColumns) -> Result<(Headings, Vec<TextRow>), FileRefused> {
    let mut head = Vec::new();
    while head.len() < HEAD_ROWS {
        match rows.next_row(&|column| column < COLUMNS)? {
            Some(row) => head.push(row),
            None => break,
        }
    }
    let found = Headings::find(&head, wanted.columns, wanted.mapping)?;
    let below = head.split_off(found.rows);
    match head.last() {
        Some(TextRow { number, broken_at: Some(_), .. }) => Err(FileRefused::BrokenQuotes(*number)),
        _ => Ok((found, below)),
    }
}

/// Finds the headings, and reads the rows below them.
fn read_table(mut rows: impl TextRows, wanted: &WantedColumns, system: DateSystem) -> Result<Table, FileRefused> {
    let (found, below) = find_headings(&mut rows, wanted)?;
    let is_wanted = |column: usize| found.columns.iter().flatten().any(|heading| heading.column == column);
    let (mut kept, mut wrong, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut keep = |row: TextRow| {
        if let Some(broken) = row.broken_at {
            wrong.push(broken_quotes(&row, broken, &found));
        } else {
            let cell = |heading: &Option<Heading>| Some(row.cells.get(heading.as_ref()?.column)?.clone());
            let cells: Vec<String> = found.columns.iter().map(|heading| cell(heading).unwrap_or_default()).collect();
            let size: usize = cells.iter().map(String::len).sum();
            if size > 0 {
                bytes += size;
                kept.push(TextRow { number: row.number, cells, broken_at: None });
            }
        }
        match () {
            () if kept.len() + wrong.len() > ROWS => Err(FileRefused::TooManyRows),
            // Many cells of a workbook may refer to one long shared string.
            () if bytes > UNPACKED_BYTES => Err(FileRefused::ContentTooLarge),
            () => Ok(()),
        }
    };
    below.into_iter().try_for_each(&mut keep)?;
    while let Some(row) = rows.next_row(&is_wanted)? {
        keep(row)?;
    }
    let headings = found.columns.into_iter().map(|heading| heading.map(|heading| heading.text)).collect();
    Ok(Table { headings, rows: kept, wrong_cells: wrong, system })
}

/// The wrong cell of a row whose quotes do not match. A cell without a heading is named by the number of its column.
fn broken_quotes(row: &TextRow, at: usize, found: &Headings) -> WrongCell {
    let heading = found.columns.iter().flatten().find(|heading| heading.column == at);
    WrongCell {
        row: row.number,
        column: heading.map_or_else(|| format!("column {}", at + 1), |heading| heading.text.clone()),
        found: row.cells.get(at).map_or_else(|| "nothing".to_owned(), |text| quoted(text)),
        expected: "quotes at both ends of a cell or at neither, and each quote inside them doubled".to_owned(),
    }
}

/// A cell's text, cleaned and then cut to the maximum length. Cleaning may shorten a text, so a text that was cut first could
/// look like a whole one.
fn cell(text: &str) -> String {
    let text = crate::cells::clean(text);
    match text.char_indices().nth(CELL_CHARACTERS) {
        Some((end, _)) => text[..end].to_owned(),
        None => text,
    }
}
