//! The status of one run: its phase or result, and the lines that changed since the caller's last request.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Viewer};
use api::line::LineView;
use api::shapes::LineStatus;
use api::{ApiError, Params, RouteError, Segment, TimeZone, not_modified_answer, tagged};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use store::documents::ClubDocuments;
use store::key::Token;
use utoipa::{IntoParams, ToSchema};

use super::ids::{self, digest, versions};
use super::run_view::{Quality, RunView, is_silent, with_quality};
use super::since::SeenVersions;
use super::unfinished::{UnfinishedView, changing_parts};
use crate::AppState;
use crate::request_ids::OneRun;

/// The caller's cursor.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// A cursor, or `all` for every line. Without it, the answer has only counts and a first cursor.
    since: Option<String>,
}

/// The state of a run with its lines.
#[derive(Serialize, ToSchema)]
struct RunProgress {
    #[serde(flatten)]
    run: RunView,
    /// Number of lines by state.
    counts: BTreeMap<LineStatus, usize>,
    /// Number of lines that approval skips.
    held: usize,
    quality: Option<Quality>,
    /// Unfinished approvals of the run, oldest first.
    unfinished_approvals: Vec<UnfinishedView>,
    /// The lines that changed since `since`; `null` if the request had none.
    lines: Option<Vec<LineView>>,
    /// The cursor to send as `since` with the next request.
    cursor: String,
    time_zone: Option<TimeZone>,
}

api::errors! {
    /// Why the status of a run is not shown.
    StatusErrors: InvalidCursor, RunNotFound;
}

/// The state of a run, and the lines that changed since the last request.
///
/// 3 requests, 1 more for lines that changed since this process read them.
#[utoipa::path(
    get,
    path = "/api/auto-schedule/status/{run_id}",
    operation_id = "getRunStatus",
    tag = "runs",
    params(OneRun, Since),
    responses(
        (status = 200, body = RunProgress),
        RouteError<StatusErrors>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Segment(OneRun { run_id }): Segment<OneRun>,
    Params(Since { since }): Params<Since>,
    headers: HeaderMap,
) -> Result<Response, RouteError<StatusErrors>> {
    let run_id = ids::run_id(&run_id)?;
    let seen = match since.as_deref() {
        None => None,
        Some("all") => Some(None),
        Some(text) => Some(Some(SeenVersions::read(text)?)),
    };
    let club = club_caller.of(&app.table);
    let run = ids::run(&club, &run_id).await?;
    let proposal = run.body.kept_proposal(club_caller.now);
    let desk = app.desk(&club_caller);
    let lines = async { Ok::<_, ApiError>(desk.lines(proposal.as_ref(), club_caller.now).await?) };
    // Lines show people's names. The documents that have the names also list the unfinished approvals.
    let club_documents =
        async { Ok::<_, ApiError>(if seen.is_some() { Some(club.club_documents().await?) } else { None }) };
    // A run without a proposal has no approvals.
    let asks_for_approvals = seen.is_none() && proposal.is_some();
    let unfinished =
        async { Ok::<_, ApiError>(if asks_for_approvals { club.unfinished().await? } else { Vec::new() }) };
    let (lines, club_documents, unfinished) = tokio::try_join!(lines, club_documents, unfinished)?;
    let mut unfinished = club_documents.as_ref().map_or(unfinished, |documents| documents.unfinished.clone());
    unfinished.retain(|approval| approval.run == run_id);
    let names = club_documents.as_ref().map(ClubDocuments::names).unwrap_or_default();
    let zone = club_documents.and_then(|documents| documents.club).map(|club| club.time_zone);
    let silent = is_silent(&run.body, club_caller.now);
    let tag = digest(&(run.version, silent, versions(&lines), changing_parts(&unfinished), &names, zone, &since));
    if let Some(answer) = not_modified_answer(&headers, &tag) {
        return Ok(answer);
    }
    let current = SeenVersions::of(run.body.tokens.last().copied().unwrap_or(Token(0)), &lines);
    let changed = seen.map(|seen| {
        let is_changed = |at| seen.as_ref().is_none_or(|seen| !seen.has(&current, at));
        let changed = lines.values().enumerate().filter(|(at, _)| is_changed(*at));
        changed.map(|(_, line)| LineView::of(line, &names, None)).collect()
    });
    let time_zone = zone.map(TimeZone::from);
    let mut counts = BTreeMap::new();
    for line in lines.values() {
        *counts.entry(line.body.state.status().into()).or_default() += 1;
    }
    let held = lines.values().filter(|line| line.body.held).count();
    let (run, quality) = with_quality(&run, club_caller.now);
    let unfinished_approvals = unfinished.iter().map(UnfinishedView::of).collect();
    let cursor = current.write();
    let answer = RunProgress { run, counts, held, quality, unfinished_approvals, lines: changed, cursor, time_zone };
    Ok(tagged(&tag, &answer))
}
