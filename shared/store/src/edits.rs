//! What a person does to a line before it is approved: edit, hold, reject.

use crate::audit::{Because, Entry, FREED, HELD, Subject};
use crate::changes::{Changes, ROUNDS};
use crate::events::{Claim, Event, event_key};
use crate::item::{self, Stored};
use crate::key::LineKey;
use crate::lines::{Edit, Line, LineError, LineKind, Pair, change_line, line_key};
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
        self.change_undecided(key, version, |pair| edited(pair, edit, because)).await
    }

    /// Changes several lines together or not at all, each at the version that was seen: a line and what moves along.
    pub async fn edit_lines(
        &self,
        edits: &[(LineKey, u64, Edit)],
        because: &Because,
    ) -> Result<Vec<Stored<Line>>, LineError> {
        for _ in 0..ROUNDS {
            let keys = edits.iter().flat_map(|(l, ..)| [line_key(self.id, l), event_key(self.id, l.event)]);
            let mut found = self.get_all(&keys.collect::<Vec<_>>()).await?;
            let mut changes = Changes::new(self.id);
            let mut lines = Vec::with_capacity(edits.len());
            for (key, version, edit) in edits {
                let line = found.remove(&line_key(self.id, key)).ok_or(LineError::NoLine)?;
                let event = found.remove(&event_key(self.id, key.event)).ok_or(LineError::EventChanged)?;
                let pair = Pair { line: item::read(line)?, event: item::read(event)? };
                if *version != pair.line.version {
                    return Err(LineError::Stale { found: pair.line.version });
                }
                let (line, entry, claim) = edited(&pair, edit, because)?;
                put_edited(&mut changes, &pair, &line, &entry, claim)?;
                lines.push(Stored { version: version + 1, body: line });
            }
            if self.try_commit(changes).await? {
                return Ok(lines);
            }
        }
        Err(TableError::Contended.into())
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
            let to = if line.held { HELD } else { FREED };
            let entry = Entry { to: to.to_owned(), ..stays(&line, pair.line.version + 1, because) };
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
        change: impl Fn(&Pair) -> Result<Edited, LineError>,
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
            put_edited(&mut changes, &pair, &line, &entry, claim)?;
            if self.try_commit(changes).await? {
                return Ok(Stored { version: pair.line.version + 1, body: line });
            }
        }
        Err(TableError::Contended.into())
    }
}

type Edited = (Line, Entry, Option<Claim>);

/// What an edit makes of a line and of its event's claim.
fn edited(pair: &Pair, edit: &Edit, because: &Because) -> Result<Edited, LineError> {
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
        Edit::Unplaced => {
            line.place = None;
            line.overridden = None;
        }
        Edit::Revert => {
            line.place.clone_from(&line.original);
            line.overridden = None;
        }
    }
    let claim = if pair.claims() { line.claim() } else { pair.event.body.claim.clone() };
    Ok((line, entry, claim))
}

fn put_edited(
    changes: &mut Changes<'_>,
    pair: &Pair,
    line: &Line,
    entry: &Entry,
    claim: Option<Claim>,
) -> Result<(), TableError> {
    change_line(changes, &pair.line, line, std::slice::from_ref(entry))?;
    if claim != pair.event.body.claim {
        changes.replace(Some(pair.event.version), &Event { claim, ..pair.event.body.clone() })?;
    }
    Ok(())
}

/// A change that leaves the state as it is.
fn stays(line: &Line, version: u64, because: &Because) -> Entry {
    let name = line.state.status().name().to_owned();
    let subject = Subject::Line(line.key.clone());
    Entry { subject, version, from: Some(name.clone()), to: name, because: because.clone() }
}
