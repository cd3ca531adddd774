//! `muster submissions`: lines on their way to Crossmark, and what a person does about those that failed.

use domain::snapshot::Employee;
use std::collections::BTreeMap;

use api::line::{LineView, Names};
use desk::failed::{Settled, Verdict, Which};
use desk::{Desk, Memory};
use runtime::messages::SubmitMessage;
use store::cursor::LARGEST_PAGE;
use store::states::Cause;

use super::place::{Place, Where};
use super::{Failure, block_on, name_of};
use crate::console;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Order {
    /// List every line that is approved, under way, in doubt or failed, across runs.
    List {
        /// Only lines in this state.
        #[arg(long)]
        state: Option<String>,
        #[command(flatten)]
        at: Where,
    },
    /// Show one line with every attempt, as the API answers it.
    Show {
        /// The line, as RUN.EVENT.
        line: String,
        #[command(flatten)]
        at: Where,
    },
    /// Try failed lines again, each checked as at approval.
    Retry {
        #[command(flatten)]
        which: Chosen,
        #[command(flatten)]
        at: Where,
    },
    /// Give failed lines up; their events are free for the next run.
    Drop {
        /// Lines, as RUN.EVENT.
        #[arg(required = true)]
        lines: Vec<String>,
        /// Why, for the audit trail.
        #[arg(long, default_value = "dropped at the command line")]
        reason: String,
        #[command(flatten)]
        at: Where,
    },
}

/// Which failed lines.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Chosen {
    /// Lines, as RUN.EVENT.
    lines: Vec<String>,
    /// All that failed for this cause, such as `exhausted`.
    #[arg(long, value_parser = cause)]
    cause: Option<Cause>,
    /// All that failed.
    #[arg(long)]
    all: bool,
}

fn cause(name: &str) -> Result<Cause, String> {
    serde_json::from_value(name.into()).map_err(|e| e.to_string())
}

pub(super) fn run(order: &Order) -> Result<(), Failure> {
    block_on(async {
        match order {
            Order::List { state, at } => list(&at.open().await?, state.as_deref()).await,
            Order::Show { line, at } => show(&at.open().await?, line).await,
            Order::Retry { which, at } => {
                let place = at.open().await?;
                let queue = place.environment.queue::<SubmitMessage>().map_err(|e| Failure::Input(e.to_string()))?;
                let which = match (which.cause, which.all) {
                    (Some(cause), _) => Which::Because(cause),
                    (None, true) => Which::All,
                    (None, false) => Which::Lines(which.lines.clone()),
                };
                let because = place.because("retried at the command line");
                told(
                    "tried again",
                    &desk::failed::retry(
                        Desk { club: place.of_club(), memory: &Memory::default() },
                        &queue,
                        &which,
                        &because,
                    )
                    .await?,
                )
            }
            Order::Drop { lines, reason, at } => {
                let place = at.open().await?;
                let (which, because) = (Which::Lines(lines.clone()), place.because(reason.clone()));
                told("dropped", &desk::failed::settle(place.of_club(), &which, &Verdict::Drop, &because).await?)
            }
        }
    })
}

async fn list(place: &Place, state: Option<&str>) -> Result<(), Failure> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = place.of_club().claims(cursor.as_ref(), LARGEST_PAGE).await?;
        for event in page.items {
            let Some(claim) = event.body.claim else { continue };
            let status = claim.status.name();
            if state.is_some_and(|wanted| wanted != status) {
                continue;
            }
            let place =
                claim.place.map(|place| format!("{} {}", place.start.format("%Y-%m-%d %H:%M"), place.employee_id));
            rows.push([
                claim.line.to_string(),
                status.to_owned(),
                claim.cause.map(name_of).unwrap_or_default(),
                place.unwrap_or_else(|| "taken back".to_owned()),
                claim.look_at.map(|at| at.to_string()).unwrap_or_default(),
                event.body.facts.name,
            ]);
        }
        cursor = match page.next {
            Some(next) => Some(next),
            None => break,
        };
    }
    if rows.is_empty() {
        return console::say("No line is on its way.\n");
    }
    rows.sort();
    console::say(&console::table(&["line", "state", "cause", "place", "next", "event"], &rows))
}

async fn show(place: &Place, line: &str) -> Result<(), Failure> {
    let found = desk::plan::find_lines(place.of_club(), &[line.to_owned()]).await?;
    let people = place.of_club().all_documents::<Employee>().await?;
    let names: Names = people.into_iter().map(|p| (p.body.id, p.body.name)).collect::<BTreeMap<_, _>>();
    for line in &found {
        let view = LineView::of(line, &names, None);
        let text = serde_json::to_string_pretty(&view).map_err(|e| Failure::Ours(e.to_string()))?;
        console::say(&(text + "\n"))?;
    }
    Ok(())
}

/// Says what was done; that some lines were refused is bad usage.
fn told(done: &str, settled: &Settled) -> Result<(), Failure> {
    let mut text = String::new();
    for line in &settled.done {
        text.push_str(&format!("{line} {done}\n"));
    }
    for left in &settled.not_failed {
        text.push_str(&format!("{} is {}: left as it is\n", left.line, left.status.name()));
    }
    if text.is_empty() && settled.refused.is_empty() {
        text.push_str("No line has failed.\n");
    }
    console::say(&text)?;
    let refused: Vec<String> = settled.refused.iter().map(|r| format!("{}: {}", r.line, r.reason)).collect();
    if refused.is_empty() { Ok(()) } else { Err(Failure::Input(format!("refused:\n  {}", refused.join("\n  ")))) }
}
