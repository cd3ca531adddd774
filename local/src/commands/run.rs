//! `muster run`: starts a manual run and shows its phases until it ends. `muster status`: the latest runs, or one.

use std::time::{Duration, Instant};

use desk::runs::Buffer;
use domain::calendar::spoken;
use runtime::messages::RunMessage;
use store::Stored;
use store::key::RunId;
use store::runs::{Origin, Run};
use store::states::{RunState, RunStatus};

use super::place::{Place, Where};
use super::{Failure, block_on, name_of};
use crate::console;
use crate::report::points;

/// What to run.
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
    at: Where,
}

/// Which runs to show.
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
    at: Where,
}

/// Interval of polling a run.
const LOOK: Duration = Duration::from_millis(250);
/// Real time after which the command stops polling; the run continues.
const PATIENCE: Duration = Duration::from_mins(15);
/// Number of runs that are listed.
const LISTED: u16 = 10;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let place = arguments.at.open().await?;
        let queue = place.queue::<RunMessage>()?;
        let buffer = if arguments.emergency { Buffer::Dropped } else { Buffer::Kept };
        let id = RunId::new(place.now(), &mut fastrand::Rng::new());
        let because = place.because("muster run");
        let id = desk::runs::start_manual(place.of_club(), &queue, id, buffer, &because).await?;
        console::tell(&format!("Run {id} of club {}\n", place.club_with_name()))?;
        let ended = watch(&place, &id).await?;
        console::tell(&outcome(&place, &ended))?;
        match &*ended.state {
            RunState::Failed { words, .. } => Err(Failure::Ours(format!("the run failed: {words}"))),
            RunState::Crashed { .. } => {
                Err(Failure::Ours("the run crashed: its solver was lost; start another run".to_owned()))
            }
            _ => Ok(()),
        }
    })
}

pub(super) fn status(arguments: &StatusArguments) -> Result<(), Failure> {
    block_on(async {
        let place = arguments.at.open().await?;
        let Some(id) = &arguments.run else { return latest(&place).await };
        let id = RunId::parse(id).map_err(|e| Failure::Input(format!("{id} is not the id of a run: {e}")))?;
        console::tell(&outcome(&place, &read(&place, &id).await?.body))
    })
}

async fn read(place: &Place, id: &RunId) -> Result<Stored<Run>, Failure> {
    place
        .of_club()
        .run(id)
        .await?
        .ok_or_else(|| Failure::Input(format!("there is no run {id}; `muster status` lists the latest runs")))
}

/// Prints each phase as it begins, until the run has ended.
async fn watch(place: &Place, id: &RunId) -> Result<Run, Failure> {
    let started = Instant::now();
    let mut told = String::new();
    loop {
        let run = read(place, id).await?.body;
        let doing = doing(&run);
        if doing != told {
            console::tell(&format!("{:>7.1} s  {doing}\n", started.elapsed().as_secs_f64()))?;
            told = doing;
        }
        if !matches!(run.state.status(), RunStatus::Queued | RunStatus::Running) {
            return Ok(run);
        }
        if started.elapsed() > PATIENCE {
            return Err(Failure::Ours(format!(
                "the run is still {told}; it continues, and `muster status {id}` shows it"
            )));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn doing(run: &Run) -> String {
    let phase = run.phase.as_ref().filter(|_| run.state.status() == RunStatus::Running);
    match phase {
        Some(phase) => match &phase.detail {
            Some(detail) => format!("{}: {detail}", name_of(phase.name)),
            None => name_of(phase.name),
        },
        None => run.state.status().name().to_owned(),
    }
}

/// A run in a few lines.
fn outcome(place: &Place, run: &Run) -> String {
    let mut text = format!(
        "Run        {}\nClub       {}\nState      {}\nStarted    {} ({}), {}\n",
        run.id,
        place.club_with_name(),
        doing(run),
        place.time(run.created_at),
        place.facts.time_zone,
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
        RunState::Superseded { by, .. } => format!("run {by} has the current proposal"),
        _ => return text,
    };
    text + &format!("Why        {why}\n")
}

/// What started a run.
fn origin(run: &Run) -> String {
    match &run.origin {
        Origin::Automatic { date } => format!("nightly run of {}", spoken(*date)),
        Origin::Manual { by } => format!("by {by}"),
        Origin::ByHand { by } => format!("changed by hand by {by}"),
        Origin::Trial { by, .. } => format!("a trial that {by} adopted"),
    }
}

async fn latest(place: &Place) -> Result<(), Failure> {
    let runs = place.of_club().runs(None, LISTED).await?.items;
    let current = place.of_club().current_proposal().await?.map(|current| current.body.proposal.run);
    let rows: Vec<[String; 8]> = runs
        .iter()
        .map(|Stored { body: run, .. }| {
            let of = |count: fn(&store::runs::Summary) -> u32| {
                run.summary.as_ref().map_or_else(String::new, |summary| count(summary).to_string())
            };
            let mark = if current.as_ref() == Some(&run.id) { "current" } else { "" };
            let (scheduled, moved) = (of(|s| s.events_scheduled), of(|s| s.events_requiring_swaps));
            let (started, by) = (place.time(run.created_at), origin(run));
            [run.id.to_string(), doing(run), scheduled, moved, of(|s| s.events_failed), mark.to_owned(), started, by]
        })
        .collect();
    if rows.is_empty() {
        return console::tell("There is no run yet: `muster run` starts one.\n");
    }
    let heads = ["run", "state", "placed", "moved", "unplaced", "proposal", "started", "cause"];
    console::say(&console::table(&heads, &rows))?;
    console::tell(&place.zone_note())
}
