//! What a process keeps of the club that it worked for last, since reading it is most of what a look at a plan costs.
//!
//! Nothing here is used without asking the table whether it is still so: the ground by `plan_version` and day, a line by
//! its version.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use store::key::{ClubId, ProposalKey};
use store::lines::Lines;
use store::stamp::Timestamp;
use store::{Club, TableError};

use crate::error::DeskError;
use crate::ground::{Ground, Wanted};

/// The ground and the proposal that a process read last.
#[derive(Debug, Default)]
pub struct Memory {
    ground: Mutex<Option<(Wanted, Arc<Ground>)>>,
    lines: Mutex<Option<(ClubId, Arc<Lines>)>>,
}

impl Memory {
    /// The ground as it stands: the one that is kept where it is that, else read anew.
    pub(crate) async fn ground(&self, club: Club<'_>, wanted: Wanted) -> Result<Arc<Ground>, DeskError> {
        if let Some((of, ground)) = &*open(&self.ground)
            && *of == wanted
        {
            return Ok(Arc::clone(ground));
        }
        let loaded = club.load_snapshot(wanted.today).await?;
        let mut document = loaded.document;
        if wanted.emergency {
            document["settings"]["buffer_days"] = Value::from(0);
        }
        let ground = Arc::new(Ground::of(&document, loaded.plan_version, wanted.time_zone)?);
        // The plan may have moved on since its version was asked for.
        let of = Wanted { plan_version: loaded.plan_version, ..wanted };
        *open(&self.ground) = Some((of, Arc::clone(&ground)));
        Ok(ground)
    }

    /// The lines of a proposal as they stand.
    pub(crate) async fn lines(
        &self,
        club: Club<'_>,
        proposal: &ProposalKey,
        now: Timestamp,
    ) -> Result<Arc<Lines>, TableError> {
        let known = open(&self.lines).as_ref().filter(|(of, _)| of == club.id()).map(|(_, lines)| Arc::clone(lines));
        let lines = Arc::new(club.lines_since(&known.unwrap_or_default(), proposal, now).await?);
        *open(&self.lines) = Some((club.id().clone(), Arc::clone(&lines)));
        Ok(lines)
    }
}

/// What is kept is whole at any moment, so whoever held it and was lost left nothing half done.
fn open<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
