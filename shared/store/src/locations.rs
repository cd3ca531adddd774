//! Crossmark's locations. Each belongs to at most one club: a claim of another club's location is refused.

use domain::snapshot::ClubFacts;
use serde::{Deserialize, Serialize};

use crate::changes::Changes;
use crate::item::{Record, Stored};
use crate::key::{CLUBS, ClubId, Key};
use crate::request::TableError;
use crate::table::Club;

/// The claim of a location by a club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LocationClaim {
    pub location: u64,
    pub club: ClubId,
}

impl Record for LocationClaim {
    /// Sorts before every club of the list, because ids of clubs have no `#`.
    fn key(&self, _club: &ClubId) -> Key {
        Key { partition: CLUBS.to_owned(), sort: format!("#LOCATION#{:020}", self.location) }
    }
}

/// Sorts after all locations and before all clubs of the list.
pub(crate) const AFTER_LOCATIONS: &str = "$";

/// Who has a location after a club tried to claim it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocationOwner {
    /// This club has the location.
    Ours,
    /// Another club has the location.
    Others,
    /// The club does not exist, or has another location.
    NotLearnt,
}

impl Club<'_> {
    /// The claim of a location, whichever club has it.
    pub(crate) async fn location_claim(&self, location: u64) -> Result<Option<Stored<LocationClaim>>, TableError> {
        let ours = LocationClaim { location, club: self.id.clone() };
        self.fetch(&ours.key(self.id)).await
    }

    /// Claims a location for this club, unless another club has it.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn claim_location(&self, location: u64) -> Result<LocationOwner, TableError> {
        self.write_location_claim(location, None).await
    }

    /// Claims a location that the club did not have, and stores it in the club with the claim.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read or written.
    pub async fn learn_location(&self, location: u64) -> Result<LocationOwner, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let Some(read) = self.info().await? else { return Ok(LocationOwner::NotLearnt) };
            match read.body.location_id {
                Some(known) if known == location => return self.claim_location(location).await,
                Some(_) => return Ok(LocationOwner::NotLearnt),
                None => {}
            }
            match self.write_location_claim(location, Some(&read)).await {
                Err(TableError::Contended) => {}
                answer => return answer,
            }
        }
    }

    async fn write_location_claim(
        &self,
        location: u64,
        info: Option<&Stored<ClubFacts>>,
    ) -> Result<LocationOwner, TableError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let claim = self.location_claim(location).await?;
            match (&claim, info) {
                (Some(claim), _) if claim.body.club != *self.id => return Ok(LocationOwner::Others),
                (Some(_), None) => return Ok(LocationOwner::Ours),
                _ => {}
            }
            let mut changes = Changes::new(self.id);
            if claim.is_none() {
                changes.create(&LocationClaim { location, club: self.id.clone() })?;
            }
            if let Some(info) = info {
                let learnt = ClubFacts { location_id: Some(location), ..info.body.clone() };
                changes.replace(Some(info.version), &learnt)?;
                changes.count_plan_change();
            }
            if self.try_commit(changes).await? {
                return Ok(LocationOwner::Ours);
            }
            if info.is_some() {
                // Either item may have changed. Unless another club has the location now, the caller tries again.
                return match self.location_claim(location).await? {
                    Some(claim) if claim.body.club != *self.id => Ok(LocationOwner::Others),
                    _ => Err(TableError::Contended),
                };
            }
        }
    }
}
