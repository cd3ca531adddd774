//! Tests of requests that are refused, each with the error that the SDK reads.

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{MessageAttributeValue, QueueAttributeName, SendMessageBatchRequestEntry};

use crate::world::{World, unique};

fn entry(id: &str, body: impl Into<String>) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder().id(id).message_body(body).build().unwrap()
}

#[tokio::test]
async fn a_message_is_at_most_as_long_as_its_queue_allows() {
    let world = World::any().await;
    let check = async |url: &str, bytes: usize, is_accepted: bool| {
        let sent = world.sqs.send_message().queue_url(url).message_body("x".repeat(bytes)).send().await;
        assert_eq!(sent.is_ok(), is_accepted, "{bytes}");
        if let Err(error) = sent {
            assert_eq!(error.code(), Some("InvalidParameterValue"));
        }
    };
    let small = world.queue("small", &[(QueueAttributeName::MaximumMessageSize, "1024")]).await;
    check(&small, 1_024, true).await;
    check(&small, 1_025, false).await;
    let plain = world.queue("plain", &[]).await;
    check(&plain, 262_144, true).await;
    check(&plain, 1_048_577, false).await;
    if !world.lacks("a-mebibyte") {
        check(&plain, 1_048_576, true).await;
        let value = MessageAttributeValue::builder().data_type("String").string_value("x").build().unwrap();
        let sent = world.sqs.send_message().queue_url(&plain).message_body("x".repeat(1_048_576));
        assert!(sent.message_attributes("a", value).send().await.is_err(), "attributes do not count");
    }
}

#[tokio::test]
async fn a_batch_is_at_most_a_mebibyte() {
    let world = World::any().await;
    let url = world.queue("long", &[]).await;
    let sent = world.sqs.send_message_batch().queue_url(&url);
    let sent = sent.set_entries(Some((0..5).map(|n| entry(&format!("m{n}"), "x".repeat(209_716))).collect()));
    let error = sent.send().await.unwrap_err().into_service_error();
    assert!(error.is_batch_request_too_long(), "{error:?}");
    assert_eq!(world.depth(&url).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_batch_has_one_to_ten_entries_with_different_ids() {
    let world = World::any().await;
    let url = world.queue("ids", &[]).await;
    let send = |ids: Vec<String>| {
        let entries = ids.iter().map(|id| entry(id, "body")).collect();
        world.sqs.send_message_batch().queue_url(&url).set_entries(Some(entries)).send()
    };
    let eleven = send((0..11).map(|n| format!("m{n}")).collect()).await.unwrap_err().into_service_error();
    assert!(eleven.is_too_many_entries_in_batch_request(), "{eleven:?}");
    if world.lacks("batch-checks") {
        return;
    }
    let none = send(vec![]).await.unwrap_err().into_service_error();
    assert!(none.is_empty_batch_request(), "{none:?}");
    let twice = send(vec!["a".into(), "a".into()]).await.unwrap_err().into_service_error();
    assert!(twice.is_batch_entry_ids_not_distinct(), "{twice:?}");
    for id in [String::new(), "a b".into(), "ä".into(), "x".repeat(81)] {
        let error = send(vec![id.clone()]).await.unwrap_err().into_service_error();
        assert!(error.is_invalid_batch_entry_id(), "{id}: {error:?}");
    }
    let delete = world.sqs.delete_message_batch().queue_url(&url).set_entries(Some(vec![])).send().await;
    assert!(delete.unwrap_err().into_service_error().is_empty_batch_request());
    let change = world.sqs.change_message_visibility_batch().queue_url(&url).set_entries(Some(vec![])).send().await;
    assert!(change.unwrap_err().into_service_error().is_empty_batch_request());
}

#[tokio::test]
async fn a_body_contains_only_characters_that_xml_allows() {
    let world = World::any().await;
    let url = world.queue("characters", &[]).await;
    let check = async |body: &str, is_accepted: bool| {
        let sent = world.sqs.send_message().queue_url(&url).message_body(body).send().await;
        assert_eq!(sent.is_ok(), is_accepted, "{body:?}");
        if let Err(error) = sent {
            assert!(error.into_service_error().is_invalid_message_contents(), "{body:?}");
        }
    };
    check("tab \t, newline \n, return \r, ä, ☕, 🎉", true).await;
    check("nul \0", false).await;
    check("bell \u{7}", false).await;
    check("no character \u{fffe}", false).await;
    let empty = world.sqs.send_message().queue_url(&url).message_body("").send().await.unwrap_err();
    assert_eq!(empty.code(), Some("MissingParameter"));
}

#[tokio::test]
async fn attributes_of_a_queue_have_ranges() {
    let world = World::any().await;
    let check = async |name: QueueAttributeName, accepted: &[&str], refused: &[&str]| {
        for (values, is_accepted) in [(accepted, true), (refused, false)] {
            for value in values {
                let create = world.sqs.create_queue().queue_name(unique("range")).attributes(name.clone(), *value);
                let created = create.send().await;
                assert_eq!(created.is_ok(), is_accepted, "{name}: {value}");
                if let Err(error) = created {
                    assert!(error.into_service_error().is_invalid_attribute_value(), "{name}: {value}");
                }
            }
        }
    };
    check(QueueAttributeName::VisibilityTimeout, &["0", "43200"], &["-1", "43201", "soon"]).await;
    check(QueueAttributeName::DelaySeconds, &["0", "900"], &["-1", "901", ""]).await;
    check(QueueAttributeName::MessageRetentionPeriod, &["60", "1209600"], &["59", "1209601"]).await;
    check(QueueAttributeName::ReceiveMessageWaitTimeSeconds, &["0", "20"], &["21"]).await;
    check(QueueAttributeName::MaximumMessageSize, &["1024", "262144"], &["1023", "1048577"]).await;
    let nowhere = r#"{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:nowhere","maxReceiveCount":3}"#;
    check(QueueAttributeName::RedrivePolicy, &[], &["no JSON", "{}", nowhere]).await;

    let url = world.queue("range", &[]).await;
    let set = world.sqs.set_queue_attributes().queue_url(&url).attributes(QueueAttributeName::DelaySeconds, "901");
    assert!(set.send().await.unwrap_err().into_service_error().is_invalid_attribute_value());
}

#[tokio::test]
async fn an_attribute_that_no_queue_has_is_refused_by_name() {
    let world = World::any().await;
    if world.lacks("attribute-names") {
        return;
    }
    let url = world.queue("names", &[]).await;
    let unknown = || QueueAttributeName::from("Colour");
    let create = world.sqs.create_queue().queue_name(unique("names")).attributes(unknown(), "red").send().await;
    assert!(create.unwrap_err().into_service_error().is_invalid_attribute_name());
    let set = world.sqs.set_queue_attributes().queue_url(&url).attributes(unknown(), "red").send().await;
    assert!(set.unwrap_err().into_service_error().is_invalid_attribute_name());
    let get = world.sqs.get_queue_attributes().queue_url(&url).attribute_names(unknown()).send().await;
    assert!(get.unwrap_err().into_service_error().is_invalid_attribute_name());
    let receive = world.sqs.receive_message().queue_url(&url).message_system_attribute_names("Colour".into());
    assert_eq!(receive.send().await.unwrap_err().code(), Some("InvalidAttributeName"));
}

#[tokio::test]
async fn numbers_in_requests_have_ranges() {
    let world = World::any().await;
    if world.lacks("ranges") {
        return;
    }
    let url = world.queue("numbers", &[]).await;
    world.send(&url, "body").await;
    let handle = world.receive(&url).await[0].receipt_handle.clone().unwrap();
    let sqs = &world.sqs;
    macro_rules! check {
        ($($request:expr),+) => {$(
            assert_eq!($request.send().await.unwrap_err().code(), Some("InvalidParameterValue"));
        )+};
    }
    check!(
        sqs.receive_message().queue_url(&url).max_number_of_messages(0),
        sqs.receive_message().queue_url(&url).max_number_of_messages(11),
        sqs.receive_message().queue_url(&url).wait_time_seconds(-1),
        sqs.receive_message().queue_url(&url).wait_time_seconds(21),
        sqs.receive_message().queue_url(&url).visibility_timeout(43_201),
        sqs.change_message_visibility().queue_url(&url).receipt_handle(&handle).visibility_timeout(43_201),
        sqs.send_message().queue_url(&url).message_body("body").delay_seconds(-1),
        sqs.send_message().queue_url(&url).message_body("body").delay_seconds(901),
        sqs.list_queues().max_results(1_001),
        sqs.create_queue().queue_name("no spaces"),
        sqs.create_queue().queue_name("x".repeat(81))
    );
}

#[tokio::test]
async fn visibility_is_changed_only_by_the_last_receiver_and_only_in_flight() {
    let world = World::any().await;
    if world.lacks("in-flight-checks") {
        return;
    }
    let url = world.queue("holder", &[(QueueAttributeName::VisibilityTimeout, "5")]).await;
    world.send(&url, "body").await;
    let change = async |handle: Option<&str>| {
        let change = world.sqs.change_message_visibility().queue_url(&url).set_receipt_handle(handle.map(Into::into));
        change.visibility_timeout(5).send().await.map_err(aws_sdk_sqs::error::SdkError::into_service_error)
    };
    let first = world.receive(&url).await;
    change(first[0].receipt_handle()).await.unwrap();
    world.pass(5).await;
    assert!(change(first[0].receipt_handle()).await.unwrap_err().is_message_not_inflight(), "of a visible message");
    let second = world.receive(&url).await;
    assert!(
        change(first[0].receipt_handle()).await.unwrap_err().is_message_not_inflight(),
        "of a message with another receiver"
    );
    world.delete(&url, &second[0]).await;
    assert_eq!(change(second[0].receipt_handle()).await.unwrap_err().code(), Some("InvalidParameterValue"));
    let other = world.queue("other", &[]).await;
    let delete = world.sqs.delete_message().queue_url(other).receipt_handle(second[0].receipt_handle().unwrap());
    assert!(delete.send().await.unwrap_err().into_service_error().is_receipt_handle_is_invalid());
}

#[tokio::test]
async fn unsupported_and_malformed_requests_are_refused_with_a_message() {
    let world = World::stand_in().await;
    let fifo = world.sqs.create_queue().queue_name("orders.fifo").send().await.unwrap_err().into_service_error();
    assert!(fifo.is_unsupported_operation(), "{fifo:?}");
    let tags = world.sqs.list_queue_tags().queue_url("tags").send().await.unwrap_err();
    assert_eq!(tags.code(), Some("InvalidAction"));
    let call = async |operation: &str, request| world.queues().call(operation, request).await.unwrap_err();
    let missing = call("SendMessage", serde_json::json!({"MessageBody": "body"})).await;
    assert_eq!(missing.to_string(), "The request must contain the parameter QueueUrl.");
    let malformed = call("SendMessage", serde_json::json!({"DelaySeconds": "soon"})).await;
    assert!(matches!(malformed, queues::Error::Malformed(_)), "{malformed:?}");
}
