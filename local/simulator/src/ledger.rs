//! The ledger: every scheduled event that was created since the seed or the last reset, and when it was deleted. Only a reset
//! removes entries.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A scheduled event, as `/_sim/ledger` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The scheduled event's id.
    pub id: u64,
    /// The number of the event.
    #[serde(rename = "mPlanID")]
    pub plan_id: u64,
    /// The person who works the event.
    #[serde(rename = "RepID")]
    pub rep_id: u64,
    /// The number of the location.
    #[serde(rename = "LocationID")]
    pub location_id: u64,
    /// The start, as it was sent: local time with the zone's offset.
    #[serde(rename = "Start")]
    pub start: DateTime<FixedOffset>,
    /// The end.
    #[serde(rename = "End")]
    pub end: DateTime<FixedOffset>,
    /// The time at which the scheduled event was created.
    pub created_at: DateTime<Utc>,
    /// The time at which the scheduled event was deleted; `None` if it is active.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Effect {
    /// Whether the scheduled event was not deleted.
    pub fn is_active(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// The start in local time of the store's zone.
    pub(crate) fn local_start(&self, zone: Tz) -> NaiveDateTime {
        self.start.with_timezone(&zone).naive_local()
    }
}

/// The request of a schedule call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ScheduleRequest {
    pub plan_id: u64,
    pub rep_id: u64,
    pub location_id: u64,
    pub start: DateTime<FixedOffset>,
    pub end: DateTime<FixedOffset>,
}

/// A requested change of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LedgerChange {
    Schedule(ScheduleRequest),
    Delete(u64),
}
