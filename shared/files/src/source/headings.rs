//! Finds the headings of a file: the row that has them, and the position of each column.
//!
//! Rows above the headings (titles, print dates) are skipped. If no row has all required headings, pairs of rows are
//! tried: an upper row with merged cells (`Schedule` over `Date` and `Time`) and a lower row.

use std::collections::BTreeMap;

use super::TextRow;
use crate::record::{Column, Need};
use crate::refused::FileRefused;

/// The heading of a wanted column in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heading {
    /// The index of the file's column from the left, starting at 0.
    pub column: usize,
    /// The heading as the file has it.
    pub text: String,
}

/// The headings of a file.
#[derive(Debug)]
pub(super) struct Headings {
    /// The heading of each wanted column; `None` if the file does not have the column.
    pub columns: Vec<Option<Heading>>,
    /// The number of searched rows above the first row of data.
    pub rows: usize,
}

impl Headings {
    /// Finds the headings in the first rows of a file.
    ///
    /// # Errors
    /// [`FileRefused::MissingColumns`] with the headings that the best row lacks; [`FileRefused::RepeatedColumn`].
    pub fn find(
        head: &[TextRow],
        columns: &[Column],
        mapping: &BTreeMap<String, String>,
    ) -> Result<Headings, FileRefused> {
        let spellings: Vec<Vec<String>> = columns.iter().map(|column| spellings(column, mapping)).collect();
        let missing_of = |found: &[Option<Heading>]| -> Vec<String> {
            let missing = columns.iter().zip(found).filter(|(column, heading)| {
                heading.is_none() && (column.need == Need::Needed || mapping.contains_key(column.key))
            });
            let heading = |column: &Column| mapping.get(column.key).cloned().unwrap_or(column.heading.to_owned());
            missing.map(|(column, _)| heading(column)).collect()
        };
        let mut fewest = missing_of(&vec![None; columns.len()]);
        let single = head.iter().enumerate().map(|(at, row)| (at + 1, of_one_row(row)));
        let double = head.windows(2).enumerate().map(|(at, rows)| (at + 2, of_two_rows(&rows[0], &rows[1])));
        for (rows, candidates) in single.chain(double) {
            let columns = find_columns(&candidates, &spellings);
            let missing = missing_of(&columns);
            if missing.is_empty() && columns.iter().any(Option::is_some) {
                refuse_repeated(&candidates, &columns)?;
                return Ok(Headings { columns, rows });
            }
            if missing.len() < fewest.len() {
                fewest = missing;
            }
        }
        Err(FileRefused::MissingColumns(fewest))
    }
}

/// The accepted headings of a column, in order of preference, normalised by [`fold_heading`].
fn spellings(column: &Column, mapping: &BTreeMap<String, String>) -> Vec<String> {
    match mapping.get(column.key) {
        Some(heading) => vec![fold_heading(heading)],
        None => [column.heading].iter().chain(column.spellings).map(|spelling| fold_heading(spelling)).collect(),
    }
}

/// A heading normalised for comparison: without blanks, in lower case.
fn fold_heading(heading: &str) -> String {
    heading.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').flat_map(char::to_lowercase).collect()
}

/// The possible headings of each column of a file: as the file has them, and as [`fold_heading`].
type Candidates = Vec<Vec<(String, String)>>;

/// The only possible heading of a column; none if it is blank.
fn candidate(heading: &str) -> Vec<(String, String)> {
    let folded = fold_heading(heading);
    if folded.is_empty() { Vec::new() } else { vec![(heading.to_owned(), folded)] }
}

/// The headings in one row.
fn of_one_row(row: &TextRow) -> Candidates {
    row.cells.iter().map(|cell| candidate(cell)).collect()
}

/// The combined headings of two rows. A blank cell in the upper row continues the merged cell on its left. A blank cell
/// in the lower row means that the upper cell is merged downwards.
fn of_two_rows(upper: &TextRow, lower: &TextRow) -> Candidates {
    let mut group = "";
    let cell = |row: &'_ TextRow, at: usize| row.cells.get(at).cloned().unwrap_or_default();
    let mut candidates = Vec::new();
    for at in 0..upper.cells.len().max(lower.cells.len()) {
        let (above, below) = (cell(upper, at), cell(lower, at));
        if let Some(above) = upper.cells.get(at).filter(|above| !above.is_empty()) {
            group = above;
        }
        candidates.push(match (above.is_empty(), below.is_empty()) {
            (_, true) => candidate(&above),
            (is_continued, false) => {
                let joined = candidate(&format!("{group} {below}"));
                let own = if is_continued { Vec::new() } else { candidate(&above) };
                joined.into_iter().chain(candidate(&below)).chain(own).collect()
            }
        });
    }
    candidates
}

/// Finds for each wanted column the first column of the file with its most preferred spelling.
fn find_columns(candidates: &Candidates, spellings: &[Vec<String>]) -> Vec<Option<Heading>> {
    let heading = |spelling: &String| {
        candidates.iter().enumerate().find_map(|(column, names)| {
            let (text, _) = names.iter().find(|(_, folded)| folded == spelling)?;
            Some(Heading { column, text: text.clone() })
        })
    };
    spellings.iter().map(|spellings| spellings.iter().find_map(heading)).collect()
}

/// Refuses a file in which two columns have the heading of a wanted column.
fn refuse_repeated(candidates: &Candidates, columns: &[Option<Heading>]) -> Result<(), FileRefused> {
    for Heading { column, text } in columns.iter().flatten() {
        let folded = fold_heading(text);
        let is_repeated = candidates.iter().skip(column + 1).any(|names| names.iter().any(|(_, n)| *n == folded));
        if is_repeated {
            return Err(FileRefused::RepeatedColumn(text.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column::needed("ref", "Project Reference Number", &["Ref"]),
        Column::needed("date", "Schedule Date", &[]),
        Column::optional("time", "Schedule Time", &[]),
    ];

    /// Checks the columns found and the number of rows above the data, or the missing headings.
    fn check(head: &[&[&str]], mapping: &[(&str, &str)], expected: &str) {
        let row = |cells: &&[&str]| TextRow {
            number: 1,
            cells: cells.iter().map(|c| (*c).to_owned()).collect(),
            broken_at: None,
        };
        let head: Vec<TextRow> = head.iter().map(row).collect();
        let mapping = mapping.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let found = match Headings::find(&head, &COLUMNS, &mapping) {
            Ok(found) => {
                let columns = found.columns.iter().map(|h| h.as_ref().map_or("-".into(), |h| h.column.to_string()));
                format!("{} {}", columns.collect::<Vec<String>>().join(","), found.rows)
            }
            Err(refused) => refused.to_string(),
        };
        assert_eq!(found, expected, "{head:?}");
    }

    #[test]
    fn headings_are_found_below_titles_in_one_or_two_rows_and_in_every_spelling() {
        let missing =
            "no row has all headings that are needed; the best row lacks: Project Reference Number, Schedule Date";
        check(&[&["Ref", "Schedule Date"]], &[], "0,1,- 1");
        check(&[&["x", " SCHEDULE\u{a0}date", "projectreference NUMBER"]], &[], "2,1,- 1");
        check(
            &[&["Schedules of club 8135"], &["", "as of today"], &["Ref", "Schedule Date"], &["1", "2"]],
            &[],
            "0,1,- 3",
        );
        check(&[&["Ref", "Schedule", ""], &["", "Date", "Time"]], &[], "0,1,2 2");
        check(&[&["Title"], &["Ref", "Schedule"], &["", "Date", "Time"]], &[], "0,1,2 3");
        check(&[&["Project Reference", "Schedule"], &["Number", "Date"]], &[], "0,1,- 2");
        check(&[&["Number", "When"]], &[("ref", "number"), ("date", "When")], "0,1,- 1");
        check(&[&["Ref", "Number", "Schedule Date"]], &[("ref", "Number")], "1,2,- 1");
        check(&[&["Project Reference Number", "Ref", "Schedule Date"]], &[], "0,2,- 1");
        check(
            &[&["Ref", "Schedule Date"]],
            &[("time", "At")],
            "no row has all headings that are needed; the best row lacks: At",
        );
        check(&[&["Ref", "Schedule Date", "ref"]], &[], "two columns are headed \"Ref\"");
        check(
            &[&["Ref"], &["Name"]],
            &[],
            "no row has all headings that are needed; the best row lacks: Schedule Date",
        );
        check(&[&["a", "b"]], &[], missing);
        check(&[], &[], missing);
    }
}
