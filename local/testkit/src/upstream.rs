//! Updates of events from Crossmark, as `refresh` makes them.

use store::upstream::{EventUpdate, KnownEvent, Source};

/// The update of an event that did not change at Crossmark since the table was read.
pub fn unchanged(read: KnownEvent) -> EventUpdate {
    let (facts, posted) = (read.event.body.facts.clone(), read.posted.as_ref().map(|posted| posted.body.clone()));
    EventUpdate { read: Some(read), facts, posted, source: Source::Overriding }
}
