//! A message that an operator moves back from the dead-letter queue.

use serde_json::json;
use store::states::{Cause, LineStatus};

use crate::house::{House, new};

async fn exhausted() -> House {
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    let always = vec!["429"; 5];
    house.plan("schedule", &always).await;
    house.run_dry().await;
    assert_eq!(house.failure(101).await.0, Cause::Exhausted);
    house
}

#[tokio::test]
async fn a_redriven_message_wakes_an_exhausted_line_of_its_generation_alone() {
    let house = exhausted().await;
    let message = house.message(0).await;
    house.advance(1);
    for generations in [json!({}), json!({"101": 7}), json!({"102": 1})] {
        let mut other = serde_json::to_value(&message).expect("JSON");
        other["generations"] = generations;
        house.send(&serde_json::from_value(other).expect("a message"), 0).await;
        house.run_dry().await;
        assert_eq!(house.failure(101).await.0, Cause::Exhausted);
    }
    house.send(&message, 0).await;
    house.send(&message, 0).await;
    house.run_dry().await;
    assert_eq!((house.status(101).await, house.changes().await.len()), (LineStatus::ApiSubmitted, 6));
    let trail =
        house.club().trail(&store::audit::Subject::Line(house.key(101)), None, 50).await.expect("a trail").items;
    let woken = trail.iter().filter(|e| e.body.because.who == "redrive").count();
    assert_eq!(woken, 1);
}

#[tokio::test]
async fn a_message_from_before_the_last_attempt_wakes_nothing() {
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    // One that is long on its way.
    house.send(&house.message(0).await, 900).await;
    let always = vec!["429"; 5];
    house.plan("schedule", &always).await;
    house.run_dry().await;
    assert_eq!((house.failure(101).await.0, house.changes().await.len()), (Cause::Exhausted, 5));
}

#[tokio::test]
async fn a_redriven_message_wakes_nothing_that_failed_otherwise() {
    let house = House::with(&[new(101, "E02", "2026-11-28T10:15:00")]).await;
    house.plan("schedule", &["not_ok"]).await;
    house.run_dry().await;
    house.advance(1);
    house.send(&house.message(0).await, 0).await;
    house.run_dry().await;
    assert_eq!((house.failure(101).await.0, house.changes().await.len()), (Cause::Refused, 1));
}
