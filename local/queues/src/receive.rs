//! `ReceiveMessage`: checks the request, and selects the requested parts of each message.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attributes::{MAXIMUM_VISIBILITY_TIMEOUT_S, MAXIMUM_WAIT_S};
use crate::delivery::{Delivery, ReceiveRequest, Receiver};
use crate::error::Error;
use crate::message::{self, Attributes};
use crate::store::Queues;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReceiveInput {
    #[serde(default)]
    queue_url: String,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReceiveAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<ReceivedMessage>,
}

/// The requested parts of a message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReceivedMessage {
    message_id: String,
    receipt_handle: String,
    #[serde(rename = "MD5OfBody")]
    md5_of_body: String,
    body: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    attributes: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    message_attributes: Attributes,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    md5_of_attributes: Option<String>,
}

/// `ReceiveMessage`.
pub(crate) async fn message(
    queues: &Queues,
    receive: ReceiveInput,
    stop: impl Future<Output = ()>,
) -> Result<ReceiveAnswer, Error> {
    let mut names = receive.attribute_names.clone();
    names.extend(receive.message_system_attribute_names.iter().cloned());
    if let Some(unknown) = names.iter().find(|name| !SYSTEM_ATTRIBUTES.contains(&name.as_str())) {
        return Err(Error::InvalidAttributeName(unknown.clone()));
    }
    let deliveries = queues.poll(receive.check()?, stop).await?;
    let messages = deliveries.into_iter().map(|delivery| ReceivedMessage::of(delivery, &names, &receive)).collect();
    Ok(ReceiveAnswer { messages })
}

const SYSTEM_ATTRIBUTES: [&str; 10] = [
    "All",
    "AWSTraceHeader",
    "ApproximateFirstReceiveTimestamp",
    "ApproximateReceiveCount",
    "DeadLetterQueueSourceArn",
    "MessageDeduplicationId",
    "MessageGroupId",
    "SenderId",
    "SentTimestamp",
    "SequenceNumber",
];

impl ReceiveInput {
    fn check(&self) -> Result<ReceiveRequest, Error> {
        let within = |name: &str, value: Option<i64>, least: i64, most: u32| match value {
            None => Ok(None),
            Some(value) if (least..=i64::from(most)).contains(&value) => Ok(Some(value as u32)),
            Some(other) => {
                Err(Error::parameter(name, other, &format!("Must be between {least} and {most}, if provided.")))
            }
        };
        let most = within("MaxNumberOfMessages", self.max_number_of_messages, 1, 10)?;
        let wait_s = within("WaitTimeSeconds", self.wait_time_seconds, 0, MAXIMUM_WAIT_S)?;
        Ok(ReceiveRequest {
            queue: self.queue_url.clone(),
            most: most.unwrap_or(1) as usize,
            visibility_timeout_s: within(
                "VisibilityTimeout",
                self.visibility_timeout,
                0,
                MAXIMUM_VISIBILITY_TIMEOUT_S,
            )?,
            wait: wait_s.map(|wait_s| Duration::from_secs(wait_s.into())),
            receiver: Receiver::Caller,
        })
    }

    fn wants(&self, name: &str) -> bool {
        self.message_attribute_names.iter().any(|wanted| match wanted.strip_suffix(".*") {
            Some(prefix) => name.starts_with(prefix),
            None => wanted == "All" || wanted == name,
        })
    }
}

impl ReceivedMessage {
    fn of(delivery: Delivery, names: &[String], receive: &ReceiveInput) -> Self {
        let mut attributes = delivery.system_attributes();
        attributes.retain(|name, _| names.iter().any(|wanted| wanted == "All" || wanted == name));
        let mut message_attributes = delivery.attributes;
        message_attributes.retain(|name, _| receive.wants(name));
        Self {
            message_id: delivery.message_id,
            receipt_handle: delivery.receipt_handle,
            md5_of_body: message::md5_of_body(&delivery.body),
            body: delivery.body,
            attributes,
            md5_of_attributes: message::md5_of_attributes(&message_attributes),
            message_attributes,
        }
    }
}
