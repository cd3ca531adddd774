//! The meaning of a planning row, defined once for the refresh and for submission.
//!
//! A row has a condition and the fields of a schedule, and the two may disagree: a row may still say `Unstaffed`
//! although somebody has the event at a time. Only this module decides what that means.

use chrono::{NaiveDate, NaiveDateTime};

use crate::ids::{RepId, ScheduledEventId};
use crate::planning::{Condition, PlannedEvent};

/// What a planning row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowMeaning {
    /// The status of the event.
    pub status: RowStatus,
    /// Who has the event, as far as the row shows it; `None` if nothing in the row shows that somebody has it. A
    /// cancelled or worked event may still have somebody.
    pub taken_by: Option<TakenBy>,
    /// The first day of the event's window.
    pub start: NaiveDate,
    /// The day after the last day of the event's window.
    pub due: NaiveDate,
}

/// The status of an event at Crossmark. Only an event with the status [`RowStatus::Open`] may be given to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStatus {
    /// Nobody has it, and it must be worked.
    Open,
    /// Somebody has it: see [`RowMeaning::taken_by`].
    Taken,
    /// The event is being worked.
    InProgress,
    /// The event is on hold.
    Paused,
    /// The event was cancelled.
    Cancelled,
    /// The event's window has passed.
    Expired,
    /// The event was worked and reported.
    Submitted,
    /// The event has a condition that this code does not know.
    Unknown,
}

/// Who has an event. What the row does not contain is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakenBy {
    /// The employee who has it.
    pub employee: Option<RepId>,
    /// When it starts, club-local.
    pub start: Option<NaiveDateTime>,
    /// The number by which the schedule can be taken back.
    pub schedule: Option<ScheduledEventId>,
}

impl RowStatus {
    /// The status for a manager, in a sentence such as "the event is … in Crossmark".
    pub fn words(self) -> &'static str {
        match self {
            RowStatus::Open => "open",
            RowStatus::Taken => "given to somebody",
            RowStatus::InProgress => "in progress",
            RowStatus::Paused => "paused",
            RowStatus::Cancelled => "canceled",
            RowStatus::Expired => "expired",
            RowStatus::Submitted => "worked and reported",
            RowStatus::Unknown => "in an unknown condition",
        }
    }
}

impl RowMeaning {
    /// Whether the event may be given to somebody.
    pub fn is_open(&self) -> bool {
        self.status == RowStatus::Open
    }

    /// Whether its window includes this day; the due date is not part of it.
    pub fn has_day(&self, day: NaiveDate) -> bool {
        self.start <= day && day < self.due
    }
}

impl Condition {
    /// The status that an event has by this condition alone, without regard to the other fields of its row.
    pub fn status(&self) -> RowStatus {
        match self {
            Condition::Unstaffed | Condition::Reissued => RowStatus::Open,
            Condition::Scheduled | Condition::Staffed => RowStatus::Taken,
            Condition::InProgress => RowStatus::InProgress,
            Condition::Paused => RowStatus::Paused,
            Condition::Canceled => RowStatus::Cancelled,
            Condition::Expired => RowStatus::Expired,
            Condition::Submitted => RowStatus::Submitted,
            Condition::Other(_) => RowStatus::Unknown,
        }
    }
}

impl PlannedEvent {
    /// What the row means.
    pub fn meaning(&self) -> RowMeaning {
        let taken_by =
            TakenBy { employee: self.scheduled_employee, start: self.scheduled_start, schedule: self.scheduled_event };
        let names_somebody = taken_by != TakenBy::default() || !self.staffed_reps.trim().is_empty();
        let status = match self.condition.status() {
            RowStatus::Open if names_somebody => RowStatus::Taken,
            status => status,
        };
        let is_with_somebody = matches!(status, RowStatus::Taken | RowStatus::InProgress | RowStatus::Submitted);
        RowMeaning {
            status,
            taken_by: (names_somebody || is_with_somebody).then_some(taken_by),
            start: self.start,
            due: self.due,
        }
    }

    /// The condition to store in the table. It is never an open condition if somebody has the event.
    pub fn condition_to_store(&self) -> Condition {
        let meaning = self.meaning();
        match (&self.condition, meaning.status) {
            (Condition::Unstaffed | Condition::Reissued, RowStatus::Taken) => {
                if self.scheduled_start.is_some() {
                    Condition::Scheduled
                } else {
                    Condition::Staffed
                }
            }
            (condition, _) => condition.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(word: &str) -> PlannedEvent {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        PlannedEvent {
            event: 40_000_123.try_into().unwrap(),
            name: "619044-V2-CORE".to_owned(),
            start: day(24),
            due: day(27),
            condition: Condition::of(word),
            location: 160_001.try_into().ok(),
            store_name: None,
            store_number: None,
            staffed_reps: String::new(),
            scheduled_start: None,
            scheduled_employee: None,
            scheduled_event: None,
            sales_tools: Vec::new(),
        }
    }

    #[test]
    fn a_condition_is_read_in_any_case_and_spelling() {
        use RowStatus::{Cancelled, Expired, InProgress, Open, Paused, Submitted, Taken, Unknown};
        for (word, status, somebody) in [
            ("Unstaffed", Open, false),
            (" unstaffed ", Open, false),
            ("Reissued", Open, false),
            ("REISSUED", Open, false),
            ("Scheduled", Taken, true),
            ("Staffed", Taken, true),
            ("In Progress", InProgress, true),
            ("in  progress", InProgress, true),
            ("Paused", Paused, false),
            ("Canceled", Cancelled, false),
            ("CANCELED", Cancelled, false),
            ("Cancelled", Cancelled, false),
            ("cancelled", Cancelled, false),
            ("Expired", Expired, false),
            ("EXPIRED", Expired, false),
            ("Submitted", Submitted, true),
            ("Archived", Unknown, false),
        ] {
            let meaning = row(word).meaning();
            assert_eq!((meaning.status, meaning.taken_by.is_some()), (status, somebody), "{word:?}");
            assert_eq!(meaning.is_open(), meaning.status == Open, "{word:?}");
        }
    }

    #[test]
    fn an_event_is_open_only_if_nothing_shows_that_somebody_has_it() {
        type RowEdit = fn(&mut PlannedEvent);
        let shown: [(RowEdit, Condition); 4] = [
            (|row| row.scheduled_start = row.start.and_hms_opt(10, 15, 0), Condition::Scheduled),
            (|row| row.scheduled_event = 55_000_001.try_into().ok(), Condition::Staffed),
            (|row| row.scheduled_employee = 150_001.try_into().ok(), Condition::Staffed),
            (|row| row.staffed_reps = "PAT EXAMPLE".to_owned(), Condition::Staffed),
        ];
        for word in ["Unstaffed", "Reissued"] {
            for (change, settled) in &shown {
                let mut row = row(word);
                assert_eq!(row.condition_to_store(), Condition::of(word));
                change(&mut row);
                let meaning = row.meaning();
                assert_eq!((meaning.status, meaning.taken_by.is_some()), (RowStatus::Taken, true), "{row:?}");
                assert_eq!(row.condition_to_store(), *settled, "{row:?}");
            }
        }
        // A more specific condition stays as it is, whatever schedule is shown.
        for word in ["Canceled", "Paused", "Expired", "Submitted", "In Progress", "Archived"] {
            for (change, _) in &shown {
                let mut row = row(word);
                let bare = row.meaning().status;
                change(&mut row);
                assert_eq!(row.meaning().status, bare, "{row:?}");
                assert_eq!(row.condition_to_store(), Condition::of(word), "{row:?}");
                assert!(row.meaning().taken_by.is_some(), "{row:?}");
            }
        }
    }

    #[test]
    fn the_due_date_is_not_in_the_window() {
        let meaning = row("Unstaffed").meaning();
        let has = |day| meaning.has_day(NaiveDate::from_ymd_opt(2026, 11, day).unwrap());
        assert_eq!([23, 24, 26, 27].map(has), [false, true, true, false]);
    }
}
