//! `muster try`.

use std::path::PathBuf;
use std::time::Duration;

use domain::club::Club;
use domain::schedule::Schedule;
use domain::trial::{Change, Comparison, Difference, DifferenceKind, Plan, Spot};
use serde::Serialize;
use solver::Options;

use super::{Failure, read_snapshot};
use crate::console::{self, Paint, Progress, Tone};

/// Arguments of `muster try`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster try club.json change.json
      Solves the club as it is and as it would be, and prints what differs.
  echo '{\"weights\": {\"fairness\": 2}}' | muster try club.json - --json
      Reads the change from standard input and writes the comparison as JSON.

A change is a JSON object with any of: weights, block_capacity, buffer_days, time_off,
availability_overrides, weekly_availability, working, employees, exceptions, lock, unlock, fixed,
forbidden, callout.")]
pub struct Arguments {
    /// The club snapshot; `-` reads standard input.
    snapshot: PathBuf,
    /// The change; `-` reads standard input.
    change: PathBuf,
    /// Stop each solve after this many seconds, with the best schedule found until then.
    #[arg(long, value_name = "S", default_value_t = 45, value_parser = clap::value_parser!(u64).range(0..=86_400))]
    time_limit: u64,
    /// Write the comparison as JSON.
    #[arg(long)]
    json: bool,
}

/// The output as JSON: the comparison, and the status and bound of the changed club's solve.
#[derive(Serialize)]
struct TrialOutput {
    status: &'static str,
    bound: f64,
    #[serde(flatten)]
    comparison: Comparison,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let dash = std::path::Path::new("-");
    if arguments.snapshot == dash && arguments.change == dash {
        return Err(Failure::Input("standard input cannot be both the snapshot and the change".to_owned()));
    }
    let snapshot = read_snapshot(&arguments.snapshot, &console::read(&arguments.snapshot)?)?;
    let refused = |e: domain::json::RefusedDocument| super::bad_document("change", &arguments.change, &e);
    let change = Change::parse(&console::read(&arguments.change)?).map_err(refused)?;
    // Refuses an invalid change before anything is solved.
    change.apply(&snapshot, None).map_err(refused)?;
    let options = Options { time_limit: Duration::from_secs(arguments.time_limit), gap: 0.0 };
    let failed = |e: solver::SolveError| Failure::Internal(format!("the solver failed: {e}"));
    let progress = Progress::start();
    progress.set_task("solving the club as it is".into());
    let club = Club::new(snapshot.clone());
    let before = match change.callout {
        // A call-out is compared with the posted schedules, not with the proposal of a run.
        Some(_) => Plan::proposed(&Schedule::as_posted(&club)),
        None => Plan::proposed(&solver::solve(&club, &options, &|_| {}).map_err(failed)?.schedule),
    };
    progress.set_task("solving it as it would be".into());
    let mut changed = change.apply(&snapshot, None).map_err(refused)?;
    changed.previous = before.as_previous();
    let changed = Club::new(changed);
    let solved = solver::solve(&changed, &options, &|_| {}).map_err(failed)?;
    drop(progress);
    let comparison = Comparison::new(&before, &Plan::proposed(&solved.schedule));
    if arguments.json {
        let output = TrialOutput { status: solved.status.name(), bound: solved.bound, comparison };
        let json = serde_json::to_string_pretty(&output).map_err(Failure::internal)?;
        return console::say(&(json + "\n"));
    }
    console::tell(&report(&comparison, solved.status.name(), &changed, Paint::for_stdout()))
}

/// The comparison as text for a person.
pub(super) fn report(comparison: &Comparison, status: &str, club: &Club, paint: Paint) -> String {
    let Comparison { before, after, .. } = comparison;
    let mut text = format!("{}\n", paint.tone(Tone::Heading, &comparison.summary));
    text.push_str(&format!(
        "Score {:.1} before, {:.1} after ({status}); {} placed before, {} after\n",
        before.score, after.score, before.placed, after.placed
    ));
    let names: std::collections::BTreeSet<&String> = before.terms.keys().chain(after.terms.keys()).collect();
    let of = |terms: &std::collections::BTreeMap<String, f64>, name| terms.get(name).copied().unwrap_or(0.0);
    for name in names {
        let (was, is) = (of(&before.terms, name), of(&after.terms, name));
        if (was - is).abs() > 1e-6 {
            text.push_str(&format!("  {name:<20} {was:>10.1} -> {is:.1}\n"));
        }
    }
    for line in &comparison.lines {
        text.push_str(&difference_text(line, club));
    }
    text
}

fn difference_text(line: &Difference, club: &Club) -> String {
    let spot = |spot: &Option<Spot>| {
        let Some(spot) = spot else { return "nobody".to_owned() };
        let name = club.find_person(&spot.employee_id.0).map(|p| console::plain(&club.person(p).distinct_name));
        format!(
            "{}, {}",
            name.unwrap_or_else(|| spot.employee_id.to_string()),
            domain::calendar::write_moment(spot.start)
        )
    };
    let what = match line.what {
        DifferenceKind::Placed => "placed",
        DifferenceKind::LeftOut => "left out",
        DifferenceKind::PersonAndDay => "person and day",
        DifferenceKind::Person => "person",
        DifferenceKind::Day => "day",
        DifferenceKind::Start => "start",
    };
    let name = console::plain(line.project_name.trim());
    format!("  {what:<15} {} {name}: {} -> {}\n", line.event_ref_num, spot(&line.before), spot(&line.after))
}
