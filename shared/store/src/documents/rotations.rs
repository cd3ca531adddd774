//! Reads and saves both rotations together, under one version.

use domain::snapshot::RotationRow;

use super::rotation::{Rotations, RotationsSaved};
use super::write::{DocumentError, Expect, require_expected};
use crate::audit::Because;
use crate::changes::Changes;
use crate::facts::{Fact, FactChange, rotations_id};
use crate::item::{self, Attributes, Single, Stored, key_of};
use crate::key::Part;
use crate::request::{Slice, TableError};
use crate::table::Club;

/// The rows as they were read, each with its version, and the item that counts the saves.
struct StoredRotations {
    rows: Vec<Stored<RotationRow>>,
    saved: Option<Stored<RotationsSaved>>,
}

fn rotations_of(items: Vec<Attributes>) -> Result<StoredRotations, TableError> {
    let mut read = StoredRotations { rows: Vec::new(), saved: None };
    for item in items {
        if key_of(&item).sort == RotationsSaved::SORT {
            read.saved = Some(item::read(item)?);
        } else {
            read.rows.push(item::read(item)?);
        }
    }
    Ok(read)
}

impl Club<'_> {
    /// Both rotations with their version.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn rotations(&self) -> Result<Rotations, TableError> {
        let StoredRotations { rows, saved } = self.read_rotations().await?;
        let version = saved.as_ref().map_or(0, |s| s.version);
        let rows = rows.into_iter().map(|r| r.body).collect();
        Ok(Rotations { version, saved: saved.map(|s| s.body.because), rows })
    }

    /// Replaces both rotations in one transaction of at most 14 written or deleted rows, and returns their new version.
    /// `Expect::Nothing` means that they were never saved.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the version is not the expected one, [`DocumentError::Table`] if the table cannot be
    /// read or written.
    pub async fn replace_rotations(
        &self,
        rows: &[RotationRow],
        expect: Expect,
        because: &Because,
    ) -> Result<u64, DocumentError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let StoredRotations { rows: read, saved } = self.read_rotations().await?;
            let version = saved.map(|s| s.version);
            require_expected(expect, version)?;
            let same = |a: &RotationRow, b: &RotationRow| (a.day, a.rotation) == (b.day, b.rotation);
            let mut changes = Changes::new(self.id);
            changes.replace(version, &RotationsSaved { because: because.clone() })?;
            for row in rows {
                let old = read.iter().find(|r| same(&r.body, row));
                changes.replace(old.map(|o| o.version), row)?;
            }
            for old in read.iter().filter(|r| !rows.iter().any(|row| same(row, &r.body))) {
                changes.remove(old);
            }
            let new_version = version.unwrap_or(0) + 1;
            let before = Some(Fact::Rotations(read.into_iter().map(|row| row.body).collect()));
            let change = FactChange { before, after: Some(Fact::Rotations(rows.to_vec())) };
            changes.note(&change.entry(rotations_id(), new_version, because))?;
            changes.count_plan_change();
            if self.try_commit(changes).await? {
                return Ok(new_version);
            }
        }
    }

    async fn read_rotations(&self) -> Result<StoredRotations, TableError> {
        rotations_of(self.query(Slice::under(Part::Club.of(self.id), RotationsSaved::PREFIX)).await?)
    }
}
