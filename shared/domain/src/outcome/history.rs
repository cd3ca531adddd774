//! Computes the outcome of a line from everything that happened to it.

use std::collections::BTreeMap;

use super::{ChangedPart, Correction, Decision, End, Entry, Happened, ManagerChange, Outcome, ProposedLine};

/// The outcome of a line. Entries of other lines are ignored. Entries may come in any order, and a repeated id counts
/// once. They are applied by generation, then time, then id.
///
/// - A line is *changed* if its last place differs from the proposed one. A change that is undone leaves it *kept*.
/// - A late *accepted* does not undo *completed* or *no show*.
/// - The last correction by hand decides how the line ended, whatever was reported before or after it. If that
///   correction was withdrawn, the reports count.
pub fn outcome(proposed: &ProposedLine, entries: &[Entry]) -> Outcome {
    let mut history = History::new(proposed);
    for entry in in_order(&proposed.line_id, entries) {
        history.outcome.line.generation = entry.line.generation;
        history.add(&entry.what);
    }
    history.finish()
}

/// The entries of a line in the order in which they happened, each id once.
fn in_order<'e>(line_id: &str, entries: &'e [Entry]) -> Vec<&'e Entry> {
    let key = |entry: &'e Entry| (entry.line.generation, entry.at, entry.id.as_str());
    let mut by_id: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.line.line_id == line_id) {
        let kept = by_id.entry(&entry.id).or_insert(entry);
        if key(kept) < key(entry) {
            *kept = entry;
        }
    }
    let mut ordered: Vec<&Entry> = by_id.into_values().collect();
    ordered.sort_by_key(|entry| key(entry));
    ordered
}

/// A line's history up to an entry.
struct History<'p> {
    proposed: &'p ProposedLine,
    outcome: Outcome,
    change: Option<ManagerChange>,
    /// The reason of the rejection, if one was given. The outer `None` means that the line is not rejected.
    rejection: Option<Option<String>>,
    is_decided: bool,
    correction: Option<Correction>,
}

impl<'p> History<'p> {
    fn new(proposed: &'p ProposedLine) -> Self {
        let outcome = Outcome::open(proposed);
        History { proposed, outcome, change: None, rejection: None, is_decided: false, correction: None }
    }

    fn add(&mut self, what: &Happened) {
        match what {
            Happened::Approved { approval } => {
                self.outcome.approval = Some(*approval);
                self.decide(None);
            }
            Happened::Changed { employee_id, date, cause, alternatives } => {
                self.decide(None);
                let (cause, alternatives) = (*cause, alternatives.clone());
                let employee_id = employee_id.clone();
                // `move_to` sets `what` by comparing with the proposal.
                self.move_to(ManagerChange { what: ChangedPart::Both, employee_id, date: *date, cause, alternatives });
            }
            Happened::Rejected { reason } => self.decide(Some(reason.clone())),
            Happened::Accepted => {
                self.decide(None);
                if !matches!(self.outcome.end, Some(End::Completed | End::NoShow)) {
                    self.outcome.end = Some(End::Accepted);
                }
            }
            Happened::Completed => self.outcome.end = Some(End::Completed),
            Happened::NoShow => self.outcome.end = Some(End::NoShow),
            Happened::TakenBack => self.outcome.end = Some(End::TakenBack),
            Happened::CallOut => self.outcome.end = Some(End::CallOut),
            Happened::Corrected { correction } => self.correction = Some(correction.clone()),
        }
    }

    /// Records a decision. `None` keeps or changes the line, `Some` rejects it.
    fn decide(&mut self, rejection: Option<Option<String>>) {
        self.rejection = rejection;
        self.is_decided = true;
    }

    fn move_to(&mut self, to: ManagerChange) {
        let ProposedLine { employee_id, date, .. } = self.proposed;
        let what = match (to.employee_id != *employee_id, to.date != *date) {
            (true, true) => ChangedPart::Both,
            (true, false) => ChangedPart::Person,
            (false, true) => ChangedPart::Day,
            (false, false) => {
                self.change = None;
                return;
            }
        };
        // If an earlier change already gave the line to another person, its cause and its alternatives stay.
        let first_person_change =
            self.change.take().filter(|before| before.what != ChangedPart::Day && what != ChangedPart::Day);
        let (cause, alternatives) = match first_person_change {
            Some(before) => (before.cause, before.alternatives),
            None => (to.cause, to.alternatives),
        };
        self.change = Some(ManagerChange { what, cause, alternatives, ..to });
    }

    fn finish(mut self) -> Outcome {
        self.outcome.decision = match (self.rejection, self.change) {
            (Some(reason), _) => Some(Decision::Rejected { reason }),
            (None, Some(change)) => Some(Decision::Changed(change)),
            (None, None) => self.is_decided.then_some(Decision::Kept),
        };
        let (end, done_by) = match self.correction {
            Some(Correction::Completed) => (End::Completed, None),
            Some(Correction::DidNotCome) => (End::NoShow, None),
            Some(Correction::SomebodyElse { employee_id }) => (End::Completed, Some(employee_id)),
            Some(Correction::Withdrawn) | None => return self.outcome,
        };
        Outcome { end: Some(end), done_by, corrected_by_hand: true, ..self.outcome }
    }
}

#[cfg(test)]
mod tests;
