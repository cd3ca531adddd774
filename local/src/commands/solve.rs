//! `muster solve`.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::answer::Answer;
use domain::club::Club;
use domain::snapshot::Snapshot;
use solver::{Detail, Options, Phase, Proposal};
use store::provenance::{ArchivedDocument, ContentDigest};
use store::stamp::Timestamp;

use super::{Failure, read_snapshot, replay};
use crate::console::{self, Paint, Progress};
use crate::report;

/// Arguments of `muster solve`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster solve club.json
      Prints the best schedule by day and by person, and what is left out and why.
  muster solve club.json --explain
      Also prints what each placement earns and what the next best choice costs.
  muster solve club.json --answer answer.json --time-limit 10
      Also writes the answer as JSON, with the best schedule found within 10 seconds.
  muster solve club.json --record run.json
      Also keeps what decided the answer, so that `muster replay run.json` can prove it.
  muster generate --events 60 | muster solve - --answer -
      Reads standard input and writes only the JSON to standard output.")]
pub struct Arguments {
    /// The club snapshot, a JSON file; `-` reads standard input.
    snapshot: PathBuf,
    /// Also write the answer as JSON to this file; `-` writes it to standard output instead of the schedule.
    #[arg(long, value_name = "FILE")]
    answer: Option<PathBuf>,
    /// Also write the record of the solve to this file: what decided the answer, and the answer. `muster replay` takes it.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Stop after this many seconds, with the best schedule found until then.
    #[arg(long, value_name = "S", default_value_t = 45.0, value_parser = seconds)]
    time_limit: f64,
    /// Stop when score and bound differ by this many points or fewer.
    #[arg(long, value_name = "POINTS", default_value_t = 0.0, value_parser = points)]
    gap: f64,
    /// Also print for each placement its points, the best alternative, and what a person should look at.
    #[arg(long)]
    explain: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    number(text, 0.0..=86_400.0, "seconds from 0 to 86400")
}

fn points(text: &str) -> Result<f64, String> {
    number(text, 0.0..=1e9, "points, 0 or more")
}

fn number(text: &str, range: std::ops::RangeInclusive<f64>, expected: &str) -> Result<f64, String> {
    text.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| format!("expected {expected}"))
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let progress = Progress::start();
    let started = Instant::now();
    let bytes = console::read(&arguments.snapshot)?;
    let snapshot = read_snapshot(&arguments.snapshot, &bytes)?;
    let recorded = arguments.record.as_deref().map(|path| (path, snapshot.clone()));
    let club = Club::new(snapshot);
    let load = started.elapsed();
    let options = Options { time_limit: Duration::from_secs_f64(arguments.time_limit), gap: arguments.gap };
    let solved = solver::solve(&club, &options, &|phase| {
        progress.set_task(match phase {
            Phase::Building => "building the model".into(),
            Phase::Solving { columns, rows } => format!("solving {columns} choices under {rows} conditions"),
            Phase::Checking => "checking".into(),
        });
    });
    let proposal = solved.map_err(|e| {
        let place = keep_snapshot(&arguments.snapshot, &bytes);
        Failure::Internal(format!("the solver failed: {e}; {place}"))
    })?;
    progress.set_task("finding the reasons".into());
    let detail = if arguments.explain { Detail::Explained } else { Detail::Plain };
    let answer = answer_with_timings(&proposal, detail, load);
    drop(progress);
    if let Some((path, snapshot)) = &recorded {
        keep_record(path, snapshot, &options, &answer)?;
    }
    let json = || serde_json::to_string_pretty(&answer).map_err(Failure::internal);
    match arguments.answer.as_deref() {
        Some(path) if path == Path::new("-") => return console::say(&(json()? + "\n")),
        Some(path) => console::write(path, (json()? + "\n").as_bytes())?,
        None => {}
    }
    console::tell(&report::schedule(&club, &proposal.schedule, &answer, Paint::for_stdout()))
}

/// Writes the record of a solve, in the format in which a run keeps it.
fn keep_record(path: &Path, snapshot: &Snapshot, options: &Options, answer: &Answer) -> Result<(), Failure> {
    let document = serde_json::to_vec(snapshot).map_err(Failure::internal)?;
    let answer = planner::canonical_bytes(answer).map_err(Failure::internal)?;
    let archived = |document: &[u8]| ArchivedDocument {
        digest: ContentDigest::of(document),
        place: path.display().to_string(),
        bytes: document.len() as u64,
        kept_until: Timestamp::NEVER,
    };
    let weights = &snapshot.settings.weights;
    let provenance = planner::replay::provenance(weights, options, archived(&document), archived(&answer));
    replay::write_record(path, &replay::record(provenance, document, answer)?)
}

/// The answer with its timings.
pub(super) fn answer_with_timings(proposal: &Proposal, detail: Detail, load: Duration) -> Answer {
    let started = Instant::now();
    let mut answer = solver::answer(proposal, detail);
    let millis = |time: Duration| time.as_millis() as u64;
    answer.timing_ms = domain::answer::Timing {
        load: millis(load),
        build: millis(proposal.build),
        solve: millis(proposal.solve),
        extract: millis(started.elapsed()),
    };
    answer
}

/// A message that says where the snapshot of a failed solve is. A snapshot from standard input is saved first.
fn keep_snapshot(path: &Path, bytes: &[u8]) -> String {
    if path != Path::new("-") {
        return format!("the snapshot is {}", path.display());
    }
    let kept = std::env::temp_dir().join(format!("muster-failed-{}.json", std::process::id()));
    match console::write(&kept, bytes) {
        Ok(()) => format!("the snapshot is kept as {}", kept.display()),
        Err(_) => "the snapshot could not be kept".to_owned(),
    }
}
