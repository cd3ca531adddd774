//! `muster drill`: simulates nights of clubs under all faults at once, and checks that nothing was lost, doubled or
//! stuck.
//!
//! Muster and the Crossmark simulator run as separate processes, and the drill calls them over HTTP. It reads the table itself
//! only once, at the end, to recount. Submissions are compared with the simulator's ledger, numbers with the audit trail.
//!
//! Random choices (clubs, faults, kills, selections) follow from the seed. A drill still cannot be repeated exactly, because
//! the moment at which a killed process stops is not determined.

mod afterwards;
mod calls;
mod client;
mod club_drill;
mod findings;
mod process;
mod setup;
mod totals;

use std::path::{Path, PathBuf};

use super::{Failure, block_on};
use crate::console;
use crate::generate::{ClubPlan, Staffing, generate};
use crate::report::count;
use club_drill::ClubDrill;
use setup::DrillFaults;
use totals::DrillTotals;

/// Arguments of `muster drill`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  muster drill --lines 300 --seed 7
      Takes some minutes.
  muster drill
      Approves 5,000 lines while a fifth of the calls fails, and kills the process up to 20 times.
  muster drill --lines 300 --rate 0 --kills 0 --keep
      Drills without faults, and keeps the folders with their logs.")]
pub struct Arguments {
    /// Approximate number of lines to approve, over as many clubs as are needed.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    lines: u64,
    /// The probability, from 0 to 0.6, that a call fails and that a message is delivered wrongly; the table is throttled
    /// a tenth as often.
    #[arg(long, default_value_t = 0.2, value_parser = super::probability)]
    rate: f64,
    /// The seed of the random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Maximum number of times that the process of Muster is killed, over all clubs.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(0..=10_000))]
    kills: u64,
    /// Number of nights to simulate from the first day with work, before the numbers are recounted.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(0..=60))]
    nights: u64,
    /// Keep the folders of the clubs even if nothing was wrong.
    #[arg(long)]
    keep: bool,
}

/// Approximate number of approved lines of a club. The club is large, but is still solved quickly.
const LINES_OF_A_CLUB: u64 = 350;
/// Number of events for every five lines: a club places about five in six of its events.
const EVENTS_FOR_FIVE_LINES: u64 = 6;
/// Number of posted schedules for every five events.
const POSTED_FOR_FIVE_EVENTS: u64 = 9;
/// Approximate number of events that a person works.
const EVENTS_OF_A_PERSON: u64 = 15;
/// Number of people of the smallest team that can work every kind of event.
const MIN_TEAM: u64 = 9;

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    block_on(drill(arguments))
}

async fn drill(arguments: &Arguments) -> Result<(), Failure> {
    let mut totals = DrillTotals::default();
    let clubs = arguments.lines.div_ceil(LINES_OF_A_CLUB);
    let mut folders = Vec::new();
    for number in 1..=clubs {
        let folder = std::env::temp_dir().join(format!("muster-drill-{}-{number}", std::process::id()));
        let drill_faults = faults_of_club(arguments, number, clubs);
        let title = format!("club {number} of {clubs}");
        let before = totals.bug_count();
        let club = club_snapshot(arguments, number, clubs);
        let result = match ClubDrill::start(&folder, &club, drill_faults, title, arguments.nights, &mut totals).await {
            Ok(club_drill) => club_drill.run().await,
            Err(failure) => Err(failure),
        };
        result.map_err(|failure| with_logs(failure, &folder))?;
        if totals.bug_count() == before && !arguments.keep {
            _ = std::fs::remove_dir_all(&folder);
        } else {
            folders.push(folder);
        }
    }
    console::say(&totals.table())?;
    let kept: Vec<String> = folders.iter().map(|folder: &PathBuf| folder.display().to_string()).collect();
    if !kept.is_empty() {
        console::say(&format!("The logs are kept in {}\n", kept.join(", ")))?;
    }
    if totals.bug_count() == 0 {
        return Ok(());
    }
    Err(Failure::Internal(format!("the drill found {}:\n  {}", count(totals.bug_count(), "bug"), totals.first_bugs())))
}

/// The failure of a drill that could not be finished, with the folder of its logs.
fn with_logs(failure: Failure, folder: &Path) -> Failure {
    match failure {
        Failure::Internal(words) => Failure::Internal(format!("{words}\n  The logs are kept in {}", folder.display())),
        other => other,
    }
}

/// The faults of a club: an equal share of the kills, and its own seed.
fn faults_of_club(arguments: &Arguments, number: u64, clubs: u64) -> DrillFaults {
    let share = |until: u64| arguments.kills * until / clubs;
    DrillFaults {
        seed: arguments.seed.wrapping_mul(1_000).wrapping_add(number),
        rate: arguments.rate,
        kills: share(number) - share(number - 1),
    }
}

/// The snapshot of a club.
fn club_snapshot(arguments: &Arguments, number: u64, clubs: u64) -> String {
    let events = (arguments.lines.div_ceil(clubs) * EVENTS_FOR_FIVE_LINES / 5).max(8);
    let plan = ClubPlan {
        seed: arguments.seed.wrapping_mul(1_000).wrapping_add(number),
        employees: (events / EVENTS_OF_A_PERSON).max(MIN_TEAM) as usize,
        events: events as usize,
        // With few people and many posted schedules, some schedules must be moved or dropped.
        staffing: Staffing::Tight,
        posted: Some((events * POSTED_FOR_FIVE_EVENTS / 5) as usize),
        ..ClubPlan::default()
    };
    let mut club = generate(&plan);
    // Events may be placed from the next day on, so that some of the work is over soon.
    club["settings"]["buffer_days"] = 1.into();
    club.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_that_could_not_be_finished_names_the_folder_of_its_logs() {
        let failure = with_logs(Failure::Internal("no proposal".to_owned()), Path::new("/tmp/drill-1"));
        assert_eq!(failure.to_string(), "no proposal\n  The logs are kept in /tmp/drill-1");
    }
}
