//! `GET /api/differences`, `POST /api/differences/decide`: events where Crossmark contradicts the decisions of people in
//! Muster.

use std::collections::BTreeSet;

use api::identity::{ClubCaller, Manager, Viewer};
use api::line::{Names, PlaceView};
use api::{ApiError, Body, Code, Object, RequestMoment, RouteError, TimeZone};
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use desk::differences::{self, Difference, MAX_AT_ONCE, Side};
use domain::calendar::{date_in_words, minute_of, time_in_words};
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};
use store::drift::UpstreamState;
use store::events::Place;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted, ok, words};
use crate::app::AppState;
use crate::errors::api_error;
use crate::posted_changes::{self, RulesOverride};

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(decide))
}

/// What Crossmark shows of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum CrossmarkShows {
    /// Crossmark does not list the event.
    Unlisted,
    /// Crossmark lists the event without a person.
    Nobody,
    /// Crossmark has a person for the event.
    Schedule,
}

/// An event about which Crossmark and Muster differ.
#[derive(Serialize, ToSchema)]
#[schema(as = Difference)]
struct DifferenceView {
    event_ref_num: EventRef,
    project_name: String,
    event_type: &'static str,
    /// The time of the refresh that first found the difference, in UTC. A decision names this time.
    since: String,
    /// The difference in a sentence.
    text: String,
    /// The schedule that people decided in Muster; `null` if they took the event back.
    muster: Option<PlaceView>,
    crossmark_shows: CrossmarkShows,
    /// The schedule at Crossmark; `null` if there is none.
    crossmark: Option<PlaceView>,
    /// Whether Muster's schedule can be sent again.
    can_send_ours: bool,
}

#[derive(Serialize, ToSchema)]
struct Differences {
    time_zone: TimeZone,
    items: Vec<DifferenceView>,
    total: usize,
    /// When Crossmark was last read; `null` if it never was.
    refreshed_at: Option<String>,
}

impl DifferenceView {
    fn of(difference: Difference, names: &Names) -> DifferenceView {
        let Difference { drift, facts, can_be_sent } = difference;
        let theirs = match &drift.shows {
            UpstreamState::Schedule { employee_id, start, .. } => {
                Some(Place { employee_id: employee_id.clone(), start: *start, block: None })
            }
            UpstreamState::Nobody | UpstreamState::Unlisted => None,
        };
        let place = |place: &Place| {
            let who = names.get(&place.employee_id).map_or(place.employee_id.0.as_str(), String::as_str);
            let at = place.start;
            format!("with {who} on {} at {}", date_in_words(at.date()), time_in_words(minute_of(at)))
        };
        let ours = drift
            .ours
            .as_ref()
            .map_or_else(|| "taken back in Muster".to_owned(), |ours| format!("{} in Muster", place(ours)));
        let shown = match (&drift.shows, &theirs) {
            (UpstreamState::Unlisted, _) => "not listed at Crossmark any more".to_owned(),
            (_, Some(theirs)) => format!("{} at Crossmark", place(theirs)),
            (_, None) => "with nobody at Crossmark".to_owned(),
        };
        DifferenceView {
            event_ref_num: drift.event,
            text: format!("It is {ours} and {shown}."),
            event_type: facts.event_type().name(),
            project_name: facts.name,
            since: drift.since.to_string(),
            muster: drift.ours.as_ref().map(|ours| PlaceView::of(ours, names)),
            crossmark_shows: match drift.shows {
                UpstreamState::Unlisted => CrossmarkShows::Unlisted,
                UpstreamState::Nobody => CrossmarkShows::Nobody,
                UpstreamState::Schedule { .. } => CrossmarkShows::Schedule,
            },
            crossmark: theirs.as_ref().map(|theirs| PlaceView::of(theirs, names)),
            can_send_ours: can_be_sent,
        }
    }
}

/// Events where Crossmark contradicts the decisions of people in Muster, from today on, by date.
///
/// Muster's schedule stays until a person decides. 2 requests.
#[utoipa::path(
    get,
    path = "/api/differences",
    operation_id = "listDifferences",
    tag = "crossmark",
    responses(
        (status = 200, body = Differences),
        RouteError<()>,
    ),
)]
async fn list(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
) -> Result<Json<Differences>, RouteError<()>> {
    let club = club_caller.of(&app.table);
    let club_documents = club.club_documents().await?;
    let names = club_documents.names();
    let found = differences::list(club, &club_documents, club_caller.now).await.map_err(api_error)?;
    Ok(Json(Differences {
        time_zone: club_documents.zone()?.into(),
        refreshed_at: club_documents.refreshed_at.map(|at| at.to_string()),
        total: found.len(),
        items: found.into_iter().map(|difference| DifferenceView::of(difference, &names)).collect(),
    }))
}

/// The side of a difference that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DifferenceSide {
    /// Take Crossmark's schedule.
    Crossmark,
    /// Keep Muster's schedule, and send it again.
    Muster,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DifferenceDecision {
    event_ref_num: EventRef,
    /// The `since` of the difference that the caller saw.
    #[schema(value_type = DateTime<Utc>)]
    since: RequestMoment,
    take: DifferenceSide,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DifferenceDecisions {
    #[schema(min_items = 1, max_items = 60)]
    decisions: Vec<DifferenceDecision>,
    /// Accepts broken rules for what is sent again, for this reason.
    #[serde(rename = "override")]
    #[schema(value_type = Option<RulesOverride>)]
    overriding: Option<Object<RulesOverride>>,
}

/// The effect of the decisions.
#[derive(Serialize, ToSchema)]
struct DifferencesDecided {
    /// The events that now have Crossmark's schedule in Muster.
    taken: Vec<EventRef>,
    refused: Vec<RefusedDecision>,
    /// The changes that send Muster's schedules again; `null` if there are none.
    sent: Option<posted_changes::ScheduleChanges>,
}

#[derive(Serialize, ToSchema)]
struct RefusedDecision {
    event_ref_num: EventRef,
    /// The reason in words.
    reason: String,
}

api::errors! {
    /// Why differences are not decided.
    DecideErrors:
        InvalidEdit, InvalidTime, DateOutOfBounds, InvalidText, NoLines, TooManyLines, RulesBroken, StartNotLegal,
        DayOutsidePlan, DayLocked, NotPosted, TooLate, SameAsPosted, UnknownEmployee, EventNotFound;
}

/// Decides differences: Muster takes Crossmark's schedule, or keeps its own and sends it again through an approval.
///
/// A decision is refused alone if the difference no longer exists, if a line of the event is on its way to Crossmark,
/// or if Muster's schedule cannot be sent again (`can_send_ours`). The schedules to send again are checked together: if
/// one of them is not possible, the request fails, none is sent, and their differences stay. Until they are sent,
/// Muster has Crossmark's schedules. Decisions for Crossmark's schedule are carried out all the same.
#[utoipa::path(
    post,
    path = "/api/differences/decide",
    operation_id = "decideDifferences",
    tag = "crossmark",
    request_body = DifferenceDecisions,
    responses(
        (status = 200, body = Success<DifferencesDecided>, description = "Nothing is sent to Crossmark"),
        (status = 202, body = Success<DifferencesDecided>, description = "Muster's schedules are sent to Crossmark again"),
        RouteError<DecideErrors>,
    ),
)]
async fn decide(
    State(app): State<AppState>,
    club_caller: ClubCaller<Manager>,
    Body(body): Body<DifferenceDecisions>,
) -> Result<Response, RouteError<DecideErrors>> {
    let overriding = body.overriding.as_ref().map(|o| words("override.reason", &o.0.reason)).transpose()?;
    match body.decisions.len() {
        0 => return Err(ApiError::new(Code::NoLines, "name at least one event").into()),
        n if n > MAX_AT_ONCE => {
            let message = format!("{n} events are named: at most {MAX_AT_ONCE} at once");
            return Err(ApiError::new(Code::TooManyLines, message).into());
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    let mut decisions = Vec::with_capacity(body.decisions.len());
    for (n, one) in body.decisions.into_iter().enumerate() {
        if !seen.insert(one.event_ref_num) {
            let message = format!("decisions[{n}]: event {} is named twice", one.event_ref_num);
            return Err(ApiError::new(Code::InvalidEdit, message).into());
        }
        decisions.push(differences::DifferenceDecision {
            event: one.event_ref_num,
            since: one.since.near(club_caller.now, "since")?,
            side: match one.take {
                DifferenceSide::Crossmark => Side::Crossmark,
                DifferenceSide::Muster => Side::Ours,
            },
        });
    }
    let ids = posted_changes::new_ids(&app, club_caller.now);
    let run = ids.0.clone();
    let because = club_caller.because(overriding.as_deref().unwrap_or("decided a difference"));
    let desk = app.desk(&club_caller);
    let done = differences::decide(desk, &app.submissions, &decisions, overriding, ids, &because).await;
    let done = done.map_err(api_error)?;
    let is_sent = done.sent.as_ref().is_some_and(|sent| sent.approved.approval.is_some());
    let refused = done.refused.into_iter();
    let answer = DifferencesDecided {
        taken: done.adopted,
        refused: refused.map(|one| RefusedDecision { event_ref_num: one.event, reason: one.reason }).collect(),
        sent: done.sent.map(|sent| posted_changes::ScheduleChanges::of(sent, run)),
    };
    Ok(if is_sent { accepted(answer) } else { ok(answer) })
}
