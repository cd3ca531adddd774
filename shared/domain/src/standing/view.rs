//! What the watch rules read: the schedules that count as posted, and what Crossmark shows.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Outside;
use crate::club::{Club, DayIx, Event, EventIx, PersonIx, Posting, WeekIx};
use crate::schedule::Schedule;
use crate::snapshot::EventRef;

/// What is posted, for the rules of a look. Schedules that are gone do not count as posted.
#[derive(Debug)]
pub struct StandingSchedule<'c> {
    schedule: Schedule<'c>,
    outside: &'c Outside,
}

impl<'c> StandingSchedule<'c> {
    pub(super) fn new(club: &'c Club, outside: &'c Outside) -> Self {
        StandingSchedule { schedule: Schedule::as_if_new(club), outside }
    }

    /// The club.
    pub fn club(&self) -> &'c Club {
        self.schedule.club()
    }

    /// The posted schedules from today's week on, by day.
    pub fn schedule(&self) -> &Schedule<'c> {
        &self.schedule
    }

    /// What Crossmark shows.
    pub fn outside(&self) -> &'c Outside {
        self.outside
    }

    /// Everything that counts as posted, in order of ref, also before today's week.
    pub fn posted(&self) -> impl Iterator<Item = (&'c Event, &'c Posting)> {
        self.club().events.iter().filter_map(|event| Some((event, posting(event)?)))
    }

    /// Where an event is posted, if it counts as posted.
    pub fn posting_of(&self, event: EventIx) -> Option<&'c Posting> {
        posting(self.club().event(event))
    }

    /// The date of an event, if it counts as posted.
    pub fn date_of(&self, event_ref: EventRef) -> Option<NaiveDate> {
        let posting = self.club().find(event_ref).and_then(|event| self.posting_of(event))?;
        Some(posting.start.date())
    }

    /// The events posted on a day for which `kind` is true, in order of ref.
    pub fn on(&self, day: DayIx, kind: impl Fn(&Event) -> bool) -> Vec<(&'c Event, &'c Posting)> {
        let events = self.schedule.on(day).map(|e| self.club().event(e)).filter(|event| kind(event));
        let mut events: Vec<_> = events.filter_map(|event| Some((event, posting(event)?))).collect();
        events.sort_unstable_by_key(|(event, _)| event.event_ref);
        events
    }

    /// The events of each person and week, from today's week on, for which `kind` is true, in order of ref.
    pub fn by_week(
        &self,
        kind: impl Fn(&Event, &Posting) -> bool,
    ) -> BTreeMap<(PersonIx, WeekIx), Vec<(&'c Event, &'c Posting)>> {
        let mut weeks: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (event, posting) in self.posted().filter(|(event, posting)| kind(event, posting)) {
            if let Some(day) = posting.day {
                weeks.entry((posting.person, self.club().week_of(day))).or_default().push((event, posting));
            }
        }
        weeks
    }

    /// The Sunday of a week.
    pub fn sunday(&self, week: WeekIx) -> NaiveDate {
        self.club().day(DayIx(week.0 * 7)).date
    }

    /// The events with these refs.
    pub fn events(&self, refs: &[EventRef]) -> impl Iterator<Item = &'c Event> {
        refs.iter().filter_map(|event_ref| self.club().find(*event_ref)).map(|event| self.club().event(event))
    }
}

fn posting(event: &Event) -> Option<&Posting> {
    event.posting().filter(|posting| !posting.is_off)
}
