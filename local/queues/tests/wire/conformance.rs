//! Tests of behaviour that every server of this protocol must have. Those that use `World::any` can also run against
//! another server; see `world`.

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, MessageAttributeValue,
    MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry, SendMessageBatchResultEntry,
};

use crate::world::{World, bodies, system_attribute, unique};

#[tokio::test]
async fn a_queue_can_be_created_again_only_with_the_same_attributes() {
    let world = World::any().await;
    let name = unique("again");
    let create = |timeout: &str| {
        world.sqs.create_queue().queue_name(&name).attributes(QueueAttributeName::VisibilityTimeout, timeout).send()
    };
    let first = create("60").await.unwrap().queue_url.unwrap();
    assert_eq!(create("60").await.unwrap().queue_url.unwrap(), first);
    assert!(create("61").await.unwrap_err().into_service_error().is_queue_name_exists());
    let found = world.sqs.get_queue_url().queue_name(&name).send().await.unwrap();
    assert_eq!(found.queue_url.unwrap(), first);
}

#[tokio::test]
async fn queues_are_listed_by_prefix_and_in_pages() {
    let world = World::any().await;
    let prefix = unique("list");
    let mut created = Vec::new();
    for n in 0..5 {
        let create = world.sqs.create_queue().queue_name(format!("{prefix}-{n}"));
        created.push(create.send().await.unwrap().queue_url.unwrap());
    }
    let all = world.sqs.list_queues().queue_name_prefix(&prefix).send().await.unwrap();
    assert_eq!(all.queue_urls(), created);
    assert_eq!(all.next_token(), None);
    let pages = world.sqs.list_queues().queue_name_prefix(&prefix).max_results(2).into_paginator().send();
    let pages = pages.try_collect().await.unwrap();
    let sizes: Vec<usize> = pages.iter().map(|page| page.queue_urls().len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(pages.iter().flat_map(|page| page.queue_urls().to_vec()).collect::<Vec<_>>(), created);
    let none = world.sqs.list_queues().queue_name_prefix(unique("none")).send().await.unwrap();
    assert!(none.queue_urls().is_empty());
}

#[tokio::test]
async fn an_attribute_has_its_default_until_it_is_set() {
    let world = World::any().await;
    let url = world.queue("attributes", &[(QueueAttributeName::DelaySeconds, "5")]).await;
    let set = world.sqs.set_queue_attributes().queue_url(&url);
    set.attributes(QueueAttributeName::MessageRetentionPeriod, "120").send().await.unwrap();
    let check = async |name: QueueAttributeName, expect: &str| {
        assert_eq!(world.attribute(&url, name.clone()).await, expect, "{name}");
    };
    check(QueueAttributeName::DelaySeconds, "5").await;
    check(QueueAttributeName::MessageRetentionPeriod, "120").await;
    check(QueueAttributeName::VisibilityTimeout, "30").await;
    check(QueueAttributeName::ReceiveMessageWaitTimeSeconds, "0").await;
    check(QueueAttributeName::RedrivePolicy, "").await;
    if !world.lacks("a-mebibyte") {
        check(QueueAttributeName::MaximumMessageSize, "1048576").await;
    }
    let arn = world.attribute(&url, QueueAttributeName::QueueArn).await;
    assert_eq!(arn.rsplit(':').next(), url.rsplit('/').next());
    let all = world.sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All);
    let all = all.send().await.unwrap().attributes.unwrap();
    for name in [QueueAttributeName::CreatedTimestamp, QueueAttributeName::LastModifiedTimestamp] {
        assert!(all[&name].parse::<u64>().unwrap() > 1_700_000_000, "{name}");
    }
}

#[tokio::test]
async fn a_message_is_received_with_its_digests_and_attributes() {
    let world = World::any().await;
    let url = world.queue("sent", &[]).await;
    let text = |data_type: &str, value: &str| MessageAttributeValue::builder().data_type(data_type).string_value(value);
    let binary = MessageAttributeValue::builder().data_type("Binary").binary_value(Blob::new([0, 1]));
    let sent = world.sqs.send_message().queue_url(&url).message_body("Guten Morgen, Club 8135 ☕");
    let sent = sent
        .message_attributes("a", text("String.club", "8135").build().unwrap())
        .message_attributes("b", binary.build().unwrap())
        .message_attributes("c", text("Number", "7").build().unwrap());
    let sent = sent.send().await.unwrap();
    assert_eq!(sent.md5_of_message_body(), Some("a72acfb977bff46e29b8b740ce4360b5"));
    assert_eq!(sent.md5_of_message_attributes(), Some("f21873ad13e3f554b7991b0d7d82e4a8"));

    let [message] = &world.receive(&url).await[..] else { panic!("expected one message") };
    assert_eq!(message.message_id(), sent.message_id());
    assert_eq!(message.body(), Some("Guten Morgen, Club 8135 ☕"));
    assert_eq!(message.md5_of_body(), sent.md5_of_message_body());
    assert_eq!(message.md5_of_message_attributes(), sent.md5_of_message_attributes());
    let attributes = message.message_attributes().unwrap();
    assert_eq!(attributes.len(), 3);
    assert_eq!(attributes["a"].string_value(), Some("8135"));
    assert_eq!(attributes["b"].binary_value(), Some(&Blob::new([0, 1])));
    assert_eq!(attributes["c"].data_type(), "Number");
    assert_eq!(system_attribute(message, &MessageSystemAttributeName::ApproximateReceiveCount), Some("1"));
    assert!(system_attribute(message, &MessageSystemAttributeName::SenderId).is_some());
    let millis = |name| system_attribute(message, &name).unwrap().parse::<i64>().unwrap();
    let sent_ms = millis(MessageSystemAttributeName::SentTimestamp);
    assert!(sent_ms > 1_700_000_000_000);
    assert!(millis(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp) >= sent_ms);
}

#[tokio::test]
async fn a_message_is_received_only_with_the_requested_attributes() {
    let world = World::any().await;
    let url = world.queue("asked", &[(QueueAttributeName::VisibilityTimeout, "0")]).await;
    let value = MessageAttributeValue::builder().data_type("String").string_value("x").build().unwrap();
    let sent = world.sqs.send_message().queue_url(&url).message_body("body");
    let sent = sent.message_attributes("club.id", value.clone()).message_attributes("club.zone", value.clone());
    sent.message_attributes("run", value).send().await.unwrap();
    let check = async |asked: &[&str], expect: &[&str]| {
        let mut receive = world.sqs.receive_message().queue_url(&url);
        for name in asked {
            receive = receive.message_attribute_names(*name);
        }
        let mut messages = receive.send().await.unwrap().messages.unwrap();
        let message = messages.remove(0);
        assert_eq!(message.attributes(), None);
        let mut names: Vec<String> = message.message_attributes.unwrap_or_default().into_keys().collect();
        names.sort();
        assert_eq!(names, expect, "{asked:?}");
    };
    check(&[], &[]).await;
    check(&["run"], &["run"]).await;
    check(&["run", "none"], &["run"]).await;
    check(&["club.*"], &["club.id", "club.zone"]).await;
    check(&[".*"], &["club.id", "club.zone", "run"]).await;
    check(&["All"], &["club.id", "club.zone", "run"]).await;
}

#[tokio::test]
async fn a_batch_is_sent_received_made_visible_and_deleted_entry_by_entry() {
    let world = World::any().await;
    let url = world.queue("batch", &[]).await;
    let entry =
        |n: usize| SendMessageBatchRequestEntry::builder().id(format!("m{n}")).message_body(format!("body {n}"));
    let entries = (0..9).map(|n| entry(n).build().unwrap()).chain([entry(9).message_body("\u{1}").build().unwrap()]);
    let sent = world.sqs.send_message_batch().queue_url(&url).set_entries(Some(entries.collect()));
    let sent = sent.send().await.unwrap();
    assert_eq!(
        sent.successful().iter().map(SendMessageBatchResultEntry::id).collect::<Vec<_>>(),
        ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8"]
    );
    let [failed] = sent.failed() else { panic!("expected one failed entry") };
    assert_eq!((failed.id(), failed.code(), failed.sender_fault()), ("m9", "InvalidMessageContents", true));

    let messages = world.receive(&url).await;
    assert_eq!(messages.len(), 9);
    assert_eq!(world.depth(&url).await, [0, 9, 0]);

    let show = |n: usize, handle: &str| {
        let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(format!("v{n}")).visibility_timeout(0);
        entry.receipt_handle(handle).build().unwrap()
    };
    let shown = world.sqs.change_message_visibility_batch().queue_url(&url);
    let shown = shown.entries(show(0, messages[0].receipt_handle().unwrap())).entries(show(1, "no handle"));
    let shown = shown.send().await.unwrap();
    assert_eq!(shown.successful()[0].id(), "v0");
    assert_eq!((shown.failed()[0].id(), shown.failed()[0].code()), ("v1", "ReceiptHandleIsInvalid"));
    assert_eq!(world.depth(&url).await, [1, 8, 0]);

    let delete = |n: usize, handle: &str| {
        let entry = DeleteMessageBatchRequestEntry::builder().id(format!("d{n}"));
        entry.receipt_handle(handle).build().unwrap()
    };
    let handles = messages.iter().map(|message| message.receipt_handle().unwrap());
    let entries = handles.chain(["no handle"]).enumerate().map(|(n, handle)| delete(n, handle)).collect();
    let deleted = world.sqs.delete_message_batch().queue_url(&url).set_entries(Some(entries)).send().await.unwrap();
    assert_eq!(deleted.successful().len(), 9);
    assert_eq!((deleted.failed()[0].id(), deleted.failed()[0].code()), ("d9", "ReceiptHandleIsInvalid"));
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_delayed_message_is_received_after_its_delay() {
    let world = World::any().await;
    let url = world.queue("delay", &[(QueueAttributeName::DelaySeconds, "1")]).await;
    world.send(&url, "as long as the queue says").await;
    let send =
        |body: &str, delay_s| world.sqs.send_message().queue_url(&url).message_body(body).delay_seconds(delay_s).send();
    if !world.lacks("no-delay") {
        send("at once", 0).await.unwrap();
        assert_eq!(bodies(&world.receive(&url).await), ["at once"]);
    }
    send("longer", 3).await.unwrap();
    assert_eq!(world.depth(&url).await[2], 2);
    world.pass(1).await;
    assert_eq!(bodies(&world.receive(&url).await), ["as long as the queue says"]);
    world.pass(2).await;
    assert_eq!(bodies(&world.receive(&url).await), ["longer"]);
}

#[tokio::test]
async fn a_received_message_is_hidden_until_its_timeout() {
    let world = World::any().await;
    let url = world.queue("visibility", &[(QueueAttributeName::VisibilityTimeout, "2")]).await;
    let id = world.send(&url, "body").await;
    let first = world.receive(&url).await;
    assert_eq!(first.len(), 1);
    assert!(world.receive(&url).await.is_empty());
    world.pass(2).await;
    let [second] = &world.receive(&url).await[..] else { panic!("expected the message to be visible again") };
    assert_eq!(second.message_id(), Some(&*id));
    assert_ne!(second.receipt_handle(), first[0].receipt_handle());
    assert_eq!(system_attribute(second, &MessageSystemAttributeName::ApproximateReceiveCount), Some("2"));
}

#[tokio::test]
async fn a_receiver_changes_the_visibility_timeout_of_its_message() {
    let world = World::any().await;
    let url = world.queue("change", &[(QueueAttributeName::VisibilityTimeout, "1")]).await;
    world.send(&url, "body").await;
    let change = async |handle: Option<&str>, seconds| {
        let change = world.sqs.change_message_visibility().queue_url(&url).set_receipt_handle(handle.map(Into::into));
        change.visibility_timeout(seconds).send().await.unwrap();
    };
    let messages = world.receive(&url).await;
    change(messages[0].receipt_handle(), 3).await;
    world.pass(1).await;
    assert!(world.receive(&url).await.is_empty(), "the longer timeout has no effect");
    change(messages[0].receipt_handle(), 0).await;
    assert_eq!(world.receive(&url).await.len(), 1, "a timeout of 0 has no effect");
}

#[tokio::test]
async fn a_receive_can_set_the_visibility_timeout() {
    let world = World::any().await;
    let url = world.queue("hide", &[]).await;
    world.send(&url, "body").await;
    let receive = async |seconds| {
        let receive = world.sqs.receive_message().queue_url(&url).visibility_timeout(seconds);
        receive.send().await.unwrap().messages.unwrap_or_default().len()
    };
    assert_eq!(receive(0).await, 1);
    assert_eq!(receive(1).await, 1);
    assert_eq!(receive(1).await, 0);
    world.pass(1).await;
    assert_eq!(receive(1).await, 1);
}

#[tokio::test]
async fn a_handle_from_before_the_last_receive_deletes_nothing() {
    let world = World::any().await;
    let url = world.queue("stale", &[(QueueAttributeName::VisibilityTimeout, "1")]).await;
    world.send(&url, "body").await;
    let first = world.receive(&url).await;
    world.pass(1).await;
    let second = world.receive(&url).await;
    let stale = world.sqs.delete_message().queue_url(&url).receipt_handle(first[0].receipt_handle().unwrap());
    let stale = stale.send().await;
    assert_eq!(world.depth(&url).await, [0, 1, 0]);
    world.delete(&url, &second[0]).await;
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
    if !world.lacks("stale-handles-succeed") {
        stale.unwrap();
        world.delete(&url, &second[0]).await;
    }
}

#[tokio::test]
async fn a_handle_deletes_after_the_timeout_if_nobody_received_the_message_again() {
    let world = World::any().await;
    let url = world.queue("late", &[(QueueAttributeName::VisibilityTimeout, "1")]).await;
    world.send(&url, "body").await;
    let messages = world.receive(&url).await;
    world.pass(1).await;
    world.delete(&url, &messages[0]).await;
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_handle_that_was_never_issued_is_refused() {
    let world = World::any().await;
    let url = world.queue("handle", &[]).await;
    let delete = world.sqs.delete_message().queue_url(&url).receipt_handle("no handle").send().await;
    assert!(delete.unwrap_err().into_service_error().is_receipt_handle_is_invalid());
    let change = world.sqs.change_message_visibility().queue_url(&url).receipt_handle("no handle");
    let change = change.visibility_timeout(0).send().await;
    assert!(change.unwrap_err().into_service_error().is_receipt_handle_is_invalid());
}

#[tokio::test]
async fn an_operation_of_the_service_that_the_stand_in_lacks_is_refused_by_its_name() {
    let world = World::stand_in().await;
    let url = world.queue("tags", &[]).await;
    let error = world.sqs.list_queue_tags().queue_url(&url).send().await.unwrap_err().into_service_error();
    assert_eq!(
        (error.code(), error.message()),
        (Some("InvalidAction"), Some("This stand-in has no operation ListQueueTags."))
    );
}

#[tokio::test]
async fn every_operation_refuses_a_queue_that_does_not_exist() {
    let world = World::any().await;
    let url = world.queue("gone", &[]).await;
    world.sqs.delete_queue().queue_url(&url).send().await.unwrap();
    macro_rules! check {
        ($request:expr) => {
            let error = $request.send().await.unwrap_err().into_service_error();
            assert!(error.is_queue_does_not_exist(), "{error:?}");
            assert_eq!(error.code(), Some("AWS.SimpleQueueService.NonExistentQueue"));
        };
    }
    let sqs = &world.sqs;
    check!(sqs.get_queue_url().queue_name(unique("gone")));
    check!(sqs.delete_queue().queue_url(&url));
    check!(sqs.purge_queue().queue_url(&url));
    check!(sqs.get_queue_attributes().queue_url(&url).attribute_names(QueueAttributeName::All));
    check!(sqs.set_queue_attributes().queue_url(&url).attributes(QueueAttributeName::DelaySeconds, "1"));
    check!(sqs.send_message().queue_url(&url).message_body("body"));
    check!(sqs.receive_message().queue_url(&url));
    check!(sqs.delete_message().queue_url(&url).receipt_handle("handle"));
    check!(sqs.change_message_visibility().queue_url(&url).receipt_handle("handle").visibility_timeout(0));
    let send = SendMessageBatchRequestEntry::builder().id("a").message_body("body").build().unwrap();
    check!(sqs.send_message_batch().queue_url(&url).entries(send));
    let delete = DeleteMessageBatchRequestEntry::builder().id("a").receipt_handle("handle").build().unwrap();
    check!(sqs.delete_message_batch().queue_url(&url).entries(delete));
    let change = ChangeMessageVisibilityBatchRequestEntry::builder().id("a").receipt_handle("handle");
    check!(sqs.change_message_visibility_batch().queue_url(&url).entries(change.build().unwrap()));
    if !world.lacks("dead-letter-sources") {
        check!(sqs.list_dead_letter_source_queues().queue_url(&url));
    }
}

#[tokio::test]
async fn a_purge_deletes_all_messages() {
    let world = World::any().await;
    let url = world.queue("purge", &[]).await;
    for body in ["in flight", "visible"] {
        world.send(&url, body).await;
    }
    let receive = world.sqs.receive_message().queue_url(&url).max_number_of_messages(1);
    assert_eq!(receive.send().await.unwrap().messages().len(), 1);
    world.sqs.send_message().queue_url(&url).message_body("delayed").delay_seconds(5).send().await.unwrap();
    assert_eq!(world.depth(&url).await, [1, 1, 1]);
    world.sqs.purge_queue().queue_url(&url).send().await.unwrap();
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
    if !world.lacks("purges-apart") {
        let again = world.sqs.purge_queue().queue_url(&url).send().await;
        assert!(again.unwrap_err().into_service_error().is_purge_queue_in_progress());
        world.pass(60).await;
        world.sqs.purge_queue().queue_url(&url).send().await.unwrap();
    }
}

#[tokio::test]
async fn a_waiting_receiver_gets_a_message_when_it_arrives() {
    let world = World::any().await;
    let url = world.queue("wait", &[(QueueAttributeName::ReceiveMessageWaitTimeSeconds, "20")]).await;
    let receive = world.sqs.receive_message().queue_url(&url).send();
    let send = world.send(&url, "body");
    let (received, id) = tokio::join!(receive, send);
    assert_eq!(received.unwrap().messages()[0].message_id(), Some(&*id));
}

#[tokio::test]
async fn a_message_goes_to_the_dead_letter_queue_after_its_last_receive() {
    let world = World::any().await;
    let (source, dead_letters) = world.queue_with_dead_letters(2, 1).await;
    let id = world.send(&source, "body").await;
    for count in ["1", "2"] {
        let [message] = &world.receive(&source).await[..] else { panic!("receive {count} found no message") };
        assert_eq!(system_attribute(message, &MessageSystemAttributeName::ApproximateReceiveCount), Some(count));
        assert_eq!(world.depth(&dead_letters).await, [0, 0, 0]);
        world.pass(1).await;
    }
    assert!(world.receive(&source).await.is_empty());
    assert_eq!(world.depth(&source).await, [0, 0, 0]);
    assert_eq!(world.depth(&dead_letters).await, [1, 0, 0]);
    let [dead] = &world.receive(&dead_letters).await[..] else { panic!("expected one dead letter") };
    assert_eq!((dead.message_id(), dead.body()), (Some(&*id), Some("body")));
    assert_eq!(world.depth(&dead_letters).await, [0, 1, 0], "a dead letter that was received does not count");
    if !world.lacks("dead-letter-source-arn") {
        let arn = world.attribute(&source, QueueAttributeName::QueueArn).await;
        assert_eq!(system_attribute(dead, &MessageSystemAttributeName::DeadLetterQueueSourceArn), Some(&*arn));
    }
    world.delete(&dead_letters, dead).await;
    assert_eq!(world.depth(&dead_letters).await, [0, 0, 0]);
}
