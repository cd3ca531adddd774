//! Login sessions. They are kept in memory, so that a restart ends all of them, as at Crossmark.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

/// The sessions that were opened and not ended, by the value of the cookie, with the time at which they expire.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    expires_at: BTreeMap<String, DateTime<Utc>>,
    opened_count: u64,
}

impl Sessions {
    /// Opens a session, and returns the value of its cookie.
    pub fn open(&mut self, now: DateTime<Utc>, lifetime: TimeDelta) -> String {
        self.opened_count += 1;
        let id = format!("sim{:08x}{:016x}", self.opened_count, fastrand::u64(..));
        self.expires_at.insert(id.clone(), now + lifetime);
        id
    }

    pub fn is_open(&self, id: &str, now: DateTime<Utc>) -> bool {
        self.expires_at.get(id).is_some_and(|end| now < *end)
    }

    pub fn end(&mut self, id: &str) {
        self.expires_at.remove(id);
    }
}
