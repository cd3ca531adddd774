//! One line with its long reasons and its history.

use api::identity::{ClubCaller, Viewer};
use api::line::LineView;
use api::{ApiError, Code, RouteError, Segment, TimeZone};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::audit::Subject;
use store::cursor::LARGEST_PAGE;
use store::key::LineKey;
use utoipa::ToSchema;

use super::changes::AuditEntryView;
use super::ids;
use crate::AppState;
use crate::request_ids::OneLine;

/// A line with its history.
#[derive(Serialize, ToSchema)]
pub struct LineAlone {
    #[serde(flatten)]
    line: LineView,
    time_zone: TimeZone,
    /// The history of the line, oldest first: at most the newest 500 entries.
    trail: Vec<AuditEntryView>,
}

api::errors! {
    /// Why a line is not shown.
    LineErrors: LineNotFound, RunNotFound;
}

/// One line with its long reasons and its history.
///
/// 5 requests, 4 of them at the same time.
#[utoipa::path(
    get,
    path = "/api/pending-schedule/{id}",
    operation_id = "getLine",
    tag = "proposals",
    params(OneLine),
    responses(
        (status = 200, body = LineAlone),
        RouteError<LineErrors>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Segment(OneLine { id }): Segment<OneLine>,
) -> Result<Json<LineAlone>, RouteError<LineErrors>> {
    let (run, event) = ids::line_id(&id)?;
    let none = || ApiError::new(Code::LineNotFound, format!("there is no line {id}"));
    let club = club_caller.of(&app.table);
    let read = ids::run(&club, &run).await?.body;
    let proposal = read.kept_proposal(club_caller.now).ok_or_else(none)?;
    let key = LineKey::of(&proposal, event);
    let subject = Subject::Line(key.clone());
    let trail = async { Ok::<_, ApiError>(club.newest_changes(&subject, LARGEST_PAGE).await?) };
    let line = async { Ok(club.line(&key).await?) };
    let reasons = async { Ok(club.reasons(&key).await?) };
    let club_documents = async { Ok(club.club_documents().await?) };
    let (line, reasons, trail, club_documents) = tokio::try_join!(line, reasons, trail, club_documents)?;
    let line = line.ok_or_else(none)?;
    Ok(Json(LineAlone {
        time_zone: club_documents.zone()?.into(),
        line: LineView::of(&line, &club_documents.names(), reasons.as_ref()),
        trail: trail.items.into_iter().rev().map(|entry| AuditEntryView::of(entry.body)).collect(),
    }))
}
