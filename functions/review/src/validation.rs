//! `GET /api/validation`, `POST` and `DELETE …/{finding_id}/ignore`: lists the findings about posted schedules, and ignores
//! findings. The fixes are in [`ways_out`].

use api::identity::{ClubCaller, Manager, Viewer};
use api::{
    ApiError, Body, Code, Params, RouteError, Segment, TimeZone, invalid_query, near, not_modified_answer, tagged,
};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;
use desk::validation::{FindingWithIgnore, PostedSchedules, WeekFindings, ignore, stop_ignoring};
use domain::snapshot::{EmployeeId, EventRef};
use domain::standing::{FindingDate, FindingId, Severity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, ok, words};
use crate::app::AppState;
use crate::errors::api_error;
use crate::reads::ids::digest;

mod health;
mod ways_out;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(ignore_one, stop_ignoring_one))
        .merge(ways_out::routes())
        .merge(health::routes())
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfWeek {
    /// Any date of the week, Sunday to Saturday; today by default. Schedules before the last 28 days are not checked.
    week: Option<NaiveDate>,
    /// Maximum number of findings; 200 by default.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The cursor: `next` of the previous page.
    #[param(max_length = 100)]
    cursor: Option<String>,
}

/// Something that is wrong with the posted schedules.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    /// The id of the finding. It stays the same for the same rule, person, events and days.
    id: String,
    /// The rule's number: `H3`, `W4`.
    rule: &'static str,
    /// The rule in a few words.
    title: &'static str,
    severity: Severity,
    /// The day of the finding; `null` if it is about a week or about the whole check.
    date: Option<NaiveDate>,
    /// The Sunday of the week of the finding; `null` if it is about a day or about the whole check.
    week: Option<NaiveDate>,
    employee_id: Option<EmployeeId>,
    employee_name: Option<String>,
    event_ref_nums: Vec<EventRef>,
    /// What is wrong, in words.
    text: String,
    /// Who ignores the finding; `null` if nobody does.
    ignored: Option<IgnoredBy>,
}

/// Who ignores a finding.
#[derive(Serialize, ToSchema)]
struct IgnoredBy {
    by: String,
    at: String,
    reason: String,
    /// The last day on which the finding is ignored.
    until: NaiveDate,
}

impl FindingView {
    /// A finding with the names of its people.
    pub fn of(found: &FindingWithIgnore, posted: &PostedSchedules) -> FindingView {
        let FindingWithIgnore { finding, ignored } = found;
        let (date, week) = match finding.when {
            FindingDate::Look => (None, None),
            FindingDate::Date(date) => (Some(date), None),
            FindingDate::Week(sunday) => (None, Some(sunday)),
        };
        FindingView {
            id: finding.id.to_string(),
            rule: finding.rule.id(),
            title: finding.rule.title(),
            severity: finding.severity,
            date,
            week,
            employee_name: finding.employee_id.as_ref().and_then(|id| posted.names.get(id)).cloned(),
            employee_id: finding.employee_id.clone(),
            event_ref_nums: finding.refs.clone(),
            text: finding.text.clone(),
            ignored: ignored.as_ref().map(|ignored| IgnoredBy {
                by: ignored.because.who.display_name().to_owned(),
                at: ignored.because.at.to_string(),
                reason: ignored.because.why.clone(),
                until: ignored.until,
            }),
        }
    }
}

/// The health of a week's schedule: `100 x 0.9^critical x 0.97^warnings`, rounded, over the faults that count.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = HealthOfWeek)]
pub struct HealthView {
    /// The Sunday of the week.
    week: NaiveDate,
    /// The health, from 0 to 100.
    health: u8,
    /// Number of critical faults that count. All findings about one person on one day, or in one week, are one fault.
    critical_faults: u32,
    /// Number of warning faults that count. All findings about one person on one day, or in one week, are one fault.
    warning_faults: u32,
    /// Number of critical findings, without ignored ones.
    critical: usize,
    warnings: usize,
    info: usize,
    ignored: usize,
    /// Number of posted schedules in the week.
    schedules: usize,
    /// Number of rules that were checked.
    rules: usize,
}

impl HealthView {
    /// A week's health.
    pub fn of(week: &WeekFindings) -> HealthView {
        HealthView {
            week: week.sunday,
            health: week.faults.health().points(),
            critical_faults: week.faults.critical,
            warning_faults: week.faults.warnings,
            critical: week.count(Severity::Critical),
            warnings: week.count(Severity::Warning),
            info: week.count(Severity::Info),
            ignored: week.findings.iter().filter(|found| found.ignored.is_some()).count(),
            schedules: week.schedules,
            rules: week.rules_checked(),
        }
    }
}

/// The findings about a week.
#[derive(Serialize, ToSchema)]
#[schema(as = Validation)]
struct ValidationView {
    time_zone: TimeZone,
    today: NaiveDate,
    plan_version: u64,
    /// When events were last read from Crossmark; `null` if they never were.
    refreshed_at: Option<String>,
    #[serde(flatten)]
    health: HealthView,
    /// The findings, in order of date, severity, rule, person and events.
    items: Vec<FindingView>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
}

const LARGEST_PAGE: u16 = 200;

api::errors! {
    /// Why the findings about a week are not listed.
    ShowErrors: DateOutOfBounds, InvalidQuery, InvalidCursor;
}

/// What is wrong with the posted schedules of a week, judged as if all were new.
///
/// 5 requests. Nothing is solved.
#[utoipa::path(
    get,
    path = "/api/validation",
    operation_id = "getValidation",
    tag = "validation",
    params(OfWeek),
    responses(
        (status = 200, body = ValidationView),
        RouteError<ShowErrors>,
    ),
)]
async fn show(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Params(query): Params<OfWeek>,
    headers: HeaderMap,
) -> Result<Response, RouteError<ShowErrors>> {
    if let Some(week) = query.week {
        near(week, club_caller.now, "week")?;
    }
    if !(1..=LARGEST_PAGE).contains(&query.limit.unwrap_or(LARGEST_PAGE)) {
        return Err(invalid_query(format!("limit is 1 to {LARGEST_PAGE}")).into());
    }
    let posted = PostedSchedules::load(club_caller.of(&app.table), club_caller.now).await.map_err(api_error)?;
    let tag = digest(&(posted.version_key(), query.week, query.limit, &query.cursor));
    if let Some(answer) = not_modified_answer(&headers, &tag) {
        return Ok(answer);
    }
    let week = posted.week(query.week.unwrap_or(posted.snapshot.today));
    let after = match &query.cursor {
        None => 0,
        Some(cursor) => {
            let at = week.findings.iter().position(|found| found.finding.id.0 == *cursor);
            let message = "the cursor names no finding of this week: start again without a cursor";
            at.ok_or_else(|| ApiError::new(Code::InvalidCursor, message))? + 1
        }
    };
    let limit = usize::from(query.limit.unwrap_or(LARGEST_PAGE));
    let page: Vec<&FindingWithIgnore> = week.findings.iter().skip(after).take(limit).collect();
    let is_last = after + page.len() >= week.findings.len();
    let answer = ValidationView {
        time_zone: posted.snapshot.club.time_zone.into(),
        today: posted.snapshot.today,
        plan_version: posted.plan_version.version,
        refreshed_at: posted.refreshed_at.map(|at| at.to_string()),
        health: HealthView::of(&week),
        next: page.last().filter(|_| !is_last).map(|found| found.finding.id.to_string()),
        items: page.into_iter().map(|found| FindingView::of(found, &posted)).collect(),
    };
    Ok(tagged(&tag, &answer))
}

/// The finding that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneFinding {
    /// The finding's id.
    #[param(pattern = "^[A-Za-z0-9-]{1,64}$")]
    finding_id: String,
}

impl OneFinding {
    fn id(&self) -> Result<FindingId, ApiError> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if (1..=64).contains(&self.finding_id.len()) && self.finding_id.bytes().all(is_allowed) {
            return Ok(FindingId(self.finding_id.clone()));
        }
        let message = "a finding's id has 1 to 64 letters, digits and hyphens";
        Err(ApiError::new(Code::InvalidId, message))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct IgnoreRequest {
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// The last day on which the finding is ignored, at most 90 days from today. By default the end of its week, or
    /// of the current week if the date of the finding is past or it has none.
    until: Option<NaiveDate>,
}

#[derive(Serialize, ToSchema)]
struct FindingIgnored {
    finding_id: String,
    until: NaiveDate,
}

api::errors! {
    /// Why a finding is not ignored.
    IgnoreErrors: InvalidId, InvalidText, FindingNotFound, DayOutsidePlan, DateOutOfBounds;
}

/// Ignores a finding until a day, with a reason. If the finding changes, it counts again.
#[utoipa::path(
    post,
    path = "/api/validation/{finding_id}/ignore",
    operation_id = "ignoreFinding",
    tag = "validation",
    params(OneFinding),
    request_body = IgnoreRequest,
    responses(
        (status = 200, body = Success<FindingIgnored>),
        RouteError<IgnoreErrors>,
    ),
)]
async fn ignore_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneFinding>,
    Body(body): Body<IgnoreRequest>,
) -> Result<Response, RouteError<IgnoreErrors>> {
    let because = club_caller.because(words("reason", &body.reason)?);
    if let Some(until) = body.until {
        near(until, club_caller.now, "until")?;
    }
    let done = ignore(club_caller.of(&app.table), &one.id()?, body.until, &because).await.map_err(api_error)?;
    Ok(ok(FindingIgnored { finding_id: done.id.to_string(), until: done.until }))
}

/// The finding that counts again. The answer is the same if the finding was not ignored.
#[derive(Serialize, ToSchema)]
struct FindingHeeded {
    finding_id: String,
}

api::errors! {
    /// Why a finding does not count again.
    StopIgnoringErrors: InvalidId;
}

/// Makes an ignored finding count again.
#[utoipa::path(
    delete,
    path = "/api/validation/{finding_id}/ignore",
    operation_id = "heedFinding",
    tag = "validation",
    params(OneFinding),
    responses(
        (status = 200, body = Success<FindingHeeded>),
        RouteError<StopIgnoringErrors>,
    ),
)]
async fn stop_ignoring_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneFinding>,
) -> Result<Response, RouteError<StopIgnoringErrors>> {
    let because = club_caller.because("counts again");
    stop_ignoring(club_caller.of(&app.table), &one.id()?, &because).await.map_err(api_error)?;
    Ok(ok(FindingHeeded { finding_id: one.finding_id }))
}
