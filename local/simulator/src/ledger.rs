//! The ledger: every scheduled event that was ever created, and what happened to it. Nothing is ever removed from it.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// One scheduled event, as `/_sim/ledger` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The scheduled event's id.
    pub id: u64,
    /// Its event.
    #[serde(rename = "mPlanID")]
    pub plan_id: u64,
    /// Who works it.
    #[serde(rename = "RepID")]
    pub rep_id: u64,
    /// The location.
    #[serde(rename = "LocationID")]
    pub location_id: u64,
    /// When it starts, as sent: local time with the zone's offset.
    #[serde(rename = "Start")]
    pub start: DateTime<FixedOffset>,
    /// When it ends.
    #[serde(rename = "End")]
    pub end: DateTime<FixedOffset>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was taken back, if it was.
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Effect {
    /// Whether it was not taken back.
    pub fn stands(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// The start in local time of the store's zone.
    pub(crate) fn local_start(&self, zone: Tz) -> NaiveDateTime {
        self.start.with_timezone(&zone).naive_local()
    }
}

/// A schedule request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wish {
    pub plan_id: u64,
    pub rep_id: u64,
    pub location_id: u64,
    pub start: DateTime<FixedOffset>,
    pub end: DateTime<FixedOffset>,
}

/// A requested change of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Schedule(Wish),
    Delete(u64),
}
