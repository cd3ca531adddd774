//! The bounds of files, in and out. A file beyond one of them is refused whole.

/// The largest file that is accepted, in bytes, as it was sent.
pub const FILE_BYTES: usize = 4 << 20;
/// The largest content of a gzip-compressed file, in bytes.
pub const UNPACKED_BYTES: usize = 16 << 20;
/// The most rows with content below the headings; also the most rows that an export writes.
pub const ROWS: usize = 10_000;
/// The last column that may have content. Columns further right must be empty.
pub const COLUMNS: usize = 256;
/// How many rows with content may stand above the end of the headings.
pub const HEAD_ROWS: usize = 20;
/// How many visible sheets of a workbook are searched for the headings.
pub const SHEETS: usize = 20;
/// The longest text of a cell that is kept, in characters. What is longer is cut, and is too long for every column.
pub const CELL_CHARACTERS: usize = domain::snapshot::rows::LONGEST_NAME + 1;

/// The largest row of a CSV file that goes over several lines, in bytes. A quote that is closed later matches nothing.
pub(crate) const ROW_BYTES: usize = 16 << 10;
/// The most entries of a workbook's archive.
pub(crate) const PARTS: usize = 1_000;
/// The largest sheet of a workbook, in bytes of XML.
pub(crate) const SHEET_BYTES: usize = 24 << 20;
/// The largest table of shared texts of a workbook, in bytes of XML.
pub(crate) const SHARED_TEXT_BYTES: usize = 12 << 20;
/// The most shared texts of a workbook.
pub(crate) const SHARED_TEXTS: usize = 250_000;
/// The largest of all other parts of a workbook, in bytes.
pub(crate) const PART_BYTES: usize = 4 << 20;
/// The largest content of a workbook in total, in bytes.
pub(crate) const WORKBOOK_BYTES: usize = 48 << 20;
/// The deepest nesting of XML elements in a workbook.
pub(crate) const XML_DEPTH: usize = 64;
