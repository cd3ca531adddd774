//! Checks who may hold which rotation, and reports every fault of a request. Pure.

use std::collections::BTreeMap;

use api::{ApiError, Code};
use domain::snapshot::{Employee, EmployeeId, Rotation};
use serde::Serialize;
use serde_json::json;
use store::Stored;
use utoipa::ToSchema;

use crate::wire::{DAYS, ROTATIONS, Tables};

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RotationFault)]
pub struct Fault {
    /// The place of the fault as a JSON path: `$.backups.juicer.monday`.
    pub path: String,
    /// The code of the fault, for programs.
    pub code: Code,
    /// The employee whom the request names there.
    pub employee_id: EmployeeId,
    /// The fault in words, for a person.
    pub message: String,
}

const WRONG_ROLE: Code = Code::InvalidEmployeeRole;
const UNKNOWN: Code = Code::UnknownEmployee;
const NO_HOLDER: Code = Code::BackupWithoutHolder;

/// The people of the club by id.
pub struct People<'a>(BTreeMap<&'a EmployeeId, &'a Employee>);

impl<'a> People<'a> {
    /// The employees of the club.
    pub fn new(employees: &'a [Stored<Employee>]) -> People<'a> {
        People(employees.iter().map(|e| (&e.body.id, &e.body)).collect())
    }

    /// A person's name.
    pub fn name(&self, who: &EmployeeId) -> Option<String> {
        self.0.get(who).map(|e| e.name.clone())
    }

    /// What is wrong with a person for this rotation, if anything is.
    pub fn fault(&self, path: &str, who: &EmployeeId, rotation: Rotation) -> Option<Fault> {
        let fault = |code, message| Some(Fault { path: path.to_owned(), code, employee_id: who.clone(), message });
        let Some(employee) = self.0.get(who) else {
            return fault(UNKNOWN, format!("the club has nobody with the id {:?}", shortened(&who.0)));
        };
        if rotation.may_hold(employee.job_title, employee.juicer_trained) {
            return None;
        }
        let (title, name) = (employee.job_title.name(), &employee.name);
        let needs = match rotation {
            Rotation::Juicer => {
                "must be able to work Juicer Production: a Juicer Barista, a Club Supervisor or juicer-trained"
            }
            Rotation::PrimaryLead => "must be a Lead Event Specialist or a Club Supervisor",
        };
        fault(WRONG_ROLE, format!("{name} is {title}; whoever holds {} {needs}", rotation.name()))
    }
}

/// Checks both rotations.
///
/// # Errors
/// 400 with every wrong employee or role, by path.
pub fn tables(tables: &Tables, people: &People<'_>) -> Result<(), ApiError> {
    let mut faults = Vec::new();
    for rotation in ROTATIONS {
        let (holders, backups, name) = (tables.holders(rotation), tables.backups(rotation), rotation.name());
        for (day, weekday) in DAYS {
            if let Some(who) = holders.on(day) {
                faults.extend(people.fault(&format!("$.{name}.{weekday}"), who, rotation));
            }
            let Some(who) = backups.on(day) else { continue };
            let path = format!("$.backups.{name}.{weekday}");
            faults.extend(people.fault(&path, who, rotation));
            if holders.on(day).is_none() {
                let message = format!("a backup needs somebody to stand in for: nobody holds {name} on {weekday}");
                faults.push(Fault { path, code: NO_HOLDER, employee_id: who.clone(), message });
            }
        }
    }
    refuse(&faults)
}

/// Refuses a request with faults, with the code of the most serious one.
///
/// # Errors
/// 400 with all of them, if there is one.
pub fn refuse(faults: &[Fault]) -> Result<(), ApiError> {
    let gravest = [WRONG_ROLE, UNKNOWN, NO_HOLDER].into_iter().find_map(|code| faults.iter().find(|f| f.code == code));
    let Some(gravest) = gravest else { return Ok(()) };
    let message = match faults.len() {
        1 => format!("{}: {}", gravest.path, gravest.message),
        n => format!("{}: {}; and {} more in details", gravest.path, gravest.message, n - 1),
    };
    Err(ApiError::new(gravest.code, message).with(json!({"faults": faults})))
}

/// A caller's value, cut to a readable length.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
