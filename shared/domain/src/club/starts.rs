//! Start times that depend on the club alone (rulebook section 6): all except those of new and moved Core.
//!
//! Only candidates get slots, and only a candidate Freeosk may get the early start. A posted event that a person moves
//! by hand has the usual start of its type.

use std::collections::BTreeMap;

use super::{Club, DayIx, Event, EventIx, ValidDay};
use crate::calendar::{MIDNIGHT, minute_of};
use crate::event_type::EventType;
use crate::snapshot::StartName;

/// Minutes from one slot to the next.
const SLOT_STEP: u32 = 15;

/// The name of the first slot's start, if the type has slots.
fn slot_sequence(kind: EventType) -> Option<StartName> {
    match kind {
        EventType::DigitalSetup | EventType::DigitalRefresh | EventType::Digitals => Some(StartName::DigitalSetup),
        EventType::DigitalTeardown => Some(StartName::DigitalTeardown),
        _ => None,
    }
}

impl Club {
    /// The start of a new or moved event other than a Core on a day. On a day that is not one of its valid days (a
    /// posted Supervisor that follows its Core, an event that a person changes by hand) it has the usual start of its
    /// type.
    pub(crate) fn start_on(&self, event: &Event, day: DayIx) -> ValidDay {
        event.valid_day(day).unwrap_or_else(|| self.start_after_moment(day, self.usual_start(event)))
    }

    /// The usual start of an event, in minutes since midnight. For a Core it is the first arrival.
    fn usual_start(&self, event: &Event) -> u32 {
        let starts = &self.settings.starts;
        match event.kind {
            EventType::JuicerProduction => starts.of(StartName::JuicerProduction),
            EventType::JuicerDeepClean => starts.of(StartName::JuicerDeepClean),
            EventType::JuicerSurvey => starts.of(StartName::JuicerSurvey),
            EventType::Core => self.settings.arrivals.of(1),
            EventType::Supervisor => starts.of(StartName::Supervisor),
            EventType::Other if event.full_day => starts.of(StartName::FullDayOther),
            EventType::Other => starts.of(StartName::Other),
            // The starts of candidates of these types depend on the day; `set_slots` and `set_freeosk_starts` set them.
            EventType::Freeosk => starts.of(StartName::Freeosk),
            EventType::DigitalSetup | EventType::DigitalRefresh | EventType::Digitals => {
                starts.of(StartName::DigitalSetup)
            }
            EventType::DigitalTeardown => starts.of(StartName::DigitalTeardown),
        }
    }

    pub(super) fn set_starts(&mut self) {
        for e in self.event_ixs() {
            let event = self.event(e);
            let start = self.usual_start(event);
            let valid = event.valid.iter();
            let valid =
                valid.map(|v| self.start_after_moment(v.day, event.kept_start(v.day).unwrap_or(start))).collect();
            self.events[e.0].valid = valid;
        }
        for d in self.day_ixs() {
            self.days[d.0].setup_day = self.has_any_on(d, |e| e.kind == EventType::DigitalSetup);
            self.set_slots(d);
            self.set_freeosk_starts(d);
        }
    }

    /// Whether a matching event is posted on a day, or is a candidate that may be placed there.
    fn has_any_on(&self, day: DayIx, wanted: impl Fn(&Event) -> bool) -> bool {
        self.events.iter().filter(|e| wanted(e)).any(|e| match e.posting() {
            Some(posting) => posting.day == Some(day),
            None => e.is_candidate() && e.is_valid_on(day),
        })
    }

    /// The candidates that may be placed on a day and keep no start there.
    fn candidates_on(&self, day: DayIx) -> Vec<EventIx> {
        let takes_start = |e: &EventIx| self.event(*e).is_valid_on(day) && self.event(*e).kept_start(day).is_none();
        self.candidates().filter(takes_start).collect()
    }

    fn set_start(&mut self, event: EventIx, start: ValidDay) {
        let valid = &mut self.events[event.0].valid;
        if let Ok(i) = valid.binary_search_by_key(&start.day, |v| v.day) {
            valid[i] = start;
        }
    }

    fn set_slots(&mut self, day: DayIx) {
        // The taken slots are kept by sequence and not by its first start, because two sequences may begin at the same
        // time.
        let mut taken: BTreeMap<StartName, Vec<u32>> = BTreeMap::new();
        for event in &self.events {
            let posting = event.posting().filter(|posting| posting.day == Some(day));
            let start = posting.map(|posting| minute_of(posting.start)).or_else(|| event.kept_start(day));
            if let (Some(sequence), Some(start)) = (slot_sequence(event.kind), start) {
                taken.entry(sequence).or_default().push(start);
            }
        }
        let mut next: BTreeMap<StartName, u32> = BTreeMap::new();
        for e in self.candidates_on(day) {
            let Some(sequence) = slot_sequence(self.event(e).kind) else { continue };
            let taken = taken.get(&sequence).map_or(&[][..], Vec::as_slice);
            // On the day of a call-out the slots begin at its moment, if that is later.
            let begin = self.start_after_moment(day, self.settings.starts.of(sequence));
            let slot = next.entry(sequence).or_insert(begin.start);
            while taken.contains(slot) {
                *slot += SLOT_STEP;
            }
            let start = *slot;
            *slot = (start + SLOT_STEP).min(MIDNIGHT);
            self.set_start(e, ValidDay { start, ..begin });
        }
    }

    fn set_freeosk_starts(&mut self, day: DayIx) {
        let has_word = |event: &Event, word| event.name.to_uppercase().contains(word);
        let is_freeosk = |event: &Event| event.kind == EventType::Freeosk;
        let early = if self.has_any_on(day, |e| is_freeosk(e) && has_word(e, "SETUP")) { "SETUP" } else { "REFRESH" };
        for e in self.candidates_on(day) {
            if is_freeosk(self.event(e)) {
                let name = if has_word(self.event(e), early) { StartName::FreeoskFirst } else { StartName::Freeosk };
                self.set_start(e, self.start_after_moment(day, self.settings.starts.of(name)));
            }
        }
    }
}
