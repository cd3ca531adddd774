//! Why a file is refused as a whole.

use crate::limits::{COLUMNS, FILE_BYTES, ROWS, UNPACKED_BYTES};

/// Why a file is refused as a whole. Wrong rows are not a reason: they are reported next to the rows that could be
/// read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    /// It has no content.
    #[error("the file is empty")]
    Empty,
    /// It is larger than [`FILE_BYTES`].
    #[error("the file is larger than {} MB", FILE_BYTES >> 20)]
    TooLarge,
    /// Its unpacked content is larger than a limit.
    #[error("the file's content is too large: at most {} MB of text, or a workbook of ordinary size", UNPACKED_BYTES >> 20)]
    ContentTooLarge,
    /// It is neither CSV nor XLSX.
    #[error("the file is neither CSV nor XLSX")]
    NotASpreadsheet,
    /// It is an Excel file in the old format, or one with a password; they cannot be told apart without opening them.
    #[error("the file is an old Excel file (.xls) or has a password: save it as XLSX without a password")]
    OldOrLocked,
    /// It is an XLSX or gzip file that cannot be read completely.
    #[error("the file is damaged")]
    Damaged,
    /// It is a workbook made to harm its reader: entities, very deep XML, wrong counts.
    #[error("the workbook contains what no spreadsheet program writes")]
    Unsafe,
    /// More rows than [`ROWS`].
    #[error("the file has more than {ROWS} rows")]
    TooManyRows,
    /// Content beyond column [`COLUMNS`].
    #[error("row {0} has content beyond column {COLUMNS}")]
    TooManyColumns(
        /// The row's number.
        u32,
    ),
    /// Columns that the import needs are missing.
    #[error("no row has these headings: {}", .0.join(", "))]
    MissingColumns(
        /// The headings that are missing in the row with the fewest missing ones.
        Vec<String>,
    ),
    /// The row with the headings has quotes that do not match.
    #[error("the quotes in the headings, row {0}, do not match")]
    BrokenQuotes(
        /// The row's number.
        u32,
    ),
    /// Two columns have the same heading.
    #[error("two columns are headed {0:?}")]
    RepeatedColumn(
        /// The heading.
        String,
    ),
    /// The mapping names a field that the import does not have.
    #[error("the mapping names {0:?}, which this import does not read")]
    UnknownField(
        /// The field.
        String,
    ),
}

impl FileRefused {
    /// The stable code that callers show next to the message.
    pub fn code(&self) -> &'static str {
        match self {
            FileRefused::Empty => "FILE_EMPTY",
            FileRefused::TooLarge => "FILE_TOO_LARGE",
            FileRefused::ContentTooLarge => "FILE_CONTENT_TOO_LARGE",
            FileRefused::NotASpreadsheet => "FILE_NOT_A_SPREADSHEET",
            FileRefused::OldOrLocked => "FILE_OLD_OR_LOCKED",
            FileRefused::Damaged => "FILE_DAMAGED",
            FileRefused::Unsafe => "FILE_UNSAFE",
            FileRefused::TooManyRows => "FILE_TOO_MANY_ROWS",
            FileRefused::TooManyColumns(_) => "FILE_TOO_MANY_COLUMNS",
            FileRefused::MissingColumns(_) => "FILE_MISSING_COLUMNS",
            FileRefused::BrokenQuotes(_) => "FILE_BROKEN_QUOTES",
            FileRefused::RepeatedColumn(_) => "FILE_REPEATED_COLUMN",
            FileRefused::UnknownField(_) => "FILE_UNKNOWN_FIELD",
        }
    }
}
