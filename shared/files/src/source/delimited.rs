//! Reads CSV: comma, semicolon, tab or bar between the cells, quotes as in RFC 4180.

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::{Table, TextRow, TextRows, Wanted, cell, table};
use crate::cells::DateSystem;
use crate::limits::{COLUMNS, HEAD_ROWS};
use crate::record::Need;
use crate::refused::FileRefused;

const DELIMITERS: [u8; 4] = *b",;\t|";

/// Reads a text by the delimiter under which its headings are found.
pub(super) fn read(text: &str, wanted: &Wanted) -> Result<Table, FileRefused> {
    let mut refused = None;
    for delimiter in DELIMITERS {
        let outcome = match headings_are_found(text, delimiter, wanted) {
            Ok(()) => return table(DelimitedRows::new(text, delimiter), wanted, DateSystem::From1900),
            Err(refused) => refused,
        };
        if refused.as_ref().is_none_or(|earlier| missing(&outcome, wanted) < missing(earlier, wanted)) {
            refused = Some(outcome);
        }
    }
    Err(refused.unwrap_or(FileRefused::NotASpreadsheet))
}

/// How many headings a reading lacked. One that was refused for another reason counts as if it had found none; it comes
/// before a later one that found none.
fn missing(refused: &FileRefused, wanted: &Wanted) -> usize {
    match refused {
        FileRefused::MissingColumns(names) => names.len(),
        FileRefused::RepeatedColumn(_) => 0,
        _ => wanted.columns.iter().filter(|column| column.need == Need::Needed).count(),
    }
}

fn headings_are_found(text: &str, delimiter: u8, wanted: &Wanted) -> Result<(), FileRefused> {
    let mut rows = DelimitedRows::new(text, delimiter);
    let mut head = Vec::new();
    while head.len() < HEAD_ROWS {
        match rows.next_row(&|column| column < COLUMNS)? {
            Some(row) => head.push(row),
            None => break,
        }
    }
    super::Headings::find(&head, wanted.columns, wanted.mapping).map(|_| ())
}

struct DelimitedRows<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    record: ByteRecord,
    /// The number of the last row that was read.
    number: u32,
}

impl<'t> DelimitedRows<'t> {
    fn new(text: &'t str, delimiter: u8) -> DelimitedRows<'t> {
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter);
        DelimitedRows { text, reader: builder.from_reader(text.as_bytes()), record: ByteRecord::new(), number: 0 }
    }

    /// Counts the row that was read last, and the blank lines before it, which the reader passes over.
    fn count(&mut self) {
        let first_line = self.record.position().map_or(0, csv::Position::line);
        let lines = self.reader.position().line().saturating_sub(first_line);
        let inside: u64 = self.record.iter().map(|field| field.iter().filter(|b| **b == b'\n').count() as u64).sum();
        // The last row of a file may lack its line break.
        let is_open = self.reader.position().byte() == self.text.len() as u64 && !self.text.ends_with('\n');
        let blank = lines.saturating_sub(inside + u64::from(!is_open));
        self.number = self.number.saturating_add(1 + u32::try_from(blank).unwrap_or(u32::MAX));
    }
}

impl TextRows for DelimitedRows<'_> {
    fn next_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused> {
        loop {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => self.count(),
                Ok(false) => return Ok(None),
                Err(_) => return Err(FileRefused::NotASpreadsheet),
            }
            if self.record.iter().skip(COLUMNS).any(|field| !field.trim_ascii().is_empty()) {
                return Err(FileRefused::TooManyColumns);
            }
            if self.record.iter().all(|field| field.trim_ascii().is_empty()) {
                continue;
            }
            let text = |(column, field): (usize, &[u8])| match std::str::from_utf8(field) {
                Ok(text) if is_wanted(column) => cell(text),
                _ => String::new(),
            };
            let cells = self.record.iter().take(COLUMNS).enumerate().map(text).collect();
            return Ok(Some(TextRow { number: self.number, cells }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, delimiter: u8) -> Vec<(u32, String)> {
        let mut rows = DelimitedRows::new(text, delimiter);
        let mut found = Vec::new();
        while let Some(row) = rows.next_row(&|_| true).expect("rows") {
            found.push((row.number, row.cells.join("|")));
        }
        found
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_shows_them() {
        let text = "a,b\n\n\n\"x\ny\",2\n,\n\"q\"\"q\",3\n\nlast,\"4\n\n5\"";
        let expected = [(1, "a|b"), (4, "x\ny|2"), (6, "q\"q|3"), (8, "last|4\n\n5")];
        assert_eq!(rows(text, b','), expected.map(|(n, t)| (n, t.to_owned())));
        assert_eq!(rows("\n\na;b", b';'), [(3, "a|b".to_owned())]);
    }
}
