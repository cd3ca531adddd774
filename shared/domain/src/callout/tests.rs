//! Call-outs (rulebook section 9) on tiny clubs: which schedules are released, which move along, when they start, and
//! their points.

use crate::club::{Club, EventIx};
use crate::fixture::{breaks, club, plan, scores, snapshot};
use crate::snapshot::{EventRef, Snapshot};
use crate::timetable::timetable;

/// The refs that a call-out releases.
fn released_refs(lines: &str) -> Vec<u64> {
    let club = club(lines);
    club.candidates().map(|e| club.event(e).event_ref.0).collect()
}

/// Each placement of a plan as text: event, start, and for a Core its block, such as `1 10:45 3`.
fn starts(lines: &str, text: &str) -> Vec<String> {
    let club = club(lines);
    let slots = timetable(&plan(&club, text));
    let shown = slots.iter().map(|slot| {
        let block = slot.block.map(|block| format!(" {block}")).unwrap_or_default();
        format!("{} {}{block}", club.event(slot.event).event_ref, slot.start.format("%H:%M"))
    });
    shown.collect()
}

const PEOPLE: &str = "person A lead trained
    person B lead
    person C specialist trained
    person S supervisor\n";

#[test]
fn schedules_of_the_absent_person_that_have_not_begun_are_released() {
    let lines = |callout: &str| {
        format!(
            "{PEOPLE}posted 1 Core 20..30 A 22 at=10:15
            posted 2 Freeosk 22..23 A 22 at=09:00
            posted 3 Other 20..30 A 22 at=00:00
            posted 4 Core 20..30 A 24
            posted 5 Core 20..30 A 25 condition=Canceled
            posted 6 Core 20..30 B 24
            posted 7 Core 20..30 A 27
            event 8 Core 22..30
            {callout}"
        )
    };
    // At half past nine the Freeosk has begun. Canceled schedules are not released, and open events wait for the next run.
    assert_eq!(released_refs(&lines("callout A 22..25 now=22T09:30")), [1, 3, 4]);
    assert_eq!(released_refs(&lines("callout A 22..25 now=22T09:30 no_show=yes")), [1, 2, 3, 4]);
    assert_eq!(released_refs(&lines("callout A 22..25 now=22T10:15")), [3, 4]);
    assert_eq!(released_refs(&lines("callout A 23..30 now=22T09:30")), [4, 7]);
    // Schedules beyond the horizon are not released.
    assert_eq!(released_refs(&lines("set horizon_days 4\ncallout A 23..30 now=22T09:30")), [4]);
}

#[test]
fn schedules_on_their_way_to_crossmark_are_not_released_and_do_not_move() {
    let lines = format!(
        "{PEOPLE}posted 1 Core 20..30 A 24
        posted 2 Core 20..30 A 25 number=619001
        posted 3 Supervisor 20..30 S 25 number=619001
        posted 4 Core 20..30 C 24
        callout A 23..25 now=22T09:30 moves=any"
    );
    let rows = [
        (vec![], vec![1, 2], vec![], true),
        (vec![1], vec![2], vec![(1, 1)], true),
        // A Core does not leave its Supervisor behind.
        (vec![3], vec![1], vec![(2, 3)], true),
        (vec![4], vec![1, 2], vec![], false),
    ];
    for (under_way, released, not_released, may_move) in rows {
        let mut read = Snapshot::parse(snapshot(&lines).to_string().as_bytes()).expect("a legal snapshot");
        read.under_way = under_way.iter().copied().map(EventRef).collect();
        let club = Club::new(read);
        let event_ref = |e: EventIx| club.event(e).event_ref.0;
        let candidates: Vec<u64> = club.candidates().map(event_ref).collect();
        let waiting: Vec<(u64, u64)> =
            club.under_way_of_absent().into_iter().map(|(e, changed)| (event_ref(e), event_ref(changed))).collect();
        let other = club.find(EventRef(4)).expect("an event");
        assert_eq!((candidates, waiting), (released, not_released), "{under_way:?}");
        assert_eq!(club.event(other).is_movable(), may_move, "{under_way:?}");
    }
}

#[test]
fn a_released_production_takes_its_survey_along_whoever_works_it() {
    let lines = "person A barista
        person B barista
        posted 1 JuicerProduction 24..25 A 24 at=09:00 number=619001
        posted 2 JuicerSurvey 24..25 B 24 at=17:00 number=619001
        callout A 24..24 now=22T09:30";
    assert_eq!(released_refs(lines), [1, 2]);
    assert_eq!(breaks(lines, "1 B 24, 2 B 24"), "");
    assert_eq!(breaks(lines, "1 B 24"), "H11");
}

#[test]
fn a_released_event_may_use_its_own_day_if_closed_and_another_day_costs_points() {
    let lines = format!(
        "{PEOPLE}locked 25
        posted 1 Core 20..25 A 25
        posted 2 Core 20..30 A 23
        callout A 23..26 now=22T09:30"
    );
    assert_eq!(breaks(&lines, "1 B 25, 2 B 24"), "");
    assert_eq!(breaks(&lines, "2 B 25"), "H1", "the day is locked for other events");
    assert_eq!(scores(&lines, "1 B 25", "bump"), 0.0);
    assert_eq!(scores(&lines, "1 B 24, 2 B 23", "bump"), -150.0);
    // The 23rd and the 24th are open, and event 1 may use its own day.
    assert_eq!(scores(&lines, "1 B 25", "earliness"), -2.0);
    assert_eq!(scores(&lines, "2 B 26", "earliness"), -2.0);
}

#[test]
fn an_absent_person_is_unavailable_until_the_absence_ends() {
    let lines = format!("{PEOPLE}posted 1 Core 20..30 A 23\ncallout A 23..24 now=22T09:30");
    assert_eq!(breaks(&lines, "1 A 24"), "H2");
    assert_eq!(breaks(&lines, "1 A 25"), "");
}

#[test]
fn others_move_as_the_callout_allows() {
    let lines = |moves: &str| {
        format!(
            "{PEOPLE}posted 1 Core 20..30 A 24
            posted 2 Core 20..30 C 24
            callout A 23..25 now=22T09:30 moves={moves}"
        )
    };
    assert_eq!(breaks(&lines("none"), "1 B 24, 2 C 26"), "H15");
    for (moves, price) in [("few", -1_000.0), ("any", -400.0)] {
        assert_eq!(breaks(&lines(moves), "1 B 24, 2 C 26"), "");
        assert_eq!(scores(&lines(moves), "1 B 24, 2 C 26", "bump"), price);
        assert_eq!(scores(&lines(moves), "1 B 24, 2 drop", "bump"), price);
    }
    // If nothing is released, nothing may move.
    let lines = format!("{PEOPLE}posted 2 Core 20..30 C 24\ncallout A 23..25 now=22T09:30 moves=any");
    assert_eq!(breaks(&lines, "2 C 26"), "H15");
}

#[test]
fn schedules_of_others_that_start_before_now_plus_lead_minutes_stand() {
    let lines = |at: &str, supervisor: &str| {
        format!(
            "{PEOPLE}posted 1 Core 20..30 A 24
            posted 2 Core 20..30 C 22 at={at} number=619001
            posted 3 Supervisor 20..30 S 22 at={supervisor} number=619001
            callout A 22..25 now=22T09:31 moves=any"
        )
    };
    assert_eq!(breaks(&lines("10:45", "12:00"), "2 C 26, 3 S 26"), "");
    assert_eq!(breaks(&lines("10:30", "12:00"), "2 C 26, 3 S 26"), "H15");
    assert_eq!(breaks(&lines("12:00", "10:30"), "2 C 26, 3 S 26"), "H15");
}

#[test]
fn a_posted_supervisor_follows_a_released_core() {
    let lines = |at: &str| {
        format!(
            "{PEOPLE}posted 1 Core 20..30 A 22 at=12:00 number=619001
            posted 2 Supervisor 20..30 S 22 at={at} number=619001
            callout A 22..25 now=22T09:30"
        )
    };
    let rows = [
        ("1 B 22", ""),
        ("", "H15"),
        ("2 drop", ""),
        ("1 B 24", "H15"),
        ("1 B 24, 2 drop", ""),
        ("1 B 24, 2 S 24", ""),
        ("1 B 22, 2 drop", "H15"),
        ("2 S 24", "H10"),
    ];
    for (text, broken) in rows {
        assert_eq!(breaks(&lines("12:00"), text), broken, "{text}");
    }
    // A Supervisor that has begun stands.
    assert_eq!(breaks(&lines("09:00"), ""), "");
    assert_eq!(breaks(&lines("09:00"), "1 B 24"), "");
    assert_eq!(breaks(&lines("09:00"), "1 B 24, 2 drop"), "H15");
}

#[test]
fn a_released_event_keeps_its_start_and_a_core_its_block_on_its_own_day() {
    let lines = format!(
        "{PEOPLE}rotation lead all B
        posted 1 Core 20..30 A 24 at=11:15 block=5
        posted 2 Other 20..30 A 24 at=13:20
        posted 3 Other 20..30 A 24 at=00:00
        callout A 23..25 now=22T09:30"
    );
    assert_eq!(starts(&lines, "1 B 24, 2 S 24, 3 S 24"), ["1 11:15 5", "2 13:20", "3 12:00"]);
    assert_eq!(starts(&lines, "1 B 26, 2 S 26"), ["1 10:15 1", "2 12:00"]);
    assert_eq!(scores(&lines, "1 B 24", "lead_block_1"), 0.0);
    assert_eq!(scores(&lines, "1 B 26", "lead_block_1"), 25.0);
    // A block is not kept if its hours are outside those of the person.
    let early = format!("{lines}\noverride C 22..30 tue=10:00-17:00");
    assert_eq!(starts(&early, "1 C 24"), ["1 10:15 1"]);
}

#[test]
fn a_kept_block_is_taken_before_the_days_lead_gets_block_1() {
    let lines = format!(
        "{PEOPLE}rotation lead all B
        posted 1 Core 20..30 A 24 block=1
        posted 2 Core 20..30 A 25 block=3
        callout A 23..25 now=22T09:30"
    );
    assert_eq!(starts(&lines, "1 C 24, 2 B 24"), ["1 10:15 1", "2 10:15 2"]);
    assert_eq!(scores(&lines, "1 C 24, 2 B 24", "lead_block_1"), 0.0);
    assert_eq!(scores(&lines, "1 B 24", "lead_block_1"), 25.0);
}

#[test]
fn nothing_new_starts_today_before_now_plus_lead_minutes() {
    let lines = |now: &str, more: &str| {
        format!(
            "{PEOPLE}posted 1 Core 20..30 A 22 at=11:15 block=5
            posted 2 DigitalSetup 22..23 A 22 at=00:00
            posted 3 Digitals 22..23 A 22 at=00:00
            posted 4 Other 20..30 A 22 at=13:00
            callout A 22..22 now=22T{now}
            {more}"
        )
    };
    // An hour after 11:01 is 12:01, rounded up to 12:15.
    let plan = "1 B 22, 2 B 22, 3 B 22, 4 S 22";
    assert_eq!(starts(&lines("11:01", ""), plan), ["1 12:15 5", "2 12:15", "3 12:30", "4 13:00"]);
    assert_eq!(starts(&lines("08:00", ""), plan), ["1 11:15 5", "2 10:15", "3 10:30", "4 13:00"]);
    assert_eq!(breaks(&lines("11:01", ""), plan), "");
    // Events that are pushed back end by closing (20:00): 13:30 plus 6.5 hours is 20:00.
    let later = |now: &str| lines(now, "").replace("at=11:15", "at=00:00");
    assert_eq!(breaks(&later("12:30"), "1 B 22"), "");
    assert_eq!(breaks(&later("12:31"), "1 B 22"), "H2");
    let long = |hours: &str| lines("11:00", &format!("override B 22..22 sun={hours}"));
    assert_eq!(breaks(&long("10:00-18:30"), "1 B 22"), "");
    assert_eq!(breaks(&long("10:00-18:00"), "1 B 22"), "H2");
}

#[test]
fn a_due_date_that_is_past_counts_as_today() {
    let lines = format!("{PEOPLE}posted 1 Core 18..20 A 24\ncallout A 23..25 now=22T09:30");
    assert_eq!(scores(&lines, "1 B 24", "urgency"), 210.0);
}

#[test]
fn a_callout_ignores_previous_placements_and_wishes() {
    let lines =
        format!("{PEOPLE}posted 1 Core 20..30 A 24\nprevious 1 B 24\nwish 1 B 24\ncallout A 23..25 now=22T09:30");
    assert_eq!(scores(&lines, "1 B 24", "wish"), 0.0);
    assert_eq!(club(&lines).previous().of, 0);
}

/// The paths of the faults of a call-out with one changed member.
fn fault_paths(member: &str, value: serde_json::Value) -> Vec<String> {
    let mut document = snapshot(&format!("{PEOPLE}callout A 23..25 now=22T09:30"));
    document["callout"][member] = value;
    match Snapshot::parse(document.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.iter().map(|fault| fault.path.clone()).collect(),
    }
}

#[test]
fn an_invalid_callout_is_refused_with_its_path() {
    use serde_json::json;
    let rows = [
        ("employee_id", json!("E99")),
        ("from", json!("23 November")),
        ("to", json!("2026-11-22")),
        ("now", json!("2026-11-23T09:30:00")),
        ("now", json!("2026-11-22T09:30:20")),
        ("lead_minutes", json!(1_441)),
        ("lead_minutes", json!(-1)),
        ("moves", json!("all")),
        ("moves", json!(null)),
        ("no_show", json!("yes")),
    ];
    for (member, value) in rows {
        assert_eq!(fault_paths(member, value.clone()), [format!("$.callout.{member}")], "{value}");
    }
    for (member, value) in [("lead_minutes", json!(null)), ("lead_minutes", json!(0)), ("no_show", json!(null))] {
        assert_eq!(fault_paths(member, value), [] as [String; 0], "{member}");
    }
}

#[test]
fn an_answer_lists_released_events_as_moved_or_dropped() {
    use crate::answer::ClaimedAnswer;
    use crate::judge::judge;
    let lines = format!("{PEOPLE}posted 1 Core 20..30 A 24 block=2\ncallout A 23..25 now=22T09:30");
    let club = club(&lines);
    let breaches = |placements: serde_json::Value, unplaced: serde_json::Value| {
        let document = serde_json::json!({"score": 0, "terms": {}, "placements": placements, "unplaced": unplaced});
        let claim = ClaimedAnswer::parse(document.to_string().as_bytes()).expect("an answer");
        let breaches = judge(&club, &claim).breaches;
        breaches.into_iter().map(|b| b.text).filter(|text| !text.contains("claimed")).collect::<Vec<_>>()
    };
    let from = serde_json::json!({"employee_id": "A", "start": "2026-11-24T10:15:00", "block": 2});
    let placed = |kind: &str, from: &serde_json::Value| {
        let start = "2026-11-24T10:15:00";
        serde_json::json!([{"ref": 1, "employee_id": "B", "start": start, "block": 2, "kind": kind, "from": from}])
    };
    let none = serde_json::json!([]);
    let unplaced = |kind: &str| serde_json::json!([{"ref": 1, "kind": kind}]);
    assert_eq!(breaches(placed("moved", &from), none.clone()), [] as [&str; 0]);
    assert_eq!(breaches(none.clone(), unplaced("dropped")), [] as [&str; 0]);
    assert_eq!(breaches(placed("new", &from), none.clone())[0], "event 1 is posted, not new");
    let nowhere = serde_json::Value::Null;
    assert_eq!(breaches(placed("moved", &nowhere), none.clone()), ["event 1: \"from\" is not where it is posted"]);
    assert_eq!(
        breaches(none.clone(), unplaced("not_placed")),
        ["event 1 was posted, so it is \"dropped\", not \"not_placed\""]
    );
    assert_eq!(breaches(none.clone(), none), ["candidate 1 is neither placed nor unplaced"]);
}
