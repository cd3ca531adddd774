//! `GET /api/setup`, `POST /api/setup`, `PUT /api/setup/location`: makes a new club, sets its location, and lists what a
//! club lacks for its first run.

use std::collections::BTreeSet;
use std::sync::Arc;

use api::identity::{Admin, ClubCaller, Viewer};
use api::shapes::ClubId;
use api::{ApiError, Body, Code, Number, RouteError, words};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono_tz::Tz;
use domain::calendar::Day;
use domain::json::quoted;
use domain::snapshot::{ClubFacts, Employee, Rotation, Settings, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Table;
use store::documents::ClubDocuments;
use store::locations::LocationOwner;
use store::reports::LocationFault;
use utoipa::ToSchema;

use crate::facts::settings::{EXPECTED_ZONE, LONGEST_NAME};

/// Maximum number of people that a sentence names.
const MAX_NAMED: usize = 3;

/// A step of the setup, up to the first proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SetupStepName {
    /// The club has a name and a time zone.
    Club,
    /// Crossmark was read once, and the club's location is known.
    Crossmark,
    /// There are active people, and each has a Crossmark number.
    People,
    /// An active person may lead a day, and one may work Juicer Production.
    Titles,
    /// The weekly availability of every active person is known.
    Availability,
    /// On every weekday, an active person holds each rotation.
    Rotations,
    /// There are holidays.
    Holidays,
    /// There are events to plan.
    Events,
    /// A first proposal was made.
    FirstProposal,
}

/// A setup step, and what is missing.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
struct SetupStep {
    step: SetupStepName,
    /// Whether nothing is missing.
    done: bool,
    /// Whether a first run needs the step.
    needed: bool,
    /// What is missing, one sentence each.
    missing: Vec<String>,
}

/// The progress of a club's setup.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Setup)]
pub struct SetupView {
    /// Whether the club exists.
    exists: bool,
    /// Whether everything that a first run needs is present.
    ready: bool,
    /// The steps, in order.
    steps: Vec<SetupStep>,
    /// Crossmark's locations to choose from, if it lists several and the club's is not known; otherwise empty.
    locations: Vec<u64>,
}

/// The progress of the club's setup, and what is missing for a first run.
///
/// The route also answers for a club that does not exist yet: its first step is the club itself.
#[utoipa::path(
    get,
    path = "/api/setup",
    operation_id = "getSetup",
    tag = "club",
    responses(
        (status = 200, body = SetupView),
        RouteError<()>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
) -> Result<Json<SetupView>, RouteError<()>> {
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let open_events = match club_documents.zone() {
        Ok(zone) => club.count_open_events(club_caller.now.date_in(zone)).await?,
        Err(_) => 0,
    };
    Ok(Json(setup_of(&club_documents, open_events)))
}

/// The progress of the setup of a club with this number of open events.
fn setup_of(club_documents: &ClubDocuments, open_events: u64) -> SetupView {
    let is_location_known = club_documents.club.as_ref().is_some_and(|club| club.location_id.is_some());
    let locations = match club_documents.report.as_ref().and_then(|report| report.body.location.as_ref()) {
        Some(LocationFault::Several(locations)) if !is_location_known => locations.clone(),
        _ => Vec::new(),
    };
    let exists = club_documents.club.is_some();
    let missing_at =
        |step| if exists { missing_for(step, club_documents, open_events) } else { missing_without_club(step) };
    let steps: Vec<SetupStep> = STEPS
        .into_iter()
        .map(|(step, needed)| {
            let missing = missing_at(step);
            SetupStep { step, done: missing.is_empty(), needed, missing }
        })
        .collect();
    let ready = steps.iter().all(|step| step.done || !step.needed);
    SetupView { exists, ready, steps, locations }
}

/// The steps in order, each with whether a first run needs it.
const STEPS: [(SetupStepName, bool); 9] = [
    (SetupStepName::Club, true),
    (SetupStepName::Crossmark, true),
    (SetupStepName::People, true),
    (SetupStepName::Titles, false),
    (SetupStepName::Availability, false),
    (SetupStepName::Rotations, false),
    (SetupStepName::Holidays, false),
    (SetupStepName::Events, true),
    (SetupStepName::FirstProposal, false),
];

/// What a step lacks if the club does not exist yet.
fn missing_without_club(step: SetupStepName) -> Vec<String> {
    match step {
        SetupStepName::Club => vec!["The club has no name and no time zone yet.".to_owned()],
        _ => vec!["The club must be named first.".to_owned()],
    }
}

/// What a step lacks in a club with this number of open events.
fn missing_for(step: SetupStepName, club_documents: &ClubDocuments, open_events: u64) -> Vec<String> {
    let people: Vec<&Employee> = club_documents.employees.iter().map(|e| &e.body).filter(|e| e.active).collect();
    let names = club_documents.names();
    let name = |employee: &&Employee| names.get(&employee.id).map_or("", String::as_str);
    match step {
        SetupStepName::Club => Vec::new(),
        SetupStepName::Crossmark => missing_from_crossmark(club_documents),
        SetupStepName::People if people.is_empty() => vec!["Nobody is active.".to_owned()],
        SetupStepName::People => {
            let without: Vec<&str> = people.iter().filter(|e| e.rep_id.is_none()).map(name).collect();
            sentence(&without, "has no Crossmark number", "have no Crossmark number")
        }
        SetupStepName::Titles => missing_titles(&people),
        SetupStepName::Availability => {
            let with_hours: BTreeSet<&str> =
                club_documents.weekly.iter().map(|w| w.body.employee_id.0.as_str()).collect();
            let without: Vec<&str> =
                people.iter().filter(|e| !with_hours.contains(e.id.0.as_str())).map(name).collect();
            sentence(&without, "counts as free all week", "count as free all week")
        }
        SetupStepName::Rotations => missing_rotations(club_documents, &people),
        SetupStepName::Holidays if club_documents.holidays.is_empty() && club_documents.yearly_holidays.is_empty() => {
            vec!["No holiday is known.".to_owned()]
        }
        SetupStepName::Holidays => Vec::new(),
        SetupStepName::Events if open_events == 0 => vec!["No event is open.".to_owned()],
        SetupStepName::Events => Vec::new(),
        SetupStepName::FirstProposal if club_documents.proposal.is_none() => {
            vec!["No proposal was made yet.".to_owned()]
        }
        SetupStepName::FirstProposal => Vec::new(),
    }
}

fn missing_from_crossmark(club_documents: &ClubDocuments) -> Vec<String> {
    let mut missing = Vec::new();
    let is_location_known = club_documents.club.as_ref().is_some_and(|club| club.location_id.is_some());
    match club_documents.report.as_ref().and_then(|report| report.body.location.as_ref()) {
        Some(LocationFault::Taken(location)) => {
            missing.push(format!("Crossmark's location {location} belongs to another club."));
        }
        Some(LocationFault::Several(locations)) if !is_location_known => {
            let count = locations.len();
            missing.push(format!("Crossmark lists {count} locations: it is not known which is the club's."));
        }
        _ if !is_location_known => missing.push("The club's location at Crossmark is not known.".to_owned()),
        _ => {}
    }
    if club_documents.refreshed_at.is_none() {
        missing.push("Crossmark was not read yet.".to_owned());
    }
    missing
}

fn missing_titles(people: &[&Employee]) -> Vec<String> {
    let may_hold = |rotation: Rotation| people.iter().any(|e| rotation.may_hold(e.job_title, e.juicer_trained));
    let mut missing = Vec::new();
    if !may_hold(Rotation::PrimaryLead) {
        missing.push("Nobody is a Lead Event Specialist or Club Supervisor.".to_owned());
    }
    if !may_hold(Rotation::Juicer) {
        missing.push("Nobody may work Juicer Production.".to_owned());
    }
    missing
}

fn missing_rotations(club_documents: &ClubDocuments, people: &[&Employee]) -> Vec<String> {
    let without_holder = |rotation: Rotation, name: &str| {
        let held: BTreeSet<Day> = club_documents
            .rotations
            .iter()
            .filter(|row| row.body.rotation == rotation)
            .filter(|row| people.iter().any(|e| e.id == row.body.employee_id))
            .map(|row| row.body.day)
            .collect();
        let free: Vec<&str> = Day::ALL.into_iter().filter(|day| !held.contains(day)).map(Day::name).collect();
        (!free.is_empty()).then(|| format!("Nobody holds the {name} rotation on {}.", free.join(", ")))
    };
    [without_holder(Rotation::PrimaryLead, "lead"), without_holder(Rotation::Juicer, "juicer")]
        .into_iter()
        .flatten()
        .collect()
}

/// A sentence about people, such as `Avery Quill, Blake Moss, Cleo Stone and 3 more have no Crossmark number.`; none
/// without people.
fn sentence(people: &[&str], one: &str, several: &str) -> Vec<String> {
    match people {
        [] => Vec::new(),
        [name] => vec![format!("{name} {one}.")],
        [names @ .., last] if people.len() <= MAX_NAMED => {
            vec![format!("{} and {last} {several}.", names.join(", "))]
        }
        names => {
            let (named, others) = names.split_at(MAX_NAMED);
            vec![format!("{} and {} more {several}.", named.join(", "), others.len())]
        }
    }
}

/// A new club.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClub {
    /// The name of the club.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// The IANA time zone of the club.
    #[schema(example = "America/Indiana/Indianapolis")]
    time_zone: String,
    /// The Crossmark location of the club. If it is left out and Crossmark lists only one location, that one is used.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    location_id: Option<Number>,
}

/// The club after the request.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClubMade {
    success: bool,
    club_id: ClubId,
    setup: SetupView,
}

api::errors! {
    /// Why a club is not made.
    MakeErrors: ClubNotEmpty, InvalidFact, InvalidText, LocationTaken;
}

/// Makes a new, empty club with a name and a time zone.
#[utoipa::path(
    post,
    path = "/api/setup",
    operation_id = "makeClub",
    tag = "club",
    request_body = NewClub,
    responses(
        (status = 201, body = ClubMade),
        RouteError<MakeErrors>,
    ),
)]
pub async fn make(
    club_caller: ClubCaller<Admin>,
    State(table): State<Arc<Table>>,
    Body(NewClub { name, time_zone, location_id }): Body<NewClub>,
) -> Result<(StatusCode, Json<ClubMade>), RouteError<MakeErrors>> {
    let name = words("$.name", &name, LONGEST_NAME)?;
    let Ok(time_zone) = time_zone.parse::<Tz>() else {
        let found = quoted(&time_zone);
        let message = format!("$.time_zone is {found}: expected {EXPECTED_ZONE}");
        let faults = json!([{"at": "$.time_zone", "found": found, "expected": EXPECTED_ZONE}]);
        return Err(ApiError::new(Code::InvalidFact, message).with(json!({"faults": faults})).into());
    };
    let club = club_caller.of(&table);
    let location_id = location_id.map(Number::get);
    let facts = ClubFacts { id: club.id().as_str().to_owned(), name, time_zone, location_id };
    let today = club_caller.now.date_in(time_zone);
    let document = Snapshot::empty(facts, today, Settings::default());
    let document = serde_json::to_vec(&document).map_err(ApiError::internal)?;
    club.import_snapshot_at(&document, club_caller.now).await?;
    let setup = setup_of(&club.club_documents().await?, 0);
    Ok((StatusCode::CREATED, Json(ClubMade { success: true, club_id: club_caller.club.into(), setup })))
}

/// The Crossmark location of the club.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClubLocation {
    #[schema(value_type = u64)]
    location_id: Number,
}

api::errors! {
    /// Why a location is not set.
    LocationErrors: LocationTaken, NotAllowedNow;
}

/// Sets the Crossmark location of a club that has none yet.
#[utoipa::path(
    put,
    path = "/api/setup/location",
    operation_id = "chooseLocation",
    tag = "club",
    request_body = ClubLocation,
    responses(
        (status = 200, body = SetupView),
        RouteError<LocationErrors>,
    ),
)]
pub async fn choose_location(
    club_caller: ClubCaller<Admin>,
    State(table): State<Arc<Table>>,
    Body(ClubLocation { location_id }): Body<ClubLocation>,
) -> Result<Json<SetupView>, RouteError<LocationErrors>> {
    let club = club_caller.of(&table);
    club.club_documents().await?.zone()?;
    match club.learn_location(location_id.get()).await? {
        LocationOwner::Ours => {}
        LocationOwner::Others => {
            let message = format!("Crossmark's location {} is another club's", location_id.get());
            return Err(ApiError::new(Code::LocationTaken, message).into());
        }
        LocationOwner::NotLearnt => {
            let message = "the club has another location already";
            return Err(ApiError::new(Code::NotAllowedNow, message).into());
        }
    }
    let club_documents = club.club_documents().await?;
    let today = club_caller.now.date_in(club_documents.zone()?);
    Ok(Json(setup_of(&club_documents, club.count_open_events(today).await?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_the_first_people_and_counts_the_rest() {
        for (people, expected) in [
            (&[][..], &[][..]),
            (&["A"], &["A is here."]),
            (&["A", "B"], &["A and B are here."]),
            (&["A", "B", "C"], &["A, B and C are here."]),
            (&["A", "B", "C", "D", "E"], &["A, B, C and 2 more are here."]),
        ] {
            assert_eq!(sentence(people, "is here", "are here"), expected, "{people:?}");
        }
    }

    #[test]
    fn the_first_step_of_a_club_that_does_not_exist_is_to_make_the_club() {
        let view = setup_of(&ClubDocuments::default(), 0);
        assert!(!view.exists && !view.ready);
        assert_eq!(view.steps.first().map(|step| (step.step, step.done)), Some((SetupStepName::Club, false)));
        assert!(view.steps.iter().all(|step| !step.done));
    }
}
