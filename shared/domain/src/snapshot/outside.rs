//! What Crossmark shows beside a club's own facts: read by a look at what is posted (rulebook section 10), by no run.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{EmployeeId, EventRef};
use crate::calendar::{moment, write_moment};

/// What Crossmark shows, and how old it is. Nothing is said of what is not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outside {
    /// The events on Crossmark's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<BTreeSet<EventRef>>,
    /// The schedules that Crossmark shows; all of them, so that one it does not show is none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_schedules")]
    pub crossmark: Option<BTreeMap<EventRef, UpstreamSchedule>>,
    /// When the club's events were read, club-local.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_moment_given")]
    pub events_as_of: Option<NaiveDateTime>,
    /// The time of the look, club-local.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_moment_given")]
    pub now: Option<NaiveDateTime>,
}

/// A schedule as Crossmark shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamSchedule {
    /// Who works it. It may be nobody of the club.
    pub employee_id: EmployeeId,
    /// From when, club-local.
    pub start: NaiveDateTime,
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn write_schedules<S: Serializer>(
    schedules: &Option<BTreeMap<EventRef, UpstreamSchedule>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row<'a> {
        #[serde(rename = "ref")]
        event_ref: EventRef,
        employee_id: &'a EmployeeId,
        #[serde(with = "moment")]
        start: NaiveDateTime,
    }
    let mut list = serializer.serialize_seq(None)?;
    for (event_ref, schedule) in schedules.iter().flatten() {
        let (employee_id, start) = (&schedule.employee_id, schedule.start);
        list.serialize_element(&Row { event_ref: *event_ref, employee_id, start })?;
    }
    list.end()
}

#[expect(clippy::ref_option, reason = "serde's signature")]
fn write_moment_given<S: Serializer>(at: &Option<NaiveDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(write_moment).serialize(serializer)
}
