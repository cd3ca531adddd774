//! `GET /api/validation`, `POST` and `DELETE …/{finding_id}/ignore`: what is wrong with what is posted.

use api::identity::{ClubCaller, Manager, Viewer};
use api::{Body, Params, RouteError, Segment, TimeZone, invalid_query, near, tagged, unless_known};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;
use desk::approve::ApprovalMode;
use desk::validation::{Fix, Fixed, Found, Posted, Week, fix, heed, ignore};
use domain::snapshot::{EmployeeId, EventRef};
use domain::standing::options::{Change, PostedAt, WayOut, WayOutKind};
use domain::standing::{FindingId, When};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, words};
use crate::app::AppState;
use crate::errors::api_error;
use crate::posted_changes;
use crate::reads::ids::digest;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(show_options))
        .routes(routes!(apply_one))
        .routes(routes!(apply_many))
        .routes(routes!(ignore_one, heed_one))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfWeek {
    /// Any date of the week, Sunday to Saturday; today where it is left out.
    week: Option<NaiveDate>,
    /// Findings at most; 200 where it is left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next` of the page before.
    #[param(max_length = 100)]
    cursor: Option<String>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It must not stay so.
    Critical,
    /// A person should look at it.
    Warning,
    /// Worth knowing.
    Info,
}

impl From<domain::standing::Severity> for Severity {
    fn from(severity: domain::standing::Severity) -> Severity {
        match severity {
            domain::standing::Severity::Critical => Severity::Critical,
            domain::standing::Severity::Warning => Severity::Warning,
            domain::standing::Severity::Info => Severity::Info,
        }
    }
}

/// A finding.
#[derive(Serialize, ToSchema)]
#[schema(as = Finding)]
pub struct FindingView {
    /// The same for the same rule, person, events and days.
    id: String,
    /// The rule's number: `H3`, `W4`.
    rule: &'static str,
    /// The rule in a few words.
    title: &'static str,
    severity: Severity,
    /// Its day; none where it is of a week or of the look as a whole.
    date: Option<NaiveDate>,
    /// Its week by its Sunday; none where it is of a day or of the look as a whole.
    week: Option<NaiveDate>,
    employee_id: Option<EmployeeId>,
    employee_name: Option<String>,
    event_ref_nums: Vec<EventRef>,
    /// What is wrong, in words.
    text: String,
    /// Who ignores it; none where it counts.
    ignored: Option<IgnoredView>,
}

/// Who ignores a finding.
#[derive(Serialize, ToSchema)]
#[schema(as = IgnoredBy)]
struct IgnoredView {
    by: String,
    at: String,
    reason: String,
    /// The last day on which it is ignored.
    until: NaiveDate,
}

impl FindingView {
    /// A finding with the names of its people.
    pub fn of(found: &Found, posted: &Posted) -> FindingView {
        let Found { finding, ignored } = found;
        let (date, week) = match finding.when {
            When::Look => (None, None),
            When::Date(date) => (Some(date), None),
            When::Week(sunday) => (None, Some(sunday)),
        };
        FindingView {
            id: finding.id.to_string(),
            rule: finding.rule.id(),
            title: finding.rule.title(),
            severity: finding.severity.into(),
            date,
            week,
            employee_name: finding.employee_id.as_ref().and_then(|id| posted.names.get(id)).cloned(),
            employee_id: finding.employee_id.clone(),
            event_ref_nums: finding.refs.clone(),
            text: finding.text.clone(),
            ignored: ignored.as_ref().map(|ignored| IgnoredView {
                by: ignored.because.who.shown().to_owned(),
                at: ignored.because.at.to_string(),
                reason: ignored.because.why.clone(),
                until: ignored.until,
            }),
        }
    }
}

/// How well a week's schedule stands, with the sum: `100 x 0.9^critical x 0.97^warnings`, rounded.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = HealthOfWeek)]
pub struct HealthView {
    /// The Sunday of the week.
    week: NaiveDate,
    /// 0 to 100.
    health: u8,
    /// Critical faults that count. What is found of one person on one day, or in one week, is one.
    critical_faults: u32,
    /// Warnings that count, likewise.
    warning_faults: u32,
    /// Findings by severity, without those that are ignored.
    critical: usize,
    warnings: usize,
    info: usize,
    ignored: usize,
    /// Posted schedules of the week.
    schedules: usize,
    /// Rules that were judged.
    rules: usize,
}

impl HealthView {
    /// A week's health.
    pub fn of(week: &Week) -> HealthView {
        use domain::standing::Severity::{Critical, Info, Warning};
        HealthView {
            week: week.sunday,
            health: week.faults.health().points(),
            critical_faults: week.faults.critical,
            warning_faults: week.faults.warnings,
            critical: week.count(Critical),
            warnings: week.count(Warning),
            info: week.count(Info),
            ignored: week.findings.iter().filter(|found| found.ignored.is_some()).count(),
            schedules: week.schedules,
            rules: week.rules(),
        }
    }
}

/// A week's findings.
#[derive(Serialize, ToSchema)]
#[schema(as = Validation)]
struct ValidationView {
    time_zone: TimeZone,
    today: NaiveDate,
    plan_version: u64,
    /// When events were read from Crossmark; none where they never were.
    refreshed_at: Option<String>,
    #[serde(flatten)]
    health: HealthView,
    /// In order of date, severity, rule, person and events.
    items: Vec<FindingView>,
    /// To be sent as `cursor` for the next page; none on the last one.
    next: Option<String>,
}

const LARGEST_PAGE: u16 = 200;

api::errors! {
    /// Why a week is not looked at.
    ShowErrors: DateOutOfBounds, InvalidQuery, InvalidCursor;
}

/// What is wrong with what is posted in a week, judged as if everything were new.
///
/// 6 requests. Nothing is solved.
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
    let posted = Posted::load(club_caller.of(&app.table), club_caller.now).await.map_err(api_error)?;
    let tag = digest(&(posted.mark(), query.week, query.limit, &query.cursor));
    if let Some(known) = unless_known(&headers, &tag) {
        return Ok(known);
    }
    let week = posted.week(query.week.unwrap_or(posted.snapshot.today));
    let after = match &query.cursor {
        None => 0,
        Some(cursor) => {
            let at = week.findings.iter().position(|found| found.finding.id.0 == *cursor);
            let message = "the cursor is of no finding of this week: begin again";
            at.ok_or_else(|| api::ApiError::new(api::Code::InvalidCursor, message))? + 1
        }
    };
    let limit = usize::from(query.limit.unwrap_or(LARGEST_PAGE));
    let page: Vec<&Found> = week.findings.iter().skip(after).take(limit).collect();
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

/// A finding.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneFinding {
    /// The finding's id.
    #[param(pattern = "^[A-Za-z0-9-]{1,64}$")]
    finding_id: String,
}

impl OneFinding {
    fn id(&self) -> Result<FindingId, api::ApiError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if (1..=64).contains(&self.finding_id.len()) && self.finding_id.bytes().all(plain) {
            return Ok(FindingId(self.finding_id.clone()));
        }
        let message = "a finding's id has 1 to 64 letters, digits and hyphens";
        Err(api::ApiError::new(api::Code::InvalidId, message))
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IgnoreRequest)]
struct Ignore {
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// The last day on which it is ignored, at most 90 days from today; the end of its week where it is left out.
    until: Option<NaiveDate>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FindingIgnored)]
struct IgnoreAnswer {
    finding_id: String,
    until: NaiveDate,
}

api::errors! {
    /// Why a finding is not ignored.
    IgnoreErrors: InvalidId, InvalidText, FindingNotFound, DayOutsidePlan, DateOutOfBounds;
}

/// A finding is left as it is, with a reason and an end. When what it says changes, it counts again.
#[utoipa::path(
    post,
    path = "/api/validation/{finding_id}/ignore",
    operation_id = "ignoreFinding",
    tag = "validation",
    params(OneFinding),
    request_body = Ignore,
    responses(
        (status = 200, body = Success<IgnoreAnswer>),
        RouteError<IgnoreErrors>,
    ),
)]
async fn ignore_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneFinding>,
    Body(body): Body<Ignore>,
) -> Result<Response, RouteError<IgnoreErrors>> {
    let because = club_caller.because(words("reason", &body.reason)?);
    if let Some(until) = body.until {
        near(until, club_caller.now, "until")?;
    }
    let done = ignore(club_caller.of(&app.table), &one.id()?, body.until, &because).await.map_err(api_error)?;
    Ok(ok(IgnoreAnswer { finding_id: done.id.to_string(), until: done.until }))
}

/// That an ignore was taken back, or that there was none.
#[derive(Serialize, ToSchema)]
#[schema(as = FindingHeeded)]
struct Heeded {
    finding_id: String,
}

api::errors! {
    /// Why an ignore is not taken back.
    HeedErrors: InvalidId;
}

/// A finding counts again.
#[utoipa::path(
    delete,
    path = "/api/validation/{finding_id}/ignore",
    operation_id = "heedFinding",
    tag = "validation",
    params(OneFinding),
    responses(
        (status = 200, body = Success<Heeded>),
        RouteError<HeedErrors>,
    ),
)]
async fn heed_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneFinding>,
) -> Result<Response, RouteError<HeedErrors>> {
    let because = club_caller.because("counts again");
    heed(club_caller.of(&app.table), &one.id()?, &because).await.map_err(api_error)?;
    Ok(ok(Heeded { finding_id: one.finding_id }))
}

/// Where an event is posted, or would be.
#[derive(Serialize, ToSchema)]
#[schema(as = PostedSpot)]
struct SpotView {
    employee_id: EmployeeId,
    employee_name: Option<String>,
    schedule_datetime: String,
    block: Option<u8>,
}

/// One thing that a way out changes.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = WayOutChange)]
enum ChangeView {
    /// An event is posted elsewhere.
    Schedule {
        event_ref_num: EventRef,
        /// None where it is not posted.
        before: Option<SpotView>,
        /// None where it is taken back.
        after: Option<SpotView>,
        /// Whether Crossmark is told of it: of who and when, not of a block.
        told_to_crossmark: bool,
    },
    /// Somebody else holds a rotation on one date.
    Rotation { date: NaiveDate, rotation_type: String, employee_id: EmployeeId, employee_name: Option<String> },
}

/// A way out of a finding.
#[derive(Serialize, ToSchema)]
#[schema(as = WayOut)]
struct OptionView {
    /// To be sent as `option`.
    id: String,
    /// `give`, `move`, `trade`, `place`, `rotation`, `take_back` or `leave`.
    kind: &'static str,
    /// What to do, in words.
    text: String,
    /// The score afterwards minus the score before.
    points: f64,
    /// Findings that go, this one included.
    removes: usize,
    /// Other findings that stay with fewer events.
    shrinks: usize,
    changes: Vec<ChangeView>,
}

/// The change that comes nearest where there is no way out.
#[derive(Serialize, ToSchema)]
#[schema(as = NearestWayOut)]
struct NearestView {
    /// What it would be and what is against it, in words.
    text: String,
    /// The rules that it breaks.
    rules: Vec<String>,
}

/// The ways out of a finding.
#[derive(Serialize, ToSchema)]
#[schema(as = WaysOut)]
struct OptionsView {
    plan_version: u64,
    finding: FindingView,
    /// At most 8, the best score difference first; the last one changes nothing.
    options: Vec<OptionView>,
    /// The nearest change where nothing but leaving it is offered.
    nearest: Option<NearestView>,
}

fn spot(at: &PostedAt, posted: &Posted) -> SpotView {
    SpotView {
        employee_name: posted.names.get(&at.employee_id).cloned(),
        employee_id: at.employee_id.clone(),
        schedule_datetime: domain::calendar::write_moment(at.start),
        block: at.block,
    }
}

impl ChangeView {
    fn of(change: &Change, posted: &Posted) -> ChangeView {
        let told_to_crossmark = change.is_told_to_crossmark();
        match change {
            Change::Schedule { event_ref, before, after } => ChangeView::Schedule {
                event_ref_num: *event_ref,
                before: before.as_ref().map(|at| spot(at, posted)),
                after: after.as_ref().map(|at| spot(at, posted)),
                told_to_crossmark,
            },
            Change::Rotation(exception) => ChangeView::Rotation {
                date: exception.date,
                rotation_type: exception.rotation.name().to_owned(),
                employee_name: posted.names.get(&exception.employee_id).cloned(),
                employee_id: exception.employee_id.clone(),
            },
        }
    }
}

impl OptionView {
    fn of(option: &WayOut, posted: &Posted) -> OptionView {
        let kind: WayOutKind = option.kind;
        OptionView {
            id: option.id.to_string(),
            kind: kind.name(),
            text: option.text.clone(),
            points: option.points,
            removes: option.removes,
            shrinks: option.shrinks,
            changes: option.changes.iter().map(|change| ChangeView::of(change, posted)).collect(),
        }
    }
}

api::errors! {
    /// Why no ways out are shown.
    OptionsErrors: InvalidId, FindingNotFound;
}

/// The ways out of a finding, each imagined on the whole club: it goes, and nothing new comes.
///
/// 6 requests. Nothing is changed.
#[utoipa::path(
    get,
    path = "/api/validation/{finding_id}/options",
    operation_id = "getWaysOut",
    tag = "validation",
    params(OneFinding),
    responses(
        (status = 200, body = OptionsView),
        RouteError<OptionsErrors>,
    ),
)]
async fn show_options(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Segment(one): Segment<OneFinding>,
    headers: HeaderMap,
) -> Result<Response, RouteError<OptionsErrors>> {
    let id = one.id()?;
    let posted = Posted::load(club_caller.of(&app.table), club_caller.now).await.map_err(api_error)?;
    let tag = digest(&(posted.mark(), &id.0));
    if let Some(known) = unless_known(&headers, &tag) {
        return Ok(known);
    }
    let found = posted.finding(&id).map_err(api_error)?;
    let ways = posted.options(&id).map_err(api_error)?;
    let nearest = ways.nearest.as_ref().map(|nearest| NearestView {
        text: nearest.text.clone(),
        rules: nearest.broken.iter().map(|broken| broken.rule.id().to_owned()).collect(),
    });
    let answer = OptionsView {
        plan_version: posted.plan_version.version,
        finding: FindingView::of(&found, &posted),
        options: ways.options.iter().map(|option| OptionView::of(option, &posted)).collect(),
        nearest,
    };
    Ok(tagged(&tag, &answer))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplyRequest)]
struct Apply {
    /// The way out, by its id.
    #[schema(min_length = 1, max_length = 64)]
    option: String,
    /// The plan version that the caller saw; it is refused on another one.
    plan_version: Option<u64>,
    /// Only says what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// A finding and its way out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Fix)]
struct OneFix {
    #[schema(min_length = 1, max_length = 64)]
    finding_id: String,
    /// The way out, by its id.
    #[schema(min_length = 1, max_length = 64)]
    option: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FixesRequest)]
struct FixesBody {
    #[schema(min_items = 1, max_items = 40)]
    fixes: Vec<OneFix>,
    /// The plan version that the caller saw; the fixes are refused on another one.
    plan_version: Option<u64>,
    /// Only says what would happen.
    #[serde(default)]
    dry_run: bool,
}

/// Maximum fixes in one request.
const MOST_FIXES: usize = 40;

/// What fixes did.
#[derive(Serialize, ToSchema)]
#[schema(as = FixesApplied)]
struct Applied {
    /// Findings that go.
    gone: Vec<String>,
    /// Findings that another fix had removed already.
    not_needed: Vec<String>,
    /// Rotations that somebody else holds on one date.
    rotations: Vec<ChangeView>,
    /// The posted schedules that change; none where only rotations do.
    changes: Option<posted_changes::Changed>,
}

api::errors! {
    /// Why findings are not fixed.
    ApplyErrors:
        InvalidId, NoLines, TooManyLines, FindingNotFound, OptionNotFound, FixesClash, PlanMoved, UnknownEmployee,
        EventNotFound, RulesBroken, StartNotLegal, DayOutsidePlan, DayLocked, NotPosted, TooLate, SameAsPosted;
}

/// A way out is carried out: its posted changes are approved, its rotation is saved. It is checked again at that moment.
#[utoipa::path(
    post,
    path = "/api/validation/{finding_id}/apply",
    operation_id = "applyWayOut",
    tag = "validation",
    params(OneFinding),
    request_body = Apply,
    responses(
        (status = 200, body = Success<Applied>, description = "A dry run, or nothing goes to Crossmark"),
        (status = 202, body = Success<Applied>),
        RouteError<ApplyErrors>,
    ),
)]
async fn apply_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneFinding>,
    Body(body): Body<Apply>,
) -> Result<Response, RouteError<ApplyErrors>> {
    let fixes = [Fix { finding: one.id()?, option: body.option }];
    Ok(apply(&app, &club_caller, &fixes, body.plan_version, body.dry_run).await?)
}

/// Several ways out are carried out as one approval. A finding that an earlier one removes is passed over.
#[utoipa::path(
    post,
    path = "/api/validation/apply",
    operation_id = "applyWaysOut",
    tag = "validation",
    request_body = FixesBody,
    responses(
        (status = 200, body = Success<Applied>, description = "A dry run, or nothing goes to Crossmark"),
        (status = 202, body = Success<Applied>),
        RouteError<ApplyErrors>,
    ),
)]
async fn apply_many(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<FixesBody>,
) -> Result<Response, RouteError<ApplyErrors>> {
    let fixes: Vec<Fix> = match body.fixes.len() {
        0 => return Err(api::ApiError::new(api::Code::NoLines, "name at least one fix").into()),
        n if n > MOST_FIXES => {
            let message = format!("{n} fixes are named: at most {MOST_FIXES} at once");
            return Err(api::ApiError::new(api::Code::TooManyLines, message).into());
        }
        _ => body
            .fixes
            .into_iter()
            .map(|one| Ok(Fix { finding: OneFinding { finding_id: one.finding_id }.id()?, option: one.option }))
            .collect::<Result<_, api::ApiError>>()?,
    };
    Ok(apply(&app, &club_caller, &fixes, body.plan_version, body.dry_run).await?)
}

async fn apply(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    fixes: &[Fix],
    plan_version: Option<u64>,
    dry_run: bool,
) -> Result<Response, api::ApiError> {
    let mode = if dry_run { ApprovalMode::DryRun } else { ApprovalMode::Execute };
    let ids = posted_changes::new_ids(app, club_caller.now);
    let run = ids.0.clone();
    let because = club_caller.because("fixed what is posted");
    let done = fix(app.desk(club_caller), &app.submissions, fixes, plan_version, mode, ids, &because).await;
    let Fixed { changed, rotations, gone, not_needed } = done.map_err(api_error)?;
    let named = |ids: Vec<FindingId>| ids.into_iter().map(|id| id.0).collect();
    let changes = changed.map(|changed| posted_changes::Changed::of(changed, run));
    let is_sent = changes.as_ref().is_some_and(posted_changes::Changed::is_approved);
    let answer = Applied {
        gone: named(gone),
        not_needed: named(not_needed),
        rotations: rotations
            .into_iter()
            .map(|exception| ChangeView::Rotation {
                date: exception.date,
                rotation_type: exception.rotation.name().to_owned(),
                employee_id: exception.employee_id,
                employee_name: None,
            })
            .collect(),
        changes,
    };
    Ok(if is_sent { accepted(answer) } else { ok(answer) })
}
