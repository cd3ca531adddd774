//! Brings a file to rows of text below known headings, whatever its format.

mod delimited;
mod headings;
mod text;
mod workbook;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::cells::DateSystem;
use crate::limits::{CELL_CHARACTERS, COLUMNS, FILE_BYTES, HEAD_ROWS, ROWS, UNPACKED_BYTES};
use crate::record::Column;
use crate::refused::FileRefused;
use headings::{Headings, Place};

/// A row of a file as text.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextRow {
    /// Its number as a spreadsheet program shows it: 1 is the first, blank rows count.
    pub number: u32,
    /// Its cells from the left, cleaned; blank ones at the end may be missing.
    pub cells: Vec<String>,
}

/// Yields the rows of a file that have content, in their order.
trait TextRows {
    /// The next row; columns for which `is_wanted` says no are blank in it.
    fn next_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused>;
}

/// What a file has under the headings of a kind of row.
#[derive(Debug)]
pub(crate) struct Table {
    /// For each column of the kind, the heading that the file has for it, where it has one.
    pub headings: Vec<Option<String>>,
    /// The rows with content; each has a cell for each column of the kind.
    pub rows: Vec<TextRow>,
    /// Where serial dates count from.
    pub system: DateSystem,
}

/// What the caller wants from a file.
struct Wanted<'a> {
    columns: &'a [Column],
    mapping: &'a BTreeMap<String, String>,
}

/// Reads a file: finds its format, its headings and the rows below them.
pub(crate) fn read(
    content: &[u8],
    columns: &[Column],
    mapping: &BTreeMap<String, String>,
) -> Result<Table, FileRefused> {
    if let Some(field) = mapping.keys().find(|key| !columns.iter().any(|column| column.key == key.as_str())) {
        return Err(FileRefused::UnknownField(field.chars().take(CELL_CHARACTERS).collect()));
    }
    let wanted = Wanted { columns, mapping };
    match content {
        [] => Err(FileRefused::Empty),
        [b'P', b'K', 3 | 5, ..] => workbook::read(content, &wanted),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(FileRefused::OldOrLocked),
        _ => delimited::read(&text::decode(content)?, &wanted),
    }
}

/// The content of a file, unpacked where it is gzip-compressed.
pub(crate) fn unpacked(file: &[u8]) -> Result<Cow<'_, [u8]>, FileRefused> {
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

/// Reads the rows below the headings.
fn table(mut rows: impl TextRows, wanted: &Wanted, system: DateSystem) -> Result<Table, FileRefused> {
    let mut head = Vec::new();
    while head.len() < HEAD_ROWS {
        match rows.next_row(&|column| column < COLUMNS)? {
            Some(row) => head.push(row),
            None => break,
        }
    }
    let found = Headings::find(&head, wanted.columns, wanted.mapping)?;
    let is_wanted = |column: usize| found.places.iter().flatten().any(|place| place.column == column);
    let (mut kept, mut bytes) = (Vec::new(), 0);
    let mut keep = |row: TextRow| {
        let cell = |place: &Option<Place>| place.as_ref().and_then(|place| row.cells.get(place.column)).cloned();
        let cells: Vec<String> = found.places.iter().map(|place| cell(place).unwrap_or_default()).collect();
        let size: usize = cells.iter().map(String::len).sum();
        if size > 0 {
            bytes += size;
            kept.push(TextRow { number: row.number, cells });
        }
        match () {
            () if kept.len() > ROWS => Err(FileRefused::TooManyRows),
            // Cells of a workbook may share one long text.
            () if bytes > UNPACKED_BYTES => Err(FileRefused::ContentTooLarge),
            () => Ok(()),
        }
    };
    head.drain(found.rows..).try_for_each(&mut keep)?;
    while let Some(row) = rows.next_row(&is_wanted)? {
        keep(row)?;
    }
    let headings = found.places.into_iter().map(|place| place.map(|place| place.heading)).collect();
    Ok(Table { headings, rows: kept, system })
}

/// A cell's text, cleaned and bounded.
fn cell(text: &str) -> String {
    let bounded = match text.char_indices().nth(CELL_CHARACTERS) {
        Some((end, _)) => &text[..end],
        None => text,
    };
    crate::cells::clean(bounded)
}
