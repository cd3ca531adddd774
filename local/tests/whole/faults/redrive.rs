//! Tests of retries of failed lines: of one line, of chosen lines, by cause and of all, each twice; and a redrive by
//! the queue's move task.

use serde_json::{Value, json};

use super::exact::independent_lines;
use crate::world::{World, id};

const RETRY: &str = "/api/auto-schedule/retry";

#[tokio::test]
async fn a_retry_that_is_sent_twice_retries_each_line_once() {
    let world = World::with_tight_club().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let chosen = independent_lines(&lines)[..6].to_vec();
    world.plan_faults(&[("schedule", "not_ok"); 6]).await;
    world.approve(&run, Some(&chosen)).await;
    world.advance(60).await;
    let assert_retried = async |path: String, body: Value, expected: usize| {
        for expected in [expected, 0] {
            let answer = world.post(&path, body.clone()).await.assert_status(202);
            assert_eq!(answer["retried"].as_array().unwrap().len(), expected, "{path} {body}: {answer:#}");
        }
    };
    assert_retried(format!("{RETRY}/{}", chosen[0]), json!({}), 1).await;
    assert_retried(RETRY.to_owned(), json!({"lines": chosen[..3]}), 2).await;
    // Three failed lines are left. Then one of the six lines fails again, and a retry of all lines finds it.
    assert_retried(RETRY.to_owned(), json!({"cause": "exhausted"}), 0).await;
    assert_retried(RETRY.to_owned(), json!({"cause": "refused"}), 3).await;
    world.plan_faults(&[("schedule", "not_ok")]).await;
    world.advance_until_settled(&run).await;
    assert_retried(RETRY.to_owned(), json!({"all": true}), 1).await;
    let lines = world.advance_until_settled(&run).await;
    assert!(lines.iter().filter(|l| chosen.contains(&id(l))).all(|l| l["status"] == "api_submitted"), "{lines:#?}");
    world.assert_ledger_exact(&lines, &seeded).await;
}

#[tokio::test]
async fn a_dead_letter_that_the_queue_redrives_retries_an_exhausted_line_once() {
    let world = World::with_tight_club().await;
    let (run, lines, seeded) = world.proposal_and_ledger().await;
    let line = independent_lines(&lines)[0].clone();
    world.plan_faults(&[("schedule", "429"); 5]).await;
    let approval = world.approve(&run, Some(std::slice::from_ref(&line))).await["approval_id"].take();
    let failed = world.advance_until_settled(&run).await.into_iter().find(|l| id(l) == line).unwrap();
    assert_eq!(failed["api_error_details"]["cause"], "exhausted", "{failed:#}");
    world.advance(60).await;
    let club = world.club()["club"]["id"].as_str().unwrap().to_owned();
    let event = failed["event_ref_num"].to_string();
    let message =
        json!({"version": 1, "club": club, "approval": approval, "group": 0, "generations": {event: 1}}).to_string();
    for _ in 0..2 {
        world.send_to_queue("MUSTER_SUBMIT_DLQ", &message).await;
    }
    let source = "arn:aws:sqs:us-east-1:000000000000:muster-submit-dlq";
    world
        .queue_call(
            "StartMessageMoveTask",
            json!({"SourceArn": source, "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:muster-submit"}),
        )
        .await;
    world.advance(60).await;
    let lines = world.advance_until_settled(&run).await;
    assert_eq!(lines.iter().find(|l| id(l) == line).unwrap()["status"], "api_submitted");
    world.assert_ledger_exact(&lines, &seeded).await;
}
