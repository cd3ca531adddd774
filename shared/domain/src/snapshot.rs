//! The club snapshot of rulebook section 8 as types that cannot hold nonsense: what one run reads.
//!
//! The rows are at once what documents say, what the table keeps and what the rules read: one type for each. There are
//! two ways to a snapshot, and what either returns needs no second look. [`Snapshot::parse`] reads a document from
//! outside and refuses it with all its faults; [`Snapshot::usable`] takes rows that were read from the table and leaves
//! out those that no run can use.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::bounds::{ID, LARGEST_NUMBER, is_id};
use crate::json::quoted;

mod callout;
mod events;
mod people;
mod read;
mod rotations;
pub mod rows;
mod settings;
mod times;
mod usable;

pub use callout::{CalloutRow, Moves};
pub use events::{Condition, EventFacts, PlacementRow, Posted, PreviousRow, ScheduledEventId};
pub use people::{
    AffinityRow, Allowance, AvailabilityOverride, Debt, Employee, TimeOff, TypeAffinityRow, Week, WeeklyAvailability,
};
pub use rotations::{Rotation, RotationException, RotationRow};
pub use settings::{FixedType, LARGEST_DAYS, Settings, Weights};
pub use times::{Arrivals, StartName, Starts};
pub use usable::{LeftOut, Usable};

/// Crossmark's project reference number of an event. One that is read is at most [`LARGEST_NUMBER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "u64")]
#[schema(value_type = u64, maximum = 9_007_199_254_740_991_i64)]
pub struct EventRef(pub u64);

impl TryFrom<u64> for EventRef {
    type Error = String;

    fn try_from(number: u64) -> Result<Self, String> {
        let fits = number <= LARGEST_NUMBER;
        fits.then_some(EventRef(number))
            .ok_or_else(|| format!("{number} is no event: expected at most {LARGEST_NUMBER}"))
    }
}

impl std::fmt::Display for EventRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Our id of a person. One that is read is an id by [`is_id`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 1, max_length = 64)]
pub struct EmployeeId(pub String);

impl TryFrom<String> for EmployeeId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if is_id(&text) { Ok(EmployeeId(text)) } else { Err(format!("{} is no id: expected {ID}", quoted(&text))) }
    }
}

impl std::fmt::Display for EmployeeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClubFacts {
    /// Its number.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// The zone in which all of the club's times are.
    pub time_zone: chrono_tz::Tz,
    /// Its number at Crossmark. Stored and passed on; the rules do not read it.
    #[serde(default)]
    pub location_id: Option<u64>,
}

/// Everything that one run reads of one club. Lists are in the order in which they were read.
///
/// As JSON it is the document of rulebook section 8.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshot {
    /// The club.
    pub club: ClubFacts,
    /// The run's date.
    pub today: NaiveDate,
    /// What the club has set.
    pub settings: Settings,
    /// The people, no id twice.
    pub employees: Vec<Employee>,
    /// What weekdays they work; one row a person at most.
    pub weekly_availability: Vec<WeeklyAvailability>,
    /// What overrides that for a while.
    pub availability_overrides: Vec<AvailabilityOverride>,
    /// Days off.
    pub time_off: Vec<TimeOff>,
    /// Company holidays.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days that nobody plans any more.
    pub locked_days: BTreeSet<NaiveDate>,
    /// Who holds a rotation on a weekday; one row for each at most.
    pub rotations: Vec<RotationRow>,
    /// Who holds it on one date instead; one row for each at most.
    pub exceptions: Vec<RotationException>,
    /// Events, no ref twice.
    pub events: Vec<EventFacts>,
    /// Posted schedules, no ref twice.
    pub posted: Vec<Posted>,
    /// How well a person fits an event; one row for each pair at most.
    pub affinity: Vec<AffinityRow>,
    /// How well a person fits a type of event; one row for each pair at most.
    pub affinity_by_type: Vec<TypeAffinityRow>,
    /// What the club owes people from earlier weeks; one row a person at most.
    pub ledger: Vec<Debt>,
    /// What people last saw proposed and did not send; one row an event at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub previous: Vec<PreviousRow>,
    /// Where people placed or moved events by hand; one row an event at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wishes: Vec<PlacementRow>,
    /// Placements that people refused; one row for each event, person and date at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unwanted: Vec<PlacementRow>,
    /// Who cannot come, in a snapshot that asks for a call-out instead of a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callout: Option<CalloutRow>,
    /// Paths of members of the document that no rule reads: maybe a slip of the pen.
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
            callout: None,
            unread: Vec::new(),
        }
    }

    /// The same club planned from today on, without a buffer: an emergency run.
    #[must_use]
    pub fn from_today(mut self) -> Snapshot {
        self.settings.buffer_days = Some(0);
        self
    }

    /// The same club without what people asked for and refused.
    #[must_use]
    pub fn without_decisions(mut self) -> Snapshot {
        self.wishes.clear();
        self.unwanted.clear();
        self
    }
}
