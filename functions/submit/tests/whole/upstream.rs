//! A line fails unsent if people changed its event at Crossmark between the approval and the first call (`meanwhile`
//! tests later changes), or if its event cannot be read there.

use domain::snapshot::EventRef;
use serde_json::json;
use store::key::ScheduledEventId;
use store::states::{Cause, LineStatus};
use testkit::unchanged;

use crate::setup::{LinePlan, SubmitTest, dropped_line, moved_line, new_line};

#[tokio::test]
async fn a_line_whose_event_changed_at_crossmark_fails_unsent_and_says_what_changed() {
    let check = async |plan: LinePlan, change: serde_json::Value, words: &str| {
        let event = plan.event;
        let test = SubmitTest::with(&[plan]).await;
        test.post("/_sim/events", &json!([change])).await;
        test.run_to_completion().await;
        let (cause, found) = test.failure(event).await;
        assert_eq!(cause, Cause::ChangedUpstream);
        assert!(found.contains(words), "{found}");
        assert_eq!(test.calls().await, ["planning"]);
    };
    let line = || new_line(101, "E02", "2026-11-28T10:15:00");
    for condition in ["Canceled", "Paused", "Submitted", "In Progress"] {
        let words = if condition == "Submitted" { "worked and reported" } else { &condition.to_lowercase() };
        check(line(), json!({"mPlanID": 101, "condition": condition}), words).await;
        let moved = moved_line(201, "E03", "2026-12-03T10:15:00");
        check(moved, json!({"mPlanID": 201, "condition": condition}), words).await;
    }
    check(line(), json!({"mPlanID": 101, "condition": "Staffed"}), "somebody has the event").await;
    check(line(), json!({"mPlanID": 101, "staffedReps": "Somebody Else"}), "somebody has the event").await;
}

#[tokio::test]
async fn a_line_whose_event_was_scheduled_or_taken_back_at_crossmark_fails_unsent() {
    let check = async |plan: LinePlan, act: &str, words: &str| {
        let event = plan.event;
        let test = SubmitTest::with(&[plan]).await;
        // A person works at Crossmark directly.
        let login = json!({"UserType": "MVEntityUser", "UserID": "a", "Password": "b", "Timezone": "UTC"});
        let answer = test.http.post(format!("{}/login/authenticate", test.address)).json(&login).send().await;
        let answer = answer.expect("sent");
        let cookie = answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("one").to_owned();
        let post = |path: &str, fields: Vec<(&'static str, String)>| {
            let address = format!("{}/planningextcontroller/{path}", test.address);
            test.http.post(address).header("cookie", &cookie).form(&fields).send()
        };
        if act.contains("delete") {
            post("deleteScheduledMplanEvent", vec![("id", format!("55000{event}"))]).await.expect("sent");
        }
        if act.contains("schedule") {
            let fields = [
                ("ClassName", "MVScheduledmPlan"),
                ("RepID", "150004"),
                ("LocationID", "160001"),
                ("Start", "2026-12-05T10:15:00-05:00"),
                ("End", "2026-12-05T16:45:00-05:00"),
            ];
            let mut fields: Vec<_> = fields.map(|(n, v)| (n, v.to_owned())).to_vec();
            fields.push(("mPlanID", event.to_string()));
            post("scheduleMplanEvent", fields).await.expect("sent");
        }
        let before = test.changes().await.len();
        test.run_to_completion().await;
        let (cause, found) = test.failure(event).await;
        assert_eq!(cause, Cause::ChangedUpstream);
        assert!(found.contains(words), "{found}");
        assert_eq!(test.changes().await.len(), before);
    };
    check(new_line(101, "E02", "2026-11-28T10:15:00"), "schedule", "scheduled by now (number 55000204)").await;
    // The simulator still shows this event as unstaffed in its row.
    check(new_line(102, "E02", "2026-11-28T10:15:00"), "schedule", "scheduled by now").await;
    check(moved_line(201, "E03", "2026-12-03T10:15:00"), "delete", "no longer has the schedule").await;
    check(moved_line(201, "E03", "2026-12-03T10:15:00"), "delete, schedule", "another schedule").await;
    check(dropped_line(202), "delete", "no longer has the schedule").await;
}

#[tokio::test]
async fn the_groups_of_an_approval_share_one_read_of_a_slice() {
    let lines = [
        new_line(101, "E01", "2026-11-28T10:15:00"),
        new_line(102, "E02", "2026-11-28T10:15:00").in_group(1),
        new_line(103, "E03", "2026-11-28T10:15:00").in_group(2),
        new_line(104, "E04", "2026-11-28T10:15:00").in_group(3),
    ];
    let test = SubmitTest::with(&lines).await;
    test.run_to_completion().await;
    let calls = test.calls().await;
    assert_eq!(calls.iter().filter(|c| *c == "planning").count(), 1, "{calls:?}");
}

/// A club in which Crossmark's number of an event's posted schedule is not known. `believed` is the person who has it
/// according to the table, if not the right one.
async fn with_unknown_number(event: u64, believed: Option<&str>, line: LinePlan) -> SubmitTest {
    let test = SubmitTest::empty().await;
    let mut update = unchanged(test.club().known_event(EventRef(event)).await.expect("read").expect("an event"));
    let posted = update.posted.as_mut().expect("posted");
    posted.scheduled_event_id = None;
    if let Some(believed) = believed {
        posted.employee_id = domain::snapshot::EmployeeId(believed.into());
    }
    test.club().apply_updates(&[update]).await.expect("written");
    test.propose(std::slice::from_ref(&line)).await;
    test.approve(&[line]).await;
    test
}

#[tokio::test]
async fn an_unknown_schedule_number_is_learned_if_person_and_start_agree() {
    for line in [moved_line(201, "E03", "2026-12-03T10:15:00"), dropped_line(201)] {
        let test = with_unknown_number(201, None, line).await;
        test.run_to_completion().await;
        assert_eq!(test.status(201).await, LineStatus::ApiSubmitted);
        assert_eq!(test.changes().await[0], "delete 55000201");
        let old = test.line(201).await.from.expect("an old place");
        assert_eq!(old.scheduled_event_id, Some(ScheduledEventId(55_000_201)));
    }
}

#[tokio::test]
async fn a_schedule_with_an_unknown_number_is_not_taken_back_if_it_is_another_persons() {
    let test = with_unknown_number(201, Some("E04"), moved_line(201, "E03", "2026-12-03T10:15:00")).await;
    test.run_to_completion().await;
    let (cause, words) = test.failure(201).await;
    assert_eq!(cause, Cause::ChangedUpstream);
    assert!(words.contains("another schedule (number 55000201)"), "{words}");
    assert_eq!(test.changes().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_line_whose_event_cannot_be_read_fails_after_20_reads() {
    let test = SubmitTest::with(&[new_line(101, "E02", "2026-11-28T10:15:00")]).await;
    let always = vec!["not_ok"; 60];
    test.plan_faults("planning", &always).await;
    let began = test.now();
    test.run_to_completion().await;
    let (cause, words) = test.failure(101).await;
    assert_eq!(cause, Cause::Exhausted);
    assert!(words.contains("could not be read 20 times"), "{words}");
    assert_eq!(test.changes().await, Vec::<String>::new(), "no call without a check");
    assert!(test.now().0 - began.0 > 2 * 3_600_000, "the line outlasts an outage of two hours");
    // A retry checks the event again, and sends the line.
    test.post("/_sim/reset", &serde_json::Value::Null).await;
    test.club().retry_line(&test.key(101), test.now(), &test.because()).await.expect("retried");
    test.send(&test.message(0).await, 0).await;
    test.run_to_completion().await;
    assert_eq!(test.status(101).await, LineStatus::ApiSubmitted);
}
