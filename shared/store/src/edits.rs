//! What a person does to a line before it is approved: edit, hold, reject. What that says of the event is written with it,
//! so that the next proposal knows it too ([`decisions`](crate::decisions)).

use std::collections::HashMap;

use crate::audit::{Because, Entry, FREED, HELD, PUT_BACK, Subject};
use crate::changes::Changes;
use crate::decisions::{Decisions, EventDecisions, decisions_key};
use crate::events::{Claim, Event, event_key};
use crate::item::{self, Attributes, Stored};
use crate::key::{Key, LineKey};
use crate::lines::{Edit, Line, LineError, LineKind, Pair, change_line, line_key};
use crate::proposals::{Current, current_key};
use crate::request::TableError;
use crate::states::{Act, LineState, NotAllowed};
use crate::table::Club;

/// What a person marks of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Approval passes it by.
    Held,
    /// Approval takes it.
    Free,
    /// No placement of its event is unwanted any more.
    WantedAgain,
}

/// What a rejection says of the event, beyond the proposal that it is made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refuses {
    /// The next runs are not to place it so.
    ThePlacement,
    /// Nothing.
    Nothing,
}

/// What a person changes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineEdit {
    /// Which line.
    pub key: LineKey,
    /// The version that was seen.
    pub version: u64,
    /// The change.
    pub edit: Edit,
    /// What it says of the event.
    pub meaning: Meaning,
}

/// What a change of a line says of its event, beyond the proposal that it is made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A person asks for that place: the next run is to meet it.
    Asked,
    /// A person takes back what was asked for.
    TakenBack,
    /// It only goes along with another line.
    Along,
}

/// A line with all that a person's change of it is conditioned on, as read together.
struct Undecided {
    pair: Pair,
    decisions: Option<Stored<EventDecisions>>,
    current: Option<Stored<Current>>,
}

/// What a change makes of a line.
struct Edited {
    line: Line,
    entry: Entry,
    /// The claim of its event.
    claim: Option<Claim>,
}

impl Club<'_> {
    /// Changes several lines together or not at all, each at the version that was seen: a line and what moves along.
    pub async fn edit_lines(&self, edits: &[LineEdit], because: &Because) -> Result<Vec<Stored<Line>>, LineError> {
        let mut rounds = self.rounds();
        loop {
            rounds.begin().await?;
            let keys: Vec<Key> = edits.iter().flat_map(|e| self.undecided_keys(&e.key)).collect();
            let mut items = self.get_all(&distinct(keys)).await?;
            let mut changes = Changes::new(self.id);
            let mut lines = Vec::with_capacity(edits.len());
            let mut decided = false;
            let mut current = None;
            for LineEdit { key, version, edit, meaning } in edits {
                let found = self.undecided(&mut items, key)?;
                if *version != found.pair.line.version {
                    return Err(LineError::Stale { found: found.pair.line.version });
                }
                found.is_current()?;
                let edited = edited(&found, edit, *meaning, because)?;
                decided |= found.put(&mut changes, &edited)?;
                lines.push(Stored { version: version + 1, body: edited.line });
                current = found.current;
            }
            if let Some(current) = &current {
                changes.unchanged(current);
            }
            if decided {
                changes.decided();
            }
            if self.try_commit(changes).await? {
                return Ok(lines);
            }
        }
    }

    /// Holds a line, frees it, or forgets what was refused of its event. Where no version is named, the last writer wins.
    pub async fn mark_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        mark: Mark,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_undecided(key, version, |found| {
            found.is_current()?;
            let status = found.pair.line.body.state.status();
            if !status.is_open() {
                return Err(NotAllowed { from: status.name(), to: "held" }.into());
            }
            let mut line = found.line();
            let to = match mark {
                Mark::Held => HELD,
                Mark::Free => FREED,
                Mark::WantedAgain => PUT_BACK,
            };
            match mark {
                Mark::Held => (line.held, line.decisions.held) = (true, Some(because.clone())),
                Mark::Free => (line.held, line.decisions.held) = (false, None),
                Mark::WantedAgain => line.decisions.unwanted.clear(),
            }
            let entry = Entry { to: to.to_owned(), ..stays(&line, found.pair.line.version + 1, because) };
            Ok(Edited { line, entry, claim: found.pair.event.body.claim.clone() })
        })
        .await
    }

    /// Rejects a line that is not approved; a claim that it had is released.
    pub async fn reject_line(
        &self,
        key: &LineKey,
        version: Option<u64>,
        refuses: Refuses,
        because: &Because,
    ) -> Result<Stored<Line>, LineError> {
        self.change_undecided(key, version, |found| {
            let mut line = found.line();
            let rejected = LineState::Rejected { words: because.why.clone() };
            let entry = line.turn(Act::Reject, rejected, found.pair.line.version + 1, because)?;
            if refuses == Refuses::ThePlacement
                && line.kind != LineKind::Dropped
                && let Some(place) = &line.place
            {
                line.decisions.refuse(place, because);
            }
            let claim = if found.pair.claims() { None } else { found.pair.event.body.claim.clone() };
            Ok(Edited { line, entry, claim })
        })
        .await
    }

    /// Reads a line with all that its change is conditioned on, and writes what becomes of it in one transaction; again
    /// from the reading where somebody else was faster.
    async fn change_undecided(
        &self,
        key: &LineKey,
        version: Option<u64>,
        change: impl Fn(&Undecided) -> Result<Edited, LineError>,
    ) -> Result<Stored<Line>, LineError> {
        let mut rounds = self.rounds_of_a_crowd();
        loop {
            rounds.begin().await?;
            let mut items = self.get_all(&self.undecided_keys(key)).await?;
            let found = self.undecided(&mut items, key)?;
            if let Some(version) = version
                && version != found.pair.line.version
            {
                return Err(LineError::Stale { found: found.pair.line.version });
            }
            let edited = change(&found)?;
            let mut changes = Changes::new(self.id);
            if found.put(&mut changes, &edited)? {
                changes.decided();
            }
            if let Some(current) = &found.current {
                changes.unchanged(current);
            }
            if self.try_commit(changes).await? {
                return Ok(Stored { version: found.pair.line.version + 1, body: edited.line });
            }
        }
    }

    fn undecided_keys(&self, line: &LineKey) -> [Key; 4] {
        let event = line.event;
        [line_key(self.id, line), event_key(self.id, event), decisions_key(self.id, event), current_key(self.id)]
    }

    fn undecided(&self, items: &mut HashMap<Key, Attributes>, key: &LineKey) -> Result<Undecided, LineError> {
        let [line, event, decisions, current] = self.undecided_keys(key);
        let line = item::read(items.remove(&line).ok_or(LineError::NoLine)?)?;
        let event = item::read(items.remove(&event).ok_or(LineError::EventChanged)?)?;
        let decisions = items.remove(&decisions).map(item::read).transpose()?;
        let current = items.get(&current).cloned().map(item::read).transpose()?;
        Ok(Undecided { pair: Pair { line, event }, decisions, current })
    }
}

impl Undecided {
    /// The line to be changed, with what is decided about its event by now.
    fn line(&self) -> Line {
        let decisions = self.decisions.as_ref().map(|read| read.body.decisions.clone()).unwrap_or_default();
        Line { decisions, ..self.pair.line.body.clone() }
    }

    /// A decision about a line of an older proposal would not reach the current one.
    fn is_current(&self) -> Result<(), LineError> {
        match &self.current {
            Some(current) if current.body.proposal != self.pair.line.body.key.proposal() => {
                Err(LineError::Superseded { by: current.body.proposal.run.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Writes what becomes of the line, its event and the decisions; whether those are any other.
    fn put(&self, changes: &mut Changes<'_>, edited: &Edited) -> Result<bool, TableError> {
        let Edited { line, entry, claim } = edited;
        let event = &self.pair.event;
        change_line(changes, &self.pair.line, line, std::slice::from_ref(entry))?;
        if *claim != event.body.claim {
            changes.replace(Some(event.version), &Event { claim: claim.clone(), ..event.body.clone() })?;
        }
        changes.put_decisions(line.key.event, self.decisions.as_ref(), &line.decisions)
    }
}

/// Each key once: a batch may not name one twice.
fn distinct(mut keys: Vec<Key>) -> Vec<Key> {
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.clone()));
    keys
}

/// What an edit makes of a line, of its event's claim and of what is asked for.
fn edited(found: &Undecided, edit: &Edit, meaning: Meaning, because: &Because) -> Result<Edited, LineError> {
    let (mut line, next) = (found.line(), found.pair.line.version + 1);
    let comes_back = matches!(edit, Edit::Revert);
    if line.kind == LineKind::Dropped && !comes_back {
        return Err(LineError::NoPlace);
    }
    let entry = if comes_back && line.place == line.original && line.state.status().is_open() {
        // It is where the solver placed it: only what was asked for is taken back.
        Entry { to: PUT_BACK.to_owned(), ..stays(&line, next, because) }
    } else {
        line.turn(Act::Edit, LineState::UserEdited, next, because)?
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
    mean(&mut line.decisions, edit, meaning, because);
    line.unmet = line.unmet.filter(|_| meaning == Meaning::Along && line.decisions.wish.is_some());
    let claim = if found.pair.claims() { line.claim() } else { found.pair.event.body.claim.clone() };
    Ok(Edited { line, entry, claim })
}

/// What an edit says of its event.
fn mean(decisions: &mut Decisions, edit: &Edit, meaning: Meaning, because: &Because) {
    match (meaning, edit) {
        (Meaning::Asked, Edit::Place { place, .. }) => decisions.ask(place, because),
        (Meaning::Along, Edit::Place { place, .. }) => decisions.follow(Some(place)),
        (Meaning::Along, Edit::Unplaced) => decisions.follow(None),
        (Meaning::Asked | Meaning::TakenBack, _) | (Meaning::Along, Edit::Revert) => decisions.wish = None,
    }
}

/// A change that leaves the state as it is.
fn stays(line: &Line, version: u64, because: &Because) -> Entry {
    let name = line.state.status().name().to_owned();
    let subject = Subject::Line(line.key.clone());
    Entry { subject, version, from: Some(name.clone()), to: name, because: because.clone(), fact: None }
}
