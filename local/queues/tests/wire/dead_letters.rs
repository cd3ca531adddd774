//! Tests of dead-letter queues: the queues that may use them, and redrive.

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{ListMessageMoveTasksResultEntry, MessageSystemAttributeName, QueueAttributeName};

use crate::world::{START_MS, World, bodies, system_attribute};

/// Creates a queue, and its dead-letter queue with these messages. Returns both URLs.
async fn source_and_dead_letters(world: &World, messages: &[&str]) -> (String, String) {
    let (source, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    for body in messages {
        world.send(&source, body).await;
    }
    while !world.receive(&source).await.is_empty() {}
    assert_eq!(world.depth(&dead_letters).await[0], messages.len() as u64);
    (source, dead_letters)
}

async fn arn(world: &World, url: &str) -> String {
    world.attribute(url, QueueAttributeName::QueueArn).await
}

async fn last_task(world: &World, source_arn: &str) -> ListMessageMoveTasksResultEntry {
    let list = world.sqs.list_message_move_tasks().source_arn(source_arn).send().await.unwrap();
    list.results()[0].clone()
}

#[tokio::test]
async fn the_sources_of_a_dead_letter_queue_are_listed() {
    let world = World::any().await;
    if world.lacks("dead-letter-sources") {
        return;
    }
    let (source, dead_letters) = world.queue_with_dead_letters(3, 30).await;
    let list = world.sqs.list_dead_letter_source_queues().queue_url(&dead_letters).send().await.unwrap();
    assert_eq!(list.queue_urls(), std::slice::from_ref(&source));
    let unset = world.sqs.set_queue_attributes().queue_url(&source).attributes(QueueAttributeName::RedrivePolicy, "");
    unset.send().await.unwrap();
    let list = world.sqs.list_dead_letter_source_queues().queue_url(&dead_letters).send().await.unwrap();
    assert!(list.queue_urls().is_empty());
}

#[tokio::test]
async fn a_dead_letter_queue_decides_which_queues_may_use_it() {
    let world = World::any().await;
    if world.lacks("redrive-allow-policy") {
        return;
    }
    let source = world.queue("source", &[]).await;
    let source_arn = arn(&world, &source).await;
    let check = async |policy: &str, is_accepted: bool| {
        let dead_letters = world.queue("dead", &[(QueueAttributeName::RedriveAllowPolicy, policy)]).await;
        let arn = arn(&world, &dead_letters).await;
        let redrive = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"3"}}"#);
        let set = world.sqs.set_queue_attributes().queue_url(&source);
        let set = set.attributes(QueueAttributeName::RedrivePolicy, redrive).send().await;
        assert_eq!(set.is_ok(), is_accepted, "{policy}");
    };
    check(r#"{"redrivePermission":"allowAll"}"#, true).await;
    check(r#"{"redrivePermission":"denyAll"}"#, false).await;
    check(&format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":["{source_arn}"]}}"#), true).await;
    check(r#"{"redrivePermission":"byQueue","sourceQueueArns":[]}"#, false).await;
}

#[tokio::test]
async fn a_message_whose_dead_letter_queue_was_deleted_stays_in_its_queue() {
    let world = World::stand_in().await;
    let (source, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    world.sqs.delete_queue().queue_url(&dead_letters).send().await.unwrap();
    world.send(&source, "body").await;
    for _ in 0..3 {
        assert_eq!(world.receive(&source).await.len(), 1);
    }
}

#[tokio::test]
async fn a_waiting_receiver_gets_a_dead_letter_when_it_arrives() {
    let world = World::stand_in().await;
    let (source, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    world.send(&source, "body").await;
    assert_eq!(world.receive(&source).await.len(), 1);
    let receive = world.sqs.receive_message().queue_url(&dead_letters).wait_time_seconds(20).send();
    let (received, none) = tokio::join!(receive, world.receive(&source));
    assert!(none.is_empty());
    assert_eq!(received.unwrap().messages().len(), 1);
}

#[tokio::test]
async fn a_move_task_moves_dead_letters_to_their_source_as_new_messages() {
    let world = World::any().await;
    if world.lacks("move-tasks") {
        return;
    }
    let (source, dead_letters) = source_and_dead_letters(&world, &["a", "b", "c"]).await;
    let dead: Vec<_> = world.receive(&dead_letters).await.into_iter().filter_map(|dead| dead.message_id).collect();
    world.pass(30).await;
    let dead_arn = arn(&world, &dead_letters).await;
    let started = world.sqs.start_message_move_task().source_arn(&dead_arn).send().await.unwrap();
    assert!(started.task_handle().is_some());
    assert_eq!(world.depth(&dead_letters).await, [0, 0, 0]);
    let moved = world.receive(&source).await;
    assert_eq!(bodies(&moved), ["a", "b", "c"]);
    for message in &moved {
        assert!(!dead.contains(&message.message_id.clone().unwrap()), "a moved message has its old id");
        assert_eq!(system_attribute(message, &MessageSystemAttributeName::ApproximateReceiveCount), Some("1"));
        assert_eq!(system_attribute(message, &MessageSystemAttributeName::DeadLetterQueueSourceArn), None);
    }
    let task = last_task(&world, &dead_arn).await;
    assert_eq!((task.status(), task.task_handle()), (Some("COMPLETED"), None));
    assert_eq!(task.approximate_number_of_messages_moved(), 3);
    assert_eq!(task.approximate_number_of_messages_to_move(), Some(3));
    assert_eq!(task.source_arn(), Some(&*dead_arn));
}

#[tokio::test]
async fn a_move_task_can_have_another_destination() {
    let world = World::stand_in().await;
    let (source, dead_letters) = source_and_dead_letters(&world, &["a", "b"]).await;
    world.send(&dead_letters, "sent to the dead letters directly").await;
    let other = world.queue("other", &[]).await;
    let (dead_arn, other_arn) = (arn(&world, &dead_letters).await, arn(&world, &other).await);
    let start = world.sqs.start_message_move_task().source_arn(&dead_arn).destination_arn(&other_arn);
    start.send().await.unwrap();
    assert_eq!(world.depth(&source).await, [0, 0, 0]);
    assert_eq!(world.depth(&other).await, [3, 0, 0]);
    assert_eq!(last_task(&world, &dead_arn).await.destination_arn(), Some(&*other_arn));
}

#[tokio::test]
async fn a_move_task_keeps_its_rate_and_wakes_waiting_receivers() {
    let world = World::stand_in().await;
    let (source, dead_letters) = source_and_dead_letters(&world, &["a", "b", "c", "d", "e"]).await;
    let dead_arn = arn(&world, &dead_letters).await;
    let start = world.sqs.start_message_move_task().source_arn(&dead_arn).max_number_of_messages_per_second(1);
    let handle = start.send().await.unwrap().task_handle.unwrap();
    assert_eq!(world.depth(&source).await, [1, 0, 0]);
    let task = last_task(&world, &dead_arn).await;
    assert_eq!((task.status(), task.task_handle()), (Some("RUNNING"), Some(&*handle)));
    assert_eq!(task.max_number_of_messages_per_second(), Some(1));
    let again = world.sqs.start_message_move_task().source_arn(&dead_arn).send().await.unwrap_err();
    assert_eq!(again.code(), Some("InvalidParameterValue"), "a second task at the same time is not refused");

    let hidden = world.sqs.receive_message().queue_url(&source).visibility_timeout(600).send().await.unwrap();
    assert_eq!(hidden.messages().len(), 1);
    let receive = world.sqs.receive_message().queue_url(&source).visibility_timeout(600).wait_time_seconds(20).send();
    let (received, ()) = tokio::join!(receive, world.pass(1));
    assert_eq!(received.unwrap().messages().len(), 1);

    world.pass(1).await;
    assert_eq!(world.depth(&source).await, [1, 2, 0]);
    let cancelled = world.sqs.cancel_message_move_task().task_handle(&handle).send().await.unwrap();
    assert_eq!(cancelled.approximate_number_of_messages_moved(), 3);
    world.pass(60).await;
    assert_eq!(world.depth(&source).await, [1, 2, 0], "the cancellation moved messages, in either direction");
    assert_eq!(world.depth(&dead_letters).await, [2, 0, 0]);
    assert_eq!(last_task(&world, &dead_arn).await.status(), Some("CANCELLED"));
    let again = world.sqs.cancel_message_move_task().task_handle(&handle).send().await.unwrap_err();
    assert_eq!(again.code(), Some("InvalidParameterValue"), "the end of an ended task is not refused");

    world.sqs.start_message_move_task().source_arn(&dead_arn).send().await.unwrap();
    assert_eq!(world.depth(&dead_letters).await, [0, 0, 0]);
    let list = world.sqs.list_message_move_tasks().source_arn(&dead_arn).max_results(10).send().await.unwrap();
    let states: Vec<_> = list.results().iter().map(|task| task.status().unwrap()).collect();
    assert_eq!(states, ["COMPLETED", "CANCELLED"]);
}

#[tokio::test]
async fn the_outlook_of_every_queue_includes_the_next_message_of_a_move_task() {
    let world = World::stand_in().await;
    let (_, dead_letters) = source_and_dead_letters(&world, &["a", "b"]).await;
    let next_ms = async || {
        let outlook = world.queues().outlook().await.unwrap();
        outlook.into_iter().map(|queue| queue.next.map(|at| at.timestamp_millis() - START_MS)).collect::<Vec<_>>()
    };
    assert_eq!(next_ms().await, [None::<i64>, None], "something is ahead without a task");
    let start = world.sqs.start_message_move_task().source_arn(arn(&world, &dead_letters).await);
    start.max_number_of_messages_per_second(1).send().await.unwrap();
    assert_eq!(next_ms().await, [Some(1_000_i64), Some(1_000)]);
    world.pass(1).await;
    assert_eq!(next_ms().await, [None::<i64>, None], "the task has not ended");
}

#[tokio::test]
async fn a_move_task_fails_at_a_message_without_a_source() {
    let world = World::stand_in().await;
    let (_, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    world.send(&dead_letters, "sent to the dead letters directly").await;
    let dead_arn = arn(&world, &dead_letters).await;
    world.sqs.start_message_move_task().source_arn(&dead_arn).send().await.unwrap();
    let task = last_task(&world, &dead_arn).await;
    assert_eq!(task.status(), Some("FAILED"));
    assert_eq!(task.failure_reason(), Some("CouldNotDetermineMessageSource"));
    assert_eq!(world.depth(&dead_letters).await, [1, 0, 0]);
}

#[tokio::test]
async fn a_move_task_needs_a_dead_letter_queue_and_an_existing_destination() {
    let world = World::stand_in().await;
    let (_, dead_letters) = world.queue_with_dead_letters(1, 0).await;
    let plain = world.queue("plain", &[]).await;
    let (dead_arn, plain_arn) = (arn(&world, &dead_letters).await, arn(&world, &plain).await);
    let start = |source: &str, destination: Option<&str>, rate: Option<i32>| {
        let start = world.sqs.start_message_move_task().source_arn(source);
        let start = start.set_destination_arn(destination.map(Into::into));
        start.set_max_number_of_messages_per_second(rate).send()
    };
    let nowhere = "arn:aws:sqs:us-east-1:000000000000:nowhere";
    assert!(start(nowhere, None, None).await.unwrap_err().into_service_error().is_resource_not_found_exception());
    let error = start(&dead_arn, Some(nowhere), None).await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception());
    for (source, destination, rate) in [
        (&plain_arn, None, None),
        (&dead_arn, Some(&*dead_arn), None),
        (&dead_arn, None, Some(0)),
        (&dead_arn, None, Some(501)),
    ] {
        let error = start(source, destination, rate).await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidParameterValue"), "{source} {destination:?} {rate:?}");
    }
    let cancel = world.sqs.cancel_message_move_task().task_handle("no handle").send().await;
    assert!(cancel.unwrap_err().into_service_error().is_resource_not_found_exception());
    let list = world.sqs.list_message_move_tasks().source_arn(nowhere).send().await;
    assert!(list.unwrap_err().into_service_error().is_resource_not_found_exception());
}
