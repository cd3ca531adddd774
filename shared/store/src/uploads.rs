//! Uploads: files that are loaded in chunks. A chunk of facts is one transaction, which also records the progress of
//! the file. A chunk of events takes several transactions, after which the caller records the progress.
//!
//! An interrupted load leaves complete chunks and the recorded progress. To continue it, the same file is previewed
//! again, and that preview is saved: the rows that are written already no longer differ.

use std::collections::BTreeMap;

use domain::snapshot::{AvailabilityOverride, Employee, TimeOff, WeeklyAvailability};
use serde::{Deserialize, Serialize};

use crate::audit::Because;
use crate::changes::{Changes, MAX_ACTIONS};
use crate::documents::DocumentError;
use crate::facts::add_document_change;
use crate::item::{Record, Stored};
use crate::key::{ClubId, Key, Part};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// State of the loads of one kind of file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploads {
    /// The kind of file.
    pub kind: String,
    /// The load that is running, or that ended before all its rows were written.
    #[serde(default)]
    pub open: Option<OpenUpload>,
    /// The times of the loads that were begun within the last hour.
    #[serde(default)]
    pub begun: Vec<Timestamp>,
    /// The column mapping of the load that was begun last, from Muster's column to the file's heading.
    #[serde(default)]
    pub mapping: BTreeMap<String, String>,
}

/// A load that is running, or that ended before all its rows were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenUpload {
    /// The digest of the file.
    pub file: String,
    /// Number of rows to write.
    pub rows: u32,
    /// Number of rows that are known to be written. More may be, if the load ended between a write and its record.
    pub done: u32,
    /// Who loads it, and since when.
    pub because: Because,
}

impl Uploads {
    /// The state of a kind of file that was never loaded.
    pub fn none(kind: &str) -> Uploads {
        Uploads { kind: kind.to_owned(), open: None, begun: Vec::new(), mapping: BTreeMap::new() }
    }
}

impl Record for Uploads {
    fn key(&self, club: &ClubId) -> Key {
        Part::Uploads.key(club, self.kind.clone())
    }
}

/// One document to write, with the one that it replaces.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadedRow {
    /// A person.
    Employee(Option<Stored<Employee>>, Employee),
    /// A weekly availability.
    Availability(Option<Stored<WeeklyAvailability>>, WeeklyAvailability),
    /// A temporary change of the weekly availability. Its key depends on its content, so the replaced one is deleted.
    Override(Option<Stored<AvailabilityOverride>>, AvailabilityOverride),
    /// Days off.
    TimeOff(TimeOff),
}

/// Maximum number of actions that a row takes: a document removed and one written, each with its audit entry.
const ACTIONS_OF_A_ROW: usize = 4;
/// Actions of each transaction beside its rows: the progress of the file, and `plan_version`.
const ACTIONS_BESIDES_ROWS: usize = 2;

impl UploadedRow {
    fn write(&self, changes: &mut Changes<'_>, because: &Because) -> Result<(), DocumentError> {
        match self {
            UploadedRow::Employee(before, after) => {
                add_document_change(changes, before.as_ref(), Some(after), because)?
            }
            UploadedRow::Availability(before, after) => {
                add_document_change(changes, before.as_ref(), Some(after), because)?
            }
            UploadedRow::Override(before, after) => {
                if before.is_some() {
                    add_document_change(changes, before.as_ref(), None, because)?;
                }
                add_document_change(changes, None, Some(after), because)?
            }
            UploadedRow::TimeOff(after) => add_document_change(changes, None, Some(after), because)?,
        };
        Ok(())
    }
}

impl Club<'_> {
    /// The state of the loads of a kind of file; version 0 if it was never loaded.
    ///
    /// # Errors
    /// [`TableError`] if the table or the state cannot be read.
    pub async fn uploads(&self, kind: &str) -> Result<Stored<Uploads>, TableError> {
        let none = Uploads::none(kind);
        let found = self.fetch(&none.key(self.id)).await?;
        Ok(found.unwrap_or(Stored { version: 0, body: none }))
    }

    /// Replaces the version of the state that was read, or creates it.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if somebody else loads a file of this kind, [`DocumentError::Table`] if the table
    /// cannot be written.
    pub async fn put_uploads(&self, uploads: Stored<Uploads>) -> Result<Stored<Uploads>, DocumentError> {
        let mut changes = Changes::new(self.id);
        changes.replace((uploads.version > 0).then_some(uploads.version), &uploads.body)?;
        if self.try_commit(changes).await? {
            return Ok(Stored { version: uploads.version + 1, body: uploads.body });
        }
        Err(DocumentError::Stale { found: None })
    }

    /// Writes rows, chunk by chunk. Each chunk records in the load how many rows are done.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if a row or the load itself was changed concurrently. Chunks that were written before
    /// stay, and the record of the load counts their rows. [`DocumentError::Table`] if the table cannot be written.
    pub async fn write_uploaded(
        &self,
        mut uploads: Stored<Uploads>,
        rows: &[UploadedRow],
        because: &Because,
    ) -> Result<Stored<Uploads>, DocumentError> {
        let mut rest = rows.iter().peekable();
        while rest.peek().is_some() {
            let mut changes = Changes::new(self.id);
            let mut written = 0;
            while changes.len() + ACTIONS_OF_A_ROW + ACTIONS_BESIDES_ROWS <= MAX_ACTIONS
                && let Some(row) = rest.next()
            {
                row.write(&mut changes, because)?;
                written += 1;
            }
            if let Some(open) = &mut uploads.body.open {
                open.done += written;
            }
            changes.replace(Some(uploads.version), &uploads.body)?;
            changes.count_plan_change();
            if !self.try_commit(changes).await? {
                return Err(DocumentError::Stale { found: None });
            }
            uploads.version += 1;
        }
        Ok(uploads)
    }
}
