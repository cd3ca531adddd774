//! Compares imported rows with the rows that are known: what would an import change?

use std::collections::BTreeMap;

use crate::import::{FileDigest, Import, Imported, WrongCell};

/// What an import would do. The order of rows in the file makes no difference to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview<R> {
    /// Rows that are not known yet, in order of key.
    pub new: Vec<R>,
    /// Rows that say something else than what is known, in order of key.
    pub changed: Vec<Changed<R>>,
    /// Rows that say what is known, as known, in order of key.
    pub unchanged: Vec<R>,
    /// Cells that could not be read; their rows are in none of the lists.
    pub wrong: Vec<WrongCell>,
    /// The digest of the file's content. An import that is confirmed later names it, so that it is the same file.
    pub digest: FileDigest,
}

/// A row that would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed<R> {
    /// As it is known.
    pub old: R,
    /// As it would be: the imported row laid over the known one.
    pub new: R,
    /// The columns that differ.
    pub fields: Vec<ChangedField>,
}

/// A column that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedField {
    /// The column's heading.
    pub column: &'static str,
    /// What is known; empty where nothing is.
    pub old: String,
    /// What the file says.
    pub new: String,
}

impl<R: Import> Imported<R> {
    /// Compares the rows with what is known. Known rows that the file does not have are left alone. Of two known rows
    /// with one key the last counts.
    pub fn preview(self, known: impl IntoIterator<Item = R>) -> Preview<R> {
        let known: BTreeMap<R::Key, R> = known.into_iter().map(|row| (row.key(), row)).collect();
        let imported: BTreeMap<R::Key, R> = self.rows.into_iter().map(|(_, row)| (row.key(), row)).collect();
        let mut preview = Preview {
            new: Vec::new(),
            changed: Vec::new(),
            unchanged: Vec::new(),
            wrong: self.wrong,
            digest: self.digest,
        };
        for (key, row) in imported {
            let Some(old) = known.get(&key) else {
                preview.new.push(row);
                continue;
            };
            let (old, new) = (old.clone(), row.over(old));
            let fields = changed_fields(&old, &new);
            if fields.is_empty() {
                preview.unchanged.push(old);
            } else {
                preview.changed.push(Changed { old, new, fields });
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
    /// The rows to store: the new ones, and the changed ones as they would be.
    pub fn to_store(&self) -> impl Iterator<Item = &R> {
        self.new.iter().chain(self.changed.iter().map(|changed| &changed.new))
    }

    /// Whether the import would change nothing.
    pub fn changes_nothing(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty()
    }
}
