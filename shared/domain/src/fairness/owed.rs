//! How many Core events the club owes people: their fair share of a window's Core, minus the Core that they had.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::LedgerRow;
use crate::calendar::{plus_days, week_start};
use crate::snapshot::{Debt, EmployeeId};

/// The largest debt in either direction, in Core (rulebook S15).
pub const LARGEST_DEBT: f64 = 3.0;

/// Whole weeks, Sunday to Saturday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The Sunday of the first week.
    pub first: NaiveDate,
    /// The Sunday after the last week.
    pub end: NaiveDate,
}

impl Window {
    /// The weeks before the week of a date.
    pub fn before(today: NaiveDate, weeks: u32) -> Window {
        let end = week_start(today);
        Window { first: plus_days(end, -7 * i64::from(weeks)), end }
    }

    /// The same window, extended by that many weeks. A Core that is accepted ahead of time reduces a debt when it is
    /// accepted, not only when it is worked.
    #[must_use]
    pub fn and_ahead(self, weeks: u32) -> Window {
        Window { end: plus_days(self.end, 7 * i64::from(weeks)), ..self }
    }

    /// Whether the window contains the week of that Sunday.
    pub fn holds(self, week: NaiveDate) -> bool {
        self.first <= week && week < self.end
    }
}

/// A manager's correction of a person's debt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LedgerCorrection {
    /// The id. Of several corrections with one id only the last counts.
    pub id: String,
    /// The week that it belongs to, by its Sunday. The correction counts while that week is in the window.
    pub week: NaiveDate,
    /// The person.
    pub employee_id: EmployeeId,
    /// Number of Core that are owed to them in addition; negative if fewer are owed.
    pub core: f64,
    /// Why, in the manager's words; for display, never for logs.
    pub reason: String,
}

/// How many Core the club owes a person, with the values that the number is computed from:
/// `share - actual_core + correction`, clamped.
///
/// `share` is `all_core x possible_days / all_possible_days`. Absences do not count against anybody, because a day on
/// which somebody could not have worked is not one of their possible days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DebtCalculation {
    /// Number of the person's possible days in the window.
    pub possible_days: u32,
    /// Number of possible days of all people together.
    pub all_possible_days: u32,
    /// Number of Core of all people who have possible days.
    pub all_core: u32,
    /// The person's fair share of `all_core`.
    pub share: f64,
    /// Number of Core that the person had. Not part of the debt of a person without possible days.
    pub actual_core: u32,
    /// The sum of the manager's corrections, in Core.
    pub correction: f64,
    /// The debt before clamping, in Core.
    pub unclamped: f64,
    /// The debt, -3 to 3, rounded to hundredths of a Core. Positive if the person had too few.
    pub debt: f64,
}

/// The debts of everybody who has a row or a correction in a window, in order of id. A person without possible days in
/// the window (somebody new, somebody who was away all the time, a Club Supervisor) takes no part in the sharing: only
/// a manager's correction can give them a debt.
pub fn debts(
    rows: &[LedgerRow],
    corrections: &[LedgerCorrection],
    window: Window,
) -> Vec<(EmployeeId, DebtCalculation)> {
    let mut people: BTreeMap<&EmployeeId, Sums> = BTreeMap::new();
    let distinct_rows: BTreeMap<_, &LedgerRow> = rows.iter().map(|row| ((row.week, &row.employee_id), row)).collect();
    for row in distinct_rows.into_values().filter(|row| window.holds(row.week)) {
        let sums = people.entry(&row.employee_id).or_default();
        sums.possible_days += row.possible_days;
        sums.core += row.core;
    }
    let distinct_corrections: BTreeMap<&str, &LedgerCorrection> =
        corrections.iter().map(|c| (c.id.as_str(), c)).collect();
    for correction in distinct_corrections.into_values().filter(|correction| window.holds(correction.week)) {
        people.entry(&correction.employee_id).or_default().correction += correction.core;
    }
    let sharers = || people.values().filter(|sums| sums.possible_days > 0);
    let all_core = sharers().map(|sums| sums.core).sum();
    let all_possible_days = sharers().map(|sums| sums.possible_days).sum();
    people.into_iter().map(|(id, sums)| (id.clone(), sums.calculate_debt(all_core, all_possible_days))).collect()
}

/// The ledger rows of a snapshot, without debts of 0.
pub fn snapshot_rows(debts: &[(EmployeeId, DebtCalculation)]) -> Vec<Debt> {
    let owed = debts.iter().filter(|(_, owed)| owed.debt != 0.0);
    owed.map(|(employee_id, owed)| Debt { employee_id: employee_id.clone(), debt: owed.debt }).collect()
}

/// A person's sums over a window.
#[derive(Default, Clone, Copy)]
struct Sums {
    possible_days: u32,
    core: u32,
    correction: f64,
}

impl Sums {
    fn calculate_debt(self, all_core: u32, all_possible_days: u32) -> DebtCalculation {
        let Sums { possible_days, core: actual_core, correction } = self;
        let (share, counted) = match possible_days {
            0 => (0.0, 0.0),
            _ => {
                let part = f64::from(possible_days) / f64::from(all_possible_days);
                (f64::from(all_core) * part, f64::from(actual_core))
            }
        };
        let unclamped = share - counted + correction;
        // Adding 0 makes a negative zero positive.
        let debt = (unclamped.clamp(-LARGEST_DEBT, LARGEST_DEBT) * 100.0).round() / 100.0 + 0.0;
        DebtCalculation { possible_days, all_possible_days, all_core, share, actual_core, correction, unclamped, debt }
    }
}
