//! `muster run`: starts a manual run and shows what it does until it ends. `muster status`: how runs stand.

use std::time::{Duration, Instant};

use desk::runs::Buffer;
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
pub struct Arguments {
    /// Plan from today on, without the buffer of days before the first planned one.
    #[arg(long)]
    emergency: bool,
    #[command(flatten)]
    at: Where,
}

/// Which runs to show.
#[derive(Debug, clap::Args)]
pub struct StatusArguments {
    /// A run's id; the latest runs where none is given.
    run: Option<String>,
    #[command(flatten)]
    at: Where,
}

/// How often a run is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// Real time after which a command stops looking; the run goes on.
const PATIENCE: Duration = Duration::from_mins(15);
/// So many runs are listed.
const LISTED: u16 = 10;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(async {
        let place = arguments.at.open().await?;
        let queue = place.environment.queue::<RunMessage>().map_err(|e| Failure::Input(e.to_string()))?;
        let buffer = if arguments.emergency { Buffer::Dropped } else { Buffer::Kept };
        let id = RunId::new(place.now(), &mut fastrand::Rng::new());
        let because = place.because("muster run");
        let id = desk::runs::start(place.of_club(), &queue, id, buffer, &because).await?;
        console::say(&format!("Run {id} of club {}\n", place.club))?;
        let ended = watch(&place, &id).await?;
        console::say(&outcome(&ended))?;
        match &*ended.state {
            RunState::Failed { words, .. } => Err(Failure::Ours(format!("the run failed: {words}"))),
            RunState::Crashed { .. } => Err(Failure::Ours("the run's solver was lost; start another run".to_owned())),
            _ => Ok(()),
        }
    })
}

pub(super) fn status(arguments: &StatusArguments) -> Result<(), Failure> {
    block_on(async {
        let place = arguments.at.open().await?;
        let Some(id) = &arguments.run else { return latest(&place).await };
        let id = RunId::parse(id).map_err(|e| Failure::Input(format!("{id} is not a run's id: {e}")))?;
        console::say(&outcome(&read(&place, &id).await?.body))
    })
}

async fn read(place: &Place, id: &RunId) -> Result<Stored<Run>, Failure> {
    place.of_club().run(id).await?.ok_or_else(|| Failure::Input(format!("there is no run {id}")))
}

/// Says each phase as it begins, until the run has ended.
async fn watch(place: &Place, id: &RunId) -> Result<Run, Failure> {
    let started = Instant::now();
    let mut told = String::new();
    loop {
        let run = read(place, id).await?.body;
        let doing = doing(&run);
        if doing != told {
            console::say(&format!("{:>7.1} s  {doing}\n", started.elapsed().as_secs_f64()))?;
            told = doing;
        }
        if !matches!(run.state.status(), RunStatus::Queued | RunStatus::Running) {
            return Ok(run);
        }
        if started.elapsed() > PATIENCE {
            return Err(Failure::Ours(format!("it is still {told}: muster status {id} shows how it goes on")));
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
fn outcome(run: &Run) -> String {
    let mut text =
        format!("Run        {}\nState      {}\nBegun      {}, {}\n", run.id, doing(run), run.created_at, origin(run));
    if let Some(summary) = &run.summary {
        let answer = summary.answer.as_ref();
        let number = |n: Option<f64>| n.map_or_else(String::new, points);
        text.push_str(&format!(
            "Lines      {} placed, {} moved or dropped, {} without a place\nScore      {} of {} at most, gap {}\n",
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

fn origin(run: &Run) -> String {
    match &run.origin {
        Origin::Automatic { date } => format!("the night of {date}"),
        Origin::Manual { by } => format!("by {by}"),
    }
}

async fn latest(place: &Place) -> Result<(), Failure> {
    let runs = place.of_club().runs(None, LISTED).await?.items;
    let current = place.of_club().current_proposal().await?.map(|current| current.body.proposal.run);
    let rows: Vec<[String; 7]> = runs
        .iter()
        .map(|Stored { body: run, .. }| {
            let of = |count: fn(&store::runs::Summary) -> u32| {
                run.summary.as_ref().map_or_else(String::new, |summary| count(summary).to_string())
            };
            let mark = if current.as_ref() == Some(&run.id) { "current" } else { "" };
            let (scheduled, moved) = (of(|s| s.events_scheduled), of(|s| s.events_requiring_swaps));
            let about = format!("{}, {}", run.created_at, origin(run));
            [run.id.to_string(), doing(run), scheduled, moved, of(|s| s.events_failed), mark.to_owned(), about]
        })
        .collect();
    if rows.is_empty() {
        return console::say("No run yet: muster run starts one.\n");
    }
    console::say(&console::table(&["run", "state", "placed", "moved", "unplaced", "proposal", "begun"], &rows))
}
