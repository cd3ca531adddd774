//! What a person does to a line before it is approved: edit, hold, reject.

use crate::audit::{Because, Entry, Subject};
use crate::changes::{Changes, ROUNDS};
use crate::events::Event;
use crate::item::Stored;
use crate::key::LineKey;
use crate::lines::{Edit, Line, LineError, LineKind, Pair, change_line};
use crate::request::TableError;
use crate::states::{Act, LineState, LineStatus, NotAllowed};
use crate::table::Club;

/// Whether a line is passed by at approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Passed by.
    Held,
    /// Not.
    Free,
}

impl Club<'_> {
    /// Changes where a line places its event, or brings the solver's place back. Where a version is named, the line must
    /// be at it.
    pub async fn edit_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        edit: &Edit,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_undecided(key, version, |pair| {
            let read = &pair.line;
            let mut line = read.body.clone();
            let status = line.state.status();
            if line.kind == LineKind::Dropped {
                return Err(LineError::NoPlace);
            }
            let entry = if status == LineStatus::UserEdited {
                stays(&line, read.version + 1, because)
            } else {
                line.turn(Act::Edit, LineState::UserEdited, read.version + 1, because)?
            };
            match edit {
                Edit::Place { place, overridden } => {
                    line.place = Some(place.clone());
                    line.overridden.clone_from(overridden);
                }
                Edit::Revert => {
                    line.place.clone_from(&line.original);
                    line.overridden = None;
                }
            }
            let claim = if pair.claims() { line.claim() } else { pair.event.body.claim.clone() };
            Ok((line, entry, claim))
        })
        .await
    }

    /// Holds a line, or frees it.
    pub async fn mark_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        mark: Mark,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_undecided(key, version, |pair| {
            let status = pair.line.body.state.status();
            if !status.is_open() {
                return Err(NotAllowed { from: status.name(), to: "held" }.into());
            }
            let line = Line { held: mark == Mark::Held, ..pair.line.body.clone() };
            let entry = stays(&line, pair.line.version + 1, because);
            Ok((line, entry, pair.event.body.claim.clone()))
        })
        .await
    }

    /// Rejects a line that is not approved; a claim that it had is released.
    pub async fn reject_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_undecided(key, version, |pair| {
            let mut line = pair.line.body.clone();
            let rejected = LineState::Rejected { words: because.why.clone() };
            let entry = line.turn(Act::Reject, rejected, pair.line.version + 1, because)?;
            let claim = if pair.claims() { None } else { pair.event.body.claim.clone() };
            Ok((line, entry, claim))
        })
        .await
    }

    async fn change_undecided(
        &self,
        key: &LineKey,
        version: Option<u64>,
        change: impl Fn(&Pair) -> Result<(Line, Entry, Option<crate::events::Claim>), LineError>,
    ) -> Result<Stored<Line>, LineError> {
        for _ in 0..ROUNDS {
            let pair = self.pair(key).await?;
            if let Some(version) = version
                && version != pair.line.version
            {
                return Err(LineError::Stale { found: pair.line.version });
            }
            let (line, entry, claim) = change(&pair)?;
            let mut changes = Changes::new(self.id);
            change_line(&mut changes, &pair.line, &line, &[entry])?;
            if claim != pair.event.body.claim {
                changes.replace(Some(pair.event.version), &Event { claim, ..pair.event.body.clone() })?;
            }
            if self.try_commit(changes).await? {
                return Ok(Stored { version: pair.line.version + 1, body: line });
            }
        }
        Err(TableError::Contended.into())
    }
}

/// A change that leaves the state as it is.
fn stays(line: &Line, version: u64, because: &Because) -> Entry {
    let name = line.state.status().name().to_owned();
    let subject = Subject::Line(line.key.clone());
    Entry { subject, version, from: Some(name.clone()), to: name, because: because.clone() }
}
