//! `POST /api/refreshes`, `GET /api/refreshes`, `GET …/{id}`: requests a refresh from Crossmark, lists refreshes, shows what
//! one of them changed.

use api::identity::{ClubCaller, Manager, Viewer};
use api::line::{Names, PlaceView};
use api::shapes::{RefreshFailure, RefreshNewsKind, RefreshPhase, RefreshedChange, RefreshedField, UnknownPerson};
use api::{ApiError, Code, RouteError, Segment, TimeZone};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use desk::refreshes;
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};
use store::key::RefreshId;
use store::refreshes::{EventNews, KEPT, News, NewsKind, Refresh, RefreshState};
use store::stamp::Timestamp;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::{Success, accepted};
use crate::app::AppState;
use crate::errors::api_error;

/// The routes of this module.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(ask, list)).routes(routes!(show))
}

/// Maximum number of listed refreshes.
const LISTED: usize = 50;
/// Maximum age of a listed refresh.
const LISTED_SINCE: TimeDelta = TimeDelta::hours(48);

#[derive(Serialize, ToSchema)]
struct RefreshAsked {
    refresh_id: String,
    /// Whether the request joined a requested refresh that was already under way.
    joined: bool,
}

api::errors! {
    /// Why no refresh is begun.
    AskErrors: TooManyRefreshes;
}

/// Requests a refresh: reads events, schedules and people from Crossmark, and reports what changed.
///
/// A refresh takes seconds. At most 12 requested refreshes an hour for a club.
#[utoipa::path(
    post,
    path = "/api/refreshes",
    operation_id = "askRefresh",
    tag = "crossmark",
    responses(
        (status = 202, body = Success<RefreshAsked>),
        RouteError<AskErrors>,
    ),
)]
async fn ask(State(app): State<AppState>, club_caller: ClubCaller<Manager>) -> Result<Response, RouteError<AskErrors>> {
    let id = RefreshId::new(club_caller.now, &mut app.rng());
    let because = club_caller.because("asked for");
    let club = club_caller.of(&app.table);
    let refresh = refreshes::ask(club, &app.refreshes, id.clone(), &because).await.map_err(api_error)?;
    Ok(accepted(RefreshAsked { joined: refresh.id != id, refresh_id: refresh.id.to_string() }))
}

/// The state of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RefreshStatus {
    /// The refresh waits for a worker.
    Queued,
    /// A worker processes the refresh.
    Running,
    /// The refresh is finished.
    Done,
    /// The refresh failed. Data that it had not written yet stays as it was.
    Failed,
    /// The refresh never ended. Request a new one.
    Lost,
}

/// A refresh.
#[derive(Serialize, ToSchema)]
#[schema(as = Refresh)]
struct RefreshView {
    refresh_id: String,
    status: RefreshStatus,
    phase: Option<RefreshPhase>,
    /// When the refresh was requested, or started by itself, in UTC.
    at: String,
    ended_at: Option<String>,
    /// Who requested the refresh; `null` for an hourly one.
    asked_by: Option<String>,
    failure: Option<RefreshFailure>,
    /// Why the refresh failed, in words; `null` if it did not.
    error: Option<String>,
    counts: RefreshCounts,
    time_zone: TimeZone,
    kept_until: String,
}

/// A refresh with its findings.
#[derive(Serialize, ToSchema)]
#[schema(as = RefreshReport)]
struct RefreshDetail {
    #[serde(flatten)]
    refresh: RefreshView,
    /// The first 200 events, in the order in which they were written.
    events: Vec<EventNewsView>,
    /// People at Crossmark whom Muster does not know, the first 200 by name.
    unknown_people: Vec<UnknownPerson>,
    /// Total number of such people.
    unknown_people_total: usize,
}

/// Number of events by what the refresh found. Each event counts once, except in `listed`.
#[derive(Default, Serialize, ToSchema)]
struct RefreshCounts {
    /// Number of events on Crossmark's list whose rows can be read.
    listed: usize,
    /// Number of events that Muster did not know.
    new: usize,
    /// Number of events whose name, type, window, length or condition changed.
    changed: usize,
    /// Number of events that were scheduled at Crossmark.
    booked: usize,
    /// Number of events whose schedule moved to another time or person at Crossmark.
    moved: usize,
    /// Number of events whose schedule was taken back at Crossmark.
    taken_back: usize,
    /// Number of events that were canceled or expired at Crossmark.
    canceled: usize,
    /// Number of open events that were withdrawn, because Crossmark no longer lists them.
    withdrawn: usize,
    /// Number of events where Crossmark contradicts the decisions of people in Muster. A person must say which side is
    /// right.
    differ: usize,
    /// Number of events about which Crossmark and Muster agree again.
    agree_again: usize,
    /// Number of events that were left unchanged because somebody changed them at the same time. The next refresh looks
    /// again.
    left: usize,
}

/// What a refresh found about an event.
#[derive(Serialize, ToSchema)]
#[schema(as = RefreshNews)]
struct EventNewsView {
    event_ref_num: EventRef,
    project_name: String,
    kind: RefreshNewsKind,
    /// The place in Muster before the refresh; `null` if the event was not posted.
    before: Option<PlaceView>,
    /// The schedule at Crossmark; `null` if there is none, or if Crossmark no longer lists the event.
    after: Option<PlaceView>,
    fields: Vec<RefreshedField>,
    /// The changed fields with their values; empty in reports from before values were recorded.
    changes: Vec<RefreshedChange>,
}

impl RefreshCounts {
    fn of(news: &News) -> RefreshCounts {
        let count = |kind| news.counts.get(&kind).copied().unwrap_or(0);
        RefreshCounts {
            listed: news.listed,
            new: count(NewsKind::New),
            changed: count(NewsKind::Changed),
            booked: count(NewsKind::Booked),
            moved: count(NewsKind::Moved),
            taken_back: count(NewsKind::TakenBack),
            canceled: count(NewsKind::Canceled),
            withdrawn: count(NewsKind::Withdrawn),
            differ: count(NewsKind::Drifted),
            agree_again: count(NewsKind::Agreed),
            left: news.overtaken,
        }
    }
}

impl EventNewsView {
    fn of(news: EventNews, names: &Names) -> EventNewsView {
        EventNewsView {
            event_ref_num: news.event,
            project_name: news.name,
            kind: news.kind.into(),
            before: news.before.map(|place| PlaceView::of(&place, names)),
            after: news.after.map(|place| PlaceView::of(&place, names)),
            fields: news.fields.into_iter().map(Into::into).collect(),
            changes: news.changes.into_iter().map(Into::into).collect(),
        }
    }
}

impl RefreshView {
    fn of(refresh: &Refresh, time_zone: TimeZone, now: Timestamp) -> RefreshView {
        let is_lost = !refresh.is_over() && !refresh.is_under_way(now);
        let (mut phase, mut failure, mut error, mut ended_at) = (None, None, None, None);
        let status = match &refresh.state {
            _ if is_lost => RefreshStatus::Lost,
            RefreshState::Queued => RefreshStatus::Queued,
            RefreshState::Running { phase: at } => {
                phase = Some((*at).into());
                RefreshStatus::Running
            }
            RefreshState::Done { at } => {
                ended_at = Some(at.to_string());
                RefreshStatus::Done
            }
            RefreshState::Failed { at, reason, words } => {
                (ended_at, error) = (Some(at.to_string()), Some(words.clone()));
                failure = Some((*reason).into());
                RefreshStatus::Failed
            }
        };
        RefreshView {
            refresh_id: refresh.id.to_string(),
            status,
            phase,
            at: refresh.at.to_string(),
            ended_at,
            asked_by: refresh.asked.as_ref().map(|because| because.who.display_name().to_owned()),
            failure,
            error,
            counts: RefreshCounts::of(&refresh.news),
            time_zone,
            kept_until: refresh.at.plus(KEPT).to_string(),
        }
    }
}

/// The latest refreshes.
#[derive(Serialize, ToSchema)]
struct Refreshes {
    items: Vec<RefreshView>,
}

/// The refreshes of the last two days, newest first; at most 50.
#[utoipa::path(
    get,
    path = "/api/refreshes",
    operation_id = "listRefreshes",
    tag = "crossmark",
    responses(
        (status = 200, body = Refreshes),
        RouteError<()>,
    ),
)]
async fn list(State(app): State<AppState>, club_caller: ClubCaller<Viewer>) -> Result<Json<Refreshes>, RouteError<()>> {
    let club = club_caller.of(&app.table);
    let zone = club.club_documents().await?.zone()?;
    let found = club.refreshes_since(club_caller.now.plus(-LISTED_SINCE)).await?;
    let latest = found.iter().rev().take(LISTED);
    Ok(Json(Refreshes {
        items: latest.map(|refresh| RefreshView::of(refresh, zone.into(), club_caller.now)).collect(),
    }))
}

/// The refresh that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneRefresh {
    /// The refresh's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    refresh_id: String,
}

api::errors! {
    /// Why a refresh is not shown.
    ShowErrors: InvalidId, RefreshNotFound;
}

/// The state of a refresh, and what it changed.
#[utoipa::path(
    get,
    path = "/api/refreshes/{refresh_id}",
    operation_id = "getRefresh",
    tag = "crossmark",
    params(OneRefresh),
    responses(
        (status = 200, body = RefreshDetail),
        RouteError<ShowErrors>,
    ),
)]
async fn show(
    State(app): State<AppState>,
    club_caller: ClubCaller<Viewer>,
    Segment(OneRefresh { refresh_id }): Segment<OneRefresh>,
) -> Result<Response, RouteError<ShowErrors>> {
    let message = "a refresh's id has 1 to 64 letters, digits, - and _";
    let id = RefreshId::parse(&refresh_id).map_err(|_| ApiError::new(Code::InvalidId, message))?;
    let club = club_caller.of(&app.table);
    let refresh = refreshes::show(club, &id).await.map_err(api_error)?;
    let club_documents = club.club_documents().await?;
    let (zone, names) = (club_documents.zone()?, club_documents.names());
    let view = RefreshView::of(&refresh, zone.into(), club_caller.now);
    let unknown_people_total = refresh.news.people_total.max(refresh.news.people.len());
    let unknown_people = refresh.news.people.into_iter().map(Into::into).collect();
    let events = refresh.news.events.into_iter().map(|news| EventNewsView::of(news, &names)).collect();
    Ok(Json(RefreshDetail { refresh: view, events, unknown_people, unknown_people_total }).into_response())
}
