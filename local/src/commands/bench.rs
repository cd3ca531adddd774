//! `muster bench`: measures solves. Options measure other things ([`api`], [`cost`], [`files`], [`ledger`], [`starts`]).
//! Each solve runs in its own process, from file to answer, so that the time and memory of the whole command are measured.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use solver::{Detail, Options};

use super::{Failure, block_on, read_club};
use crate::console;
use crate::report::points;
use crate::serve::{Crossmark, FirstClub, Pace, RunningMuster, ServeParameters};

mod api;
mod cost;
mod files;
mod ledger;
mod starts;
mod year;

/// Arguments of `muster bench`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command")]
#[command(after_help = "\
Examples:
  muster bench club.json
      Solves the snapshot five times, each in a process of its own.
  muster bench snapshots --runs 3 --below 500
      Measures each snapshot of a folder that is not larger than 500 kB.
  muster bench --api
      Measures the latency of each route.
  muster bench --cost
      Counts the requests to AWS in a day, and their cost.
  muster bench --files
      Measures a file of 10,000 events: preview, save, exports, a calendar feed.
  muster bench --ledger
      Simulates twelve weeks of ten clubs with and without the fairness ledger.
  muster bench --starts
      Measures how long the functions' programs take to start.")]
pub struct Arguments {
    /// Snapshots, or folders with snapshots; with --api, --cost or --files, the club to measure with [default: a sample club].
    #[arg(required_unless_present_any = ["api", "cost", "files", "starts", "ledger"])]
    snapshots: Vec<PathBuf>,
    /// Number of times that each snapshot is solved; the table shows the median.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    runs: u32,
    /// Skip files that are larger than this, in kB.
    #[arg(long, value_name = "KB")]
    below: Option<u64>,
    /// Measure the routes instead: median and 99th percentile of each, compared with a route that does nothing.
    #[arg(long, conflicts_with_all = ["runs", "below"])]
    api: bool,
    /// Count the requests to AWS in a day instead, and their cost.
    #[arg(long, conflicts_with_all = ["runs", "below", "api"])]
    cost: bool,
    /// Measure imports and exports of files instead: seconds, requests to the table and memory of each step.
    #[arg(long, conflicts_with_all = ["runs", "below", "api", "cost", "starts"])]
    files: bool,
    /// Simulate weeks of generated clubs instead, with and without the fairness ledger, and print how evenly Core events
    /// are spread.
    #[arg(long, conflicts_with_all = ["snapshots", "runs", "below", "api", "cost", "files", "starts"])]
    ledger: bool,
    /// With --ledger: number of clubs.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=100), requires = "ledger")]
    clubs: u64,
    /// With --ledger: number of weeks of each club.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=52), requires = "ledger")]
    weeks: u32,
    /// Measure the start of the functions' programs in this program's folder instead, up to the first poll of Lambda's
    /// Runtime API.
    #[arg(long, conflicts_with_all = ["runs", "below", "api", "cost"])]
    starts: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.ledger {
        return ledger::run(ledger::Extent { clubs: arguments.clubs, weeks: arguments.weeks });
    }
    if arguments.starts {
        return block_on(starts::run());
    }
    if arguments.api || arguments.cost || arguments.files {
        let club = match arguments.snapshots.first() {
            Some(path) => FirstClub::read(path, &console::read(path)?)?,
            None => FirstClub::sample()?,
        };
        return match arguments {
            Arguments { cost: true, .. } => block_on(cost::run(club)),
            Arguments { files: true, .. } => block_on(files::run(club)),
            _ => block_on(api::run(club)),
        };
    }
    let files = files_to_measure(arguments)?;
    if files.is_empty() {
        let limit = arguments.below.map(|kb| format!(" of at most {kb} kB")).unwrap_or_default();
        return Err(Failure::Input(format!("found no snapshot{limit} to measure")));
    }
    let width = files.iter().map(|f| name(f).len()).max().unwrap_or(0).max(8);
    console::say(&format!(
        "{:width$}  {:>9} {:>9} {:>8} {:>8} {:>7} {:>14} {:>8}  status\n",
        "snapshot", "median s", "max s", "columns", "rows", "MB", "score", "gap"
    ))?;
    for file in &files {
        let mut runs = Vec::new();
        for _ in 0..arguments.runs {
            runs.push(measure_in_process(file)?);
        }
        let (middle, most) = median_and_max(runs.iter().filter_map(|r| r["seconds"].as_f64()).collect());
        let of = |key: &str| runs[0][key].as_f64().unwrap_or(f64::NAN);
        let memory = runs.iter().filter_map(|r| r["peak_kb"].as_f64()).fold(0.0, f64::max) / 1024.0;
        console::say(&format!(
            "{:width$}  {:>9.3} {:>9.3} {:>8} {:>8} {:>7.0} {:>14} {:>8}  {}\n",
            name(file),
            middle,
            most,
            of("columns"),
            of("rows"),
            memory,
            points(of("score")),
            points(of("bound") - of("score")),
            runs[0]["status"].as_str().unwrap_or_default(),
        ))?;
    }
    Ok(())
}

/// Starts Muster in this process, with its table in memory and a clock that the bench moves.
async fn start(club: FirstClub) -> Result<RunningMuster, Failure> {
    let (pace, crossmark) = (Pace::Manual, Crossmark::Embedded(0));
    RunningMuster::start(ServeParameters { data: None, club, pace, port: 0, crossmark, faulty_table: false }).await
}

/// The median and the largest of some numbers; NaN if there are none. If two numbers are in the middle, the larger is the
/// median.
fn median_and_max(mut numbers: Vec<f64>) -> (f64, f64) {
    numbers.sort_by(f64::total_cmp);
    let of = |at: Option<usize>| at.and_then(|at| numbers.get(at)).copied().unwrap_or(f64::NAN);
    (of(Some(numbers.len() / 2)), of(numbers.len().checked_sub(1)))
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files to measure, in order of path: the named files, and the snapshots in the named folders, unless they are larger
/// than `--below`.
fn files_to_measure(arguments: &Arguments) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in &arguments.snapshots {
        let unreadable = |e: std::io::Error| console::file_failure("read", path, &e);
        if path.is_dir() {
            let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(unreadable)?.collect();
            let found = entries.map_err(unreadable)?.into_iter().map(|e| e.path());
            files.extend(found.filter(|p| p.extension().is_some_and(|e| e == "json") && is_snapshot(p)));
        } else {
            files.push(path.clone());
        }
    }
    let is_small_enough =
        |f: &PathBuf| arguments.below.is_none_or(|kb| std::fs::metadata(f).is_ok_and(|m| m.len() <= kb * 1024));
    files.retain(is_small_enough);
    files.sort();
    Ok(files)
}

/// Whether a file of a folder is a snapshot that can be used. Folders may contain other documents.
fn is_snapshot(path: &Path) -> bool {
    console::read(path).is_ok_and(|bytes| domain::snapshot::Snapshot::parse(&bytes).is_ok())
}

/// Measures the solve of a snapshot in its own process.
fn measure_in_process(file: &Path) -> Result<Value, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure::Internal(format!("cannot measure {}: {e}", file.display()));
    let program = std::env::current_exe().map_err(|e| failed(&e))?;
    let started = Instant::now();
    let ran = Command::new(program).arg("measure").arg(file).stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = ran.map_err(|e| failed(&e))?;
    let seconds = started.elapsed().as_secs_f64();
    if !output.status.success() {
        // The process has printed the reason on standard error. Its exit code tells bad input from an internal failure.
        let words = format!("{} was not solved", file.display());
        return Err(if output.status.code() == Some(2) { Failure::Input(words) } else { Failure::Internal(words) });
    }
    let mut numbers: Value = serde_json::from_slice(&output.stdout).map_err(|e| failed(&e))?;
    numbers["seconds"] = json!(seconds);
    Ok(numbers)
}

/// Solves a snapshot and prints the numbers for `bench`.
pub(super) fn measure(path: &Path) -> Result<(), Failure> {
    let started = Instant::now();
    let club = read_club(path, &console::read(path)?)?;
    let load = started.elapsed();
    let proposal = solver::solve(&club, &Options::default(), &|_| {})
        .map_err(|e| Failure::Internal(format!("the solver failed: {e}")))?;
    let answer = super::solve::answer_with_timings(&proposal, Detail::Plain, load);
    let measured = json!({
        "columns": proposal.size.0, "rows": proposal.size.1, "score": answer.score, "bound": answer.bound,
        "status": answer.status, "peak_kb": memory_kb("VmHWM:"),
    });
    console::say(&format!("{measured}\n"))
}

/// A value of this process's status in kB, such as `VmHWM:` (the peak memory); `None` if the system does not report it.
fn memory_kb(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
