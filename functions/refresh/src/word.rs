//! What Crossmark's row of an event says, in the terms of the table. It decides nothing about lines and writes nothing.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use crossmark::{Condition as Shown, Days, PlanId, PlannedEvent};
use domain::event_type::EventType;
use domain::names::event_number;
use domain::snapshot::{Condition, EventRef};
use store::events::{EventFacts, EventTypeName, Posted};
use store::key::ScheduledEventId;
use store::upstream::{Standing, Word};

use crate::people::People;

/// The word for an event that Crossmark no longer lists.
const WITHDRAWN: &str = "Canceled";

/// The rows of a listing, by number, with the lengths that it does not say.
pub(crate) struct Listed<'a> {
    rows: BTreeMap<PlanId, &'a PlannedEvent>,
    minutes: &'a BTreeMap<PlanId, u32>,
}

impl<'a> Listed<'a> {
    /// The rows of one listing.
    pub fn new(rows: &'a [PlannedEvent], minutes: &'a BTreeMap<PlanId, u32>) -> Listed<'a> {
        Listed { rows: rows.iter().map(|row| (row.event, row)).collect(), minutes }
    }

    /// The type by name and length.
    fn detected(&self, row: &PlannedEvent) -> EventType {
        EventType::detect(&row.name, self.minutes.get(&row.event).copied())
    }

    /// The type of an event whose name was cut before it: its neighbour by number with the same event number tells it.
    /// Beside a Core it is the Supervisor and the reverse; of two unknown ones the higher number is the Core.
    fn by_neighbour(&self, row: &PlannedEvent) -> Option<EventType> {
        let number = event_number(&row.name)?;
        let is_beside = |other: &&&PlannedEvent| event_number(&other.name) == Some(number);
        let beside = |by: i64| {
            let event = PlanId::try_from(row.event.get().checked_add_signed(by)?).ok()?;
            self.rows.get(&event).filter(is_beside).map(|other| (by, *other))
        };
        let (by, other) = beside(1).or_else(|| beside(-1))?;
        match self.detected(other) {
            EventType::Core => Some(EventType::Supervisor),
            EventType::Supervisor => Some(EventType::Core),
            EventType::Other if other.name_may_be_cut() => {
                Some(if by < 0 { EventType::Core } else { EventType::Supervisor })
            }
            _ => None,
        }
    }
}

/// What a row says of its event; nothing where it names a person whom nobody knows, so that it stays as it is.
pub(crate) fn of(row: &PlannedEvent, read: Option<Standing>, listed: &Listed<'_>, people: &People<'_>) -> Option<Word> {
    let facts = facts(row, read.as_ref(), listed);
    let old = read.as_ref().and_then(|read| read.posted.as_ref()).map(|posted| &posted.body);
    let posted = match (row.scheduled_start, row.scheduled_employee) {
        (Some(start), Some(rep)) => {
            let old = old.filter(|old| old.start == start);
            let same = old.filter(|old| people.of(rep) == Some(&old.employee_id));
            Some(Posted {
                event: facts.clone(),
                employee_id: people.of(rep)?.clone(),
                start,
                block: old.and_then(|old| old.block),
                scheduled_event_id: row
                    .scheduled_event
                    .map(|id| ScheduledEventId(id.get()))
                    .or(same.and_then(|old| old.scheduled_event_id)),
            })
        }
        _ if has_nobody(row) => None,
        // Somebody has it, and who or when is not said.
        _ => old.map(|old| Posted { event: facts.clone(), ..old.clone() }),
    };
    Some(Word { read, facts, posted })
}

/// What it says of an event that it does not list although its window touches these days: it was withdrawn. What is posted
/// stays: somebody may be on their way there, and a person should look.
pub(crate) fn of_missing(read: Standing, days: Days) -> Option<Word> {
    let facts = &read.event.body.facts;
    let is_asked = facts.start.date() <= days.to() && facts.due.date() >= days.from();
    if read.event.body.posted_at.is_some() || !is_asked || meaning(facts.condition.as_deref()) != Condition::Open {
        return None;
    }
    let facts = EventFacts { condition: Some(WITHDRAWN.to_owned()), ..facts.clone() };
    Some(Word { read: Some(read), facts, posted: None })
}

/// What a run reads of the event. What people corrected, and what Crossmark does not say or cut, stays as it was.
fn facts(row: &PlannedEvent, read: Option<&Standing>, listed: &Listed<'_>) -> EventFacts {
    let condition = row.settled_condition();
    let word = condition.word();
    let old = read.map(|read| &read.event.body.facts);
    let is_posted = read.is_some_and(|read| read.posted.is_some());
    let same_meaning = old.filter(|old| {
        let (old, new) = (meaning(old.condition.as_deref()), meaning(Some(word)));
        // A posted event that Crossmark shows as taken is taken by its own schedule: that is no news.
        old == new || (is_posted && !old.is_off() && !new.is_off())
    });
    let is_cut = row.name_may_be_cut() && listed.detected(row) == EventType::Other;
    let detected = || listed.by_neighbour(row).filter(|_| is_cut).map(EventTypeName);
    let name = old.map(|old| &old.name).filter(|name| row.shows_name(name)).unwrap_or(&row.name);
    EventFacts {
        event_ref: EventRef(row.event.get()),
        name: name.clone(),
        kind: old.and_then(|old| old.kind).or_else(detected),
        start: moment(row.start, old.map(|old| old.start)),
        due: moment(row.due, old.map(|old| old.due)),
        estimated_minutes: listed.minutes.get(&row.event).copied().or(old.and_then(|old| old.estimated_minutes)),
        condition: same_meaning.map_or_else(|| Some(word.to_owned()), |old| old.condition.clone()),
        auto: old.is_none_or(|old| old.auto),
        parent_ref: old.and_then(|old| old.parent_ref),
    }
}

/// What a condition means to a run.
fn meaning(word: Option<&str>) -> Condition {
    word.map_or(Condition::Open, Condition::of)
}

/// The day that a row says, at the time that was known of it.
fn moment(day: NaiveDate, known: Option<NaiveDateTime>) -> NaiveDateTime {
    known.filter(|known| known.date() == day).unwrap_or_else(|| day.and_time(NaiveTime::MIN))
}

/// Whether nothing at all says that somebody has the event.
fn has_nobody(row: &PlannedEvent) -> bool {
    let nobody = row.scheduled_start.is_none()
        && row.scheduled_event.is_none()
        && row.scheduled_employee.is_none()
        && row.staffed_reps.is_empty();
    nobody && !matches!(row.condition, Shown::Scheduled | Shown::Staffed | Shown::InProgress | Shown::Submitted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: &str = "-LKD-AF-A very long name of a very long product that reaches beyond what the list shows of names at all - V2-COR";

    fn row(event: u64, name: &str) -> PlannedEvent {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day");
        PlannedEvent {
            event: event.try_into().expect("a number"),
            name: name.chars().take(100).collect(),
            start: day,
            due: day,
            condition: Shown::Unstaffed,
            location: None,
            store_name: None,
            store_number: None,
            staffed_reps: String::new(),
            scheduled_start: None,
            scheduled_employee: None,
            scheduled_event: None,
            sales_tools: Vec::new(),
        }
    }

    /// The types that each event comes in with.
    fn types(events: &[(u64, &str, Option<u32>)]) -> Vec<&'static str> {
        let rows: Vec<PlannedEvent> = events.iter().map(|(event, name, _)| row(*event, name)).collect();
        let minutes = rows.iter().zip(events).filter_map(|(row, (.., minutes))| Some((row.event, (*minutes)?)));
        let minutes = minutes.collect();
        let listed = Listed::new(&rows, &minutes);
        rows.iter().map(|row| facts(row, None, &listed).event_type().name()).collect()
    }

    #[test]
    fn a_type_that_was_cut_off_is_told_by_the_neighbour() {
        let (first, second) = (format!("619044{CUT}"), format!("619045{CUT}"));
        for (events, expected) in [
            (vec![(10, &*first, None)], vec!["Other"]),
            (vec![(10, &*first, Some(390))], vec!["Core"]),
            (vec![(10, &*first, None), (11, "619044-V2-CORE", None)], vec!["Supervisor", "Core"]),
            (vec![(10, "619044-V2-CORE", None), (11, &*first, None)], vec!["Core", "Supervisor"]),
            (vec![(10, "619044-V2-Supervisor", None), (11, &*first, None)], vec!["Supervisor", "Core"]),
            // Of two unknown ones the higher number is the Core.
            (vec![(10, &*first, None), (11, &*first, None)], vec!["Supervisor", "Core"]),
            // Another event number, or too far away.
            (vec![(10, &*first, None), (11, &*second, None)], vec!["Other", "Other"]),
            (vec![(10, &*first, None), (12, "619044-V2-CORE", None)], vec!["Other", "Core"]),
            // A short name was not cut: its type is what it says.
            (vec![(10, "619044-Tasting", None), (11, "619044-V2-CORE", None)], vec!["Other", "Core"]),
            (vec![(10, &*first, None), (11, "619044-Freeosk", None)], vec!["Other", "Freeosk"]),
        ] {
            assert_eq!(types(&events), expected, "{events:?}");
        }
    }

    #[test]
    fn an_event_has_nobody_where_nothing_says_that_somebody_has_it() {
        let check = |change: &dyn Fn(&mut PlannedEvent), expected: bool| {
            let mut row = row(10, "619044-V2-CORE");
            change(&mut row);
            assert_eq!(has_nobody(&row), expected, "{row:?}");
        };
        check(&|_| {}, true);
        check(&|row| row.condition = Shown::Canceled, true);
        check(&|row| row.condition = Shown::Staffed, false);
        check(&|row| row.condition = Shown::Submitted, false);
        check(&|row| row.staffed_reps = "PAT EXAMPLE".to_owned(), false);
        check(&|row| row.scheduled_event = 55_000_001.try_into().ok(), false);
        check(&|row| row.scheduled_employee = 150_001.try_into().ok(), false);
    }
}
