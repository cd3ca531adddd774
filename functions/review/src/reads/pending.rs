//! A proposal: its lines by kind, and a preview of its days.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Viewer};
use api::line::{LineView, Names};
use api::{Params, RouteError, TimeZone, invalid_query, not_modified_answer, tagged};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use desk::elsewhere::{first_day, read_elsewhere};
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};
use store::Stored;
use store::documents::ClubDocuments;
use store::key::RunId;
use store::lines::{Line, LineKind, Lines, Reasons};
use store::runs::Run;
use store::stamp::Timestamp;
use utoipa::{IntoParams, ToSchema};

use super::elsewhere::ElsewhereView;
use super::ids::{self, digest, versions};
use super::preview::{DayPreview, daily_preview};
use super::run_view::{Quality, RunView, is_silent, with_quality};
use super::unfinished::{UnfinishedView, changing_parts};
use crate::AppState;

/// The requested proposal, and what the answer includes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProposalQuery {
    /// The id of the run; the run of the current proposal by default.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    run_id: Option<String>,
    /// `reasons` adds the long reasons of all lines.
    #[param(pattern = "^(reasons)?$")]
    include: Option<String>,
}

/// A proposal with its lines.
#[derive(Serialize, ToSchema)]
struct Pending {
    /// The id of the run of the proposal; `null` if the club never had a proposal.
    run_id: Option<api::shapes::RunId>,
    time_zone: TimeZone,
    /// The run of the proposal; `null` if the club never had a proposal.
    run: Option<RunView>,
    quality: Option<Quality>,
    /// The current plan version of the club.
    plan_version: u64,
    stale: Staleness,
    /// Unfinished approvals of all runs, oldest first.
    unfinished_approvals: Vec<UnfinishedView>,
    newly_scheduled: Vec<LineView>,
    /// Lines that move or drop a posted schedule, each with its place before and after.
    swaps: Vec<LineView>,
    failed: Vec<LineView>,
    /// Events of the current proposal that something other than their lines posted, moved or took back; empty for another
    /// proposal.
    elsewhere: Vec<ElsewhereView>,
    daily_preview: BTreeMap<String, DayPreview>,
}

/// What has changed since a proposal was made.
#[derive(Serialize, ToSchema)]
struct Staleness {
    /// Whether the data that a run reads has changed, other than by the approval, submission and recall of lines,
    /// people's decisions about lines, and the nightly count of debts.
    plan_moved: bool,
    /// The run that has the current proposal, if it is another one; `null` otherwise.
    newer_run_id: Option<api::shapes::RunId>,
}

api::errors! {
    /// Why a proposal is not shown.
    ProposalErrors: InvalidId, RunNotFound;
}

/// A proposal: the current one, or the one of a run.
///
/// 3 requests, 2 more for the current proposal, and then 2 more for each 100 lines if it is weeks old, 1 more for lines
/// that changed since this process read them, 1 more for reasons.
#[utoipa::path(
    get,
    path = "/api/auto-schedule/pending",
    operation_id = "getProposal",
    tag = "proposals",
    params(ProposalQuery),
    responses(
        (status = 200, body = Pending),
        RouteError<ProposalErrors>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Params(ProposalQuery { run_id, include }): Params<ProposalQuery>,
    headers: HeaderMap,
) -> Result<Response, RouteError<ProposalErrors>> {
    let with_reasons = match include.as_deref() {
        None | Some("") => false,
        Some("reasons") => true,
        Some(_) => return Err(invalid_query("include may be: reasons").into()),
    };
    let requested_run = run_id.as_deref().map(ids::run_id).transpose()?;
    let club = club_caller.of(&app.table);
    let club_documents = club.club_documents().await?;
    let time_zone = club_documents.zone()?;
    let current = club_documents.proposal.as_ref().map(|p| p.proposal.run.clone());
    let run = match requested_run.or_else(|| current.clone()) {
        Some(id) => Some(ids::run(&club, &id).await?),
        None => None,
    };
    let proposal = run.as_ref().and_then(|run| run.body.kept_proposal(club_caller.now));
    let lines = app.desk(&club_caller).lines(proposal.as_ref(), club_caller.now).await?;
    let of_run = run.as_ref().map(|run| (run.body.id.as_str(), run.version, is_silent(&run.body, club_caller.now)));
    let unfinished = changing_parts(&club_documents.unfinished);
    // A past schedule need not be there any more, so where events stand depends on the day.
    let today = club_caller.now.date_in(time_zone);
    let club_state = (club_documents.plan_version, today);
    let tag = digest(&(club_state, of_run, &current, versions(&lines), unfinished, with_reasons));
    if let Some(answer) = not_modified_answer(&headers, &tag) {
        return Ok(answer);
    }
    let reasons = match proposal.filter(|_| with_reasons) {
        Some(proposal) => club.all_reasons(&proposal).await?,
        None => Vec::new(),
    };
    let is_current = run.as_ref().is_some_and(|run| current.as_ref() == Some(&run.body.id));
    let elsewhere = if is_current {
        let from = first_day(club_documents.proposal.as_ref(), time_zone, today);
        ElsewhereView::of(&read_elsewhere(club, &lines, from, today).await?, &lines, &club_documents.names())
    } else {
        Vec::new()
    };
    let answer = answer(&club_documents, time_zone.into(), run.as_ref(), current, &lines, reasons, club_caller.now);
    Ok(tagged(&tag, &Pending { elsewhere, ..answer }))
}

fn answer(
    club_documents: &ClubDocuments,
    time_zone: TimeZone,
    run: Option<&Stored<Run>>,
    current: Option<RunId>,
    lines: &Lines,
    reasons: Vec<Reasons>,
    now: Timestamp,
) -> Pending {
    let names = club_documents.names();
    let reasons: BTreeMap<EventRef, Reasons> = reasons.into_iter().map(|r| (r.key.event, r)).collect();
    let solved_on =
        run.and_then(|run| run.body.summary.as_ref()).map(|summary| summary.plan_version.outdating_changes());
    let newer_run_id = current.filter(|current| run.is_some_and(|run| run.body.id != *current));
    let (view, quality) = run.map(|run| with_quality(run, now)).unzip();
    let views_of = |belongs: fn(&Line) -> bool| views(lines, &names, &reasons, belongs);
    Pending {
        run_id: run.map(|run| run.body.id.clone().into()),
        time_zone,
        run: view,
        quality: quality.flatten(),
        plan_version: club_documents.plan_version.version,
        stale: Staleness {
            plan_moved: solved_on.is_some_and(|solved_on| solved_on != club_documents.plan_version.outdating_changes()),
            newer_run_id: newer_run_id.map(Into::into),
        },
        unfinished_approvals: club_documents.unfinished.iter().map(UnfinishedView::of).collect(),
        newly_scheduled: views_of(is_new),
        swaps: views_of(|line| line.kind.is_swap()),
        failed: views_of(|line| line.kind == LineKind::NotPlaced && line.place.is_none()),
        elsewhere: Vec::new(),
        daily_preview: daily_preview(lines.values().map(|line| &line.body)),
    }
}

/// Whether the solver placed the event, or a person did because the solver could not.
fn is_new(line: &Line) -> bool {
    line.kind == LineKind::New || (line.kind == LineKind::NotPlaced && line.place.is_some())
}

fn views(
    lines: &Lines,
    names: &Names,
    reasons: &BTreeMap<EventRef, Reasons>,
    belongs: fn(&Line) -> bool,
) -> Vec<LineView> {
    let chosen = lines.values().filter(|line| belongs(&line.body));
    chosen.map(|line| LineView::of(line, names, reasons.get(&line.body.key.event))).collect()
}
