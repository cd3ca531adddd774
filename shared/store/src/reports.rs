//! The report of a club's last refresh: rows that cannot be used, Crossmark numbers that contradict each other, a
//! location of another club, a doubted list. Each refresh replaces the report. A person may confirm a doubted list.

use chrono::TimeDelta;
use domain::snapshot::rows::{EventFault, EventMember};
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::item::{Single, Stored};
use crate::request::TableError;
use crate::stamp::Timestamp;
use crate::table::Club;

/// Maximum number of items of each kind that are named. A total counts all of them.
pub const MAX_NAMED: usize = 200;
/// Minimum time between two lists for the second to count as the next hour's.
pub const NEXT_LIST: TimeDelta = TimeDelta::minutes(30);

/// A field of Crossmark's row that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the fields")]
pub enum FaultyField {
    EventNumber,
    Name,
    StartDate,
    DueDate,
    Condition,
    Location,
    ScheduledTime,
    ScheduledPerson,
    ScheduleNumber,
    Length,
    PersonNumber,
    EmployeeId,
    PersonName,
}

impl FaultyField {
    /// The name of the field, for a person.
    pub fn words(self) -> &'static str {
        match self {
            FaultyField::EventNumber => "event number",
            FaultyField::Name => "name",
            FaultyField::StartDate => "start date",
            FaultyField::DueDate => "due date",
            FaultyField::Condition => "condition",
            FaultyField::Location => "store",
            FaultyField::ScheduledTime => "scheduled time",
            FaultyField::ScheduledPerson => "scheduled person",
            FaultyField::ScheduleNumber => "number of the schedule",
            FaultyField::Length => "length",
            FaultyField::PersonNumber => "person's number",
            FaultyField::EmployeeId => "employee id",
            FaultyField::PersonName => "person's name",
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultReason {
    /// The field is not there, or is empty.
    Missing,
    /// The field cannot be read.
    Unreadable,
    /// The value is too long, too large or too small.
    OutOfBounds,
    /// The date is before the start of the window.
    BeforeStart,
    /// The value belongs to another store.
    OtherStore,
}

impl FaultReason {
    /// The reason for a person.
    pub fn words(self) -> &'static str {
        match self {
            FaultReason::Missing => "is missing",
            FaultReason::Unreadable => "cannot be read",
            FaultReason::OutOfBounds => "is out of bounds",
            FaultReason::BeforeStart => "is before the start date",
            FaultReason::OtherStore => "is not this club's",
        }
    }
}

/// Why a row cannot be used: its first field that is faulty, and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReportedFault {
    /// The field.
    pub field: FaultyField,
    /// What is wrong.
    pub reason: FaultReason,
}

impl ReportedFault {
    /// A field and what is wrong with it.
    pub fn new(field: FaultyField, reason: FaultReason) -> ReportedFault {
        ReportedFault { field, reason }
    }
}

impl std::fmt::Display for ReportedFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.field.words(), self.reason.words())
    }
}

impl From<EventFault> for ReportedFault {
    fn from(fault: EventFault) -> ReportedFault {
        let field = match fault.member {
            EventMember::Ref => FaultyField::EventNumber,
            EventMember::Name => FaultyField::Name,
            EventMember::Start => FaultyField::StartDate,
            EventMember::Due => FaultyField::DueDate,
            EventMember::Minutes => FaultyField::Length,
            EventMember::Condition => FaultyField::Condition,
        };
        let reason = if fault.before.is_some() { FaultReason::BeforeStart } else { FaultReason::OutOfBounds };
        ReportedFault { field, reason }
    }
}

/// An event whose row cannot be used. The stored event, if there is one, stays as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSetAside {
    /// The event; `None` if even its number cannot be used.
    pub event: Option<EventRef>,
    /// What is wrong with its row.
    #[serde(rename = "trouble")]
    pub fault: ReportedFault,
    /// When a refresh first found it.
    pub since: Timestamp,
}

/// A person whose row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSetAside {
    /// Crossmark's number, where it can be read.
    pub number: Option<u64>,
    /// What is wrong with the row.
    #[serde(rename = "trouble")]
    pub fault: ReportedFault,
}

/// Crossmark numbers and employees that do not match one to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberConflict {
    /// The employees: one with several numbers, or several with one.
    pub employees: Vec<EmployeeId>,
    /// Crossmark's numbers.
    pub numbers: Vec<u64>,
}

/// Why a refresh could not use any row for a club.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationFault {
    /// Another club has this location.
    Taken(u64),
    /// The club's location is not known, and Crossmark lists several.
    Several(Vec<u64>),
}

/// A list that lacks so many events that no event is withdrawn until the next list agrees or a person confirms it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListDoubt {
    /// The refresh that read it.
    pub since: Timestamp,
    /// The missing open events, in order.
    pub gone: Vec<EventRef>,
    /// Number of open events that the table had then.
    pub open: usize,
    /// Whether the list has none of the events that were open or posted.
    pub has_nothing: bool,
    /// Who confirmed the list, if anybody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Because>,
}

/// The findings of the last refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshReport {
    /// Events whose rows cannot be used, those without a number last; the first [`MAX_NAMED`].
    pub set_aside: Vec<EventSetAside>,
    /// The total number of such events.
    pub set_aside_total: usize,
    /// The events of this club whose rows name another store, each with the time when a refresh first found it. Unlike
    /// `set_aside`, it has all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_store: Vec<(EventRef, Timestamp)>,
    /// People whose rows cannot be used; the first [`MAX_NAMED`].
    pub people: Vec<PersonSetAside>,
    /// The total number of such people; 0 in reports from before this number existed.
    #[serde(default)]
    pub people_total: usize,
    /// Crossmark numbers and employees that do not match one to one; the first [`MAX_NAMED`].
    pub numbers: Vec<NumberConflict>,
    /// The total number of such conflicts; 0 in reports from before this number existed.
    #[serde(default)]
    pub numbers_total: usize,
    /// Number of rows of other stores.
    pub foreign_rows: usize,
    /// Why no row could be used; `None` if rows could be used.
    pub location: Option<LocationFault>,
    /// The doubted list, if the list is doubted or was confirmed.
    pub doubt: Option<ListDoubt>,
}

impl RefreshReport {
    /// The doubted list, if nobody has confirmed it.
    pub fn open_doubt(&self) -> Option<&ListDoubt> {
        self.doubt.as_ref().filter(|doubt| doubt.confirmed.is_none())
    }

    /// When a refresh first found a row of another store for an event; `None` if the last refresh found none.
    pub fn other_store_since(&self, event: EventRef) -> Option<Timestamp> {
        self.other_store.iter().find(|(found, _)| *found == event).map(|(_, since)| *since)
    }

    /// Why an event is set aside; `None` if it is not, or if it is not among the first [`MAX_NAMED`].
    pub fn fault_of_event(&self, event: EventRef) -> Option<ReportedFault> {
        self.set_aside.iter().find(|row| row.event == Some(event)).map(|row| row.fault)
    }
}

impl Single for RefreshReport {
    const SORT: &'static str = "REPORT";
}

/// Why a doubted list was not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmError {
    /// No list is doubted, or a different one is doubted by now.
    #[error("this list is not, or no longer, doubted")]
    NoDoubt,
    /// A request to the table failed.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl Club<'_> {
    /// The report of the last refresh.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn refresh_report(&self) -> Result<Option<Stored<RefreshReport>>, TableError> {
        self.single().await
    }

    /// Replaces the version of the report that was read; `false` if another writer was faster.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be written.
    pub async fn put_report(&self, read: Option<u64>, report: &RefreshReport) -> Result<bool, TableError> {
        let mut changes = Changes::new(self.id);
        changes.replace(read, report)?;
        self.try_commit(changes).await
    }

    /// Records that a person confirmed the doubted list of this refresh, and returns it. A repeated call changes
    /// nothing.
    ///
    /// # Errors
    /// [`ConfirmError::NoDoubt`], or [`ConfirmError::Table`] if the table cannot be read or written.
    pub async fn confirm_list(&self, since: Timestamp, because: &Because) -> Result<ListDoubt, ConfirmError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let read = self.refresh_report().await?.ok_or(ConfirmError::NoDoubt)?;
            let doubt = read.body.doubt.clone().filter(|doubt| doubt.since == since).ok_or(ConfirmError::NoDoubt)?;
            if doubt.confirmed.is_some() {
                return Ok(doubt);
            }
            let doubt = ListDoubt { confirmed: Some(because.clone()), ..doubt };
            let mut changes = Changes::new(self.id);
            let version = read.version;
            changes.replace(Some(version), &RefreshReport { doubt: Some(doubt.clone()), ..read.body })?;
            let states = (Some("doubted"), "confirmed");
            changes.note(&Entry::new(Subject::Listing, version + 1, states, because))?;
            if self.try_commit(changes).await? {
                return Ok(doubt);
            }
        }
    }
}
