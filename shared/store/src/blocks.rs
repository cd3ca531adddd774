//! The shift blocks of posted Core events. Crossmark knows of none, so that a change of a block alone is Muster's own.

use domain::snapshot::{EventRef, Posted};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::documents::DocumentError;
use crate::events::{Place, place_of};
use crate::request::TableError;
use crate::table::Club;

/// Maximum events whose block changes at once: each takes three actions of one transaction.
pub const MOST_BLOCKS: usize = 30;

/// A posted event with another block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockChange {
    /// The event.
    pub event: EventRef,
    /// Where it is posted: it must still be there.
    pub at: Place,
    /// Its new block.
    pub block: Option<u8>,
}

impl Club<'_> {
    /// Where an event is posted; `None` where it is not.
    ///
    /// # Errors
    /// [`TableError`] if the table cannot be read.
    pub async fn posted_place(&self, event: EventRef) -> Result<Option<Place>, TableError> {
        let known = self.known_event(event).await?;
        Ok(known.and_then(|known| known.posted).map(|posted| place_of(&posted.body)))
    }

    /// Changes the blocks of posted events, all of them or none.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if an event is not posted there any more or a line submits it, or a failed request to the
    /// table.
    pub async fn change_blocks(&self, wanted: &[BlockChange], because: &Because) -> Result<(), DocumentError> {
        let mut changes = Changes::new(self.id);
        for BlockChange { event, at, block } in wanted {
            let stale = DocumentError::Stale { found: None };
            let Some(known) = self.known_event(*event).await? else { return Err(stale) };
            let in_flight = known.event.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight());
            let Some(posted) = known.posted.filter(|posted| !in_flight && place_of(&posted.body) == *at) else {
                return Err(stale);
            };
            changes.replace(Some(posted.version), &Posted { block: *block, ..posted.body })?;
            changes.replace(Some(known.event.version), &known.event.body)?;
            let name =
                |block: &Option<u8>| block.map_or_else(|| "no block".to_owned(), |block| format!("block {block}"));
            changes.note(&Entry {
                subject: Subject::Event(*event),
                version: known.event.version + 1,
                from: Some(name(&at.block)),
                to: name(block),
                because: because.clone(),
                fact: None,
                line: None,
            })?;
        }
        changes.plan_moved();
        if self.try_commit(changes).await? { Ok(()) } else { Err(DocumentError::Stale { found: None }) }
    }
}
