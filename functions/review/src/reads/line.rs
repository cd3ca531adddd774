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

use super::changes::Change;
use super::ids;
use crate::AppState;
use crate::named::OneLine;

/// A line with its history.
#[derive(Serialize, ToSchema)]
#[schema(as = LineAlone)]
pub struct Detail {
    #[serde(flatten)]
    line: LineView,
    time_zone: TimeZone,
    /// The broken rules that a manager accepted, with the reason; `null` if the line breaks none.
    overridden: Option<OverriddenView>,
    /// The history of the line, oldest first.
    trail: Vec<Change>,
}

/// Broken rules that a manager accepted.
#[derive(Serialize, ToSchema)]
#[schema(as = Overridden)]
struct OverriddenView {
    rules: Vec<String>,
    who: String,
    at: String,
    why: String,
}

api::errors! {
    /// Errors of reading a line.
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
        (status = 200, body = Detail),
        RouteError<LineErrors>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Segment(OneLine { id }): Segment<OneLine>,
) -> Result<Json<Detail>, RouteError<LineErrors>> {
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
    let overridden = line.body.overridden.as_ref().map(|o| OverriddenView {
        rules: o.rules.clone(),
        who: o.because.who.shown().to_owned(),
        at: o.because.at.to_string(),
        why: o.because.why.clone(),
    });
    Ok(Json(Detail {
        time_zone: club_documents.zone()?.into(),
        line: LineView::of(&line, &club_documents.names(), reasons.as_ref()),
        overridden,
        trail: trail.items.into_iter().rev().map(|entry| Change::of(entry.body)).collect(),
    }))
}
