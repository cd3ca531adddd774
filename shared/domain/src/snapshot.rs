//! The club snapshot of rulebook section 8: what one run reads, as types that hold only valid values.
//!
//! Documents, the table and the rules share these row types. There are two ways to make a snapshot, and both validate
//! it completely: [`Snapshot::parse`] reads an external document and refuses it with all its faults;
//! [`Snapshot::without_unusable_rows`] takes rows that were read from the table and leaves out those that no run can
//! use.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounds::{ID, LARGEST_NUMBER, is_id};
use crate::json::quoted;

mod callout;
mod events;
mod outside;
mod people;
mod read;
mod rotations;
pub mod rows;
mod settings;
mod times;
mod usable;

pub use callout::{CalloutRow, Moves};
pub use events::{Condition, EventFacts, PlacementRow, Posted, PreviousRow, ScheduledEventId};
pub use outside::{OLDEST_EVENTS_HOURS, Outside, UpstreamSchedule};
pub use people::{
    AffinityRow, Allowance, AvailabilityOverride, Debt, Employee, TimeOff, TypeAffinityRow, Week, WeeklyAvailability,
};
pub use rotations::{Rotation, RotationException, RotationRow};
pub use settings::{FixedType, LARGEST_DAYS, Settings, Weights};
pub use times::{Arrivals, StartName, Starts};
pub use usable::{LeftOutRow, UsableSnapshot};

/// Crossmark's project reference number of an event, at most 2^53 - 1 in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u64")]
#[schema(value_type = u64, maximum = 9_007_199_254_740_991_i64)]
pub struct EventRef(pub u64);

impl TryFrom<u64> for EventRef {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        let fits = number <= LARGEST_NUMBER;
        fits.then_some(EventRef(number))
            .ok_or_else(|| format!("{number} is not an event number: expected at most {LARGEST_NUMBER}"))
    }
}

impl std::fmt::Display for EventRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Muster's id of a person: 1 to 64 characters, no control character and no `#`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 64)]
pub struct EmployeeId(pub String);

impl TryFrom<String> for EmployeeId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_id(&text) { Ok(EmployeeId(text)) } else { Err(format!("{} is not an id: expected {ID}", quoted(&text))) }
    }
}

impl std::fmt::Display for EmployeeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A club's number, name, time zone and location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubFacts {
    /// The club's number.
    pub id: String,
    /// The club's name, for display.
    pub name: String,
    /// The time zone of all of the club's times.
    pub time_zone: chrono_tz::Tz,
    /// The club's number at Crossmark. Stored and passed on; the rules do not read it.
    #[serde(default)]
    pub location_id: Option<u64>,
}

/// Everything that one run reads of one club. Lists are in the order in which they were read.
///
/// The JSON of a snapshot is the document of rulebook section 8.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshot {
    /// The club.
    pub club: ClubFacts,
    /// The run's date.
    pub today: NaiveDate,
    /// The club's settings.
    pub settings: Settings,
    /// The people; ids are unique.
    pub employees: Vec<Employee>,
    /// Weekly availability; at most one row per person.
    pub weekly_availability: Vec<WeeklyAvailability>,
    /// Temporary changes of the weekly availability.
    pub availability_overrides: Vec<AvailabilityOverride>,
    /// Days off.
    pub time_off: Vec<TimeOff>,
    /// Company holidays.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days that runs no longer plan.
    pub locked_days: BTreeSet<NaiveDate>,
    /// Who holds a rotation on a weekday; at most one row for each weekday and rotation.
    pub rotations: Vec<RotationRow>,
    /// Who holds a rotation on one date instead; at most one row for each date and rotation.
    pub exceptions: Vec<RotationException>,
    /// Events; refs are unique.
    pub events: Vec<EventFacts>,
    /// Posted schedules; refs are unique.
    pub posted: Vec<Posted>,
    /// A person's affinity for an event; at most one row per pair.
    pub affinity: Vec<AffinityRow>,
    /// A person's affinity for a type of event; at most one row per pair.
    pub affinity_by_type: Vec<TypeAffinityRow>,
    /// How many Core events the club owes people from earlier weeks; at most one row per person.
    pub ledger: Vec<Debt>,
    /// The placements that people last saw proposed, or made by hand, and have not submitted; at most one row per
    /// event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<PreviousRow>,
    /// Where people placed or moved events by hand; at most one row per event.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<PlacementRow>,
    /// Placements that people refused; at most one row per event, person and date.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unwanted: Vec<PlacementRow>,
    /// What Crossmark shows, for a look at what is posted (rulebook section 10). Runs ignore it.
    #[serde(flatten)]
    pub outside: Outside,
    /// The call-out, if the snapshot is for one instead of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callout: Option<CalloutRow>,
    /// Events that a person places, moves or takes back by hand. H15 lets the posted schedules of these events change,
    /// whatever the type and due date, unless their day is past or locked; and their `auto` is ignored. Empty for a
    /// run.
    #[serde(skip)]
    pub by_hand: BTreeSet<EventRef>,
    /// Posted events of which an earlier change is on its way to Crossmark. A call-out leaves them as they are. Empty
    /// for a run.
    #[serde(skip)]
    pub under_way: BTreeSet<EventRef>,
    /// Paths of members of the document that are not read: possible typos.
    #[serde(skip)]
    pub unread: Vec<String>,
}

impl Snapshot {
    /// A club without people and events.
    pub fn empty(club: ClubFacts, today: NaiveDate, settings: Settings) -> Snapshot {
        Snapshot {
            club,
            today,
            settings,
            employees: Vec::new(),
            weekly_availability: Vec::new(),
            availability_overrides: Vec::new(),
            time_off: Vec::new(),
            holidays: BTreeSet::new(),
            locked_days: BTreeSet::new(),
            rotations: Vec::new(),
            exceptions: Vec::new(),
            events: Vec::new(),
            posted: Vec::new(),
            affinity: Vec::new(),
            affinity_by_type: Vec::new(),
            ledger: Vec::new(),
            previous: Vec::new(),
            wishes: Vec::new(),
            unwanted: Vec::new(),
            outside: Outside::default(),
            callout: None,
            by_hand: BTreeSet::new(),
            under_way: BTreeSet::new(),
            unread: Vec::new(),
        }
    }

    /// The same club planned from today on, without a buffer: for an emergency run.
    #[must_use]
    pub fn from_today(mut self) -> Snapshot {
        self.settings.buffer_days = Some(0);
        self
    }

    /// The same club with the buffer counted from an earlier day: for a proposal that was made then.
    #[must_use]
    pub fn buffered_from(mut self, date: NaiveDate) -> Snapshot {
        let passed = u32::try_from((self.today - date).num_days()).unwrap_or(0);
        self.settings.buffer_days = Some(self.settings.buffer_days().saturating_sub(passed));
        self
    }

    /// The same club with events that a person changes by hand: planned from today on, and with H15 lifted for these
    /// events.
    #[must_use]
    pub fn changed_by_hand(self, events: impl IntoIterator<Item = EventRef>) -> Snapshot {
        Snapshot { by_hand: events.into_iter().collect(), ..self.from_today() }
    }

    /// The same club without people's wishes and refusals.
    #[must_use]
    pub fn without_decisions(mut self) -> Snapshot {
        self.wishes.clear();
        self.unwanted.clear();
        self
    }
}
