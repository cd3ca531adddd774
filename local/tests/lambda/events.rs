//! Tests of the Lambda programs with events of schedules and queues: ticks, valid and invalid batches, and an approved
//! line that is sent to Crossmark.

use chrono::{Days, Timelike, Utc};
use cloud::Cloud;
use runtime::Clock;
use serde_json::{Value, json};
use store::key::{ClubId, RunId};
use store::meter::Meter;
use store::states::RunStatus;

use crate::payloads::{club, payload, settings, with_body};
use crate::platform::{Function, InvocationEnd};
use crate::world::{World, id, lines};

/// The ids of the messages that the answer to a batch reports as failed.
fn failures(answer: &Value) -> Vec<&str> {
    let failures =
        answer["batchItemFailures"].as_array().unwrap_or_else(|| panic!("not an answer to a batch: {answer}"));
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap()).collect()
}

/// Number of dead letters in a queue.
async fn dead_letters(world: &World, queue: &str) -> u64 {
    let depths = world.get("/_local/queues").await.assert_status(200);
    let is_queue = |depth: &&Value| depth["queue"] == queue;
    depths.as_array().unwrap().iter().find(is_queue).and_then(|depth| depth["visible"].as_u64()).unwrap()
}

#[tokio::test]
async fn a_malformed_record_becomes_a_dead_letter_and_fails_no_other_record() {
    let world = World::on("2026-10-05").await;
    let (settings, club) = (settings(&world).await, club(&world));
    for (name, queue) in [
        ("solve", "muster-run-dlq"),
        ("trial", "muster-trial-dlq"),
        ("submit", "muster-submit-dlq"),
        ("refresh", "muster-refresh-dlq"),
    ] {
        let mut function = Function::start(name, &settings).await;
        let malformed = payload(&format!("{name}-malformed"), &club);
        let malformed_count = malformed["Records"].as_array().unwrap().len() as u64;
        assert_eq!(failures(&function.invoke(&malformed).await.assert_answer()), [""; 0], "{name}");
        assert_eq!(
            dead_letters(&world, queue).await,
            malformed_count,
            "{name}: each malformed record must be a dead letter"
        );
        assert_eq!(
            failures(&function.invoke(&payload(&format!("{name}-empty"), &club)).await.assert_answer()),
            [""; 0]
        );
        assert_eq!(
            failures(&function.invoke(&payload(&format!("{name}-mixed"), &club)).await.assert_answer()),
            [""; 0]
        );
        // A message for an unknown run or club becomes a dead letter. For an unknown approval or trial there is nothing
        // to do.
        let unknown_count = if ["submit", "trial"].contains(&name) { 0 } else { 2 };
        assert_eq!(dead_letters(&world, queue).await, malformed_count + 1 + unknown_count, "{name}");
        // If the table cannot be reached, readable messages are returned as failed, and unreadable ones still become
        // dead letters.
        let mut without_table = settings.clone();
        without_table
            .iter_mut()
            .filter(|(name, _)| name == "MUSTER_TABLE")
            .for_each(|(_, table)| "none".clone_into(table));
        let failing = Function::start(name, &without_table).await;
        let mixed = payload(&format!("{name}-mixed"), &club);
        let expected = [0, 2].map(|n| mixed["Records"][n]["messageId"].as_str().unwrap());
        assert_eq!(failures(&failing.invoke(&mixed).await.assert_answer()), expected, "{name}");
        assert_eq!(dead_letters(&world, queue).await, malformed_count + 2 + unknown_count, "{name}");
        // A payload that is not an event of a queue fails the invocation.
        match function.invoke(&json!({"Records": {"a": 1}})).await {
            InvocationEnd::Failed(error) => assert!(error["errorMessage"].is_string(), "{error}"),
            InvocationEnd::Answered(answer) => panic!("{name}: {answer}"),
        }
        assert!(function.is_running());
    }
}

#[tokio::test]
async fn the_program_of_submit_sends_an_approved_line_to_crossmark_once() {
    // The program reads the machine's clock, and a line that has started by this clock is too late. So the first day of the
    // club is yesterday, and its lines are of today and later.
    let yesterday = Utc::now().date_naive() - Days::new(1);
    let world = World::on(&yesterday.to_string()).await;
    let pending = world.proposal().await;
    let (settings, club) = (settings(&world).await, club(&world));
    let line = lines(&pending)
        .into_iter()
        .find(|l| l["kind"] == "new" && l["depends_on"] == json!([]) && l["pair"].is_null())
        .unwrap();
    let approve = json!({"run_id": pending["run"]["run_id"], "lines": [id(&line)]});
    let approved = world.post("/api/auto-schedule/approve", approve).await.assert_status(202);
    assert_eq!(approved["queued"], 1, "{approved}");
    // The clock of `muster serve` stands still, so that its own `submit` does not receive the message. By the machine's clock
    // the line is due.
    let message = json!({"version": 1, "club": club, "approval": approved["approval_id"], "group": 0});
    let submit = Function::start("submit", &settings).await;
    let group = with_body(payload("submit-group", &club), &message);
    let last = world
        .until("the line is due by the machine's clock", async || {
            assert_eq!(failures(&submit.invoke(&group).await.assert_answer()), [""; 0]);
            let line = world.line(&id(&line)).await;
            (line["status"] != "approved").then_some(line)
        })
        .await;
    assert_eq!(last["status"], "api_submitted", "{last:#}");
    assert_eq!(failures(&submit.invoke(&group).await.assert_answer()), [""; 0], "a second delivery must do nothing");
    let made = world.ledger().await.into_iter().filter(|effect| effect["mPlanID"] == line["event_ref_num"]).count();
    assert_eq!(made, 1);
    let swept = Function::start("sweep", &settings).await.invoke(&payload("sweep-tick", &club)).await.assert_answer();
    assert_eq!((&swept["clubs"], &swept["failed"]), (&json!(1), &json!(0)), "{swept}");
}

#[tokio::test]
async fn the_program_of_refresh_imports_changes_at_crossmark() {
    let world = World::on("2026-10-05").await;
    let (settings, club) = (settings(&world).await, club(&world));
    let name = "619901-LKD-AF-Peach Tea (251200901) - V2-CORE";
    // The program reads events around the date of the machine's clock. The refresh of `muster serve` does not read these
    // dates.
    let (start, due) = (Utc::now().date_naive(), Utc::now().date_naive() + Days::new(14));
    let new = json!([{"mPlanID": 41_000_901, "name": name, "start": start, "due": due}]);
    world.post("/_sim/events", new).await.assert_status(200);
    let refresh = Function::start("refresh", &settings).await;
    let ticked = refresh.invoke(&payload("refresh-tick", &club)).await.assert_answer();
    assert_eq!(ticked, json!({"clubs": 1, "unsent": 0}));
    assert_eq!(failures(&refresh.invoke(&payload("refresh-club", &club)).await.assert_answer()), [""; 0]);
    let events = world.get("/api/events?limit=500").await.assert_status(200);
    assert!(events["items"].as_array().unwrap().iter().any(|event| event["event_ref_num"] == 41_000_901), "{events:#}");
}

#[tokio::test]
async fn a_tick_starts_one_nightly_run_that_completes() {
    let cloud = Cloud::in_memory(Clock::system(), 1).await.unwrap();
    let meter = Meter::new();
    let table = cloud.environment().table().unwrap();
    let id = ClubId::parse("8135").unwrap();
    let club = table.club(&id, &meter);
    let mut snapshot: Value = serde_json::from_str(include_str!("../../../events/club-small.json")).unwrap();
    snapshot["club"]["id"] = json!("8135");
    // A time zone in which it is noon now.
    snapshot["club"]["time_zone"] = json!(format!("Etc/GMT{:+}", i64::from(Utc::now().hour()) - 12));
    club.import_snapshot(snapshot.to_string().as_bytes()).await.unwrap();
    let settings: Vec<_> = cloud.settings_with_crossmark("http://127.0.0.1:9").into_iter().collect();
    let solve = Function::start("solve", &settings).await;
    let ticked = solve.invoke(&payload("solve-tick", "8135")).await.assert_answer();
    assert_eq!(ticked["begun"], 1, "{ticked}");
    let again = solve.invoke(&payload("solve-tick", "8135")).await.assert_answer();
    assert_eq!(
        (&again["begun"], &again["in_hand"]),
        (&json!(0), &json!(1)),
        "a second tick must not start a second run"
    );
    let queue = cloud.settings_with_crossmark("")["MUSTER_RUN_QUEUE"].clone();
    let request = json!({"QueueUrl": queue, "MessageAttributeNames": ["All"]});
    let received = cloud.queues().call("ReceiveMessage", request).await.unwrap();
    let message = &received["Messages"][0];
    assert_eq!(message["MessageAttributes"]["trace"]["StringValue"], crate::platform::TRACE, "{received}");
    let body: Value = serde_json::from_str(message["Body"].as_str().unwrap()).unwrap();
    let ended = solve.invoke(&with_body(payload("solve-run", "8135"), &body)).await.assert_answer();
    assert_eq!(failures(&ended), [""; 0]);
    let run = club.run(&RunId::parse(body["run"].as_str().unwrap()).unwrap()).await.unwrap().unwrap();
    assert_eq!(run.body.state.status(), RunStatus::Completed, "{:?}", run.body.state);
}
