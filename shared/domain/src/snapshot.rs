//! The club snapshot of rulebook section 8 as types that cannot hold nonsense: what one run reads.
//!
//! [`Snapshot::parse`] is the only way in; what it returns needs no second look.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, Weekday};
use utoipa::ToSchema;

use crate::bounds::{ID, LARGEST_NUMBER, is_id};
use crate::calendar::Hours;
use crate::event_type::{EventType, JobTitle};
use crate::json::quoted;
use crate::rules::SoftName;

mod read;
pub mod rows;
mod times;
mod usable;

pub use read::settings::LARGEST_DAYS;
pub use times::{Arrivals, StartName, Starts};
pub use usable::{LeftOut, Usable};

/// Crossmark's project reference number of an event. One that is read is at most [`LARGEST_NUMBER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, ToSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, ToSchema)]
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

/// Everything that one run reads of one club. Lists are in the order of the document.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The club's id.
    pub club_id: String,
    /// The club's name.
    pub club_name: String,
    /// The zone in which all of the snapshot's times are.
    pub time_zone: chrono_tz::Tz,
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
    pub events: Vec<EventRow>,
    /// Posted schedules, no ref twice.
    pub posted: Vec<PostedRow>,
    /// How well a person fits an event; one row for each pair at most.
    pub affinity: Vec<AffinityRow>,
    /// How well a person fits a type of event; one row for each pair at most.
    pub affinity_by_type: Vec<TypeAffinityRow>,
    /// What the club owes people from earlier weeks; one row a person at most.
    pub ledger: Vec<DebtRow>,
    /// Where people placed or moved events by hand; one row an event at most.
    pub wishes: Vec<WishRow>,
    /// Placements that people refused; one row for each event, person and date at most.
    pub unwanted: Vec<WishRow>,
    /// Paths of members that no rule reads: maybe a slip of the pen.
    pub unread: Vec<String>,
}

/// A club's settings, with the rulebook's defaults filled in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Days from today to the first day that is planned.
    pub buffer_days: i64,
    /// Days from today to the last one.
    pub horizon_days: i64,
    /// Core events that a shift block of a day serves (H14).
    pub block_capacity: u32,
    /// What multiplies each row of the score, by name.
    pub weights: Weights,
    /// What replaces the table's list of types that are fixed to their start date.
    pub fixed_day_types: Option<FixedTypes>,
    /// Parts of a project name that are no product, upper-case.
    pub programme_codes: Vec<String>,
    /// When the Core of each block arrive, in minutes since midnight; none earlier than the one before.
    pub arrivals: Arrivals,
    /// When everything else starts.
    pub starts: Starts,
}

/// A weight for each soft rule, 0 to 5.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights([f64; SoftName::COUNT]);

impl Default for Weights {
    fn default() -> Self {
        Weights([1.0; SoftName::COUNT])
    }
}

impl Weights {
    /// The weight of a soft rule.
    pub fn of(&self, name: SoftName) -> f64 {
        self.0[name as usize]
    }

    /// The same weights with one changed.
    #[must_use]
    pub fn with(mut self, name: SoftName, weight: f64) -> Self {
        self.0[name as usize] = weight;
        self
    }
}

/// A list of types that are fixed to their start date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixedTypes {
    /// Types named by their own name; `Other` fixes full-day ones too.
    pub types: BTreeSet<EventType>,
    /// Whether `Full-day Other` is named.
    pub full_day_other: bool,
}

/// A person.
#[derive(Debug, Clone)]
pub struct Employee {
    /// Our id.
    pub id: EmployeeId,
    /// The person's name; for people, never for logs.
    pub name: String,
    /// What they are employed as.
    pub job_title: JobTitle,
    /// Whether they may work juicer events whatever their title.
    pub juicer_trained: bool,
    /// Whether they work here at all.
    pub active: bool,
    /// The first day on which they no longer do.
    pub termination_date: Option<NaiveDate>,
}

/// What a row of availability says of a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayAllowance {
    /// Not that day.
    Off,
    /// Within these hours of it.
    Within(Hours),
}

/// What a row of availability says, by weekday; what it leaves out it does not speak of.
pub type WeekAllowance = Vec<(Weekday, DayAllowance)>;

/// A person's usual week.
#[derive(Debug, Clone)]
pub struct WeeklyAvailability {
    /// Whose.
    pub employee: EmployeeId,
    /// What it says.
    pub days: WeekAllowance,
}

/// Another week for a while.
#[derive(Debug, Clone)]
pub struct AvailabilityOverride {
    /// Whose.
    pub employee: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
    /// What it says.
    pub days: WeekAllowance,
}

/// Days off, both ends included.
#[derive(Debug, Clone)]
pub struct TimeOff {
    /// Whose.
    pub employee: EmployeeId,
    /// First day.
    pub start: NaiveDate,
    /// Last day.
    pub end: NaiveDate,
}

/// One of the two rotations (rulebook section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rotation {
    /// Who works Juicer Production.
    Juicer,
    /// Who leads the day.
    PrimaryLead,
}

impl Rotation {
    /// The name that snapshots use.
    pub fn name(self) -> &'static str {
        match self {
            Rotation::Juicer => "juicer",
            Rotation::PrimaryLead => "primary_lead",
        }
    }

    /// The rotation of that name.
    pub fn named(name: &str) -> Option<Rotation> {
        [Rotation::Juicer, Rotation::PrimaryLead].into_iter().find(|r| r.name() == name)
    }

    /// Whether a person may hold it.
    pub fn may_hold(self, title: JobTitle, juicer_trained: bool) -> bool {
        match self {
            Rotation::Juicer => title.may_work(juicer_trained, EventType::JuicerProduction, false),
            Rotation::PrimaryLead => title.leads(),
        }
    }
}

/// Who holds a rotation on a weekday.
#[derive(Debug, Clone)]
pub struct RotationRow {
    /// The weekday.
    pub day: Weekday,
    /// Which rotation.
    pub rotation: Rotation,
    /// Who.
    pub employee: EmployeeId,
    /// Who when that person is not available.
    pub backup: Option<EmployeeId>,
}

/// Who holds a rotation on one date; that date has no backup.
#[derive(Debug, Clone)]
pub struct RotationException {
    /// The date.
    pub date: NaiveDate,
    /// Which rotation.
    pub rotation: Rotation,
    /// Who.
    pub employee: EmployeeId,
}

/// One visit that Crossmark wants worked.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Its reference number.
    pub event_ref: EventRef,
    /// The project's name.
    pub name: String,
    /// Its type: given, or detected from the name and the length.
    pub kind: EventType,
    /// Its length in minutes: given, or the type's default.
    pub minutes: u32,
    /// When its window opens.
    pub start: NaiveDateTime,
    /// When its window closes; that date is no longer in it.
    pub due: NaiveDateTime,
    /// What Crossmark says of it.
    pub condition: Condition,
    /// Whether Muster may place it.
    pub auto: bool,
}

/// What Crossmark says of an event, as far as the rulebook tells conditions apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Open for a schedule: unstaffed, reissued, or no condition given.
    Open,
    /// Canceled or cancelled.
    Cancelled,
    /// Expired.
    Expired,
    /// Every other word, known or not: staffed, scheduled, in progress, paused, submitted.
    Closed,
}

impl Condition {
    /// Reads the word that Crossmark uses; case and blanks around it do not matter.
    pub fn of(word: &str) -> Condition {
        match word.trim().to_lowercase().as_str() {
            "" | "unstaffed" | "reissued" => Condition::Open,
            "canceled" | "cancelled" => Condition::Cancelled,
            "expired" => Condition::Expired,
            _ => Condition::Closed,
        }
    }

    /// Whether the visit will not take place: canceled or expired.
    pub fn is_off(self) -> bool {
        matches!(self, Condition::Cancelled | Condition::Expired)
    }
}

/// An event that has a person and a start.
#[derive(Debug, Clone)]
pub struct PostedRow {
    /// The event.
    pub event: EventRow,
    /// Who works it.
    pub employee: EmployeeId,
    /// When it starts.
    pub start: NaiveDateTime,
    /// Its shift block, 1 to 8, where it has one.
    pub block: Option<u8>,
}

/// How well a person fits a type of event.
#[derive(Debug, Clone)]
pub struct TypeAffinityRow {
    /// The person.
    pub employee: EmployeeId,
    /// The type.
    pub kind: EventType,
    /// 0 to 1.
    pub score: f64,
}

/// How many Core the club owes a person from earlier weeks.
#[derive(Debug, Clone)]
pub struct DebtRow {
    /// The person.
    pub employee: EmployeeId,
    /// -3 to 3; above 0 they had too few.
    pub debt: f64,
}

/// A placement that somebody asked for, or refused.
#[derive(Debug, Clone)]
pub struct WishRow {
    /// The event.
    pub event_ref: EventRef,
    /// Who works it.
    pub employee: EmployeeId,
    /// On which date.
    pub date: NaiveDate,
}

/// How well a person fits an event.
#[derive(Debug, Clone)]
pub struct AffinityRow {
    /// The person.
    pub employee: EmployeeId,
    /// The event.
    pub event_ref: EventRef,
    /// 0 to 1.
    pub score: f64,
}
