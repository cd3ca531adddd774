//! Start times in a call-out: a released event keeps its start on its own day, and nothing new or moved starts today
//! before the call-out's moment.

use chrono::NaiveTime;

use crate::calendar::{ClockTime, MIDNIGHT, minute_of};
use crate::club::{Club, DayIx, Event, ValidDay};
use crate::event_type::EventType;

/// Events whose start is pushed back today must end by this minute if the club has not set `closing`.
const CLOSING: u32 = 20 * 60;

impl Club {
    /// A start on a day by section 6, pushed back to the call-out's moment if that is later.
    pub(crate) fn start_after_moment(&self, day: DayIx, minute: u32) -> ValidDay {
        match self.callout() {
            Some(callout) if self.day(day).date == self.today && minute < callout.moment => {
                let closing = self.settings.closing.map_or(CLOSING, |ClockTime(minute)| minute);
                ValidDay { day, start: callout.moment, end_by: closing.min(MIDNIGHT) }
            }
            _ => ValidDay::until_midnight(day, minute),
        }
    }
}

impl Event {
    /// The start that a released event keeps on its own day, in minutes since midnight. `None` for a Core, which keeps
    /// its block instead, and for a start at 00:00, where the time is not known.
    pub(crate) fn kept_start(&self, day: DayIx) -> Option<u32> {
        let was = self.released().filter(|was| was.day == Some(day) && self.kind != EventType::Core)?;
        (was.start.time() != NaiveTime::MIN).then(|| minute_of(was.start))
    }

    /// The block that a released Core keeps on its own day, if the block has a place.
    pub fn kept_block(&self, day: DayIx) -> Option<u8> {
        self.released().filter(|was| was.day == Some(day) && self.kind == EventType::Core).map(|was| was.block)
    }
}
