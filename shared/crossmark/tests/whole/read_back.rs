//! What a read-back results in. The tests judge readings of the two sources (the event's planning row, and its
//! condition and people at the location) that they build, and at the end some that they get from the simulator.

use crossmark::{
    Condition, Conflict, DeleteReadBack, EnteredValues, PlannedEvent, ReadBack, Readings, ScheduleOutcome,
};
use serde_json::json;

use crate::support::*;

const START: &str = "2026-11-22T10:15:00";

/// A row with the employee, start and id of a schedule.
fn row(condition: Condition, has: Option<u64>, at: Option<&str>, id: Option<u64>) -> PlannedEvent {
    PlannedEvent {
        event: event(FREE),
        name: "Cherry Salad".to_owned(),
        start: day("2026-11-20"),
        due: day("2026-12-04"),
        condition,
        location: Some(location()),
        store_name: None,
        store_number: None,
        staffed_reps: String::new(),
        scheduled_start: at.map(time),
        scheduled_employee: has.map(employee),
        scheduled_event: id.map(scheduled),
        sales_tools: Vec::new(),
    }
}

fn readings(row: Option<PlannedEvent>, condition: Condition, reps: &str) -> Readings {
    Readings { row, condition, reps: reps.to_owned() }
}

#[test]
fn a_schedule_was_taken_if_the_row_has_employee_start_and_id_and_not_taken_if_nobody_has_the_event() {
    use Condition::{Canceled, Scheduled, Staffed, Unstaffed};
    let check = |readings: Readings, expect: ReadBack| {
        assert_eq!(readings.schedule(employee(150_001), time(START)), expect, "{readings:?}");
    };
    let taken = || ReadBack::Taken { id: scheduled(55_000_009) };
    let conflict = |what| ReadBack::Conflict { what };
    let ours = |condition| Some(row(condition, Some(150_001), Some(START), Some(55_000_009)));
    let empty = |condition| Some(row(condition, None, None, None));

    check(readings(ours(Scheduled), Scheduled, "Pat Example"), taken());
    // The row's own condition may still be Unstaffed, and the event's condition may lag behind the row.
    check(readings(ours(Unstaffed), Scheduled, "Pat Example"), taken());
    check(readings(ours(Scheduled), Unstaffed, ""), taken());

    check(readings(empty(Unstaffed), Unstaffed, ""), ReadBack::NotTaken);

    check(readings(None, Unstaffed, ""), conflict(Conflict::NotListed));
    check(readings(empty(Unstaffed), Scheduled, ""), conflict(Conflict::Disagree));
    check(readings(empty(Unstaffed), Unstaffed, "Pat Example"), conflict(Conflict::Disagree));
    check(readings(empty(Scheduled), Unstaffed, ""), conflict(Conflict::Disagree));
    check(readings(empty(Staffed), Staffed, "Kim Else"), conflict(Conflict::Disagree));
    check(readings(empty(Canceled), Canceled, ""), conflict(Conflict::NotOpen { condition: Canceled }));
    check(readings(empty(Unstaffed), Canceled, ""), conflict(Conflict::NotOpen { condition: Canceled }));
    let staffed = PlannedEvent { staffed_reps: "Kim Else".to_owned(), ..empty(Unstaffed).unwrap() };
    check(readings(Some(staffed), Unstaffed, ""), conflict(Conflict::Disagree));

    let other = |has, at, id| readings(Some(row(Scheduled, has, at, id)), Scheduled, "Pat Example");
    check(other(Some(150_001), Some(START), None), conflict(Conflict::NoId));
    let someone = Conflict::OtherEmployee { employee: employee(150_002) };
    check(other(Some(150_002), Some(START), Some(55_000_009)), conflict(someone.clone()));
    check(other(Some(150_002), None, None), conflict(someone));
    let at = "2026-11-22T11:15:00";
    let another_time = Conflict::OtherStart { start: time(at) };
    check(other(Some(150_001), Some(at), Some(55_000_009)), conflict(another_time.clone()));
    check(other(None, Some(at), None), conflict(another_time));
    check(other(None, Some(START), Some(55_000_009)), conflict(Conflict::Disagree));
    check(other(None, None, Some(55_000_009)), conflict(Conflict::Disagree));
}

#[test]
fn a_schedule_is_gone_if_nobody_has_the_event_and_still_there_if_the_row_has_its_id() {
    use Condition::{Canceled, Scheduled, Unstaffed};
    let check = |readings: Readings, expect: DeleteReadBack| {
        assert_eq!(readings.delete(scheduled(POSTED_ID)), expect, "{readings:?}");
    };
    let conflict = |what| DeleteReadBack::Conflict { what };
    let with = |id| Some(row(Scheduled, Some(150_002), Some(START), id));
    let empty = |condition| Some(row(condition, None, None, None));

    check(readings(with(Some(POSTED_ID)), Scheduled, "Sam Sample"), DeleteReadBack::StillThere);
    check(readings(empty(Unstaffed), Unstaffed, ""), DeleteReadBack::Gone);
    check(readings(empty(Canceled), Canceled, ""), DeleteReadBack::Gone);

    check(readings(None, Unstaffed, ""), conflict(Conflict::NotListed));
    check(readings(with(None), Scheduled, "Sam Sample"), conflict(Conflict::NoId));
    let another = Conflict::OtherSchedule { id: scheduled(55_000_009) };
    check(readings(with(Some(55_000_009)), Scheduled, "Sam Sample"), conflict(another));
    check(readings(empty(Unstaffed), Scheduled, "Sam Sample"), conflict(Conflict::Disagree));
}

#[test]
fn the_message_of_a_conflict_has_no_names() {
    let check = |what: Conflict, expect: &str| assert_eq!(what.to_string(), expect);
    check(Conflict::NotOpen { condition: Condition::InProgress }, "the event is in progress in Crossmark");
    check(Conflict::NotOpen { condition: Condition::Canceled }, "the event is canceled in Crossmark");
    check(Conflict::OtherStart { start: time(START) }, "Crossmark has the event at another time, 2026-11-22 10:15");
    check(Conflict::NoId, "Crossmark shows a schedule of the event without its number");
    check(Conflict::Disagree, "Crossmark contradicts itself on whether somebody has the event");
}

#[tokio::test]
async fn a_change_by_others_is_a_conflict() {
    let upstream = upstream().await;
    let read = async |id: u64| {
        let readings =
            upstream.club.read_back(event(id), location(), day("2026-11-22"), &EnteredValues::default()).await.unwrap();
        readings.schedule(employee(150_001), time(START))
    };
    let others = crossmark::Placement { employee: employee(150_002), ..placement(FREE) };
    assert!(matches!(upstream.club.schedule(&others, upstream.send_by()).await, ScheduleOutcome::Accepted { .. }));
    let what = Conflict::OtherEmployee { employee: employee(150_002) };
    assert_eq!(read(FREE).await, ReadBack::Conflict { what });

    let change =
        json!([{"mPlanID": FREE + 1, "condition": "Canceled"}, {"mPlanID": FREE + 2, "staffedReps": "Kim Else"}]);
    upstream.post("/_sim/events", change).await;
    let what = Conflict::NotOpen { condition: Condition::Canceled };
    assert_eq!(read(FREE + 1).await, ReadBack::Conflict { what });
    assert_eq!(read(FREE + 2).await, ReadBack::Conflict { what: Conflict::Disagree });

    // The window of this event is over, so the planning list of that day does not have it.
    upstream.post("/_sim/events", json!([{"mPlanID": FREE + 3, "start": "2026-10-01", "due": "2026-10-04"}])).await;
    assert_eq!(read(FREE + 3).await, ReadBack::Conflict { what: Conflict::NotListed });
    assert_eq!(read(FREE + 4).await, ReadBack::NotTaken);
}
