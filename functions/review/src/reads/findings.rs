//! The findings of the last refresh, for the dashboard.

use std::collections::BTreeMap;

use api::shapes::{FaultReason, FaultyField};
use domain::snapshot::{EmployeeId, EventRef};
use serde::Serialize;
use store::reports::{LocationTrouble, RefreshReport};
use utoipa::ToSchema;

/// Maximum findings of each kind that are listed.
const LISTED: usize = 20;

/// What the last refresh found odd at Crossmark. Where all is well, lists are empty and the rest is null.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = CrossmarkFindings)]
pub struct Findings {
    /// Events whose rows cannot be used: they stay as they were known, or are not planned. The first 20.
    events_set_aside: Vec<EventAside>,
    events_set_aside_total: usize,
    /// People whose rows cannot be used. The first 20.
    people_set_aside: Vec<PersonAside>,
    /// Numbers that do not say who is who: several for one person, or one for several people. The first 20.
    number_conflicts: Vec<Conflict>,
    /// Rows of other stores, which are ignored.
    foreign_rows: usize,
    /// Why nothing can be brought in from Crossmark.
    location: Option<Location>,
    /// A list that lacks so much that it withdraws nothing until the next one agrees or somebody confirms it.
    doubted_list: Option<Doubted>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = EventSetAside)]
struct EventAside {
    /// None where not even the number can be used.
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
    /// Crossmark's number, where it can be read.
    number: Option<u64>,
    field: FaultyField,
    reason: FaultReason,
    /// The field in words.
    words: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NumberConflict)]
struct Conflict {
    employees: Vec<Named>,
    numbers: Vec<u64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonOfConflict)]
struct Named {
    employee_id: EmployeeId,
    employee_name: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = LocationFault)]
struct Location {
    reason: LocationReason,
    locations: Vec<u64>,
}

/// Why the club's Crossmark location cannot be used, if it cannot.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LocationReason {
    /// Another club has it.
    Taken,
    /// The club's is not known, and Crossmark lists several.
    Several,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DoubtedList)]
struct Doubted {
    /// The refresh that read it; what confirms it names this moment.
    since: String,
    /// How many open events it lacks.
    missing: usize,
    /// How many open events were known.
    open: usize,
    /// Whether it has nothing at all of what was open or posted.
    has_nothing: bool,
    /// The first 20 that it lacks.
    events: Vec<EventRef>,
}

impl Findings {
    /// The findings from a refresh report.
    pub fn of(report: &RefreshReport, names: &BTreeMap<EmployeeId, String>) -> Findings {
        let named = |id: &EmployeeId| Named { employee_id: id.clone(), employee_name: names.get(id).cloned() };
        Findings {
            events_set_aside: report
                .set_aside
                .iter()
                .take(LISTED)
                .map(|row| EventAside {
                    event_ref_num: row.event,
                    field: row.trouble.field.into(),
                    reason: row.trouble.reason.into(),
                    words: row.trouble.field.words(),
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
                    field: row.trouble.field.into(),
                    reason: row.trouble.reason.into(),
                    words: row.trouble.field.words(),
                })
                .collect(),
            number_conflicts: report
                .numbers
                .iter()
                .take(LISTED)
                .map(|row| Conflict {
                    employees: row.employees.iter().map(named).collect(),
                    numbers: row.numbers.clone(),
                })
                .collect(),
            foreign_rows: report.foreign_rows,
            location: report.location.as_ref().map(|trouble| match trouble {
                LocationTrouble::Taken(location) => {
                    Location { reason: LocationReason::Taken, locations: vec![*location] }
                }
                LocationTrouble::Several(locations) => {
                    Location { reason: LocationReason::Several, locations: locations.clone() }
                }
            }),
            doubted_list: report.open_doubt().map(|doubt| Doubted {
                since: doubt.since.to_string(),
                missing: doubt.gone.len(),
                open: doubt.open,
                has_nothing: doubt.has_nothing,
                events: doubt.gone.iter().take(LISTED).copied().collect(),
            }),
        }
    }
}
