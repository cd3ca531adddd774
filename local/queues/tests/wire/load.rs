//! Tests that concurrent receivers get each of many messages.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, SendMessageBatchRequestEntry};

use crate::world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_workers_receive_each_of_a_thousand_messages() {
    let world = Arc::new(World::any().await);
    let url = world.queue("thousand", &[]).await;
    for batch in 0..100 {
        let entry = |n: usize| SendMessageBatchRequestEntry::builder().id(format!("m{n}")).message_body(n.to_string());
        let entries = (batch * 10..batch * 10 + 10).map(|n| entry(n).build().unwrap()).collect();
        let sent = world.sqs.send_message_batch().queue_url(&url).set_entries(Some(entries)).send().await.unwrap();
        assert!(sent.failed().is_empty());
    }
    let done = Arc::new(Mutex::new(BTreeSet::new()));
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (world, url, done) = (Arc::clone(&world), url.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                loop {
                    let messages = world.receive(&url).await;
                    if messages.is_empty() {
                        break;
                    }
                    let mut delete = world.sqs.delete_message_batch().queue_url(&url);
                    for (n, message) in messages.iter().enumerate() {
                        done.lock().unwrap().insert(message.body().unwrap().parse::<usize>().unwrap());
                        let entry = DeleteMessageBatchRequestEntry::builder().id(n.to_string());
                        delete =
                            delete.entries(entry.receipt_handle(message.receipt_handle().unwrap()).build().unwrap());
                    }
                    assert!(delete.send().await.unwrap().failed().is_empty());
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(*done.lock().unwrap(), (0..1_000).collect());
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}
