//! Tests of delays, timeouts, retention and waits, mostly by a clock that only the test moves.

use std::time::Duration;

use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName};

use crate::world::{World, bodies, system_attribute};

#[tokio::test]
async fn delays_and_timeouts_of_hours_end_by_the_clock() {
    let world = World::stand_in().await;
    let url = world.queue("hours", &[(QueueAttributeName::VisibilityTimeout, "43200")]).await;
    world.sqs.send_message().queue_url(&url).message_body("body").delay_seconds(900).send().await.unwrap();
    assert_eq!(world.depth(&url).await, [0, 0, 1]);
    world.pass(899).await;
    assert!(world.receive(&url).await.is_empty());
    world.pass(1).await;
    let waited_ms = {
        let messages = world.receive(&url).await;
        let millis = |name| system_attribute(&messages[0], &name).unwrap().parse::<i64>().unwrap();
        let sent_ms = millis(MessageSystemAttributeName::SentTimestamp);
        millis(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp) - sent_ms
    };
    assert_eq!(waited_ms, 900_000);
    assert_eq!(world.depth(&url).await, [0, 1, 0]);
    world.pass(43_199).await;
    assert!(world.receive(&url).await.is_empty());
    world.pass(1).await;
    assert_eq!(world.receive(&url).await.len(), 1);
}

#[tokio::test]
async fn a_message_is_deleted_when_its_retention_is_over() {
    let world = World::stand_in().await;
    let url = world.queue("retention", &[(QueueAttributeName::MessageRetentionPeriod, "60")]).await;
    world.send(&url, "old").await;
    world.pass(30).await;
    world.send(&url, "new").await;
    world.pass(29).await;
    assert_eq!(world.depth(&url).await, [2, 0, 0]);
    world.pass(1).await;
    assert_eq!(bodies(&world.receive(&url).await), ["new"]);
    world.pass(30).await;
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn retention_in_the_dead_letter_queue_counts_from_the_first_send() {
    let world = World::stand_in().await;
    let (source, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    let set = world.sqs.set_queue_attributes().queue_url(&dead_letters);
    set.attributes(QueueAttributeName::MessageRetentionPeriod, "100").send().await.unwrap();
    world.send(&source, "body").await;
    world.pass(90).await;
    assert_eq!(world.receive(&source).await.len(), 1);
    assert!(world.receive(&source).await.is_empty());
    assert_eq!(world.depth(&dead_letters).await, [1, 0, 0]);
    world.pass(10).await;
    assert_eq!(world.depth(&dead_letters).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_waiting_receiver_wakes_when_the_clock_makes_a_message_visible() {
    let world = World::stand_in().await;
    let url = world.queue("wake", &[]).await;
    world.sqs.send_message().queue_url(&url).message_body("body").delay_seconds(15).send().await.unwrap();
    let receive = world.sqs.receive_message().queue_url(&url).wait_time_seconds(20).send();
    // Whether the clock moves before the receive or while it waits, the message is visible to it.
    let (received, ()) = tokio::join!(receive, world.pass(15));
    assert_eq!(received.unwrap().messages().len(), 1);
}

#[tokio::test]
async fn a_wait_ends_by_the_clock() {
    let world = World::stand_in().await;
    let url = world.queue("over", &[]).await;
    let receive = tokio::spawn(world.sqs.receive_message().queue_url(&url).wait_time_seconds(20).send());
    let started = std::time::Instant::now();
    while !receive.is_finished() {
        world.pass(1).await;
        tokio::task::yield_now().await;
    }
    assert!(receive.await.unwrap().unwrap().messages().is_empty());
    assert!(started.elapsed() < Duration::from_secs(15), "only the real time ended the wait");
}

#[tokio::test]
async fn a_clock_that_is_not_moved_does_not_extend_a_wait() {
    let world = World::stand_in().await;
    let url = world.queue("still", &[]).await;
    world.sqs.send_message().queue_url(&url).message_body("body").delay_seconds(1).send().await.unwrap();
    let receive = world.sqs.receive_message().queue_url(&url).wait_time_seconds(2).send();
    assert!(receive.await.unwrap().messages().is_empty());
}

#[tokio::test]
async fn with_the_system_clock_a_waiting_receiver_gets_a_delayed_message_in_time() {
    let queues = queues::Queues::in_memory(queues::system_clock()).unwrap();
    queues.call("CreateQueue", serde_json::json!({"QueueName": "real"})).await.unwrap();
    let send = serde_json::json!({"QueueUrl": "real", "MessageBody": "body", "DelaySeconds": 1});
    queues.call("SendMessage", send).await.unwrap();
    let started = std::time::Instant::now();
    let receive = serde_json::json!({"QueueUrl": "real", "WaitTimeSeconds": 20});
    let received = queues.call("ReceiveMessage", receive).await.unwrap();
    assert_eq!(received["Messages"][0]["Body"], "body");
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}
