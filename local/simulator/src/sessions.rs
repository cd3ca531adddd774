//! Login sessions. They are kept in memory: a restart ends them all, as it does at Crossmark.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

/// The sessions that were opened and have not been ended.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    ends: BTreeMap<String, DateTime<Utc>>,
    opened: u64,
}

impl Sessions {
    /// Opens a session, and returns its cookie's value.
    pub fn open(&mut self, now: DateTime<Utc>, lifetime: TimeDelta) -> String {
        self.opened += 1;
        let id = format!("sim{:08x}{:016x}", self.opened, fastrand::u64(..));
        self.ends.insert(id.clone(), now + lifetime);
        id
    }

    pub fn is_open(&self, id: &str, now: DateTime<Utc>) -> bool {
        self.ends.get(id).is_some_and(|end| now < *end)
    }

    pub fn end(&mut self, id: &str) {
        self.ends.remove(id);
    }
}
