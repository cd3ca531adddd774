//! Updates of events from Crossmark, as `refresh` makes them.

use domain::snapshot::{EmployeeId, EventRef, Posted};
use store::upstream::{EventUpdate, KnownEvent, Source};

use crate::TestClub;

/// The update of an event that did not change at Crossmark since the table was read.
pub fn unchanged(read: KnownEvent) -> EventUpdate {
    let (facts, posted) = (read.event.body.facts.clone(), read.posted.as_ref().map(|posted| posted.body.clone()));
    EventUpdate { read: Some(read), facts, posted, source: Source::Overriding }
}

impl TestClub {
    /// Posts an event to a person at a start, or takes its schedule back, as a refresh does: without a line of a
    /// proposal.
    pub async fn post_as_refresh(&self, event: u64, place: Option<(&str, &str)>) {
        let read = self.club().known_event(EventRef(event)).await.expect("read").expect("an event");
        let facts = read.event.body.facts.clone();
        let posted = place.map(|(who, start)| Posted {
            event: facts,
            employee_id: EmployeeId(who.to_owned()),
            start: start.parse().expect("a start"),
            block: Some(1),
            scheduled_event_id: None,
        });
        let applied = self.club().apply_updates(&[EventUpdate { posted, ..unchanged(read) }]).await.expect("applied");
        assert_eq!(applied.written, 1, "event {event} was not written");
    }
}
