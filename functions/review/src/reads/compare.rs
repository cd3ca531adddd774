//! Compares two runs.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Viewer};
use api::line::LineView;
use api::{ApiError, Code, Params, RouteError, TimeZone};
use axum::Json;
use axum::extract::State;
use domain::snapshot::EventRef;
use serde::{Deserialize, Serialize};
use store::events::Place;
use store::lines::{Line, LineKind};
use store::runs::{Run, RunOrigin};
use store::{Club, Stored};
use utoipa::{IntoParams, ToSchema};

use super::ids;
use super::run_view::{Quality, RunView, with_quality};
use crate::AppState;

/// The runs to compare.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    /// The first run.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    a: String,
    /// The second run.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    b: String,
}

/// The differences between two runs.
#[derive(Serialize, ToSchema)]
#[schema(as = Comparison)]
pub struct RunComparison {
    time_zone: TimeZone,
    a: ComparedRun,
    b: ComparedRun,
    /// Points by soft rule, where the runs differ.
    terms: BTreeMap<String, TermChange>,
    /// Lines that only the second run has.
    added: Vec<LineView>,
    /// Lines that only the first run has.
    removed: Vec<LineView>,
    /// Events that the two runs place differently.
    changed: Vec<ComparedLine>,
    /// Number of events that both runs treat in the same way.
    same: usize,
}

/// One of the compared runs.
#[derive(Serialize, ToSchema)]
struct ComparedRun {
    #[serde(flatten)]
    run: RunView,
    quality: Option<Quality>,
}

/// Points of one soft rule.
#[derive(Serialize, ToSchema)]
struct TermChange {
    a: f64,
    b: f64,
    difference: f64,
}

/// The lines of an event that both runs have.
#[derive(Serialize, ToSchema)]
#[schema(as = LineChange)]
struct ComparedLine {
    event_ref_num: EventRef,
    a: LineView,
    b: LineView,
}

api::errors! {
    /// Why runs are not compared.
    CompareErrors: InvalidId, RunNotFound, RunHasNoLines;
}

/// Compares two runs: what the second one does differently.
///
/// Edits do not count, except in an adopted trial: its lines are compared as they are now. 5 requests.
#[utoipa::path(
    get,
    path = "/api/auto-schedule/history/compare",
    operation_id = "compareRuns",
    tag = "runs",
    params(CompareQuery),
    responses(
        (status = 200, body = RunComparison),
        RouteError<CompareErrors>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
    Params(CompareQuery { a, b }): Params<CompareQuery>,
) -> Result<Json<RunComparison>, RouteError<CompareErrors>> {
    let (a, b) = (ids::run_id(&a)?, ids::run_id(&b)?);
    let club = club_caller.of(&app.table);
    let club_documents = async { Ok::<_, ApiError>(club.club_documents().await?) };
    let (club_documents, a, b) = tokio::try_join!(club_documents, ids::run(&club, &a), ids::run(&club, &b))?;
    let (of_a, of_b) = tokio::try_join!(lines(&club, &a.body, &club_caller), lines(&club, &b.body, &club_caller))?;
    let names = club_documents.names();
    let view = |line: &Stored<Line>| LineView::of(line, &names, None);
    let mut before: BTreeMap<EventRef, &Stored<Line>> = of_a.iter().map(|line| (line.body.key.event, line)).collect();
    let (mut added, mut changed, mut same) = (Vec::new(), Vec::new(), 0);
    for line in &of_b {
        match before.remove(&line.body.key.event) {
            None => added.push(view(line)),
            Some(old) if result_of(&a.body, &old.body) == result_of(&b.body, &line.body) => same += 1,
            Some(old) => {
                changed.push(ComparedLine { event_ref_num: line.body.key.event, a: view(old), b: view(line) });
            }
        }
    }
    let side = |run| {
        let (run, quality) = with_quality(run, club_caller.now);
        ComparedRun { run, quality }
    };
    let (a, b) = (side(&a), side(&b));
    Ok(Json(RunComparison {
        time_zone: club_documents.zone()?.into(),
        terms: terms(a.quality.as_ref(), b.quality.as_ref()),
        added,
        removed: before.into_values().map(view).collect(),
        changed,
        same,
        a,
        b,
    }))
}

/// The lines of a run that is within retention.
async fn lines(club: &Club<'_>, run: &Run, club_caller: &ClubCaller<Viewer>) -> Result<Vec<Stored<Line>>, ApiError> {
    let Some(proposal) = run.kept_proposal(club_caller.now) else {
        let message = format!("run {} has no lines to compare: it made none, or they are past retention", run.id);
        return Err(ApiError::new(Code::RunHasNoLines, message));
    };
    Ok(club.lines(&proposal, club_caller.now).await?)
}

/// The run's result for an event. It is before any edit, except in an adopted trial: there the original place of a line
/// that differs is the place in the plan before.
fn result_of<'a>(run: &Run, line: &'a Line) -> (LineKind, Option<&'a Place>) {
    let place = if matches!(run.origin, RunOrigin::Trial { .. }) { &line.place } else { &line.original };
    (line.kind, place.as_ref())
}

fn terms(a: Option<&Quality>, b: Option<&Quality>) -> BTreeMap<String, TermChange> {
    let none = BTreeMap::new();
    let (a, b) = (a.map_or(&none, |q| &q.terms), b.map_or(&none, |q| &q.terms));
    let mut changes = BTreeMap::new();
    for name in a.keys().chain(b.keys()) {
        let of = |side: &BTreeMap<String, f64>| side.get(name).copied().unwrap_or(0.0);
        let change = TermChange { a: of(a), b: of(b), difference: of(b) - of(a) };
        if change.difference != 0.0 {
            changes.insert(name.clone(), change);
        }
    }
    changes
}
