//! The dashboard of the morning: what needs a person, last night's run, who works today.

use std::collections::BTreeMap;

use api::identity::{ClubCaller, Viewer};
use api::{ApiError, RouteError, TimeZone};
use axum::Json;
use axum::extract::State;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use desk::elsewhere::{Elsewhere, Standing, elsewhere, first_day, older_posted, recent_posted, standing};
use domain::calendar::{plus_days, write_moment};
use domain::snapshot::{EventFacts, EventRef};
use serde::Serialize;
use store::documents::ClubDocuments;
use store::events::Claim;
use store::lines::{Line, Lines};
use store::nights::{MAX_TRIES, Night, RETRY_HOURS, is_late, night_at};
use store::runs::Run;
use store::stamp::Timestamp;
use store::states::{Cause, LineStatus, RunStatus};
use store::{Club, Stored};
use utoipa::ToSchema;

use super::findings::CrossmarkFindings;
use super::floor::{OnFloor, PersonOff, RotationToday, Staff, on_floor};
use super::run_view::RunView;
use super::unfinished::UnfinishedView;
use crate::AppState;
use crate::drafts::{DraftSummary, draft_error};

/// The state of the club on one page.
#[derive(Serialize, ToSchema)]
pub struct Dashboard {
    time_zone: TimeZone,
    today: NaiveDate,
    /// When events, schedules and people were last read from Crossmark; `null` if they never were.
    refreshed_at: Option<String>,
    /// What the last refresh found wrong at Crossmark.
    crossmark: CrossmarkFindings,
    night: NightView,
    /// The current proposal; `null` if there never was one.
    proposal: Option<ProposalNumbers>,
    /// Unfinished approvals, oldest first.
    unfinished_approvals: Vec<UnfinishedView>,
    /// Drafts by an assistant or *Find* on which nobody has decided, oldest first.
    drafts: Vec<DraftSummary>,
    /// Runs that crashed and that nobody has acknowledged, newest first; only the latest 20 runs are searched.
    crashed_runs: Vec<RunView>,
    submissions: SubmissionsNeedingYou,
    due_soon: Vec<DueSoon>,
    /// Whether more events are due soon than `due_soon` lists.
    due_soon_more: bool,
    off_today: Vec<PersonOff>,
    rotation: TodaysRotation,
    on_floor: Vec<OnFloor>,
}

/// The state of last night's run.
#[derive(Serialize, ToSchema)]
#[schema(as = Night)]
struct NightView {
    date: NaiveDate,
    state: NightState,
    tries: usize,
    run: Option<RunView>,
}

/// The state of last night's run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NightState {
    /// The run has a proposal.
    Ok,
    /// The run is queued or running.
    Running,
    /// The run failed. Another one will be queued.
    Failed,
    /// The solver of the run was lost. Another run will be queued.
    Crashed,
    /// Too many runs of the night failed, or the time for another one has passed. A person must look.
    GivenUp,
    /// The hour of the run has not come yet.
    NotDue,
    /// The hour of the run has come, and no run was started.
    Missing,
}

/// Counts of the current proposal. They leave out rejected and superseded lines. They also leave out a line that was
/// not accepted if its event was posted, moved or taken back in another way.
#[derive(Serialize, ToSchema)]
struct ProposalNumbers {
    run_id: api::shapes::RunId,
    at: String,
    /// Whether the data that a run reads has changed since the proposal, other than by the approval, submission and
    /// recall of lines, people's decisions about lines, and the nightly count of debts.
    plan_moved: bool,
    /// Number of lines that place, move or drop an event.
    lines: usize,
    /// Number of these lines whose event has no place, because its posted schedule is taken back: by the line, or since
    /// the line was accepted.
    taken_back: usize,
    /// Number of these lines on which nobody has decided.
    open: usize,
    /// Number of these open lines that need a look: a move or take-back, a flag, a confirmed rule break or an unmet
    /// wish.
    needs_look: usize,
    /// Number of events without a place. Neither `lines` nor `needs_look` counts them.
    not_placed: usize,
    held: usize,
    accepted: usize,
}

/// Counts of submissions, by whether they need a person.
#[derive(Default, Serialize, ToSchema)]
struct SubmissionsNeedingYou {
    failed: usize,
    /// Number of the failed lines that were too late to be sent.
    too_late: usize,
    in_doubt: usize,
    under_way: usize,
    paused_until: Option<String>,
}

/// An open event that nobody is scheduled to work.
#[derive(Serialize, ToSchema)]
struct DueSoon {
    event_ref_num: EventRef,
    project_name: String,
    event_type: &'static str,
    estimated_minutes: u32,
    start_date: String,
    due_date: String,
    days_left: i64,
    /// Whether a person keeps the event out of runs.
    kept_out: bool,
}

/// The people of both rotations today.
#[derive(Serialize, ToSchema)]
struct TodaysRotation {
    juicer: RotationToday,
    primary_lead: RotationToday,
}

/// Number of days within which an event is due soon.
const SOON_DAYS: i64 = 7;
/// Maximum events that are listed as due soon.
const SOON_LISTED: usize = 500;
/// Number of runs that are read, the latest first.
const LAST_RUNS: u16 = 20;

/// The dashboard of the morning: what needs a person, the state of the night's run, and who works today.
///
/// 8 requests, 1 more for lines that changed since this process read them, 1 more if many runs followed the night's
/// run, 1 or 2 more for each draft of a call-out, and 2 more for each 100 lines of a proposal that is weeks old.
#[utoipa::path(
    get,
    path = "/api/dashboard",
    operation_id = "getDashboard",
    tag = "service",
    responses(
        (status = 200, body = Dashboard),
        RouteError<()>,
    ),
)]
pub async fn show(
    club_caller: ClubCaller<Viewer>,
    State(app): State<AppState>,
) -> Result<Json<Dashboard>, RouteError<()>> {
    let club = club_caller.of(&app.table);
    let club_documents = club.club_documents().await?;
    let time_zone = club_documents.zone()?;
    let today = club_caller.now.date_in(time_zone);
    let due = async { Ok::<_, ApiError>(club.events_due_within(today, SOON_DAYS).await?) };
    let from = first_day(club_documents.proposal.as_ref(), time_zone, today);
    let posted = async { Ok(recent_posted(club, from, today).await?) };
    let claims = async { Ok(club.claims().await?) };
    let runs = async { Ok(club.runs(None, LAST_RUNS).await?) };
    let night_date = night_date(&club_documents, today, club_caller.now);
    let last_night = async { Ok(club.night(night_date).await?) };
    let current = club_documents.proposal.as_ref().map(|current| &current.proposal);
    let lines = async { Ok(app.desk(&club_caller).lines(current, club_caller.now).await?) };
    let drafts = async { desk::drafts::list(club, club_caller.now).await.map_err(draft_error) };
    let (due, mut posted, runs, last_night, claims, lines, drafts) =
        tokio::try_join!(due, posted, runs, last_night, claims, lines, drafts)?;
    let last_night = match last_night {
        Some(night) => Some((run_of(&club, &runs.items, &night.body).await?, night.body)),
        None => None,
    };
    let names = club_documents.names();
    let older = older_posted(club, &lines, &posted, from, today).await?;
    posted.extend(older);
    let elsewhere = elsewhere(lines.values().map(|line| &line.body), &posted, &claims, today);
    let posted_today = posted.into_iter().filter(|posted| posted.start.date() == today).collect();
    let Staff { off, juicer, primary_lead } = Staff::on(&club_documents, today)?;
    let (due_soon, due_soon_more) = due_soon(due, today);
    let crashed =
        runs.items.iter().filter(|r| r.body.state.status() == RunStatus::Crashed && r.body.dismissed.is_none());
    Ok(Json(Dashboard {
        time_zone: time_zone.into(),
        today,
        refreshed_at: club_documents.refreshed_at.map(|at| at.to_string()),
        crossmark: club_documents.report.as_ref().map(|r| CrossmarkFindings::of(&r.body, &names)).unwrap_or_default(),
        night: night(last_night, &runs.items, &club_documents, night_date, club_caller.now),
        proposal: proposal(&club_documents, &lines, &elsewhere),
        unfinished_approvals: club_documents.unfinished.iter().map(UnfinishedView::of).collect(),
        drafts: drafts.iter().map(DraftSummary::of).collect(),
        crashed_runs: crashed.map(|run| RunView::of(&run.body, club_caller.now)).collect(),
        submissions: needs_you(&claims, &club_documents, club_caller.now),
        due_soon,
        due_soon_more,
        off_today: off,
        rotation: TodaysRotation { juicer, primary_lead },
        on_floor: on_floor(posted_today, &claims, today, &names),
    }))
}

/// The run of a night's last try: usually among the latest runs, otherwise read by its id.
async fn run_of(club: &Club<'_>, latest_runs: &[Stored<Run>], night: &Night) -> Result<Option<Run>, ApiError> {
    match latest_runs.iter().find(|run| run.body.id == night.run) {
        Some(run) => Ok(Some(run.body.clone())),
        None => Ok(club.run(&night.run).await?.map(|run| run.body)),
    }
}

/// The date of the nightly run that is shown: today's. A late run is shown until the next one is due, because its morning
/// is that of the next day.
fn night_date(club_documents: &ClubDocuments, today: NaiveDate, now: Timestamp) -> NaiveDate {
    let is_of_yesterday = is_late(club_documents.settings.run_hour) && !is_due(club_documents, now);
    if is_of_yesterday { plus_days(today, -1) } else { today }
}

/// The state of the nightly run of a date, from its record and the run of its last try.
fn night(
    found: Option<(Option<Run>, Night)>,
    latest_runs: &[Stored<Run>],
    club_documents: &ClubDocuments,
    date: NaiveDate,
    now: Timestamp,
) -> NightView {
    let Some((run, night)) = found else {
        let (has_hour_come, may_be_late) = (is_due(club_documents, now), is_late(club_documents.settings.run_hour));
        if may_be_late && !has_hour_come && !has_run_before(latest_runs, club_documents, date) {
            // The club is newer than yesterday's late run. Its first one is today's.
            return NightView { date: plus_days(date, 1), state: NightState::NotDue, tries: 0, run: None };
        }
        let state = if has_hour_come || may_be_late { NightState::Missing } else { NightState::NotDue };
        return NightView { date, state, tries: 0, run: None };
    };
    let state = match run.as_ref().map_or(RunStatus::Crashed, |run| run.state.status()) {
        RunStatus::Queued | RunStatus::Running => NightState::Running,
        RunStatus::Failed | RunStatus::Crashed if is_given_up(&night, club_documents, now) => NightState::GivenUp,
        RunStatus::Failed => NightState::Failed,
        RunStatus::Crashed => NightState::Crashed,
        _ => NightState::Ok,
    };
    NightView { date, state, tries: night.tries as usize, run: run.map(|run| RunView::of(&run, now)) }
}

/// Whether the club has a run from before the hour of a date's nightly run.
fn has_run_before(latest_runs: &[Stored<Run>], club_documents: &ClubDocuments, date: NaiveDate) -> bool {
    let hour = (date, club_documents.settings.run_hour);
    let is_before = |run: &Stored<Run>| {
        local_time(club_documents, run.body.created_at).is_some_and(|local| (local.date(), local.hour()) < hour)
    };
    latest_runs.len() >= usize::from(LAST_RUNS) || latest_runs.iter().any(is_before)
}

/// Whether no further try of a failed night begins.
fn is_given_up(night: &Night, club_documents: &ClubDocuments, now: Timestamp) -> bool {
    let is_over = local_time(club_documents, now)
        .is_some_and(|local| night_at(club_documents.settings.run_hour, local) != Some(night.date));
    is_over || night.tries >= MAX_TRIES || now > night.first_try_at.plus(TimeDelta::hours(RETRY_HOURS))
}

fn is_due(club_documents: &ClubDocuments, now: Timestamp) -> bool {
    local_time(club_documents, now).is_some_and(|local| local.hour() >= club_documents.settings.run_hour)
}

fn local_time(club_documents: &ClubDocuments, now: Timestamp) -> Option<NaiveDateTime> {
    club_documents.club.as_ref().map(|club| now.utc().with_timezone(&club.time_zone).naive_local())
}

fn proposal(
    club_documents: &ClubDocuments,
    lines: &Lines,
    elsewhere: &BTreeMap<EventRef, Elsewhere>,
) -> Option<ProposalNumbers> {
    let current = club_documents.proposal.as_ref()?;
    let counted = lines.values().filter_map(|line| Some((&line.body, standing(&line.body, elsewhere)?)));
    let counted: Vec<(&Line, Standing)> = counted.collect();
    let count = |which: &dyn Fn(&Line) -> bool| counted.iter().filter(|(line, _)| which(line)).count();
    let is_open = |line: &Line| line.state.status().is_open();
    Some(ProposalNumbers {
        run_id: current.proposal.run.clone().into(),
        at: current.at.to_string(),
        plan_moved: current.plan_version.outdating_changes() != club_documents.plan_version.outdating_changes(),
        lines: count(&Line::is_placed),
        taken_back: counted.iter().filter(|(_, found)| *found == Standing::TakenBack).count(),
        open: count(&|line| line.is_placed() && is_open(line)),
        needs_look: count(&|line| line.is_placed() && is_open(line) && line.needs_a_look()),
        not_placed: count(&|line| !line.is_placed()),
        held: count(&|line| is_open(line) && line.held),
        accepted: count(&|line| line.state.status() == LineStatus::ApiSubmitted),
    })
}

fn needs_you(claims: &[(EventFacts, Claim)], club_documents: &ClubDocuments, now: Timestamp) -> SubmissionsNeedingYou {
    let mut needs = SubmissionsNeedingYou::default();
    for (_, claim) in claims {
        match claim.status {
            LineStatus::ApiFailed => {
                needs.failed += 1;
                needs.too_late += usize::from(claim.cause == Some(Cause::TooLate));
            }
            LineStatus::InDoubt => needs.in_doubt += 1,
            status if status.is_in_flight() => needs.under_way += 1,
            _ => {}
        }
    }
    let pause = club_documents.pause.as_ref().filter(|pause| now < pause.until);
    needs.paused_until = pause.map(|pause| pause.until.to_string());
    needs
}

/// The first events due soon, and whether there are more.
fn due_soon(due: Vec<EventFacts>, today: NaiveDate) -> (Vec<DueSoon>, bool) {
    let more = due.len() > SOON_LISTED;
    let listed = due.into_iter().take(SOON_LISTED).map(|facts| DueSoon {
        event_ref_num: facts.event_ref,
        event_type: facts.event_type().name(),
        estimated_minutes: facts.minutes(),
        start_date: write_moment(facts.start),
        kept_out: !facts.auto,
        project_name: facts.name,
        due_date: write_moment(facts.due),
        days_left: (facts.due.date() - today).num_days(),
    });
    (listed.collect(), more)
}
