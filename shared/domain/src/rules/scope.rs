//! The part of a schedule that is checked: all of it, or what a change affects.

use std::collections::BTreeSet;

use crate::club::{Club, DayIx, EventIx, PersonIx, WeekIx};
use crate::schedule::{Decision, Schedule};

/// The events, people, days and weeks that a rule checks.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Events whose own placement is checked.
    pub events: BTreeSet<EventIx>,
    /// People who are checked over all days of the grid.
    pub people: BTreeSet<PersonIx>,
    /// Single days of a person.
    pub cells: BTreeSet<(PersonIx, DayIx)>,
    /// Single weeks of a person.
    pub person_weeks: BTreeSet<(PersonIx, WeekIx)>,
    /// Days of the whole club.
    pub days: BTreeSet<DayIx>,
    /// Weeks of the whole club.
    pub weeks: BTreeSet<WeekIx>,
}

impl Scope {
    /// All events, people, days and weeks of the club.
    pub fn whole(club: &Club) -> Scope {
        let mut scope = Scope { events: club.event_ixs().collect(), ..Scope::default() };
        for person in club.person_ixs() {
            for day in club.day_ixs() {
                scope.add(club, person, day);
            }
        }
        for day in club.day_ixs() {
            scope.days.insert(day);
            scope.weeks.insert(club.week_of(day));
        }
        scope
    }

    /// The scope of a look at what is posted for rules about days: each schedule, each person's day, each day (rulebook
    /// section 10).
    pub(crate) fn days_of_posted(schedule: &Schedule) -> Scope {
        let mut scope = Scope::default();
        for event in schedule.club().event_ixs() {
            if let Some(place) = schedule.place(event) {
                scope.events.insert(event);
                scope.cells.insert((place.person, place.day));
                scope.days.insert(place.day);
            }
        }
        scope
    }

    /// The scope of a look at what is posted for rules about weeks: each person's week (rulebook section 10).
    pub(crate) fn weeks_of_posted(schedule: &Schedule) -> Scope {
        let places = schedule.club().event_ixs().filter_map(|event| schedule.place(event));
        let person_weeks = places.map(|place| (place.person, schedule.club().week_of(place.day))).collect();
        Scope { person_weeks, ..Scope::default() }
    }

    /// What these decisions may affect: the events with their partners, and the days, people and weeks of the current,
    /// new and posted places of the events.
    pub fn around(schedule: &Schedule, changes: &[(EventIx, Decision)]) -> Scope {
        let mut scope = Scope::default();
        for (event, decision) in changes {
            scope.events.insert(*event);
            scope.events.extend(schedule.event(*event).partner);
            let new_place = match decision {
                Decision::New(place) | Decision::Moved(place) => Some(*place),
                Decision::Stands | Decision::Open | Decision::Dropped => None,
            };
            let posting = schedule.event(*event).posting();
            let posted_place = posting.and_then(|p| Some(crate::club::Place { person: p.person, day: p.day? }));
            for place in [schedule.place(*event), new_place, posted_place].into_iter().flatten() {
                scope.add(schedule.club(), place.person, place.day);
            }
        }
        scope
    }

    /// Adds a person's day, with the person, the day and the week.
    fn add(&mut self, club: &Club, person: PersonIx, day: DayIx) {
        let week = club.week_of(day);
        self.people.insert(person);
        self.cells.insert((person, day));
        self.person_weeks.insert((person, week));
        self.days.insert(day);
        self.weeks.insert(week);
    }
}
