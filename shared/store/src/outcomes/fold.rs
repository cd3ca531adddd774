//! Computes the outcome of a line from its entries in the audit trail.

use domain::outcome::{self, Happened, LineGeneration, ProposedLine};
use domain::snapshot::EmployeeId;

use super::{AcceptedChange, LineFacts, LineNote, LineOutcome, Proposer, Retry};
use crate::audit::{Entry, Subject};
use crate::events::Place;
use crate::key::LineKey;
use crate::lines::LineKind;

/// The outcome of a line from its entries, in any order. An entry that is given twice counts once. `None` for a line
/// that nobody decided on, and for a line that never had a place.
pub fn outcome_of(line: &LineKey, entries: &[Entry]) -> Option<LineOutcome> {
    let mut noted: Vec<NotedEntry<'_>> = entries.iter().filter_map(|entry| NotedEntry::of(line, entry)).collect();
    noted.sort_by_key(NotedEntry::order);
    noted.dedup_by_key(|noted| noted.order());
    if noted.iter().all(|noted| noted.note.happened.is_none()) {
        return None;
    }
    // The given key may lack the token of the proposal; the line's own entries have it.
    let (line, latest) = noted.iter().rev().find_map(NotedEntry::with_facts)?;
    let (proposed_by, at) = proposer_and_place(&noted)?;
    let happened = counted_entries(line, &noted);
    let event_ref = line.event;
    let line_id = line.to_string();
    let since = noted.iter().rposition(NotedEntry::is_unplaced).map_or(0, |unplaced| unplaced + 1);
    let latest_at = proposer_and_place(&noted[since..]).and_then(|(_, at)| at).or_else(|| at.clone());
    let latest_at = latest_at.filter(|_| latest.kind != LineKind::Dropped);
    let proposed = latest_at.map(|(employee_id, date)| ProposedLine {
        line_id: line_id.clone(),
        event_ref,
        kind: latest.event_type,
        employee_id,
        date,
    });
    let accepted = noted.iter().rev().find(|noted| noted.note.happened == Some(Happened::Accepted));
    let accepted = accepted.and_then(AcceptedChange::of);
    let decided = happened.iter().filter(|entry| decides(&entry.what));
    let decided_at = decided.map(|entry| entry.at.into()).max().or(accepted.as_ref().map(|accepted| accepted.at));
    let approvals = happened.iter().filter(|entry| matches!(entry.what, Happened::Approved { .. }));
    let approved_at = approvals.map(|entry| entry.at.into()).min();
    let outcome = proposed.map(|proposed| outcome::outcome(&proposed, &happened));
    let (_, day) = at?;
    let retries = noted.iter().filter(|noted| noted.is_change("api_failed", &["approved"]));
    Some(LineOutcome {
        line: line.clone(),
        day,
        event_type: latest.event_type,
        proposed_by,
        outcome: outcome.filter(|outcome| outcome.label().is_some() || outcome.approval.is_some()),
        approved_at,
        decided_at,
        accepted,
        retries: retries.map(|noted| Retry { generation: noted.note.generation, at: noted.entry.because.at }).collect(),
        last_at: noted.last()?.entry.because.at,
    })
}

/// An entry with its note.
struct NotedEntry<'e> {
    entry: &'e Entry,
    note: &'e LineNote,
}

impl<'e> NotedEntry<'e> {
    fn of(line: &LineKey, entry: &'e Entry) -> Option<NotedEntry<'e>> {
        let Subject::Line(key) = &entry.subject else { return None };
        let is_of_it = key.run == line.run && key.event == line.event;
        entry.line.as_deref().filter(|_| is_of_it).map(|note| NotedEntry { entry, note })
    }

    /// The line as the entry names it, with its facts.
    fn with_facts(&self) -> Option<(&'e LineKey, &'e LineFacts)> {
        let Subject::Line(key) = &self.entry.subject else { return None };
        Some((key, self.note.facts.as_ref()?))
    }

    fn order(&self) -> (u32, i64, u64, String) {
        let Entry { because, version, to, .. } = self.entry;
        (self.note.generation, because.at.0, *version, to.clone())
    }

    /// Whether the entry changes the line from this state to one of these.
    fn is_change(&self, from: &str, to: &[&str]) -> bool {
        self.entry.from.as_deref() == Some(from) && to.contains(&self.entry.to.as_str())
    }

    /// Whether it is the recall of an approval.
    fn is_recall(&self) -> bool {
        self.is_change("approved", &["proposed", "user_edited"])
    }

    /// Whether it is an edit that left the line without a place.
    fn is_unplaced(&self) -> bool {
        let is_placed = |facts: &LineFacts| facts.place.is_some() || facts.kind == LineKind::Dropped;
        self.entry.to == "user_edited" && self.note.facts.as_ref().is_some_and(|facts| !is_placed(facts))
    }
}

/// Who proposed the line, and for which person and day. The person and day are those of the run's place; without one,
/// of the first place that a person gave the line; otherwise of the schedule that the line takes back.
fn proposer_and_place(noted: &[NotedEntry<'_>]) -> Option<(Proposer, Option<(EmployeeId, chrono::NaiveDate)>)> {
    let person_and_day = |place: &Place| (place.employee_id.clone(), place.start.date());
    let mut facts = noted.iter().filter_map(|noted| noted.note.facts.as_ref());
    let first: &LineFacts = facts.clone().next()?;
    let by = if first.by_hand || first.original.is_none() { Proposer::Person } else { Proposer::Run };
    let by = if first.kind == LineKind::Dropped && !first.by_hand { Proposer::Run } else { by };
    let at = facts.find_map(|facts| facts.original.as_ref().or(facts.place.as_ref()).or(facts.from.as_ref()));
    Some((by, at.map(person_and_day)))
}

/// The entries of the line that count for its outcome: without approvals that were recalled, and without changes before
/// the line lost its place.
fn counted_entries(line: &LineKey, noted: &[NotedEntry<'_>]) -> Vec<outcome::Entry> {
    let mut happened: Vec<outcome::Entry> = Vec::new();
    for one in noted {
        if one.is_recall() {
            happened.retain(|entry| !matches!(entry.what, Happened::Approved { .. }));
        }
        if one.is_unplaced() {
            happened.retain(|entry| !matches!(entry.what, Happened::Changed { .. }));
        }
        let Some(what) = &one.note.happened else { continue };
        let (at, version, to) = (one.entry.because.at, one.entry.version, &one.entry.to);
        happened.push(outcome::Entry {
            id: format!("{at}#{version:06}#{to}"),
            line: LineGeneration { line_id: line.to_string(), generation: one.note.generation },
            at: at.utc(),
            what: what.clone(),
        });
    }
    happened
}

/// Whether an event of a line's history is a person's decision about it.
fn decides(what: &Happened) -> bool {
    match what {
        Happened::Approved { .. } | Happened::Changed { .. } | Happened::Rejected { .. } => true,
        Happened::Accepted | Happened::Completed | Happened::NoShow => false,
        Happened::TakenBack | Happened::CallOut | Happened::Corrected { .. } => false,
    }
}

impl AcceptedChange {
    fn of(noted: &NotedEntry<'_>) -> Option<AcceptedChange> {
        let LineFacts { kind, place, from, left, minutes, .. } = noted.note.facts.as_ref()?;
        Some(AcceptedChange {
            at: noted.entry.because.at,
            generation: noted.note.generation,
            from: from.clone(),
            left: *left,
            to: place.clone().filter(|_| *kind != LineKind::Dropped),
            minutes: *minutes,
        })
    }
}
