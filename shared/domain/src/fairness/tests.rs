//! Tests of the fairness ledger: which rows follow from accepted lines and outcomes, and which debts from the rows.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::America::Indiana::Indianapolis;

use super::*;
use crate::calendar::{at_minute, plus_days, read_minute, week_start};
use crate::fixture;
use crate::outcome::{End, Outcome, ProposedLine};
use crate::snapshot::Snapshot;

fn id(name: &str) -> EmployeeId {
    EmployeeId(name.to_owned())
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
}

fn start(day_and_time: &str) -> NaiveDateTime {
    let (date, time) = day_and_time.split_once('@').unwrap_or((day_and_time, "10:45"));
    at_minute(day(date.parse().expect("a day")), read_minute(time).expect("a time"))
}

/// `r1.7 Core on=20 B24 A25@10:15`: line r1.7 of event 7, accepted on the 20th, moves a Core from B on the 24th to A on
/// the 25th. `B24!absence`: B could not come. `-`: no place.
fn acceptance(line: &str) -> Acceptance {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [line_id, kind, on, from, to] = words[..] else { panic!("{line}") };
    let kind = if kind == "Juicer" { EventType::JuicerProduction } else { EventType::named(kind).expect("a type") };
    let on: u32 = on.trim_start_matches("on=").parse().expect("a day");
    let from = (from != "-").then(|| {
        let (place, reason) = match from.strip_suffix("!absence") {
            Some(place) => (place, LeavingReason::Absence),
            None => (from, LeavingReason::Plan),
        };
        LeftPlace { employee_id: id(&place[..1]), date: start(&place[1..]).date(), reason }
    });
    let to = (to != "-").then(|| {
        let start = start(&to[1..]);
        let arrival = Arrival::of(kind, start, &Arrivals::default());
        Shift { employee_id: id(&to[..1]), start, minutes: kind.default_minutes(), arrival }
    });
    let (_, event_ref) = line_id.split_once('.').expect("run.ref");
    Acceptance {
        accepted_at: DateTime::from_naive_utc_and_offset(at_minute(day(on), 15 * 60), chrono::Utc),
        line: LineGeneration { line_id: line_id.to_owned(), generation: 1 },
        event_ref: EventRef(event_ref.parse().expect("a ref")),
        kind,
        from,
        to,
    }
}

fn acceptances(lines: &str) -> Vec<Acceptance> {
    lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(acceptance).collect()
}

/// The outcome of a line: `r1.7 completed`; `r1.7 C` is a Core that C did instead.
fn outcome(line: &str) -> Outcome {
    let (line_id, end) = line.split_once(' ').expect("a line and its end");
    let proposed = ProposedLine {
        line_id: line_id.to_owned(),
        event_ref: EventRef(0),
        kind: EventType::Core,
        employee_id: id("A"),
        date: day(24),
    };
    let open = Outcome::open(&proposed);
    let (end, done_by) = match end {
        "completed" => (End::Completed, None),
        "no_show" => (End::NoShow, None),
        "taken_back" => (End::TakenBack, None),
        "call_out" => (End::CallOut, None),
        who => (End::Completed, Some(id(who))),
    };
    let line = LineGeneration { generation: 1, ..open.line };
    Outcome { line, end: Some(end), corrected_by_hand: done_by.is_some(), done_by, ..open }
}

/// The rows in short, without what is 0: `A w22 core=1 minutes=390`.
fn in_short(rows: &[LedgerRow]) -> String {
    let row = |row: &LedgerRow| {
        let counts = [
            ("core", row.core),
            ("weekend", row.weekend_days),
            ("first", row.first_arrivals),
            ("last", row.last_arrivals),
            ("short", row.short_notice),
            ("moved", row.moved_on_them),
            ("minutes", row.minutes),
            ("possible", row.possible_days),
        ];
        let counts = counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!(" {name}={n}"));
        format!("{} w{}{}", row.employee_id, row.week.format("%-d"), counts.collect::<String>())
    };
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

#[test]
fn an_event_counts_where_its_last_accepted_line_put_it() {
    for (lines, expected) in [
        ("", ""),
        ("r1.7 Core on=20 - A25", "A w22 core=1 minutes=390"),
        ("r1.7 Core on=20 - A25@10:15", "A w22 core=1 first=1 minutes=390"),
        ("r1.7 Core on=20 - A25@11:45", "A w22 core=1 last=1 minutes=390"),
        ("r1.7 Freeosk on=20 - A25@10:15", "A w22 minutes=15"),
        ("r1.7 Core on=20 - A28\n r1.8 Freeosk on=20 - A28", "A w22 core=1 weekend=1 minutes=405"),
        ("r1.7 Core on=23 - A25\n r1.8 Freeosk on=23 - A25", "A w22 core=1 short=1 minutes=405"),
        ("r1.7 Core on=20 - A25\n r2.7 Core on=21 A25 B26", "A w22 moved=1, B w22 core=1 minutes=390"),
        ("r1.7 Core on=16 - A20\n r2.7 Core on=17 A20 A25", "A w15 moved=1, A w22 core=1 minutes=390"),
        ("r1.7 Core on=20 - A25\n r2.7 Core on=21 A25 A25@11:45", "A w22 core=1 last=1 minutes=390"),
        ("r1.7 Core on=20 - A25\n r2.7 Core on=21 A25 -", "A w22 moved=1"),
        ("r1.7 Core on=20 - A25\n r2.7 Core on=22 A25!absence B25", "B w22 core=1 minutes=390"),
        ("r1.7 Supervisor on=20 - A25\n r2.7 Supervisor on=21 A25 B26", "B w22 minutes=5"),
    ] {
        let rows = recount(&acceptances(lines), &[], &PossibleDays::new(), Indianapolis);
        assert_eq!(in_short(&rows), expected, "{lines}");
    }
}

#[test]
fn outcomes_correct_the_rows_of_accepted_lines() {
    let accepted = acceptances("r1.7 Core on=20 - A25");
    for (end, expected) in [
        ("r1.7 completed", "A w22 core=1 minutes=390"),
        ("r1.7 no_show", "A w22 core=1"),
        ("r1.7 taken_back", ""),
        ("r1.7 call_out", ""),
        ("r1.7 C", "C w22 core=1 minutes=390"),
        ("r9.7 taken_back", "A w22 core=1 minutes=390"),
    ] {
        let rows = recount(&accepted, &[outcome(end)], &PossibleDays::new(), Indianapolis);
        assert_eq!(in_short(&rows), expected, "{end}");
    }
    let stale =
        Outcome { line: LineGeneration { generation: 0, ..accepted[0].line.clone() }, ..outcome("r1.7 taken_back") };
    let rows = recount(&accepted, &[stale], &PossibleDays::new(), Indianapolis);
    assert_eq!(in_short(&rows), "A w22 core=1 minutes=390");
}

#[test]
fn order_and_repetition_of_facts_change_no_row() {
    let facts = acceptances(
        "r1.7 Core on=20 - A25
        r1.8 Core on=20 - B25
        r2.7 Core on=21 A25 B26
        r3.7 Core on=22 B26 A27
        r3.9 Core on=22 - B27",
    );
    let outcomes = [outcome("r3.7 completed"), outcome("r1.8 C"), outcome("r3.9 call_out")];
    let rows = recount(&facts, &outcomes, &PossibleDays::new(), Indianapolis);
    assert_eq!(in_short(&rows), "A w22 core=1 moved=1 minutes=390, B w22 moved=1, C w22 core=1 minutes=390");
    for offset in 0..facts.len() {
        let mut reordered = [facts.clone(), facts.clone()].concat();
        reordered.rotate_left(offset);
        assert_eq!(recount(&reordered, &outcomes, &PossibleDays::new(), Indianapolis), rows, "{offset}");
        reordered.reverse();
        assert_eq!(recount(&reordered, &outcomes, &PossibleDays::new(), Indianapolis), rows, "{offset}");
    }
}

#[test]
fn short_notice_is_counted_in_days_of_the_club_time_zone() {
    // 02:00 UTC on the 23rd is still the 22nd at the club: three days before the 25th.
    let mut accepted = acceptances("r1.7 Core on=23 - A25");
    accepted[0].accepted_at = DateTime::from_naive_utc_and_offset(at_minute(day(23), 120), chrono::Utc);
    let rows = recount(&accepted, &[], &PossibleDays::new(), Indianapolis);
    assert_eq!(in_short(&rows), "A w22 core=1 minutes=390");
}

/// Rows of the week of the 15th: `A 5 10` has five possible days and ten Core.
fn rows(text: &str) -> Vec<LedgerRow> {
    let row = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [who, possible, core] = words[..] else { panic!("{line}") };
        let number = |text: &str| text.parse::<u32>().expect("a number");
        let empty = LedgerRow::empty(day(15), id(who));
        LedgerRow { possible_days: number(possible), core: number(core), ..empty }
    };
    text.split(',').map(row).collect()
}

fn debts_in_words(rows: &[LedgerRow], corrections: &[LedgerCorrection]) -> String {
    let window = Window::before(day(24), 8);
    let debts = debts(rows, corrections, window);
    debts.iter().map(|(id, owed)| format!("{id} {}", owed.debt)).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_debt_is_the_fair_share_minus_the_core_that_the_person_had() {
    for (text, expected) in [
        ("A 5 4, B 5 2", "A -1, B 1"),
        ("A 5 5, B 2 2", "A 0, B 0"),
        ("A 5 4, B 2 3", "A 1, B -1"),
        ("A 5 0, B 5 20", "A 3, B -3"),
        ("A 5 2, B 5 3, N 0 0", "A 0.5, B -0.5, N 0"),
        ("A 5 2, B 5 2, S 0 6", "A 0, B 0, S 0"),
        ("A 1 1, B 1 0, C 1 0", "A -0.67, B 0.33, C 0.33"),
        ("A 0 0", "A 0"),
    ] {
        assert_eq!(debts_in_words(&rows(text), &[]), expected, "{text}");
    }
}

#[test]
fn a_debt_lists_the_values_that_it_is_computed_from() {
    let debts = debts(&rows("A 5 1, B 2 9, S 0 4"), &[], Window::before(day(24), 8));
    let json = serde_json::to_value(debts[0].1).expect("JSON");
    let share = 50.0 / 7.0;
    let expected = serde_json::json!({
        "possible_days": 5, "all_possible_days": 7, "all_core": 10, "share": share, "actual_core": 1,
        "correction": 0.0, "unclamped": share - 1.0, "debt": 3.0
    });
    assert_eq!(json, expected);
    let rows: Vec<_> = snapshot_rows(&debts).into_iter().map(|row| (row.employee_id.0, row.debt)).collect();
    assert_eq!(rows, [("A".to_owned(), 3.0), ("B".to_owned(), -3.0)]);
}

#[test]
fn a_managers_correction_counts_once_and_while_its_week_is_in_the_window() {
    let correction = |key: &str, who: &str, week: NaiveDate, core: f64| LedgerCorrection {
        id: key.to_owned(),
        week,
        employee_id: id(who),
        core,
        reason: "helped at another club".to_owned(),
    };
    let rows = rows("A 5 4, B 5 4");
    let corrections = [
        correction("c1", "A", day(15), 0.5),
        correction("c1", "A", day(15), 0.5),
        correction("c2", "N", day(15), -1.0),
    ];
    assert_eq!(debts_in_words(&rows, &corrections), "A 0.5, B 0, N -1");
    let outside = [correction("c1", "A", day(22), 0.5), correction("c2", "A", week_start(plus_days(day(1), -40)), 1.0)];
    assert_eq!(debts_in_words(&rows, &outside), "A 0, B 0");
}

#[test]
fn the_window_is_the_whole_weeks_before_todays() {
    let window = Window::before(day(24), 2);
    for (week, before, ahead) in [
        (day(1), false, false),
        (day(8), true, true),
        (day(15), true, true),
        (day(22), false, true),
        (day(29), false, false),
    ] {
        assert_eq!((window.holds(week), window.and_ahead(1).holds(week)), (before, ahead), "{week}");
    }
}

#[test]
fn somebody_who_works_two_days_of_five_is_owed_two_fifths() {
    let document = fixture::snapshot(
        "person A specialist
        person B specialist
        person C specialist
        weekly A sun=no sat=no
        weekly B sun=no wed=no thu=no fri=no sat=no
        weekly C sun=no sat=no
        off C 23..25
        event 1 Core 22..29",
    );
    let snapshot = Snapshot::parse(document.to_string().as_bytes()).expect("a snapshot");
    let possible = possible_days(&snapshot, day(24));
    let accepted = acceptances("r1.1 Core on=1 - A23\n r1.2 Core on=1 - A24\n r1.3 Core on=1 - A25");
    let rows = recount(&accepted, &[], &possible, Indianapolis);
    let debts = debts(&rows, &[], Window::before(day(29), 8));
    let shares: Vec<f64> = debts.iter().map(|(_, owed)| owed.share).collect();
    assert_eq!(debts.iter().map(|(_, owed)| owed.possible_days).collect::<Vec<_>>(), [5, 2, 2]);
    assert!((shares[1] - 0.4 * shares[0]).abs() < 1e-12, "{shares:?}");
    assert_eq!(shares[1], shares[2], "an absence counts against nobody");
}
