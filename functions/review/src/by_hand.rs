//! `POST /api/auto-schedule/done-by-hand`: a person did at Crossmark what a failed line was to do. The schedule's
//! number that they enter is looked up at Crossmark first: with a wrong number the schedule could never be taken back.

use std::time::Duration;

use api::identity::{ClubCaller, Manager};
use api::{ApiError, Body, Code, Number, RouteError, Segment};
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use crossmark::{Days, LocationId, Mend, PlanId, PlannedEvent};
use desk::approve::Refused;
use desk::failed::{Settled, Settlement, Which, settle};
use desk::plan::find_lines;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::key::ScheduledEventId;
use store::lines::Line;
use store::states::LineStatus;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, UnchangedLine, left_alone, ok, some_lines, words};
use crate::app::AppState;
use crate::errors::api_error;
use crate::named::{LineId, OneLine};

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(by_hand_some)).routes(routes!(by_hand_one))
}

/// Maximum wait for Crossmark.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Serialize, ToSchema)]
#[schema(as = DoneByHand)]
struct AfterHand {
    done_by_hand: Vec<String>,
    refused: Vec<Refused>,
    not_failed: Vec<UnchangedLine>,
}

/// A note, and the id of the schedule that was entered at Crossmark for one line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoneByHandOneRequest)]
struct NoteOfOne {
    /// Who entered the schedule, and how.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
    /// The id of the schedule at Crossmark; left out for a line that takes a schedule back.
    #[schema(value_type = Option<ScheduledEventId>)]
    scheduled_event_id: Option<Number>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DoneByHandRequest)]
struct NoteOfSome {
    /// Who entered the schedule, and how.
    #[schema(min_length = 1, max_length = 1000)]
    note: String,
    #[schema(min_items = 1, max_items = 1000)]
    lines: Vec<LineId>,
}

api::errors! {
    /// Why lines are not settled by hand.
    ByHandErrors: InvalidText, NoLines, TooManyLines, LineNotFound;
}

/// Marks failed lines that a person entered at Crossmark by hand.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/done-by-hand",
    operation_id = "doneByHandSome",
    tag = "submissions",
    request_body = NoteOfSome,
    responses(
        (status = 200, body = Success<AfterHand>),
        RouteError<ByHandErrors>,
    ),
)]
async fn by_hand_some(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<NoteOfSome>,
) -> Result<Response, RouteError<ByHandErrors>> {
    Ok(by_hand(&app, &club_caller, some_lines(body.lines)?, &body.note, None).await?)
}

api::errors! {
    /// Errors of recording one line as done by hand.
    OneByHandErrors: InvalidText, LineNotFound, ScheduleNotListed, CrossmarkAway;
}

/// Marks a failed line that a person entered at Crossmark by hand.
///
/// Asks Crossmark whether it lists the given schedule for the line's event.
#[utoipa::path(
    post,
    path = "/api/auto-schedule/done-by-hand/{id}",
    operation_id = "doneByHandOne",
    tag = "submissions",
    params(OneLine),
    request_body = NoteOfOne,
    responses(
        (status = 200, body = Success<AfterHand>),
        RouteError<OneByHandErrors>,
    ),
)]
async fn by_hand_one(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
    Body(body): Body<NoteOfOne>,
) -> Result<Response, RouteError<OneByHandErrors>> {
    words("note", &body.note)?;
    let id = body.scheduled_event_id.map(|id| ScheduledEventId(id.get()));
    if let Some(id) = id {
        must_be_listed(&app, &club_caller, &line, id).await?;
    }
    Ok(by_hand(&app, &club_caller, vec![line], &body.note, id).await?)
}

async fn by_hand(
    app: &AppState,
    club_caller: &ClubCaller<Manager>,
    lines: Vec<String>,
    note: &str,
    id: Option<ScheduledEventId>,
) -> Result<Response, ApiError> {
    let because = club_caller.because(words("note", note)?);
    let verdict = Settlement::DoneByHand(id);
    let Settled { done, refused, not_failed } =
        settle(club_caller.of(&app.table), &Which::Lines(lines), &verdict, &because).await.map_err(api_error)?;
    Ok(ok(AfterHand { done_by_hand: done, refused, not_failed: left_alone(not_failed) }))
}

/// Refuses a number that Crossmark does not list for the event of a failed line.
async fn must_be_listed(
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
    let not_listed = |shown: Option<u64>| {
        let has = shown.map_or("no schedule".to_owned(), |shown| format!("schedule {shown}"));
        let message = format!("Crossmark lists {has} for event {event}, not {}", id.0);
        ApiError::new(Code::ScheduleNotListed, message).with(json!({"scheduled_event_id": shown}))
    };
    let info = club.info().await?.map(|info| info.body);
    let Some((zone, location)) = info.and_then(|info| {
        let location = LocationId::try_from(info.location_id?).ok()?;
        Some((info.time_zone, location))
    }) else {
        return Err(not_listed(None));
    };
    let Ok(plan) = PlanId::try_from(event.0) else { return Err(not_listed(None)) };
    // The window may have changed since the line was made.
    let known = club.event(event).await?.map(|event| event.body);
    let said = known.as_ref().map(|known| known.correction.mend.clone()).unwrap_or_default();
    let mend = Mend { name: said.name, start: said.start, due: said.due };
    let window = known.map(|known| known.facts);
    let day = listed_day(&line, window.map(|facts| (facts.start.date(), facts.due.date())));
    let crossmark = app.crossmark()?.club(club.id().as_str(), zone);
    let rows = match tokio::time::timeout(PATIENCE, crossmark.planning(Days::one(day))).await {
        Ok(Ok(rows)) => rows.of_location(location).0,
        Ok(Err(error)) => return Err(away(&error.to_string())),
        Err(_) => return Err(away("it gave no answer in time")),
    };
    let schedule_of = |row: &PlannedEvent| row.meaning().taken.and_then(|taken| taken.schedule);
    let shown = match rows.row(plan) {
        Some(Ok(row)) => schedule_of(row),
        Some(Err(fault)) => schedule_of(&fault.mended(&mend).map_err(|fault| away(&fault.to_string()))?),
        None => None,
    };
    let shown = shown.map(crossmark::ScheduledEventId::get);
    if shown == Some(id.0) { Ok(()) } else { Err(not_listed(shown)) }
}

fn away(why: &str) -> ApiError {
    let message = format!("Crossmark cannot be asked whether it has that schedule: {why}. Nothing was changed");
    ApiError::new(Code::CrossmarkAway, message)
}

/// A day on which Crossmark lists the event: the line's own, or the nearest one in its window.
fn listed_day(line: &Line, window: Option<(NaiveDate, NaiveDate)>) -> NaiveDate {
    let (first, due) = window.unwrap_or((line.event.start.date(), line.event.due.date()));
    let last = due.pred_opt().unwrap_or(first).max(first);
    let place = line.place.as_ref().or(line.from.as_ref().map(|from| &from.place));
    place.map_or(first, |place| place.start.date()).min(last).max(first)
}
