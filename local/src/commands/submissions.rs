//! `muster submissions`: lists lines in submission, and lets a person retry or drop failed ones.

use api::line::LineView;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use desk::failed::{FailedLines, SettledLines, Settlement};
use desk::{ClubCache, Desk};
use domain::person_names::names_by_id;
use domain::snapshot::Employee;
use runtime::messages::SubmitMessage;
use store::events::Place;
use store::lines::{Line, LineKind};
use store::states::{Attempt, AttemptEnd, Cause, LineState, LineStatus, Step};

use super::installation::{Installation, InstallationArguments, People};
use super::{Failure, block_on, name_of};
use crate::console;
use crate::report::{count, moment};

/// The examples in the help of `muster submissions`.
pub const EXAMPLES: &str = "\
Examples:
  muster submissions list
      Lists the lines that are on their way, in doubt or failed, or were edited after a failure.
  muster submissions retry --cause exhausted
      Retries the failed lines whose attempts are used up.

A line is named RUN.EVENT, as `muster submissions list` prints it.";

/// Subcommands of `muster submissions`.
#[derive(Debug, clap::Subcommand)]
pub enum SubmissionsCommand {
    /// List the lines of all runs that are approved, being submitted, in doubt or failed, or were edited after they
    /// failed.
    #[command(after_help = "\
Examples:
  muster submissions list
      Lists all of them.
  muster submissions list --state api_failed
      Lists those that failed, each with its cause.
  muster submissions list --stack muster-prod.json --club 8135
      Lists those of club 8135 in a deployed stack.")]
    List {
        /// List only lines in this state.
        #[arg(long, value_parser = PossibleValuesParser::new(IN_SUBMISSION.map(LineStatus::name)))]
        state: Option<String>,
        #[command(flatten)]
        at: InstallationArguments,
    },
    /// Show one line with every attempt.
    #[command(after_help = "\
Examples:
  muster submissions show 20261124T070000000-kqxwzv.606001
      Shows the line, and how each call to Crossmark ended.
  muster submissions show 20261124T070000000-kqxwzv.606001 --json
      Prints the line as the API returns it.")]
    Show {
        /// The line, as RUN.EVENT.
        line: String,
        /// Print the line as JSON, as the API returns it.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        at: InstallationArguments,
    },
    /// Retry failed lines. Each is checked as at approval.
    #[command(after_help = "\
Examples:
  muster submissions retry 20261124T070000000-kqxwzv.606001
      Retries one line, and the failed lines that it needs.
  muster submissions retry --cause exhausted
      Retries the lines whose attempts are used up.
  muster submissions retry --all
      Retries all failed lines.")]
    Retry {
        #[command(flatten)]
        which: ChosenLines,
        #[command(flatten)]
        at: InstallationArguments,
    },
    /// Give failed lines up. An event that has no schedule at Crossmark is free for the next run.
    #[command(after_help = "\
Examples:
  muster submissions drop 20261124T070000000-kqxwzv.606001
      Gives one line up.
  muster submissions drop 20261124T070000000-kqxwzv.606001 --reason \"booked by hand\"
      Gives it up, and writes the reason into the audit trail.")]
    Drop {
        /// The lines, as RUN.EVENT.
        #[arg(required = true, value_name = "LINE")]
        lines: Vec<String>,
        /// The reason, for the audit trail.
        #[arg(long, default_value = "dropped at the command line")]
        reason: String,
        #[command(flatten)]
        at: InstallationArguments,
    },
}

/// The failed lines to retry.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct ChosenLines {
    /// The lines, as RUN.EVENT.
    #[arg(value_name = "LINE")]
    lines: Vec<String>,
    /// All lines that failed for this cause.
    #[arg(long, value_parser = PossibleValuesParser::new(CAUSES).try_map(|name| cause(&name)))]
    cause: Option<Cause>,
    /// All lines that failed.
    #[arg(long)]
    all: bool,
}

/// The states of a line in submission.
const IN_SUBMISSION: [LineStatus; 4] =
    [LineStatus::Approved, LineStatus::Submitting, LineStatus::InDoubt, LineStatus::ApiFailed];

/// The names of all [`Cause`]s of failure.
const CAUSES: [&str; 9] = [
    "refused",
    "exhausted",
    "dependency_failed",
    "changed_upstream",
    "conflict",
    "restored",
    "not_restored",
    "not_legal",
    "too_late",
];

fn cause(name: &str) -> Result<Cause, String> {
    serde_json::from_value(name.into()).map_err(|e| e.to_string())
}

pub(super) fn run(command: &SubmissionsCommand) -> Result<(), Failure> {
    block_on(async {
        match command {
            SubmissionsCommand::List { state, at } => list(&at.open().await?, state.as_deref()).await,
            SubmissionsCommand::Show { line, json: true, at } => show_json(&at.open().await?, line).await,
            SubmissionsCommand::Show { line, json: false, at } => show(&at.open().await?, line).await,
            SubmissionsCommand::Retry { which, at } => {
                let installation = at.open().await?;
                let queue = installation.queue::<SubmitMessage>()?;
                let which = match (which.cause, which.all) {
                    (Some(cause), _) => FailedLines::Because(cause),
                    (None, true) => FailedLines::All,
                    (None, false) => FailedLines::Lines(which.lines.clone()),
                };
                let because = installation.because("retried at the command line");
                print_settled(
                    "is tried again",
                    &desk::failed::retry(
                        Desk { club: installation.of_club(), cache: &ClubCache::default() },
                        &queue,
                        &which,
                        &because,
                    )
                    .await?,
                )
            }
            SubmissionsCommand::Drop { lines, reason, at } => {
                let installation = at.open().await?;
                let (which, because) = (FailedLines::Lines(lines.clone()), installation.because(reason.clone()));
                print_settled(
                    "is dropped",
                    &desk::failed::settle(installation.of_club(), &which, &Settlement::Drop, &because).await?,
                )
            }
        }
    })
}

async fn list(installation: &Installation, state: Option<&str>) -> Result<(), Failure> {
    let people = installation.people().await?;
    let mut rows = Vec::new();
    for (facts, claim) in installation.of_club().claims().await? {
        let status = claim.status.name();
        if state.is_some_and(|wanted| wanted != status) {
            continue;
        }
        let (person, start) = match &claim.place {
            Some(at) => (people.with_id(&at.employee_id), moment(at.start)),
            None => ("taken back".to_owned(), String::new()),
        };
        rows.push([
            claim.line.to_string(),
            status.to_owned(),
            claim.cause.map(name_of).unwrap_or_default(),
            person,
            start,
            claim.look_at.map(|at| installation.time(at)).unwrap_or_default(),
            console::plain(&facts.name),
        ]);
    }
    if rows.is_empty() {
        return console::tell(&match state {
            None => "No line is on its way to Crossmark, in doubt or failed.\n".to_owned(),
            Some(state) => format!("No line is {state}.\n"),
        });
    }
    rows.sort();
    let heads = ["line", "state", "cause", "person", "start", "next look", "event"];
    console::say(&console::table(&heads, &rows))?;
    console::tell(&installation.zone_note())
}

async fn find(installation: &Installation, line: &str) -> Result<Vec<store::Stored<Line>>, Failure> {
    Ok(desk::plan::find_lines(installation.of_club(), &[line.to_owned()]).await?)
}

async fn show_json(installation: &Installation, line: &str) -> Result<(), Failure> {
    let found = find(installation, line).await?;
    let people = installation.of_club().all_documents::<Employee>().await?;
    let names = names_by_id(people.iter().map(|person| &person.body));
    for line in &found {
        let view = LineView::of(line, &names, None);
        let text = serde_json::to_string_pretty(&view).map_err(Failure::internal)?;
        console::say(&(text + "\n"))?;
    }
    Ok(())
}

async fn show(installation: &Installation, line: &str) -> Result<(), Failure> {
    let found = find(installation, line).await?;
    let people = installation.people().await?;
    let text: String = found.iter().map(|line| facts_of_line(installation, &people, &line.body)).collect();
    console::tell(&(text + &installation.zone_note()))
}

/// All facts of a line, for a person.
fn facts_of_line(installation: &Installation, people: &People, line: &Line) -> String {
    let at = |place: &Place| {
        let block = place.block.map_or_else(String::new, |block| format!(", block {block}"));
        format!("{}, {}{block}", people.with_id(&place.employee_id), moment(place.start))
    };
    let event = format!("{} {} ({})", line.key.event, console::plain(&line.event.name), line.event.event_type().name());
    let mut rows = vec![("Line", line.key.to_string()), ("Event", event)];
    let kind = match line.kind {
        LineKind::New => "places an event",
        LineKind::Moved => "moves a posted schedule",
        LineKind::Dropped => "takes a posted schedule back",
        LineKind::NotPlaced => "has no place",
    };
    rows.push(("Kind", kind.to_owned()));
    rows.extend(line.place.as_ref().map(|place| ("Place", at(place))));
    rows.extend(line.from.as_ref().map(|from| ("Before", at(&from.place))));
    rows.push(("State", state(installation, line)));
    rows.extend(line.failed_because().map(|(cause, words)| ("Cause", format!("{}: {words}", name_of(cause)))));
    rows.extend(line.failure.as_ref().map(|failure| ("Reason", failure.text.clone())));
    rows.extend(line.swap.as_ref().map(|swap| ("Reason", swap.reason.clone())));
    if line.held {
        rows.push(("Held", "yes: approval skips it".to_owned()));
    }
    let attempts = line.submission.as_ref().map_or(&[][..], |submission| &submission.attempts);
    rows.push(("Attempts", if attempts.is_empty() { "none".to_owned() } else { attempts.len().to_string() }));
    let rows: String = rows.into_iter().map(|(head, words)| format!("{head:<9}  {words}\n")).collect();
    rows + &attempts.iter().map(|attempt| one_attempt(installation, attempt)).collect::<String>()
}

fn state(installation: &Installation, line: &Line) -> String {
    let name = line.state.status().name();
    let details = match &*line.state {
        LineState::Approved { next_attempt_at } => format!("next attempt {}", installation.time(*next_attempt_at)),
        LineState::Submitting { lease_until, .. } => {
            format!("leased by its worker until {}", installation.time(*lease_until))
        }
        LineState::InDoubt { since, read_at, reads } => format!(
            "since {}, read back {}, next {}",
            installation.time(*since),
            count(*reads as usize, "time"),
            installation.time(*read_at)
        ),
        LineState::ApiFailed { at, .. } => format!("since {}", installation.time(*at)),
        LineState::ApiSubmitted { at, scheduled_event_id, by_hand } => {
            let id = scheduled_event_id.map_or_else(String::new, |id| format!(", Crossmark's number {}", id.0));
            let hand = by_hand.as_ref().map_or_else(String::new, |note| format!(", done by hand: {note}"));
            format!("{}{id}{hand}", installation.time(*at))
        }
        LineState::Rejected { words, .. } => words.clone(),
        LineState::Superseded { by } => format!("run {by} took its place"),
        LineState::Proposed | LineState::UserEdited => return name.to_owned(),
    };
    format!("{name}, {details}")
}

fn one_attempt(installation: &Installation, attempt: &Attempt) -> String {
    let step = match attempt.step {
        Step::Delete => "take back",
        Step::Schedule => "schedule",
        Step::Restore => "restore",
    };
    let end = match attempt.end.as_ref().map(|(_, end)| end) {
        None => "no outcome yet".to_owned(),
        Some(AttemptEnd::Done { .. }) => "done".to_owned(),
        Some(AttemptEnd::NotTaken { words }) => format!("had no effect: {words}"),
        Some(AttemptEnd::Refused { words }) => format!("refused: {words}"),
        Some(AttemptEnd::Unknown { words }) => format!("outcome unknown: {words}"),
    };
    format!("  {}  {step:<9}  {end}\n", installation.time(attempt.started_at))
}

/// Prints the result for each line. Refused lines are bad usage.
fn print_settled(done: &str, settled: &SettledLines) -> Result<(), Failure> {
    let mut text = String::new();
    for line in &settled.done {
        text.push_str(&format!("{line} {done}\n"));
    }
    for left in &settled.not_failed {
        text.push_str(&format!("{} is {}, not failed: it is left as it is\n", left.line, left.status.name()));
    }
    if text.is_empty() && settled.refused.is_empty() {
        text.push_str("There is no such failed line.\n");
    }
    console::tell(&text)?;
    let refused: Vec<String> = settled.refused.iter().map(|r| format!("{}: {}", r.line, r.reason)).collect();
    if refused.is_empty() { Ok(()) } else { Err(Failure::Input(format!("refused:\n  {}", refused.join("\n  ")))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_cause_is_accepted() {
        for name in CAUSES {
            assert_eq!(cause(name).map(name_of), Ok(name.to_owned()));
        }
    }
}
