//! Types that the answers of several tools share.

use chrono::{NaiveDate, NaiveDateTime};
use domain::event_type::EventType;
use domain::snapshot::{EventFacts, EventRef, Posted};
use schemars::JsonSchema;
use serde::Serialize;
use store::events::Place;
use store::lines::Line;

use crate::directory::{Directory, Who, moment};

/// An event in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Event {
    /// The event's number at Crossmark.
    pub event: u64,
    /// The event's name at Crossmark.
    pub name: String,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Event {
    /// An event whose type is known.
    pub fn new(event: EventRef, name: &str, kind: EventType) -> Event {
        Event { event: event.0, name: name.to_owned(), kind: kind.name().to_owned() }
    }

    /// An event whose type is a text.
    pub fn named(event: EventRef, name: String, kind: String) -> Event {
        Event { event: event.0, name, kind }
    }

    /// An event by its facts.
    pub fn of(facts: &EventFacts) -> Event {
        Event::new(facts.event_ref, &facts.name, facts.event_type())
    }
}

/// A person and a time: the place of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Spot {
    /// The person.
    pub person: Who,
    /// The start, in the club's local time.
    pub start: String,
}

impl Spot {
    /// A place with the name of its person.
    pub fn of(place: &Place, directory: &Directory) -> Spot {
        Spot { person: directory.who(&place.employee_id), start: moment(place.start) }
    }
}

/// An event that a person works, or would work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shift {
    #[serde(flatten)]
    event: Event,
    /// The start, in the club's local time.
    pub start: String,
    /// The duration.
    pub minutes: u32,
}

impl Shift {
    /// A posted schedule.
    pub fn posted(posted: &Posted) -> Shift {
        Shift::new(&posted.event, posted.start)
    }

    /// The event of a proposal's line; `None` if the line has no place.
    pub fn proposed(line: &Line) -> Option<Shift> {
        Some(Shift::new(&line.event, line.place.as_ref()?.start))
    }

    fn new(facts: &EventFacts, start: NaiveDateTime) -> Shift {
        Shift { event: Event::of(facts), start: moment(start), minutes: facts.minutes() }
    }
}

/// A rule that something breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BrokenRule {
    /// The rule's number.
    pub rule: String,
    /// What is broken.
    pub words: String,
}

/// Rounds points to a tenth.
pub fn tenths(points: f64) -> f64 {
    (points * 10.0).round() / 10.0
}

/// Minutes as hours, to a tenth.
pub fn hours(minutes: u32) -> f64 {
    tenths(f64::from(minutes) / 60.0)
}

/// A number with its noun: `1 event`, `2 events`.
pub fn with_noun(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A sentence about the days of a range that an answer does not list; empty if it lists all.
pub fn days_not_listed(more_days: usize) -> String {
    match more_days {
        0 => String::new(),
        1 => " 1 more day is not listed.".to_owned(),
        _ => format!(" {more_days} more days are not listed."),
    }
}

/// A sentence about days that are so long ago that their posted schedules were not read; empty if there are none. `from`
/// is the first date whose schedules were read.
pub fn schedules_not_read(from: Option<NaiveDate>) -> String {
    from.map_or_else(String::new, |from| format!(" Schedules before {from} are not included."))
}

/// A page of a list: up to `size` items from the position that the cursor names, and the cursor of the next page; `None` if
/// there is none.
pub fn page<T>(all: Vec<T>, cursor: Option<&str>, size: usize) -> (Vec<T>, Option<String>) {
    // An invalid cursor starts from the beginning.
    let from = cursor.and_then(|cursor| cursor.parse::<usize>().ok()).unwrap_or(0).min(all.len());
    let next = from.saturating_add(size);
    let next_page = (next < all.len()).then(|| next.to_string());
    (all.into_iter().skip(from).take(size).collect(), next_page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_noun_agrees_with_its_number() {
        for (number, expected) in [(0, "0 events"), (1, "1 event"), (2, "2 events")] {
            assert_eq!(with_noun(number, "event", "events"), expected);
        }
    }

    #[test]
    fn every_item_is_on_exactly_one_page() {
        for (length, size) in [(0, 3), (1, 3), (3, 3), (4, 3), (10, 4)] {
            let (mut seen, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let (items, next) = page((0..length).collect(), cursor.as_deref(), size);
                seen.extend(items);
                match next {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, (0..length).collect::<Vec<_>>(), "{length} by {size}");
        }
        let far = u64::MAX.to_string();
        for invalid in ["", "x", "-1", "99", far.as_str()] {
            assert!(page(vec![1, 2], Some(invalid), 1).0.len() <= 1, "{invalid}");
        }
    }
}
