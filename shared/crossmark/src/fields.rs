//! The fields that are read from Crossmark's rows, and the faults that they may have. A fault never contains a value.

use std::fmt;

use crate::outcome::ReadError;
use crate::wire::malformed;

/// A field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `mPlanID` of an event.
    EventNumber,
    /// `mPlanName`.
    Name,
    /// `mPlanStartDate`.
    StartDate,
    /// `mPlanDueDate`.
    DueDate,
    /// `condition`.
    Condition,
    /// `storeID`.
    Location,
    /// `storeName`.
    StoreName,
    /// `storeNumber`.
    StoreNumber,
    /// `staffedReps`.
    StaffedReps,
    /// `reps` of a condition.
    Reps,
    /// `scheduleDate`.
    ScheduledStart,
    /// `scheduleRepID`.
    ScheduledEmployee,
    /// `scheduleEventID`.
    ScheduledEvent,
    /// `salesTools`.
    SalesTools,
    /// `salesToolURL` of a sales tool.
    SalesToolUrl,
    /// `EstimatedTime`, in minutes.
    Length,
    /// `repId` of a person.
    RepId,
    /// `employeeId` of a person.
    EmployeeId,
    /// `title`: a person's full name.
    FullName,
    /// `lastName`.
    LastName,
    /// `availableHoursPerDay`.
    HoursPerDay,
    /// `scheduledHours`.
    ScheduledHours,
    /// `ID` of a schedule.
    ScheduleId,
    /// `total`: the number of rows of a list.
    Total,
}

impl Field {
    /// The name on the wire.
    pub fn wire(self) -> &'static str {
        match self {
            Field::EventNumber => "mPlanID",
            Field::Name => "mPlanName",
            Field::StartDate => "mPlanStartDate",
            Field::DueDate => "mPlanDueDate",
            Field::Condition => "condition",
            Field::Location => "storeID",
            Field::StoreName => "storeName",
            Field::StoreNumber => "storeNumber",
            Field::StaffedReps => "staffedReps",
            Field::Reps => "reps",
            Field::ScheduledStart => "scheduleDate",
            Field::ScheduledEmployee => "scheduleRepID",
            Field::ScheduledEvent => "scheduleEventID",
            Field::SalesTools => "salesTools",
            Field::SalesToolUrl => "salesToolURL",
            Field::Length => "EstimatedTime",
            Field::RepId => "repId",
            Field::EmployeeId => "employeeId",
            Field::FullName => "title",
            Field::LastName => "lastName",
            Field::HoursPerDay => "availableHoursPerDay",
            Field::ScheduledHours => "scheduledHours",
            Field::ScheduleId => "ID",
            Field::Total => "total",
        }
    }
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldTrouble {
    /// It is not there, or is empty.
    Missing,
    /// Its value cannot be read.
    Unreadable,
}

impl fmt::Display for FieldTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FieldTrouble::Missing => "is missing",
            FieldTrouble::Unreadable => "cannot be read",
        })
    }
}

/// A field that makes its row unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{} {trouble}", field.wire())]
pub struct FieldFault {
    /// Which field.
    pub field: Field,
    /// What is wrong with it.
    pub trouble: FieldTrouble,
}

impl From<FieldFault> for ReadError {
    fn from(fault: FieldFault) -> ReadError {
        malformed(fault.to_string())
    }
}
