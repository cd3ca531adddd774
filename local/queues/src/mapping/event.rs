//! The event with which Lambda calls a function for a batch of messages.

use serde_json::{Map, Value, json};

use crate::delivery::Delivery;
use crate::message;
use crate::queue::arn;
use crate::store::REGION;

/// The event for these messages of the queue with that name or URL.
pub(super) fn of(batch: &[Delivery], queue: &str) -> Value {
    let arn = arn(queue.rsplit('/').next().unwrap_or(queue));
    json!({ "Records": batch.iter().map(|delivery| record(delivery, &arn)).collect::<Vec<_>>() })
}

fn record(delivery: &Delivery, arn: &str) -> Value {
    let mut record = json!({
        "messageId": delivery.message_id,
        "receiptHandle": delivery.receipt_handle,
        "body": delivery.body,
        "attributes": delivery.system_attributes(),
        "messageAttributes": message_attributes(delivery),
        "md5OfBody": message::md5_of_body(&delivery.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    });
    if let Some(md5) = message::md5_of_attributes(&delivery.attributes) {
        record["md5OfMessageAttributes"] = md5.into();
    }
    record
}

fn message_attributes(delivery: &Delivery) -> Map<String, Value> {
    let attribute = |value: &message::AttributeValue| {
        let mut attribute = json!({ "stringListValues": [], "binaryListValues": [], "dataType": value.data_type });
        if let Some(string) = &value.string_value {
            attribute["stringValue"] = string.clone().into();
        }
        if let Some(binary) = &value.binary_value {
            attribute["binaryValue"] = binary.clone().into();
        }
        attribute
    };
    delivery.attributes.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}
