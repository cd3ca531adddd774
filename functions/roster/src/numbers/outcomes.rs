//! `/api/outcomes`: the outcomes of lines, and corrections of them by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use api::identity::{ClubCaller, Manager, Viewer};
use api::{
    ApiError, Body, Code, DatedListErrors, IfMatch, Paging, Params, RouteError, Segment, TimeZone, expected_version,
};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use desk::numbers::{Work, count};
use domain::json::quoted;
use domain::outcome::{Approval, Cause, Correction, Decision, End, Label, Outcome};
use domain::snapshot::{EmployeeId, EventRef};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::key::{LineKey, RunId};
use store::outcomes::{CorrectionError, LineOutcome, line_of};
use store::{Stored, Table};
use utoipa::{IntoParams, ToSchema};

use super::DaysQuery;
use super::names::{DecisionName, ProposerName};
use crate::facts::{because, require_employee};

/// The names of employees by id.
type Names = BTreeMap<EmployeeId, String>;

/// A page of the outcomes of lines that were proposed for a range of days.
#[derive(Serialize, ToSchema)]
pub struct OutcomeList {
    /// The outcomes, in order of the proposed day. A page before the last may have fewer items than `limit`, or none.
    items: Vec<OutcomeView>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
    time_zone: TimeZone,
}

/// The outcome of a line.
#[derive(Serialize, ToSchema)]
#[schema(as = LineOutcome)]
pub struct OutcomeView {
    line_id: String,
    event_ref_num: EventRef,
    event_type: &'static str,
    proposed_by: ProposerName,
    /// The person of the proposed place.
    employee_id: EmployeeId,
    employee_name: Option<String>,
    /// The day of the proposed place.
    date: NaiveDate,
    /// The Sunday of the week of `date`.
    week: NaiveDate,
    /// The outcome in one word; `null` while nothing is known.
    label: Option<Label>,
    /// The decision of a person; `null` if nobody has decided.
    decision: Option<DecisionName>,
    /// For a rejection: the manager's reason; `null` otherwise.
    reason: Option<String>,
    /// For a change: its cause; `null` otherwise.
    cause: Option<Cause>,
    /// The person who has the line now.
    holder_id: EmployeeId,
    holder_name: Option<String>,
    /// The current day of the line.
    holder_date: NaiveDate,
    /// For a change: the alternatives that the run offered at that time, best first.
    alternatives: Vec<AlternativeView>,
    /// How the line was approved; `null` if it was not.
    approval: Option<Approval>,
    /// How the line ended; `null` while Crossmark has not accepted it.
    end: Option<End>,
    /// The person who worked instead of the holder, as entered by hand; `null` if nothing like that was entered.
    done_by_id: Option<EmployeeId>,
    done_by_name: Option<String>,
    /// Whether a person entered `end` by hand.
    corrected_by_hand: bool,
    version: u64,
}

/// A place that the run offered instead of the proposed one.
#[derive(Serialize, ToSchema)]
#[schema(as = OutcomeAlternative)]
struct AlternativeView {
    employee_id: EmployeeId,
    employee_name: Option<String>,
    date: NaiveDate,
    /// Points of the score lost by choosing the alternative.
    points_lost: f64,
}

impl OutcomeView {
    fn of(stored: Stored<LineOutcome>, names: &Names) -> Option<OutcomeView> {
        let Stored { version, body: line } = stored;
        let holder_date = line.work_day();
        let outcome: Outcome = line.outcome?;
        let name = |id: &EmployeeId| names.get(id).cloned();
        let holder_id = outcome.holder().clone();
        let change = outcome.change();
        let alternatives = change.map(|change| change.alternatives.as_slice()).unwrap_or_default();
        let alternatives = alternatives.iter().map(|other| AlternativeView {
            employee_name: name(&other.employee_id),
            employee_id: other.employee_id.clone(),
            date: other.date,
            points_lost: other.points_lost,
        });
        Some(OutcomeView {
            line_id: line.line.to_string(),
            event_ref_num: outcome.event_ref,
            event_type: outcome.kind.name(),
            proposed_by: line.proposed_by.into(),
            employee_name: name(&outcome.employee_id),
            date: outcome.date,
            week: outcome.week,
            label: outcome.label(),
            decision: outcome.decision.as_ref().map(DecisionName::from),
            reason: match &outcome.decision {
                Some(Decision::Rejected { reason }) => reason.clone(),
                _ => None,
            },
            cause: change.map(|change| change.cause),
            holder_name: name(&holder_id),
            holder_id,
            holder_date,
            alternatives: alternatives.collect(),
            approval: outcome.approval,
            end: outcome.end,
            done_by_name: outcome.done_by.as_ref().and_then(name),
            done_by_id: outcome.done_by,
            corrected_by_hand: outcome.corrected_by_hand,
            employee_id: outcome.employee_id,
            version,
        })
    }
}

/// The outcomes of the lines that were proposed for a range of days.
///
/// Lines that are neither decided nor ended, and lines that only take a schedule back, are left out. 2 requests.
#[utoipa::path(
    get,
    path = "/api/outcomes",
    operation_id = "listOutcomes",
    tag = "numbers",
    params(Paging, DaysQuery),
    responses((status = 200, body = OutcomeList), RouteError<DatedListErrors>),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(table): State<Arc<Table>>,
    Params(paging): Params<Paging>,
    Params(days): Params<DaysQuery>,
) -> Result<Json<OutcomeList>, RouteError<DatedListErrors>> {
    let place = paging.page_request()?;
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let zone = club_documents.zone()?;
    let (from, to) = days.range(zone, club_caller.now)?;
    let page = club.outcomes_between(from, to, place.cursor.as_ref(), place.limit).await?;
    let names = club_documents.names();
    let items = page.items.into_iter().filter_map(|line| OutcomeView::of(line, &names));
    Ok(Json(OutcomeList { items: items.collect(), next: page.next.map(|next| next.0), time_zone: zone.into() }))
}

/// The line in the path of a request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LinePath {
    /// The id of the line: `<run id>.<event number>`.
    line_id: String,
}

/// What a person enters about the day of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OutcomeCorrection {
    /// The person worked it.
    Completed,
    /// The person did not come.
    DidNotCome,
    /// Somebody else did the work.
    SomebodyElse,
    /// The earlier correction is withdrawn.
    Withdrawn,
}

/// A correction of what happened on the day of a line.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRequest {
    what: OutcomeCorrection,
    /// For `somebody_else`: the person who did the work.
    #[serde(default)]
    employee_id: Option<EmployeeId>,
    /// The version of the outcome that the caller saw. Without it, the last writer wins.
    #[serde(default)]
    version: Option<u64>,
    #[serde(default)]
    #[schema(max_length = 500)]
    why: Option<String>,
}

/// A corrected outcome.
#[derive(Serialize, ToSchema)]
pub struct OutcomeCorrected {
    success: bool,
    /// The corrected outcome; `null` if the correction could not be counted yet. The next sweep counts it.
    outcome: Option<OutcomeView>,
}

api::errors! {
    /// Why an outcome is not corrected.
    CorrectionErrors: IncompletePlace, InvalidText, InvalidVersion, LineNotFound, NotAllowedNow, StaleVersion, UnknownEmployee;
}

/// Corrects what happened on the day of an accepted line, from that day on. The correction takes precedence over
/// Crossmark, and the ledger and the numbers follow it.
#[utoipa::path(
    post,
    path = "/api/outcomes/{line_id}",
    operation_id = "correctOutcome",
    tag = "numbers",
    params(IfMatch, LinePath),
    request_body = OutcomeRequest,
    responses((status = 200, body = OutcomeCorrected), RouteError<CorrectionErrors>),
)]
pub async fn correct(
    club_caller: ClubCaller<Manager>,
    State(table): State<Arc<Table>>,
    headers: HeaderMap,
    Segment(LinePath { line_id }): Segment<LinePath>,
    Body(request): Body<OutcomeRequest>,
) -> Result<Json<OutcomeCorrected>, RouteError<CorrectionErrors>> {
    let version = expected_version(&headers, request.version)?;
    let line = read_line_id(&line_id).ok_or_else(|| no_line(&line_id))?;
    let club = club_caller.of(&table);
    let club_documents = club.club_documents().await?;
    let zone = club_documents.zone()?;
    let correction = read_correction(request.what, request.employee_id)?;
    if let Correction::SomebodyElse { employee_id } = &correction {
        require_employee(&club_documents, employee_id)?;
    }
    let mut known = club.line_outcome(&line).await?;
    if known.is_none() {
        // The line may have been accepted since the last sweep.
        _ = count(club, zone, club_caller.now, Work::Trail).await;
        known = club.line_outcome(&line).await?;
    }
    let known = known.ok_or_else(|| no_line(&line_id))?;
    let today = club_caller.now.date_in(zone);
    if known.body.work_day() > today {
        return Err(too_early(&known.body).into());
    }
    let because = because(&club_caller, request.why.as_deref(), "entered by hand")?;
    let line = match club.correct_outcome(&line, version, &correction, &because).await {
        Ok(line) => line,
        Err(CorrectionError::NoLine) => return Err(no_line(&line_id).into()),
        Err(CorrectionError::Stale { found }) => return Err(ApiError::stale(found).into()),
        Err(CorrectionError::Table(error)) => return Err(error.into()),
    };
    // If the count fails, or another worker is counting, the next sweep counts the correction from the audit trail.
    let is_counted = count(club, zone, club_caller.now, Work::Trail).await.is_ok();
    let outcome = if is_counted { club.line_outcome(&line).await? } else { None };
    let outcome = outcome.and_then(|outcome| OutcomeView::of(outcome, &club_documents.names()));
    Ok(Json(OutcomeCorrected { success: true, outcome }))
}

fn read_correction(what: OutcomeCorrection, employee_id: Option<EmployeeId>) -> Result<Correction, ApiError> {
    Ok(match (what, employee_id) {
        (OutcomeCorrection::Completed, _) => Correction::Completed,
        (OutcomeCorrection::DidNotCome, _) => Correction::DidNotCome,
        (OutcomeCorrection::Withdrawn, _) => Correction::Withdrawn,
        (OutcomeCorrection::SomebodyElse, Some(employee_id)) => Correction::SomebodyElse { employee_id },
        (OutcomeCorrection::SomebodyElse, None) => {
            return Err(ApiError::new(Code::IncompletePlace, "$.employee_id is missing: who did it?"));
        }
    })
}

/// Reads a line's id.
fn read_line_id(text: &str) -> Option<LineKey> {
    let (run, event) = text.rsplit_once('.')?;
    Some(line_of(RunId::parse(run).ok()?, EventRef(event.parse().ok()?)))
}

fn no_line(text: &str) -> ApiError {
    ApiError::new(Code::LineNotFound, format!("there is no line {} that Crossmark accepted", quoted(text)))
}

/// 409 for a correction of a line whose day has not come.
fn too_early(line: &LineOutcome) -> ApiError {
    let end = line.outcome.as_ref().and_then(|outcome| outcome.end);
    let from = end.map_or("proposed", |end| if end == End::Accepted { "accepted" } else { "ended" });
    let message = format!("the day of the line, {}, has not come", line.work_day());
    ApiError::new(Code::NotAllowedNow, message).with(json!({"from": from, "to": "corrected"}))
}
