//! What Crossmark says of events, as `refresh` would read it.

use store::upstream::{EventUpdate, KnownEvent, Source};

/// What Crossmark says of an event when nothing changed there since the table was read.
pub fn unchanged(read: KnownEvent) -> EventUpdate {
    let (facts, posted) = (read.event.body.facts.clone(), read.posted.as_ref().map(|posted| posted.body.clone()));
    EventUpdate { read: Some(read), facts, posted, source: Source::Told }
}
