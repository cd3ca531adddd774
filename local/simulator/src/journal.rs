//! The journal: the ledger file ([`crate::Options::ledger_file`]), which keeps a simulator's state over restarts. It
//! has one JSON record a line, appended and synced before the call is answered. An incomplete last line, which a kill
//! leaves, belongs to a call that was never answered, and is dropped.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ledger::{Effect, LedgerChange};
use crate::seed::{Event, Seed};

/// One change of a simulator's state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    /// The state was created from this seed.
    Seeded { seed: Box<Seed>, at: DateTime<Utc> },
    /// A scheduled event was created.
    Scheduled(Effect),
    /// A scheduled event was deleted.
    Deleted { id: u64, at: DateTime<Utc> },
    /// A change will take effect later.
    #[serde(rename = "late")]
    LateChange { serial: u64, due: DateTime<Utc>, change: LedgerChange },
    /// A late change took effect, or was dropped because it had become impossible.
    #[serde(rename = "landed")]
    LateChangeEnded { serial: u64 },
    /// An event was added or changed by people at Crossmark.
    EventChanged(Event),
    /// The ledger and the events were reset to the seed.
    Reset { at: DateTime<Utc> },
}

/// Why the ledger's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system failed.
    #[error("the ledger file {path} cannot be used: {cause}")]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The file system's error.
        cause: std::io::Error,
    },
    /// A line is not a valid record.
    #[error("line {line} of the ledger file {path} cannot be understood: {cause}")]
    Line {
        /// The path of the file.
        path: PathBuf,
        /// The number of the line, from 1.
        line: usize,
        /// Why the line is not a record.
        cause: serde_json::Error,
    },
}

/// An open journal.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens or creates the file, and reads the records that are in it.
    pub fn open(path: &Path) -> Result<(Self, Vec<Record>), JournalError> {
        let failed = |cause| JournalError::File { path: path.to_owned(), cause };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        // Read as bytes: the incomplete last line may end within a character.
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let complete_bytes = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let records = bytes[..complete_bytes]
            .split_inclusive(|byte| *byte == b'\n')
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_slice(line).map_err(|cause| JournalError::Line {
                    path: path.to_owned(),
                    line: index + 1,
                    cause,
                })
            })
            .collect::<Result<_, _>>()?;
        file.set_len(complete_bytes as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok((Self { path: path.to_owned(), file }, records))
    }

    /// Appends all records or none, and returns once they are on the disk.
    pub fn append(&mut self, records: &[Record]) -> Result<(), JournalError> {
        let mut lines = Vec::new();
        for record in records {
            serde_json::to_writer(&mut lines, record).map_err(|cause| self.failed(cause.into()))?;
            lines.push(b'\n');
        }
        let end = self.file.stream_position().map_err(|cause| self.failed(cause))?;
        let written = self.file.write_all(&lines).and_then(|()| self.file.sync_data());
        written.map_err(|cause| {
            // A partial write must not be read as a record, nor be joined with the next one.
            let _ = self.file.set_len(end).and_then(|()| self.file.seek(SeekFrom::Start(end)));
            self.failed(cause)
        })
    }

    fn failed(&self, cause: std::io::Error) -> JournalError {
        JournalError::File { path: self.path.clone(), cause }
    }
}
