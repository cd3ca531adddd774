//! `PUT /api/pending-schedule/{id}`: a person changes a line.

use api::identity::{ClubCaller, Manager};
use api::line::LineView;
use api::{ApiError, Body, Code, IfMatch, Object, RouteError, Segment, expected_version};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use desk::Broken;
use desk::edit::{LineChange, Request, edit};
use desk::evaluate::RequestedPlace;
use desk::line_dependencies::HeldWith;
use domain::snapshot::EmployeeId;
use serde::{Deserialize, Serialize};
use store::Stored;
use store::edits::Mark;
use store::lines::Line;
use store::stamp::Timestamp;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, ok, words};
use crate::app::AppState;
use crate::check::when;
use crate::errors::api_error;
use crate::request_ids::OneLine;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(change))
}

/// One change: `{"employee_id", "schedule_datetime"}` (either may be left out), `{"held"}`, `{"revert": true}`,
/// `{"unplaced": true}` or `{"unwanted": false}`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditRequest {
    employee_id: Option<EmployeeId>,
    /// A date, or a club-local time without an offset.
    schedule_datetime: Option<String>,
    /// Whether approval skips the line.
    held: Option<bool>,
    /// Restores the solver's placement, and withdraws the placement by hand.
    revert: Option<bool>,
    /// Only `true` is allowed: takes the line's place away, and withdraws the placement by hand. The event is open again.
    /// Refused if that breaks a rule, which `override` cannot accept, and for an event that is posted.
    unplaced: Option<bool>,
    /// Only `false` is allowed: forgets the refused placements of the event.
    unwanted: Option<bool>,
    /// The version of the line to change. Without it, the last writer wins.
    version: Option<u64>,
    #[serde(rename = "override")]
    #[schema(value_type = Option<EditOverride>)]
    overriding: Option<Object<EditOverride>>,
}

/// Accepts broken rules, with a manager's reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EditOverride {
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Edited)]
struct EditedLine {
    time_zone: &'static str,
    updated_schedule: LineView,
    also_changed: Vec<LineView>,
    held_with: Vec<HeldWith>,
    overridden: Vec<Broken>,
}

api::errors! {
    /// Why a line is not edited.
    EditErrors:
        InvalidVersion, InvalidEdit, InvalidTime, DateOutOfBounds, InvalidText, UnknownEmployee, IncompletePlace,
        LineNotFound, EventNotFound, StaleVersion, NotAllowedNow, ProposalSuperseded, RulesBroken, StartNotLegal,
        DayOutsidePlan, PairCannotFollow, SameAsPosted, LineHasNoPlace;
}

/// Changes a line: sets its place or its hold, takes its place away, forgets the refused placements of its event, or
/// restores the solver's placement.
///
/// Name exactly one change. `override` accepts broken rules, with a reason. A place and a hold belong to the event:
/// every later proposal carries them until they are withdrawn, or Crossmark has a schedule of the event or calls it
/// off. A place is also forgotten when its day has passed.
#[utoipa::path(
    put,
    path = "/api/pending-schedule/{id}",
    operation_id = "editLine",
    tag = "proposals",
    params(OneLine, IfMatch),
    request_body = EditRequest,
    responses(
        (status = 200, body = Success<EditedLine>),
        RouteError<EditErrors>,
    ),
)]
async fn change(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Segment(OneLine { id: line }): Segment<OneLine>,
    headers: HeaderMap,
    Body(body): Body<EditRequest>,
) -> Result<Response, RouteError<EditErrors>> {
    let version = expected_version(&headers, body.version)?;
    let overriding = body.overriding.as_ref().map(|o| words("override.reason", &o.0.reason)).transpose()?;
    let why = overriding.clone().unwrap_or_else(|| "edited".to_owned());
    let request = Request { line, version, wanted: change_of(body, club_caller.now)?, overriding };
    let done = edit(app.desk(&club_caller), &request, &club_caller.because(why)).await.map_err(api_error)?;
    let view = |line: &Stored<Line>| LineView::of(line, &done.plan.names, None);
    Ok(ok(EditedLine {
        time_zone: done.plan.time_zone.name(),
        updated_schedule: view(&done.line),
        also_changed: done.others.iter().map(view).collect(),
        held_with: done.held_with,
        overridden: done.overridden,
    }))
}

fn change_of(body: EditRequest, now: Timestamp) -> Result<LineChange, ApiError> {
    let is_placed = body.employee_id.is_some() || body.schedule_datetime.is_some();
    match (is_placed, body.held, body.revert, body.unplaced, body.unwanted) {
        (true, None, None | Some(false), None, None) => {
            let when = body.schedule_datetime.as_deref().map(|text| when(text, now)).transpose()?;
            Ok(LineChange::Place(RequestedPlace { employee: body.employee_id, when }))
        }
        (false, Some(held), None | Some(false), None, None) => {
            Ok(LineChange::Mark(if held { Mark::Held } else { Mark::Free }))
        }
        (false, None, Some(true), None, None) => Ok(LineChange::Revert),
        (false, None, None | Some(false), Some(true), None) => Ok(LineChange::Unplace),
        (false, None, None | Some(false), None, Some(false)) => Ok(LineChange::Mark(Mark::RefusalsWithdrawn)),
        _ => {
            let message = "name one change: employee_id and schedule_datetime, or held, or revert: true, or \
                           unplaced: true, or unwanted: false";
            Err(ApiError::new(Code::InvalidEdit, message))
        }
    }
}
