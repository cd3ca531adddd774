//! The changes of a way out as values, and the snapshot after them.

use chrono::NaiveDateTime;

use crate::calendar::write_moment;
use crate::snapshot::{
    EmployeeId, EventRef, Outside, Posted, RotationException, ScheduledEventId, Snapshot, UpstreamSchedule,
};
use crate::standing::finding::fnv1a;

/// Where an event is posted: person, start, block.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PostedAt {
    /// Who works it.
    pub employee_id: EmployeeId,
    /// The start, club-local.
    pub start: NaiveDateTime,
    /// The shift block of a Core, 1 to 8, if it has one.
    pub block: Option<u8>,
}

/// One change of a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An event is posted in another place, or taken back.
    Schedule {
        /// The event.
        event_ref: EventRef,
        /// Where it is posted now; `None` if it is not posted.
        before: Option<PostedAt>,
        /// Where it would be posted; `None` if it is taken back.
        after: Option<PostedAt>,
    },
    /// Somebody else holds a rotation on one date. It replaces an exception of that date and rotation.
    Rotation(RotationException),
}

impl Change {
    /// Whether the change is sent to Crossmark. Changes of the person or the start are; changes of a block or a
    /// rotation are not.
    pub fn is_sent_to_crossmark(&self) -> bool {
        match self {
            Change::Schedule { before, after, .. } => is_sent(before.as_ref(), after.as_ref()),
            Change::Rotation(_) => false,
        }
    }
}

/// The id of a way out, derived from its changes. At most 64 letters, digits and hyphens: `give-6c62272e07bb0142`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WayOutId(pub String);

impl std::fmt::Display for WayOutId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl WayOutId {
    /// The id of changes of that kind; without changes it is the kind.
    pub(super) fn of(kind: &str, changes: &[Change]) -> WayOutId {
        if changes.is_empty() {
            return WayOutId(kind.to_owned());
        }
        let mut words: Vec<String> = changes.iter().map(in_words).collect();
        words.sort_unstable();
        WayOutId(format!("{}-{:016x}", kind.replace('_', "-"), fnv1a(&words.join("\n"))))
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

/// The snapshot, and what Crossmark shows, after these changes.
///
/// A posted row moves. An event that is taken back is open again ([`EventFacts::reopen`]). One that is placed gets a
/// posted row. A rotation exception replaces the one of its date and rotation. Crossmark shows changes of person and
/// start, but not changes of the block alone. An event that the snapshot does not know is ignored.
///
/// [`EventFacts::reopen`]: crate::snapshot::EventFacts::reopen
pub fn apply(snapshot: &Snapshot, outside: &Outside, changes: &[Change]) -> (Snapshot, Outside) {
    let (mut snapshot, mut outside) = (snapshot.clone(), outside.clone());
    for change in changes {
        match change {
            Change::Schedule { event_ref, before, after } => {
                post(&mut snapshot, *event_ref, after.as_ref());
                if is_sent(before.as_ref(), after.as_ref()) {
                    show_at_crossmark(&mut outside, *event_ref, after.as_ref());
                    show_at_crossmark(&mut snapshot.outside, *event_ref, after.as_ref());
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

/// Whether a change is sent to Crossmark: another person or start, not only another block.
pub(super) fn is_sent(before: Option<&PostedAt>, after: Option<&PostedAt>) -> bool {
    let shown = |at: &PostedAt| (at.employee_id.clone(), at.start);
    before.map(shown) != after.map(shown)
}

/// Updates what Crossmark shows of an event.
pub(super) fn show_at_crossmark(outside: &mut Outside, event_ref: EventRef, after: Option<&PostedAt>) {
    let Some(crossmark) = &mut outside.crossmark else { return };
    match after {
        Some(at) => {
            let schedule = UpstreamSchedule { employee_id: at.employee_id.clone(), start: at.start };
            crossmark.insert(event_ref, schedule);
        }
        None => _ = crossmark.remove(&event_ref),
    }
}
