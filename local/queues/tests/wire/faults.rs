//! Tests of the injected faults of deliveries.

use queues::Faults;

use crate::world::{World, bodies};

#[tokio::test]
async fn a_duplicate_is_received_even_if_the_first_was_deleted() {
    let world = World::stand_in().await;
    let url = world.queue("duplicate", &[]).await;
    world.queues().set_faults(Some(Faults { duplicate: 1.0, ..Faults::default() }));
    let id = world.send(&url, "body").await;
    let first = world.receive(&url).await;
    world.delete(&url, &first[0]).await;
    let second = world.receive(&url).await;
    assert_eq!(second[0].message_id(), Some(&*id));
    world.pass(30).await;
    let third = world.receive(&url).await;
    assert_eq!(third.len(), 1, "a duplicate was duplicated or lost");
    world.delete(&url, &third[0]).await;
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_delayed_message_is_delayed_only_once() {
    let world = World::stand_in().await;
    let url = world.queue("late", &[]).await;
    world.queues().set_faults(Some(Faults { delay: 1.0, delay_s: 45, ..Faults::default() }));
    world.send(&url, "body").await;
    assert!(world.receive(&url).await.is_empty());
    world.pass(44).await;
    assert!(world.receive(&url).await.is_empty());
    world.pass(1).await;
    assert_eq!(world.receive(&url).await.len(), 1);
}

#[tokio::test]
async fn a_delayed_message_is_not_in_flight_and_its_earlier_receipt_cannot_make_it_visible() {
    let world = World::stand_in().await;
    let url = world.queue("late-again", &[]).await;
    world.send(&url, "body").await;
    let first = world.receive(&url).await;
    world.pass(30).await;
    world.queues().set_faults(Some(Faults { delay: 1.0, delay_s: 45, ..Faults::default() }));
    assert!(world.receive(&url).await.is_empty());
    assert_eq!(world.depth(&url).await, [0, 0, 1]);
    let change = world.sqs.change_message_visibility().queue_url(&url).visibility_timeout(0);
    let refused = change.receipt_handle(first[0].receipt_handle().unwrap()).send().await;
    assert!(refused.unwrap_err().into_service_error().is_message_not_inflight());
    assert!(world.receive(&url).await.is_empty());
    world.pass(45).await;
    assert_eq!(world.receive(&url).await.len(), 1);
}

#[tokio::test]
async fn a_dropped_delivery_counts_and_is_visible_again_after_its_timeout() {
    let world = World::stand_in().await;
    let (source, dead_letters) = world.queue_with_dead_letters(2, 30).await;
    world.queues().set_faults(Some(Faults { drop: 1.0, ..Faults::default() }));
    world.send(&source, "body").await;
    assert!(world.receive(&source).await.is_empty());
    assert_eq!(world.depth(&source).await, [0, 1, 0]);
    world.pass(30).await;
    assert!(world.receive(&source).await.is_empty());
    world.pass(30).await;
    world.queues().set_faults(None);
    assert!(world.receive(&source).await.is_empty());
    assert_eq!(world.depth(&dead_letters).await, [1, 0, 0], "a dropped receive does not count");
}

#[tokio::test]
async fn a_lost_message_is_never_received() {
    let world = World::stand_in().await;
    let url = world.queue("lost", &[]).await;
    world.queues().set_faults(Some(Faults { lose: 1.0, ..Faults::default() }));
    world.send(&url, "body").await;
    assert!(world.receive(&url).await.is_empty());
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let order = async |faults: Faults| {
        let world = World::stand_in().await;
        let url = world.queue("order", &[]).await;
        for n in 0..20 {
            world.send(&url, &format!("{n:02}")).await;
        }
        world.queues().set_faults(Some(faults));
        let mut received: Vec<String> = Vec::new();
        loop {
            let messages = world.receive(&url).await;
            if messages.is_empty() {
                break received;
            }
            received.extend(messages.into_iter().map(|message| message.body.unwrap()));
        }
    };
    let faults = |seed| Faults { seed, reorder: 1.0, duplicate: 0.3, drop: 0.1, ..Faults::default() };
    let first = order(faults(7)).await;
    assert_eq!(order(faults(7)).await, first);
    assert_ne!(order(faults(8)).await, first);
    let mut sorted = first.clone();
    sorted.sort();
    assert_ne!(sorted, first, "the messages are in order");
    let none = order(Faults::default()).await;
    assert_eq!(none, (0..20).map(|n| format!("{n:02}")).collect::<Vec<_>>(), "there are faults without probabilities");
}

#[tokio::test]
async fn faults_end_when_they_are_removed() {
    let world = World::stand_in().await;
    let url = world.queue("back", &[]).await;
    let faults = Faults { seed: 1, drop: 1.0, ..Faults::default() };
    world.queues().set_faults(Some(faults.clone()));
    assert_eq!(world.queues().faults(), Some(faults));
    world.send(&url, "body").await;
    assert!(world.receive(&url).await.is_empty());
    world.queues().set_faults(None);
    world.pass(30).await;
    assert_eq!(bodies(&world.receive(&url).await), ["body"]);
}
