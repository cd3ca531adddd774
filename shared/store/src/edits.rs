//! A person's changes of a line that is not approved: edit, hold, reject. Of these, a failed line allows only the edit.
//! The decision about the event is written in the same transaction, so that the next proposal has the decision too
//! ([`decisions`](crate::decisions)).

use std::collections::HashMap;

use domain::outcome::Cause;

use crate::audit::{Because, DECISION_WITHDRAWN, Entry, FREED, HELD, Subject};
use crate::changes::Changes;
use crate::decisions::{Decisions, EventDecisions, decisions_key};
use crate::events::{Claim, Event, event_key};
use crate::item::{self, Attributes, Stored, single_key};
use crate::key::{Key, LineKey};
use crate::lines::{Edit, Line, LineAndEvent, LineError, LineKind, Reasons, change_line, line_key, reasons_key};
use crate::outcomes;
use crate::proposals::CurrentProposal;
use crate::request::TableError;
use crate::states::{LineAction, LineState, LineStatus, NotAllowed};
use crate::table::Club;

/// How a person marks a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Approval skips the line.
    Held,
    /// Approval includes the line.
    Free,
    /// The refused placements of the line's event may be proposed again.
    RefusalsWithdrawn,
}

/// The effect of a rejection on the event's future proposals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionEffect {
    /// Later runs avoid this placement: it costs them points (S16).
    AvoidPlacement,
    /// No effect.
    None,
}

/// A person's change of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineEdit {
    /// The key of the line.
    pub key: LineKey,
    /// The version that the person saw.
    pub version: u64,
    /// The change of the line's place.
    pub edit: Edit,
    /// The effect on the decisions about the line's event.
    pub decision_effect: EditEffect,
    /// Why the line does not stay as proposed.
    pub cause: Cause,
}

/// The effect of a line's change on the decisions about its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditEffect {
    /// A person asks for that place: a wish for the next run.
    WishMade,
    /// A person withdraws the wish.
    WishWithdrawn,
    /// The line changes because another line was edited; a wish moves with it if it is for the same person.
    WishFollows,
}

/// A line, its event, the decisions about the event and the current proposal, read in one request. A change of the line
/// is conditional on the line and the current proposal, and on the event and the decisions if they change too.
struct EditContext {
    line_and_event: LineAndEvent,
    decisions: Option<Stored<EventDecisions>>,
    current: Option<Stored<CurrentProposal>>,
}

/// The result of a change of a line.
struct ChangedLine {
    line: Line,
    entry: Entry,
    /// The claim of the line's event afterwards.
    claim: Option<Claim>,
}

impl Club<'_> {
    /// Changes several lines in one transaction, each at the version that the person saw: a line and those that move
    /// along.
    ///
    /// # Errors
    /// [`LineError`]: no such line or event, another version than the caller saw, a newer proposal, a state that does
    /// not allow an edit, a dropped line, or a failed request to the table.
    pub async fn edit_lines(&self, edits: &[LineEdit], because: &Because) -> Result<Vec<Stored<Line>>, LineError> {
        let mut attempts = self.attempts();
        loop {
            attempts.begin().await?;
            let mut keys: Vec<Key> = edits.iter().flat_map(|e| self.context_keys(&e.key)).collect();
            keys.extend(edits.iter().map(|e| reasons_key(self.id, &e.key)));
            let mut items = self.get_all(&distinct_keys(keys)).await?;
            let mut changes = Changes::new(self.id);
            let mut lines = Vec::with_capacity(edits.len());
            let mut decisions_change = false;
            let mut current = None;
            for LineEdit { key, version, edit, decision_effect, cause } in edits {
                let found = self.edit_context(&mut items, key)?;
                if *version != found.line_and_event.line.version {
                    return Err(LineError::Stale { found: found.line_and_event.line.version });
                }
                found.require_current()?;
                let mut edited = apply_edit(&found, edit, *decision_effect, because)?;
                if edited.entry.to == LineStatus::UserEdited.name() {
                    let reasons = items.remove(&reasons_key(self.id, key)).map(item::read::<Reasons>).transpose()?;
                    let note = outcomes::note_of_edit(&edited.line, *cause, reasons.as_ref().map(|read| &read.body));
                    edited.entry.line = note.map(Box::new);
                }
                decisions_change |= found.put(&mut changes, &edited)?;
                lines.push(Stored { version: version + 1, body: edited.line });
                current = found.current;
            }
            if let Some(current) = &current {
                changes.require_unchanged(current);
            }
            if decisions_change {
                changes.count_decision();
            }
            if self.try_commit(changes).await? {
                return Ok(lines);
            }
        }
    }

    /// Holds or releases a line, or deletes the refused placements of its event. Without a version, the last writer
    /// wins.
    ///
    /// # Errors
    /// [`LineError`]: no such line or event, another version than the caller saw, a newer proposal, a state that does
    /// not allow the mark, or a failed request to the table.
    pub async fn mark_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        mark: Mark,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_in_context(key, version, |found| {
            found.require_current()?;
            let to = match mark {
                Mark::Held => HELD,
                Mark::Free => FREED,
                Mark::RefusalsWithdrawn => DECISION_WITHDRAWN,
            };
            let status = found.line_and_event.line.body.state.status();
            if !status.is_open() {
                return Err(NotAllowed { from: status.name(), to }.into());
            }
            let mut line = found.line();
            match mark {
                Mark::Held => (line.held, line.decisions.held_by) = (true, Some(because.clone())),
                Mark::Free => (line.held, line.decisions.held_by) = (false, None),
                Mark::RefusalsWithdrawn => line.decisions.unwanted.clear(),
            }
            let entry = Entry {
                to: to.to_owned(),
                ..entry_in_same_state(&line, found.line_and_event.line.version + 1, because)
            };
            Ok(ChangedLine { line, entry, claim: found.line_and_event.event.body.claim.clone() })
        })
        .await
    }

    /// Rejects a line that is not approved, and releases its claim.
    ///
    /// # Errors
    /// [`LineError`]: no such line or event, another version than the caller saw, a state that does not allow a
    /// rejection, or a failed request to the table.
    pub async fn reject_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        effect: RejectionEffect,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_in_context(key, version, |found| {
            let mut line = found.line();
            let rejected = LineState::Rejected { words: because.why.clone(), given_up: None };
            let entry =
                line.transition(LineAction::Reject, rejected, found.line_and_event.line.version + 1, because)?;
            if effect == RejectionEffect::AvoidPlacement
                && line.kind != LineKind::Dropped
                && let Some(place) = &line.place
            {
                line.decisions.add_refusal(place, because);
            }
            let claim =
                if found.line_and_event.claims() { None } else { found.line_and_event.event.body.claim.clone() };
            Ok(ChangedLine { line, entry, claim })
        })
        .await
    }

    /// Reads a line with the items that its change is conditioned on, applies the change and writes it in one
    /// transaction. Repeats from the read if another writer was faster.
    async fn change_in_context(
        &self,
        key: &LineKey,
        version: Option<u64>,
        change: impl Fn(&EditContext) -> Result<ChangedLine, LineError>,
    ) -> Result<Stored<Line>, LineError> {
        let mut attempts = self.contended_attempts();
        loop {
            attempts.begin().await?;
            let mut items = self.get_all(&self.context_keys(key)).await?;
            let found = self.edit_context(&mut items, key)?;
            if let Some(version) = version
                && version != found.line_and_event.line.version
            {
                return Err(LineError::Stale { found: found.line_and_event.line.version });
            }
            let edited = change(&found)?;
            let mut changes = Changes::new(self.id);
            if found.put(&mut changes, &edited)? {
                changes.count_decision();
            }
            if let Some(current) = &found.current {
                changes.require_unchanged(current);
            }
            if self.try_commit(changes).await? {
                return Ok(Stored { version: found.line_and_event.line.version + 1, body: edited.line });
            }
        }
    }

    fn context_keys(&self, line: &LineKey) -> [Key; 4] {
        let event = line.event;
        [
            line_key(self.id, line),
            event_key(self.id, event),
            decisions_key(self.id, event),
            single_key::<CurrentProposal>(self.id),
        ]
    }

    fn edit_context(&self, items: &mut HashMap<Key, Attributes>, key: &LineKey) -> Result<EditContext, LineError> {
        let [line, event, decisions, current] = self.context_keys(key);
        let line = item::read(items.remove(&line).ok_or(LineError::NoLine)?)?;
        let event = item::read(items.remove(&event).ok_or(LineError::EventChanged)?)?;
        let decisions = items.remove(&decisions).map(item::read).transpose()?;
        let current = items.get(&current).cloned().map(item::read).transpose()?;
        Ok(EditContext { line_and_event: LineAndEvent { line, event }, decisions, current })
    }
}

impl EditContext {
    /// The line, with the current decisions about its event.
    fn line(&self) -> Line {
        let decisions = self.decisions.as_ref().map(|read| read.body.decisions.clone()).unwrap_or_default();
        Line { decisions, ..self.line_and_event.line.body.clone() }
    }

    /// Requires that the line belongs to the current proposal, if there is one. A decision about a line of an older
    /// proposal would not reach the current one.
    fn require_current(&self) -> Result<(), LineError> {
        match &self.current {
            Some(current) if current.body.proposal != self.line_and_event.line.body.key.proposal() => {
                Err(LineError::Superseded { by: current.body.proposal.run.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Writes the line, its event and the decisions; returns whether the decisions changed.
    fn put(&self, changes: &mut Changes<'_>, edited: &ChangedLine) -> Result<bool, TableError> {
        let ChangedLine { line, entry, claim } = edited;
        let event = &self.line_and_event.event;
        change_line(changes, &self.line_and_event.line, line, std::slice::from_ref(entry))?;
        if *claim != event.body.claim {
            changes.replace(Some(event.version), &Event { claim: claim.clone(), ..event.body.clone() })?;
        }
        changes.put_decisions(line.key.event, self.decisions.as_ref(), &line.decisions)
    }
}

/// Removes repeated keys: a batch may not name one twice.
fn distinct_keys(mut keys: Vec<Key>) -> Vec<Key> {
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    keys
}

/// Applies an edit to a line, to its event's claim and to the wish.
fn apply_edit(
    found: &EditContext,
    edit: &Edit,
    decision_effect: EditEffect,
    because: &Because,
) -> Result<ChangedLine, LineError> {
    let (mut line, next) = (found.line(), found.line_and_event.line.version + 1);
    let is_revert = matches!(edit, Edit::Revert);
    if line.kind == LineKind::Dropped && !is_revert {
        return Err(LineError::NoPlace);
    }
    let entry = if is_revert && line.place == line.original && line.state.status().is_open() {
        // The line is at its original place, so only the wish is withdrawn.
        Entry { to: DECISION_WITHDRAWN.to_owned(), ..entry_in_same_state(&line, next, because) }
    } else {
        line.transition(LineAction::Edit, LineState::UserEdited, next, because)?
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
    change_decisions(&mut line.decisions, edit, decision_effect, because);
    line.unmet = line.unmet.filter(|_| decision_effect == EditEffect::WishFollows && line.decisions.wish.is_some());
    let claim =
        if found.line_and_event.claims() { line.claim() } else { found.line_and_event.event.body.claim.clone() };
    Ok(ChangedLine { line, entry, claim })
}

/// Applies an edit to the decisions about its event.
fn change_decisions(decisions: &mut Decisions, edit: &Edit, decision_effect: EditEffect, because: &Because) {
    match (decision_effect, edit) {
        (EditEffect::WishMade, Edit::Place { place, .. }) => decisions.add_wish(place, because),
        (EditEffect::WishFollows, Edit::Place { place, .. }) => decisions.move_wish(Some(place)),
        (EditEffect::WishFollows, Edit::Unplaced) => decisions.move_wish(None),
        (EditEffect::WishMade | EditEffect::WishWithdrawn, _) | (EditEffect::WishFollows, Edit::Revert) => {
            decisions.wish = None;
        }
    }
}

/// The audit entry of a change that keeps the line's state.
fn entry_in_same_state(line: &Line, version: u64, because: &Because) -> Entry {
    let name = line.state.status().name();
    Entry::new(Subject::Line(line.key.clone()), version, (Some(name), name), because)
}
