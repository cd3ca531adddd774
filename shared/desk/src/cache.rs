//! A process's cache of the clubs that it read last, because reading the club is most of the cost of a plan.
//!
//! Every use validates the cache against the table: the club by `plan_version` and day, lines by their versions.

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

/// The club and the proposal that a process read last, for each club.
#[derive(Debug)]
pub struct ClubCache(Mutex<LruCache<ClubId, Kept>>);

#[derive(Debug, Default)]
struct Kept {
    loaded_club: Option<(ClubCacheKey, Arc<LoadedClub>)>,
    lines: Arc<Lines>,
}

/// Cache capacity, in clubs.
const MOST_CLUBS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

impl Default for ClubCache {
    fn default() -> ClubCache {
        ClubCache(Mutex::new(LruCache::new(MOST_CLUBS)))
    }
}

impl ClubCache {
    /// The current club: from the cache if it is up to date, otherwise read again, with the `plan_version` that was
    /// read. `seen` is the one that the caller has just read.
    pub(crate) async fn loaded_club(
        &self,
        club: Club<'_>,
        wanted: ClubCacheKey,
        seen: PlanVersion,
    ) -> Result<(Arc<LoadedClub>, Option<PlanVersion>), DeskError> {
        let kept = self.of(club.id(), |kept| kept.loaded_club.clone());
        if let Some((of, loaded_club)) = kept
            && of == wanted
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
        let snapshot = if wanted.emergency { snapshot.from_today() } else { snapshot };
        let loaded_club = Arc::new(LoadedClub::of(snapshot, loaded.links));
        // The plan may have changed since its version was read.
        let of = ClubCacheKey { facts: loaded.plan_version.of_facts(), ..wanted };
        self.of(club.id(), |kept| kept.loaded_club = Some((of, Arc::clone(&loaded_club))));
        Ok((loaded_club, Some(loaded.plan_version)))
    }

    /// The current lines of a proposal.
    pub(crate) async fn lines(
        &self,
        club: Club<'_>,
        proposal: &ProposalKey,
        now: Timestamp,
    ) -> Result<Arc<Lines>, TableError> {
        let known = self.of(club.id(), |kept| Arc::clone(&kept.lines));
        let lines = club.lines_since(known, proposal, now).await?;
        self.of(club.id(), |kept| kept.lines = Arc::clone(&lines));
        Ok(lines)
    }

    /// Accesses the cached data of a club. It is consistent at any moment, so a poisoned lock is harmless.
    fn of<T>(&self, club: &ClubId, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_mut_ref(club, Kept::default))
    }
}
