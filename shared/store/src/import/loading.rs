//! A load in progress, which may be interrupted. The same document continues it. Another document replaces it as soon
//! as no worker can still be loading it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::ImportError;
use crate::changes::{Changes, PLAN};
use crate::item::{Single, Stored, key_of};
use crate::key::Part;
use crate::locations::LocationClaim;
use crate::request::{Slice, TableError};
use crate::stamp::Timestamp;
use crate::table::Club;

/// Age after which a load counts as interrupted. Every handler answers sooner.
const INTERRUPTED_AFTER: TimeDelta = TimeDelta::seconds(60);

/// A load that was begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Loading {
    /// Digest of the document.
    digest: String,
    /// When the load began or was last continued, if its caller has a clock.
    #[serde(default)]
    at: Option<Timestamp>,
    /// The Crossmark location that this load claimed.
    #[serde(default)]
    location: Option<u64>,
    /// Whether items of another document may still exist, which must be deleted first.
    #[serde(default)]
    clears: bool,
}

impl Single for Loading {
    const SORT: &'static str = "LOADING";
}

/// Items that [`clear`](Club::clear) keeps: the load itself, and `plan_version`, which must never decrease.
const KEPT: [&str; 2] = [Loading::SORT, PLAN];

impl Loading {
    fn is_interrupted(&self, now: Option<Timestamp>) -> bool {
        let by = |now| self.at.is_none_or(|at: Timestamp| at.plus(INTERRUPTED_AFTER) <= now);
        now.is_some_and(by)
    }
}

impl Club<'_> {
    /// Begins or continues a load and claims the location. Refused if the club exists, another document is being
    /// loaded, or the location belongs to another club.
    pub(super) async fn begin_load(
        &self,
        digest: String,
        location: Option<u64>,
        now: Option<Timestamp>,
    ) -> Result<Stored<Loading>, ImportError> {
        if self.info().await?.is_some() {
            return Err(ImportError::NotEmpty);
        }
        let mut loading = Loading { digest, at: now, location, clears: false };
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let claim = self.missing_claim(location).await?;
            let mut changes = Changes::new(self.id);
            changes.create(&loading)?;
            if let Some(claim) = &claim {
                changes.create(claim)?;
            }
            if !self.try_commit(changes).await? {
                let Some(found) = self.single::<Loading>().await? else { continue };
                let same = found.body.digest == loading.digest;
                if same && now.is_none() {
                    return Ok(found);
                }
                if !same && !found.body.is_interrupted(now) {
                    return Err(ImportError::NotEmpty);
                }
                loading.clears = found.body.clears || !same;
                let mut changes = Changes::new(self.id);
                changes.replace(Some(found.version), &loading)?;
                if let Some(claim) = &claim {
                    changes.create(claim)?;
                }
                if let Some(obsolete) = self.obsolete_claim(&found.body, location).await? {
                    changes.remove(&obsolete);
                }
                if !self.try_commit(changes).await? {
                    continue;
                }
            }
            let begun = self.single::<Loading>().await?.filter(|found| found.body == loading);
            let begun = begun.ok_or(ImportError::NotEmpty)?;
            if begun.body.clears {
                self.clear().await?;
            }
            return Ok(begun);
        }
    }

    /// The location claim that the club still has to make.
    async fn missing_claim(&self, location: Option<u64>) -> Result<Option<LocationClaim>, ImportError> {
        let Some(location) = location else { return Ok(None) };
        match self.location_claim(location).await? {
            Some(claim) if claim.body.club != *self.id => Err(ImportError::LocationTaken { location }),
            Some(_) => Ok(None),
            None => Ok(Some(LocationClaim { location, club: self.id.clone() })),
        }
    }

    /// The location claim that an interrupted load left behind, if the new load has another location.
    async fn obsolete_claim(
        &self,
        before: &Loading,
        location: Option<u64>,
    ) -> Result<Option<Stored<LocationClaim>>, TableError> {
        let Some(claimed) = before.location.filter(|claimed| Some(*claimed) != location) else { return Ok(None) };
        Ok(self.location_claim(claimed).await?.filter(|claim| claim.body.club == *self.id))
    }

    /// Deletes the items that another document has written.
    async fn clear(&self) -> Result<(), TableError> {
        for part in [Part::Club, Part::Events, Part::Posted] {
            let items = self.query(Slice::whole(part.of(self.id))).await?;
            let keys = items.iter().map(key_of).filter(|key| !KEPT.contains(&key.sort.as_str()));
            self.delete_all(keys.collect()).await?;
        }
        Ok(())
    }
}
