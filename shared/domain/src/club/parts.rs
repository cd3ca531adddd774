//! The parts of a club: its people, days and events, and the handles (indexes) for them.

use chrono::{NaiveDate, NaiveDateTime};

use crate::calendar::{Hours, MIDNIGHT};
use crate::event_type::{EventType, JobTitle};
use crate::snapshot::{Condition, EmployeeId, EventRef};

macro_rules! handle {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);
    };
}

handle! {
    /// A person of the club: an index into [`Club::people`](super::Club::people).
    PersonIx
}
handle! {
    /// An event of the club: an index into [`Club::events`](super::Club::events).
    EventIx
}
handle! {
    /// A day of the club's grid: an index into [`Club::days`](super::Club::days).
    DayIx
}
handle! {
    /// A week of the grid, Sunday to Saturday.
    WeekIx
}
handle! {
    /// A product that some Core of the club shows.
    ProductIx
}

/// Where and with whom an event is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Who works it.
    pub person: PersonIx,
    /// The day.
    pub day: DayIx,
}

/// A day of the grid.
#[derive(Debug, Clone)]
pub struct Day {
    /// The date.
    pub date: NaiveDate,
    /// Whether this is an open day: of the horizon, no holiday, not locked.
    pub open: bool,
    /// What closes the day, apart from the horizon.
    pub closed: Option<Closed>,
    /// Whether this is a day of the horizon.
    pub in_horizon: bool,
    /// Whether a Digital Setup is posted on this day or may be placed on it (S8).
    pub setup_day: bool,
}

/// What closes a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// A company holiday.
    Holiday,
    /// A locked day.
    Locked,
}

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Muster's id.
    pub id: EmployeeId,
    /// The person's name, which other people may have too.
    pub name: String,
    /// The name that only this person has ([`crate::person_names::distinct_names`]).
    pub distinct_name: String,
    /// The name in messages: the first name if nobody else has it, otherwise the whole name, each as
    /// [`cut_for_message`] cuts it. If the whole name is not unique either, the end of the id is added. Without a name,
    /// the end of the id stands alone.
    pub short_name: String,
    /// The person's job title.
    pub title: JobTitle,
    /// Whether the person may work juicer events with any title.
    pub juicer_trained: bool,
}

/// A text as messages show it: at most 40 characters (then an ellipsis), with `?` for each control character.
pub fn cut_for_message(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

impl Person {
    /// The person's name as messages show it.
    pub fn shown_name(&self) -> String {
        cut_for_message(&self.distinct_name)
    }

    /// Whether the person is a Club Supervisor.
    pub fn is_club_supervisor(&self) -> bool {
        self.title == JobTitle::ClubSupervisor
    }
}

/// What a run may do with an event.
#[derive(Debug, Clone)]
pub enum Role {
    /// The event may be placed (rulebook section 2).
    Candidate,
    /// The event has a person and a start.
    Posted(Posting),
    /// The event was posted, and a call-out released it: it may be placed (rulebook section 9).
    Released(Posting),
    /// None of these. In a run, the event matters only as the partner of another event. In a look at what is posted
    /// (rulebook section 10), it is an event that is not posted, like a candidate.
    NotPlanned,
}

/// The place of a posted event.
#[derive(Debug, Clone)]
pub struct Posting {
    /// Who works it.
    pub person: PersonIx,
    /// When it starts.
    pub start: NaiveDateTime,
    /// The day of the start, if it is on the grid.
    pub day: Option<DayIx>,
    /// The block that the snapshot gives.
    pub given_block: Option<u8>,
    /// The block of a Core on the grid (section 6), 1 to 8. Meaningless for other types.
    pub block: u8,
    /// Whether it may be moved or dropped: by a run (H15), or by the person who is changing it by hand.
    pub movable: bool,
    /// Whether a person is changing it by hand.
    pub by_hand: bool,
    /// In a run: whether the event is canceled or expired. The schedule stands, but a candidate partner may not be
    /// placed with it (H10, H11). In a look at what is posted (rulebook section 10): whether the schedule counts as not
    /// posted. Then it has no day.
    pub is_off: bool,
}

/// A valid day of an event, with its start in minutes since midnight. A Core starts at the arrival of its block
/// instead, which is known only when the people of the day are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidDay {
    /// The day.
    pub day: DayIx,
    /// The start; for a Core the earliest one.
    pub start: u32,
    /// The minute by which it must end: midnight, or earlier where a call-out pushed the start back.
    pub end_by: u32,
}

impl ValidDay {
    /// A start on a day with midnight as the latest end.
    pub fn until_midnight(day: DayIx, start: u32) -> ValidDay {
        ValidDay { day, start, end_by: MIDNIGHT }
    }

    /// Whether an assignment of that length with this start fits into the hours.
    pub fn holds(self, hours: Hours, minutes: u32) -> bool {
        hours.hold(self.start, minutes) && self.start.saturating_add(minutes) <= self.end_by
    }
}

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
    /// The event's reference number.
    pub event_ref: EventRef,
    /// The project's name.
    pub name: String,
    /// The event's type.
    pub kind: EventType,
    /// The meaning of the event's condition.
    pub condition: Condition,
    /// The event's length in minutes.
    pub minutes: u32,
    /// First date of the event's window.
    pub start: NaiveDate,
    /// The end of the event's window, which does not include this date.
    pub due: NaiveDate,
    /// Whether this is a full-day event.
    pub full_day: bool,
    /// Whether the event is fixed to its start date.
    pub fixed: bool,
    /// What a run may do with the event.
    pub role: Role,
    /// The other half of the event's pair.
    pub partner: Option<EventIx>,
    /// The product of a Core.
    pub product: Option<ProductIx>,
    /// The event's valid days, in order. For a posted event these are the open days of its own window (for a fixed type
    /// its start date, if that is open).
    pub valid: Vec<ValidDay>,
}

impl Event {
    /// The event as a person knows it: type, reference number and name, which [`cut_for_message`] cuts.
    pub fn title(&self) -> String {
        format!("{} {} \"{}\"", self.kind, self.event_ref, cut_for_message(self.name.trim_end()))
    }

    /// The kind of event in messages such as `Avery may not work full-day events`.
    pub fn kind_in_words(&self) -> &'static str {
        self.kind.kind_in_words(self.full_day)
    }

    /// The event's posted place, if it is posted.
    pub fn posting(&self) -> Option<&Posting> {
        match &self.role {
            Role::Posted(posting) => Some(posting),
            _ => None,
        }
    }

    /// Where the event was posted before a call-out released it.
    pub fn released(&self) -> Option<&Posting> {
        match &self.role {
            Role::Released(posting) => Some(posting),
            _ => None,
        }
    }

    /// Where the event is posted, or was posted before a call-out released it.
    pub fn origin(&self) -> Option<&Posting> {
        self.posting().or_else(|| self.released())
    }

    /// Whether the event may be placed: a candidate, or an event that a call-out released.
    pub fn is_candidate(&self) -> bool {
        matches!(self.role, Role::Candidate | Role::Released(_))
    }

    /// Whether the event is posted and may be moved or dropped ([`Posting::movable`]).
    pub fn is_movable(&self) -> bool {
        self.posting().is_some_and(|p| p.movable)
    }

    /// Whether anything can be decided for the event: it is a candidate, or a posted schedule that may be moved or
    /// dropped.
    pub fn may_change(&self) -> bool {
        self.is_candidate() || self.is_movable()
    }

    /// Whether a day is one of the event's valid days.
    pub fn is_valid_on(&self, day: DayIx) -> bool {
        self.valid_day(day).is_some()
    }

    /// The valid day with this handle, if the event has it.
    pub fn valid_day(&self, day: DayIx) -> Option<ValidDay> {
        self.valid.binary_search_by_key(&day, |v| v.day).ok().map(|i| self.valid[i])
    }
}
