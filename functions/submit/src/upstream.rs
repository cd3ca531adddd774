//! What people did at Crossmark meanwhile: before the first send of a line its event's row is looked at once. Rows are
//! read by slices of the planning list, each at most once in an invocation. Where Crossmark's number of what a line takes
//! back is not known, that row tells it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Datelike, Days as DayCount, NaiveDate};
use crossmark::{Condition, Days, PlannedEvent, Planning, ReadError};
use store::key::{ClubId, ScheduledEventId};
use store::lines::{Line, OldPlace};
use store::states::Step;
use tokio::sync::OnceCell;

use crate::numbers::{Numbers, plan_id};

/// Days of one slice; the list breaks over wider ones.
const SLICE_DAYS: i32 = 3;

type Rows = Result<Arc<Planning>, ReadError>;
/// A slice of a club, by its first day.
type Slice = (ClubId, NaiveDate);

/// What the planning list shows of a line's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// All is as the line expects it.
    AsExpected,
    /// Something changed; what, in words.
    Changed(String),
    /// All is as the line expects it, and this is the number of what it takes back.
    OldId(ScheduledEventId),
}

/// The slices that one invocation has read, failures included: what failed once is not worth a wait for each line.
#[derive(Default)]
pub(crate) struct Look {
    slices: Mutex<HashMap<Slice, Arc<OnceCell<Rows>>>>,
}

impl Look {
    /// What the planning list shows of a line's event.
    pub async fn at(
        &self,
        crossmark: &crossmark::Club,
        club: &ClubId,
        line: &Line,
        numbers: &Numbers,
    ) -> Result<Seen, ReadError> {
        let Ok(event) = plan_id(line) else { return Ok(Seen::AsExpected) };
        let Some(slice) = slice(listed_day(line)) else { return Ok(Seen::AsExpected) };
        let cell = {
            let mut slices = self.slices.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slices.entry((club.clone(), slice.from())).or_default())
        };
        let rows = cell.get_or_init(async || crossmark.planning(slice).await.map(Arc::new)).await.clone()?;
        // An event that is not listed is not known to be staffed, cancelled or paused: the call itself will tell.
        match rows.row(event) {
            Some(Ok(row)) => Ok(seen(line, row, numbers)),
            Some(Err(fault)) => Err(fault.fault.into()),
            None => Ok(Seen::AsExpected),
        }
    }
}

/// A day on which the planning list has a line's event: that of its place, or the nearest one in its window.
pub(crate) fn listed_day(line: &Line) -> NaiveDate {
    let (first, last) = (line.event.start.date(), line.event.due.date());
    let place = line.place.as_ref().or(line.from.as_ref().map(|from| &from.place));
    place.map_or(first, |place| place.start.date()).min(last).max(first)
}

fn slice(day: NaiveDate) -> Option<Days> {
    let into = day.num_days_from_ce().rem_euclid(SLICE_DAYS) as u64;
    let from = day.checked_sub_days(DayCount::new(into))?;
    Days::new(from, from.checked_add_days(DayCount::new(SLICE_DAYS as u64 - 1))?).ok()
}

/// How the row differs from what the line was approved for: our old schedule where it takes one back, else an open event.
fn seen(line: &Line, row: &PlannedEvent, numbers: &Numbers) -> Seen {
    let condition = match row.condition {
        Condition::Canceled => Some("canceled"),
        Condition::Paused => Some("paused"),
        Condition::InProgress => Some("in progress"),
        Condition::Submitted => Some("worked and reported"),
        _ => None,
    };
    if let Some(condition) = condition {
        return Seen::Changed(format!("the event is {condition} in Crossmark by now"));
    }
    let takes_back = line.submission.as_ref().is_some_and(|s| s.step == Step::Delete);
    match line.takes_back().filter(|_| takes_back) {
        Some(old) => of_old(old, row, numbers),
        None => of_open(row),
    }
}

/// Whether what is to be taken back is what the row shows.
fn of_old(old: &OldPlace, row: &PlannedEvent, numbers: &Numbers) -> Seen {
    let Some(found) = row.scheduled_event.map(crossmark::ScheduledEventId::get) else {
        let words = match row.is_scheduled() {
            true => "Crossmark shows the schedule that is to be taken back without its number",
            false => "Crossmark no longer has the schedule that is to be taken back",
        };
        return Seen::Changed(words.to_owned());
    };
    let is_ours = match old.scheduled_event_id {
        Some(known) => found == known.0,
        None => {
            let rep = numbers.rep(&old.place.employee_id);
            rep.is_some() && row.scheduled_employee == rep && row.scheduled_start == Some(old.place.start)
        }
    };
    match old.scheduled_event_id {
        _ if !is_ours => Seen::Changed(format!("Crossmark has another schedule (number {found}) for the event by now")),
        Some(_) => Seen::AsExpected,
        None => Seen::OldId(ScheduledEventId(found)),
    }
}

/// Whether nobody has the event.
fn of_open(row: &PlannedEvent) -> Seen {
    match row.scheduled_event {
        Some(found) => Seen::Changed(format!("Crossmark has the event scheduled by now (number {})", found.get())),
        None if row.is_scheduled() || row.condition == Condition::Staffed || !row.staffed_reps.is_empty() => {
            Seen::Changed("somebody has the event in Crossmark by now".to_owned())
        }
        None => Seen::AsExpected,
    }
}
