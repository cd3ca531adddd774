//! `muster generate`.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use domain::bounds::read_run_date;

use super::Failure;
use crate::console;
use crate::generate::{AvailabilityForm, ClubPlan, History, Staffing, generate};

/// Arguments of `muster generate`. The same arguments generate the same bytes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster generate --output club.json
      Writes a club of 14 people with 200 open events.
  muster generate --seed 7 --employees 9 --events 30 --posted 12 --output small.json
      Writes a smaller club.
  muster generate --tight --hours | muster solve -
      Solves a club that has too few people, some of them available only at certain hours.")]
pub struct Arguments {
    /// The seed of the random numbers: another seed makes another club of the same kind.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of people in the club.
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u64).range(1..=2_000))]
    employees: u64,
    /// Number of open events.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u64).range(0..=20_000))]
    events: u64,
    /// Generate a club with too few people for its work.
    #[arg(long)]
    tight: bool,
    /// Give half of the people hours on some of their days; otherwise everybody is available for whole days.
    #[arg(long)]
    hours: bool,
    /// Maximum number of posted schedules, without those before today of `--history whole` [default: a third of the
    /// events].
    #[arg(long, value_parser = clap::value_parser!(u64).range(0..=20_000))]
    posted: Option<u64>,
    /// Number of Core events that a shift block may have [default: as many as the events need].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    capacity: Option<u32>,
    /// What was posted in the 28 days before today.
    #[arg(long, value_enum, default_value_t = History::Sample)]
    history: History,
    /// The snapshot's date.
    #[arg(long, value_name = "YYYY-MM-DD", default_value = "2026-11-19", value_parser = date)]
    today: NaiveDate,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    // A snapshot also has dates up to a month before `today`, and no reader accepts the year 0. 1000 is a round limit.
    let date = read_run_date(text).filter(|date| date.year() >= 1_000);
    date.ok_or_else(|| "expected a date like 2026-11-19, from 1000-01-01 to 9996-12-31".into())
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let plan = ClubPlan {
        seed: arguments.seed,
        employees: arguments.employees as usize,
        events: arguments.events as usize,
        today: arguments.today,
        staffing: if arguments.tight { Staffing::Tight } else { Staffing::Normal },
        hours: if arguments.hours { AvailabilityForm::HoursOfDay } else { AvailabilityForm::WholeDays },
        posted: arguments.posted.map(|n| n as usize),
        capacity: arguments.capacity,
        history: arguments.history,
    };
    let text = serde_json::to_string_pretty(&generate(&plan)).map_err(Failure::internal)? + "\n";
    match &arguments.output {
        Some(path) => console::write(path, text.as_bytes()),
        None => console::say(&text),
    }
}
