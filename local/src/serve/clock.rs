//! The clock of `muster serve`: the machine's clock, shifted to the club's first morning, or a manual one. It continues
//! after restarts, and neither a restart nor a move sets it back.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use cloud::SteppedClock;
use runtime::Clock;
use serde::{Deserialize, Serialize};

use crate::commands::Failure;
use crate::console;

/// How time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// Time passes by itself.
    Real,
    /// Time passes only when the clock is moved.
    Manual,
}

/// The file of the clock: the time that it showed, and the machine's time then.
#[derive(Debug, Serialize, Deserialize)]
struct SavedClock {
    pace: Pace,
    shows: DateTime<Utc>,
    at: DateTime<Utc>,
}

impl SavedClock {
    /// The time that the clock shows now. A manual clock does not move while no process runs.
    fn now(&self) -> DateTime<Utc> {
        match self.pace {
            Pace::Real => self.shows + (Utc::now() - self.at).max(TimeDelta::zero()),
            Pace::Manual => self.shows,
        }
    }
}

/// A clock and its file. A clock without a file starts again at each start.
#[derive(Debug, Clone)]
pub struct ServedClock {
    file: Option<PathBuf>,
    state: ClockState,
}

#[derive(Debug, Clone)]
enum ClockState {
    /// The machine's clock, ahead by this time (negative: behind).
    Real {
        ahead: TimeDelta,
    },
    Manual(SteppedClock),
}

impl ServedClock {
    /// The clock of the file, or a new one that starts at `first`.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn open(file: Option<PathBuf>, pace: Pace, first: DateTime<Utc>) -> Result<ServedClock, Failure> {
        let saved = match &file {
            Some(path) if path.exists() => {
                let saved: Result<SavedClock, _> = serde_json::from_slice(&console::read(path)?);
                Some(saved.map_err(|e| {
                    Failure::Input(format!(
                        "cannot read {}: {e}; `muster serve --fresh` deletes it and starts again",
                        path.display()
                    ))
                })?)
            }
            _ => None,
        };
        let now = saved.map_or(first, |saved| saved.now());
        let state = match pace {
            Pace::Real => ClockState::Real { ahead: now - Utc::now() },
            Pace::Manual => ClockState::Manual(SteppedClock::at(now)),
        };
        let clock = ServedClock { file, state };
        clock.save(now)?;
        Ok(clock)
    }

    /// The clock's pace.
    pub fn pace(&self) -> Pace {
        match self.state {
            ClockState::Real { .. } => Pace::Real,
            ClockState::Manual(_) => Pace::Manual,
        }
    }

    /// The clock in the form that functions and services read.
    pub fn clock(&self) -> Clock {
        match &self.state {
            ClockState::Real { ahead } => {
                let ahead = *ahead;
                Clock::new(move || Utc::now() + ahead)
            }
            ClockState::Manual(clock) => clock.clock(),
        }
    }

    /// Moves a manual clock forward to a moment. Does nothing to a real clock. The file is written first, so that the clock
    /// shows no earlier time after a restart.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn move_to(&self, moment: DateTime<Utc>) -> Result<(), Failure> {
        let ClockState::Manual(clock) = &self.state else { return Ok(()) };
        if moment <= clock.now() {
            return Ok(());
        }
        self.save(moment)?;
        clock.move_to(moment);
        Ok(())
    }

    fn save(&self, shows: DateTime<Utc>) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(()) };
        let saved = SavedClock { pace: self.pace(), shows, at: Utc::now() };
        let text = serde_json::to_vec(&saved).map_err(Failure::internal)?;
        console::write(file, &text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_clock_continues_after_a_restart_in_both_modes() {
        let folder = std::env::temp_dir().join(format!("muster-clock-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = Some(folder.join("clock.json"));
        let first = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let now = |pace| ServedClock::open(file.clone(), pace, first).unwrap().clock().utc();
        let is_about = |found: DateTime<Utc>, expected: DateTime<Utc>| (found - expected).abs() < TimeDelta::seconds(5);
        assert!(is_about(now(Pace::Real), first));
        let manual = ServedClock::open(file.clone(), Pace::Manual, DateTime::UNIX_EPOCH).unwrap();
        let later = manual.clock().utc() + TimeDelta::hours(3);
        manual.move_to(later).unwrap();
        manual.move_to(first).unwrap();
        assert_eq!(manual.clock().utc(), later, "the clock went back");
        assert_eq!(now(Pace::Manual), later);
        assert!(is_about(now(Pace::Real), later));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
