//! One run: how far it is, what came out, and which of its lines changed since the caller looked last.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use desk::view::LineView;
use runtime::ApiError;
use runtime::http::{Params, Segment, tagged, unless_known};
use runtime::identity::{Seat, Viewer};
use serde::{Deserialize, Serialize};
use store::key::{LineKey, ProposalKey, Token};
use store::lines::{Line, LineBrief};
use store::stamp::Timestamp;
use store::states::LineStatus;
use store::{Club, Stored};
use utoipa::{IntoParams, ToSchema};

use super::ids::{self, digest, names, versions};
use super::run_view::{Quality, RunView, is_silent, with_quality};
use super::since::Seen;
use crate::AppState;
use crate::named::OneRun;

/// What the caller has seen already.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// A cursor; `all` asks for every line. Without it the answer has counts alone, and a cursor to begin with.
    since: Option<String>,
}

/// How a run stands.
#[derive(Serialize, ToSchema)]
#[schema(as = RunProgress)]
struct Status {
    #[serde(flatten)]
    run: RunView,
    /// Lines by state.
    counts: BTreeMap<LineStatus, usize>,
    /// Lines that approval passes by.
    held: usize,
    quality: Option<Quality>,
    /// Lines that changed since; null where that was not asked for.
    lines: Option<Vec<LineView>>,
    /// To be sent as `since` next time.
    cursor: String,
    time_zone: Option<store::documents::Zone>,
}

/// How a run stands, and which of its lines changed since the caller looked last.
///
/// 2 requests, from which the tag comes too; 2 more where lines are asked for.
#[utoipa::path(
    get,
    path = "/api/auto-schedule/status/{run_id}",
    operation_id = "getRunStatus",
    tag = "runs",
    params(OneRun, Since),
    responses(
        (status = 200, body = Status),
        (status = 400, description = "INVALID_CURSOR"),
        (status = 404, description = "RUN_NOT_FOUND"),
    ),
)]
pub async fn show(
    seat: Seat<Viewer>,
    State(app): State<AppState>,
    Segment(OneRun { run_id }): Segment<OneRun>,
    Params(Since { since }): Params<Since>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let run_id = ids::run_id(&run_id)?;
    let seen = match since.as_deref() {
        None => None,
        Some("all") => Some(None),
        Some(text) => Some(Some(Seen::read(text)?)),
    };
    let club = seat.of(&app.table);
    let run = ids::run(&club, &run_id).await?;
    let proposal = run.body.proposal();
    let lines = ids::briefs(&club, proposal.as_ref(), seat.now).await?;
    let tag = digest(&(run.version, is_silent(&run.body, seat.now), versions(&lines), &since));
    if let Some(known) = unless_known(&headers, &tag) {
        return Ok(known);
    }
    let now = Seen::of(run.body.tokens.last().copied().unwrap_or(Token(0)), &lines);
    let mut time_zone = None;
    let mut changed = None;
    if let Some(seen) = seen {
        let (of_it, book) =
            tokio::try_join!(changed_lines(&club, proposal.as_ref(), seen, &now, &lines, seat.now), async {
                Ok(club.book().await?)
            })?;
        let names = names(&book);
        changed = Some(of_it.iter().map(|line| LineView::of(line, &names, None)).collect());
        time_zone = book.club.map(|club| club.time_zone);
    }
    let mut counts = BTreeMap::new();
    for line in &lines {
        *counts.entry(line.body.status).or_default() += 1;
    }
    let held = lines.iter().filter(|line| line.body.held).count();
    let (run, quality) = with_quality(&run, seat.now);
    let answer = Status { run, counts, held, quality, lines: changed, cursor: now.write(), time_zone };
    Ok(tagged(&tag, &answer))
}

/// The lines that the caller has not seen as they are: all of them in one page, or the changed ones by key.
async fn changed_lines(
    club: &Club<'_>,
    proposal: Option<&ProposalKey>,
    seen: Option<Seen>,
    now: &Seen,
    lines: &[Stored<LineBrief>],
    at: Timestamp,
) -> Result<Vec<Stored<Line>>, ApiError> {
    let (Some(proposal), Some(changed)) = (proposal, seen.and_then(|seen| seen.changed(now, lines))) else {
        return ids::lines(club, proposal, at).await;
    };
    let key = |event| LineKey { run: proposal.run.clone(), token: proposal.token, event };
    let keys: Vec<LineKey> = changed.into_iter().map(key).collect();
    if keys.is_empty() { Ok(Vec::new()) } else { Ok(club.lines_by_key(&keys).await?) }
}
