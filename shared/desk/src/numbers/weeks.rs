//! The weekly ledger, from accepted lines and their outcomes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use domain::calendar::{plus_days, week_start};
use domain::fairness::{Acceptance, CountedShift, LedgerRow, PossibleDays, counted_shifts, possible_days, recount};
use domain::outcome::Outcome;
use domain::rollup::{utilisation, worked_days};
use domain::snapshot::Snapshot;
use store::Stored;
use store::ledger::{LedgerWeek, PersonWeek};
use store::snapshot::SnapshotError;

use super::{Counter, DAYS_AFTER, DAYS_BEFORE};

/// Number of past weeks for which the snapshot still has enough data to tell who could have worked.
const WEEKS_IN_SNAPSHOT: i64 = 3;

impl Counter<'_> {
    /// Recomputes weeks, and writes those that differ. The days on which people could work are read from the snapshot each
    /// night until the week is over; after that the stored ones are kept. A week that is counted first when it is long
    /// past has none.
    pub(super) async fn count_weeks(&self, weeks: &BTreeSet<NaiveDate>) -> Result<(), SnapshotError> {
        let (Some(first), Some(last)) = (weeks.first().copied(), weeks.last().copied()) else { return Ok(()) };
        // The stored weeks are read first, as for days.
        let stored_weeks = self.club.ledger_weeks(first, last).await?;
        let stored_weeks: BTreeMap<NaiveDate, Stored<LedgerWeek>> =
            stored_weeks.into_iter().map(|week| (week.body.week, week)).collect();
        let settings = self.club.settings().await?.body;
        let lines = self.club.line_outcomes(plus_days(first, -DAYS_BEFORE), plus_days(last, DAYS_AFTER)).await?;
        let arrivals = &settings.planning.arrivals;
        let accepted: Vec<Acceptance> = lines.iter().filter_map(|line| line.body.acceptance(arrivals)).collect();
        let outcomes: Vec<Outcome> = lines.into_iter().filter_map(|line| line.body.outcome).collect();
        let snapshot = self.snapshot(weeks, &stored_weeks).await?;
        let mut recomputed: BTreeMap<NaiveDate, LedgerWeek> = BTreeMap::new();
        let mut possible = PossibleDays::new();
        for week in weeks {
            let stored = stored_weeks.get(week).map_or_else(|| LedgerWeek::empty(*week), |stored| stored.body.clone());
            let of_week =
                match snapshot.as_ref().filter(|_| self.reads_snapshot(*week, stored_weeks.contains_key(week))) {
                    Some(snapshot) => LedgerWeek {
                        possible: possible_days(snapshot, *week),
                        utilisation: utilisation(snapshot, &posted(snapshot, *week), *week),
                        ..stored
                    },
                    None => stored,
                };
            for (employee, dates) in &of_week.possible {
                possible.entry(employee.clone()).or_default().extend(dates);
            }
            recomputed.insert(*week, LedgerWeek { people: Vec::new(), ..of_week });
        }
        for person in person_weeks(&accepted, &outcomes, &possible, self.zone) {
            if let Some(week) = recomputed.get_mut(&person.row.week) {
                week.people.push(person);
            }
        }
        for (week, new) in recomputed {
            let stored = stored_weeks.get(&week);
            if stored.is_none_or(|stored| stored.body != new) {
                self.club.put_ledger_week(stored.map(|stored| stored.version), &new).await?;
            }
        }
        Ok(())
    }

    /// Whether a count reads from the snapshot who could work in a week: every night until the night after the week, or
    /// if the week was never counted and the snapshot still has enough data.
    fn reads_snapshot(&self, week: NaiveDate, is_stored: bool) -> bool {
        let is_open = self.is_nightly && week >= week_start(plus_days(self.today, -1));
        let earliest = plus_days(week_start(self.today), -7 * WEEKS_IN_SNAPSHOT);
        is_open || (!is_stored && week >= earliest)
    }

    /// The snapshot, if it is read for any of the weeks.
    async fn snapshot(
        &self,
        weeks: &BTreeSet<NaiveDate>,
        stored_weeks: &BTreeMap<NaiveDate, Stored<LedgerWeek>>,
    ) -> Result<Option<Snapshot>, SnapshotError> {
        if !weeks.iter().any(|week| self.reads_snapshot(*week, stored_weeks.contains_key(week))) {
            return Ok(None);
        }
        Ok(Some(self.club.load_snapshot(self.today).await?.snapshot))
    }
}

/// The ledger rows and worked days, in order of week and person.
pub(super) fn person_weeks(
    accepted: &[Acceptance],
    outcomes: &[Outcome],
    possible: &PossibleDays,
    zone: Tz,
) -> Vec<PersonWeek> {
    let days = worked_days(&counted_shifts(accepted, outcomes));
    let person = |row: LedgerRow| {
        let days = days.get(&(row.week, row.employee_id.clone())).copied().unwrap_or(0);
        PersonWeek { row, days }
    };
    recount(accepted, outcomes, possible, zone).into_iter().map(person).collect()
}

/// The schedules that are posted in a week, whether Muster submitted them or not.
fn posted(snapshot: &Snapshot, week: NaiveDate) -> Vec<CountedShift> {
    let end = plus_days(week, 7);
    let in_week = snapshot.posted.iter().filter(|posted| (week..end).contains(&posted.start.date()));
    let worked = in_week.filter(|posted| !posted.event.condition().is_off());
    let shift = |posted: &domain::snapshot::Posted| CountedShift {
        event_ref: posted.event.event_ref,
        kind: posted.event.event_type(),
        employee_id: posted.employee_id.clone(),
        start: posted.start,
        minutes: posted.event.minutes(),
        arrival: None,
        accepted_at: DateTime::UNIX_EPOCH,
    };
    worked.map(shift).collect()
}
