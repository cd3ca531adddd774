//! Why a file is refused as a whole.

use crate::limits::{COLUMNS, FILE_BYTES, ROWS, UNPACKED_BYTES};

/// Why a file is refused as a whole. Wrong rows are not a reason: they are reported beside the rows that could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    /// The file has no content, or is a workbook without a visible sheet.
    #[error("the file is empty, or has no visible sheet")]
    Empty,
    /// The file is larger than [`FILE_BYTES`].
    #[error("the file is larger than {} MB", FILE_BYTES >> 20)]
    TooLarge,
    /// The unpacked content of the file is larger than a limit.
    #[error("the file's content is too large: at most {} MB of text, or a workbook of ordinary size", UNPACKED_BYTES >> 20)]
    ContentTooLarge,
    /// The file is neither CSV nor XLSX.
    #[error("the file is neither CSV nor XLSX")]
    NotASpreadsheet,
    /// The file is an Excel file in the old format, or one with a password. The two cannot be distinguished without
    /// opening the file.
    #[error("the file is an old Excel file (.xls) or has a password: save it as XLSX without a password")]
    OldOrLocked,
    /// The file is an XLSX or gzip file that cannot be read completely.
    #[error("the file is damaged")]
    Damaged,
    /// The workbook has a document type declaration, very deep XML, too many parts or too many shared strings. A file
    /// that is made to harm its reader has these, and an ordinary workbook does not.
    #[error("the workbook has content that ordinary workbooks do not have: too many parts or texts, or unusual XML")]
    Unsafe,
    /// The file has more rows than [`ROWS`].
    #[error("the file has more than {ROWS} rows")]
    TooManyRows,
    /// A row has content beyond column [`COLUMNS`].
    #[error("row {0} has content beyond column {COLUMNS}")]
    TooManyColumns(
        /// The row's number.
        u32,
    ),
    /// No row, and no pair of rows, has the headings of all columns that the import needs or that the mapping names.
    #[error("no row has all headings that are needed; the best row lacks: {}", .0.join(", "))]
    MissingColumns(
        /// The headings that are missing in the row, or the pair of rows, that lacks the fewest.
        Vec<String>,
    ),
    /// The row with the headings has quotes that do not match.
    #[error("the quotes in the headings, row {0}, do not match")]
    BrokenQuotes(
        /// The row's number.
        u32,
    ),
    /// Two columns have the same heading, and the import reads it. Blanks and capitals make no difference.
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
    /// The stable code for programs.
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
