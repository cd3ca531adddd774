//! Rotations (rulebook section 3): who is named for a date, who is the backup, who is on duty.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::PersonIx;
use crate::calendar::Day;
use crate::snapshot::{EmployeeId, Rotation, Snapshot};

/// A rotation on one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Duty {
    /// The person that the rotation, or an exception, names.
    pub named: Option<PersonIx>,
    /// The backup; none on a date with an exception.
    pub backup: Option<PersonIx>,
    /// The day's juicer or lead: the named person if available that day, otherwise the backup if available.
    pub on_duty: Option<PersonIx>,
}

impl Duty {
    /// Whether the named person is available.
    pub fn is_named_available(&self) -> bool {
        self.named.is_some() && self.on_duty == self.named
    }
}

/// The rotations of a club by weekday, and their exceptions by date.
#[derive(Debug, Default)]
pub(super) struct Duties {
    weekly: HashMap<(Rotation, Day), (PersonIx, Option<PersonIx>)>,
    exceptions: HashMap<(Rotation, NaiveDate), PersonIx>,
}

impl Duties {
    pub(super) fn new(snapshot: &Snapshot, index: &HashMap<EmployeeId, PersonIx>) -> Self {
        let of = |id: &EmployeeId| index.get(id).copied();
        let weekly = snapshot.rotations.iter().filter_map(|r| {
            Some(((r.rotation, r.day), (of(&r.employee_id)?, r.backup_employee_id.as_ref().and_then(of))))
        });
        let exceptions = snapshot.exceptions.iter().filter_map(|e| Some(((e.rotation, e.date), of(&e.employee_id)?)));
        Duties { weekly: weekly.collect(), exceptions: exceptions.collect() }
    }

    pub(super) fn on(&self, rotation: Rotation, date: NaiveDate, available: &dyn Fn(PersonIx) -> bool) -> Duty {
        let (named, backup) = match self.exceptions.get(&(rotation, date)) {
            Some(person) => (Some(*person), None),
            None => match self.weekly.get(&(rotation, Day::of(date))) {
                Some((named, backup)) => (Some(*named), *backup),
                None => (None, None),
            },
        };
        let on_duty = named.filter(|p| available(*p)).or_else(|| backup.filter(|p| available(*p)));
        Duty { named, backup, on_duty }
    }
}
