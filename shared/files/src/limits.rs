//! Limits of files, for reading and writing. A file beyond one of them is refused as a whole.

/// Maximum size of a file as it was sent, in bytes.
pub const FILE_BYTES: usize = 4 << 20;
/// Maximum size of the content of a gzip-compressed file, and of the cells that are read from any file, in bytes.
pub const UNPACKED_BYTES: usize = 16 << 20;
/// Maximum number of rows below the headings that have content in a column that is read. Also the maximum of an export.
pub const ROWS: usize = 10_000;
/// Maximum number of columns with content. Columns further right must be empty.
pub const COLUMNS: usize = 256;
/// Maximum number of rows with content up to and including the headings.
pub const HEAD_ROWS: usize = 20;
/// Maximum number of visible sheets of a workbook that are searched for the headings.
pub const SHEETS: usize = 20;
/// Maximum length of a cell's text that is kept, in characters. A longer text is cut to this length, which is more than
/// the columns for texts accept.
pub const CELL_CHARACTERS: usize = domain::snapshot::rows::LONGEST_NAME + 1;

/// Maximum size of a CSV row that spans several lines, in bytes. A quote that is closed further away counts as not closed.
pub(crate) const ROW_BYTES: usize = 16 << 10;
/// Maximum number of entries in a workbook's archive.
pub(crate) const PARTS: usize = 1_000;
/// Maximum size of a sheet, in bytes of XML.
pub(crate) const SHEET_BYTES: usize = 24 << 20;
/// Maximum size of the table of shared strings, in bytes of XML.
pub(crate) const SHARED_STRING_BYTES: usize = 12 << 20;
/// Maximum number of shared strings.
pub(crate) const SHARED_STRINGS: usize = 250_000;
/// Maximum size of every other part of a workbook, in bytes.
pub(crate) const PART_BYTES: usize = 4 << 20;
/// Maximum size of a workbook's unpacked content in total, in bytes.
pub(crate) const WORKBOOK_BYTES: usize = 48 << 20;
/// Maximum nesting depth of XML elements.
pub(crate) const XML_DEPTH: usize = 64;
