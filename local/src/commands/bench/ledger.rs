//! `muster bench --ledger`: simulated weeks with and without the fairness ledger.

use super::super::Failure;
use crate::console;
use crate::simulation::{Ledger, SimulationError, Weeks, simulate};

/// How much is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Clubs.
    pub clubs: u64,
    /// Weeks of each.
    pub weeks: u32,
}

/// Simulates each club twice, and prints a row for each and their means.
pub(super) fn run(extent: Extent) -> Result<(), Failure> {
    let failed = |error: SimulationError| Failure::Ours(format!("the simulation failed: {error}"));
    console::say(&format!("{} weeks of each club, without and with what the club owes people (S15).\n", extent.weeks))?;
    console::say(&format!(
        "{:>5} {:>7} {:>9} {:>9} {:>8} {:>9} {:>9} {:>9} {:>11}\n",
        "club", "people", "without", "with", "spread", "placed", "placed", "rest", "2 of 5 days"
    ))?;
    let mut sums = Sums::default();
    for seed in 1..=extent.clubs {
        let weeks = Weeks::of(seed, extent.weeks);
        let without = simulate(weeks, Ledger::Ignored).map_err(failed)?;
        let with = simulate(weeks, Ledger::Kept).map_err(failed)?;
        let spread = change(without.spread(), with.spread());
        let rest = change(without.rest, with.rest);
        console::say(&format!(
            "{seed:>5} {:>7} {:>9.4} {:>9.4} {spread:>7.1}% {:>9} {:>9} {rest:>8.3}% {:>11}\n",
            weeks.employees,
            without.spread(),
            with.spread(),
            without.placed,
            with.placed,
            with.two_of_five().map_or("-".to_owned(), |part| format!("{part:.2}")),
        ))?;
        sums.add(spread, rest, without.placed, with.placed);
    }
    sums.print()
}

/// The change from one number to another, in percent of the first.
fn change(from: f64, to: f64) -> f64 {
    if from == 0.0 { 0.0 } else { (to - from) / from.abs() * 100.0 }
}

/// The sums of all clubs.
#[derive(Default)]
struct Sums {
    clubs: f64,
    spread: f64,
    rest: f64,
    placed: (usize, usize),
}

impl Sums {
    fn add(&mut self, spread: f64, rest: f64, without: usize, with: usize) {
        self.clubs += 1.0;
        self.spread += spread;
        self.rest += rest;
        self.placed = (self.placed.0 + without, self.placed.1 + with);
    }

    fn print(&self) -> Result<(), Failure> {
        let clubs = self.clubs.max(1.0);
        console::say(&format!(
            "On average the spread of Core per possible day changes by {:.1} %, the rest of the score by {:.3} %; {} events \
             are placed without and {} with.\n",
            self.spread / clubs,
            self.rest / clubs,
            self.placed.0,
            self.placed.1
        ))
    }
}
