//! What Crossmark shows, in addition to the club's own facts. Looks at what is posted read it (rulebook section 10);
//! runs do not.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDateTime, TimeDelta};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::read::{MOMENT, read_ref, rows, without_repeated_keys};
use super::{EmployeeId, EventRef};
use crate::calendar::read_moment;
use crate::json::JsonCursor;

/// What Crossmark shows, and its age. A member that is `None` is not known, and rules that need it find nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Outside {
    /// The events on Crossmark's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<BTreeSet<EventRef>>,
    /// All schedules that Crossmark shows. An event that is missing here has no schedule at Crossmark.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "write_schedules")]
    pub crossmark: Option<BTreeMap<EventRef, UpstreamSchedule>>,
    /// When the club's events were read, club-local.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_as_of: Option<NaiveDateTime>,
    /// The time of the look, club-local.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<NaiveDateTime>,
}

/// Maximum age of events, in hours (W13).
pub const OLDEST_EVENTS_HOURS: i64 = 24;

impl Outside {
    /// Whether the club's events are older than [`OLDEST_EVENTS_HOURS`]; `false` if their age is not known.
    pub fn has_old_events(&self) -> bool {
        let age = self.now.zip(self.events_as_of).map(|(now, as_of)| now.signed_duration_since(as_of));
        age.is_some_and(|age| age > TimeDelta::hours(OLDEST_EVENTS_HOURS))
    }
}

/// A schedule as Crossmark shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamSchedule {
    /// Who works it; may be unknown to the club.
    pub employee_id: EmployeeId,
    /// The start, club-local.
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
        start: NaiveDateTime,
    }
    let mut list = serializer.serialize_seq(None)?;
    for (event_ref, schedule) in schedules.iter().flatten() {
        let (employee_id, start) = (&schedule.employee_id, schedule.start);
        list.serialize_element(&Row { event_ref: *event_ref, employee_id, start })?;
    }
    list.end()
}

/// Reads what Crossmark shows from a snapshot document.
pub(super) fn read(root: &JsonCursor) -> Outside {
    let at = root.at("listed");
    let listed = if at.is_null() {
        None
    } else {
        Some(at.items("a list of reference numbers").iter().filter_map(read_ref).collect())
    };
    let at = root.at("crossmark");
    let crossmark = if at.is_null() {
        None
    } else {
        let shown = rows(&at, "a list of the schedules that Crossmark shows", read_upstream);
        Some(
            without_repeated_keys(root, shown, ".ref", |(event_ref, _)| *event_ref, "each ref once in crossmark")
                .into_iter()
                .collect(),
        )
    };
    let moment = |at: JsonCursor| if at.is_null() { None } else { at.parsed(MOMENT, read_moment) };
    Outside { listed, crossmark, events_as_of: moment(root.at("events_as_of")), now: moment(root.at("now")) }
}

fn read_upstream(at: &JsonCursor) -> Option<(EventRef, UpstreamSchedule)> {
    at.object("a schedule that Crossmark shows")?;
    let event_ref = read_ref(&at.at("ref"));
    let employee = at.at("employee_id").id("the id of who works it");
    let start = at.at("start").parsed(MOMENT, read_moment);
    Some((event_ref?, UpstreamSchedule { employee_id: EmployeeId(employee?.to_owned()), start: start? }))
}
