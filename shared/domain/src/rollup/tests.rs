//! Tests of the roll-up: what is counted on which day and in which week, and how much people work.

use chrono::NaiveDateTime;

use super::*;
use crate::calendar::at_minute;
use crate::fairness::CountedShift;
use crate::fixture;
use crate::outcome::{ChangedPart, Decision, End, ManagerChange, Outcome, ProposedLine};
use crate::snapshot::{EventRef, Snapshot};

fn id(name: &str) -> EmployeeId {
    EmployeeId(name.to_owned())
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
}

fn line(id: &str) -> LineGeneration {
    let (id, generation) = id.split_once('/').unwrap_or((id, "1"));
    LineGeneration { line_id: id.to_owned(), generation: generation.parse().expect("a generation") }
}

/// `r1.7/2 placed 24 A`: line r1.7, second generation, is placed on the 24th for A.
fn fact(text: &str) -> CountedFact {
    let words: Vec<&str> = text.split_whitespace().collect();
    let what = match words[1] {
        "placed" => Counted::Placed,
        "lost" => Counted::Lost,
        "kept" => Counted::Decided { kept: true },
        "changed" => Counted::Decided { kept: false },
        "edited" => Counted::Edited { reason: Cause::Rule },
        "retried" => Counted::Retried,
        "told" => Counted::ToldMoved,
        "call_out" => Counted::CallOut,
        "refilled" => Counted::Refilled,
        reason => Counted::NotPlaced { reason: reason.to_owned() },
    };
    let day = day(words[2].parse().expect("a day"));
    CountedFact {
        line: line(words[0]),
        what,
        day,
        kind: EventType::Core,
        employee_id: words.get(3).map(|name| id(name)),
    }
}

fn facts(lines: &str) -> Vec<CountedFact> {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(fact).collect()
}

const WEEK: &str = "r1.1 placed 24 A
    r1.2 placed 24 B
    r1.3 nobody_available 24
    r1.4 nobody_available 24
    r1.1 kept 24 A
    r1.2 changed 25 B
    r1.2 edited 25 B
    r1.1 retried 25 A
    r1.1/2 retried 25 A
    r1.9 told 25 A
    r1.8 call_out 29 A
    r1.8 refilled 29 B
    r1.5 lost 29";

#[test]
fn facts_of_a_day_are_counted_in_all_by_type_and_by_person() {
    let days = days(&facts(WEEK), &[]);
    let [first, second, third] = &days[..] else { panic!("{days:?}") };
    assert_eq!((first.from, first.all.placed, first.all.kept, first.all.decided), (day(24), 2, 1, 1));
    assert_eq!(first.all.not_placed, BTreeMap::from([("nobody_available".to_owned(), 2)]));
    assert_eq!((second.all.retries, second.all.told_moves, second.all.edits[&Cause::Rule]), (2, 1, 1));
    assert_eq!((third.all.call_outs, third.all.refilled, third.all.lost), (1, 1, 1));
    for day in &days {
        assert_eq!(day.by_type[&EventType::Core], day.all);
    }
    assert_eq!((first.by_person[&id("A")].placed, first.by_person.len()), (1, 2));
    assert_eq!(second.by_person[&id("A")].retries, 2);
}

#[test]
fn order_and_repetition_of_facts_change_no_byte() {
    let all = facts(WEEK);
    let text = |facts: &[CountedFact]| serde_json::to_string(&days(facts, &[])).expect("JSON");
    let expected = text(&all);
    for offset in 0..all.len() {
        let mut reordered = [all.clone(), all.clone()].concat();
        reordered.rotate_left(offset);
        assert_eq!(text(&reordered), expected, "{offset}");
        reordered.reverse();
        assert_eq!(text(&reordered), expected, "{offset}");
    }
    let late = facts("r1.1 placed 26 A\n r1.1 placed 24 A");
    assert_eq!(days(&late, &[]).len(), 1, "the earliest day of a fact counts");
}

#[test]
fn a_roll_up_is_read_as_it_was_written() {
    for day in days(&facts(WEEK), &[]) {
        let text = serde_json::to_string(&day).expect("JSON");
        assert_eq!(serde_json::from_str::<RollUp>(&text).expect("a roll-up"), day, "{text}");
    }
}

#[test]
fn weeks_are_the_sums_of_their_days_from_sunday_to_saturday() {
    let weeks = weeks(&days(&facts(WEEK), &[]));
    let [first, second] = &weeks[..] else { panic!("{weeks:?}") };
    assert_eq!((first.from, first.all.placed, first.all.decided, first.all.retries), (day(22), 2, 2, 2));
    assert_eq!((second.from, second.all.call_outs, second.all.placed), (day(29), 1, 0));
    let rate = first.all.kept_rate().expect("a rate");
    assert_eq!((rate.rate, rate.n, rate.is_pale()), (0.5, 2, true));
    assert_eq!(second.all.kept_rate(), None);
}

#[test]
fn minutes_are_counted_from_the_proposal_of_a_run() {
    let at = |minute: i64| DateTime::from_timestamp(1_800_000_000 + minute * 60, 0).expect("a time");
    let run = |run_id: &str, approval: Option<i64>, acceptance: Option<i64>| RunTimes {
        run_id: run_id.to_owned(),
        day: day(24),
        proposed_at: at(0),
        first_approval: approval.map(at),
        last_acceptance: acceptance.map(at),
    };
    let runs = [
        run("r1", Some(40), Some(60)),
        run("r1", Some(30), Some(90)),
        run("r2", Some(50), None),
        run("r3", None, None),
        run("r1", None, None),
    ];
    let days = days(&[], &runs);
    assert_eq!(days[0].to_first_approval, Minutes { n: 2, sum: 80 });
    assert_eq!(days[0].to_last_acceptance, Minutes { n: 1, sum: 90 });
    assert_eq!(days[0].to_first_approval.mean(), Some(40.0));
    assert_eq!(Minutes::default().mean(), None);
}

#[test]
fn the_minutes_of_a_run_are_rounded_to_the_nearest() {
    let at = |second: i64| DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time");
    for (seconds, minutes) in [(-100, 0), (0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (119, 2), (228, 4)] {
        let run = RunTimes {
            run_id: "r1".to_owned(),
            day: day(24),
            proposed_at: at(0),
            first_approval: Some(at(seconds)),
            last_acceptance: None,
        };
        assert_eq!(days(&[], &[run])[0].to_first_approval, Minutes { n: 1, sum: minutes }, "{seconds} s");
    }
}

#[test]
fn an_outcome_counts_when_it_was_decided_and_when_it_was_worked() {
    let proposed = ProposedLine {
        line_id: "r1.7".to_owned(),
        event_ref: EventRef(7),
        kind: EventType::Core,
        employee_id: id("A"),
        date: day(25),
    };
    let change = ManagerChange {
        what: ChangedPart::Both,
        employee_id: id("B"),
        date: day(26),
        cause: Cause::Choice,
        alternatives: vec![],
    };
    let changed = Some(Decision::Changed(change));
    for (decision, end, done_by, expected) in [
        (None, None, None, ""),
        (Some(Decision::Kept), Some(End::Accepted), None, "Decided { kept: true } 24 A"),
        (Some(Decision::Kept), Some(End::NoShow), None, "Decided { kept: true } 24 A, NoShow 25 A"),
        (Some(Decision::Kept), Some(End::Completed), Some("C"), "Decided { kept: true } 24 A, Completed 25 C"),
        (
            changed,
            Some(End::CallOut),
            None,
            "Decided { kept: false } 24 A, Edited { reason: Choice } 24 A, CallOut 26 B",
        ),
    ] {
        let outcome = Outcome { decision, end, done_by: done_by.map(id), ..Outcome::open(&proposed) };
        let facts = facts_of(&outcome, day(24)).into_iter().map(|fact| {
            let who = fact.employee_id.map(|id| id.0).unwrap_or_default();
            format!("{:?} {} {who}", fact.what, fact.day.format("%-d"))
        });
        assert_eq!(facts.collect::<Vec<_>>().join(", "), expected);
    }
}

fn shift(event: u64, kind: EventType, who: &str, start: NaiveDateTime, minutes: u32) -> CountedShift {
    let accepted_at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
    CountedShift { event_ref: EventRef(event), kind, employee_id: id(who), start, minutes, arrival: None, accepted_at }
}

#[test]
fn a_week_is_high_or_too_much_by_minutes_or_days_and_a_day_with_several_shifts_counts_once() {
    let thresholds = Thresholds::default();
    for (minutes, days, level) in [
        (2_159, 5, Level::Normal),
        (2_160, 5, Level::High),
        (2_400, 5, Level::TooMuch),
        (900, 6, Level::High),
        (900, 7, Level::TooMuch),
    ] {
        assert_eq!(thresholds.level(minutes, days), level, "{minutes} {days}");
    }
    let at = |d: u32| at_minute(day(d), 615);
    let shifts = [
        shift(1, EventType::Core, "B", at(24), 390),
        shift(2, EventType::Freeosk, "B", at(24), 15),
        shift(3, EventType::Core, "A", at(28), 390),
        shift(4, EventType::Core, "A", at(29), 390),
    ];
    let days =
        worked_days(&shifts).into_iter().map(|((week, id), days)| format!("{id} w{} {days}", week.format("%-d")));
    assert_eq!(days.collect::<Vec<_>>(), ["A w22 1", "B w22 1", "A w29 1"]);
}

#[test]
fn capacity_counts_the_people_who_are_present_and_for_core_at_most_the_places_of_the_blocks() {
    let check = |more: &str, expected: &str| {
        let document =
            fixture::snapshot(&format!("person A specialist\n person B lead\n person C specialist\n {more}"));
        let snapshot = Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot");
        let at = at_minute(day(24), 615);
        // Only the lead may work an Other that is not full-day. The specialist C is counted for working a full-day one.
        let shifts = [
            shift(1, EventType::Core, "A", at, 390),
            shift(2, EventType::Freeosk, "B", at, 15),
            shift(3, EventType::Other, "C", at, 480),
        ];
        let rows = utilisation(&snapshot, &shifts, day(25));
        let rows = rows.iter().filter(|row| row.date == day(24) && row.kind != EventType::Supervisor && row.events > 0);
        let rows = rows.map(|row| format!("{} {}/{}", row.kind, row.working, row.capacity));
        assert_eq!(rows.collect::<Vec<_>>().join(", "), expected, "{more}");
    };
    check("", "Freeosk 1/1, Core 1/3, Other 1/2");
    check("off C 24..24", "Freeosk 1/1, Core 1/2, Other 1/2");
    check("off A 24..24\n off C 24..24", "Freeosk 1/1, Core 1/2, Other 1/2");
    check("holiday 24", "");
    let many = (0..9).map(|i| format!("person P{i} specialist\n")).collect::<String>();
    check(&many, "Freeosk 1/1, Core 1/8, Other 1/2");
}
