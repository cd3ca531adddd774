//! `/api/fairness`: what people worked in a window of weeks, what the club owes them, and corrections by managers. People
//! are listed in order of name, not of debt.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{ApiError, Body, Code, IfMatch, RequestDate, RouteError, Segment, TimeZone, expected_version, words};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use desk::fairness::{Ledger, WEEKS_AHEAD, window};
use domain::calendar::{plus_days, week_start};
use domain::fairness::{DebtCalculation, LedgerCorrection, LedgerRow};
use domain::snapshot::EmployeeId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Table;
use store::documents::ClubDocuments;
use store::ledger::{LedgerError, RecordedCorrection};
use utoipa::ToSchema;

use crate::facts::people::EmployeePath;
use crate::facts::require_employee;

/// The largest correction of one week, in Core events.
const LARGEST_CORRECTION: f64 = 6.0;
/// Maximum length of a reason, in characters.
const LONGEST_REASON: usize = 500;

/// What people worked in a window of weeks, and what the club owes them.
#[derive(Serialize, ToSchema)]
#[schema(as = Fairness)]
pub struct FairnessView {
    time_zone: TimeZone,
    /// The Sunday of the window's first week.
    from: NaiveDate,
    /// The window's last day.
    to: NaiveDate,
    /// Number of past weeks in the window, from the settings.
    past_weeks: u32,
    /// Number of weeks in the window that are not over, the current one included. Accepted future work counts there.
    weeks_ahead: u32,
    /// Number of Core events of all people who have possible days.
    all_core: u32,
    /// Number of possible days of all people.
    all_possible_days: u32,
    /// The people, in order of name.
    people: Vec<PersonView>,
}

/// The share and debt of one person.
#[derive(Serialize, ToSchema)]
#[schema(as = FairnessPerson)]
struct PersonView {
    employee_id: EmployeeId,
    employee_name: Option<String>,
    /// Whether the person works here now.
    active: bool,
    /// Number of days on which the person could have worked a Core event.
    possible_days: u32,
    /// The fair share in Core events: `all_core` times the person's part of `all_possible_days`.
    share: f64,
    /// Number of Core events that the person had. It is not part of the debt if the person has no possible days.
    actual_core: u32,
    /// The sum of the corrections, in Core events.
    correction: f64,
    /// `share - actual_core + correction`.
    unclamped: f64,
    /// What the club owes the person, in Core events, -3 to 3. It is positive if the person had too few.
    debt: f64,
    /// What the person worked, by week. A week is left out if it has neither work, nor possible days, nor moved events.
    weeks: Vec<WeekView>,
    /// Corrections by managers, in order of week.
    corrections: Vec<CorrectionView>,
    /// The version of the corrections; 0 if there are none.
    version: u64,
}

/// What one person worked in one week.
#[derive(Serialize, ToSchema)]
#[schema(as = FairnessWeek)]
struct WeekView {
    /// The Sunday of the week.
    week: NaiveDate,
    core: u32,
    /// Number of Saturdays and Sundays with a shift.
    weekend_days: u32,
    /// Number of Core events at the first of the club's arrival times, or earlier.
    first_arrivals: u32,
    /// Number of Core events at the last of the club's arrival times, or later.
    last_arrivals: u32,
    /// Number of days with a shift that was accepted fewer than 3 days before.
    short_notice: u32,
    /// Number of events that the club took from the person or moved to another day after they were accepted. Events that
    /// left because of a call-out or an absence do not count, nor do Supervisor and Survey events.
    moved_on_them: u32,
    minutes: u32,
    possible_days: u32,
}

/// A manager's correction of a debt.
#[derive(Serialize, ToSchema)]
#[schema(as = FairnessCorrection)]
struct CorrectionView {
    /// The Sunday of the week of the correction. The correction leaves the window with that week.
    week: NaiveDate,
    /// Core events owed in addition; negative if fewer are owed.
    core: f64,
    reason: String,
    by: String,
    at: String,
}

impl CorrectionView {
    fn of(recorded: &RecordedCorrection) -> CorrectionView {
        let RecordedCorrection { correction, because } = recorded;
        CorrectionView {
            week: correction.week,
            core: correction.core,
            reason: correction.reason.clone(),
            by: because.who.display_name().to_owned(),
            at: because.at.to_string(),
        }
    }
}

/// Everybody who works here, has a debt in this ledger, or has a correction; in order of name.
fn people(ledger: &Ledger, club_documents: &ClubDocuments) -> Vec<PersonView> {
    let debts: BTreeMap<EmployeeId, DebtCalculation> = ledger.debts().into_iter().collect();
    let names = club_documents.names();
    let active: BTreeSet<&EmployeeId> =
        club_documents.employees.iter().filter(|e| e.body.active).map(|e| &e.body.id).collect();
    let corrected = ledger.corrections.iter().map(|of| &of.body.employee_id);
    let all: BTreeSet<&EmployeeId> = active.iter().copied().chain(debts.keys()).chain(corrected).collect();
    let no_debt = DebtCalculation {
        possible_days: 0,
        all_possible_days: 0,
        all_core: 0,
        share: 0.0,
        actual_core: 0,
        correction: 0.0,
        unclamped: 0.0,
        debt: 0.0,
    };
    let mut people: Vec<PersonView> = all
        .into_iter()
        .map(|id| {
            let owed = debts.get(id).copied().unwrap_or(no_debt);
            let corrections = ledger.corrections.iter().find(|of| of.body.employee_id == *id);
            let recorded = corrections.map(|of| of.body.corrections.as_slice()).unwrap_or_default();
            let in_window = recorded.iter().filter(|one| ledger.window.holds(one.correction.week));
            PersonView {
                employee_id: id.clone(),
                employee_name: names.get(id).cloned(),
                active: active.contains(id),
                possible_days: owed.possible_days,
                share: owed.share,
                actual_core: owed.actual_core,
                correction: owed.correction,
                unclamped: owed.unclamped,
                debt: owed.debt,
                weeks: weeks(ledger, id),
                corrections: in_window.map(CorrectionView::of).collect(),
                version: corrections.map_or(0, |of| of.version),
            }
        })
        .collect();
    people.sort_by(|a, b| (&a.employee_name, &a.employee_id).cmp(&(&b.employee_name, &b.employee_id)));
    people
}

fn weeks(ledger: &Ledger, id: &EmployeeId) -> Vec<WeekView> {
    let people = ledger.weeks.iter().flat_map(|week| &week.people);
    let rows = people.map(|person| &person.row).filter(|row| row.employee_id == *id);
    let view = |row: &LedgerRow| WeekView {
        week: row.week,
        core: row.core,
        weekend_days: row.weekend_days,
        first_arrivals: row.first_arrivals,
        last_arrivals: row.last_arrivals,
        short_notice: row.short_notice,
        moved_on_them: row.moved_on_them,
        minutes: row.minutes,
        possible_days: row.possible_days,
    };
    rows.map(view).collect()
}

/// What people worked in the window, and what the club owes them, with the calculation. Only lines that Crossmark
/// accepted, or that were recorded as done by hand, count; other schedules that were entered at Crossmark do not.
///
/// 3 requests.
#[utoipa::path(
    get,
    path = "/api/fairness",
    operation_id = "getFairness",
    tag = "numbers",
    responses((status = 200, body = FairnessView), RouteError<()>),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
) -> Result<Json<FairnessView>, RouteError<()>> {
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let zone = club_documents.zone()?;
    let past_weeks = club_documents.settings.fairness_weeks;
    let ledger = Ledger::load(club, window(club_caller.now.date_in(zone), past_weeks)).await?;
    let debts = ledger.debts();
    let all = debts.first().map(|(_, owed)| *owed);
    Ok(Json(FairnessView {
        time_zone: zone.into(),
        from: ledger.window.first,
        to: plus_days(ledger.window.end, -1),
        past_weeks,
        weeks_ahead: WEEKS_AHEAD,
        all_core: all.map_or(0, |owed| owed.all_core),
        all_possible_days: all.map_or(0, |owed| owed.all_possible_days),
        people: people(&ledger, &club_documents),
    }))
}

/// A correction of the debt to a person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FairnessRequest {
    /// Core events owed in addition, rounded to two decimals; negative if fewer are owed. 0 withdraws the correction of
    /// that week.
    #[schema(minimum = -6, maximum = 6)]
    core: f64,
    /// The reason of the correction.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// A day of the week of the correction, in the window; the current week by default. The correction replaces an
    /// earlier one of that week.
    #[serde(default)]
    #[schema(value_type = Option<NaiveDate>)]
    week: Option<RequestDate>,
    /// The version that the caller saw; 0 if there are no corrections. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
}

/// The debt to a person after a correction.
#[derive(Serialize, ToSchema)]
pub struct FairnessCorrected {
    success: bool,
    person: PersonView,
}

api::errors! {
    /// Why a debt is not corrected.
    CorrectionErrors: DateOutOfBounds, InvalidFact, InvalidText, InvalidVersion, StaleVersion, UnknownEmployee;
}

/// Corrects what the club owes a person, with a reason. The next run reads the correction.
#[utoipa::path(
    post,
    path = "/api/fairness/{employee_id}",
    operation_id = "correctFairness",
    tag = "numbers",
    params(IfMatch, EmployeePath),
    request_body = FairnessRequest,
    responses((status = 200, body = FairnessCorrected), RouteError<CorrectionErrors>),
)]
pub async fn correct(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Segment(EmployeePath { employee_id }): Segment<EmployeePath>,
    Body(request): Body<FairnessRequest>,
) -> Result<Json<FairnessCorrected>, RouteError<CorrectionErrors>> {
    let version = expected_version(&headers, request.version)?;
    let reason = words("$.reason", &request.reason, LONGEST_REASON)?;
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let zone = club_documents.zone()?;
    require_employee(&club_documents, &employee_id)?;
    let today = club_caller.now.date_in(zone);
    let mut ledger = Ledger::load(club, window(today, club_documents.settings.fairness_weeks)).await?;
    let week = request.week.map(|week| week.near(club_caller.now, "$.week")).transpose()?;
    let week = week_start(week.unwrap_or(today));
    if !ledger.window.holds(week) {
        let (from, to) = (ledger.window.first, plus_days(ledger.window.end, -1));
        let expected = format!("a day from {from} to {to}");
        return Err(invalid_member("$.week", &week.to_string(), &expected).into());
    }
    let core = (request.core * 100.0).round() / 100.0;
    if !(-LARGEST_CORRECTION..=LARGEST_CORRECTION).contains(&core) {
        return Err(invalid_member("$.core", &core.to_string(), "a number from -6 to 6").into());
    }
    let correction =
        LedgerCorrection { id: format!("{employee_id}#{week}"), week, employee_id: employee_id.clone(), core, reason };
    let because = club_caller.because(correction.reason.clone());
    let debt = |corrections: &[LedgerCorrection]| ledger.debt_with(&employee_id, corrections);
    let stored = match club.correct_debt(&correction, version, debt, &because).await {
        Ok(stored) => stored,
        Err(LedgerError::Stale { found }) => return Err(ApiError::stale(found).into()),
        Err(LedgerError::Table(error)) => return Err(error.into()),
    };
    ledger.corrections.retain(|of| of.body.employee_id != employee_id);
    ledger.corrections.push(stored);
    let person = people(&ledger, &club_documents).into_iter().find(|person| person.employee_id == employee_id);
    let person = person.ok_or_else(|| ApiError::internal("the ledger lacks a corrected person"))?;
    Ok(Json(FairnessCorrected { success: true, person }))
}

/// 422 for a member of the request.
fn invalid_member(at: &str, found: &str, expected: &str) -> ApiError {
    let faults = json!([{"at": at, "found": found, "expected": expected}]);
    ApiError::new(Code::InvalidFact, format!("{at} is {found}: {expected} is expected")).with(json!({"faults": faults}))
}
