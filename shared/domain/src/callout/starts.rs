//! When things start in a call-out: on its own day a released event keeps its start, and nothing new or moved starts
//! today before the moment.

use chrono::NaiveTime;

use crate::calendar::{ClockTime, MIDNIGHT, minute_of};
use crate::club::{Club, DayIx, Event, ValidDay};
use crate::event_type::EventType;

/// What is pushed back today ends by this minute, where the club has not set `closing`.
const CLOSING: u32 = 20 * 60;

impl Club {
    /// A start on a day as section 6 says it, pushed back to the moment of a call-out where that is later.
    pub(crate) fn starting(&self, day: DayIx, minute: u32) -> ValidDay {
        match self.callout() {
            Some(callout) if self.day(day).date == self.today && minute < callout.moment => {
                let closing = self.settings.closing.map_or(CLOSING, |ClockTime(minute)| minute);
                ValidDay { day, start: callout.moment, end_by: closing.min(MIDNIGHT) }
            }
            _ => ValidDay::whole(day, minute),
        }
    }
}

impl Event {
    /// The start that a released event keeps on its own day, in minutes since midnight. A Core keeps its block instead,
    /// and one at 00:00 has no start to keep.
    pub(crate) fn kept_start(&self, day: DayIx) -> Option<u32> {
        let was = self.released().filter(|was| was.day == Some(day) && self.kind != EventType::Core)?;
        (was.start.time() != NaiveTime::MIN).then(|| minute_of(was.start))
    }

    /// The block that a released Core keeps on its own day, if it has a place there.
    pub fn kept_block(&self, day: DayIx) -> Option<u8> {
        self.released().filter(|was| was.day == Some(day) && self.kind == EventType::Core).map(|was| was.block)
    }
}
