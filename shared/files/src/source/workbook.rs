//! Reads XLSX: the first sheet that has the headings, of the first [`SHEETS`] visible ones. A formula has the value that
//! was saved with it.
//!
//! Muster has its own reader because a file may be made to do harm. The reader unpacks only what it reads, within
//! limits, trusts no count or position in a file, and never panics.

mod archive;
mod book;
mod xml;

use std::borrow::Cow;

use super::{Table, TextRow, TextRows, WantedColumns, cell, read_table};
use crate::cells::{DateSystem, NO_VALUE};
use crate::limits::{COLUMNS, SHEET_BYTES, SHEETS};
use crate::refused::FileRefused;
use archive::Archive;
use book::{Book, NumberFormat, rich_text, unescape};
use xml::{Step, Xml, attributes};

/// The number of the last row that a sheet can have.
const LAST_ROW: u32 = 1_048_576;
/// The number of columns that a sheet can have.
const SHEET_COLUMNS: usize = 16_384;

/// Reads a workbook.
pub(super) fn read(content: &[u8], wanted: &WantedColumns) -> Result<Table, FileRefused> {
    let mut archive = Archive::open(content)?;
    let book = Book::read(&mut archive)?;
    let mut fewest: Option<Vec<String>> = None;
    for sheet in book.sheets.iter().take(SHEETS) {
        let text = archive.part(sheet, SHEET_BYTES)?.ok_or(FileRefused::Damaged)?;
        let rows = SheetRows { xml: Xml::of(&text), book: &book, number: 0 };
        match read_table(rows, wanted, book.system) {
            Err(FileRefused::MissingColumns(missing)) => {
                if fewest.as_ref().is_none_or(|fewest| missing.len() < fewest.len()) {
                    fewest = Some(missing);
                }
            }
            result => return result,
        }
    }
    Err(fewest.map_or(FileRefused::Empty, FileRefused::MissingColumns))
}

struct SheetRows<'b> {
    xml: Xml<'b>,
    book: &'b Book,
    /// The number of the last row started.
    number: u32,
}

impl TextRows for SheetRows<'_> {
    fn next_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<TextRow>, FileRefused> {
        while let Some(step) = self.xml.next()? {
            let Step::Start(element) = step else { continue };
            if element.local_name().as_ref() != "row" {
                continue;
            }
            let [number] = attributes(&element, ["r"])?;
            self.number = match number {
                Some(number) => number.parse().map_err(|_| FileRefused::Damaged)?,
                None => self.number.saturating_add(1),
            };
            if !(1..=LAST_ROW).contains(&self.number) {
                return Err(FileRefused::Damaged);
            }
            if let Some(cells) = self.read_row(is_wanted)? {
                return Ok(Some(TextRow { number: self.number, cells, broken_at: None }));
            }
        }
        Ok(None)
    }
}

impl<'b> SheetRows<'b> {
    /// The cells up to the end of the row; `None` if all are blank.
    fn read_row(&mut self, is_wanted: &dyn Fn(usize) -> bool) -> Result<Option<Vec<String>>, FileRefused> {
        let row = self.xml.depth();
        let (mut cells, mut has_content, mut next) = (Vec::<String>::new(), false, 0);
        while let Some(step) = self.xml.next()? {
            let element = match step {
                Step::Start(element) if element.local_name().as_ref() == "c" => element,
                Step::End if self.xml.depth() < row => break,
                _ => continue,
            };
            let [place, kind, style] = attributes(&element, ["r", "t", "s"])?;
            let column = match place {
                Some(place) => column_of(&place).ok_or(FileRefused::Damaged)?,
                None => next,
            };
            next = column + 1;
            let text = self.read_cell(kind.as_deref(), style.as_deref())?;
            if text.trim().is_empty() {
                continue;
            }
            if column >= COLUMNS {
                return Err(FileRefused::TooManyColumns(self.number));
            }
            has_content = true;
            if is_wanted(column) {
                cells.resize(cells.len().max(next), String::new());
                if cells[column].is_empty() {
                    cells[column] = text.into_owned();
                }
            }
        }
        Ok(has_content.then_some(cells))
    }

    /// A cell as text, cleaned and cut as [`cell`] does: dates and times in the formats of [`crate::cells`], numbers in digits.
    fn read_cell(&mut self, kind: Option<&str>, style: Option<&str>) -> Result<Cow<'b, str>, FileRefused> {
        let depth = self.xml.depth();
        let (mut value, mut inline, mut is_formula) = (None, None, false);
        while let Some(step) = self.xml.next()? {
            match step {
                Step::Start(element) if element.local_name().as_ref() == "v" => {
                    value = Some(self.xml.text(|_| false)?);
                }
                Step::Start(element) if element.local_name().as_ref() == "is" => {
                    inline = Some(rich_text(&mut self.xml)?);
                }
                Step::Start(element) if element.local_name().as_ref() == "f" => is_formula = true,
                Step::End if self.xml.depth() < depth => break,
                _ => {}
            }
        }
        let value = value.unwrap_or_default();
        let text = match kind {
            Some("inlineStr") => unescape(inline.unwrap_or_default()),
            // A formula may result in an empty text. Any other formula without a value was never computed.
            _ if value.is_empty() && is_formula && kind != Some("str") => return Ok(Cow::Borrowed(NO_VALUE)),
            _ if value.is_empty() => return Ok(Cow::Borrowed("")),
            Some("s") => {
                let index: Option<usize> = value.trim().parse().ok();
                let book: &'b Book = self.book;
                let text = index.and_then(|index| book.texts.get(index)).ok_or(FileRefused::Damaged)?;
                return Ok(Cow::Borrowed(text));
            }
            Some("b") => return Ok(Cow::Borrowed(if value.trim() == "1" { "TRUE" } else { "FALSE" })),
            Some("str") => unescape(value),
            Some("n") | None => self.number_as_text(value, style),
            // Errors as they are displayed (`#N/A`), and dates in ISO 8601.
            _ => value,
        };
        Ok(Cow::Owned(cell(&text)))
    }

    /// A number as a date, time or duration if its style formats it as one, otherwise in digits. A text that is not a
    /// number is returned unchanged.
    fn number_as_text(&self, value: String, style: Option<&str>) -> String {
        let Some(number) = value.trim().parse::<f64>().ok().filter(|number| number.is_finite()) else { return value };
        let style: usize = style.and_then(|style| style.parse().ok()).unwrap_or_default();
        match self.book.styles.get(style) {
            Some(NumberFormat::Date) => date_as_text(number, self.book.system),
            Some(NumberFormat::Duration) => clock_as_text(number),
            _ => None,
        }
        .unwrap_or_else(|| number.to_string())
    }
}

/// The date and time of a serial number. A serial number below 1 is only a time.
fn date_as_text(serial: f64, system: DateSystem) -> Option<String> {
    if (0.0..1.0).contains(&serial) {
        return clock_as_text(serial);
    }
    system.moment(serial).map(|moment| moment.format("%Y-%m-%dT%H:%M:%S").to_string())
}

/// A number of days as hours, minutes and seconds.
fn clock_as_text(days: f64) -> Option<String> {
    let seconds = (days * 86_400.0).round();
    (0.0..4e9).contains(&seconds).then(|| {
        let seconds = seconds as u64;
        format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
    })
}

/// The column of a cell reference like `AB12`, starting at 0.
fn column_of(place: &str) -> Option<usize> {
    let letters = &place[..place.find(|c: char| !c.is_ascii_alphabetic())?];
    let digits = &place[letters.len()..];
    let is_place = (1..=3).contains(&letters.len()) && digits.len() <= 7 && digits.bytes().all(|b| b.is_ascii_digit());
    let number = letters.bytes().fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    (is_place && number <= SHEET_COLUMNS).then(|| number - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_column_of_a_cell_reference_is_read() {
        for (place, column) in [
            ("A1", Some(0)),
            ("z1048576", Some(25)),
            ("AA1", Some(26)),
            ("XFD1", Some(16_383)),
            ("XFE1", None),
            ("AAAA1", None),
            ("1A", None),
            ("A", None),
            ("A12345678", None),
            ("\u{c4}1", None),
            ("", None),
        ] {
            assert_eq!(column_of(place), column, "{place}");
        }
    }
}
