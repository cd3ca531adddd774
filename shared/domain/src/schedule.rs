//! A schedule of a club: the decision for each event, and who works what on each day.
//!
//! A [`Schedule`] may be legal or not; the rules judge it.

use crate::club::{Club, DayIx, Event, EventIx, PersonIx, Place};
use crate::event_type::EventType;

/// The decision for an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A candidate that is not placed, or an event that is neither a candidate nor posted.
    Open,
    /// A candidate that is placed.
    New(Place),
    /// A posted schedule that stays as it is.
    Stands,
    /// A posted schedule at another place. The place is the posted one if a Supervisor follows its Core there, or if a
    /// person changes the start alone.
    Moved(Place),
    /// A posted schedule that is taken back.
    Dropped,
}

impl Decision {
    /// The decision for an event that nothing changes: a posted one stands, any other is open.
    pub fn unchanged(event: &Event) -> Decision {
        if event.posting().is_some() { Decision::Stands } else { Decision::Open }
    }
}

/// Which events of a schedule the rules judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JudgedEvents {
    /// New and moved events (rulebook section 4). Schedules that stand break no limit by themselves. They break a rule
    /// only where it says what a change must leave behind (H12 and H15).
    Changes,
    /// All posted events, as if they were new (rulebook section 10).
    Posted,
}

/// The decisions for all events of a club.
#[derive(Debug, Clone)]
pub struct Schedule<'c> {
    club: &'c Club,
    judged_events: JudgedEvents,
    decisions: Vec<Decision>,
    /// Events by person and day of the grid.
    cells: Vec<Vec<EventIx>>,
    /// By person: the number of Core on the days of the horizon.
    core_of: Vec<u32>,
    /// By day: the number of Core.
    core_on: Vec<u32>,
}

impl<'c> Schedule<'c> {
    /// The schedule as posted: nothing is placed, and nothing is moved.
    pub fn as_posted(club: &'c Club) -> Self {
        Schedule::from_posted(club, JudgedEvents::Changes)
    }

    /// The schedule as posted. The rules judge every posted schedule as if it were new (rulebook section 10).
    pub(crate) fn as_if_new(club: &'c Club) -> Self {
        Schedule::from_posted(club, JudgedEvents::Posted)
    }

    fn from_posted(club: &'c Club, judged_events: JudgedEvents) -> Self {
        let mut schedule = Schedule {
            club,
            judged_events,
            decisions: vec![Decision::Open; club.events.len()],
            cells: vec![Vec::new(); club.people.len() * club.days.len()],
            core_of: vec![0; club.people.len()],
            core_on: vec![0; club.days.len()],
        };
        for e in club.event_ixs() {
            if club.event(e).posting().is_some() {
                schedule.decisions[e.0] = Decision::Stands;
                schedule.enter(e);
            }
        }
        schedule
    }

    /// The club.
    pub fn club(&self) -> &'c Club {
        self.club
    }

    /// The event with this handle.
    pub fn event(&self, event: EventIx) -> &'c Event {
        self.club.event(event)
    }

    /// The decision for an event.
    pub fn decision(&self, event: EventIx) -> Decision {
        self.decisions[event.0]
    }

    /// Sets the decision for an event and returns the previous one.
    pub fn decide(&mut self, event: EventIx, decision: Decision) -> Decision {
        self.leave(event);
        let before = std::mem::replace(&mut self.decisions[event.0], decision);
        self.enter(event);
        before
    }

    /// The place of an event, if it is on the grid.
    pub fn place(&self, event: EventIx) -> Option<Place> {
        match self.decision(event) {
            Decision::New(place) | Decision::Moved(place) => Some(place),
            Decision::Stands => {
                let posting = self.event(event).posting()?;
                Some(Place { person: posting.person, day: posting.day? })
            }
            Decision::Open | Decision::Dropped => None,
        }
    }

    /// Whether an event is new or moved, or, if posted schedules are judged as if they were new, whether it stands.
    pub fn is_changed(&self, event: EventIx) -> bool {
        match self.decision(event) {
            Decision::New(_) | Decision::Moved(_) => true,
            Decision::Stands => self.judges_posted(),
            Decision::Open | Decision::Dropped => false,
        }
    }

    /// Whether the rules judge posted schedules as if they were new (rulebook section 10).
    pub(crate) fn judges_posted(&self) -> bool {
        self.judged_events == JudgedEvents::Posted
    }

    /// The place of an event for which [`Schedule::is_changed`] is true.
    pub fn changed_place(&self, event: EventIx) -> Option<Place> {
        self.place(event).filter(|_| self.is_changed(event))
    }

    /// Whether a posted event stays as it is.
    pub fn stands(&self, event: EventIx) -> bool {
        self.decision(event) == Decision::Stands
    }

    /// A person's events on a day.
    pub fn cell(&self, person: PersonIx, day: DayIx) -> &[EventIx] {
        &self.cells[person.0 * self.club.days.len() + day.0]
    }

    /// Everybody's events on a day.
    pub fn on(&self, day: DayIx) -> impl Iterator<Item = EventIx> {
        self.club.person_ixs().flat_map(move |p| self.cell(p, day).iter().copied())
    }

    /// Number of Core events of a person on the days of the horizon.
    pub fn core_of(&self, person: PersonIx) -> u32 {
        self.core_of[person.0]
    }

    /// Number of Core events on a day.
    pub fn core_on(&self, day: DayIx) -> u32 {
        self.core_on[day.0]
    }

    /// Adds an event to the cell and the counts of its place.
    fn enter(&mut self, event: EventIx) {
        if let Some(place) = self.place(event) {
            self.cells[place.person.0 * self.club.days.len() + place.day.0].push(event);
            self.count_core(event, place, 1);
        }
    }

    /// Removes an event from the cell and the counts of its place.
    fn leave(&mut self, event: EventIx) {
        if let Some(place) = self.place(event) {
            self.cells[place.person.0 * self.club.days.len() + place.day.0].retain(|e| *e != event);
            self.count_core(event, place, -1);
        }
    }

    fn count_core(&mut self, event: EventIx, place: Place, by: i32) {
        if self.event(event).kind == EventType::Core {
            let add = |count: &mut u32| *count = count.saturating_add_signed(by);
            add(&mut self.core_on[place.day.0]);
            if self.club.day(place.day).in_horizon {
                add(&mut self.core_of[place.person.0]);
            }
        }
    }
}
