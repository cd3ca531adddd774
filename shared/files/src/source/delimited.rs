//! Reads CSV: cells separated by comma, semicolon, tab or bar, with quotes as in RFC 4180.
//!
//! This is our own reader because quotes that do not match must affect only their row. Common readers take the rest of
//! the file as one cell, or join two rows, without an error.

use std::borrow::Cow;

use super::{Table, TextRow, TextRows, WantedColumns, cell, find_headings, read_table};
use crate::cells::DateSystem;
use crate::limits::{COLUMNS, ROW_BYTES};
use crate::record::Need;
use crate::refused::FileRefused;

const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// The beginnings of other kinds of text files: PDF, HTML or XML, RTF or JSON.
const OTHER_KINDS: [&str; 4] = ["%PDF-", "<", "{", "[{"];

/// Reads a text with the first delimiter with which its headings are found.
pub(super) fn read(text: &str, wanted: &WantedColumns) -> Result<Table, FileRefused> {
    let (text, delimiters) = match named_delimiter(text) {
        Some((delimiter, below)) => (below, vec![delimiter]),
        None => (text, DELIMITERS.to_vec()),
    };
    let mut best = None;
    for delimiter in delimiters {
        let Err(refused) = find_headings(&mut DelimitedRows::new(text, delimiter), wanted) else {
            return read_table(DelimitedRows::new(text, delimiter), wanted, DateSystem::From1900);
        };
        if best.as_ref().is_none_or(|best| missing_headings(&refused, wanted) < missing_headings(best, wanted)) {
            best = Some(refused);
        }
    }
    match best {
        Some(FileRefused::MissingColumns(_)) if OTHER_KINDS.iter().any(|kind| text.trim_start().starts_with(kind)) => {
            Err(FileRefused::NotASpreadsheet)
        }
        best => Err(best.unwrap_or(FileRefused::NotASpreadsheet)),
    }
}

/// The delimiter named by a first line like `sep=;`, and the text below that line. Spreadsheet programs write this line
/// but do not count it.
fn named_delimiter(text: &str) -> Option<(char, &str)> {
    let rest = text.strip_prefix("sep=")?;
    let delimiter = rest.chars().next().filter(|delimiter| DELIMITERS.contains(delimiter))?;
    Some((delimiter, rest.strip_prefix(delimiter)?.strip_prefix('\n')?))
}

/// The number of needed headings that were not found with a delimiter. Repeated headings and broken quotes count as 0,
/// because the headings were found. Any other refusal counts as if no heading was found.
fn missing_headings(refused: &FileRefused, wanted: &WantedColumns) -> usize {
    match refused {
        FileRefused::MissingColumns(names) => names.len(),
        FileRefused::RepeatedColumn(_) | FileRefused::BrokenQuotes(_) => 0,
        _ => wanted.columns.iter().filter(|column| column.need == Need::Needed).count(),
    }
}

struct DelimitedRows<'t> {
    rest: &'t str,
    delimiter: char,
    /// The number of the last row read.
    number: u32,
}

impl<'t> DelimitedRows<'t> {
    fn new(text: &'t str, delimiter: char) -> DelimitedRows<'t> {
        DelimitedRows { rest: text, delimiter, number: 0 }
    }

    /// Reads the next row, blank or not.
    fn read_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused> {
        let text = self.rest;
        let line = text.find('\n').unwrap_or(text.len());
        let reach = text.floor_char_boundary(ROW_BYTES).max(line);
        let (mut cells, mut at, mut has_content) = (Vec::new(), 0, false);
        let end = loop {
            let read = field(&text[at..reach], self.delimiter);
            let is_row_end = text[reach..].is_empty() || text[reach..].starts_with('\n');
            let read = read.filter(|(_, length)| at + length < reach || is_row_end);
            let Some((shown, length)) = read else { return Ok(Some(self.broken_row(cells, at))) };
            let is_blank = shown.trim().is_empty();
            if !is_blank && cells.len() >= COLUMNS {
                return Err(FileRefused::TooManyColumns(self.number));
            }
            has_content |= !is_blank;
            if cells.len() < COLUMNS {
                let is_read = !is_blank && is_wanted(cells.len());
                cells.push(if is_read { cell(unwrap_formula(&shown)) } else { String::new() });
            }
            at += length;
            if !text[at..].starts_with(self.delimiter) {
                break at;
            }
            at += 1;
        };
        self.rest = text[end..].strip_prefix('\n').unwrap_or_default();
        Ok(has_content.then_some(TextRow { number: self.number, cells, broken_at: None }))
    }

    /// A row with a cell whose quotes do not match. `cells` are the cells before it, `at` is its position in the text.
    /// The row ends with the line of that cell.
    fn broken_row(&mut self, mut cells: Vec<String>, at: usize) -> TextRow {
        let rest = &self.rest[at..];
        let (line, below) = rest.split_once('\n').unwrap_or((rest, ""));
        let broken = cells.len();
        let left = COLUMNS.saturating_sub(broken).max(1);
        cells.extend(line.split(self.delimiter).take(left).map(|text| cell(text.trim_matches('"'))));
        self.rest = below;
        TextRow { number: self.number, cells, broken_at: Some(broken) }
    }
}

impl TextRows for DelimitedRows<'_> {
    fn next_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused> {
        while !self.rest.is_empty() {
            self.number = self.number.saturating_add(1);
            if let Some(below) = self.rest.strip_prefix('\n') {
                self.rest = below;
                continue;
            }
            if let Some(row) = self.read_row(is_wanted)? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

/// The field at the start of a text, and its length in the text; `None` if its quotes do not match.
fn field(text: &str, delimiter: char) -> Option<(Cow<'_, str>, usize)> {
    let ends = |c: char| c == delimiter || c == '\n';
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(ends).unwrap_or(text.len());
        return Some((Cow::Borrowed(&text[..end]), end));
    };
    let mut from = 0;
    let end = loop {
        let quote = from + quoted[from..].find('"')?;
        if !quoted[quote + 1..].starts_with('"') {
            break quote;
        }
        from = quote + 2;
    };
    let inside = &quoted[..end];
    let after = quoted[end + 1..].trim_start_matches(' ');
    let is_whole = after.is_empty() || after.starts_with(ends);
    let shown = if inside.contains('"') { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) };
    is_whole.then_some((shown, text.len() - after.len()))
}

/// The text in a cell like `="00123"`, which programs write to keep leading zeros.
fn unwrap_formula(text: &str) -> &str {
    let inside = text.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inside.filter(|inside| !inside.contains('"')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a text, each after its number. For a broken row, the index of the broken cell follows the number.
    fn rows(text: &str, delimiter: char) -> Vec<String> {
        let mut rows = DelimitedRows::new(text, delimiter);
        let mut found = Vec::new();
        while let Some(row) = rows.next_row(&|_| true).expect("rows") {
            let broken = row.broken_at.map_or_else(String::new, |column| format!("!{column}"));
            found.push(format!("{}{broken}: {}", row.number, row.cells.join("|")));
        }
        found
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_program_shows() {
        let text = "a,b\n\n\n\"x\ny\",2\n,\n\"q\"\"q\",3\n\nlast,\"4\n\n5\"";
        assert_eq!(rows(text, ','), ["1: a|b", "4: x\ny|2", "6: q\"q|3", "8: last|4\n\n5"]);
        assert_eq!(rows("\n\na;b", ';'), ["3: a|b"]);
        assert_eq!(rows("a,\n,b\n\"\",c\n", ','), ["1: a|", "2: |b", "3: |c"]);
        assert_eq!(rows("6\" x,y\n\"a\" ,b", ','), ["1: 6\" x|y", "2: a|b"]);
        assert_eq!(rows("=\"0042\",\"=\"\"7\"\"\",=1+1,=\"\n", ','), ["1: 0042|7|=1+1|=\""]);
    }

    #[test]
    fn quotes_that_do_not_match_affect_only_their_row() {
        for (text, expected) in [
            ("a,b\n\"x,1\ny,2\nz,3", vec!["1: a|b", "2!0: x|1", "3: y|2", "4: z|3"]),
            ("\"x,1\n\"y\",2\n", vec!["1!0: x|1", "2: y|2"]),
            ("\"x,1\ny,\"2\"\nz,3", vec!["1!0: x|1", "2: y|2", "3: z|3"]),
            ("x,\"1\" 2\ny,2", vec!["1!1: x|1\" 2", "2: y|2"]),
            ("\"6\\\" pack\",1\ny,2", vec!["1!0: 6\\\" pack|1", "2: y|2"]),
            ("\"p\nq\",\"6\" x\",1\ny,2", vec!["1!1: p\nq|6\" x|1", "2: y|2"]),
            ("y,2\nx,\"", vec!["1: y|2", "2!1: x|"]),
        ] {
            assert_eq!(rows(text, ','), expected, "{text:?}");
        }
        let long = "x\n".repeat(ROW_BYTES);
        assert_eq!(
            rows(&format!("\"{long}\""), ',')[..2],
            ["1!0: x", "2: x"],
            "a cell of very many lines is not read as one cell"
        );
        let wide = format!("\"{}\",1\ny,2", "x".repeat(2 * ROW_BYTES));
        assert_eq!(rows(&wide, ',')[1], "2: y|2", "a cell of one line may be long");
        let across = format!("\"a\nb\",{}\ny,2", "x".repeat(2 * ROW_BYTES));
        assert_eq!(rows(&across, ',').len(), 2, "a long cell after a cell of two lines");
    }
}
