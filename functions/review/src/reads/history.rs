//! The club's past runs and their results.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, ListErrors, Paging, Params, RouteError, TimeZone};
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use store::Stored;
use store::runs::Run;
use store::stamp::Timestamp;
use store::states::RunStatus;
use store::tally::Tally;
use utoipa::ToSchema;

use super::run_view::{Quality, RunType, RunView, run_type, with_quality};
use crate::AppState;

/// A page of runs, newest first.
#[derive(Serialize, ToSchema)]
pub struct History {
    items: Vec<PastRun>,
    /// The cursor of the next page; `null` on the last page.
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
    time_zone: TimeZone,
    /// Rates of the runs on this page.
    rates: RunRates,
}

/// A run with its quality and what happened to its lines.
#[derive(Serialize, ToSchema)]
struct PastRun {
    #[serde(flatten)]
    run: RunView,
    quality: Option<Quality>,
    /// Seconds from the proposal to the first approval of a line; `null` if there was none.
    proposed_to_approved_s: Option<i64>,
    /// Counts of what people and Crossmark did with the lines.
    tally: api::shapes::Tally,
}

/// Rates over some runs.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
struct RunRates {
    runs: usize,
    manual: usize,
    /// Number of runs that have ended, with or without a proposal.
    ended: usize,
    /// Number of runs that ended with a proposal.
    proposed: usize,
    failed: usize,
    crashed: usize,
    approved: usize,
    rejected: usize,
    /// The share of ended runs that have a proposal, 0 to 1; `null` if none has ended.
    success_rate: Option<f64>,
    /// Mean number of events in a proposal; `null` without any.
    events_per_run: Option<f64>,
    /// Mean time from the proposal to the first approval of a line, in seconds; `null` if there was none.
    time_to_approval_s: Option<f64>,
    /// The share of events of the proposals that have a place, 0 to 1; `null` without any events.
    placed_rate: Option<f64>,
    /// Number of events that are not placed, by reason.
    failures: BTreeMap<String, u32>,
    /// Number of posted schedules that the proposals move or drop.
    swaps: u32,
    /// Number of edits that changed the place of a line.
    edits: u64,
    /// Number of times that a line was retried after Crossmark did not accept it.
    retries: u64,
    /// Number of times that Crossmark accepted a line, or a person recorded it as done by hand.
    accepted: u64,
    /// Number of times that Crossmark did not accept a line that was sent; a retry may follow.
    refused: u64,
}

/// The club's runs, newest first, with their quality and results.
///
/// 3 requests.
#[utoipa::path(
    get,
    path = "/api/auto-schedule/history",
    operation_id = "listRuns",
    tag = "runs",
    params(Paging),
    responses(
        (status = 200, body = History),
        RouteError<ListErrors>,
    ),
)]
pub async fn list(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<Json<History>, RouteError<ListErrors>> {
    let page_request = paging.page_request()?;
    let club = club_caller.of(&app.table);
    let page = async { Ok::<_, ApiError>(club.runs(page_request.cursor.as_ref(), page_request.limit).await?) };
    let club_documents = async { Ok(club.club_documents().await?) };
    let (page, total, club_documents) =
        tokio::try_join!(page, page_request.total.of(club.count_runs()), club_documents)?;
    let tallies = match (page.items.last(), page.items.first()) {
        (Some(oldest), Some(newest)) => club.tallies(&oldest.body.id, &newest.body.id).await?,
        _ => BTreeMap::new(),
    };
    let tally = |run: &Stored<Run>| tallies.get(run.body.id.as_str()).copied().unwrap_or_default();
    let items: Vec<PastRun> = page.items.iter().map(|run| past_run(run, tally(run), club_caller.now)).collect();
    let rates = rates(&page.items, page.items.iter().map(tally));
    Ok(Json(History { items, next: page.next.map(|c| c.0), total, time_zone: club_documents.zone()?.into(), rates }))
}

fn past_run(stored: &Stored<Run>, tally: Tally, now: Timestamp) -> PastRun {
    let (run, quality) = with_quality(stored, now);
    PastRun { run, quality, proposed_to_approved_s: proposed_to_approved_s(&stored.body), tally: tally.into() }
}

fn proposed_to_approved_s(run: &Run) -> Option<i64> {
    let (proposed, approved) = run.completed_at.zip(run.approved_at)?;
    Some((approved.0 - proposed.0) / 1_000)
}

fn rates(runs: &[Stored<Run>], tallies: impl Iterator<Item = Tally>) -> RunRates {
    let mut rates = RunRates { runs: runs.len(), ..RunRates::default() };
    for tally in tallies {
        rates.edits += tally.edited;
        rates.retries += tally.retried;
        rates.accepted += tally.accepted;
        rates.refused += tally.failed;
    }
    let (mut events, mut placed) = (0, 0);
    let waiting_times_s: Vec<i64> = runs.iter().filter_map(|run| proposed_to_approved_s(&run.body)).collect();
    for Stored { body: run, .. } in runs {
        rates.manual += usize::from(run_type(run) == RunType::Manual);
        match run.state.status() {
            RunStatus::Queued | RunStatus::Running => continue,
            RunStatus::Failed => rates.failed += 1,
            RunStatus::Crashed => rates.crashed += 1,
            RunStatus::Approved => rates.approved += 1,
            RunStatus::Rejected => rates.rejected += 1,
            RunStatus::Completed | RunStatus::Superseded => {}
        }
        rates.ended += 1;
        let Some(summary) = &run.summary else { continue };
        rates.proposed += 1;
        rates.swaps += summary.events_requiring_swaps;
        events += summary.total_events_processed;
        placed += summary.events_placed();
        for (reason, count) in Quality::of(summary).failures {
            *rates.failures.entry(reason).or_default() += count;
        }
    }
    let share = |part: f64, of: f64| (of > 0.0).then_some(part / of);
    rates.time_to_approval_s = share(waiting_times_s.iter().sum::<i64>() as f64, waiting_times_s.len() as f64);
    rates.success_rate = share(rates.proposed as f64, rates.ended as f64);
    rates.events_per_run = share(f64::from(events), rates.proposed as f64);
    rates.placed_rate = share(f64::from(placed), f64::from(events));
    rates
}
