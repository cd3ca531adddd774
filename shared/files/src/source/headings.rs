//! Finds the headings: their row, and the position of each column.
//!
//! Rows above the headings (titles, print dates) are skipped. If no row has all required headings, pairs of rows are
//! tried: an upper row with merged cells (`Schedule` over `Date` and `Time`) and a lower row.

use std::collections::BTreeMap;

use super::TextRow;
use crate::record::{Column, Need};
use crate::refused::FileRefused;

/// The position of a column in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its index from the left, starting at 0.
    pub column: usize,
    /// Its heading in the file.
    pub heading: String,
}

/// The headings of a file.
#[derive(Debug)]
pub(super) struct Headings {
    /// For each wanted column its place, if the file has it.
    pub places: Vec<Option<Place>>,
    /// The number of searched rows above the first row of data.
    pub rows: usize,
}

impl Headings {
    /// Searches the first rows of a file.
    ///
    /// # Errors
    /// [`FileRefused::MissingColumns`] with the headings that the best candidate lacks;
    /// [`FileRefused::RepeatedColumn`].
    pub fn find(
        head: &[TextRow],
        columns: &[Column],
        mapping: &BTreeMap<String, String>,
    ) -> Result<Headings, FileRefused> {
        let spellings: Vec<Vec<String>> = columns.iter().map(|column| spellings(column, mapping)).collect();
        let missing_of = |places: &[Option<Place>]| -> Vec<String> {
            let lacking = columns.iter().zip(places).filter(|(column, place)| {
                place.is_none() && (column.need == Need::Needed || mapping.contains_key(column.key))
            });
            let heading = |column: &Column| mapping.get(column.key).cloned().unwrap_or(column.heading.to_owned());
            lacking.map(|(column, _)| heading(column)).collect()
        };
        let mut fewest = missing_of(&vec![None; columns.len()]);
        let single = head.iter().enumerate().map(|(at, row)| (at + 1, alone(row)));
        let double = head.windows(2).enumerate().map(|(at, rows)| (at + 2, together(&rows[0], &rows[1])));
        for (rows, candidates) in single.chain(double) {
            let places = match_up(&candidates, &spellings);
            let missing = missing_of(&places);
            if missing.is_empty() && places.iter().any(Option::is_some) {
                refuse_repeated(&candidates, &places)?;
                return Ok(Headings { places, rows });
            }
            if missing.len() < fewest.len() {
                fewest = missing;
            }
        }
        Err(FileRefused::MissingColumns(fewest))
    }
}

/// The accepted headings of a column, in order of preference, normalised by [`folded`].
fn spellings(column: &Column, mapping: &BTreeMap<String, String>) -> Vec<String> {
    match mapping.get(column.key) {
        Some(heading) => vec![folded(heading)],
        None => [column.heading].iter().chain(column.spellings).map(|spelling| folded(spelling)).collect(),
    }
}

/// A heading normalised for comparison: without blanks, in lower case.
fn folded(heading: &str) -> String {
    heading.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').flat_map(char::to_lowercase).collect()
}

/// The possible headings of each column of a file: as shown, and as [`folded`].
type Candidates = Vec<Vec<(String, String)>>;

fn named(heading: &str) -> Vec<(String, String)> {
    let folded = folded(heading);
    if folded.is_empty() { Vec::new() } else { vec![(heading.to_owned(), folded)] }
}

fn alone(row: &TextRow) -> Candidates {
    row.cells.iter().map(|cell| named(cell)).collect()
}

/// The combined headings of two rows. A blank cell in the upper row continues the merged cell on its left. A blank cell
/// in the lower row means that the upper cell is merged downwards.
fn together(upper: &TextRow, lower: &TextRow) -> Candidates {
    let mut group = "";
    let cell = |row: &'_ TextRow, at: usize| row.cells.get(at).cloned().unwrap_or_default();
    let mut candidates = Vec::new();
    for at in 0..upper.cells.len().max(lower.cells.len()) {
        let (above, below) = (cell(upper, at), cell(lower, at));
        if let Some(above) = upper.cells.get(at).filter(|above| !above.is_empty()) {
            group = above;
        }
        candidates.push(match (above.is_empty(), below.is_empty()) {
            (_, true) => named(&above),
            (is_continued, false) => {
                let joined = named(&format!("{group} {below}"));
                let own = if is_continued { Vec::new() } else { named(&above) };
                joined.into_iter().chain(named(&below)).chain(own).collect()
            }
        });
    }
    candidates
}

/// Assigns to each wanted column the first column of the file with its most preferred spelling.
fn match_up(candidates: &Candidates, spellings: &[Vec<String>]) -> Vec<Option<Place>> {
    let place = |spelling: &String| {
        candidates.iter().enumerate().find_map(|(column, names)| {
            let (shown, _) = names.iter().find(|(_, folded)| folded == spelling)?;
            Some(Place { column, heading: shown.clone() })
        })
    };
    spellings.iter().map(|spellings| spellings.iter().find_map(place)).collect()
}

/// Refuses a file in which two columns match a wanted column.
fn refuse_repeated(candidates: &Candidates, places: &[Option<Place>]) -> Result<(), FileRefused> {
    for place in places.iter().flatten() {
        let folded = folded(&place.heading);
        let twice = candidates.iter().skip(place.column + 1).any(|names| names.iter().any(|(_, n)| *n == folded));
        if twice {
            return Err(FileRefused::RepeatedColumn(place.heading.clone()));
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
            broken: None,
        };
        let head: Vec<TextRow> = head.iter().map(row).collect();
        let mapping = mapping.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let found = match Headings::find(&head, &COLUMNS, &mapping) {
            Ok(found) => {
                let places = found.places.iter().map(|p| p.as_ref().map_or("-".into(), |p| p.column.to_string()));
                format!("{} {}", places.collect::<Vec<String>>().join(","), found.rows)
            }
            Err(refused) => refused.to_string(),
        };
        assert_eq!(found, expected, "{head:?}");
    }

    #[test]
    fn headings_are_found_whatever_stands_above_and_however_they_are_spelt() {
        let missing = "no row has these headings: Project Reference Number, Schedule Date";
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
        check(&[&["Ref", "Schedule Date"]], &[("time", "At")], "no row has these headings: At");
        check(&[&["Ref", "Schedule Date", "ref"]], &[], "two columns are headed \"Ref\"");
        check(&[&["Ref"], &["Name"]], &[], "no row has these headings: Schedule Date");
        check(&[&["a", "b"]], &[], missing);
        check(&[], &[], missing);
    }
}
