//! The cache of a process: the clubs that it used last, because reading the club is most of the cost of a plan.
//!
//! Every use validates the cache against the table: the club by its cache key, the lines by their versions.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use store::documents::PlanVersion;
use store::key::{ClubId, ProposalKey};
use store::lines::Lines;
use store::stamp::Timestamp;
use store::{Club, TableError};

use crate::error::DeskError;
use crate::loaded_club::{ClubCacheKey, LoadedClub};

/// The clubs that a process used last: the data of each, and the lines of its proposal.
#[derive(Debug)]
pub struct ClubCache(Mutex<LruCache<ClubId, CachedClub>>);

#[derive(Debug, Default)]
struct CachedClub {
    loaded_club: Option<(ClubCacheKey, Arc<LoadedClub>)>,
    lines: Arc<Lines>,
}

/// Cache capacity, in clubs.
const MAX_CLUBS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

impl Default for ClubCache {
    fn default() -> ClubCache {
        ClubCache(Mutex::new(LruCache::new(MAX_CLUBS)))
    }
}

impl ClubCache {
    /// The current club: from the cache if it is up to date; otherwise read from the table, with the `plan_version` that was
    /// read. `seen` is the `plan_version` that the caller has just read.
    pub(crate) async fn loaded_club(
        &self,
        club: Club<'_>,
        wanted: ClubCacheKey,
        seen: PlanVersion,
    ) -> Result<(Arc<LoadedClub>, Option<PlanVersion>), DeskError> {
        let cached = self.access(club.id(), |cached| cached.loaded_club.clone());
        if let Some((key, loaded_club)) = cached
            && key == wanted
        {
            return Ok((loaded_club, None));
        }
        let loaded = club.load_snapshot_after(seen, wanted.today).await?;
        if !loaded.left_out.is_empty() {
            tracing::warn!(
                club.id = %club.id(),
                rows = loaded.left_out.len(),
                "{} rows of club {} cannot be used and are left out",
                loaded.left_out.len(),
                club.id()
            );
        }
        let snapshot = loaded.snapshot.without_decisions();
        let loaded_club = Arc::new(LoadedClub::of(wanted.buffer.apply_to(snapshot), loaded.links));
        // The plan may have changed since its version was read.
        let key = ClubCacheKey { facts_version: loaded.plan_version.of_facts(), ..wanted };
        self.access(club.id(), |cached| cached.loaded_club = Some((key, Arc::clone(&loaded_club))));
        Ok((loaded_club, Some(loaded.plan_version)))
    }

    /// The current lines of a proposal.
    pub(crate) async fn lines(
        &self,
        club: Club<'_>,
        proposal: &ProposalKey,
        now: Timestamp,
    ) -> Result<Arc<Lines>, TableError> {
        let cached_lines = self.access(club.id(), |cached| Arc::clone(&cached.lines));
        let lines = club.lines_since(cached_lines, proposal, now).await?;
        self.access(club.id(), |cached| cached.lines = Arc::clone(&lines));
        Ok(lines)
    }

    /// Accesses the cached data of a club. The data is consistent at any moment, so a poisoned lock does no harm.
    fn access<T>(&self, club: &ClubId, access: impl FnOnce(&mut CachedClub) -> T) -> T {
        access(self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_mut_ref(club, CachedClub::default))
    }
}
