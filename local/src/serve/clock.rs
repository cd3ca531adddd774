//! The clock of `muster serve`: the machine's clock, shifted to the club's first morning, or a manual one. It continues
//! after restarts and never goes back.

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

/// The state in the folder: the clock's time, and when it was saved.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    pace: Pace,
    shows: DateTime<Utc>,
    at: DateTime<Utc>,
}

impl Kept {
    /// The current time of the clock. A manual clock stood still while no process ran.
    fn now(&self) -> DateTime<Utc> {
        match self.pace {
            Pace::Real => self.shows + (Utc::now() - self.at).max(TimeDelta::zero()),
            Pace::Manual => self.shows,
        }
    }
}

/// A clock and its file. Without a file it starts anew each time.
#[derive(Debug, Clone)]
pub struct ServedClock {
    file: Option<PathBuf>,
    works: ClockState,
}

#[derive(Debug, Clone)]
enum ClockState {
    Real { ahead: TimeDelta },
    Manual(SteppedClock),
}

impl ServedClock {
    /// The clock of the file, or a new one that starts at `first`.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn open(file: Option<PathBuf>, pace: Pace, first: DateTime<Utc>) -> Result<ServedClock, Failure> {
        let kept = match &file {
            Some(path) if path.exists() => {
                let kept: Result<Kept, _> = serde_json::from_slice(&console::read(path)?);
                Some(kept.map_err(|e| {
                    Failure::Input(format!(
                        "cannot read {}: {e}; `muster serve --fresh` deletes it and starts again",
                        path.display()
                    ))
                })?)
            }
            _ => None,
        };
        let now = kept.map_or(first, |kept| kept.now());
        let works = match pace {
            Pace::Real => ClockState::Real { ahead: now - Utc::now() },
            Pace::Manual => ClockState::Manual(SteppedClock::at(now)),
        };
        let timepiece = ServedClock { file, works };
        timepiece.keep(now)?;
        Ok(timepiece)
    }

    /// The clock's mode.
    pub fn pace(&self) -> Pace {
        match self.works {
            ClockState::Real { .. } => Pace::Real,
            ClockState::Manual(_) => Pace::Manual,
        }
    }

    /// The clock, for readers.
    pub fn clock(&self) -> Clock {
        match &self.works {
            ClockState::Real { ahead } => {
                let ahead = *ahead;
                Clock::new(move || Utc::now() + ahead)
            }
            ClockState::Manual(hands) => hands.clock(),
        }
    }

    /// Moves a manual clock forward to a moment; does nothing to a real one. The file is written first, so that the
    /// clock never goes back.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn move_to(&self, moment: DateTime<Utc>) -> Result<(), Failure> {
        let ClockState::Manual(hands) = &self.works else { return Ok(()) };
        if moment <= hands.now() {
            return Ok(());
        }
        self.keep(moment)?;
        hands.move_to(moment);
        Ok(())
    }

    fn keep(&self, shows: DateTime<Utc>) -> Result<(), Failure> {
        let Some(file) = &self.file else { return Ok(()) };
        let kept = Kept { pace: self.pace(), shows, at: Utc::now() };
        let text = serde_json::to_vec(&kept).map_err(|e| Failure::Ours(e.to_string()))?;
        console::write(file, &text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_clock_goes_on_where_it_was_whatever_its_pace() {
        let folder = std::env::temp_dir().join(format!("muster-clock-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = Some(folder.join("clock.json"));
        let first = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let now = |pace| ServedClock::open(file.clone(), pace, first).unwrap().clock().utc();
        let about = |found: DateTime<Utc>, expected: DateTime<Utc>| (found - expected).abs() < TimeDelta::seconds(5);
        assert!(about(now(Pace::Real), first));
        let manual = ServedClock::open(file.clone(), Pace::Manual, DateTime::UNIX_EPOCH).unwrap();
        let later = manual.clock().utc() + TimeDelta::hours(3);
        manual.move_to(later).unwrap();
        manual.move_to(first).unwrap();
        assert_eq!(manual.clock().utc(), later, "it does not go back");
        assert_eq!(now(Pace::Manual), later);
        assert!(about(now(Pace::Real), later));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
