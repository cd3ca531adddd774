//! The contributions of lines and runs to the counts of days.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::outcome::LineGeneration;
use domain::rollup::{self, Counted, CountedFact, RollUp, RunTimes, days};
use domain::snapshot::EmployeeId;
use store::lines::{LeavingCause, Line, LineKind};
use store::outcomes::{AcceptedChange, LineOutcome, Proposer};
use store::rollups::{LostEvents, RunCounts};
use store::runs::Run;
use store::stamp::Timestamp;
use store::{Club, TableError};

/// The contributions of a line. The decision about a line counts only if a run proposed the line, not if a person placed it
/// by hand. A call-out counts once, for the accepted line that ends the schedule.
pub(crate) fn facts_of(line: &LineOutcome, zone: Tz) -> Vec<CountedFact> {
    let mut facts = Vec::new();
    if let Some(outcome) = &line.outcome {
        let decided_on = line.decided_at.map_or(line.day, |at| at.date_in(zone));
        let is_counted = |fact: &CountedFact| match fact.what {
            Counted::Decided { .. } | Counted::Edited { .. } => line.proposed_by == Proposer::Run,
            Counted::CallOut => false,
            _ => true,
        };
        facts.extend(rollup::facts_of(outcome, decided_on).into_iter().filter(is_counted));
    }
    let fact = |generation: u32, what: Counted, day: NaiveDate, employee_id: Option<EmployeeId>| CountedFact {
        line: LineGeneration { line_id: line.line.to_string(), generation },
        what,
        day,
        kind: line.event_type,
        employee_id,
    };
    let holder = line.outcome.as_ref().map(|outcome| outcome.holder().clone());
    let retried = line.retries.iter();
    facts.extend(retried.map(|r| fact(r.generation, Counted::Retried, r.at.date_in(zone), holder.clone())));
    let Some(AcceptedChange { at, generation, from: Some(from), left, to, .. }) = &line.accepted else { return facts };
    let follows = line.event_type.is_follower();
    let stays =
        to.as_ref().is_some_and(|to| (&to.employee_id, to.start.date()) == (&from.employee_id, from.start.date()));
    let leaving = Some(from.employee_id.clone());
    match left {
        LeavingCause::Plan if !follows && !stays => {
            facts.push(fact(*generation, Counted::ToldMoved, at.date_in(zone), leaving));
        }
        LeavingCause::CallOut => {
            facts.push(fact(*generation, Counted::CallOut, from.start.date(), leaving));
            let new_place = to.as_ref().filter(|to| to.employee_id != from.employee_id);
            let substitute = new_place.map(|to| to.employee_id.clone());
            let refilled = |id| fact(*generation, Counted::Refilled, from.start.date(), Some(id));
            facts.extend(substitute.map(refilled));
        }
        LeavingCause::Plan | LeavingCause::Absence => {}
    }
    facts
}

/// The counts of all days with facts or runs.
pub(crate) fn counts_by_day(
    lines: &[LineOutcome],
    runs: &[RunCounts],
    lost: &[LostEvents],
    zone: Tz,
) -> BTreeMap<NaiveDate, RollUp> {
    let mut facts: Vec<CountedFact> = lines.iter().flat_map(|line| facts_of(line, zone)).collect();
    facts.extend(lost.iter().flat_map(|lost| lost.facts.iter().cloned()));
    let times = runs.iter().map(|run| {
        let of_run = || lines.iter().filter(|line| line.line.run == run.run);
        RunTimes {
            run_id: run.run.to_string(),
            day: run.day,
            proposed_at: run.proposed_at.utc(),
            first_approval: of_run().filter_map(|line| line.approved_at).min().map(Timestamp::utc),
            last_acceptance: of_run().filter_map(|line| Some(line.accepted.as_ref()?.at)).max().map(Timestamp::utc),
        }
    });
    let times: Vec<RunTimes> = times.collect();
    let mut by_day: BTreeMap<NaiveDate, RollUp> = days(&facts, &times).into_iter().map(|day| (day.from, day)).collect();
    for run in runs {
        by_day.entry(run.day).or_insert_with(|| RollUp::empty(run.day)).add(&run.placed);
    }
    by_day
}

/// The counted placements of a run; `None` if its lines are deleted already.
///
/// # Errors
/// The table cannot be read.
pub(crate) async fn run_counts(
    club: Club<'_>,
    run: &Run,
    day: NaiveDate,
    now: Timestamp,
) -> Result<Option<RunCounts>, TableError> {
    let Some((proposal, proposed_at)) = run.kept_proposal(now).zip(run.completed_at) else { return Ok(None) };
    let lines = club.lines(&proposal, now).await?;
    let facts: Vec<CountedFact> = lines.iter().filter_map(|line| placement_of(&line.body, day)).collect();
    let counted = days(&facts, &[]).pop().unwrap_or_else(|| RollUp::empty(day));
    Ok(Some(RunCounts { run: run.id.clone(), day, proposed_at, placed: counted }))
}

/// The contribution of a line to the placements of its run: placed or not, whatever people decided later. `None` for a
/// line that only takes back a posted schedule, because its run placed nothing.
fn placement_of(line: &Line, day: NaiveDate) -> Option<CountedFact> {
    let what = match line.kind {
        LineKind::New | LineKind::Moved => Counted::Placed,
        LineKind::NotPlaced => {
            let reason = line.failure.as_ref().map_or("unknown", |failure| failure.code.as_str());
            Counted::NotPlaced { reason: reason.to_owned() }
        }
        LineKind::Dropped => return None,
    };
    Some(CountedFact {
        line: LineGeneration { line_id: line.key.to_string(), generation: 0 },
        what,
        day,
        kind: line.event.event_type(),
        employee_id: line.original.as_ref().map(|place| place.employee_id.clone()),
    })
}

#[cfg(test)]
mod tests {
    use domain::event_type::EventType;
    use domain::outcome::{Approval, Decision, Outcome, ProposedLine};
    use domain::snapshot::EventRef;
    use store::key::RunId;
    use store::outcomes::line_of;

    use super::*;

    /// Checks on which day a decision of this moment counts, in a zone whose clocks change twice a year.
    #[track_caller]
    fn check(moment: &str, day: &str) {
        let zone = chrono_tz::America::Indiana::Indianapolis;
        let at: chrono::DateTime<chrono::Utc> = moment.parse().expect("a moment");
        let line = line_of(RunId::parse("r-1").expect("an id"), EventRef(1));
        let proposed = ProposedLine {
            line_id: line.to_string(),
            event_ref: EventRef(1),
            kind: EventType::Core,
            employee_id: EmployeeId("A".into()),
            date: "2026-12-01".parse().expect("a date"),
        };
        let outcome =
            Outcome { decision: Some(Decision::Kept), approval: Some(Approval::Alone), ..Outcome::open(&proposed) };
        let of = LineOutcome {
            line,
            day: proposed.date,
            event_type: EventType::Core,
            proposed_by: Proposer::Run,
            outcome: Some(outcome),
            approved_at: Some(at.into()),
            decided_at: Some(at.into()),
            accepted: None,
            retries: Vec::new(),
            last_at: at.into(),
        };
        let days: Vec<String> = facts_of(&of, zone).iter().map(|fact| fact.day.to_string()).collect();
        assert_eq!(days, [day], "{moment}");
    }

    #[test]
    fn a_decision_counts_on_the_clubs_local_date_at_both_clock_changes() {
        for (moment, day) in [
            // Clocks go back at 2:00 on 1 November 2026: midnight is at 4:00 UTC before, and at 5:00 UTC after.
            ("2026-11-01T03:59:59Z", "2026-10-31"),
            ("2026-11-01T04:00:00Z", "2026-11-01"),
            ("2026-11-02T04:59:59Z", "2026-11-01"),
            ("2026-11-02T05:00:00Z", "2026-11-02"),
            // Clocks go forward at 2:00 on 14 March 2027.
            ("2027-03-14T04:59:59Z", "2027-03-13"),
            ("2027-03-14T05:00:00Z", "2027-03-14"),
            ("2027-03-15T03:59:59Z", "2027-03-14"),
            ("2027-03-15T04:00:00Z", "2027-03-15"),
        ] {
            check(moment, day);
        }
    }
}
