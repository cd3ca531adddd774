//! Compares imported rows with the known rows, to show what an import would change.

use std::collections::BTreeMap;

use crate::import::{FileDigest, Import, Imported, WrongCell};

/// The effect of an import. The lists of usable rows do not depend on the order of rows in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview<R> {
    /// Rows that are not known yet, in order of key.
    pub new: Vec<R>,
    /// Rows that differ from the known ones, in order of key.
    pub changed: Vec<ChangedRow<R>>,
    /// Rows that equal the known ones, in order of key.
    pub unchanged: Vec<R>,
    /// Cells that could not be read. Their rows are not in any of the lists.
    pub wrong_cells: Vec<WrongCell>,
    /// The digest of the file's content. The confirmation of the import names the digest, so that only the same file is
    /// imported.
    pub digest: FileDigest,
}

/// A row that would change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedRow<R> {
    /// The known row.
    pub old: R,
    /// The row after the import: the imported row, completed from the known one.
    pub new: R,
    /// The columns that differ.
    pub fields: Vec<ChangedField>,
}

/// A column that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedField {
    /// The column's heading.
    pub column: &'static str,
    /// The known value; empty if there is none.
    pub old: String,
    /// The value after the import.
    pub new: String,
}

impl<R: Import> Imported<R> {
    /// Compares the rows with the known ones. Known rows that the file does not contain are not in the preview. If two
    /// known rows have the same key, the last one counts.
    pub fn preview(self, known: impl IntoIterator<Item = R>) -> Preview<R> {
        let known: BTreeMap<R::Key, R> = known.into_iter().map(|row| (row.key(), row)).collect();
        let imported: BTreeMap<R::Key, R> = self.rows.into_iter().map(|(_, row)| (row.key(), row)).collect();
        let mut preview = Preview {
            new: Vec::new(),
            changed: Vec::new(),
            unchanged: Vec::new(),
            wrong_cells: self.wrong_cells,
            digest: self.digest,
        };
        for (key, row) in imported {
            let Some(old) = known.get(&key) else {
                preview.new.push(row);
                continue;
            };
            let (old, new) = (old.clone(), row.completed_from(old));
            let fields = changed_fields(&old, &new);
            if fields.is_empty() {
                preview.unchanged.push(old);
            } else {
                preview.changed.push(ChangedRow { old, new, fields });
            }
        }
        preview
    }
}

fn changed_fields<R: Import>(old: &R, new: &R) -> Vec<ChangedField> {
    let cells = old.cells().into_iter().zip(new.cells());
    let differing = R::COLUMNS.iter().zip(cells).filter(|(_, (old, new))| old != new);
    differing
        .map(|(column, (old, new))| ChangedField { column: column.heading, old: old.to_string(), new: new.to_string() })
        .collect()
}

impl<R: Import> Preview<R> {
    /// The rows to store: the new ones, then the changed ones as they are after the import.
    pub fn to_store(&self) -> impl Iterator<Item = &R> {
        self.new.iter().chain(self.changed.iter().map(|changed| &changed.new))
    }
}
