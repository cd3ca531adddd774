//! Internal changes, which are not sent to Crossmark, because Crossmark has no such data: the shift blocks of posted
//! Core events, and who holds a rotation on a date.

use domain::snapshot::{EventRef, Posted, RotationException};

use crate::audit::{Because, Entry, Subject};
use crate::changes::Changes;
use crate::documents::DocumentError;
use crate::events::{Place, place_of};
use crate::facts::add_document_change;
use crate::request::TableError;
use crate::table::Club;

/// Maximum number of events and dates that a caller may pass in one change: each takes up to three actions of the
/// transaction.
pub const MAX_BLOCKS: usize = 30;

/// A posted event with another block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockChange {
    /// The event.
    pub event: EventRef,
    /// Its person, start and block before the change. The change is refused if one of them differs by now.
    pub at: Place,
    /// The event's new block.
    pub block: Option<u8>,
}

/// Blocks and rotations that change together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InternalChanges {
    /// Blocks of posted events; each event once.
    pub blocks: Vec<BlockChange>,
    /// Exceptions to write; each replaces the one with the same date and rotation. No date and rotation may occur
    /// twice.
    pub exceptions: Vec<RotationException>,
}

impl InternalChanges {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.exceptions.is_empty()
    }
}

impl Club<'_> {
    /// Where an event is posted; `None` if it is not posted.
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
    /// [`DocumentError::Stale`] if an event is no longer posted as the change expects, a line in flight claims it, or
    /// somebody else changed it concurrently; [`DocumentError::Table`] if the table cannot be read or written.
    pub async fn change_blocks(&self, wanted: &[BlockChange], because: &Because) -> Result<(), DocumentError> {
        let mut changes = Changes::new(self.id);
        for change in wanted {
            self.add_block_change(&mut changes, change, because).await?;
        }
        changes.count_plan_change();
        if self.try_commit(changes).await? { Ok(()) } else { Err(DocumentError::Stale { found: None }) }
    }

    /// Changes blocks and rotations, all of them or none. `basis` is the
    /// [`PlanVersion::basis`](crate::documents::PlanVersion::basis) that the caller's check of the rules saw. Refused
    /// if the club has another basis by now, because something that the check depends on has changed.
    ///
    /// # Errors
    /// [`DocumentError::Stale`] if the basis differs, an event is no longer posted as its change expects, a line in
    /// flight claims it, or somebody else changed the event or the exception concurrently; [`DocumentError::Table`] if
    /// the table cannot be read or written.
    pub async fn make_internal_changes(
        &self,
        internal: &InternalChanges,
        basis: u64,
        because: &Because,
    ) -> Result<(), DocumentError> {
        let mut changes = Changes::new(self.id);
        self.add_internal_changes(&mut changes, internal, basis, because).await?;
        if self.try_commit(changes).await? { Ok(()) } else { Err(DocumentError::Stale { found: None }) }
    }

    /// Adds blocks and rotations to a transaction, on condition that the club still has the basis that their check saw.
    pub(crate) async fn add_internal_changes(
        &self,
        changes: &mut Changes<'_>,
        internal: &InternalChanges,
        basis: u64,
        because: &Because,
    ) -> Result<(), DocumentError> {
        for change in &internal.blocks {
            self.add_block_change(changes, change, because).await?;
        }
        for exception in &internal.exceptions {
            let found = self.document(exception).await?;
            add_document_change(changes, found.as_ref(), Some(exception), because)?;
        }
        changes.count_plan_change_from(basis);
        Ok(())
    }

    async fn add_block_change(
        &self,
        changes: &mut Changes<'_>,
        BlockChange { event, at, block }: &BlockChange,
        because: &Because,
    ) -> Result<(), DocumentError> {
        let stale = DocumentError::Stale { found: None };
        let Some(known) = self.known_event(*event).await? else { return Err(stale) };
        let in_flight = known.event.body.claim.as_ref().is_some_and(|claim| claim.status.is_in_flight());
        let Some(posted) = known.posted.filter(|posted| !in_flight && place_of(&posted.body) == *at) else {
            return Err(stale);
        };
        changes.replace(Some(posted.version), &Posted { block: *block, ..posted.body })?;
        changes.replace(Some(known.event.version), &known.event.body)?;
        let name = |block: &Option<u8>| block.map_or_else(|| "no block".to_owned(), |block| format!("block {block}"));
        let (from, to) = (name(&at.block), name(block));
        let states = (Some(from.as_str()), to.as_str());
        changes.note(&Entry::new(Subject::Event(*event), known.event.version + 1, states, because))?;
        Ok(())
    }
}
