//! Translates Crossmark's row of an event into an update of the table's event. Pure: it writes nothing.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use crossmark::{Condition, Days, PlanId, PlannedEvent, RowStatus, TakenBy};
use domain::event_type::EventType;
use domain::names::event_number;
use domain::snapshot::{EventFacts, EventRef, Posted};
use store::key::ScheduledEventId;
use store::stamp::Timestamp;
use store::upstream::{EventUpdate, KnownEvent, Source};

use crate::people::People;

/// The rows of a list by event, with the lengths of the events, which the rows do not have.
pub(crate) struct ListedRows<'a> {
    rows: BTreeMap<PlanId, &'a PlannedEvent>,
    minutes: &'a BTreeMap<PlanId, u32>,
}

impl<'a> ListedRows<'a> {
    /// The rows of one list.
    pub fn new(rows: &'a [PlannedEvent], minutes: &'a BTreeMap<PlanId, u32>) -> ListedRows<'a> {
        ListedRows { rows: rows.iter().map(|row| (row.event, row)).collect(), minutes }
    }

    /// The type of an event by its name and length.
    fn detected_type(&self, row: &PlannedEvent) -> EventType {
        EventType::detect(&row.name, self.minutes.get(&row.event).copied())
    }

    /// Infers the type of an event from its neighbour, because its truncated name does not show it. The neighbour is an
    /// event whose name has the same event number, and whose ref is higher by 1, or else lower by 1. The neighbour of a
    /// Core is its Supervisor, and the reverse. If the type of the neighbour is unknown too, the higher of the two refs
    /// is the Core.
    fn type_by_neighbour(&self, row: &PlannedEvent) -> Option<EventType> {
        let number = event_number(&row.name)?;
        let has_same_number = |other: &&&PlannedEvent| event_number(&other.name) == Some(number);
        let beside = |by: i64| {
            let event = PlanId::try_from(row.event.get().checked_add_signed(by)?).ok()?;
            self.rows.get(&event).filter(has_same_number).map(|other| (by, *other))
        };
        let (by, other) = beside(1).or_else(|| beside(-1))?;
        match self.detected_type(other) {
            EventType::Core => Some(EventType::Supervisor),
            EventType::Supervisor => Some(EventType::Core),
            EventType::Other if other.name_may_be_cut() => {
                Some(if by < 0 { EventType::Core } else { EventType::Supervisor })
            }
            _ => None,
        }
    }
}

/// The update of an event by its row. If an unknown person has the event, it gets no posted schedule, but its condition
/// is not an open one either.
pub(crate) fn update(
    row: &PlannedEvent,
    stored: Option<KnownEvent>,
    listed: &ListedRows<'_>,
    people: &People<'_>,
    at: Timestamp,
) -> EventUpdate {
    let stored_posted = stored.as_ref().and_then(|stored| stored.posted.as_ref()).map(|posted| &posted.body);
    let stored_facts = stored.as_ref().map(|stored| &stored.event.body.facts);
    let place = match row.meaning().taken_by {
        None => None,
        Some(TakenBy { start: Some(start), employee: Some(rep), schedule }) => {
            people.with_number(rep).map(|employee_id| {
                let with_same_start = stored_posted.filter(|posted| posted.start == start);
                let with_same_person = with_same_start.filter(|posted| posted.employee_id == *employee_id);
                let stored_id = with_same_person.and_then(|posted| posted.scheduled_event_id);
                let id = schedule.map(|id| ScheduledEventId(id.get())).or(stored_id);
                (employee_id.clone(), start, with_same_start.and_then(|posted| posted.block), id)
            })
        }
        // Somebody has the event, but the row does not say who or when: the stored schedule stays.
        Some(_) => stored_posted
            .map(|posted| (posted.employee_id.clone(), posted.start, posted.block, posted.scheduled_event_id)),
    };
    let facts = facts(row, stored_facts, listed, place.is_some());
    let posted = place.map(|(employee_id, start, block, scheduled_event_id)| Posted {
        event: facts.clone(),
        employee_id,
        start,
        block,
        scheduled_event_id,
    });
    EventUpdate { read: stored, facts, posted, source: Source::Row { at } }
}

/// Whether the event may be withdrawn if Crossmark does not list it on these days: it is open or taken, its window
/// with the due date overlaps the days, and no line that claims it is in flight. A posted event is not withdrawn,
/// because somebody may be on their way there; a person decides about it.
pub(crate) fn may_be_withdrawn(stored: &KnownEvent, days: Days) -> bool {
    let event = &stored.event.body;
    let overlaps = event.facts.start.date() <= days.to() && event.facts.due.date() >= days.from();
    let in_flight = event.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight());
    let is_open_or_taken = matches!(status_of(event.facts.condition.as_deref()), RowStatus::Open | RowStatus::Taken);
    event.posted_at.is_none() && !in_flight && overlaps && is_open_or_taken
}

/// Whether an event has a posted schedule on `today` or later, and Crossmark's list of these days should have it.
pub(crate) fn should_be_listed(stored: &KnownEvent, days: Days, today: NaiveDate) -> bool {
    let event = &stored.event.body;
    let overlaps = event.facts.start.date() <= days.to() && event.facts.due.date() >= days.from();
    let is_ahead = stored.posted.as_ref().is_some_and(|posted| posted.body.start.date() >= today);
    overlaps && is_ahead && !event.facts.condition().is_off()
}

/// The event's facts by its row. A known type stays, and so do values that Crossmark omits or truncates. A corrected
/// length is not kept here: the store applies it to the update.
fn facts(row: &PlannedEvent, old: Option<&EventFacts>, listed: &ListedRows<'_>, is_posted: bool) -> EventFacts {
    let condition = row.condition_to_store();
    let word = condition.word();
    let old_of_same_meaning =
        old.filter(|old| has_same_meaning(status_of(old.condition.as_deref()), condition.status(), is_posted));
    let hides_type = row.name_may_be_cut() && listed.detected_type(row) == EventType::Other;
    let inferred = || listed.type_by_neighbour(row).filter(|_| hides_type);
    let name = old.map(|old| &old.name).filter(|name| row.shows_name(name)).unwrap_or(&row.name);
    EventFacts {
        event_ref: EventRef(row.event.get()),
        name: name.clone(),
        kind: old.and_then(|old| old.kind).or_else(inferred),
        start: moment(row.start, old.map(|old| old.start)),
        due: moment(row.due, old.map(|old| old.due)),
        estimated_minutes: listed.minutes.get(&row.event).copied().or(old.and_then(|old| old.estimated_minutes)),
        condition: old_of_same_meaning.map_or_else(|| Some(word.to_owned()), |old| old.condition.clone()),
        auto: old.is_none_or(|old| old.auto),
        parent_ref: old.and_then(|old| old.parent_ref),
    }
}

/// The status of an event with this condition; an event without a condition is open.
fn status_of(word: Option<&str>) -> RowStatus {
    word.map_or(RowStatus::Open, |word| Condition::of(word).status())
}

/// Whether two statuses mean the same for an event. For a posted event, open, taken and in progress mean the same.
fn has_same_meaning(old: RowStatus, new: RowStatus, is_posted: bool) -> bool {
    let is_to_be_worked = |status| matches!(status, RowStatus::Open | RowStatus::Taken | RowStatus::InProgress);
    old == new || (is_posted && is_to_be_worked(old) && is_to_be_worked(new))
}

/// The row's day, with the known time of day if the day has not changed.
fn moment(day: NaiveDate, known: Option<NaiveDateTime>) -> NaiveDateTime {
    known.filter(|known| known.date() == day).unwrap_or_else(|| day.and_time(NaiveTime::MIN))
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
            condition: Condition::Unstaffed,
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

    /// The types of events with these refs, names and lengths.
    fn types(events: &[(u64, &str, Option<u32>)]) -> Vec<&'static str> {
        let rows: Vec<PlannedEvent> = events.iter().map(|(event, name, _)| row(*event, name)).collect();
        let minutes = rows.iter().zip(events).filter_map(|(row, (.., minutes))| Some((row.event, (*minutes)?)));
        let minutes = minutes.collect();
        let listed = ListedRows::new(&rows, &minutes);
        rows.iter().map(|row| facts(row, None, &listed, false).event_type().name()).collect()
    }

    #[test]
    fn a_type_that_the_truncated_name_does_not_show_follows_from_the_neighbour() {
        let (first, second) = (format!("619044{CUT}"), format!("619045{CUT}"));
        for (events, expected) in [
            (vec![(10, &*first, None)], vec!["Other"]),
            (vec![(10, &*first, Some(390))], vec!["Core"]),
            (vec![(10, &*first, None), (11, "619044-V2-CORE", None)], vec!["Supervisor", "Core"]),
            (vec![(10, "619044-V2-CORE", None), (11, &*first, None)], vec!["Core", "Supervisor"]),
            (vec![(10, "619044-V2-Supervisor", None), (11, &*first, None)], vec!["Supervisor", "Core"]),
            // Both are unknown: the higher ref is the Core.
            (vec![(10, &*first, None), (11, &*first, None)], vec!["Supervisor", "Core"]),
            // The next ref has another event number; an event with the same number does not have the next ref.
            (vec![(10, &*first, None), (11, &*second, None)], vec!["Other", "Other"]),
            (vec![(10, &*first, None), (12, "619044-V2-CORE", None)], vec!["Other", "Core"]),
            // A short name was not truncated, so the type that it shows is used.
            (vec![(10, "619044-Tasting", None), (11, "619044-V2-CORE", None)], vec!["Other", "Core"]),
            // The neighbour is neither a Core nor a Supervisor.
            (vec![(10, &*first, None), (11, "619044-Freeosk", None)], vec!["Other", "Freeosk"]),
        ] {
            assert_eq!(types(&events), expected, "{events:?}");
        }
    }

    #[test]
    fn a_condition_changes_only_if_its_meaning_changes() {
        let check = |old: Option<&str>, new: &str, is_posted: bool, expected: Option<&str>| {
            let row = PlannedEvent { condition: Condition::of(new), ..row(10, "619044-V2-CORE") };
            let minutes = BTreeMap::new();
            let listed = ListedRows::new(std::slice::from_ref(&row), &minutes);
            let known = EventFacts { condition: old.map(str::to_owned), ..facts(&row, None, &listed, false) };
            let found = facts(&row, Some(&known), &listed, is_posted).condition;
            assert_eq!(found.as_deref(), expected, "{old:?} {new} {is_posted}");
        };
        check(None, "Unstaffed", false, None);
        check(Some("Reissued"), "Unstaffed", false, Some("Reissued"));
        check(Some("Unstaffed"), "Scheduled", true, Some("Unstaffed"));
        // An unknown person has the event, so it must not look open.
        check(Some("Unstaffed"), "Scheduled", false, Some("Scheduled"));
        check(None, "Staffed", false, Some("Staffed"));
        check(Some("Unstaffed"), "In Progress", false, Some("In Progress"));
        // The schedule was taken back at Crossmark.
        check(Some("Scheduled"), "Unstaffed", false, Some("Unstaffed"));
        check(Some("Cancelled"), "CANCELED", false, Some("Cancelled"));
        check(Some("Unstaffed"), "Canceled", true, Some("Canceled"));
        check(Some("Canceled"), "Reissued", false, Some("Reissued"));
        check(Some("Unstaffed"), "Archived", false, Some("Archived"));
    }
}
