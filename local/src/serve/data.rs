//! The folder in which `muster serve` keeps its data. Only one process may use it at a time.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::commands::Failure;
use crate::console;

/// The names of all files in the folder, except the lock. Those that end in `-wal` and `-shm` are written by the
/// databases.
const FILES: [&str; 12] = [
    "layout",
    "club.json",
    "clock.json",
    "table.sqlite",
    "table.sqlite-wal",
    "table.sqlite-shm",
    "queues.sqlite",
    "queues.sqlite-wal",
    "queues.sqlite-shm",
    "crossmark.jsonl",
    "log.jsonl",
    "log.1.jsonl",
];

/// Version of the files' layout. It may differ between versions of Muster.
const LAYOUT: &str = "3";

/// Maximum size of the log in bytes. A larger log is rotated at the next start.
const MAX_LOG_BYTES: u64 = 16 * 1024 * 1024;

/// Whether to continue with existing data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Continue with the existing data.
    Continue,
    /// Delete the existing data first.
    Fresh,
}

/// The folder, locked for the lifetime of this value. The lock of a killed process is released.
#[derive(Debug)]
pub struct DataFolder {
    folder: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, or creates it.
    ///
    /// # Errors
    /// [`Failure::Input`] if the folder cannot be used, another process uses it, or another version of Muster has written it.
    pub fn open(folder: &Path, start: Start) -> Result<DataFolder, Failure> {
        let unusable = |e: &dyn std::fmt::Display| Failure::Input(format!("cannot use {}: {e}", folder.display()));
        std::fs::create_dir_all(folder).map_err(|e| unusable(&e))?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock"));
        let lock = lock.map_err(|e| unusable(&e))?;
        lock.try_lock().map_err(|e| match e {
            std::fs::TryLockError::WouldBlock => unusable(&"another muster uses it; --data names another folder"),
            std::fs::TryLockError::Error(e) => unusable(&e),
        })?;
        if start == Start::Fresh {
            for name in FILES {
                match std::fs::remove_file(folder.join(name)) {
                    Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(unusable(&e)),
                    _ => {}
                }
            }
        }
        let layout = folder.join("layout");
        if !folder.join("table.sqlite").exists() {
            std::fs::write(&layout, LAYOUT).map_err(|e| unusable(&e))?;
        } else if std::fs::read_to_string(&layout).ok().as_deref() != Some(LAYOUT) {
            return Err(unusable(&"another version of muster has written it; --fresh deletes it and starts again"));
        }
        Ok(DataFolder { folder: folder.to_owned(), _lock: lock })
    }

    /// The functions' log, opened for appending. A large log is rotated first, and an earlier rotated log is deleted.
    ///
    /// # Errors
    /// [`Failure::Input`] if the log cannot be written.
    pub fn log(&self) -> Result<File, Failure> {
        let file = self.file("log.jsonl");
        let unusable = |e: std::io::Error| console::file_failure("use", &file, &e);
        if std::fs::metadata(&file).is_ok_and(|about| about.len() > MAX_LOG_BYTES) {
            std::fs::rename(&file, self.file("log.1.jsonl")).map_err(unusable)?;
        }
        File::options().create(true).append(true).open(&file).map_err(unusable)
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// The path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        debug_assert!(FILES.contains(&name), "--fresh would not delete {name}");
        self.folder.join(name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_another_version_is_refused_and_cleared_with_fresh() {
        let folder = tempfile::tempdir().unwrap();
        drop(DataFolder::open(folder.path(), Start::Continue).unwrap());
        std::fs::write(folder.path().join("table.sqlite"), "kept").unwrap();
        drop(DataFolder::open(folder.path(), Start::Continue).unwrap());
        std::fs::write(folder.path().join("layout"), "1").unwrap();
        let refused = DataFolder::open(folder.path(), Start::Continue).unwrap_err();
        assert!(matches!(&refused, Failure::Input(words) if words.contains("--fresh")), "{refused:?}");
        drop(DataFolder::open(folder.path(), Start::Fresh).unwrap());
        assert!(!folder.path().join("table.sqlite").exists());
    }
}
