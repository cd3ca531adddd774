//! A club as posted, for a look at what is wrong with it (rulebook section 10): the weeks with posted schedules from
//! today's week on, without buffer, horizon and locked days.

use std::collections::BTreeSet;

use super::{Club, Role, grid};
use crate::calendar::{at_minute, minute_of};
use crate::snapshot::{EventRef, Posted, Snapshot};

impl Club {
    /// The club of a look at what is posted. Schedules that are gone count as not posted: they have no day and no block.
    /// Starts count to the minute.
    pub(crate) fn standing(snapshot: &Snapshot, is_gone: impl Fn(&Posted) -> bool) -> Club {
        let gone: BTreeSet<EventRef> =
            snapshot.posted.iter().filter(|p| is_gone(p)).map(|p| p.event.event_ref).collect();
        let (today, days) = (snapshot.today, grid::with_posted(snapshot));
        let mut club = Club::over(as_read(snapshot), today, today, days);
        for event in &mut club.events {
            if let Role::Posted(posting) = &mut event.role {
                posting.is_off = gone.contains(&event.event_ref);
                posting.day = posting.day.filter(|_| !posting.is_off);
            }
        }
        club.serve_posted_blocks();
        club.note_posted_base();
        club
    }
}

/// What a look reads of a snapshot.
fn as_read(snapshot: &Snapshot) -> Snapshot {
    let posted = snapshot.posted.iter().map(|p| {
        let start = at_minute(p.start.date(), minute_of(p.start));
        Posted { start, ..p.clone() }
    });
    Snapshot {
        employees: snapshot.employees.clone(),
        weekly_availability: snapshot.weekly_availability.clone(),
        availability_overrides: snapshot.availability_overrides.clone(),
        time_off: snapshot.time_off.clone(),
        rotations: snapshot.rotations.clone(),
        exceptions: snapshot.exceptions.clone(),
        events: snapshot.events.clone(),
        posted: posted.collect(),
        ..Snapshot::empty(snapshot.club.clone(), snapshot.today, snapshot.settings.clone())
    }
}
