//! W12: Crossmark and Muster differ about a schedule: the person, the start to the minute, or whether there is one.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use super::{WatchName, WatchRule, facts};
use crate::calendar::{at_minute, time_in_words, minute_of, date_in_words};
use crate::snapshot::{EmployeeId, EventRef};
use crate::standing::{Issue, IssueDate, Severity, StandingSchedule};

/// The rule.
pub static RULE: WatchRule = WatchRule {
    name: WatchName::W12,
    title: "Crossmark shows the same",
    severity: Severity::Warning,
    check: |standing, found| {
        let Some(crossmark) = &standing.outside().crossmark else { return };
        let posted = standing.posted().map(|(event, _)| event.event_ref);
        let refs: BTreeSet<EventRef> = posted.chain(crossmark.keys().copied()).collect();
        for event_ref in refs.into_iter().filter(|event_ref| !is_gone(standing, *event_ref)) {
            let (ours, theirs) = (in_muster(standing, event_ref), at_crossmark(standing, event_ref));
            let Some((person, at)) = ours.as_ref().or(theirs.as_ref()).filter(|_| ours != theirs) else { continue };
            let their_date = theirs.as_ref().filter(|_| ours.is_some()).map(|(_, at)| at.date());
            let on = IssueDate::Days(at.date(), their_date);
            found.push(Issue { on, person: Some(person.clone()), refs: vec![event_ref], rotation: None });
        }
    },
    words: |standing, issue| {
        let Some(event_ref) = issue.refs.first().copied() else { return "Crossmark shows something else".into() };
        let event = standing.events(&[event_ref]).next();
        let what = event.map_or_else(|| format!("event {event_ref}"), crate::club::Event::title);
        match (in_muster(standing, event_ref), at_crossmark(standing, event_ref)) {
            (Some(ours), Some(theirs)) => {
                let (ours, theirs) = (place(standing, &ours), place(standing, &theirs));
                format!("{what} is {ours} in Muster and {theirs} at Crossmark")
            }
            (Some(ours), None) => format!("{what} is {} in Muster and not at Crossmark", place(standing, &ours)),
            (None, Some(theirs)) => format!("{what} is {} at Crossmark and not in Muster", place(standing, &theirs)),
            (None, None) => format!("{what} is neither in Muster nor at Crossmark"),
        }
    },
};

/// Who works an event, and its start to the minute.
type PersonAndStart = (EmployeeId, NaiveDateTime);

/// Whether an event is posted, but canceled, expired or no longer listed: W2 reports it.
fn is_gone(standing: &StandingSchedule, event_ref: EventRef) -> bool {
    standing.events(&[event_ref]).any(|event| event.posting().is_some_and(|posting| posting.is_off))
}

/// Who works an event in Muster, and when.
fn in_muster(standing: &StandingSchedule, event_ref: EventRef) -> Option<PersonAndStart> {
    let club = standing.club();
    let posting = club.find(event_ref).and_then(|event| standing.posting_of(event))?;
    Some((club.person(posting.person).id.clone(), posting.start))
}

/// Who works an event at Crossmark, and when.
fn at_crossmark(standing: &StandingSchedule, event_ref: EventRef) -> Option<PersonAndStart> {
    let shown = standing.outside().crossmark.as_ref()?.get(&event_ref)?;
    let start = at_minute(shown.start.date(), minute_of(shown.start));
    Some((shown.employee_id.clone(), start))
}

fn place(standing: &StandingSchedule, (person, at): &PersonAndStart) -> String {
    let person = facts::short_name(standing, person);
    format!("with {person} on {} at {}", date_in_words(at.date()), time_in_words(minute_of(*at)))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{finding_texts, findings_in_short};

    #[test]
    fn a_difference_between_muster_and_crossmark_is_found() {
        let club = "person A specialist
            person B specialist
            posted 1 Core 10..30 A 24 at=10:15";
        for (lines, expected) in [
            ("", ""),
            ("crossmark 1 A 24 at=10:15", ""),
            ("crossmark 1 A 24 at=10:15:59", ""),
            ("crossmark 1 A 24 at=10:16", "W12 24 A 1"),
            ("crossmark 1 B 24 at=10:15", "W12 24 A 1"),
            ("crossmark 1 A 26 at=10:15", "W12 24 A 1"),
            ("crossmark 1 A 22 at=10:15", "W12 22 A 1"),
            // The finding is dated by the first of the two days that is not past.
            ("crossmark 1 A 18 at=10:15", "W12 24 A 1"),
            ("crossmark none", "W12 24 A 1"),
            ("crossmark 1 A 24\n crossmark 2 B 24", "W12 24 B 2"),
            ("crossmark 1 A 24\n crossmark 2 B 18", ""),
            ("crossmark 1 A 24\n crossmark 2 Z 24", "W12 24 Z 2"),
            ("crossmark 1 A 24\n crossmark 2 B 24\n event 2 Core 20..30", "W12 24 B 2"),
            ("crossmark 1 A 24\n posted 2 Core 10..30 B 18", ""),
            ("crossmark 1 A 24\n posted 2 Core 10..30 B 18\n crossmark 2 A 20", "W12 20 B 2"),
            // W2 reports schedules that are gone.
            ("crossmark 1 A 24\n posted 2 Core 10..30 B 24 condition=canceled", ""),
            ("crossmark 1 A 24\n posted 2 Core 10..30 B 24 condition=canceled\n crossmark 2 A 24", ""),
            ("crossmark 1 B 24\n listed 2", ""),
        ] {
            assert_eq!(findings_in_short(&format!("{club}\n{lines}"), "W12"), expected, "{lines}");
        }
        let words = |line: &str| finding_texts(&format!("{club}\n{line}"), "W12").join("; ");
        let what = "Core 1 \"600001-LKD-P1 - V2\" is with A on Tue 24 Nov at 10:15 am in Muster and";
        assert_eq!(words("crossmark 1 B 24 at=10:45"), format!("{what} with B on Tue 24 Nov at 10:45 am at Crossmark"));
        assert_eq!(words("crossmark none"), format!("{what} not at Crossmark"));
        let unknown = words("crossmark 1 A 24\n crossmark 2 Z 24");
        assert_eq!(unknown, "event 2 is with employee Z on Tue 24 Nov at 10:15 am at Crossmark and not in Muster");
    }
}
