//! A club as posted, for a look at what is wrong with it (rulebook section 10): weeks from today's week on, without
//! buffer, horizon and locked days.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Club, Day, EventIx, Posting, Role, grid};
use crate::calendar::{at_minute, minute_of};
use crate::event_type::EventType;
use crate::snapshot::{EventRef, Posted, Snapshot};

impl Club {
    /// The club of a look at what is posted. Schedules for which `is_gone` is true count as not posted: they have no
    /// day and no block. Starts are cut to whole minutes.
    pub(crate) fn standing(snapshot: &Snapshot, is_gone: impl Fn(&Posted) -> bool) -> Club {
        Club::standing_over(snapshot, is_gone, grid::with_posted(snapshot))
    }

    /// The same club over every week from today's week to the week of a date, or of the last posted schedule if that is
    /// later, so that changes can be tried there.
    pub(crate) fn standing_until(snapshot: &Snapshot, is_gone: impl Fn(&Posted) -> bool, last: NaiveDate) -> Club {
        Club::standing_over(snapshot, is_gone, grid::all_until(snapshot, last))
    }

    fn standing_over(snapshot: &Snapshot, is_gone: impl Fn(&Posted) -> bool, days: Vec<Day>) -> Club {
        let gone: BTreeSet<EventRef> =
            snapshot.posted.iter().filter(|p| is_gone(p)).map(|p| p.event.event_ref).collect();
        let today = snapshot.today;
        let mut club = Club::with_days(for_look(snapshot), today, today, days);
        for event in &mut club.events {
            if let Role::Posted(posting) = &mut event.role {
                posting.is_off = gone.contains(&event.event_ref);
                posting.day = posting.day.filter(|_| !posting.is_off);
            }
        }
        club.assign_posted_blocks();
        club.note_posted_base();
        club
    }

    /// Posts an event at this place, or makes it not posted, and returns its previous role. After changing a Core, the
    /// caller must call [`Club::assign_posted_blocks_on`] for its old and new day.
    pub(crate) fn replace_role(&mut self, event: EventIx, posting: Option<Posting>) -> Role {
        let role = posting.map_or(Role::NotPlanned, Role::Posted);
        std::mem::replace(&mut self.events[event.0].role, role)
    }

    /// Gives an event its previous role back.
    pub(crate) fn restore(&mut self, event: EventIx, role: Role) {
        self.events[event.0].role = role;
    }

    /// Lets every posted Core move, and no other posted schedule. H15 does not matter here: it limits only runs, not
    /// people.
    pub(crate) fn let_every_core_move(&mut self) {
        for event in &mut self.events {
            if let Role::Posted(posting) = &mut event.role {
                posting.movable = event.kind == EventType::Core;
            }
        }
    }
}

/// The parts of a snapshot that a look uses, with starts in whole minutes.
fn for_look(snapshot: &Snapshot) -> Snapshot {
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
