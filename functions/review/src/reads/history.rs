//! What came of the club's runs.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use runtime::ApiError;
use runtime::http::{Paging, Params};
use runtime::identity::{Seat, Viewer};
use serde::Serialize;
use store::Stored;
use store::documents::Zone;
use store::runs::Run;
use store::stamp::Timestamp;
use store::states::{RunState, RunStatus};
use utoipa::ToSchema;

use super::ids::zone;
use super::run_view::{Quality, RunType, RunView, run_type, with_quality};
use crate::AppState;

/// A page of runs, newest first.
#[derive(Serialize, ToSchema)]
pub struct History {
    items: Vec<PastRun>,
    /// Where the next page starts; none on the last.
    next: Option<String>,
    time_zone: Zone,
    /// Of the runs on this page.
    rates: Rates,
}

/// A run and what became of it.
#[derive(Serialize, ToSchema)]
struct PastRun {
    #[serde(flatten)]
    run: RunView,
    quality: Option<Quality>,
    /// From when it was queued until something of it was approved.
    queued_to_approved_s: Option<i64>,
}

/// How runs went.
#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = RunRates)]
struct Rates {
    runs: usize,
    manual: usize,
    /// Those that are over, well or not.
    ended: usize,
    /// Those that ended with a proposal.
    proposed: usize,
    failed: usize,
    crashed: usize,
    approved: usize,
    rejected: usize,
    /// Of those that ended: how many with a proposal, 0 to 1.
    success_rate: Option<f64>,
    /// Events that a proposal has on average.
    events_per_run: Option<f64>,
    /// Of all events of their proposals: how many have a place, 0 to 1.
    placed_rate: Option<f64>,
    /// Unplaced events by reason.
    failures: BTreeMap<String, u32>,
}

/// The club's runs, newest first, and what came of them.
///
/// 2 requests.
#[utoipa::path(
    get,
    path = "/api/auto-schedule/history",
    operation_id = "listRuns",
    tag = "runs",
    params(Paging),
    responses(
        (status = 200, body = History),
        (status = 400, description = "INVALID_CURSOR"),
    ),
)]
pub async fn list(
    seat: Seat<Viewer>,
    State(app): State<AppState>,
    Params(paging): Params<Paging>,
) -> Result<Json<History>, ApiError> {
    let place = paging.place()?;
    let club = seat.of(&app.table);
    let page = async { Ok::<_, ApiError>(club.runs(place.cursor.as_ref(), place.limit).await?) };
    let book = async { Ok(club.book().await?) };
    let (page, book) = tokio::try_join!(page, book)?;
    let rates = rates(&page.items);
    let items = page.items.iter().map(|run| past(run, seat.now)).collect();
    Ok(Json(History { items, next: page.next.map(|c| c.0), time_zone: zone(&book)?, rates }))
}

fn past(stored: &Stored<Run>, now: Timestamp) -> PastRun {
    let (run, quality) = with_quality(stored, now);
    let approved = match stored.body.state {
        RunState::Approved { at } => Some((at.0 - stored.body.created_at.0) / 1_000),
        _ => None,
    };
    PastRun { run, quality, queued_to_approved_s: approved }
}

fn rates(runs: &[Stored<Run>]) -> Rates {
    let mut rates = Rates { runs: runs.len(), ..Rates::default() };
    let (mut events, mut placed) = (0, 0);
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
        events += summary.total_events_processed;
        placed += summary.total_events_processed.saturating_sub(summary.events_failed);
        for (reason, count) in Quality::of(summary).failures {
            *rates.failures.entry(reason).or_default() += count;
        }
    }
    let share = |part: f64, of: f64| (of > 0.0).then_some(part / of);
    rates.success_rate = share(rates.proposed as f64, rates.ended as f64);
    rates.events_per_run = share(f64::from(events), rates.proposed as f64);
    rates.placed_rate = share(f64::from(placed), f64::from(events));
    rates
}
