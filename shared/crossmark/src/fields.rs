//! The fields that are read from Crossmark's rows, and the faults that they may have. A fault never contains a value.

use std::fmt;

use crate::outcome::ReadError;
use crate::wire::malformed;

/// Defines the fields by their names on the wire.
macro_rules! fields {
    ($($field:ident = $wire:literal $($note:literal)?,)+) => {
        /// A field of a row.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = concat!("`", $wire, "`" $(, $note)?, ".")] $field,)+
        }

        impl Field {
            /// The name on the wire.
            pub fn wire(self) -> &'static str {
                match self {
                    $(Field::$field => $wire,)+
                }
            }
        }
    };
}

fields! {
    EventNumber = "mPlanID" " of an event",
    Name = "mPlanName",
    StartDate = "mPlanStartDate",
    DueDate = "mPlanDueDate",
    Condition = "condition",
    Location = "storeID",
    StoreName = "storeName",
    StoreNumber = "storeNumber",
    StaffedReps = "staffedReps",
    Reps = "reps" " of a condition",
    ScheduledStart = "scheduleDate",
    ScheduledEmployee = "scheduleRepID",
    ScheduledEvent = "scheduleEventID",
    SalesTools = "salesTools",
    SalesToolUrl = "salesToolURL" " of a sales tool",
    Length = "EstimatedTime" ", in minutes",
    RepId = "repId" " of a person",
    EmployeeId = "employeeId" " of a person",
    FullName = "title" ", a person's full name",
    LastName = "lastName",
    HoursPerDay = "availableHoursPerDay",
    ScheduledHours = "scheduledHours",
    ScheduleId = "ID" " of a schedule",
    Total = "total" ", the number of rows of a list",
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultReason {
    /// The field is not there, or is empty.
    Missing,
    /// The field's value cannot be read.
    Unreadable,
}

impl fmt::Display for FaultReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FaultReason::Missing => "is missing",
            FaultReason::Unreadable => "cannot be read",
        })
    }
}

/// A field that makes its row unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{} {reason}", field.wire())]
pub struct FieldFault {
    /// The field.
    pub field: Field,
    /// What is wrong with the field.
    pub reason: FaultReason,
}

impl From<FieldFault> for ReadError {
    fn from(fault: FieldFault) -> ReadError {
        malformed(fault.to_string())
    }
}
