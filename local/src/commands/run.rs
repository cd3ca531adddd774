//! `muster run`: starts a manual run and shows its phases until it ends. `muster status`: shows the latest runs, or one run.

use std::time::{Duration, Instant};

use desk::runs::Buffer;
use domain::calendar::date_in_words;
use runtime::messages::RunMessage;
use store::Stored;
use store::key::RunId;
use store::runs::{Run, RunOrigin};
use store::states::{RunState, RunStatus};

use super::installation::{Installation, InstallationArguments};
use super::{Failure, block_on, name_of};
use crate::console;
use crate::report::points;

/// Arguments of `muster run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster run
      Starts a run on this machine and waits for its proposal.
  muster run --emergency
      Also plans the days from today on.
  muster run --stack muster-prod.json --club 8135
      Starts a run of club 8135 in a deployed stack.")]
pub struct Arguments {
    /// Plan from today on, without the buffer days before the first planned day.
    #[arg(long)]
    emergency: bool,
    #[command(flatten)]
    at: InstallationArguments,
}

/// Arguments of `muster status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster status
      Lists the latest runs, the newest first.
  muster status 20261124T070000000-kqxwzv
      Shows one run: its score, and why it failed or was rejected.
  muster status --stack muster-prod.json --club 8135
      Lists the runs of club 8135 in a deployed stack.")]
pub struct StatusArguments {
    /// The id of a run; without it the latest runs are listed.
    run: Option<String>,
    #[command(flatten)]
    at: InstallationArguments,
}

/// Interval at which a run is polled.
const POLL_INTERVAL: Duration = Duration::from_millis(250);
/// Real time after which the command stops polling. The run continues.
const MAX_WAIT: Duration = Duration::from_mins(15);
/// Maximum number of runs in the list.
const MAX_LISTED: u16 = 10;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let installation = arguments.at.open().await?;
        let queue = installation.queue::<RunMessage>()?;
        let buffer = if arguments.emergency { Buffer::Dropped } else { Buffer::Kept };
        let id = RunId::new(installation.now(), &mut fastrand::Rng::new());
        let because = installation.because("muster run");
        let id = desk::runs::start_manual(installation.of_club(), &queue, id, buffer, &because).await?;
        console::tell(&format!("Run {id} of club {}\n", installation.club_with_name()))?;
        let ended = watch(&installation, &id).await?;
        console::tell(&facts_of_run(&installation, &ended))?;
        match &*ended.state {
            RunState::Failed { words, .. } => Err(Failure::Internal(format!("the run failed: {words}"))),
            RunState::Crashed { .. } => {
                Err(Failure::Internal("the run crashed: its solver was lost; start another run".to_owned()))
            }
            _ => Ok(()),
        }
    })
}

pub(super) fn status(arguments: &StatusArguments) -> Result<(), Failure> {
    block_on(async {
        let installation = arguments.at.open().await?;
        let Some(id) = &arguments.run else { return print_latest(&installation).await };
        let id = RunId::parse(id).map_err(|e| Failure::Input(format!("{id} is not the id of a run: {e}")))?;
        console::tell(&facts_of_run(&installation, &read(&installation, &id).await?.body))
    })
}

async fn read(installation: &Installation, id: &RunId) -> Result<Stored<Run>, Failure> {
    installation
        .of_club()
        .run(id)
        .await?
        .ok_or_else(|| Failure::Input(format!("there is no run {id}; `muster status` lists the latest runs")))
}

/// Prints each phase as it begins, until the run has ended.
async fn watch(installation: &Installation, id: &RunId) -> Result<Run, Failure> {
    let started = Instant::now();
    let mut printed_phase = String::new();
    loop {
        let run = read(installation, id).await?.body;
        let phase = phase_of(&run);
        if phase != printed_phase {
            console::tell(&format!("{:>7.1} s  {phase}\n", started.elapsed().as_secs_f64()))?;
            printed_phase = phase;
        }
        if !matches!(run.state.status(), RunStatus::Queued | RunStatus::Running) {
            return Ok(run);
        }
        if started.elapsed() > MAX_WAIT {
            return Err(Failure::Internal(format!(
                "the run is still {printed_phase}; it continues, and `muster status {id}` shows it"
            )));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// The phase of a running run, with its detail; otherwise the state of the run.
fn phase_of(run: &Run) -> String {
    let phase = run.phase.as_ref().filter(|_| run.state.status() == RunStatus::Running);
    match phase {
        Some(phase) => match &phase.detail {
            Some(detail) => format!("{}: {detail}", name_of(phase.name)),
            None => name_of(phase.name),
        },
        None => run.state.status().name().to_owned(),
    }
}

/// The main facts of a run, a line for each.
fn facts_of_run(installation: &Installation, run: &Run) -> String {
    let mut text = format!(
        "Run        {}\nClub       {}\nState      {}\nStarted    {} ({}), {}\n",
        run.id,
        installation.club_with_name(),
        phase_of(run),
        installation.time(run.created_at),
        installation.facts.time_zone,
        origin(run)
    );
    if let Some(summary) = &run.summary {
        let answer = summary.answer.as_ref();
        let number = |n: Option<f64>| n.map_or_else(String::new, points);
        text.push_str(&format!(
            "Lines      {} placed, {} moved or dropped, {} without a place\nScore      {} of at most {}, gap {}\n",
            summary.events_scheduled,
            summary.events_requiring_swaps,
            summary.events_failed,
            number(answer.map(|answer| answer.score)),
            number(answer.and_then(|answer| answer.bound)),
            number(answer.and_then(|answer| answer.gap)),
        ));
    }
    let why = match &*run.state {
        RunState::Failed { words, .. } | RunState::Rejected { words, .. } => words.clone(),
        RunState::Superseded { by, .. } => format!("run {by} took its place"),
        _ => return text,
    };
    text + &format!("Why        {why}\n")
}

/// The cause of a run, for a person.
fn origin(run: &Run) -> String {
    match &run.origin {
        RunOrigin::Automatic { date } => format!("nightly run of {}", date_in_words(*date)),
        RunOrigin::Manual { by } => format!("by {by}"),
        RunOrigin::ByHand { by } => format!("changed by hand by {by}"),
        RunOrigin::Trial { by, .. } => format!("a trial that {by} adopted"),
    }
}

async fn print_latest(installation: &Installation) -> Result<(), Failure> {
    let runs = installation.of_club().runs(None, MAX_LISTED).await?.items;
    let current = installation.of_club().current_proposal().await?.map(|current| current.body.proposal.run);
    let rows: Vec<[String; 8]> = runs
        .iter()
        .map(|Stored { body: run, .. }| {
            let of = |count: fn(&store::runs::RunSummary) -> u32| {
                run.summary.as_ref().map_or_else(String::new, |summary| count(summary).to_string())
            };
            let mark = if current.as_ref() == Some(&run.id) { "current" } else { "" };
            let (scheduled, moved) = (of(|s| s.events_scheduled), of(|s| s.events_requiring_swaps));
            let (started, by) = (installation.time(run.created_at), origin(run));
            [run.id.to_string(), phase_of(run), scheduled, moved, of(|s| s.events_failed), mark.to_owned(), started, by]
        })
        .collect();
    if rows.is_empty() {
        return console::tell("There is no run yet: `muster run` starts one.\n");
    }
    let heads = ["run", "state", "placed", "moved/dropped", "unplaced", "proposal", "started", "cause"];
    console::say(&console::table(&heads, &rows))?;
    console::tell(&installation.zone_note())
}
