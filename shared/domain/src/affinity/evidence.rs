//! Weighted evidence for and against people, from outcomes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::event_type::EventType;
use crate::outcome::{Approval, Cause, ChangedPart, Decision, End, Outcome};
use crate::snapshot::EmployeeId;

/// Weight of an outcome whose line was approved in bulk, because nobody looked at that line alone. Evidence for and
/// against a person has the same weight: different weights would bias the rate.
const BULK_WEIGHT: f64 = 0.5;

/// One outcome as evidence about one person.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Evidence {
    pub date: NaiveDate,
    pub employee_id: EmployeeId,
    pub kind: EventType,
    /// Whether it counts for the person, not against them.
    pub kept: bool,
    pub weight: f64,
}

/// The evidence of the outcomes, in order of date and line, without the people in `ignored`. A line counts once, with
/// its latest generation.
pub(super) fn from_outcomes(outcomes: &[Outcome], ignored: &BTreeSet<EmployeeId>) -> Vec<Evidence> {
    let mut lines: BTreeMap<(NaiveDate, &str), &Outcome> = BTreeMap::new();
    for outcome in outcomes {
        let latest = lines.entry((outcome.date, &outcome.line.line_id)).or_insert(outcome);
        if latest.line.generation < outcome.line.generation {
            *latest = outcome;
        }
    }
    let people = lines
        .into_values()
        .flat_map(|outcome| evidence_of(outcome).into_iter().map(move |(id, kept)| (outcome, id, kept)));
    let evidence = people.map(|(outcome, employee_id, kept)| Evidence {
        date: outcome.date,
        employee_id: employee_id.clone(),
        kind: outcome.kind,
        kept,
        weight: if outcome.approval == Some(Approval::InBulk) { BULK_WEIGHT } else { 1.0 },
    });
    evidence.filter(|one| !ignored.contains(&one.employee_id)).collect()
}

/// The people that an outcome counts for (true) and against (false).
///
/// - The end counts for the person who worked the event, and against a person who did not come. It does not count for
///   or against somebody who was replaced by hand.
/// - The decision counts for the proposed person if a manager kept them, and against them if a manager chose somebody
///   else. A change of the day alone keeps the person. A change that a rule or an absence forced does not count, nor
///   does a rejection.
/// - A line that ended in a call-out or was taken back does not count for anybody. A manager's choice of somebody else
///   still counts against the proposed person.
fn evidence_of(outcome: &Outcome) -> Vec<(&EmployeeId, bool)> {
    let decided = match &outcome.decision {
        Some(Decision::Changed(change)) if change.what != ChangedPart::Day => {
            (change.cause == Cause::Choice).then_some((&outcome.employee_id, false))
        }
        // A completed or missed event counts below, so that the outcome counts once for one person.
        Some(Decision::Kept | Decision::Changed(_)) if matches!(outcome.end, None | Some(End::Accepted)) => {
            Some((&outcome.employee_id, true))
        }
        _ => None,
    };
    let worked = match outcome.end {
        Some(End::Completed) => Some((outcome.done_by.as_ref().unwrap_or_else(|| outcome.holder()), true)),
        Some(End::NoShow) => Some((outcome.holder(), false)),
        _ => None,
    };
    decided.into_iter().chain(worked).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{LineGeneration, ManagerChange};
    use crate::snapshot::EventRef;

    fn id(name: &str) -> EmployeeId {
        EmployeeId(name.to_owned())
    }

    fn outcome(decision: Option<Decision>, end: Option<End>) -> Outcome {
        let date = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a date");
        Outcome {
            line: LineGeneration { line_id: "r1.7".to_owned(), generation: 1 },
            event_ref: EventRef(7),
            kind: EventType::Core,
            employee_id: id("A"),
            date,
            week: date,
            decision,
            approval: None,
            end,
            done_by: None,
            corrected_by_hand: false,
        }
    }

    /// A change to B, or of the day alone.
    fn changed(what: ChangedPart, cause: Cause) -> Decision {
        let date = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a date");
        let employee_id = id(if what == ChangedPart::Day { "A" } else { "B" });
        Decision::Changed(ManagerChange { what, employee_id, date, cause, alternatives: Vec::new() })
    }

    /// The evidence of an outcome: `A+` counts for A, `A-` against A.
    fn in_short(outcome: &Outcome) -> String {
        let sign = |kept| if kept { '+' } else { '-' };
        evidence_of(outcome).into_iter().map(|(id, kept)| format!("{id}{}", sign(kept))).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn decisions_and_ends_count_for_and_against_people() {
        use Cause::{Absence, Choice, Rule};
        use ChangedPart::{Both, Day, Person};
        let rejected = || Some(Decision::Rejected { reason: None });
        let kept = || Some(Decision::Kept);
        for (decision, end, expected) in [
            (None, None, ""),
            (kept(), None, "A+"),
            (kept(), Some(End::Accepted), "A+"),
            (kept(), Some(End::Completed), "A+"),
            (kept(), Some(End::NoShow), "A-"),
            (kept(), Some(End::CallOut), ""),
            (kept(), Some(End::TakenBack), ""),
            (rejected(), None, ""),
            (Some(changed(Person, Choice)), None, "A-"),
            (Some(changed(Both, Choice)), Some(End::Accepted), "A-"),
            (Some(changed(Person, Choice)), Some(End::Completed), "A- B+"),
            (Some(changed(Person, Choice)), Some(End::NoShow), "A- B-"),
            (Some(changed(Person, Choice)), Some(End::CallOut), "A-"),
            (Some(changed(Person, Rule)), Some(End::Accepted), ""),
            (Some(changed(Both, Absence)), Some(End::Completed), "B+"),
            (Some(changed(Day, Choice)), None, "A+"),
            (Some(changed(Day, Rule)), Some(End::NoShow), "A-"),
        ] {
            let outcome = outcome(decision, end);
            assert_eq!(in_short(&outcome), expected, "{outcome:?}");
        }
        let replaced = Outcome { done_by: Some(id("C")), ..outcome(kept(), Some(End::Completed)) };
        assert_eq!(in_short(&replaced), "C+");
    }

    #[test]
    fn a_line_counts_once_and_less_if_it_was_approved_in_bulk() {
        let first = outcome(Some(Decision::Kept), Some(End::Completed));
        let line = LineGeneration { generation: 2, ..first.line.clone() };
        let second = Outcome { line, approval: Some(Approval::InBulk), end: Some(End::NoShow), ..first.clone() };
        for outcomes in [[first.clone(), second.clone()], [second, first]] {
            let evidence = from_outcomes(&outcomes, &BTreeSet::new());
            let [only] = &evidence[..] else { panic!("{evidence:?}") };
            assert_eq!((only.kept, only.weight), (false, BULK_WEIGHT));
            assert!(from_outcomes(&outcomes, &[id("A")].into()).is_empty());
        }
    }
}
