//! Tests that queues, messages and move tasks outlive a restart with the same file, and that a server stops in time.

use aws_sdk_sqs::types::{MessageSystemAttributeName, QueueAttributeName};

use crate::world::{World, bodies, system_attribute};

#[tokio::test]
async fn a_restart_with_the_same_file_keeps_queues_and_messages() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.sqlite");

    let world = World::on_file(&file).await;
    let (source, dead_letters) = world.queue_with_dead_letters(3, 60).await;
    world.send(&source, "in flight").await;
    let in_flight = world.receive(&source).await;
    world.send(&source, "visible").await;
    world.sqs.send_message().queue_url(&source).message_body("delayed").delay_seconds(30).send().await.unwrap();
    world.send(&dead_letters, "dead").await;
    let all = [
        QueueAttributeName::RedrivePolicy,
        QueueAttributeName::VisibilityTimeout,
        QueueAttributeName::CreatedTimestamp,
    ];
    let mut before = Vec::new();
    for name in all.clone() {
        before.push(world.attribute(&source, name).await);
    }
    world.stop().await;

    // The port is different now; URLs from before still name their queues.
    let world = World::on_file(&file).await;
    for (name, before) in all.into_iter().zip(before) {
        assert_eq!(world.attribute(&source, name).await, before);
    }
    assert_eq!(world.depth(&source).await, [1, 1, 1]);
    assert_eq!(world.depth(&dead_letters).await, [1, 0, 0]);
    world.delete(&source, &in_flight[0]).await;
    world.pass(30).await;
    let messages = world.receive(&source).await;
    assert_eq!(bodies(&messages), ["delayed", "visible"]);
    assert_eq!(system_attribute(&messages[0], &MessageSystemAttributeName::ApproximateReceiveCount), Some("1"));
}

#[tokio::test]
async fn a_kill_loses_no_message_whose_send_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.sqlite");
    let world = World::on_file(&file).await;
    let url = world.queue("killed", &[]).await;
    world.send(&url, "body").await;
    // Copies the files as they are on the disk now, without a proper close.
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let world = World::on_file(&copy.path().join("queues.sqlite")).await;
    assert_eq!(bodies(&world.receive(&url).await), ["body"]);
}

#[tokio::test]
async fn a_move_task_continues_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queues.sqlite");
    let world = World::on_file(&file).await;
    let (source, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    for body in ["a", "b", "c"] {
        world.send(&source, body).await;
    }
    while !world.receive(&source).await.is_empty() {}
    let arn = world.attribute(&dead_letters, QueueAttributeName::QueueArn).await;
    let start = world.sqs.start_message_move_task().source_arn(arn).max_number_of_messages_per_second(1);
    start.send().await.unwrap();
    assert_eq!(world.depth(&dead_letters).await, [2, 0, 0]);
    world.stop().await;

    let world = World::on_file(&file).await;
    world.pass(2).await;
    assert_eq!(world.depth(&dead_letters).await, [0, 0, 0]);
    assert_eq!(world.depth(&source).await, [3, 0, 0]);
}

#[tokio::test]
async fn a_server_stops_without_waiting_for_receivers_and_unused_connections() {
    let world = World::stand_in().await;
    let url = world.queue("waiting", &[]).await;
    let receive = tokio::spawn(world.sqs.receive_message().queue_url(url).wait_time_seconds(20).send());
    let unused = world.connect().await;
    let started = std::time::Instant::now();
    world.stop().await;
    assert!(started.elapsed() < std::time::Duration::from_secs(10));
    drop(unused);
    // The request may have been too late to be answered. If it was answered, there was no message.
    if let Ok(received) = receive.await.unwrap() {
        assert!(received.messages().is_empty());
    }
}
