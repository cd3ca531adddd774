//! `GET /api/validation/{finding_id}/options`, `POST …/apply`: the ways out of findings, and carrying them out.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Manager, Viewer};
use api::line::PlaceView;
use api::{ApiError, Body, Code, RouteError, Segment, not_modified_answer, tagged};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::NaiveDate;
use desk::approve::ApprovalMode;
use desk::validation::{BlockMove, Fix, FixResult, PostedSchedules, fix, undo_blocks};
use domain::calendar::write_moment;
use domain::snapshot::{Arrivals, EmployeeId, EventRef, RotationException};
use domain::standing::FindingId;
use domain::standing::options::{Change, PostedAt, WayOut};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use store::blocks::BlockChange;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{FindingView, OneFinding};
use crate::answer::{Success, accepted, ok};
use crate::app::AppState;
use crate::errors::api_error;
use crate::posted_changes;
use crate::reads::ids::digest;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show_options))
        .routes(routes!(apply_one))
        .routes(routes!(apply_many))
        .routes(routes!(undo_block_moves))
}

/// One change of a way out.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = WayOutChange)]
enum ChangeView {
    /// An event gets another place, or none.
    Schedule {
        event_ref_num: EventRef,
        /// The place before the change; `null` if the event is not posted.
        before: Option<PlaceView>,
        /// The place after the change; `null` if the event is taken back.
        after: Option<PlaceView>,
        /// Whether the change is sent to Crossmark. Person and time are sent, and a block is not.
        told_to_crossmark: bool,
    },
    /// Another person holds a rotation on one date.
    Rotation { date: NaiveDate, rotation_type: String, employee_id: EmployeeId, employee_name: Option<String> },
}

/// A way out of a finding: changes that remove it, or no change to leave it as it is.
#[derive(Serialize, ToSchema)]
#[schema(as = WayOut)]
struct OptionView {
    /// The id to send as `option`.
    id: String,
    /// The kind: `give`, `move`, `trade`, `place`, `rotation`, `take_back` or `leave`.
    kind: &'static str,
    /// What to do, in words.
    text: String,
    /// The score after the change minus the score before.
    points: f64,
    /// Number of findings that the way out removes, this one included; 0 for `leave`.
    removes: usize,
    /// Number of other findings that stay but have fewer events.
    shrinks: usize,
    changes: Vec<ChangeView>,
}

/// The nearest change, for a finding without a way out.
#[derive(Serialize, ToSchema)]
#[schema(as = NearestWayOut)]
struct NearestView {
    /// The change and what prevents it, in words.
    text: String,
    /// The rules that the change breaks.
    rules: Vec<String>,
}

/// The ways out of a finding.
#[derive(Serialize, ToSchema)]
#[schema(as = WaysOut)]
struct OptionsView {
    plan_version: u64,
    finding: FindingView,
    /// At most 8 ways out, the best score difference first. The last one changes nothing.
    options: Vec<OptionView>,
    /// The nearest change, if no way out is offered except leaving the finding; `null` otherwise, and if there is none.
    nearest: Option<NearestView>,
}

fn place(at: &PostedAt, posted: &PostedSchedules) -> PlaceView {
    PlaceView {
        employee_name: posted.names.get(&at.employee_id).cloned(),
        employee_id: at.employee_id.clone(),
        schedule_datetime: write_moment(at.start),
        block: at.block,
    }
}

impl ChangeView {
    fn of(change: &Change, posted: &PostedSchedules) -> ChangeView {
        let told_to_crossmark = change.is_sent_to_crossmark();
        match change {
            Change::Schedule { event_ref, before, after } => ChangeView::Schedule {
                event_ref_num: *event_ref,
                before: before.as_ref().map(|at| place(at, posted)),
                after: after.as_ref().map(|at| place(at, posted)),
                told_to_crossmark,
            },
            Change::Rotation(exception) => ChangeView::rotation(exception, &posted.names),
        }
    }

    fn rotation(exception: &RotationException, names: &BTreeMap<EmployeeId, String>) -> ChangeView {
        ChangeView::Rotation {
            date: exception.date,
            rotation_type: exception.rotation.name().to_owned(),
            employee_id: exception.employee_id.clone(),
            employee_name: names.get(&exception.employee_id).cloned(),
        }
    }
}

impl OptionView {
    fn of(option: &WayOut, posted: &PostedSchedules) -> OptionView {
        OptionView {
            id: option.id.to_string(),
            kind: option.kind.name(),
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

/// The ways out of a finding. The last one leaves the finding as it is.
///
/// Each of the others was checked on the whole club: it removes the finding and causes no new one. 5 requests. Nothing
/// is changed.
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
    let posted = PostedSchedules::load(club_caller.of(&app.table), club_caller.now).await.map_err(api_error)?;
    // The answer depends on the minute: a start that has passed is not offered.
    let minute = posted.outside.now.map(|now| now.and_utc().timestamp() / 60);
    let tag = digest(&(posted.version_key(), minute, &id.0));
    if let Some(answer) = not_modified_answer(&headers, &tag) {
        return Ok(answer);
    }
    let found = posted.finding(&id).map_err(api_error)?;
    let ways_out = posted.options(&id).map_err(api_error)?;
    let nearest = ways_out.nearest.as_ref().map(|nearest| NearestView {
        text: nearest.text.clone(),
        rules: nearest.broken.iter().map(|broken| broken.rule.id().to_owned()).collect(),
    });
    let answer = OptionsView {
        plan_version: posted.plan_version.version,
        finding: FindingView::of(&found, &posted),
        options: ways_out.options.iter().map(|option| OptionView::of(option, &posted)).collect(),
        nearest,
    };
    Ok(tagged(&tag, &answer))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplyRequest {
    /// The id of the way out.
    #[schema(min_length = 1, max_length = 64)]
    option: String,
    /// The plan version that the caller saw. The request is refused if the version has changed.
    plan_version: Option<u64>,
    /// Returns the effect of the request without carrying it out.
    #[serde(default)]
    dry_run: bool,
}

/// A finding and the way out to apply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Fix)]
struct OneFix {
    #[schema(min_length = 1, max_length = 64)]
    finding_id: String,
    /// The id of the way out.
    #[schema(min_length = 1, max_length = 64)]
    option: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FixesRequest {
    #[schema(min_items = 1, max_items = 40)]
    fixes: Vec<OneFix>,
    /// The plan version that the caller saw. The request is refused if the version has changed.
    plan_version: Option<u64>,
    /// Returns the effect of the request without carrying it out.
    #[serde(default)]
    dry_run: bool,
}

/// Maximum fixes in one request.
const MAX_FIXES: usize = 40;

/// A posted event whose block changes, while its person and time stay.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockMove)]
struct BlockView {
    event_ref_num: EventRef,
    /// The block before the change; `null` if it had none.
    #[serde(deserialize_with = "block_number")]
    #[schema(minimum = 1, maximum = 8)]
    before: Option<u8>,
    /// The block after the change.
    #[serde(deserialize_with = "block_number")]
    #[schema(minimum = 1, maximum = 8)]
    after: Option<u8>,
}

fn block_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    let block = Option::<u8>::deserialize(deserializer)?;
    match block.filter(|block| !(1..=Arrivals::BLOCKS).contains(&usize::from(*block))) {
        Some(found) => Err(D::Error::custom(format!("found {found}, expected 1 to {}", Arrivals::BLOCKS))),
        None => Ok(block),
    }
}

impl BlockView {
    fn of(change: &BlockChange) -> BlockView {
        BlockView { event_ref_num: change.event, before: change.at.block, after: change.block }
    }
}

/// The effect of the fixes.
#[derive(Serialize, ToSchema)]
struct FixesApplied {
    /// The ids of the findings that the fixes remove, or would remove if they were carried out; none if every line was
    /// refused.
    gone: Vec<String>,
    /// The ids of the findings that an earlier fix had already removed.
    not_needed: Vec<String>,
    /// The rotations that change hands on one date.
    rotations: Vec<ChangeView>,
    /// Posted events whose block changes, while person and time stay. Blocks are Muster's own, and are not sent to
    /// Crossmark.
    blocks: Vec<BlockView>,
    /// The posted schedules that change; `null` if only rotations and blocks change.
    changes: Option<posted_changes::ScheduleChanges>,
}

api::errors! {
    /// Why a finding is not fixed.
    ApplyOneErrors:
        InvalidId, TooManyLines, FindingNotFound, OptionNotFound, FixesClash, PlanMoved, UnknownEmployee, EventNotFound,
        StartNotLegal, DayOutsidePlan, DayLocked, NotPosted, TooLate, SameAsPosted;
    /// Why findings are not fixed.
    ApplyManyErrors:
        InvalidId, NoLines, TooManyLines, FindingNotFound, OptionNotFound, FixesClash, PlanMoved, UnknownEmployee,
        EventNotFound, StartNotLegal, DayOutsidePlan, DayLocked, NotPosted, TooLate, SameAsPosted;
}

/// Applies a way out: approves its changes of posted schedules, and saves its blocks and its rotation.
///
/// The way out is checked again first.
#[utoipa::path(
    post,
    path = "/api/validation/{finding_id}/apply",
    operation_id = "applyWayOut",
    tag = "validation",
    params(OneFinding),
    request_body = ApplyRequest,
    responses(
        (status = 200, body = Success<FixesApplied>, description = "A dry run, or nothing is sent to Crossmark"),
        (status = 202, body = Success<FixesApplied>),
        RouteError<ApplyOneErrors>,
    ),
)]
async fn apply_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(one): Segment<OneFinding>,
    Body(body): Body<ApplyRequest>,
) -> Result<Response, RouteError<ApplyOneErrors>> {
    let fixes = [Fix { finding: one.id()?, option: body.option }];
    Ok(apply(&app, &club_caller, &fixes, body.plan_version, body.dry_run).await?)
}

/// Applies several ways out as one approval. A finding that an earlier way out removes is skipped.
#[utoipa::path(
    post,
    path = "/api/validation/apply",
    operation_id = "applyWaysOut",
    tag = "validation",
    request_body = FixesRequest,
    responses(
        (status = 200, body = Success<FixesApplied>, description = "A dry run, or nothing is sent to Crossmark"),
        (status = 202, body = Success<FixesApplied>),
        RouteError<ApplyManyErrors>,
    ),
)]
async fn apply_many(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<FixesRequest>,
) -> Result<Response, RouteError<ApplyManyErrors>> {
    let fixes: Vec<Fix> = match body.fixes.len() {
        0 => return Err(ApiError::new(Code::NoLines, "name at least one fix").into()),
        n if n > MAX_FIXES => {
            let message = format!("{n} fixes are named: at most {MAX_FIXES} at once");
            return Err(ApiError::new(Code::TooManyLines, message).into());
        }
        _ => body
            .fixes
            .into_iter()
            .map(|one| Ok(Fix { finding: OneFinding { finding_id: one.finding_id }.id()?, option: one.option }))
            .collect::<Result<_, ApiError>>()?,
    };
    Ok(apply(&app, &club_caller, &fixes, body.plan_version, body.dry_run).await?)
}

/// The blocks to restore, as the answer to the fix listed them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlocksUndone)]
struct UndoBody {
    #[schema(min_items = 1, max_items = 30)]
    blocks: Vec<BlockView>,
}

api::errors! {
    /// Why blocks are not restored.
    UndoErrors: NoLines, TooManyLines, NotPosted, PlanMoved;
}

/// Restores the blocks that ways out changed. Crossmark never knew of these changes.
///
/// All blocks are restored or none. The request is refused if an event is not posted any more, or if its block has
/// changed since. An event that was moved and kept its block gets the former block at its new place.
#[utoipa::path(
    post,
    path = "/api/validation/blocks/undo",
    operation_id = "undoBlocks",
    tag = "validation",
    request_body = UndoBody,
    responses((status = 204), RouteError<UndoErrors>),
)]
async fn undo_block_moves(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<UndoBody>,
) -> Result<StatusCode, RouteError<UndoErrors>> {
    if body.blocks.is_empty() {
        return Err(ApiError::new(Code::NoLines, "name at least one event").into());
    }
    let block_move = |BlockView { event_ref_num, before, after }| BlockMove { event: event_ref_num, before, after };
    let moves: Vec<BlockMove> = body.blocks.into_iter().map(block_move).collect();
    let because = club_caller.because("undid a change of blocks");
    undo_blocks(club_caller.of(&app.table), &moves, &because).await.map_err(api_error)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn apply(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    fixes: &[Fix],
    plan_version: Option<u64>,
    dry_run: bool,
) -> Result<Response, ApiError> {
    let mode = if dry_run { ApprovalMode::DryRun } else { ApprovalMode::Execute };
    let ids = posted_changes::new_ids(app, club_caller.now);
    let run = ids.0.clone();
    let because = club_caller.because("fixed what is posted");
    let done = fix(app.desk(club_caller), &app.submissions, fixes, plan_version, mode, ids, &because).await;
    let FixResult { changed, rotations, blocks, gone, not_needed, names } = done.map_err(api_error)?;
    let named = |ids: Vec<FindingId>| ids.into_iter().map(|id| id.0).collect();
    let changes = changed.map(|changed| posted_changes::ScheduleChanges::of(changed, run));
    let is_sent = changes.as_ref().is_some_and(posted_changes::ScheduleChanges::is_recorded);
    let answer = FixesApplied {
        gone: named(gone),
        not_needed: named(not_needed),
        rotations: rotations.iter().map(|exception| ChangeView::rotation(exception, &names)).collect(),
        blocks: blocks.iter().map(BlockView::of).collect(),
        changes,
    };
    Ok(if is_sent { accepted(answer) } else { ok(answer) })
}
