//! Rows that are only exported: hours for payroll, runs, lost events, the report to the company.

use chrono::{NaiveDate, NaiveDateTime};
use domain::event_type::EventType;
use domain::snapshot::{EmployeeId, EventRef};

use super::exported;
use crate::record::{Column, Record, Value};

/// The work of one person in one week, for payroll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayrollRow {
    /// The person.
    pub employee_id: EmployeeId,
    /// The name of the person.
    pub name: String,
    /// The Sunday of the week.
    pub week: NaiveDate,
    /// Number of days with an event.
    pub days: u32,
    /// Number of events.
    pub events: u32,
    /// Number of Core events.
    pub core: u32,
    /// The length of all events in minutes.
    pub minutes: u32,
}

impl Record for PayrollRow {
    const NAME: &'static str = "Payroll";
    const COLUMNS: &'static [Column] = &[
        exported("employee_id", "Employee ID"),
        exported("name", "Name"),
        exported("week", "Week Of"),
        exported("days", "Days"),
        exported("events", "Events"),
        exported("core", "Core Events"),
        exported("minutes", "Minutes"),
        exported("hours", "Hours"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        vec![
            Value::text(&self.employee_id.0),
            Value::text(&self.name),
            Value::Date(self.week),
            Value::Whole(self.days.into()),
            Value::Whole(self.events.into()),
            Value::Whole(self.core.into()),
            Value::Whole(self.minutes.into()),
            Value::Decimal(hundredths(f64::from(self.minutes) / 60.0)),
        ]
    }
}

/// A run, or the record of changes by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// The id of the run.
    pub run_id: String,
    /// When the run was created, club-local.
    pub started: NaiveDateTime,
    /// The origin of the run: `nightly`, `manual`, `by hand` or `trial`.
    pub run_type: String,
    /// The state of the run.
    pub state: String,
    /// Number of lines of the proposal.
    pub events: u32,
    /// Number of lines that place an unposted event.
    pub scheduled: u32,
    /// Number of lines that move or drop a posted schedule.
    pub swaps: u32,
    /// Number of lines that do not place their event.
    pub failed: u32,
    /// Number of lines that were approved.
    pub approved: u32,
    /// Number of lines that Crossmark accepted.
    pub submitted: u32,
    /// The score of the proposal; `None` if there is no proposal.
    pub score: Option<f64>,
    /// The time from creation to completion, in seconds; `None` if the run is not completed.
    pub seconds: Option<f64>,
}

impl Record for RunRow {
    const NAME: &'static str = "Run History";
    const COLUMNS: &'static [Column] = &[
        exported("run_id", "Run"),
        exported("started", "Started"),
        exported("run_type", "Type"),
        exported("state", "State"),
        exported("events", "Events"),
        exported("scheduled", "Scheduled"),
        exported("swaps", "Swaps"),
        exported("failed", "Failed"),
        exported("success_rate", "Success Rate"),
        exported("approved", "Approved"),
        exported("submitted", "Submitted"),
        exported("score", "Score"),
        exported("seconds", "Seconds"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        vec![
            Value::text(&self.run_id),
            Value::Moment(self.started),
            Value::text(&self.run_type),
            Value::text(&self.state),
            Value::Whole(self.events.into()),
            Value::Whole(self.scheduled.into()),
            Value::Whole(self.swaps.into()),
            Value::Whole(self.failed.into()),
            share(self.scheduled, self.events),
            Value::Whole(self.approved.into()),
            Value::Whole(self.submitted.into()),
            Value::maybe(self.score, |score| Value::Decimal(hundredths(score))),
            Value::maybe(self.seconds, |seconds| Value::Decimal(hundredths(seconds))),
        ]
    }
}

/// An event whose last day passed and that nobody worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostRow {
    /// The event.
    pub event_ref: EventRef,
    /// The name of the project.
    pub name: String,
    /// The type of the event.
    pub kind: EventType,
    /// When the window of the event opened, club-local.
    pub start: NaiveDateTime,
    /// When the window of the event closed, club-local.
    pub due: NaiveDateTime,
    /// Crossmark's text for the condition of the event.
    pub condition: Option<String>,
    /// Why the event was lost, in words.
    pub reason: String,
}

impl Record for LostRow {
    const NAME: &'static str = "Lost Events";
    const COLUMNS: &'static [Column] = &[
        exported("name", "Project Name"),
        exported("ref", "Project Reference Number"),
        exported("type", "Event Type"),
        exported("start", "Start Date/Time"),
        exported("due", "Due Date/Time"),
        exported("condition", "Condition"),
        exported("reason", "Reason"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        vec![
            Value::text(&self.name),
            Value::Whole(self.event_ref.0),
            Value::text(self.kind.name()),
            Value::Moment(self.start),
            Value::Moment(self.due),
            Value::maybe(self.condition.as_deref(), Value::text),
            Value::text(&self.reason),
        ]
    }
}

/// The number of a week's events by Crossmark's condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "Crossmark's conditions")]
pub struct ConditionCounts {
    pub unstaffed: u32,
    pub scheduled: u32,
    pub staffed: u32,
    pub canceled: u32,
    pub in_progress: u32,
    pub paused: u32,
    pub reissued: u32,
    pub expired: u32,
    pub submitted: u32,
    /// Any other condition.
    pub other: u32,
}

impl ConditionCounts {
    /// Counts an event by Crossmark's text for its condition. Case and the number of blanks do not matter. An event
    /// without a condition counts as unstaffed.
    pub fn count(&mut self, condition: &str) {
        let words: Vec<&str> = condition.split_whitespace().collect();
        let count = match words.join(" ").to_lowercase().as_str() {
            "" | "unstaffed" => &mut self.unstaffed,
            "scheduled" => &mut self.scheduled,
            "staffed" => &mut self.staffed,
            "canceled" | "cancelled" => &mut self.canceled,
            "in progress" => &mut self.in_progress,
            "paused" => &mut self.paused,
            "reissued" => &mut self.reissued,
            "expired" => &mut self.expired,
            "submitted" => &mut self.submitted,
            _ => &mut self.other,
        };
        *count = count.saturating_add(1);
    }

    /// The counts in the order of the columns.
    fn list(&self) -> [u32; 10] {
        [
            self.unstaffed,
            self.scheduled,
            self.staffed,
            self.canceled,
            self.in_progress,
            self.paused,
            self.reissued,
            self.expired,
            self.submitted,
            self.other,
        ]
    }

    /// The number of all events.
    pub fn total(&self) -> u32 {
        self.list().into_iter().fold(0, u32::saturating_add)
    }

    /// The number of events that should be worked: all except the canceled ones.
    pub fn due(&self) -> u32 {
        self.total().saturating_sub(self.canceled)
    }
}

/// One week of one club, for the company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorporateWeekRow {
    /// The number of the club.
    pub club_id: String,
    /// The name of the club.
    pub club_name: String,
    /// The Sunday of the week.
    pub week: NaiveDate,
    /// The events of the week by condition. Submitted events count as complete.
    pub counts: ConditionCounts,
    /// The total length of the posted events that are neither canceled nor expired, in minutes.
    pub minutes: u32,
}

impl Record for CorporateWeekRow {
    const NAME: &'static str = "Weekly Report";
    const COLUMNS: &'static [Column] = &[
        exported("club_id", "Club"),
        exported("club_name", "Club Name"),
        exported("week", "Week Of"),
        exported("events", "Events"),
        exported("complete", "Complete"),
        exported("completion", "Completion"),
        exported("hours", "Hours"),
        exported("unstaffed", "Unstaffed"),
        exported("scheduled", "Scheduled"),
        exported("staffed", "Staffed"),
        exported("canceled", "Canceled"),
        exported("in_progress", "In Progress"),
        exported("paused", "Paused"),
        exported("reissued", "Reissued"),
        exported("expired", "Expired"),
        exported("submitted", "Submitted"),
        exported("other", "Other"),
    ];

    fn cells(&self) -> Vec<Value<'_>> {
        let mut cells = vec![
            Value::text(&self.club_id),
            Value::text(&self.club_name),
            Value::Date(self.week),
            Value::Whole(self.counts.total().into()),
            Value::Whole(self.counts.submitted.into()),
            share(self.counts.submitted, self.counts.due()),
            Value::Decimal(hundredths(f64::from(self.minutes) / 60.0)),
        ];
        cells.extend(self.counts.list().map(|count| Value::Whole(count.into())));
        cells
    }
}

/// A fraction, rounded to a hundredth of a percent; blank if the whole is 0.
fn share(part: u32, whole: u32) -> Value<'static> {
    let exact = f64::from(part) / f64::from(whole);
    if whole == 0 { Value::Blank } else { Value::Share((exact * 10_000.0).round() / 10_000.0) }
}

/// A number rounded to two decimals.
fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_a_weekly_report_add_up() {
        let mut counts = ConditionCounts::default();
        for condition in ["Submitted", " submitted ", "Cancelled", "In  Progress", "Expired", "", "Sent back"] {
            counts.count(condition);
        }
        let week = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a date");
        let row = CorporateWeekRow { club_id: "8135".into(), club_name: "Club".into(), week, counts, minutes: 1_000 };
        let shown: Vec<String> = row.cells().iter().map(ToString::to_string).collect();
        let expected = "8135,Club,2026-11-22,7,2,0.3333,16.67,1,0,0,1,1,0,0,1,2,1";
        assert_eq!(shown.join(","), expected);
        let none = CorporateWeekRow { counts: ConditionCounts { canceled: 3, ..Default::default() }, ..row };
        assert!(none.cells()[5].is_blank(), "no event was due");
    }

    #[test]
    fn each_row_of_a_report_has_a_cell_for_each_column() {
        let moment = NaiveDate::from_ymd_opt(2026, 11, 22).and_then(|day| day.and_hms_opt(2, 0, 0)).expect("a moment");
        let payroll = PayrollRow {
            employee_id: EmployeeId("E01".into()),
            name: "Avery Quill".into(),
            week: moment.date(),
            days: 5,
            events: 9,
            core: 5,
            minutes: 2_010,
        };
        assert_eq!(payroll.cells().len(), PayrollRow::COLUMNS.len());
        assert_eq!(payroll.cells().last().map(ToString::to_string).as_deref(), Some("33.5"));
        let run = RunRow {
            run_id: "r1".into(),
            started: moment,
            run_type: "nightly".into(),
            state: "completed".into(),
            events: 3,
            scheduled: 2,
            swaps: 0,
            failed: 1,
            approved: 0,
            submitted: 0,
            score: None,
            seconds: Some(1.234),
        };
        assert_eq!(run.cells().len(), RunRow::COLUMNS.len());
        assert_eq!(run.cells()[8].to_string(), "0.6667");
        let lost = LostRow {
            event_ref: EventRef(1),
            name: "x".into(),
            kind: EventType::Core,
            start: moment,
            due: moment,
            condition: None,
            reason: "no valid day".into(),
        };
        assert_eq!(lost.cells().len(), LostRow::COLUMNS.len());
    }
}
