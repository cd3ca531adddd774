//! Checks that the people of a request may hold their rotations, and reports every fault. Pure.

use std::collections::BTreeMap;

use api::{ApiError, Code};
use domain::json::quoted;
use domain::person_names::names_by_id;
use domain::snapshot::{Employee, EmployeeId, Rotation};
use serde::Serialize;
use serde_json::json;
use store::Stored;
use utoipa::ToSchema;

use crate::wire::{DAYS, ROTATIONS, RotationTables};

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RotationFault {
    /// The JSON path of the faulty member: `$.backups.juicer.monday`.
    pub path: String,
    /// The code of the fault, for programs.
    pub code: Code,
    /// The employee whom the faulty member names.
    pub employee_id: EmployeeId,
    /// The fault in words, for a person.
    pub message: String,
}

const WRONG_ROLE: Code = Code::InvalidEmployeeRole;
const UNKNOWN: Code = Code::UnknownEmployee;
const NO_HOLDER: Code = Code::BackupWithoutHolder;

/// The employees of a club by id, and their names.
pub struct People<'a> {
    employees: BTreeMap<&'a EmployeeId, &'a Employee>,
    names: BTreeMap<EmployeeId, String>,
}

impl<'a> People<'a> {
    /// Indexes employees by id.
    pub fn new(employees: &'a [Stored<Employee>]) -> People<'a> {
        People {
            employees: employees.iter().map(|e| (&e.body.id, &e.body)).collect(),
            names: names_by_id(employees.iter().map(|e| &e.body)),
        }
    }

    /// The name of an employee; `None` if the club does not have the employee.
    pub fn name(&self, id: &EmployeeId) -> Option<String> {
        self.names.get(id).cloned()
    }

    /// Why an employee may not hold a rotation; `None` if they may.
    pub fn fault(&self, path: &str, id: &EmployeeId, rotation: Rotation) -> Option<RotationFault> {
        let fault =
            |code, message| Some(RotationFault { path: path.to_owned(), code, employee_id: id.clone(), message });
        let (Some(employee), Some(name)) = (self.employees.get(id), self.names.get(id)) else {
            return fault(UNKNOWN, format!("the club has nobody with the id {}", quoted(&id.0)));
        };
        if rotation.may_hold(employee.job_title, employee.juicer_trained) {
            return None;
        }
        let title = employee.job_title.name();
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
/// 400 with every fault: an employee who does not exist or may not hold the rotation, or a backup without a holder.
pub fn check_tables(tables: &RotationTables, people: &People<'_>) -> Result<(), ApiError> {
    let mut faults = Vec::new();
    for rotation in ROTATIONS {
        let (holders, backups, name) = (tables.holders(rotation), tables.backups(rotation), rotation.name());
        for (day, weekday) in DAYS {
            if let Some(id) = holders.on(day) {
                faults.extend(people.fault(&format!("$.{name}.{weekday}"), id, rotation));
            }
            let Some(id) = backups.on(day) else { continue };
            let path = format!("$.backups.{name}.{weekday}");
            faults.extend(people.fault(&path, id, rotation));
            if holders.on(day).is_none() {
                let message = format!("a backup needs somebody to stand in for: nobody holds {name} on {weekday}");
                faults.push(RotationFault { path, code: NO_HOLDER, employee_id: id.clone(), message });
            }
        }
    }
    refuse_faults(&faults)
}

/// Refuses a request that has faults, with the code and the message of the most serious one.
///
/// # Errors
/// 400 with all faults, if there are any.
pub fn refuse_faults(faults: &[RotationFault]) -> Result<(), ApiError> {
    let by_severity = [WRONG_ROLE, UNKNOWN, NO_HOLDER];
    let worst = by_severity.into_iter().find_map(|code| faults.iter().find(|fault| fault.code == code));
    let Some(worst) = worst else { return Ok(()) };
    let message = match faults.len() {
        1 => format!("{}: {}", worst.path, worst.message),
        n => format!("{}: {}; and {} more in details", worst.path, worst.message, n - 1),
    };
    Err(ApiError::new(worst.code, message).with(json!({"faults": faults})))
}
