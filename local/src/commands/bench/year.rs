//! Fills a club's table with invented statistics of a year, so that the pages that show a year can be measured: counts
//! of each day, the ledger of each week, and outcomes in proportion to the number of people. The values are arbitrary
//! and need not agree with each other. Only the number and the size of the records are like those of a real club.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::calendar::{plus_days, week_start};
use domain::event_type::EventType;
use domain::fairness::LedgerRow;
use domain::outcome::{Approval, Decision, End, Outcome, ProposedLine};
use domain::rollup::{Counts, Minutes, RollUp, Utilisation};
use domain::snapshot::{Employee, EmployeeId, EventRef};
use store::key::RunId;
use store::ledger::{LedgerWeek, PersonWeek};
use store::outcomes::{DifferingOutcome, LineOutcome, Proposer, line_of};
use store::rollups::DayCounts;
use store::stamp::Timestamp;
use store::{Club, TableError};

use crate::commands::Failure;

/// Number of days of the year.
pub const DAYS: i64 = 365;
/// A club submits 5 lines a day for every 8 people: a club of 40 people submits 25.
const LINES_A_DAY: (usize, usize) = (5, 8);
/// The number of the first event that the outcomes name. The events are invented.
const FIRST_REF: u64 = 9_000_000;

/// Fills the [`DAYS`] days before `today`.
///
/// # Errors
/// The table cannot be read or written.
pub async fn fill(club: Club<'_>, today: NaiveDate) -> Result<(), Failure> {
    let people: Vec<EmployeeId> = club.all_documents::<Employee>().await?.into_iter().map(|e| e.body.id).collect();
    let first = plus_days(today, -DAYS);
    for day in (0..DAYS).map(|day| plus_days(first, day)) {
        ignore_existing(club.put_day_counts(None, &day_of(day, &people)).await)?;
        ignore_existing(club.write_outcomes(&outcomes_of(day, &people)?).await)?;
    }
    let mut week = week_start(first);
    while week < today {
        ignore_existing(club.put_ledger_week(None, &week_of(week, &people)).await)?;
        week = plus_days(week, 7);
    }
    Ok(())
}

/// Ignores the error that a record exists already, so that real records stay.
fn ignore_existing(result: Result<(), TableError>) -> Result<(), Failure> {
    match result {
        Ok(()) | Err(TableError::Contended) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Number of lines that a club with these people submits on a day.
fn lines_a_day(people: &[EmployeeId]) -> usize {
    let (lines, for_people) = LINES_A_DAY;
    people.len() * lines / for_people
}

fn day_of(day: NaiveDate, people: &[EmployeeId]) -> DayCounts {
    let counts = |n: u32| Counts { placed: n, kept: n / 2, decided: n, completed: n, ..Counts::default() };
    let all = lines_a_day(people) as u32;
    let not_placed = [("nobody_available", 2), ("no_valid_day", 1)].map(|(code, n)| (code.to_owned(), n));
    DayCounts(RollUp {
        all: Counts { not_placed: not_placed.into(), ..counts(all) },
        by_type: EventType::ALL.into_iter().map(|kind| (kind, counts(3))).collect(),
        by_person: people.iter().map(|id| (id.clone(), counts(2))).collect(),
        to_first_approval: Minutes { n: 1, sum: 95 },
        to_last_acceptance: Minutes { n: 1, sum: 130 },
        ..RollUp::empty(day)
    })
}

fn week_of(week: NaiveDate, people: &[EmployeeId]) -> LedgerWeek {
    let days = move || (1..6).map(move |day| plus_days(week, day));
    let person = |id: &EmployeeId| PersonWeek {
        row: LedgerRow {
            week,
            employee_id: id.clone(),
            core: 3,
            weekend_days: 1,
            first_arrivals: 1,
            last_arrivals: 1,
            short_notice: 0,
            moved_on_them: 0,
            minutes: 1_500,
            possible_days: 5,
        },
        days: 4,
    };
    let used = days().flat_map(|date| {
        EventType::ALL.map(|kind| Utilisation { date, kind, events: 3, working: 3, capacity: people.len() as u32 })
    });
    LedgerWeek {
        week,
        possible: people.iter().map(|id| (id.clone(), days().collect::<BTreeSet<_>>())).collect(),
        people: people.iter().map(person).collect(),
        utilisation: used.collect(),
    }
}

fn outcomes_of(day: NaiveDate, people: &[EmployeeId]) -> Result<Vec<DifferingOutcome>, Failure> {
    let run = RunId::parse(&format!("year-{day}")).map_err(Failure::internal)?;
    let at = Timestamp::from(plus_days(day, -3).and_time(chrono::NaiveTime::MIN).and_utc());
    let of_person = |(n, id): (usize, &EmployeeId)| {
        let line = line_of(run.clone(), EventRef(FIRST_REF + n as u64));
        let proposed = ProposedLine {
            line_id: line.to_string(),
            event_ref: line.event,
            kind: EventType::Core,
            employee_id: id.clone(),
            date: day,
        };
        let (decision, approval) = (Some(Decision::Kept), Some(Approval::InBulk));
        let outcome = Outcome { decision, approval, end: Some(End::Completed), ..Outcome::open(&proposed) };
        let now = LineOutcome {
            line,
            day,
            event_type: EventType::Core,
            proposed_by: Proposer::Run,
            outcome: Some(outcome),
            approved_at: Some(at),
            decided_at: Some(at),
            accepted: None,
            retries: Vec::new(),
            last_at: at,
        };
        DifferingOutcome { before: None, now }
    };
    Ok(people.iter().take(lines_a_day(people)).enumerate().map(of_person).collect())
}
