//! Decisions of a manager on lines of a proposal (holds, edits and rejections) apply to the proposal of the next night too.

use serde_json::{Value, json};

use crate::world::{World, id, lines};

/// The request for an edit that gives a line to another person and breaks no rule; `None` if there is no such edit.
async fn legal_edit(world: &World, line: &Value) -> Option<Value> {
    let choices = world.post("/api/auto-schedule/check", json!({"line": id(line)})).await.assert_status(200);
    let days = choices["days"].as_array().unwrap().iter();
    days.flat_map(|day| day["people"].as_array().unwrap().iter().map(move |person| (day, person)))
        .find(|(_, person)| person["employee_id"] != line["employee_id"])
        .map(|(day, person)| json!({"employee_id": person["employee_id"], "schedule_datetime": day["date"]}))
}

/// The line in a proposal for the event of another line.
fn line_of_same_event<'p>(pending: &'p [Value], line: &Value) -> &'p Value {
    pending.iter().find(|one| one["event_ref_num"] == line["event_ref_num"]).unwrap_or(&Value::Null)
}

/// Moves the clock until there is a proposal of a nightly run after the run `earlier_run`.
async fn proposal_of_night(world: &World, earlier_run: &str) -> Value {
    for _ in 0..26 {
        world.advance(3_600).await;
        let pending = world.get("/api/auto-schedule/pending").await.assert_status(200);
        if pending["run"]["run_id"] != earlier_run && pending["run"]["run_type"] == "automatic" {
            return pending;
        }
    }
    panic!("no nightly run");
}

#[tokio::test]
async fn decisions_on_lines_outlive_the_nightly_run_until_the_line_is_accepted_or_released() {
    let mut world = World::in_november().await;
    let evening = world.proposal().await;
    let run = evening["run"]["run_id"].as_str().unwrap().to_owned();
    let all = lines(&evening);
    let is_independent =
        |line: &&Value| line["kind"] == "new" && line["pair"].is_null() && line["depends_on"] == json!([]);
    let mut independent = all.iter().filter(is_independent);
    let held = independent.next().unwrap();
    let rejected = independent.next().unwrap();
    let mut edited = None;
    for line in independent {
        if let Some(edit) = legal_edit(&world, line).await {
            edited = Some((line, edit));
            break;
        }
    }
    let (edited, edit) = edited.expect("a line that somebody else could work");
    let put = async |line: &str, body: Value| {
        world.put(&format!("/api/pending-schedule/{line}"), body).await.assert_status(200)
    };
    put(&id(held), json!({"held": true})).await;
    put(&id(edited), edit.clone()).await;
    let reject = json!({"run_id": run, "lines": [id(rejected)], "reasons": ["Wrong people"]});
    world.post("/api/auto-schedule/reject", reject).await.assert_status(200);
    world.restart().await;

    let morning = proposal_of_night(&world, &run).await;
    let found = lines(&morning);
    let held_again = line_of_same_event(&found, held);
    assert_eq!((&held_again["held"], &held_again["status"]), (&json!(true), &json!("proposed")), "{held_again:#}");
    assert!(
        held_again["decision"]["held"]["by"].is_string() && held_again["decision"]["held"]["at"].is_string(),
        "{held_again:#}"
    );
    let edited_again = line_of_same_event(&found, edited);
    assert_eq!(edited_again["employee_id"], edit["employee_id"], "{edited_again:#}");
    assert!(
        edited_again["schedule_datetime"].as_str().unwrap().starts_with(edit["schedule_datetime"].as_str().unwrap())
    );
    assert_eq!(edited_again["decision"]["wish"]["met"], true, "{edited_again:#}");
    let other = line_of_same_event(&found, rejected);
    let same = |member: &str| other[member] == rejected[member];
    assert!(!(same("employee_id") && same("schedule_datetime")), "{other:#}");

    // Approves the whole proposal of the night. Held lines are not approved.
    let morning_run = morning["run"]["run_id"].as_str().unwrap().to_owned();
    let approved = world.post("/api/auto-schedule/approve", json!({"run_id": morning_run})).await.assert_status(202);
    assert!(approved["queued"].as_u64().unwrap() > 0, "{approved:#}");
    world.advance(120).await;
    assert_eq!(world.line(&id(held_again)).await["status"], "proposed");
    assert_eq!(world.line(&id(edited_again)).await["status"], "api_submitted");

    // A decision ends when its line is accepted or when a person revokes the decision.
    let put = async |line: &str, body: Value| {
        world.put(&format!("/api/pending-schedule/{line}"), body).await.assert_status(200)
    };
    put(&id(held_again), json!({"held": false})).await;
    let last = world.proposal().await;
    let found = lines(&last);
    let released = line_of_same_event(&found, held);
    assert_eq!((&released["held"], &released["decision"]), (&json!(false), &Value::Null), "{released:#}");
    assert!(line_of_same_event(&found, edited).is_null(), "an accepted line is in a later proposal");
    world.assert_drained().await;
}
