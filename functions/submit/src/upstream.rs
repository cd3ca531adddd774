//! Detects concurrent changes at Crossmark: before each call, the row of the line's event must have been read at most two
//! minutes ago, and after the line's own last call. Rows are read in slices of the planning list; a slice is used for
//! every line until it is too old. If the number of the schedule that a line takes back is not known, it is learned from
//! the row.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Datelike, Days as DayCount, NaiveDate, TimeDelta, Utc};
use crossmark::{Days, Planning, ReadError, RowMeaning, RowStatus, TakenBy};
use store::key::{ClubId, ScheduledEventId};
use store::lines::{Line, OldPlace};
use store::stamp::Timestamp;
use store::states::Step;

use crate::line::Worker;
use crate::numbers::{Numbers, plan_id};
use crate::settle::has_lost_its_place;

/// Maximum age of a slice when a call begins.
const MAX_AGE: TimeDelta = TimeDelta::minutes(2);
/// Number of days of one slice. Crossmark's list fails for wider ones.
const SLICE_DAYS: i32 = 3;

type Rows = Result<Arc<Planning>, ReadError>;
/// The key of a slice: the club and the first day.
type SliceKey = (ClubId, NaiveDate);

/// What the planning list shows of a line's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Observed {
    /// The event is as the line expects it.
    AsExpected,
    /// The event is not as the line expects it; the explanation is for a person.
    Changed(String),
    /// The event is as the line expects it, and this is the number of the schedule to take back, which was not known.
    OldId(ScheduledEventId),
}

/// The result of a check of a line's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventCheck {
    /// What the planning list shows.
    pub observed: Observed,
    /// The latest time for a call that relies on this check.
    pub until: DateTime<Utc>,
}

/// The slices that one invocation has read, failed reads included: a failed read is not repeated for each line.
#[derive(Default)]
pub(crate) struct PlanningCache {
    slices: Mutex<HashMap<SliceKey, Arc<tokio::sync::Mutex<Option<Reading>>>>>,
}

/// A slice as it was read.
#[derive(Clone)]
struct Reading {
    /// When the request began: the rows are at least as recent.
    began: Timestamp,
    rows: Rows,
}

impl Reading {
    /// Whether the slice may still be used for a line whose last call ended at `last_call`, because that call may have
    /// changed the line's row.
    fn is_usable(&self, now: Timestamp, last_call: Option<Timestamp>) -> bool {
        now <= self.began.plus(MAX_AGE) && last_call.is_none_or(|ended| self.began > ended)
    }
}

impl PlanningCache {
    /// Checks the event of a line for its next step.
    ///
    /// # Errors
    /// The planning list, or the row of the event, cannot be read.
    pub async fn check(&self, worker: &Worker<'_>, line: &Line) -> Result<EventCheck, ReadError> {
        let step = line.submission.as_ref().map_or(Step::Schedule, |s| s.step);
        // A line whose event has no number, or no day that can be requested, is never sent: `Worker::send` fails it.
        let (Ok(event), Some(slice)) = (plan_id(line), slice(listed_day(line, step))) else {
            return Ok(EventCheck { observed: Observed::AsExpected, until: worker.clock.utc() });
        };
        let last_call = line.submission.as_ref().and_then(|s| s.attempts.last());
        let last_call = last_call.map(|call| call.end.as_ref().map_or(call.started_at, |(at, _)| *at));
        let Reading { began, rows } = self.read(worker, slice, last_call).await;
        let rows = rows?;
        let observed = match rows.row(event) {
            Some(Ok(row)) => compare_row(line, step, &row.meaning(), worker),
            Some(Err(fault)) => match fault.read_with(&worker.entered_values(line).await) {
                Ok(row) => compare_row(line, step, &row.meaning(), worker),
                Err(fault) => return Err(fault.into()),
            },
            None => Observed::Changed(format!(
                "Crossmark no longer lists the event on {}",
                day_words(listed_day(line, step))
            )),
        };
        Ok(EventCheck { observed, until: began.plus(MAX_AGE).utc() })
    }

    /// A slice that may be used for a line whose last call ended at `last_call`: from the cache, or read now.
    async fn read(&self, worker: &Worker<'_>, slice: Days, last_call: Option<Timestamp>) -> Reading {
        let cell = {
            let mut slices = self.slices.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slices.entry((worker.club.id().clone(), slice.from())).or_default())
        };
        // Concurrent callers wait for one read and share its result.
        let mut kept = cell.lock().await;
        let now = worker.clock.now();
        if let Some(reading) = kept.as_ref().filter(|reading| reading.is_usable(now, last_call)) {
            return reading.clone();
        }
        let rows = worker.crossmark.planning(slice).await.map(|rows| {
            // Rows of other locations are left out, because they belong to events of other clubs.
            Arc::new(match worker.numbers.location() {
                Ok(location) => rows.of_location(location).0,
                Err(_) => rows,
            })
        });
        kept.insert(Reading { began: now, rows }).clone()
    }
}

/// A day on which the planning list has a line's event: the day of the step's place, or the nearest one in the event's
/// window.
pub(crate) fn listed_day(line: &Line, step: Step) -> NaiveDate {
    let old = line.from.as_ref().map(|from| &from.place);
    let place = match step {
        Step::Restore => old,
        Step::Delete | Step::Schedule => line.place.as_ref().or(old),
    };
    place.map_or(line.event.start.date(), |place| line.event.nearest_day(place.start.date()))
}

/// The days of the slice that contains a day.
fn slice(day: NaiveDate) -> Option<Days> {
    let into = day.num_days_from_ce().rem_euclid(SLICE_DAYS) as u64;
    let from = day.checked_sub_days(DayCount::new(into))?;
    Days::new(from, from.checked_add_days(DayCount::new(SLICE_DAYS as u64 - 1))?).ok()
}

/// Compares the row with what the line expects. If the step takes a schedule back, that schedule must be there;
/// otherwise nobody may have the event. Except for a restore, the window must still contain the line's day.
fn compare_row(line: &Line, step: Step, row: &RowMeaning, worker: &Worker<'_>) -> Observed {
    if !matches!(row.status, RowStatus::Open | RowStatus::Taken) {
        return Observed::Changed(format!("the event is {} in Crossmark by now", row.status.words()));
    }
    let has_left = step != Step::Restore && window_has_left_the_day(line, row, worker.types_are_fixed);
    if has_left {
        let (start, due) = (day_words(row.start), day_words(row.due));
        return Observed::Changed(format!(
            "the event's window has changed at Crossmark: by now it is from {start} to before {due}"
        ));
    }
    match line.placement_to_delete().filter(|_| step == Step::Delete) {
        Some(old) => check_old_schedule(old, row.taken_by, &worker.numbers),
        None => check_open(line, row.taken_by),
    }
}

/// Whether the event's window no longer contains the day of the line's placement or, for an event that is fixed to its
/// start date, no longer begins on it. `false` if it did not contain the day before either, as for a Supervisor that
/// follows its Core.
fn window_has_left_the_day(line: &Line, row: &RowMeaning, types_are_fixed: bool) -> bool {
    let Some(place) = &line.place else { return false };
    let (day, known) = (place.start.date(), &line.event);
    let was_within = known.start.date() <= day && day < known.due.date();
    let is_fixed = types_are_fixed && known.event_type().is_fixed_by_default(false);
    was_within && (!row.has_day(day) || (is_fixed && day == known.start.date() && day != row.start))
}

/// Checks that the row shows the schedule that is to be taken back.
fn check_old_schedule(old: &OldPlace, taken_by: Option<TakenBy>, numbers: &Numbers) -> Observed {
    let Some(taken_by) = taken_by else {
        return Observed::Changed("Crossmark no longer has the schedule that is to be taken back".to_owned());
    };
    let Some(found) = taken_by.schedule.map(crossmark::ScheduledEventId::get) else {
        return Observed::Changed("Crossmark shows no number for the schedule that is to be taken back".to_owned());
    };
    let is_same = match old.scheduled_event_id {
        Some(known) => found == known.0,
        None => {
            let rep = numbers.rep(&old.place.employee_id);
            rep.is_some() && taken_by.employee == rep && taken_by.start == Some(old.place.start)
        }
    };
    match old.scheduled_event_id {
        _ if !is_same => {
            Observed::Changed(format!("Crossmark has another schedule (number {found}) for the event by now"))
        }
        Some(_) => Observed::AsExpected,
        None => Observed::OldId(ScheduledEventId(found)),
    }
}

/// Checks that nobody has the event. The list may still show the schedule that this line has taken back.
fn check_open(line: &Line, taken_by: Option<TakenBy>) -> Observed {
    let Some(taken_by) = taken_by else { return Observed::AsExpected };
    let found = taken_by.schedule.map(|id| ScheduledEventId(id.get()));
    let taken_back = line.from.as_ref().and_then(|from| from.scheduled_event_id).filter(|_| has_lost_its_place(line));
    match found {
        Some(found) if taken_back == Some(found) => Observed::AsExpected,
        Some(found) => Observed::Changed(format!("Crossmark has the event scheduled by now (number {})", found.0)),
        None => Observed::Changed("somebody has the event in Crossmark by now".to_owned()),
    }
}

fn day_words(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}
