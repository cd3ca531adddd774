//! A moment in time as the table stores it. No clock is read here: every caller passes `now`.

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970 in UTC. It is stored as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Retention of records, such as runs with their summaries, approvals and the audit trail: the longest possible 13
/// months, so that a month can be compared with the same month of the year before.
pub const RECORDS_KEPT: TimeDelta = TimeDelta::days(397);

impl Timestamp {
    /// Later than any real time.
    pub const NEVER: Timestamp = Timestamp(253_402_300_799_000);

    /// This moment plus a duration, which may be negative.
    #[must_use]
    pub fn plus(self, delta: TimeDelta) -> Timestamp {
        Timestamp(self.0.saturating_add(delta.num_milliseconds()))
    }

    /// The same moment in seconds, the unit of a TTL attribute.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The same moment as a UTC date and time.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The local date of this moment in a time zone.
    pub fn date_in(self, zone: Tz) -> NaiveDate {
        self.utc().with_timezone(&zone).date_naive()
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(at: DateTime<Utc>) -> Self {
        Timestamp(at.timestamp_millis())
    }
}

/// `2026-11-23T07:00:00.000Z`, always of one width, so that it sorts as text.
impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}
