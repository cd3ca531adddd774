//! Tests of the event source mapping: its events, and the messages that it deletes after the handler's answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_sqs::types::MessageAttributeValue;
use queues::{Faults, Mapping};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};

use crate::world::World;

/// A running mapping, whose handler sends every event to the test and gets the answer from it.
struct RunningMapping {
    events: mpsc::UnboundedReceiver<(Value, mpsc::Sender<Result<Value, String>>)>,
    shutdown: Arc<Notify>,
    task: tokio::task::JoinHandle<Result<(), queues::Error>>,
}

impl RunningMapping {
    fn start(world: &World, mapping: Mapping) -> Self {
        let (sender, events) = mpsc::unbounded_channel();
        let shutdown = Arc::new(Notify::new());
        let stopped = Arc::clone(&shutdown);
        let handler = move |event: Value| {
            let sender = sender.clone();
            async move {
                let (answer, mut answered) = mpsc::channel(1);
                sender.send((event, answer)).unwrap();
                answered.recv().await.expect("the test wants a panic here")
            }
        };
        let task = tokio::spawn(mapping.run(world.queues(), handler, async move { stopped.notified().await }));
        Self { events, shutdown, task }
    }

    /// Receives the next event and replies with this answer, which may depend on the ids in the event.
    async fn answer(&mut self, answer: impl Fn(&[String]) -> Result<Value, String>) -> Value {
        let (event, reply) = self.events.recv().await.unwrap();
        reply.send(answer(&ids(&event))).await.unwrap();
        event
    }

    async fn stop(self) {
        self.shutdown.notify_one();
        self.task.await.unwrap().unwrap();
    }
}

fn ids(event: &Value) -> Vec<String> {
    let records = event["Records"].as_array().unwrap();
    records.iter().map(|record| record["messageId"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the queue has these numbers of visible, in-flight and delayed messages.
async fn wait_for_depth(world: &World, url: &str, depth: [u64; 3]) {
    let wait = async {
        while world.depth(url).await != depth {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the queue did not get this depth in time");
}

#[tokio::test]
async fn a_handler_gets_the_event_that_lambda_would_send() {
    let world = World::stand_in().await;
    let url = world.queue("event", &[]).await;
    let club = MessageAttributeValue::builder().data_type("String").string_value("8135").build().unwrap();
    let sent = world.sqs.send_message().queue_url(&url).message_body("Guten Morgen, Club 8135 ☕");
    let id = sent.message_attributes("club", club).send().await.unwrap().message_id.unwrap();
    let mut running = RunningMapping::start(&world, Mapping::new(&url));
    let mut event = running.answer(|_| Ok(Value::Null)).await;
    assert!(event["Records"][0]["receiptHandle"].as_str().unwrap().len() > 20);
    event["Records"][0]["receiptHandle"] = "…".into();
    let name = url.rsplit('/').next().unwrap();
    let expect = json!({"Records": [{
        "messageId": id,
        "receiptHandle": "…",
        "body": "Guten Morgen, Club 8135 ☕",
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1793606400000",
            "SenderId": "000000000000",
            "ApproximateFirstReceiveTimestamp": "1793606400000",
        },
        "messageAttributes": {
            "club": {"stringValue": "8135", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        },
        "md5OfBody": "a72acfb977bff46e29b8b740ce4360b5",
        "md5OfMessageAttributes": "141660c47a34339ce7478ce6216ae314",
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:us-east-1:000000000000:{name}"),
        "awsRegion": "us-east-1",
    }]});
    assert_eq!(event, expect);
    wait_for_depth(&world, &url, [0, 0, 0]).await;
    running.stop().await;
}

#[tokio::test]
async fn reported_messages_are_visible_again_and_the_others_are_deleted() {
    let failures = |ids: &[&str]| {
        let failures: Vec<_> = ids.iter().map(|id| json!({"itemIdentifier": id})).collect();
        Ok(json!({"batchItemFailures": failures}))
    };
    let assert_left = async |title: &str, answer: &dyn Fn(&[String]) -> Result<Value, String>, left: u64| {
        let world = World::stand_in().await;
        let url = world.queue("partial", &[]).await;
        for body in ["a", "b", "c"] {
            world.send(&url, body).await;
        }
        let mut running = RunningMapping::start(&world, Mapping::new(&url));
        let event = running.answer(answer).await;
        assert_eq!(ids(&event).len(), 3);
        running.stop().await;
        assert_eq!(world.depth(&url).await, [0, left, 0], "{title}");
        world.pass(30).await;
        assert_eq!(world.depth(&url).await, [left, 0, 0], "{title}");
    };
    assert_left("no failures", &|_| Ok(json!({"batchItemFailures": []})), 0).await;
    assert_left("no answer", &|_| Ok(Value::Null), 0).await;
    assert_left("one", &|ids| failures(&[&ids[1]]), 1).await;
    assert_left("all", &|ids| failures(&[&ids[0], &ids[1], &ids[2]]), 3).await;
    assert_left("an id that was not in the batch", &|ids| failures(&[&ids[0], "other"]), 3).await;
    assert_left("an empty id", &|_| failures(&[""]), 3).await;
    assert_left("another key", &|ids| Ok(json!({"batchItemFailures": [{"id": ids[0]}]})), 3).await;
    assert_left("not a report", &|_| Ok(json!("done")), 3).await;
    assert_left("an error", &|_| Err("broken".into()), 3).await;
}

#[tokio::test]
async fn a_panic_of_the_handler_fails_only_its_batch() {
    let world = World::stand_in().await;
    let url = world.queue("panic", &[]).await;
    let mut running = RunningMapping::start(&world, Mapping::new(&url));
    world.send(&url, "body").await;
    drop(running.events.recv().await.unwrap());
    assert_eq!(world.depth(&url).await, [0, 1, 0]);
    world.pass(30).await;
    running.answer(|_| Ok(Value::Null)).await;
    wait_for_depth(&world, &url, [0, 0, 0]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_message_that_fails_too_often_goes_to_the_dead_letter_queue() {
    let world = World::stand_in().await;
    let (source, dead_letters) = world.queue_with_dead_letters(3, 30).await;
    let mut running = RunningMapping::start(&world, Mapping::new(&source));
    let poison = world.send(&source, "poison").await;
    for _ in 0..3 {
        running.answer(|ids| Ok(json!({"batchItemFailures": [{"itemIdentifier": ids[0]}]}))).await;
        wait_for_depth(&world, &source, [0, 1, 0]).await;
        world.pass(30).await;
    }
    wait_for_depth(&world, &dead_letters, [1, 0, 0]).await;
    assert_eq!(world.receive(&dead_letters).await[0].message_id(), Some(&*poison));
    running.stop().await;
}

#[tokio::test]
async fn messages_that_wait_for_a_handler_are_not_received() {
    let world = World::stand_in().await;
    let url = world.queue("concurrency", &[]).await;
    for n in 0..6 {
        world.send(&url, &n.to_string()).await;
    }
    let mapping = Mapping { batch_size: 1, maximum_concurrency: 2, ..Mapping::new(&url) };
    let mut running = RunningMapping::start(&world, mapping);
    let first = running.events.recv().await.unwrap();
    let second = running.events.recv().await.unwrap();
    assert_eq!(world.depth(&url).await, [4, 2, 0], "a message that waits for a handler was received");
    assert!(running.events.try_recv().is_err());
    for (_, reply) in [first, second] {
        reply.send(Ok(Value::Null)).await.unwrap();
    }
    for _ in 0..4 {
        let event = running.answer(|_| Ok(Value::Null)).await;
        assert_eq!(event["Records"][0]["attributes"]["ApproximateReceiveCount"], "1");
    }
    wait_for_depth(&world, &url, [0, 0, 0]).await;
    running.stop().await;
}

#[tokio::test]
async fn a_shutdown_waits_for_running_handlers() {
    let world = World::stand_in().await;
    let url = world.queue("shutdown", &[]).await;
    world.send(&url, "body").await;
    let mut running = RunningMapping::start(&world, Mapping::new(&url));
    let (_, reply) = running.events.recv().await.unwrap();
    running.shutdown.notify_one();
    tokio::task::yield_now().await;
    assert!(!running.task.is_finished());
    reply.send(Ok(Value::Null)).await.unwrap();
    running.task.await.unwrap().unwrap();
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_mapping_with_invalid_settings_does_not_run() {
    let world = World::stand_in().await;
    let url = world.queue("bad", &[]).await;
    let assert_refused = async |mapping: Mapping| {
        let run = mapping.run(world.queues(), |_| async { Ok(Value::Null) }, std::future::pending());
        assert!(run.await.is_err());
    };
    assert_refused(Mapping { batch_size: 0, ..Mapping::new(&url) }).await;
    assert_refused(Mapping { batch_size: 11, ..Mapping::new(&url) }).await;
    assert_refused(Mapping { maximum_concurrency: 0, ..Mapping::new(&url) }).await;
    assert_refused(Mapping::new("nowhere")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_handled_in_spite_of_faults_and_failures() {
    let world = World::stand_in().await;
    let url = world.queue("drill", &[]).await;
    for n in 0..200 {
        world.send(&url, &n.to_string()).await;
    }
    let faults = Faults { seed: 11, duplicate: 0.2, delay: 0.2, delay_s: 20, reorder: 0.5, drop: 0.1, lose: 0.0 };
    world.queues().set_faults(Some(faults));
    let calls = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let shutdown = Arc::new(Notify::new());
    let handler = {
        let (calls, done) = (Arc::clone(&calls), Arc::clone(&done));
        move |event: Value| {
            let (call, done) = (calls.fetch_add(1, Ordering::SeqCst), Arc::clone(&done));
            async move {
                if call.is_multiple_of(5) {
                    return Err("every fifth call fails".to_owned());
                }
                // In a batch of several messages the last one fails, and so do its copies, because a report names messages by
                // id.
                let mut records = event["Records"].as_array().unwrap().clone();
                let failed = if records.len() > 1 { records.pop() } else { None };
                let failed = failed.map(|record| record["messageId"].clone());
                records.retain(|record| failed.as_ref() != Some(&record["messageId"]));
                done.lock().unwrap().extend(records.iter().map(|record| record["body"].to_string()));
                let failed: Vec<_> = failed.iter().map(|id| json!({"itemIdentifier": id})).collect();
                Ok(json!({"batchItemFailures": failed}))
            }
        }
    };
    let stopped = Arc::clone(&shutdown);
    let task = tokio::spawn(Mapping::new(&url).run(world.queues(), handler, async move { stopped.notified().await }));
    let drain = async {
        while world.depth(&url).await != [0, 0, 0] {
            world.pass(5).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), drain).await.expect("the queue was not drained in time");
    shutdown.notify_one();
    task.await.unwrap().unwrap();
    assert_eq!(done.lock().unwrap().len(), 200);
}
