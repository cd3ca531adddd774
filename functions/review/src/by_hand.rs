//! `POST /api/auto-schedule/done-by-hand`: a person did at Crossmark what a failed line was to do. If they enter the
//! number of the new schedule, it is first looked up at Crossmark: with a wrong number Muster could never take the
//! schedule back.

use std::time::Duration;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Body, Code, Number, RouteError, Segment};
use axum::extract::State;
use axum::response::Response;
use crossmark::{Days, EnteredValues, LocationId, PlanId, TakenBy};
use desk::approve::RefusedLine;
use desk::failed::{FailedLines, SettledLines, Settlement, settle};
use desk::plan::find_lines;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::key::ScheduledEventId;
use store::lines::{Line, LineKind};
use store::states::LineStatus;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, UnchangedLine, line_ids, ok, unchanged_lines, words};
use crate::app::AppState;
use crate::errors::api_error;
use crate::request_ids::{LineId, OneLine};

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(by_hand_some)).routes(routes!(by_hand_one))
}

/// Maximum time for reading Crossmark's planning list.
const CROSSMARK_TIMEOUT: Duration = Duration::from_secs(8);

#[derive(Serialize, ToSchema)]
#[schema(as = DoneByHand)]
struct DoneByHandLines {
    done_by_hand: Vec<String>,
    refused: Vec<RefusedLine>,
    not_failed: Vec<UnchangedLine>,
}

/// A note, and the id of the schedule that was entered at Crossmark for one line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DoneByHandOneRequest {
    /// Who entered the schedule, and how.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
    /// The id of the new schedule at Crossmark. It must be left out for a line that only takes a schedule back.
    #[schema(value_type = Option<ScheduledEventId>)]
    scheduled_event_id: Option<Number>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DoneByHandRequest {
    /// Who entered the schedule, and how.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
    #[schema(min_items = 1, max_items = 1000)]
    lines: Vec<LineId>,
}

api::errors! {
    /// Why no line is marked as done by hand.
    ByHandErrors: InvalidText, NoLines, TooManyLines, LineNotFound;
}

/// Marks failed lines as done: a person did at Crossmark what the lines were to do.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/done-by-hand",
    operation_id = "doneByHandSome",
    tag = "submissions",
    request_body = DoneByHandRequest,
    responses(
        (status = 200, body = Success<DoneByHandLines>),
        RouteError<ByHandErrors>,
    ),
)]
async fn by_hand_some(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<DoneByHandRequest>,
) -> Result<Response, RouteError<ByHandErrors>> {
    Ok(by_hand(&app, &club_caller, line_ids(body.lines)?, words("note", &body.note)?, None).await?)
}

api::errors! {
    /// Why one line is not marked as done by hand.
    OneByHandErrors: InvalidText, LineNotFound, LineHasNoPlace, SameAsPosted, ScheduleNotListed, CrossmarkAway;
}

/// Marks a failed line as done: a person did at Crossmark what it was to do.
///
/// A given schedule id is refused if Crossmark does not list it for the line's event, if it is the schedule that the line
/// moves, and if the line only takes a schedule back.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/done-by-hand/{id}",
    operation_id = "doneByHandOne",
    tag = "submissions",
    params(OneLine),
    request_body = DoneByHandOneRequest,
    responses(
        (status = 200, body = Success<DoneByHandLines>),
        RouteError<OneByHandErrors>,
    ),
)]
async fn by_hand_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
    Body(body): Body<DoneByHandOneRequest>,
) -> Result<Response, RouteError<OneByHandErrors>> {
    let note = words("note", &body.note)?;
    let id = body.scheduled_event_id.map(|id| ScheduledEventId(id.get()));
    if let Some(id) = id {
        check_schedule_id(&app, &club_caller, &line, id).await?;
    }
    Ok(by_hand(&app, &club_caller, vec![line], note, id).await?)
}

async fn by_hand(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    lines: Vec<String>,
    note: String,
    id: Option<ScheduledEventId>,
) -> Result<Response, ApiError> {
    let because = club_caller.because(note);
    let settlement = Settlement::DoneByHand(id);
    let SettledLines { done, refused, not_failed } =
        settle(club_caller.of(&app.table), &FailedLines::Lines(lines), &settlement, &because)
            .await
            .map_err(api_error)?;
    Ok(ok(DoneByHandLines { done_by_hand: done, refused, not_failed: unchanged_lines(not_failed) }))
}

/// Checks the id of a schedule that is to prove that a failed line is done.
///
/// # Errors
/// 422 if the line only takes a schedule back, if Crossmark does not list the schedule for the event or cannot be asked
/// about it, or if it is the schedule that the line moves. 503 if Crossmark does not answer.
async fn check_schedule_id(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    line: &str,
    id: ScheduledEventId,
) -> Result<(), ApiError> {
    let club = club_caller.of(&app.table);
    let found = find_lines(club, &[line.to_owned()]).await.map_err(api_error)?;
    // A line that has not failed is not changed, and the answer says so.
    let Some(line) = found.into_iter().map(|line| line.body).find(|line| line.state.status() == LineStatus::ApiFailed)
    else {
        return Ok(());
    };
    let event = line.key.event;
    if line.kind == LineKind::Dropped {
        let message = format!("event {event} is taken back and gets no new schedule: leave scheduled_event_id out");
        return Err(ApiError::new(Code::LineHasNoPlace, message));
    }
    let refused = |code: Code, message: String, listed: Option<u64>| {
        ApiError::new(code, message).with(json!({"scheduled_event_id": listed}))
    };
    let cannot_ask = |why: &str| {
        let message = format!("Crossmark cannot be asked for the schedule of event {event}: {why}");
        refused(Code::ScheduleNotListed, message, None)
    };
    let info = club.info().await?.map(|info| info.body);
    let Some((zone, location)) = info.and_then(|info| {
        let location = LocationId::try_from(info.location_id?).ok()?;
        Some((info.time_zone, location))
    }) else {
        return Err(cannot_ask("the club's Crossmark location is not known"));
    };
    let Ok(plan) = PlanId::try_from(event.0) else {
        return Err(cannot_ask("the event has no number at Crossmark"));
    };
    // The window may have changed since the line was made.
    let stored = club.event(event).await?.map(|event| event.body);
    let entered = stored.as_ref().map(|event| event.correction.entered.clone()).unwrap_or_default();
    let entered = EnteredValues { name: entered.name, start: entered.start, due: entered.due };
    let facts = stored.as_ref().map_or(&line.event, |event| &event.facts);
    let day = line.place.as_ref().map_or(facts.start.date(), |place| facts.nearest_day(place.start.date()));
    let crossmark = app.crossmark()?.club(club.id().as_str(), zone);
    let rows = match tokio::time::timeout(CROSSMARK_TIMEOUT, crossmark.planning(Days::one(day))).await {
        Ok(Ok(rows)) => rows.of_location(location).0,
        Ok(Err(error)) => return Err(no_answer(&error.to_string())),
        Err(_) => return Err(no_answer("it gave no answer in time")),
    };
    let taken_by = match rows.row(plan) {
        Some(Ok(row)) => row.meaning().taken_by,
        Some(Err(fault)) => {
            fault.read_with(&entered).map_err(|fault| no_answer(&fault.to_string()))?.meaning().taken_by
        }
        None => None,
    };
    let listed = taken_by.and_then(|taken_by| taken_by.schedule).map(crossmark::ScheduledEventId::get);
    let message = match (taken_by, listed) {
        (Some(taken_by), Some(listed)) if listed == id.0 => {
            if !is_earlier_schedule(&line, taken_by, id) {
                return Ok(());
            }
            let message = format!("schedule {listed} of event {event} is the one that the line moves, not the new one");
            return Err(refused(Code::SameAsPosted, message, Some(listed)));
        }
        (_, Some(listed)) => format!("Crossmark lists schedule {listed} for event {event}, not schedule {}", id.0),
        _ => format!("Crossmark lists no schedule for event {event}, so schedule {} is not its schedule", id.0),
    };
    Err(refused(Code::ScheduleNotListed, message, listed))
}

/// Whether the schedule that Crossmark lists under this id is the one that a move was to take back. The ids are compared,
/// or the starts if Muster does not know the id of the old schedule.
fn is_earlier_schedule(line: &Line, listed: TakenBy, id: ScheduledEventId) -> bool {
    line.placement_to_delete().is_some_and(|old| match old.scheduled_event_id {
        Some(old_id) => old_id == id,
        None => {
            let starts_at = |at| listed.start == Some(at);
            starts_at(old.place.start) && !line.place.as_ref().is_some_and(|place| starts_at(place.start))
        }
    })
}

fn no_answer(why: &str) -> ApiError {
    let message = format!("Crossmark does not say whether it has that schedule: {why}. Nothing was changed");
    ApiError::new(Code::CrossmarkAway, message)
}
