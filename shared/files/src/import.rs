//! Reads a file into typed rows. A row with a wrong cell is left out, and its wrong cells are reported. Other rows are not
//! affected.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use domain::json::quoted;
use sha2::{Digest as _, Sha256};

use crate::cells::DateSystem;
use crate::record::{Column, Record};
use crate::refused::FileRefused;
use crate::source;

/// Maps the `key` of a [`Column`] to a heading of the file. A column that is not in the mapping is found by its known
/// spellings.
pub type Mapping = BTreeMap<String, String>;

/// The SHA-256 digest of a file's content. A file and its gzip-compressed copy have the same digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileDigest([u8; 32]);

impl FileDigest {
    fn of(content: &[u8]) -> FileDigest {
        FileDigest(Sha256::digest(content).into())
    }
}

/// In lower-case hexadecimal digits.
impl fmt::Display for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for FileDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The wrong cell that caused a row to be left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WrongCell {
    /// The row's number as a spreadsheet program shows it.
    pub row: u32,
    /// The column's heading in the file.
    pub column: String,
    /// The text of the cell, cut to 40 characters and in quotes, or `nothing`. For a repeated key, what is wrong with
    /// the row.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// The number of rows with wrong cells. `cells` must be in order of row.
pub fn wrong_rows(cells: &[WrongCell]) -> usize {
    cells.chunk_by(|a, b| a.row == b.row).count()
}

/// The content of a file.
#[derive(Debug, Clone)]
pub struct Imported<R> {
    /// The rows that could be read, with their numbers, in order of number. Keys are unique.
    pub rows: Vec<(u32, R)>,
    /// The cells that could not be read, and the keys that several different rows have, in order of row.
    pub wrong_cells: Vec<WrongCell>,
    /// The digest of the file's content.
    pub digest: FileDigest,
}

/// A kind of row that can be imported.
pub trait Import: Record + Clone + PartialEq {
    /// The key of a row. Rows with the same key are about the same thing.
    type Key: Ord + Clone + fmt::Debug;

    /// The column of the key, for messages.
    const KEY_COLUMN: Column;

    /// Reads a row, and reports wrong cells to `cells`. A row with a wrong cell is dropped even if it is returned.
    fn read(cells: &Cells) -> Option<Self>;

    /// The key of the row.
    fn key(&self) -> Self::Key;

    /// Fills the missing values of this row from `known`, the existing row with the same key.
    #[must_use]
    fn completed_from(self, known: &Self) -> Self;

    /// Infers missing values of rows from the other rows of the file.
    fn complete(_rows: &mut [(u32, Self)]) {}
}

/// Reads a file with one kind of rows: CSV or XLSX, optionally compressed with gzip.
///
/// # Errors
/// [`FileRefused`] if the file as a whole is refused.
pub fn read<R: Import>(file: &[u8], mapping: &Mapping) -> Result<Imported<R>, FileRefused> {
    let content = source::unpack(file)?;
    let table = source::read(&content, R::COLUMNS, mapping)?;
    let mut wrong_cells = table.wrong_cells;
    let mut rows = Vec::new();
    for row in &table.rows {
        let cells = Cells {
            columns: R::COLUMNS,
            headings: &table.headings,
            row: row.number,
            texts: &row.cells,
            date_system: table.system,
            unreadable: RefCell::default(),
        };
        let read = R::read(&cells);
        let wrong_in_row = cells.unreadable.into_inner();
        match read {
            Some(read) if wrong_in_row.is_empty() => rows.push((row.number, read)),
            _ => wrong_cells.extend(wrong_in_row),
        }
    }
    let heading = heading_of(R::COLUMNS, &table.headings, R::KEY_COLUMN.key);
    let mut rows = without_contradictions(rows, &heading, &mut wrong_cells);
    R::complete(&mut rows);
    wrong_cells.sort_by_key(|cell| cell.row);
    Ok(Imported { rows, wrong_cells, digest: FileDigest::of(&content) })
}

/// Keeps one of several equal rows. If rows with the same key differ, all of them are wrong, because the file does not
/// say which one is right.
fn without_contradictions<R: Import>(
    rows: Vec<(u32, R)>,
    heading: &str,
    wrong_cells: &mut Vec<WrongCell>,
) -> Vec<(u32, R)> {
    let mut by_key: BTreeMap<R::Key, Vec<(u32, R)>> = BTreeMap::new();
    for (number, row) in rows {
        by_key.entry(row.key()).or_default().push((number, row));
    }
    let mut kept = Vec::new();
    for (_, mut same) in by_key {
        let agree = same.windows(2).all(|pair| pair[0].1 == pair[1].1);
        if agree {
            kept.extend(same.drain(..1));
            continue;
        }
        for (number, row) in &same {
            let Some((other, _)) = same.iter().find(|(_, other)| other != row) else { continue };
            wrong_cells.push(WrongCell {
                row: *number,
                column: heading.to_owned(),
                found: format!("the same value as in row {other}, but other cells differ"),
                expected: "a value that no different row has".to_owned(),
            });
        }
    }
    kept.sort_by_key(|(number, _)| *number);
    kept
}

/// The heading of a column in the file; if the file does not have the column, its usual heading.
fn heading_of(columns: &[Column], headings: &[Option<String>], key: &str) -> String {
    let found = columns.iter().zip(headings).find(|(column, _)| column.key == key);
    found.map_or_else(
        || key.to_owned(),
        |(column, heading)| heading.clone().unwrap_or_else(|| column.heading.to_owned()),
    )
}

/// The cells of a row, by column.
pub struct Cells<'a> {
    columns: &'a [Column],
    headings: &'a [Option<String>],
    row: u32,
    texts: &'a [String],
    date_system: DateSystem,
    unreadable: RefCell<Vec<WrongCell>>,
}

impl Cells<'_> {
    /// The origin of serial dates in this file.
    pub fn date_system(&self) -> DateSystem {
        self.date_system
    }

    /// The text of a column; `None` if it is blank or the file does not have the column.
    pub fn text(&self, column: &Column) -> Option<&str> {
        let at = self.columns.iter().position(|known| known.key == column.key)?;
        self.texts.get(at).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The value of a cell that may be blank. Reports a text that `parse` cannot read.
    pub fn optional<T>(&self, column: &Column, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.text(column)?;
        let value = parse(text);
        if value.is_none() {
            self.report_wrong(column, expected);
        }
        value
    }

    /// The value of a cell that must not be blank.
    pub fn needed<T>(&self, column: &Column, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        if self.text(column).is_none() {
            self.report_wrong(column, expected);
        }
        self.optional(column, expected, parse)
    }

    /// Reports a cell as wrong.
    pub fn report_wrong(&self, column: &Column, expected: &str) {
        self.unreadable.borrow_mut().push(WrongCell {
            row: self.row,
            column: heading_of(self.columns, self.headings, column.key),
            found: self.text(column).map_or_else(|| "nothing".to_owned(), quoted),
            expected: expected.to_owned(),
        });
    }
}
