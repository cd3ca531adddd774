//! A call-out (rulebook section 9): somebody cannot come, and their schedules are offered to others.
//!
//! Most of a call-out is done once, before anything is decided, by building a special club: the absent person is
//! unavailable, planning begins with the absence, or with today if that is later, and the absent person's schedules are
//! *released*: they are candidates that have the place where they were posted. No other open event is a candidate, and
//! posted schedules of others stand unless the call-out lets them move. Rules, model and checker then see candidates
//! and posted schedules as in any run. The differences that remain come from the event ([`Event::released`]) and the
//! club ([`Club::callout`]): starts that are kept or pushed back (`starts`), blocks that are kept, and the points for
//! moves.
//!
//! [`Event::released`]: crate::club::Event::released

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::calendar::{days_between, minute_of};
use crate::club::{Club, PersonIx};
use crate::snapshot::{CalloutRow, Moves, Snapshot, TimeOff};

mod relaxations;
mod release;
mod starts;

pub use relaxations::{Relaxation, RelaxationKind, relaxations};

/// The call-out's moment is rounded up to a multiple of this many minutes.
const QUARTER: u32 = 15;

/// A call-out of a club.
#[derive(Debug, Clone, Copy)]
pub struct Callout {
    /// Who cannot come.
    pub absent: PersonIx,
    /// Last date of the absence.
    pub to: NaiveDate,
    /// Whether schedules of others may be moved.
    pub moves: Moves,
    /// The minute of today before which nothing new or moved starts. It may be after the end of the day.
    pub moment: u32,
    now: NaiveDateTime,
    no_show: bool,
}

impl Callout {
    /// Reads the call-out of a snapshot; `absent` is the person that it names.
    pub(crate) fn new(row: &CalloutRow, absent: PersonIx) -> Callout {
        let moment = (minute_of(row.now) + row.lead_minutes).div_ceil(QUARTER) * QUARTER;
        Callout { absent, to: row.to, moves: row.moves, moment, now: row.now, no_show: row.no_show }
    }

    /// The run's date.
    pub fn today(&self) -> NaiveDate {
        self.now.date()
    }

    /// Whether a posted schedule has begun. Such a schedule stands. If the person did not show up, no schedule of today
    /// has begun. A schedule of today at 00:00, whose time is not known, has not begun either.
    pub fn has_begun(&self, start: NaiveDateTime) -> bool {
        let is_today = start.date() == self.today();
        start <= self.now && !(is_today && (self.no_show || start.time() == NaiveTime::MIN))
    }

    /// Whether a schedule of somebody else starts too soon to be moved or dropped.
    pub fn is_too_close(&self, start: NaiveDateTime) -> bool {
        let is_today = start.date() == self.today();
        start <= self.now || (is_today && minute_of(start) < self.moment)
    }
}

/// The snapshot of a call-out as a run uses it: the absence is added as time off, planning begins with the absence, or
/// with today if that is later, and previous placements, wishes and refusals are removed. Any other snapshot is
/// returned unchanged.
pub(crate) fn prepare(mut snapshot: Snapshot) -> Snapshot {
    let Some(callout) = &snapshot.callout else { return snapshot };
    let earliest = callout.from.max(snapshot.today);
    let (employee_id, start, end) = (callout.employee_id.clone(), callout.from, callout.to);
    snapshot.time_off.push(TimeOff { employee_id, start, end });
    snapshot.settings.buffer_days = u32::try_from(days_between(snapshot.today, earliest)).ok();
    snapshot.previous.clear();
    snapshot.without_decisions()
}

impl Club {
    /// The call-out, if the club was built for one.
    pub fn callout(&self) -> Option<&Callout> {
        self.callout.as_ref()
    }
}

#[cfg(test)]
mod tests;
