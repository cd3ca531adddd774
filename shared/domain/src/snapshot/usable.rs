//! Filters rows from the table: rows that no run can use are left out and reported. External documents are read by
//! [`Snapshot::parse`] instead, which refuses a document with a fault as a whole.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use chrono::{NaiveDate, NaiveDateTime};

use super::read::DATE;
use super::rows::{BLOCKS, EventMember, is_date, is_moment, is_person};
use super::{EmployeeId, EventFacts, PlacementRow, Posted, Rotation, Snapshot};
use crate::bounds::{ID, is_id};
use crate::event_type::JobTitle;
use crate::json::quoted;

/// A snapshot, and the rows that were left out.
#[derive(Debug, Clone)]
pub struct UsableSnapshot {
    /// The usable part.
    pub snapshot: Snapshot,
    /// The rows and settings that were left out.
    pub left_out: Vec<LeftOutRow>,
}

/// Why a row or setting was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutRow {
    /// The list of the row, or `settings`.
    pub list: &'static str,
    /// The event's number, the employee's id or the setting's name; `None` for a holiday or locked day.
    pub about: Option<String>,
    /// The value that was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

impl std::fmt::Display for LeftOutRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let about = self.about.as_deref().unwrap_or("-");
        write!(f, "{} {about}: found {}, expected {}", self.list, self.found, self.expected)
    }
}

impl Snapshot {
    /// Leaves out the rows that no run can use, and of rows with the same key all but the first. A setting that could
    /// not be read has its default. An employee with an invalid override or time-off row, and every employee in
    /// `unreadable_absences`, becomes inactive, so that a run assigns them no new events.
    pub fn without_unusable_rows(mut self, unreadable_absences: &BTreeSet<EmployeeId>) -> UsableSnapshot {
        let mut filter = RowFilter { with_unusable_absence: unreadable_absences.clone(), ..RowFilter::default() };
        filter.report_settings(&self);
        filter.filter_people(&mut self);
        filter.filter_absences(&mut self);
        filter.filter_calendar(&mut self);
        filter.filter_events(&mut self);
        filter.filter_scores(&mut self);
        for person in &mut self.employees {
            person.active &= !filter.with_unusable_absence.contains(&person.id);
        }
        UsableSnapshot { snapshot: self, left_out: filter.left_out }
    }
}

/// What was found, and what was expected.
type Mismatch = (String, String);

#[expect(clippy::unnecessary_wraps, clippy::needless_pass_by_value, reason = "the callers return the result as it is")]
fn mismatch(found: impl ToString, expected: impl Into<String>) -> Option<Mismatch> {
    Some((found.to_string(), expected.into()))
}

/// The people that are left, and what was left out so far.
#[derive(Default)]
struct RowFilter {
    people: HashMap<EmployeeId, (JobTitle, bool)>,
    /// Employees with an absence that cannot be used. They become inactive.
    with_unusable_absence: BTreeSet<EmployeeId>,
    left_out: Vec<LeftOutRow>,
}

impl RowFilter {
    fn report_settings(&mut self, snapshot: &Snapshot) {
        self.left_out.extend(snapshot.settings.faults.iter().map(|fault| {
            let path = fault.path.trim_start_matches(['$', '.']);
            let end = path.find(['.', '[']).unwrap_or(path.len());
            let (found, expected) = (fault.found.clone(), fault.expected.clone());
            LeftOutRow { list: "settings", about: Some(path[..end].to_owned()), found, expected }
        }));
    }

    fn filter_people(&mut self, snapshot: &mut Snapshot) {
        let mut seen = HashSet::new();
        self.retain_valid(
            "employees",
            &mut snapshot.employees,
            |e| about(&e.id),
            |_, e| {
                if !is_id(&e.id.0) {
                    return mismatch(quoted(&e.id.0), format!("the employee's id, {ID}"));
                }
                if !is_person(&e.id.0, &e.name) {
                    return mismatch(quoted(&e.name), "the employee's name of at most 1000 characters");
                }
                e.termination_date.and_then(date_fault).or_else(|| repetition_fault(&mut seen, &e.id))
            },
        );
        self.people = snapshot.employees.iter().map(|e| (e.id.clone(), (e.job_title, e.juicer_trained))).collect();
    }

    fn filter_absences(&mut self, snapshot: &mut Snapshot) {
        let mut seen = HashSet::new();
        self.retain_valid(
            "weekly_availability",
            &mut snapshot.weekly_availability,
            |w| about(&w.employee_id),
            |filter, w| {
                filter.unknown_person_fault(&w.employee_id).or_else(|| repetition_fault(&mut seen, &w.employee_id))
            },
        );
        self.retain_valid(
            "availability_overrides",
            &mut snapshot.availability_overrides,
            |o| about(&o.employee_id),
            |filter, o| {
                let fault = span_fault(o.start, o.end);
                filter.with_unusable_absence.extend(fault.is_some().then(|| o.employee_id.clone()));
                fault.or_else(|| filter.unknown_person_fault(&o.employee_id))
            },
        );
        self.retain_valid(
            "time_off",
            &mut snapshot.time_off,
            |off| about(&off.employee_id),
            |filter, off| {
                let fault = span_fault(off.start, off.end);
                filter.with_unusable_absence.extend(fault.is_some().then(|| off.employee_id.clone()));
                fault.or_else(|| filter.unknown_person_fault(&off.employee_id))
            },
        );
    }

    fn filter_calendar(&mut self, snapshot: &mut Snapshot) {
        for (list, days) in [("holidays", &mut snapshot.holidays), ("locked_days", &mut snapshot.locked_days)] {
            let mut rows = std::mem::take(days).into_iter().collect();
            self.retain_valid(list, &mut rows, |_| None, |_, day| date_fault(*day));
            days.extend(rows);
        }
        let mut seen = HashSet::new();
        self.retain_valid(
            "rotations",
            &mut snapshot.rotations,
            |r| about(&r.employee_id),
            |filter, r| {
                let holders = [Some(&r.employee_id), r.backup_employee_id.as_ref()];
                let fault = holders.into_iter().flatten().find_map(|id| filter.holder_fault(r.rotation, id));
                fault.or_else(|| repetition_fault(&mut seen, &(r.day, r.rotation)))
            },
        );
        let mut seen = HashSet::new();
        self.retain_valid(
            "exceptions",
            &mut snapshot.exceptions,
            |e| about(&e.employee_id),
            |filter, e| {
                let fault = date_fault(e.date).or_else(|| filter.holder_fault(e.rotation, &e.employee_id));
                fault.or_else(|| repetition_fault(&mut seen, &(e.date, e.rotation)))
            },
        );
    }

    fn filter_events(&mut self, snapshot: &mut Snapshot) {
        let mut seen = HashSet::new();
        self.retain_valid(
            "events",
            &mut snapshot.events,
            |e| Some(e.event_ref.to_string()),
            |_, e| event_fault(e).or_else(|| repetition_fault(&mut seen, &e.event_ref)),
        );
        let mut seen = HashSet::new();
        self.retain_valid(
            "posted",
            &mut snapshot.posted,
            |p| Some(p.event.event_ref.to_string()),
            |filter, p| {
                let fault = event_fault(&p.event)
                    .or_else(|| place_fault(p))
                    .or_else(|| filter.unknown_person_fault(&p.employee_id));
                fault.or_else(|| repetition_fault(&mut seen, &p.event.event_ref))
            },
        );
    }

    fn filter_scores(&mut self, snapshot: &mut Snapshot) {
        let mut seen = HashSet::new();
        self.retain_valid(
            "affinity",
            &mut snapshot.affinity,
            |a| about(&a.employee_id),
            |filter, a| {
                let fault = range_fault(a.score, 0.0..=1.0, "an affinity")
                    .or_else(|| filter.unknown_person_fault(&a.employee_id));
                fault.or_else(|| repetition_fault(&mut seen, &(a.employee_id.clone(), a.event_ref)))
            },
        );
        let mut seen = HashSet::new();
        self.retain_valid(
            "affinity_by_type",
            &mut snapshot.affinity_by_type,
            |a| about(&a.employee_id),
            |filter, a| {
                let fault = range_fault(a.score, 0.0..=1.0, "an affinity")
                    .or_else(|| filter.unknown_person_fault(&a.employee_id));
                fault.or_else(|| repetition_fault(&mut seen, &(a.employee_id.clone(), a.kind)))
            },
        );
        let mut seen = HashSet::new();
        self.retain_valid(
            "ledger",
            &mut snapshot.ledger,
            |d| about(&d.employee_id),
            |filter, d| {
                let fault = range_fault(d.debt, -3.0..=3.0, "a debt, in Core")
                    .or_else(|| filter.unknown_person_fault(&d.employee_id));
                fault.or_else(|| repetition_fault(&mut seen, &d.employee_id))
            },
        );
        let mut seen = HashSet::new();
        self.retain_valid(
            "previous",
            &mut snapshot.previous,
            |p| Some(p.event_ref.to_string()),
            |filter, p| {
                let fault = moment_fault(p.start).or_else(|| filter.unknown_person_fault(&p.employee_id));
                fault.or_else(|| repetition_fault(&mut seen, &p.event_ref))
            },
        );
        // An event has at most one wish, but any number of refused placements.
        for (list, rows, has_one_row_per_event) in
            [("wishes", &mut snapshot.wishes, true), ("unwanted", &mut snapshot.unwanted, false)]
        {
            let key =
                |w: &PlacementRow| (w.event_ref, (!has_one_row_per_event).then(|| (w.employee_id.clone(), w.date)));
            let mut seen = HashSet::new();
            self.retain_valid(
                list,
                rows,
                |w: &PlacementRow| Some(w.event_ref.to_string()),
                |filter, w| {
                    let fault = date_fault(w.date).or_else(|| filter.unknown_person_fault(&w.employee_id));
                    fault.or_else(|| repetition_fault(&mut seen, &key(w)))
                },
            );
        }
    }

    /// Keeps the rows of a list for which `fault` returns `None`, and reports the others.
    fn retain_valid<T>(
        &mut self,
        list: &'static str,
        rows: &mut Vec<T>,
        about: impl Fn(&T) -> Option<String>,
        mut fault: impl FnMut(&mut RowFilter, &T) -> Option<Mismatch>,
    ) {
        rows.retain(|row| match fault(self, row) {
            None => true,
            Some((found, expected)) => {
                self.left_out.push(LeftOutRow { list, about: about(row), found, expected });
                false
            }
        });
    }

    fn unknown_person_fault(&self, id: &EmployeeId) -> Option<Mismatch> {
        if self.people.contains_key(id) { None } else { mismatch(quoted(&id.0), "the id of one of the employees") }
    }

    fn holder_fault(&self, rotation: Rotation, id: &EmployeeId) -> Option<Mismatch> {
        match self.people.get(id) {
            None => self.unknown_person_fault(id),
            Some((title, trained)) if rotation.may_hold(*title, *trained) => None,
            Some(_) => mismatch(quoted(&id.0), rotation.expected_holder()),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "`retain_valid` expects an option")]
fn about(id: &EmployeeId) -> Option<String> {
    Some(id.0.chars().take(64).collect())
}

fn repetition_fault<K: Hash + Eq + Clone>(seen: &mut HashSet<K>, key: &K) -> Option<Mismatch> {
    if seen.insert(key.clone()) { None } else { mismatch("a second row", "one row for each key") }
}

fn date_fault(date: NaiveDate) -> Option<Mismatch> {
    if is_date(date) { None } else { mismatch(quoted(&date.to_string()), DATE) }
}

fn moment_fault(at: NaiveDateTime) -> Option<Mismatch> {
    if is_moment(at) { None } else { mismatch(quoted(&crate::calendar::write_moment(at)), super::read::MOMENT) }
}

fn span_fault(start: NaiveDate, end: NaiveDate) -> Option<Mismatch> {
    let reversed = || mismatch(quoted(&end.to_string()), format!("a date not before the start, {start}"));
    date_fault(start).or_else(|| date_fault(end)).or_else(|| if end < start { reversed() } else { None })
}

fn range_fault(number: f64, range: std::ops::RangeInclusive<f64>, what: &str) -> Option<Mismatch> {
    let expected = || format!("{what}, a number from {} to {}", range.start(), range.end());
    if range.contains(&number) { None } else { mismatch(number, expected()) }
}

fn event_fault(event: &EventFacts) -> Option<Mismatch> {
    let fault = event.fault()?;
    let found = match fault.member {
        EventMember::Ref => event.event_ref.to_string(),
        EventMember::Name => quoted(&event.name),
        EventMember::Start => quoted(&crate::calendar::write_moment(event.start)),
        EventMember::Due => quoted(&crate::calendar::write_moment(event.due)),
        EventMember::Minutes => event.estimated_minutes.map_or_else(String::new, |minutes| minutes.to_string()),
        EventMember::Condition => quoted(event.condition.as_deref().unwrap_or_default()),
    };
    mismatch(found, fault.expected())
}

fn place_fault(posted: &Posted) -> Option<Mismatch> {
    let block = posted.block.filter(|block| !BLOCKS.contains(block));
    let expected = || format!("a block, a whole number from {} to {}", BLOCKS.start(), BLOCKS.end());
    moment_fault(posted.start).or_else(|| mismatch(block?, expected()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::snapshot::EventRef;

    const CLUB: &str = "person A supervisor
        person B specialist
        event 1 Core 24..26
        event 2 Core 24..26
        posted 3 Core 24..26 B 25
        weekly A mon=yes
        off B 24..25
        holiday 26
        rotation lead mon A
        debt A 1";

    /// Checks what is left out after a change of the club, and returns the rest.
    #[track_caller]
    fn check(change: impl FnOnce(&mut Snapshot), expected: &[&str]) -> Snapshot {
        let document = fixture::snapshot(CLUB).to_string();
        let mut snapshot = Snapshot::parse(document.as_bytes()).expect("a legal snapshot");
        change(&mut snapshot);
        let usable = snapshot.without_unusable_rows(&BTreeSet::new());
        let words: Vec<String> = usable.left_out.iter().map(ToString::to_string).collect();
        assert_eq!(words, expected);
        let document = serde_json::to_vec(&usable.snapshot).expect("a document");
        assert!(Snapshot::parse(&document).is_ok(), "the rest of the snapshot is not legal");
        usable.snapshot
    }

    fn last_date_of_chrono() -> NaiveDate {
        NaiveDate::MAX
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
    }

    fn refs(snapshot: &Snapshot) -> Vec<u64> {
        snapshot.events.iter().map(|event| event.event_ref.0).collect()
    }

    #[test]
    fn a_row_that_cannot_be_used_is_left_out_and_named() {
        check(|_| {}, &[]);
        let words = ["events 1: found 20000, expected minutes, a whole number from 1 to 10080"];
        let left = check(|club| club.events[0].estimated_minutes = Some(20_000), &words);
        assert_eq!(refs(&left), [2]);
        let words =
            ["events 2: found \"2026-11-01T00:00:00\", expected a moment not before the start, 2026-11-24 00:00:00"];
        let early = day(1).and_hms_opt(0, 0, 0).expect("a moment");
        assert_eq!(refs(&check(|club| club.events[1].due = early, &words)), [1]);
        let words = ["events 1: found a second row, expected one row for each key"];
        assert_eq!(refs(&check(|club| club.events[1].event_ref = EventRef(1), &words)), [1]);
        let words = ["holidays -: found \"+262142-12-31\", expected a date like \"2026-11-24\""];
        check(|club| _ = club.holidays.insert(last_date_of_chrono()), &words);
        let words = ["posted 3: found 9, expected a block, a whole number from 1 to 8"];
        check(|club| club.posted[0].block = Some(9), &words);
        let words = ["ledger A: found 3.5, expected a debt, in Core, a number from -3 to 3"];
        check(|club| club.ledger[0].debt = 3.5, &words);
        let words = ["rotations B: found \"B\", expected a Lead Event Specialist or Club Supervisor"];
        check(|club| club.rotations[0].employee_id = EmployeeId("B".into()), &words);
    }

    #[test]
    fn a_setting_that_cannot_be_read_has_its_default() {
        let settings = r#"{"buffer_days": -1, "horizon_days": 14, "weights": {"scheduled": 9, "bump": 2}}"#;
        let words = [
            "settings buffer_days: found -1, expected days, a whole number from 0 to 1000",
            "settings weights: found 9, expected a weight, a number from 0 to 5",
        ];
        let left = check(|club| club.settings = serde_json::from_str(settings).expect("settings"), &words);
        assert_eq!((left.settings.buffer_days(), left.settings.horizon_days()), (3, 14));
    }

    #[test]
    fn rows_about_somebody_who_is_left_out_are_left_out_too() {
        let left = check(
            |club| club.employees[1].name = "x".repeat(2_000),
            &[
                "employees B: found \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"… (2000 characters), expected the \
                 employee's name of at most 1000 characters",
                "time_off B: found \"B\", expected the id of one of the employees",
                "posted 3: found \"B\", expected the id of one of the employees",
            ],
        );
        assert_eq!(left.employees.len(), 1);
        let id = "x".repeat(65);
        let found = format!(
            "employees {}: found \"{}\"… (65 characters), expected the employee's id, 1 to 64 characters, none of them a \
             control character or #",
            &id[..64],
            &id[..40]
        );
        let left = check(
            |club| club.employees[1].id = EmployeeId(id),
            &[
                &found,
                "time_off B: found \"B\", expected the id of one of the employees",
                "posted 3: found \"B\", expected the id of one of the employees",
            ],
        );
        assert_eq!(left.employees.len(), 1);
    }

    #[test]
    fn a_person_with_an_absence_that_cannot_be_used_becomes_inactive() {
        let words = ["time_off B: found \"2026-11-01\", expected a date not before the start, 2026-11-24"];
        let left = check(|club| club.time_off[0].end = day(1), &words);
        assert_eq!(left.employees.iter().map(|e| e.active).collect::<Vec<_>>(), [true, false]);
        let document = fixture::snapshot(CLUB).to_string();
        let snapshot = Snapshot::parse(document.as_bytes()).expect("a legal snapshot");
        let usable = snapshot.without_unusable_rows(&BTreeSet::from([EmployeeId("A".into())]));
        assert_eq!(usable.snapshot.employees.iter().map(|e| e.active).collect::<Vec<_>>(), [false, true]);
    }
}
