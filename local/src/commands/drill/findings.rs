//! Compares the lines of a club with the simulator's ledger. The ledger must contain the schedule of each accepted line
//! exactly once, as it was approved, and no schedule that an accepted line takes back. A failed line must have a true
//! reason. The event of every other line must have the same schedule as before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use simulator::Effect;

use super::calls::{Call, called_again_blindly};
use super::client::{Line, Person, PostedSchedule};

/// The data that are compared after the morning.
pub struct Evidence {
    /// The club's time zone.
    pub zone: Tz,
    /// The club's people.
    pub people: Vec<Person>,
    /// The ledger before anything was approved.
    pub before: Vec<Effect>,
    /// The ledger at the end.
    pub ledger: Vec<Effect>,
    /// The lines of the proposal.
    pub lines: Vec<Line>,
    /// The posted schedules in the table.
    pub posted: Vec<PostedSchedule>,
    /// The calls of the simulator's log, oldest first.
    pub calls: Vec<Call>,
}

/// The findings. Each names its line or event.
#[derive(Debug, Default)]
pub struct DrillFindings {
    /// Accepted, restored or unchanged schedules that are missing or wrong in the ledger, schedules that were taken back but
    /// are in it, and events about which the table and the ledger differ.
    pub lost: Vec<String>,
    /// Schedules that are in the ledger twice, or without an accepted line.
    pub doubled: Vec<String>,
    /// Lines, runs and messages that are not settled at the end.
    pub stuck: Vec<String>,
    /// Failed lines without a reason, or with a false one.
    pub unexplained: Vec<String>,
    /// Events that were scheduled again without a read-back of the previous call.
    pub blind: Vec<String>,
    /// Outcomes, days and weeks that differ from those in the audit trail, and clubs whose nightly recounts found a wrong
    /// count.
    pub miscounted: Vec<String>,
    /// Number of lines whose cause says that a person must check them.
    pub doubtful: u64,
    /// Number of accepted lines.
    pub accepted: u64,
    /// Number of failed lines by cause.
    pub failed: BTreeMap<String, u64>,
}

/// Causes after which only a person can find out at Crossmark what is scheduled.
const UNCERTAIN_CAUSES: [&str; 2] = ["conflict", "changed_upstream"];

impl Evidence {
    /// Compares the data.
    pub fn findings(&self) -> DrillFindings {
        let mut findings = DrillFindings::default();
        let mut active: BTreeMap<u64, Vec<&Effect>> = BTreeMap::new();
        for effect in self.ledger.iter().filter(|effect| effect.deleted_at.is_none()) {
            active.entry(effect.plan_id).or_default().push(effect);
        }
        for (event, effects) in active.iter().filter(|(_, effects)| effects.len() > 1) {
            findings.doubled.push(format!("event {event} is at Crossmark {} times", effects.len()));
        }
        let current = |event: u64| active.get(&event).and_then(|effects| effects.last()).copied();
        let mut seen = BTreeSet::new();
        for line in &self.lines {
            seen.insert(line.event_ref_num);
            self.check_line(line, current(line.event_ref_num), &mut findings);
        }
        for event in self.before.iter().map(|effect| effect.plan_id).chain(active.keys().copied()) {
            if seen.insert(event) {
                self.check_unchanged(&format!("event {event}"), event, current(event), &mut findings);
            }
        }
        self.compare_with_table(&active, &mut findings);
        let blind = called_again_blindly(&self.calls).into_iter();
        findings.blind = blind.map(|event| format!("event {event} was scheduled again blindly")).collect();
        findings
    }

    fn check_line(&self, line: &Line, current: Option<&Effect>, findings: &mut DrillFindings) {
        let id = &line.id;
        match line.status.as_str() {
            "api_submitted" => {
                findings.accepted += 1;
                match (current, line.kind.as_str()) {
                    (None, "dropped") => {}
                    (Some(effect), "dropped") => {
                        findings.lost.push(format!("{id} is dropped, but {} is at Crossmark", effect.id));
                    }
                    (None, _) => findings.lost.push(format!("{id} is accepted, but is not at Crossmark")),
                    (Some(effect), _) => {
                        if let Some(wrong) = self.difference(line, effect) {
                            findings.lost.push(format!("{id} differs at Crossmark: {wrong}"));
                        }
                    }
                }
            }
            "api_failed" => self.check_failed_line(line, current, findings),
            _ if line.is_in_flight() => findings.stuck.push(format!("{id} is still {}", line.status)),
            _ => self.check_unchanged(id, line.event_ref_num, current, findings),
        }
    }

    fn check_failed_line(&self, line: &Line, current: Option<&Effect>, findings: &mut DrillFindings) {
        let (id, cause) = (&line.id, line.cause());
        *findings.failed.entry(cause.to_owned()).or_default() += 1;
        if line.words().is_empty() {
            findings.unexplained.push(format!("{id} failed without a reason"));
        }
        if UNCERTAIN_CAUSES.contains(&cause) {
            findings.doubtful += 1;
            return;
        }
        let old = line.from.as_ref();
        match (current, cause) {
            (Some(effect), "not_restored") => {
                findings.unexplained.push(format!("{id} says that nothing is at Crossmark, but {} is", effect.id));
            }
            (None, "restored") => {
                findings.lost.push(format!("{id} says that its old place is at Crossmark, but it is not"));
            }
            (Some(effect), _) => match old {
                Some(old) if self.is_at(effect, &old.employee_id, old.schedule_datetime) => {}
                Some(_) => {
                    findings.unexplained.push(format!("{id} failed ({cause}), but another place is at Crossmark"));
                }
                None => findings.doubled.push(format!("{id} failed ({cause}), but {} is at Crossmark", effect.id)),
            },
            // A move that lost its old place in an earlier try has no place to keep.
            (None, _) => {}
        }
    }

    /// Checks that an event that no line changed has the same schedule as before.
    fn check_unchanged(&self, what: &str, event: u64, current: Option<&Effect>, findings: &mut DrillFindings) {
        let before = self.before.iter().find(|effect| effect.plan_id == event).map(|effect| effect.id);
        match (before, current.map(|effect| effect.id)) {
            (before, now) if before == now => {}
            (Some(before), _) => findings.lost.push(format!("{what} was not changed, but {before} is gone")),
            (None, now) => {
                findings.doubled.extend(now.map(|now| format!("{what} was not changed, but {now} is at Crossmark")));
            }
        }
    }

    /// Checks that the table has the posted schedules of the ledger, with the same numbers, except for uncertain events.
    fn compare_with_table(&self, active: &BTreeMap<u64, Vec<&Effect>>, findings: &mut DrillFindings) {
        let is_uncertain = |line: &&Line| UNCERTAIN_CAUSES.contains(&line.cause()) || line.is_in_flight();
        let uncertain: BTreeSet<u64> = self.lines.iter().filter(is_uncertain).map(|line| line.event_ref_num).collect();
        let posted: BTreeMap<u64, Option<u64>> =
            self.posted.iter().map(|posted| (posted.event_ref_num, posted.scheduled_event_id)).collect();
        for event in
            posted.keys().chain(active.keys()).filter(|event| !uncertain.contains(event)).collect::<BTreeSet<_>>()
        {
            let (table, ledger) = (posted.get(event).copied().flatten(), active.get(event).map(|all| all[0].id));
            if table != ledger {
                let [table, ledger] = [table, ledger].map(schedule_or_none);
                findings.lost.push(format!("event {event} has {table} in the table and {ledger} in the ledger"));
            }
        }
    }

    /// How an effect differs from its accepted line; `None` if it does not.
    fn difference(&self, line: &Line, effect: &Effect) -> Option<String> {
        let (Some(person), Some(start)) = (&line.employee_id, line.schedule_datetime) else {
            return Some("the line names no person and no time".to_owned());
        };
        if !self.is_at(effect, person, start) {
            return Some(format!("person {} at {}, expected {person} at {start}", effect.rep_id, effect.start));
        }
        (line.scheduled_event_id != Some(effect.id))
            .then(|| format!("schedule {}, expected {}", effect.id, schedule_or_none(line.scheduled_event_id)))
    }

    /// Whether an effect is for this person at this local time of the club, with the offset of the date.
    fn is_at(&self, effect: &Effect, person: &str, start: NaiveDateTime) -> bool {
        let rep = self.people.iter().find(|candidate| candidate.id == person).and_then(|candidate| candidate.rep_id);
        let at: Option<DateTime<FixedOffset>> =
            self.zone.from_local_datetime(&start).earliest().map(|at| at.fixed_offset());
        rep == Some(effect.rep_id) && at.is_some_and(|at| at == effect.start && at.offset() == effect.start.offset())
    }
}

/// A posted schedule by Crossmark's number, for a finding.
fn schedule_or_none(id: Option<u64>) -> String {
    id.map_or_else(|| "no schedule with a number".to_owned(), |id| format!("schedule {id}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono_tz::America::Indiana::Indianapolis;
    use serde_json::{Value, json};

    use super::*;

    fn effect(id: u64, event: u64, rep: u64, start: &str, deleted: bool) -> Value {
        json!({"id": id, "mPlanID": event, "RepID": rep, "LocationID": 1, "Start": start, "End": start,
               "created_at": "2026-11-20T12:00:00Z", "deleted_at": deleted.then_some("2026-11-20T12:00:00Z")})
    }

    fn line(kind: &str, status: &str, id: Option<u64>, error: &Value, from: &Value) -> Value {
        json!({"id": "r.7", "kind": kind, "event_ref_num": 7, "employee_id": "E1", "status": status,
               "schedule_datetime": "2026-11-22T10:15:00", "scheduled_event_id": id, "api_error_details": error,
               "from": from})
    }

    fn findings_of(before: Value, ledger: Value, line: Value, posted: Option<u64>) -> DrillFindings {
        let posted = posted.map(|id| json!({"event_ref_num": 7, "scheduled_event_id": id}));
        let evidence = Evidence {
            zone: Indianapolis,
            people: serde_json::from_value(json!([{"id": "E1", "rep_id": 1}, {"id": "E2", "rep_id": 2}])).unwrap(),
            before: serde_json::from_value(before).unwrap(),
            ledger: serde_json::from_value(ledger).unwrap(),
            lines: vec![serde_json::from_value(line).unwrap()],
            posted: posted.map(|posted| serde_json::from_value(posted).unwrap()).into_iter().collect(),
            calls: Vec::new(),
        };
        evidence.findings()
    }

    #[test]
    fn what_is_lost_doubled_stuck_or_unexplained_is_found_and_correct_evidence_has_no_finding() {
        let none = Value::Null;
        let place = effect(55, 7, 1, "2026-11-22T10:15:00-05:00", false);
        let other = effect(56, 7, 1, "2026-11-22T10:15:00-05:00", false);
        let other_offset = effect(55, 7, 1, "2026-11-22T11:15:00-04:00", false);
        let somebody = effect(55, 7, 2, "2026-11-22T10:15:00-05:00", false);
        let accepted = line("new", "api_submitted", Some(55), &none, &none);
        let refused = json!({"cause": "refused", "words": "Crossmark refused"});
        let restored = json!({"cause": "restored", "words": "the old placement is scheduled again"});
        let old = json!({"employee_id": "E2", "schedule_datetime": "2026-11-22T10:15:00"});
        // Before, after, the line, the table's number; lost, doubled, stuck, unexplained.
        let cases = [
            (json!([]), json!([place]), accepted.clone(), Some(55), [0, 0, 0, 0]),
            (json!([]), json!([]), accepted.clone(), Some(55), [2, 0, 0, 0]),
            (json!([]), json!([place, other]), accepted.clone(), Some(55), [1, 1, 0, 0]),
            (json!([]), json!([other_offset]), accepted.clone(), Some(55), [1, 0, 0, 0]),
            (json!([]), json!([somebody]), accepted, Some(55), [1, 0, 0, 0]),
            (json!([]), json!([]), line("new", "api_failed", None, &refused, &none), None, [0, 0, 0, 0]),
            (json!([]), json!([place]), line("new", "api_failed", None, &refused, &none), Some(55), [0, 1, 0, 0]),
            (json!([]), json!([]), line("new", "api_failed", None, &none, &none), None, [0, 0, 0, 1]),
            (json!([]), json!([]), line("new", "in_doubt", None, &none, &none), None, [0, 0, 1, 0]),
            (json!([]), json!([place]), line("new", "proposed", None, &none, &none), Some(55), [0, 1, 0, 0]),
            (json!([somebody]), json!([]), line("moved", "proposed", None, &none, &old), None, [1, 0, 0, 0]),
            (
                json!([somebody]),
                json!([somebody]),
                line("moved", "api_failed", None, &restored, &old),
                Some(55),
                [0; 4],
            ),
            (json!([somebody]), json!([]), line("moved", "api_failed", None, &restored, &old), None, [1, 0, 0, 0]),
            (
                json!([somebody]),
                json!([somebody]),
                line("dropped", "api_submitted", None, &none, &old),
                Some(55),
                [1, 0, 0, 0],
            ),
        ];
        for (n, (before, ledger, line, posted, expected)) in cases.into_iter().enumerate() {
            let found = findings_of(before, ledger, line, posted);
            let counts = [found.lost.len(), found.doubled.len(), found.stuck.len(), found.unexplained.len()];
            assert_eq!(counts, expected, "case {n}: {found:?}");
        }
    }
}
