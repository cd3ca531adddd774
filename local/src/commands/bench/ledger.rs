//! `muster bench --ledger`: simulates weeks with and without the fairness ledger, and checks the bounds that the ledger
//! must keep.

use super::super::Failure;
use crate::console;
use crate::report::count;
use crate::simulation::{Ledger, SimulationError, SimulationParameters, simulate};

/// Minimum decrease, averaged over the clubs and in percent, of the spread of Core events per possible day.
const MIN_DECREASE: f64 = 40.0;
/// Maximum loss, averaged over the clubs and in percent, of the rest of the score: of the points without the ledger's.
const MAX_LOSS: f64 = 0.25;
/// The fair share of a person who works two days a week, divided by that of a person who works five, averaged over the
/// clubs. The quotient is not exactly 0.4, because some days are closed or taken by a rotation.
const TWO_FIFTHS: std::ops::RangeInclusive<f64> = 0.33..=0.47;
/// The bounds are checked only for a simulation of at least this extent.
const CHECKED_EXTENT: Extent = Extent { clubs: 10, weeks: 12 };

/// The extent of a simulation.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// Number of clubs.
    pub clubs: u64,
    /// Number of weeks of each club.
    pub weeks: u32,
}

/// Simulates each club twice, without and with the ledger. Prints a row for each club, and the means.
pub(super) fn run(extent: Extent) -> Result<(), Failure> {
    let failed = |error: SimulationError| Failure::Internal(format!("the simulation failed: {error}"));
    let weeks = count(extent.weeks as usize, "week");
    console::say(&format!("{weeks} of each club, without and with what the club owes people (S15).\n"))?;
    console::say(&format!(
        "{:>5} {:>7} {:>9} {:>9} {:>8} {:>9} {:>9} {:>9} {:>11}\n",
        "club", "people", "without", "with", "spread", "placed", "placed", "rest", "2 of 5 days"
    ))?;
    let mut sums = Sums::default();
    for seed in 1..=extent.clubs {
        let parameters = SimulationParameters::of(seed, extent.weeks);
        let without = simulate(parameters, Ledger::Ignored).map_err(failed)?;
        let with = simulate(parameters, Ledger::Kept).map_err(failed)?;
        let spread = percent_change(without.spread(), with.spread());
        let rest = percent_change(without.other_points, with.other_points);
        console::say(&format!(
            "{seed:>5} {:>7} {:>9.4} {:>9.4} {spread:>7.1}% {:>9} {:>9} {rest:>8.3}% {:>11}\n",
            parameters.employees,
            without.spread(),
            with.spread(),
            without.placed,
            with.placed,
            with.two_of_five().map_or("-".to_owned(), |part| format!("{part:.2}")),
        ))?;
        sums.add(spread, rest, with.two_of_five(), (without.placed, with.placed));
    }
    sums.print()?;
    if extent.clubs < CHECKED_EXTENT.clubs || extent.weeks < CHECKED_EXTENT.weeks {
        return Ok(());
    }
    sums.check_bounds()
}

/// The change from one number to another, in percent of the first.
fn percent_change(from: f64, to: f64) -> f64 {
    if from == 0.0 { 0.0 } else { (to - from) / from.abs() * 100.0 }
}

/// The sums of all clubs.
#[derive(Default)]
struct Sums {
    clubs: f64,
    spread: f64,
    rest: f64,
    two_of_five: (f64, f64),
    placed: (usize, usize),
}

impl Sums {
    fn add(&mut self, spread: f64, rest: f64, two_of_five: Option<f64>, (without, with): (usize, usize)) {
        self.clubs += 1.0;
        self.spread += spread;
        self.rest += rest;
        if let Some(part) = two_of_five {
            self.two_of_five = (self.two_of_five.0 + part, self.two_of_five.1 + 1.0);
        }
        self.placed = (self.placed.0 + without, self.placed.1 + with);
    }

    /// The mean changes of spread and rest in percent, and the mean share of people with two of five days.
    fn means(&self) -> [f64; 3] {
        let clubs = self.clubs.max(1.0);
        let (part, counted) = self.two_of_five;
        [self.spread / clubs, self.rest / clubs, part / counted.max(1.0)]
    }

    fn print(&self) -> Result<(), Failure> {
        let [spread, rest, part] = self.means();
        console::say(&format!(
            "On average the spread of Core per possible day changes by {spread:.1} %, the rest of the score by {rest:.3} %; {} \
             events are placed without and {} with. Somebody who works two days a week is owed {part:.2} of what is owed for five.\n",
            self.placed.0, self.placed.1
        ))
    }

    /// Checks the bounds of the means.
    ///
    /// # Errors
    /// The bounds that are not kept.
    fn check_bounds(&self) -> Result<(), Failure> {
        let [spread, rest, part] = self.means();
        let mut faults = Vec::new();
        if spread > -MIN_DECREASE {
            faults.push(format!("the spread falls by less than {MIN_DECREASE} %"));
        }
        if rest < -MAX_LOSS {
            faults.push(format!("the rest of the score loses more than {MAX_LOSS} %"));
        }
        if self.placed.0 != self.placed.1 {
            faults.push("the number of placed events is different with the ledger".to_owned());
        }
        if !TWO_FIFTHS.contains(&part) {
            faults.push("what is owed for two days a week is not two fifths of what is owed for five".to_owned());
        }
        if faults.is_empty() { Ok(()) } else { Err(Failure::Internal(faults.join("; "))) }
    }
}
