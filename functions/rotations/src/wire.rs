//! The API's representation of rotations: a person for each weekday; `null` if nobody holds the rotation.

use api::object;
use domain::calendar::Day;
use domain::snapshot::{EmployeeId, Rotation, RotationRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Both rotations and their backups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct RotationTables {
    /// The people who work Juicer Production.
    pub juicer: RotationWeek,
    /// The people who lead the day.
    pub primary_lead: RotationWeek,
    /// The people who fill in if the holder is not available.
    pub backups: RotationBackups,
}

/// The backups of both rotations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationBackups {
    /// The backups of the juicer rotation.
    #[serde(default, deserialize_with = "object")]
    pub juicer: RotationWeek,
    /// The backups of the primary leads.
    #[serde(default, deserialize_with = "object")]
    pub primary_lead: RotationWeek,
}

/// The person of each weekday; `null` if there is none. A weekday that is left out has no person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RotationWeek {
    pub monday: Option<EmployeeId>,
    pub tuesday: Option<EmployeeId>,
    pub wednesday: Option<EmployeeId>,
    pub thursday: Option<EmployeeId>,
    pub friday: Option<EmployeeId>,
    pub saturday: Option<EmployeeId>,
    pub sunday: Option<EmployeeId>,
}

/// The weekdays with their names in this API.
pub const DAYS: [(Day, &str); 7] = [
    (Day::Mon, "monday"),
    (Day::Tue, "tuesday"),
    (Day::Wed, "wednesday"),
    (Day::Thu, "thursday"),
    (Day::Fri, "friday"),
    (Day::Sat, "saturday"),
    (Day::Sun, "sunday"),
];

/// Both rotations.
pub const ROTATIONS: [Rotation; 2] = [Rotation::Juicer, Rotation::PrimaryLead];

impl RotationWeek {
    /// The person of a weekday.
    pub fn on(&self, day: Day) -> Option<&EmployeeId> {
        match day {
            Day::Mon => self.monday.as_ref(),
            Day::Tue => self.tuesday.as_ref(),
            Day::Wed => self.wednesday.as_ref(),
            Day::Thu => self.thursday.as_ref(),
            Day::Fri => self.friday.as_ref(),
            Day::Sat => self.saturday.as_ref(),
            Day::Sun => self.sunday.as_ref(),
        }
    }

    fn set(&mut self, day: Day, person: Option<EmployeeId>) {
        let member = match day {
            Day::Mon => &mut self.monday,
            Day::Tue => &mut self.tuesday,
            Day::Wed => &mut self.wednesday,
            Day::Thu => &mut self.thursday,
            Day::Fri => &mut self.friday,
            Day::Sat => &mut self.saturday,
            Day::Sun => &mut self.sunday,
        };
        *member = person;
    }
}

impl RotationTables {
    /// The tables from stored rows.
    pub fn of(rows: Vec<RotationRow>) -> RotationTables {
        let mut tables = RotationTables::default();
        for row in rows {
            let (holders, backups) = match row.rotation {
                Rotation::Juicer => (&mut tables.juicer, &mut tables.backups.juicer),
                Rotation::PrimaryLead => (&mut tables.primary_lead, &mut tables.backups.primary_lead),
            };
            holders.set(row.day, Some(row.employee_id));
            backups.set(row.day, row.backup_employee_id);
        }
        tables
    }

    /// The holders of a rotation.
    pub fn holders(&self, rotation: Rotation) -> &RotationWeek {
        match rotation {
            Rotation::Juicer => &self.juicer,
            Rotation::PrimaryLead => &self.primary_lead,
        }
    }

    /// The backups of a rotation.
    pub fn backups(&self, rotation: Rotation) -> &RotationWeek {
        match rotation {
            Rotation::Juicer => &self.backups.juicer,
            Rotation::PrimaryLead => &self.backups.primary_lead,
        }
    }

    /// The rows to store. A weekday without a holder has no row.
    pub fn rows(&self) -> Vec<RotationRow> {
        let mut rows = Vec::new();
        for rotation in ROTATIONS {
            for (day, _) in DAYS {
                if let Some(holder) = self.holders(rotation).on(day) {
                    rows.push(RotationRow {
                        day,
                        rotation,
                        employee_id: holder.clone(),
                        backup_employee_id: self.backups(rotation).on(day).cloned(),
                    });
                }
            }
        }
        rows
    }
}
