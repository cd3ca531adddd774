//! What a way out changes, as values, and the snapshot as it would be afterwards.

use chrono::NaiveDateTime;
use serde::{Serialize, Serializer};

use crate::calendar::{moment, write_moment};
use crate::snapshot::{
    EmployeeId, EventRef, Outside, Posted, RotationException, ScheduledEventId, Snapshot, UpstreamSchedule,
};

/// Where an event is posted: with whom, from when, in which block.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PostedAt {
    /// Who works it.
    pub employee_id: EmployeeId,
    /// From when, club-local.
    #[serde(serialize_with = "moment::serialize")]
    pub start: NaiveDateTime,
    /// The shift block of a Core, 1 to 8, if it is given one.
    pub block: Option<u8>,
}

/// One thing that a way out changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// An event is posted elsewhere.
    Schedule {
        /// The event.
        #[serde(rename = "ref")]
        event_ref: EventRef,
        /// Where it is posted now; `None` if it is not posted.
        before: Option<PostedAt>,
        /// Where it would be posted; `None` if it is taken back.
        after: Option<PostedAt>,
    },
    /// Somebody else holds a rotation on one date. It replaces the exception of that date and rotation, if there is one.
    Rotation(RotationException),
}

impl Change {
    /// Whether Crossmark is told of it: of who works what and when; not of a block, nor of a rotation.
    pub fn is_told_to_crossmark(&self) -> bool {
        match self {
            Change::Schedule { before, after, .. } => is_told(before.as_ref(), after.as_ref()),
            Change::Rotation(_) => false,
        }
    }
}

/// The id of a way out: the same for the same changes. At most 64 letters, digits and hyphens: `give-6c62272e07bb0142`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WayOutId(pub String);

impl std::fmt::Display for WayOutId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for WayOutId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl WayOutId {
    /// The id of changes of that kind; the kind alone of none.
    pub(super) fn of(kind: &str, changes: &[Change]) -> WayOutId {
        if changes.is_empty() {
            return WayOutId(kind.to_owned());
        }
        let mut words: Vec<String> = changes.iter().map(in_words).collect();
        words.sort_unstable();
        WayOutId(format!("{}-{:016x}", kind.replace('_', "-"), fnv(&words.join("\n"))))
    }
}

fn in_words(change: &Change) -> String {
    let place = |at: &Option<PostedAt>| match at {
        Some(at) => format!("{} {} {:?}", at.employee_id, write_moment(at.start), at.block),
        None => "none".to_owned(),
    };
    match change {
        Change::Schedule { event_ref, before, after } => format!("{event_ref} {} {}", place(before), place(after)),
        Change::Rotation(e) => format!("{} {} {}", e.date, e.rotation.name(), e.employee_id),
    }
}

/// FNV-1a of 64 bits.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The snapshot, and what Crossmark shows, as they would be after these changes.
///
/// A posted row moves; an event that is taken back is open again ([`EventFacts::reopen`]); one that is placed gets a
/// posted row; a rotation exception replaces the one of its date and rotation. Crossmark is told who works what and when,
/// so it shows what the changes say; of a block alone it is not told. An event that the snapshot does not know changes
/// nothing.
///
/// [`EventFacts::reopen`]: crate::snapshot::EventFacts::reopen
pub fn apply(snapshot: &Snapshot, outside: &Outside, changes: &[Change]) -> (Snapshot, Outside) {
    let (mut snapshot, mut outside) = (snapshot.clone(), outside.clone());
    for change in changes {
        match change {
            Change::Schedule { event_ref, before, after } => {
                post(&mut snapshot, *event_ref, after.as_ref());
                if is_told(before.as_ref(), after.as_ref()) {
                    tell(&mut outside, *event_ref, after.as_ref());
                    tell(&mut snapshot.outside, *event_ref, after.as_ref());
                }
            }
            Change::Rotation(exception) => {
                let is_other = |e: &RotationException| (e.date, e.rotation) != (exception.date, exception.rotation);
                snapshot.exceptions.retain(is_other);
                snapshot.exceptions.push(exception.clone());
            }
        }
    }
    (snapshot, outside)
}

fn post(snapshot: &mut Snapshot, event_ref: EventRef, after: Option<&PostedAt>) {
    let row = snapshot.posted.iter().position(|p| p.event.event_ref == event_ref);
    let event = snapshot.events.iter().position(|e| e.event_ref == event_ref);
    match (row, after) {
        (Some(row), Some(at)) => {
            let posted = &mut snapshot.posted[row];
            posted.employee_id = at.employee_id.clone();
            (posted.start, posted.block) = (at.start, at.block);
        }
        (Some(row), None) => {
            let mut facts = snapshot.posted.remove(row).event;
            facts.reopen();
            match event {
                Some(event) => snapshot.events[event] = facts,
                None => snapshot.events.push(facts),
            }
        }
        (None, Some(at)) => {
            if let Some(event) = event {
                let (event, scheduled_event_id) = (snapshot.events.remove(event), None::<ScheduledEventId>);
                let (employee_id, start, block) = (at.employee_id.clone(), at.start, at.block);
                snapshot.posted.push(Posted { event, employee_id, start, block, scheduled_event_id });
            }
        }
        (None, None) => {}
    }
}

/// Whether Crossmark is told of a change: of who and when, not of a block.
pub(super) fn is_told(before: Option<&PostedAt>, after: Option<&PostedAt>) -> bool {
    let shown = |at: &PostedAt| (at.employee_id.clone(), at.start);
    before.map(shown) != after.map(shown)
}

/// Crossmark shows a schedule where it is posted.
pub(super) fn tell(outside: &mut Outside, event_ref: EventRef, after: Option<&PostedAt>) {
    let Some(crossmark) = &mut outside.crossmark else { return };
    match after {
        Some(at) => {
            let schedule = UpstreamSchedule { employee_id: at.employee_id.clone(), start: at.start };
            crossmark.insert(event_ref, schedule);
        }
        None => _ = crossmark.remove(&event_ref),
    }
}
