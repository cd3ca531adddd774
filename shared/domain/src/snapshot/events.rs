//! Events and posted schedules.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::rows::{EventFault, EventValues};
use super::{EmployeeId, EventRef};
use crate::calendar::moment;
use crate::event_type::{EventType, FULL_DAY_MINUTES};

/// An event at Crossmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventFacts {
    /// Crossmark's reference number.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The project's name.
    pub name: String,
    /// The event's type, if one is given; see [`EventFacts::event_type`].
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EventType>,
    /// When the event's window opens.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
    /// When the event's window closes. The window does not include that date.
    #[serde(with = "moment")]
    pub due: NaiveDateTime,
    /// The event's length in minutes, if one is given; see [`EventFacts::minutes`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_minutes: Option<u32>,
    /// Crossmark's text for the event's condition; see [`EventFacts::condition`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Whether a run may place the event. This does not limit people who place it by hand.
    #[serde(default = "yes", deserialize_with = "yes_or_null", skip_serializing_if = "is_yes")]
    pub auto: bool,
    /// Crossmark's number of the parent event. Stored and passed on; the rules do not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_ref: Option<u64>,
}

impl EventFacts {
    /// The given type, otherwise the detected one (rulebook section 1).
    pub fn event_type(&self) -> EventType {
        self.kind.unwrap_or_else(|| EventType::detect(&self.name, self.estimated_minutes))
    }

    /// The given length, otherwise the type's default, in minutes.
    pub fn minutes(&self) -> u32 {
        self.estimated_minutes.unwrap_or_else(|| self.event_type().default_minutes())
    }

    /// Whether the event takes a person's whole day: an Other of at least eight hours.
    pub fn is_full_day(&self) -> bool {
        self.event_type() == EventType::Other && self.minutes() >= FULL_DAY_MINUTES
    }

    /// The meaning of the event's condition.
    pub fn condition(&self) -> Condition {
        self.condition.as_deref().map_or(Condition::Open, Condition::of)
    }

    /// The day of the event's window that is nearest to a day. The due date itself is not in the window.
    pub fn nearest_day(&self, day: NaiveDate) -> NaiveDate {
        let first = self.start.date();
        let last = self.due.date().pred_opt().unwrap_or(first).max(first);
        day.clamp(first, last)
    }

    /// Reopens an event whose schedule was taken back: the condition that came with the schedule no longer applies. A
    /// canceled or expired event stays as it is.
    pub fn reopen(&mut self) {
        if self.condition() == Condition::Closed {
            self.condition = Some("Unstaffed".to_owned());
        }
    }

    /// The first fault that makes the event unusable for a run; `None` if it is usable.
    pub fn fault(&self) -> Option<EventFault> {
        let values = EventValues {
            event_ref: Some(self.event_ref.0.into()),
            name: Some(&self.name),
            start: Some(self.start),
            due: Some(self.due),
            minutes: self.estimated_minutes.map(i128::from),
            condition: self.condition.as_deref(),
        };
        values.faults().first().copied()
    }
}

/// Crossmark's condition of an event, as the rulebook distinguishes conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Open for a schedule: unstaffed, reissued, or no condition given.
    Open,
    /// Canceled or cancelled.
    Cancelled,
    /// Expired.
    Expired,
    /// Any other text, known or not: staffed, scheduled, in progress, paused, submitted.
    Closed,
}

impl Condition {
    /// Reads Crossmark's text. Case and surrounding blanks are ignored.
    pub fn of(word: &str) -> Condition {
        match word.trim().to_lowercase().as_str() {
            "" | "unstaffed" | "reissued" => Condition::Open,
            "canceled" | "cancelled" => Condition::Cancelled,
            "expired" => Condition::Expired,
            _ => Condition::Closed,
        }
    }

    /// Whether the event will not take place: canceled or expired.
    pub fn is_off(self) -> bool {
        matches!(self, Condition::Cancelled | Condition::Expired)
    }
}

/// The default of members that are `true` if missing.
pub(super) fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_yes(auto: &bool) -> bool {
    *auto
}

fn yes_or_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(true))
}

/// Crossmark's id of a scheduled event, which is needed to take the event back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct ScheduledEventId(pub u64);

/// An event that has a person and a start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The event.
    pub event: EventFacts,
    /// Who works it.
    pub employee_id: EmployeeId,
    /// The start, club-local.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
    /// The shift block of a Core, 1 to 8, if it has one.
    #[serde(default)]
    pub block: Option<u8>,
    /// Crossmark's id of the schedule. Stored and passed on; the rules do not read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_event_id: Option<ScheduledEventId>,
}

/// A placement that people last saw proposed, or made by hand, and have not submitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousRow {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// Who was proposed to work it.
    pub employee_id: EmployeeId,
    /// The start, club-local.
    #[serde(with = "moment")]
    pub start: NaiveDateTime,
}

/// A placement that somebody asked for, or refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementRow {
    /// The event.
    #[serde(rename = "ref")]
    pub event_ref: EventRef,
    /// The person.
    pub employee_id: EmployeeId,
    /// The day.
    pub date: NaiveDate,
}
