//! Rotations and their exceptions (rulebook section 3).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::EmployeeId;
use crate::calendar::Day;
use crate::event_type::{EventType, JobTitle};
use crate::named::{schema_by_name, serde_by_name};
use crate::named_enum;

named_enum! {
    /// One of the two rotations.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
    pub enum Rotation {
        /// Who works Juicer Production.
        Juicer = "juicer",
        /// Who leads the day.
        PrimaryLead = "primary_lead",
    }
}

impl Rotation {
    /// Whether a person with this title may hold the rotation.
    pub fn may_hold(self, title: JobTitle, juicer_trained: bool) -> bool {
        match self {
            Rotation::Juicer => title.may_work(juicer_trained, EventType::JuicerProduction, false),
            Rotation::PrimaryLead => title.is_lead_or_supervisor(),
        }
    }

    /// The people who may hold it, for messages.
    pub(super) fn expected_holder(self) -> &'static str {
        match self {
            Rotation::Juicer => "somebody who may work Juicer Production",
            Rotation::PrimaryLead => "a Lead Event Specialist or Club Supervisor",
        }
    }
}

serde_by_name!(Rotation, "not a rotation: expected \"juicer\" or \"primary_lead\"");
schema_by_name!(Rotation, "RotationType");

/// The person who holds a rotation on a weekday, and the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationRow {
    /// The weekday.
    pub day: Day,
    /// The rotation.
    pub rotation: Rotation,
    /// The person who holds the rotation.
    pub employee_id: EmployeeId,
    /// The person who works if the holder is not available; `null` if there is no backup.
    #[serde(default)]
    pub backup_employee_id: Option<EmployeeId>,
}

/// Who holds a rotation on one date instead. That date has no backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotationException {
    /// The date.
    pub date: NaiveDate,
    /// The rotation.
    pub rotation: Rotation,
    /// Who holds it.
    pub employee_id: EmployeeId,
    /// The reason, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
