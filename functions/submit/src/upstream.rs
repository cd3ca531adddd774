//! What people did at Crossmark meanwhile: before the first send of a line its event's row is looked at once. Rows are
//! read by slices of the planning list, each at most once in an invocation.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{Datelike, Days as DayCount, NaiveDate};
use crossmark::{Condition, Days, PlannedEvent, ReadError};
use store::key::ClubId;
use store::lines::Line;
use store::states::Step;
use tokio::sync::OnceCell;

use crate::numbers::plan_id;

/// Days of one slice; the list breaks over wider ones.
const SLICE_DAYS: i32 = 3;

type Rows = Result<Arc<Vec<PlannedEvent>>, ReadError>;
/// A slice of a club, by its first day.
type Slice = (ClubId, NaiveDate);

/// The slices that one invocation has read, failures included: what failed once is not worth a wait for each line.
#[derive(Default)]
pub(crate) struct Look {
    slices: Mutex<HashMap<Slice, Arc<OnceCell<Rows>>>>,
}

impl Look {
    /// What changed upstream of a line's event, in words; none where all is as the line expects it.
    pub async fn changed(
        &self,
        crossmark: &crossmark::Club,
        club: &ClubId,
        line: &Line,
    ) -> Result<Option<String>, ReadError> {
        let Ok(event) = plan_id(line) else { return Ok(None) };
        let Some(slice) = slice(listed_day(line)) else { return Ok(None) };
        let cell = {
            let mut slices = self.slices.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slices.entry((club.clone(), slice.from())).or_default())
        };
        let rows = cell.get_or_init(async || crossmark.planning(slice).await.map(Arc::new)).await.clone()?;
        // An event that is not listed is not known to be staffed, cancelled or paused: the call itself will tell.
        Ok(rows.iter().find(|row| row.event == event).and_then(|row| differs(line, row)))
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
fn differs(line: &Line, row: &PlannedEvent) -> Option<String> {
    let condition = match row.condition {
        Condition::Canceled => Some("canceled"),
        Condition::Paused => Some("paused"),
        Condition::InProgress => Some("in progress"),
        Condition::Submitted => Some("worked and reported"),
        _ => None,
    };
    if let Some(condition) = condition {
        return Some(format!("the event is {condition} in Crossmark by now"));
    }
    let takes_back = line.submission.as_ref().is_some_and(|s| s.step == Step::Delete);
    let old = line.takes_back().and_then(|from| from.scheduled_event_id).filter(|_| takes_back);
    if takes_back && old.is_none() {
        // There is nothing to compare with, and the line cannot be sent anyway.
        return None;
    }
    match (old, row.scheduled_event.map(crossmark::ScheduledEventId::get)) {
        (Some(old), Some(found)) if found == old.0 => None,
        (Some(_), Some(found)) => Some(format!("Crossmark has another schedule (number {found}) for the event by now")),
        (Some(_), None) => Some("Crossmark no longer has the schedule that is to be taken back".to_owned()),
        (None, Some(found)) => Some(format!("Crossmark has the event scheduled by now (number {found})")),
        (None, None) if row.is_scheduled() || row.condition == Condition::Staffed || !row.staffed_reps.is_empty() => {
            Some("somebody has the event in Crossmark by now".to_owned())
        }
        (None, None) => None,
    }
}
