//! The search for events: words and dates, all of which an event must match.

use chrono::{Datelike, NaiveDate};
use domain::calendar::{read_date, read_day_and_month};
use domain::event_type::EventType;
use domain::snapshot::EventFacts;

/// A search. An empty one matches every event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    words: Vec<String>,
    dates: Vec<TypedDate>,
    kind: Option<EventType>,
}

/// A date as typed, with or without a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TypedDate {
    year: Option<i32>,
    month: u32,
    day: u32,
}

/// The person and the day of an event's schedule.
#[derive(Debug, Clone, Copy)]
pub struct SearchedPlacement<'a> {
    /// The name of the person who has the event; `None` if nobody has it or the name is not known.
    pub person: Option<&'a str>,
    /// The day of the schedule; `None` if nobody has the event.
    pub day: Option<NaiveDate>,
}

impl Search {
    /// Reads a typed search, such as `avery core 9 jan`. A date is `9 jan`, `jan 9`, `9 jan 2027`, `jan 9, 2027` or
    /// `2027-01-09`; everything else is a word. Commas after words are ignored.
    pub fn new(typed: &str, kind: Option<EventType>) -> Search {
        let mut search = Search { kind, ..Search::default() };
        let tokens = typed.split_whitespace().map(|token| token.trim_end_matches(',').to_lowercase());
        let tokens: Vec<String> = tokens.filter(|token| !token.is_empty()).collect();
        let mut rest = tokens.as_slice();
        while let [first, after @ ..] = rest {
            rest = after;
            if let Some(date) = read_date(first) {
                search.dates.push(TypedDate { year: Some(date.year()), month: date.month(), day: date.day() });
                continue;
            }
            let day_and_month = |second| read_day_and_month(first, second).or(read_day_and_month(second, first));
            match after.first().and_then(|second| day_and_month(second)) {
                Some((day, month)) => {
                    let year = after.get(1).and_then(|third| read_year(third));
                    search.dates.push(TypedDate { year, month, day });
                    rest = &after[1 + usize::from(year.is_some())..];
                }
                None => search.words.push(first.clone()),
            }
        }
        search
    }

    /// Whether the search matches every event.
    pub fn is_empty(&self) -> bool {
        *self == Search::default()
    }

    /// Whether an event matches the type, every word and every date. A word is part of the event's name, number or type,
    /// or of its person's name. A date is the day of the event's schedule or, if nobody has the event, in its window.
    pub fn matches(&self, facts: &EventFacts, placed: SearchedPlacement<'_>) -> bool {
        let kind = facts.event_type();
        if self.kind.is_some_and(|wanted| wanted != kind) {
            return false;
        }
        let person = placed.person.unwrap_or_default();
        let text = format!("{} {} {kind} {person}", facts.event_ref, facts.name).to_lowercase();
        self.words.iter().all(|word| text.contains(word.as_str()))
            && self.dates.iter().all(|date| match placed.day {
                Some(day) => date.is(day),
                None => date.is_within(facts.start.date(), facts.due.date()),
            })
    }
}

/// Reads a year of this century. Other numbers of four digits are parts of event numbers.
fn read_year(text: &str) -> Option<i32> {
    let is_year = text.len() == 4 && text.starts_with("20");
    is_year.then(|| text.parse().ok()).flatten()
}

impl TypedDate {
    /// Whether the typed date means this date.
    fn is(self, date: NaiveDate) -> bool {
        (self.month, self.day) == (date.month(), date.day()) && self.year.is_none_or(|year| year == date.year())
    }

    /// Whether the date lies in a window, which does not include its end. The window may cross a year.
    fn is_within(self, start: NaiveDate, due: NaiveDate) -> bool {
        let years = self.year.map_or(start.year()..=due.year(), |year| year..=year);
        let mut dates = years.filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day));
        dates.any(|date| start <= date && date < due)
    }
}

#[cfg(test)]
mod tests {
    use domain::snapshot::EventRef;

    use super::*;

    #[test]
    fn an_event_matches_if_every_typed_word_and_date_matches() {
        let date = |text: &str| read_date(text).expect("a date");
        let facts = EventFacts {
            event_ref: EventRef(619_044),
            name: "619044-LKD-Cherry Salad-V2-CORE".to_owned(),
            kind: None,
            start: date("2026-12-28").and_hms_opt(0, 0, 0).expect("a moment"),
            due: date("2027-01-10").and_hms_opt(0, 0, 0).expect("a moment"),
            estimated_minutes: None,
            condition: None,
            auto: true,
            parent_ref: None,
        };
        let open = SearchedPlacement { person: None, day: None };
        let posted = SearchedPlacement { person: Some("Avery Quill"), day: Some(date("2027-01-09")) };
        for (typed, matches_open, matches_posted) in [
            ("", true, true),
            ("cherry", true, true),
            ("CHERRY core", true, true),
            ("619044", true, true),
            ("6190", true, true),
            ("walnut", false, false),
            ("avery core 9 jan", false, true),
            ("avery core Jan 9", false, true),
            ("9th january", true, true),
            ("8 jan", true, false),
            ("10 jan", false, false),
            ("2027-01-09", true, true),
            ("2026-01-09", false, false),
            ("9 jan 2027", true, true),
            ("jan 9, 2027", true, true),
            ("Jan 9th, 2027 core", true, true),
            ("2027-01-09, cherry", true, true),
            ("9 jan 2026", false, false),
            ("jan 9 2028", false, false),
            ("8 jan, 2027", true, false),
            ("9 jan 6190", true, true),
            ("9 jan 1234", false, false),
            ("salad, core", true, true),
            (" , ", true, true),
            ("31 dec", true, false),
            ("31 dec 2026", true, false),
            ("31 dec 2027", false, false),
            ("quill avery", false, true),
            ("32 jan", false, false),
            ("30 feb", false, false),
            ("9 janitor", false, false),
        ] {
            let search = Search::new(typed, None);
            assert_eq!(
                (search.matches(&facts, open), search.matches(&facts, posted)),
                (matches_open, matches_posted),
                "{typed}"
            );
        }
        for (kind, matches) in [(EventType::Core, true), (EventType::Freeosk, false)] {
            assert_eq!(Search::new("cherry", Some(kind)).matches(&facts, open), matches, "{kind}");
        }
    }
}
