//! Tests of outcomes: what follows from the entries of a line.

use chrono::{DateTime, NaiveDate};

use super::outcome;
use crate::event_type::EventType;
use crate::outcome::{Alternative, Approval, Cause, Correction, Entry, Happened, Label, LineGeneration, ProposedLine};
use crate::snapshot::{EmployeeId, EventRef};

fn id(name: &str) -> EmployeeId {
    EmployeeId(name.to_owned())
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a date")
}

/// Event 7, a Core, proposed for A on the 24th.
fn proposed() -> ProposedLine {
    ProposedLine {
        line_id: "r1.7".to_owned(),
        event_ref: EventRef(7),
        kind: EventType::Core,
        employee_id: id("A"),
        date: day(24),
    }
}

/// One word for each thing that happened: `B25!rule` is a change to B on the 25th that a rule forced, `2:accepted`
/// belongs to the second generation.
fn what(word: &str) -> Happened {
    let corrected = |correction| Happened::Corrected { correction };
    match word {
        "approved" => Happened::Approved { approval: Approval::Alone },
        "in_bulk" => Happened::Approved { approval: Approval::InBulk },
        "rejected" => Happened::Rejected { reason: Some("too far".to_owned()) },
        "accepted" => Happened::Accepted,
        "completed" => Happened::Completed,
        "expired" => Happened::NoShow,
        "taken_back" => Happened::TakenBack,
        "call_out" => Happened::CallOut,
        "hand:completed" => corrected(Correction::Completed),
        "hand:did_not_come" => corrected(Correction::DidNotCome),
        "hand:C" => corrected(Correction::SomebodyElse { employee_id: id("C") }),
        "hand:withdrawn" => corrected(Correction::Withdrawn),
        change => {
            let (place, cause) = change.split_once('!').unwrap_or((change, "choice"));
            let cause = match cause {
                "rule" => Cause::Rule,
                "absence" => Cause::Absence,
                _ => Cause::Choice,
            };
            let date = day(place[1..].parse().expect("a day"));
            let alternatives = vec![Alternative { employee_id: id("B"), date: day(24), points_lost: 2.5 }];
            Happened::Changed { employee_id: id(&place[..1]), date, cause, alternatives }
        }
    }
}

fn entries(words: &str) -> Vec<Entry> {
    let entry = |(at, word): (usize, &str)| {
        let (generation, word) = word.strip_prefix("2:").map_or((1, word), |word| (2, word));
        Entry {
            id: format!("a{at:02}"),
            line: LineGeneration { line_id: "r1.7".to_owned(), generation },
            at: DateTime::from_timestamp(1_700_000_000 + i64::try_from(at).expect("small"), 0).expect("a time"),
            what: what(word),
        }
    };
    words.split_whitespace().enumerate().map(entry).collect()
}

#[test]
fn the_entries_of_a_line_determine_its_label() {
    use Label::{
        Accepted, CallOut, ChangedBoth, ChangedDay, ChangedPerson, Completed, Kept, NoShow, Rejected, TakenBack,
    };
    for (words, label) in [
        ("", None),
        ("approved", Some(Kept)),
        ("in_bulk", Some(Kept)),
        ("B24", Some(ChangedPerson)),
        ("A25", Some(ChangedDay)),
        ("B25 approved", Some(ChangedBoth)),
        ("B25 A24", Some(Kept)),
        ("rejected", Some(Rejected)),
        ("rejected approved", Some(Kept)),
        ("B24 rejected", Some(Rejected)),
        ("approved accepted", Some(Accepted)),
        ("approved accepted completed", Some(Completed)),
        ("approved accepted expired", Some(NoShow)),
        ("approved completed accepted", Some(Completed)),
        ("approved accepted taken_back", Some(TakenBack)),
        ("approved accepted taken_back 2:accepted", Some(Accepted)),
        ("2:accepted taken_back", Some(Accepted)),
        ("approved accepted call_out", Some(CallOut)),
        ("accepted call_out completed", Some(Completed)),
        ("accepted expired hand:completed", Some(Completed)),
        ("accepted hand:did_not_come completed", Some(NoShow)),
        ("accepted hand:did_not_come hand:C expired", Some(Completed)),
        ("accepted hand:did_not_come hand:withdrawn completed", Some(Completed)),
    ] {
        assert_eq!(outcome(&proposed(), &entries(words)).label(), label, "{words}");
    }
}

#[test]
fn a_change_keeps_the_cause_that_took_it_from_the_proposed_person() {
    for (words, cause) in [
        ("B24", Cause::Choice),
        ("B24!absence", Cause::Absence),
        ("B24!absence C24", Cause::Absence),
        ("A25!rule B25", Cause::Choice),
        ("B24!absence A24 B24", Cause::Choice),
        ("B24!absence A25!rule", Cause::Rule),
    ] {
        let outcome = outcome(&proposed(), &entries(words));
        let change = outcome.change().expect("a change");
        assert_eq!((change.cause, change.alternatives.len()), (cause, 1), "{words}");
    }
}

#[test]
fn order_and_repetition_of_entries_change_no_outcome() {
    let all = entries("in_bulk B24!rule accepted 2:accepted expired hand:C completed");
    let expected = outcome(&proposed(), &all);
    assert!(expected.corrected_by_hand);
    assert_eq!((expected.done_by.as_ref(), expected.holder()), (Some(&id("C")), &id("B")));
    assert_eq!(expected.line.generation, 2);
    for offset in 0..all.len() {
        let mut reordered = all.clone();
        reordered.rotate_left(offset);
        reordered.extend(all.iter().take(offset).cloned());
        assert_eq!(outcome(&proposed(), &reordered), expected, "{offset}");
        reordered.reverse();
        assert_eq!(outcome(&proposed(), &reordered), expected, "{offset}");
    }
}

#[test]
fn entries_of_other_lines_are_ignored() {
    let mut others = entries("rejected");
    others[0].line.line_id = "r1.8".to_owned();
    assert_eq!(outcome(&proposed(), &others).label(), None);
}

#[test]
fn wire_names_are_in_snake_case() {
    let json =
        serde_json::to_value(outcome(&proposed(), &entries("in_bulk B24!rule accepted call_out"))).expect("JSON");
    let expected = serde_json::json!({
        "line_id": "r1.7", "generation": 1, "ref": 7, "type": "Core", "employee_id": "A", "date": "2026-11-24",
        "week": "2026-11-22",
        "decision": {
            "kind": "changed", "what": "person", "employee_id": "B", "date": "2026-11-24", "cause": "rule",
            "alternatives": [{"employee_id": "B", "date": "2026-11-24", "points_lost": 2.5}]
        },
        "approval": "in_bulk", "end": "call_out", "done_by": null, "corrected_by_hand": false
    });
    assert_eq!(json, expected);
    for entry in entries("approved B24!rule rejected accepted completed expired taken_back call_out hand:C") {
        let text = serde_json::to_string(&entry).expect("JSON");
        assert_eq!(serde_json::from_str::<Entry>(&text).expect("an entry"), entry, "{text}");
    }
}
