//! What a process keeps of the clubs that it worked for last, since reading it is most of what a look at a plan costs.
//!
//! Nothing here is used without asking the table whether it is still so: the ground by `plan_version` and day, lines by
//! their versions.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use store::documents::PlanVersion;
use store::key::{ClubId, ProposalKey};
use store::lines::Lines;
use store::stamp::Timestamp;
use store::{Club, TableError};

use crate::error::DeskError;
use crate::ground::{Ground, Wanted};

/// The grounds and the proposals that a process read last, of each club one.
#[derive(Debug)]
pub struct Memory(Mutex<LruCache<ClubId, Kept>>);

#[derive(Debug, Default)]
struct Kept {
    ground: Option<(Wanted, Arc<Ground>)>,
    lines: Arc<Lines>,
}

/// Cache capacity, in clubs.
const MOST_CLUBS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

impl Default for Memory {
    fn default() -> Memory {
        Memory(Mutex::new(LruCache::new(MOST_CLUBS)))
    }
}

impl Memory {
    /// The ground as it stands: the one that is kept where it is that, else read anew, with the `plan_version` of then.
    pub(crate) async fn ground(
        &self,
        club: Club<'_>,
        wanted: Wanted,
    ) -> Result<(Arc<Ground>, Option<PlanVersion>), DeskError> {
        let kept = self.of(club.id(), |kept| kept.ground.clone());
        if let Some((of, ground)) = kept
            && of == wanted
        {
            return Ok((ground, None));
        }
        let loaded = club.load_snapshot(wanted.today).await?;
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
        let ground = Arc::new(Ground::of(snapshot, loaded.links));
        // The plan may have moved on since its version was asked for.
        let of = Wanted { facts: loaded.plan_version.of_facts(), ..wanted };
        self.of(club.id(), |kept| kept.ground = Some((of, Arc::clone(&ground))));
        Ok((ground, Some(loaded.plan_version)))
    }

    /// The lines of a proposal as they stand.
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

    /// What is kept of a club. It is whole at any moment, so whoever held it and was lost left nothing half done.
    fn of<T>(&self, club: &ClubId, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_mut_ref(club, Kept::default))
    }
}
