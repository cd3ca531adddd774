//! Fair distribution of Core events over weeks (S15): the ledger of a window, the debts to people, and their publication for
//! the next run.

use chrono::NaiveDate;
use domain::calendar::plus_days;
use domain::fairness::{DebtCalculation, LedgerCorrection, LedgerRow, Window, debts, snapshot_rows};
use domain::snapshot::{Debt, EmployeeId};
use futures_util::future::try_join;
use store::ledger::{LedgerCorrections, LedgerWeek};
use store::{Club, Stored, TableError};

/// Number of weeks of the window that are not over: the current one and the next four. A plan with the default horizon
/// reaches none after them. A Core event of such a week reduces a debt as soon as it is accepted.
pub const WEEKS_AHEAD: u32 = 5;

/// The ledger of a club for a window.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The window.
    pub window: Window,
    /// The weeks of the window, in order.
    pub weeks: Vec<LedgerWeek>,
    /// The corrections of each person, in order of the person's id.
    pub corrections: Vec<Stored<LedgerCorrections>>,
}

/// The window over which a club distributes Core events: this many past weeks, and the weeks ahead.
pub fn window(today: NaiveDate, past_weeks: u32) -> Window {
    Window::before(today, past_weeks).and_ahead(WEEKS_AHEAD)
}

impl Ledger {
    /// Reads the ledger, in 2 requests.
    ///
    /// # Errors
    /// The table cannot be read.
    pub async fn load(club: Club<'_>, window: Window) -> Result<Ledger, TableError> {
        let weeks = club.ledger_weeks(window.first, plus_days(window.end, -7));
        let (weeks, corrections) = try_join(weeks, club.ledger_corrections()).await?;
        Ok(Ledger { window, weeks: weeks.into_iter().map(|week| week.body).collect(), corrections })
    }

    /// All rows of the window.
    pub fn rows(&self) -> Vec<LedgerRow> {
        self.weeks.iter().flat_map(|week| week.people.iter().map(|person| person.row.clone())).collect()
    }

    /// The corrections of all people.
    fn all_corrections(&self) -> Vec<LedgerCorrection> {
        let all = self.corrections.iter().flat_map(|of| &of.body.corrections);
        all.map(|kept| kept.correction.clone()).collect()
    }

    /// The debts of everybody with a row or a correction in the window, with their arithmetic, in order of id.
    pub fn debts(&self) -> Vec<(EmployeeId, DebtCalculation)> {
        debts(&self.rows(), &self.all_corrections(), self.window)
    }

    /// The debt of a person if these were their corrections; `None` if they have neither a row nor a correction in the
    /// window.
    pub fn debt_with(&self, employee: &EmployeeId, corrections: &[LedgerCorrection]) -> Option<f64> {
        let others = self.all_corrections().into_iter().filter(|correction| correction.employee_id != *employee);
        let corrections: Vec<LedgerCorrection> = others.chain(corrections.iter().cloned()).collect();
        let all = debts(&self.rows(), &corrections, self.window);
        all.into_iter().find(|(id, _)| id == employee).map(|(_, owed)| owed.debt)
    }

    /// Whether a Core event was accepted in the window, or there is a correction. Until then a club keeps the debts of its
    /// import.
    fn has_rows_or_corrections(&self) -> bool {
        let has_core = self.weeks.iter().flat_map(|week| &week.people).any(|person| person.row.core > 0);
        has_core || !self.corrections.is_empty()
    }
}

/// Publishes the debts for the next run. Returns the number of debts that changed.
///
/// # Errors
/// The table cannot be read or written.
pub async fn publish(club: Club<'_>, today: NaiveDate) -> Result<usize, TableError> {
    let club_documents = club.club_documents().await?;
    let ledger = Ledger::load(club, window(today, club_documents.settings.fairness_weeks)).await?;
    if !ledger.has_rows_or_corrections() {
        return Ok(0);
    }
    let is_of_employee = |debt: &Debt| club_documents.employees.iter().any(|e| e.body.id == debt.employee_id);
    let debts: Vec<Debt> = snapshot_rows(&ledger.debts()).into_iter().filter(is_of_employee).collect();
    club.put_debts(&debts).await
}
