//! Files of people, availability and days off.

use std::collections::BTreeMap;

use domain::event_type::JobTitle;
use domain::snapshot::{AvailabilityOverride, Employee, EmployeeId, TimeOff, WeeklyAvailability};
use files::import::Imported;
use files::records::{AvailabilityRow, EmployeeRow, TimeOffRow};
use store::Stored;
use store::documents::ClubDocuments;
use store::uploads::UploadedRow;

use super::{Plan, judged, knows, unknown_person};
use crate::facts::people::{has_number, holds_rotations};

/// The plan of a file of people. A new person without a title becomes an Event Specialist.
pub fn employees(imported: Imported<EmployeeRow>, club_documents: &ClubDocuments) -> Plan {
    let known: BTreeMap<&EmployeeId, &Stored<Employee>> =
        club_documents.employees.iter().map(|e| (&e.body.id, e)).collect();
    let become_ = |row: &EmployeeRow| employee(row, known.get(&row.id).map(|known| &known.body));
    let mut numbers: BTreeMap<u64, usize> = BTreeMap::new();
    for rep in imported.rows.iter().filter_map(|(_, row)| row.rep_id) {
        *numbers.entry(rep).or_default() += 1;
    }
    let imported = judged(imported, |row| {
        let employee = become_(row);
        if let Some(rep) = row.rep_id
            && (numbers.get(&rep).is_some_and(|times| *times > 1) || has_number(club_documents, &employee).is_some())
        {
            return Some(("Rep ID", rep.to_string(), "a Crossmark number that nobody else has".to_owned()));
        }
        let held = holds_rotations(club_documents, &employee);
        (!held.is_empty()).then(|| {
            let expected = format!("a title that may hold {}, for which they are named", held.join(", "));
            ("Job Title", employee.job_title.name().to_owned(), expected)
        })
    });
    let preview = imported.preview(club_documents.employees.iter().map(|known| EmployeeRow::from(&known.body)));
    let rows: Vec<UploadedRow> = preview
        .to_store()
        .map(|row| UploadedRow::Employee(known.get(&row.id).map(|known| (*known).clone()), become_(row)))
        .collect();
    let versions = preview.to_store().map(|row| known.get(&row.id).map_or(0, |known| known.version)).collect();
    Plan { rows, versions, ..Plan::of(&preview, |row| row.id.0.clone()) }
}

fn employee(row: &EmployeeRow, known: Option<&Employee>) -> Employee {
    Employee {
        id: row.id.clone(),
        name: row.name.clone(),
        job_title: row.job_title.or(known.map(|known| known.job_title)).unwrap_or(JobTitle::EventSpecialist),
        juicer_trained: row.juicer_trained.or(known.map(|known| known.juicer_trained)).unwrap_or(false),
        active: row.active.or(known.map(|known| known.active)).unwrap_or(true),
        termination_date: row.termination_date.or(known.and_then(|known| known.termination_date)),
        rep_id: row.rep_id.or(known.and_then(|known| known.rep_id)),
    }
}

/// The plan of a file of availability: usual weeks, and other hours for a while.
pub fn availability(imported: Imported<AvailabilityRow>, club_documents: &ClubDocuments) -> Plan {
    let imported =
        judged(imported, |row| (!knows(club_documents, &row.employee_id)).then(|| unknown_person(&row.employee_id)));
    let weekly: BTreeMap<&EmployeeId, &Stored<WeeklyAvailability>> =
        club_documents.weekly.iter().map(|row| (&row.body.employee_id, row)).collect();
    let mut overrides = BTreeMap::new();
    for row in &club_documents.overrides {
        // Of several overrides for the same days the last one counts, as in the preview.
        overrides.insert((&row.body.employee_id, row.body.start, row.body.end), row);
    }
    let usual = club_documents.weekly.iter().map(|row| AvailabilityRow {
        employee_id: row.body.employee_id.clone(),
        span: None,
        days: row.body.days.clone(),
    });
    let for_a_while = club_documents.overrides.iter().map(|row| AvailabilityRow {
        employee_id: row.body.employee_id.clone(),
        span: Some((row.body.start, row.body.end)),
        days: row.body.days.clone(),
    });
    let preview = imported.preview(usual.chain(for_a_while));
    let mut versions = Vec::new();
    let mut rows = Vec::new();
    for row in preview.to_store() {
        let (employee_id, days) = (row.employee_id.clone(), row.days.clone());
        match row.span {
            None => {
                let known = weekly.get(&row.employee_id).map(|known| (*known).clone());
                versions.push(known.as_ref().map_or(0, |known| known.version));
                rows.push(UploadedRow::Availability(known, WeeklyAvailability { employee_id, days }));
            }
            Some((start, end)) => {
                let known = overrides.get(&(&row.employee_id, start, end)).map(|known| (*known).clone());
                versions.push(known.as_ref().map_or(0, |known| known.version));
                rows.push(UploadedRow::Override(known, AvailabilityOverride { employee_id, start, end, days }));
            }
        }
    }
    let of = |row: &AvailabilityRow| match row.span {
        None => row.employee_id.0.clone(),
        Some((start, end)) => format!("{} {start} to {end}", row.employee_id),
    };
    Plan { rows, versions, ..Plan::of(&preview, of) }
}

/// The plan of a file of days off.
pub fn time_off(imported: Imported<TimeOffRow>, club_documents: &ClubDocuments) -> Plan {
    let imported = judged(imported, |row| {
        (!knows(club_documents, &row.0.employee_id)).then(|| unknown_person(&row.0.employee_id))
    });
    let preview = imported.preview(club_documents.time_off.iter().map(|row| TimeOffRow(row.body.clone())));
    let rows: Vec<UploadedRow> = preview.to_store().map(|row| UploadedRow::TimeOff(row.0.clone())).collect();
    let versions = vec![0; rows.len()];
    let of = |TimeOffRow(TimeOff { employee_id, start, end }): &TimeOffRow| format!("{employee_id} {start} to {end}");
    Plan { rows, versions, ..Plan::of(&preview, of) }
}
