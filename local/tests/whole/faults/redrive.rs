//! Failed lines are retried: one, chosen ones, by cause, all, twice, and by a move task of the queue.

use serde_json::{Value, json};

use super::exact::single;
use crate::world::{World, id};

const RETRY: &str = "/api/auto-schedule/retry";

#[tokio::test]
async fn one_line_chosen_lines_a_cause_and_all_are_retried_once_however_often_it_is_pressed() {
    let world = World::tight().await;
    let (run, lines, seeded) = world.begun().await;
    let chosen = single(&lines)[..6].to_vec();
    world.plan(&[("schedule", "not_ok"); 6]).await;
    world.approve(&run, Some(&chosen)).await;
    world.advance(60).await;
    let retried = async |path: String, body: Value, expected: usize| {
        for expected in [expected, 0] {
            let answer = world.post(&path, body.clone()).await.is(202);
            assert_eq!(answer["retried"].as_array().unwrap().len(), expected, "{path} {body}: {answer:#}");
        }
    };
    retried(format!("{RETRY}/{}", chosen[0]), json!({}), 1).await;
    retried(RETRY.to_owned(), json!({"lines": chosen[..3]}), 2).await;
    // One more line fails again, and is found by its cause.
    retried(RETRY.to_owned(), json!({"cause": "exhausted"}), 0).await;
    retried(RETRY.to_owned(), json!({"cause": "refused"}), 3).await;
    world.plan(&[("schedule", "not_ok")]).await;
    world.settled(&run).await;
    retried(RETRY.to_owned(), json!({"all": true}), 1).await;
    let lines = world.settled(&run).await;
    assert!(lines.iter().filter(|l| chosen.contains(&id(l))).all(|l| l["status"] == "api_submitted"), "{lines:#?}");
    world.is_exact(&lines, &seeded).await;
}

#[tokio::test]
async fn a_dead_letter_that_the_queue_itself_moves_back_wakes_an_exhausted_line_once() {
    let world = World::tight().await;
    let (run, lines, seeded) = world.begun().await;
    let line = single(&lines)[0].clone();
    world.plan(&[("schedule", "429"); 5]).await;
    let approval = world.approve(&run, Some(std::slice::from_ref(&line))).await["approval_id"].take();
    let failed = world.settled(&run).await.into_iter().find(|l| id(l) == line).unwrap();
    assert_eq!(failed["api_error_details"]["cause"], "exhausted", "{failed:#}");
    world.advance(60).await;
    let club = world.club()["club"]["id"].as_str().unwrap().to_owned();
    let event = failed["event_ref_num"].to_string();
    let message =
        json!({"version": 1, "club": club, "approval": approval, "group": 0, "generations": {event: 1}}).to_string();
    for _ in 0..2 {
        world.send_to("MUSTER_SUBMIT_DLQ", &message).await;
    }
    let source = "arn:aws:sqs:us-east-1:000000000000:muster-submit-dlq";
    world
        .queue_call(
            "StartMessageMoveTask",
            json!({"SourceArn": source, "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:muster-submit"}),
        )
        .await;
    world.advance(60).await;
    let lines = world.settled(&run).await;
    assert_eq!(lines.iter().find(|l| id(l) == line).unwrap()["status"], "api_submitted");
    world.is_exact(&lines, &seeded).await;
}
