//! Files of people, availability and days off.

use std::collections::{BTreeMap, BTreeSet};

use desk::facts::FactDocument;
use domain::event_type::JobTitle;
use domain::snapshot::{AvailabilityOverride, Employee, EmployeeId, TimeOff, WeeklyAvailability};
use files::import::Imported;
use files::records::{AvailabilityRow, EmployeeRow, TimeOffRow};
use store::Stored;
use store::documents::ClubDocuments;
use store::uploads::UploadedRow;

use super::{LoadPlan, employee_fault, without_faulty_rows};
use crate::exports;
use crate::facts::people::{forbidden_rotations, other_with_number};

/// The plan of a file of people. A new person without a title becomes an Event Specialist.
pub fn employees(imported: Imported<EmployeeRow>, club_documents: &ClubDocuments) -> LoadPlan {
    let known: BTreeMap<&EmployeeId, &Stored<Employee>> =
        club_documents.employees.iter().map(|e| (&e.body.id, e)).collect();
    let after = |row: &EmployeeRow| employee(row, known.get(&row.id).map(|known| &known.body));
    let mut rows_with_number: BTreeMap<u64, usize> = BTreeMap::new();
    for rep_id in imported.rows.iter().filter_map(|(_, row)| row.rep_id) {
        *rows_with_number.entry(rep_id).or_default() += 1;
    }
    let imported = without_faulty_rows(imported, |row| {
        let employee = after(row);
        if let Some(rep_id) = row.rep_id
            && (rows_with_number.get(&rep_id).is_some_and(|rows| *rows > 1)
                || other_with_number(club_documents, &employee).is_some())
        {
            return Some(("Rep ID", rep_id.to_string(), "a Crossmark number that nobody else has".to_owned()));
        }
        let forbidden = forbidden_rotations(club_documents, &employee);
        (!forbidden.is_empty()).then(|| {
            let expected =
                format!("a title that may hold the rotations that name the employee: {}", forbidden.join(", "));
            ("Job Title", employee.job_title.name().to_owned(), expected)
        })
    });
    let preview = imported.preview(club_documents.employees.iter().map(|known| EmployeeRow::from(&known.body)));
    let documents = preview
        .to_store()
        .map(|row| UploadedRow::Employee(known.get(&row.id).map(|known| (*known).clone()), after(row)))
        .collect();
    let versions = preview.to_store().map(|row| known.get(&row.id).map_or(0, |known| known.version)).collect();
    LoadPlan { documents, versions, ..LoadPlan::new(&preview, |row| row.id.0.clone()) }
}

/// The employee of a row. Values that the row does not have are those of the known employee, otherwise the defaults.
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

/// The plan of a file of availability: weekly availability, and overrides for a span of days.
pub fn availability(imported: Imported<AvailabilityRow>, club_documents: &ClubDocuments) -> LoadPlan {
    let imported = without_faulty_rows(imported, |row| employee_fault(club_documents, &row.employee_id));
    let weekly: BTreeMap<&EmployeeId, &Stored<WeeklyAvailability>> =
        club_documents.weekly.iter().map(|row| (&row.body.employee_id, row)).collect();
    let mut overrides = BTreeMap::new();
    for row in &club_documents.overrides {
        // Of several overrides for the same days the last one counts, as in the preview.
        overrides.insert((&row.body.employee_id, row.body.start, row.body.end), row);
    }
    let preview = imported.preview(exports::availability(club_documents));
    let mut versions = Vec::new();
    let mut documents = Vec::new();
    for row in preview.to_store() {
        let (employee_id, days) = (row.employee_id.clone(), row.days.clone());
        match row.span {
            None => {
                let known = weekly.get(&row.employee_id).map(|known| (*known).clone());
                versions.push(known.as_ref().map_or(0, |known| known.version));
                documents.push(UploadedRow::Availability(known, WeeklyAvailability { employee_id, days }));
            }
            Some((start, end)) => {
                let known = overrides.get(&(&row.employee_id, start, end)).map(|known| (*known).clone());
                versions.push(known.as_ref().map_or(0, |known| known.version));
                documents.push(UploadedRow::Override(known, AvailabilityOverride { employee_id, start, end, days }));
            }
        }
    }
    let subject = |row: &AvailabilityRow| match row.span {
        None => row.employee_id.0.clone(),
        Some((start, end)) => format!("{} {start} to {end}", row.employee_id),
    };
    LoadPlan { documents, versions, ..LoadPlan::new(&preview, subject) }
}

/// The club's documents with the rows of a file written.
pub fn with_rows(club_documents: &ClubDocuments, rows: &[UploadedRow]) -> ClubDocuments {
    let mut changed = club_documents.clone();
    let (mut employees, mut weekly, mut overrides, mut time_off) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        match row {
            UploadedRow::Employee(before, after) => employees.push((before.as_ref(), after)),
            UploadedRow::Availability(before, after) => weekly.push((before.as_ref(), after)),
            UploadedRow::Override(before, after) => overrides.push((before.as_ref(), after)),
            UploadedRow::TimeOff(after) => time_off.push((None, after)),
        }
    }
    replace(&mut changed, &employees);
    replace(&mut changed, &weekly);
    replace(&mut changed, &overrides);
    replace(&mut changed, &time_off);
    changed
}

/// Replaces documents of one kind, each given as it was and as it becomes.
fn replace<D: FactDocument>(club_documents: &mut ClubDocuments, rows: &[(Option<&Stored<D>>, &D)]) {
    let before = rows.iter().filter_map(|(before, _)| before.map(|before| before.body.id()));
    let ids: BTreeSet<String> = before.chain(rows.iter().map(|(_, after)| after.id())).collect();
    let known = D::rows(club_documents);
    known.retain(|document| !ids.contains(&document.body.id()));
    known.extend(rows.iter().map(|(_, after)| Stored { version: 0, body: (*after).clone() }));
}

/// The plan of a file of days off.
pub fn time_off(imported: Imported<TimeOffRow>, club_documents: &ClubDocuments) -> LoadPlan {
    let imported = without_faulty_rows(imported, |row| employee_fault(club_documents, &row.0.employee_id));
    let preview = imported.preview(club_documents.time_off.iter().map(|row| TimeOffRow(row.body.clone())));
    let documents: Vec<UploadedRow> = preview.to_store().map(|row| UploadedRow::TimeOff(row.0.clone())).collect();
    // Days off have no value besides their key, so a row never replaces another.
    let versions = vec![0; documents.len()];
    let subject =
        |TimeOffRow(TimeOff { employee_id, start, end }): &TimeOffRow| format!("{employee_id} {start} to {end}");
    LoadPlan { documents, versions, ..LoadPlan::new(&preview, subject) }
}
