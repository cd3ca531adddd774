//! The findings of the last refresh, for the dashboard.

use std::collections::BTreeMap;

use api::shapes::{FaultReason, FaultyField};
use domain::snapshot::{EmployeeId, EventRef};
use serde::Serialize;
use store::reports::{self, RefreshReport};
use utoipa::ToSchema;

/// Maximum findings of each kind that are listed.
const LISTED: usize = 20;

/// What the last refresh found wrong at Crossmark. If nothing is wrong, all lists are empty, all numbers are 0, and the other
/// members are `null`.
#[derive(Default, Serialize, ToSchema)]
pub struct CrossmarkFindings {
    /// Events whose rows at Crossmark cannot be used. Events that were known keep their old values, and others are not
    /// planned. The first 20.
    events_set_aside: Vec<EventAside>,
    /// Number of events whose rows cannot be used, listed or not.
    events_set_aside_total: usize,
    /// People whose rows at Crossmark cannot be used. The first 20.
    people_set_aside: Vec<PersonAside>,
    /// Number of people whose rows cannot be used, listed or not.
    people_set_aside_total: usize,
    /// Numbers that do not identify a person: one person has several, or several people have the same. The first 20.
    number_conflicts: Vec<NumberConflictView>,
    /// Number of such conflicts, listed or not.
    number_conflicts_total: usize,
    /// Number of rows of other stores, which are ignored.
    foreign_rows: usize,
    /// Why the club's Crossmark location cannot be used, so that nothing is imported; `null` if no reason was found.
    location: Option<LocationFault>,
    /// A list that lacks so many events that none of them is withdrawn until the next list agrees or a person confirms
    /// it; `null` if no list is doubted.
    doubted_list: Option<DoubtedList>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = EventSetAside)]
struct EventAside {
    /// The number of the event; `null` if it cannot be used.
    event_ref_num: Option<EventRef>,
    field: FaultyField,
    reason: FaultReason,
    /// The field in words.
    words: &'static str,
    since: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonSetAside)]
struct PersonAside {
    /// Crossmark's number of the person; `null` if it cannot be read.
    number: Option<u64>,
    field: FaultyField,
    reason: FaultReason,
    /// The field in words.
    words: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NumberConflict)]
struct NumberConflictView {
    employees: Vec<PersonOfConflict>,
    numbers: Vec<u64>,
}

#[derive(Serialize, ToSchema)]
struct PersonOfConflict {
    employee_id: EmployeeId,
    employee_name: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct LocationFault {
    reason: LocationReason,
    locations: Vec<u64>,
}

/// Why the club's Crossmark location cannot be used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LocationReason {
    /// Another club has the location.
    Taken,
    /// The club's location is not known, and Crossmark lists several.
    Several,
}

#[derive(Serialize, ToSchema)]
struct DoubtedList {
    /// The time of the refresh that read the list, in UTC. The confirmation names this time.
    since: String,
    /// Number of open events that the list lacks.
    missing: usize,
    /// Number of open events that were known.
    open: usize,
    /// Whether the list has none of the open or posted events.
    has_nothing: bool,
    /// The first 20 missing events.
    events: Vec<EventRef>,
}

impl CrossmarkFindings {
    /// The findings from a refresh report.
    pub fn of(report: &RefreshReport, names: &BTreeMap<EmployeeId, String>) -> CrossmarkFindings {
        let named =
            |id: &EmployeeId| PersonOfConflict { employee_id: id.clone(), employee_name: names.get(id).cloned() };
        CrossmarkFindings {
            events_set_aside: report
                .set_aside
                .iter()
                .take(LISTED)
                .map(|row| EventAside {
                    event_ref_num: row.event,
                    field: row.fault.field.into(),
                    reason: row.fault.reason.into(),
                    words: row.fault.field.words(),
                    since: row.since.to_string(),
                })
                .collect(),
            events_set_aside_total: report.set_aside_total,
            people_set_aside: report
                .people
                .iter()
                .take(LISTED)
                .map(|row| PersonAside {
                    number: row.number,
                    field: row.fault.field.into(),
                    reason: row.fault.reason.into(),
                    words: row.fault.field.words(),
                })
                .collect(),
            people_set_aside_total: report.people_total.max(report.people.len()),
            number_conflicts: report
                .numbers
                .iter()
                .take(LISTED)
                .map(|row| NumberConflictView {
                    employees: row.employees.iter().map(named).collect(),
                    numbers: row.numbers.clone(),
                })
                .collect(),
            number_conflicts_total: report.numbers_total.max(report.numbers.len()),
            foreign_rows: report.foreign_rows,
            location: report.location.as_ref().map(|fault| match fault {
                reports::LocationFault::Taken(location) => {
                    LocationFault { reason: LocationReason::Taken, locations: vec![*location] }
                }
                reports::LocationFault::Several(locations) => {
                    LocationFault { reason: LocationReason::Several, locations: locations.clone() }
                }
            }),
            doubted_list: report.open_doubt().map(|doubt| DoubtedList {
                since: doubt.since.to_string(),
                missing: doubt.gone.len(),
                open: doubt.open,
                has_nothing: doubt.has_nothing,
                events: doubt.gone.iter().take(LISTED).copied().collect(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use store::reports::{NumberConflict, PersonSetAside, ReportedFault};

    use super::*;

    #[test]
    fn the_first_20_of_each_kind_are_listed_and_all_are_counted() {
        for (found, listed) in [(0, 0), (20, 20), (21, 20), (57, 20)] {
            let fault = ReportedFault::new(reports::FaultyField::PersonName, reports::FaultReason::Missing);
            let person = PersonSetAside { number: Some(1), fault };
            let conflict = NumberConflict { employees: Vec::new(), numbers: vec![1, 2] };
            let report = RefreshReport {
                people: vec![person; found],
                numbers: vec![conflict; found],
                ..RefreshReport::default()
            };
            let view = CrossmarkFindings::of(&report, &BTreeMap::new());
            assert_eq!((view.people_set_aside.len(), view.people_set_aside_total), (listed, found));
            assert_eq!((view.number_conflicts.len(), view.number_conflicts_total), (listed, found));
        }
        let report = RefreshReport { people_total: 201, numbers_total: 202, ..RefreshReport::default() };
        let view = CrossmarkFindings::of(&report, &BTreeMap::new());
        assert_eq!((view.people_set_aside_total, view.number_conflicts_total), (201, 202));
    }
}
