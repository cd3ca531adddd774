//! Validation of a club's rows in one place. The snapshot reader uses it for documents, and every writer of rows uses
//! it, so that only rows that a run can use are stored.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::bounds::{LARGEST_NUMBER, is_id};
use crate::json::LONGEST_TEXT;

/// Maximum length of an event in minutes: one week. A longer event is a typo.
pub const LONGEST_MINUTES: u32 = 7 * 24 * 60;
/// Maximum reference number.
pub const LARGEST_REF: u64 = LARGEST_NUMBER;
/// Maximum length of the name of an event or a person, in characters.
pub const LONGEST_NAME: usize = LONGEST_TEXT;
/// The blocks that a posted schedule may have.
pub const BLOCKS: std::ops::RangeInclusive<u8> = 1..=8;

/// A member of an event's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventMember {
    /// `ref`.
    Ref,
    /// `name`.
    Name,
    /// `start`.
    Start,
    /// `due`.
    Due,
    /// `estimated_minutes`.
    Minutes,
    /// `condition`.
    Condition,
}

impl EventMember {
    /// The member's name in a snapshot.
    pub fn key(self) -> &'static str {
        match self {
            EventMember::Ref => "ref",
            EventMember::Name => "name",
            EventMember::Start => "start",
            EventMember::Due => "due",
            EventMember::Minutes => "estimated_minutes",
            EventMember::Condition => "condition",
        }
    }

    /// The expected value, for messages.
    pub fn expected(self) -> String {
        match self {
            EventMember::Ref => format!("a reference number, a whole number from 0 to {LARGEST_REF}"),
            EventMember::Name => format!("the project's name of at most {LONGEST_NAME} characters"),
            EventMember::Start | EventMember::Due => super::read::MOMENT.to_owned(),
            EventMember::Minutes => format!("minutes, a whole number from 1 to {LONGEST_MINUTES}"),
            EventMember::Condition => format!("a condition of at most {LONGEST_TEXT} characters"),
        }
    }
}

/// A fault that makes an event's row unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventFault {
    /// The faulty member.
    pub member: EventMember,
    /// The start, if the fault is that the due date is before it.
    pub before: Option<NaiveDateTime>,
}

impl EventFault {
    /// What is expected instead.
    pub fn expected(&self) -> String {
        match self.before {
            Some(start) => format!("a moment not before the start, {start}"),
            None => self.member.expected(),
        }
    }
}

/// The members of an event's row that could be read. Missing members are not validated.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventValues<'a> {
    /// The reference number.
    pub event_ref: Option<i128>,
    /// The project's name.
    pub name: Option<&'a str>,
    /// When the window opens.
    pub start: Option<NaiveDateTime>,
    /// When the window closes.
    pub due: Option<NaiveDateTime>,
    /// The length in minutes.
    pub minutes: Option<i128>,
    /// The text of the condition.
    pub condition: Option<&'a str>,
}

impl EventValues<'_> {
    /// The faults that make the row unusable; empty if it is usable.
    pub fn faults(&self) -> Vec<EventFault> {
        let refused = [
            (EventMember::Ref, self.event_ref.is_some_and(|number| !(0..=i128::from(LARGEST_REF)).contains(&number))),
            (EventMember::Name, self.name.is_some_and(is_too_long)),
            (EventMember::Minutes, self.minutes.is_some_and(|n| !(1..=i128::from(LONGEST_MINUTES)).contains(&n))),
            (EventMember::Start, self.start.is_some_and(|at| !is_moment(at))),
            (EventMember::Due, self.due.is_some_and(|at| !is_moment(at))),
            (EventMember::Condition, self.condition.is_some_and(is_too_long)),
        ];
        let fault = |member| EventFault { member, before: None };
        let mut faults: Vec<EventFault> = refused.into_iter().filter(|(_, is)| *is).map(|(m, _)| fault(m)).collect();
        if let (Some(start), Some(due)) = (self.start, self.due)
            && due < start
        {
            faults.push(EventFault { member: EventMember::Due, before: Some(start) });
        }
        faults
    }
}

/// Whether a text is longer than a snapshot allows.
fn is_too_long(text: &str) -> bool {
    text.chars().count() > LONGEST_NAME
}

/// Whether a snapshot can contain this moment: a year of four digits, whole seconds.
pub fn is_moment(at: NaiveDateTime) -> bool {
    (1..=9999).contains(&at.year()) && at.nanosecond() == 0
}

/// Whether a snapshot can contain this date: a year of four digits.
pub fn is_date(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whether a person's row may have this id and name.
pub fn is_person(id: &str, name: &str) -> bool {
    is_id(id) && !is_too_long(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::LONGEST_TEXT;
    use crate::snapshot::Snapshot;

    /// Checks that the row validation and the snapshot reader find the same faulty members.
    fn check(row: &serde_json::Value, values: EventValues<'_>, expected: &[&str]) {
        let faulty: Vec<&str> = values.faults().iter().map(|fault| fault.member.key()).collect();
        assert_eq!(faulty, expected, "{row:.200}");
        let document = serde_json::json!({
            "club": {"id": "1", "time_zone": "UTC"}, "today": "2026-11-23", "employees": [], "events": [row],
        });
        let read: Vec<String> = match Snapshot::parse(document.to_string().as_bytes()) {
            Ok(_) => Vec::new(),
            Err(refused) => refused.0.iter().map(|fault| fault.path.replace("$.events[0].", "")).collect(),
        };
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let mut read: Vec<&str> = read.iter().map(String::as_str).collect();
        read.sort_unstable();
        assert_eq!(read, expected, "{row:.200}");
    }

    #[test]
    fn the_row_validation_and_the_snapshot_reader_accept_the_same_rows() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).and_then(|d| d.and_hms_opt(0, 0, 0)).expect("a day");
        let text = |at: NaiveDateTime| crate::calendar::write_moment(at);
        let long = "x".repeat(LONGEST_TEXT + 1);
        let longest = "é".repeat(LONGEST_TEXT);
        let (start, due) = (day(24), day(27));
        for (minutes, bad_minutes) in
            [(0, true), (-5, true), (1, false), (390, false), (10_080, false), (10_081, true), (20_000, true)]
        {
            for (name, bad_name) in [("619044-V2-CORE", false), (&*longest, false), (&*long, true)] {
                for (due, bad_due) in [(due, false), (start, false), (day(23), true)] {
                    for (number, bad_ref) in [(101, false), (LARGEST_REF, false), (LARGEST_REF + 1, true)] {
                        let row = serde_json::json!({
                            "ref": number, "name": name, "start": text(start), "due": text(due),
                            "estimated_minutes": minutes,
                        });
                        let values = EventValues {
                            event_ref: Some(number.into()),
                            name: Some(name),
                            start: Some(start),
                            due: Some(due),
                            minutes: Some(minutes.into()),
                            condition: None,
                        };
                        let all = [
                            ("ref", bad_ref),
                            ("name", bad_name),
                            ("estimated_minutes", bad_minutes),
                            ("due", bad_due),
                        ];
                        let expected: Vec<&str> = all.into_iter().filter(|(_, bad)| *bad).map(|(key, _)| key).collect();
                        check(&row, values, &expected);
                    }
                }
            }
        }
    }

    #[test]
    fn a_moment_of_a_year_without_four_digits_is_a_fault() {
        for year in [0, -1, 10_000, 262_142] {
            let at = NaiveDate::from_ymd_opt(year, 1, 1).and_then(|d| d.and_hms_opt(0, 0, 0)).expect("a day");
            let values = EventValues { start: Some(at), due: Some(at), ..EventValues::default() };
            assert_eq!(values.faults().len(), 2, "{year}");
            assert_eq!(crate::calendar::read_moment(&crate::calendar::write_moment(at)), None, "{year}");
        }
    }
}
