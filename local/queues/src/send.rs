//! Operations that send a message or a batch of messages.

use rusqlite::params;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::attributes::{MAXIMUM_DELAY_S, MAXIMUM_MESSAGE_BYTES};
use crate::batch::{self, Batch, BatchAnswer};
use crate::error::Error;
use crate::message::{self, Attributes};
use crate::operations::Request;
use crate::queue::{self, Queue};
use crate::store::Tx;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SendRequest {
    #[serde(default)]
    queue_url: String,
    #[serde(flatten)]
    message: OutgoingMessage,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OutgoingMessage {
    #[serde(default)]
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: Attributes,
    #[serde(default)]
    message_system_attributes: Attributes,
    message_group_id: Option<String>,
    message_deduplication_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SendAnswer {
    message_id: String,
    #[serde(rename = "MD5OfMessageBody")]
    md5_of_body: String,
    #[serde(rename = "MD5OfMessageAttributes", skip_serializing_if = "Option::is_none")]
    md5_of_attributes: Option<String>,
    #[serde(rename = "MD5OfMessageSystemAttributes", skip_serializing_if = "Option::is_none")]
    md5_of_system_attributes: Option<String>,
}

/// `SendMessage`.
pub(crate) fn one(tx: &Tx, Request { input, .. }: Request<SendRequest>) -> Result<SendAnswer, Error> {
    let queue = queue::by_url(tx, &input.queue_url)?;
    put(tx, &queue, &input.message)
}

/// `SendMessageBatch`: sends each message independently, unless the messages are too long in total.
pub(crate) fn batch(
    tx: &Tx,
    Request { input, .. }: Request<Batch<OutgoingMessage>>,
) -> Result<BatchAnswer<SendAnswer>, Error> {
    let queue = queue::by_url(tx, &input.queue_url)?;
    let size = |message: &OutgoingMessage| message::size_bytes(&message.message_body, &message.message_attributes);
    let sent = input.entries.iter().map(|entry| size(&entry.input)).sum();
    let limit = MAXIMUM_MESSAGE_BYTES as usize;
    if sent > limit {
        return Err(Error::BatchRequestTooLong { limit, sent });
    }
    batch::process_each(input.entries, |message| put(tx, &queue, &message))
}

fn put(tx: &Tx, queue: &Queue, message: &OutgoingMessage) -> Result<SendAnswer, Error> {
    message::check(&message.message_body, &message.message_attributes, queue.settings.maximum_message_bytes)?;
    if message.message_deduplication_id.is_some() {
        return Err(Error::InvalidParameterValue(
            "The parameter MessageDeduplicationId is not valid for this queue type.".into(),
        ));
    }
    if let Some(unknown) = message.message_system_attributes.keys().find(|name| *name != "AWSTraceHeader") {
        return Err(Error::InvalidParameterValue(format!("Message system attribute name '{unknown}' is invalid.")));
    }
    let trace_header =
        message.message_system_attributes.get("AWSTraceHeader").and_then(|value| value.string_value.as_deref());
    let delay_s = match message.delay_seconds {
        None => i64::from(queue.settings.delay_s),
        Some(delay_s) if (0..=i64::from(MAXIMUM_DELAY_S)).contains(&delay_s) => delay_s,
        Some(other) => {
            return Err(Error::parameter("DelaySeconds", other, "Must be between 0 and 900, if provided."));
        }
    };
    let message_id = Uuid::new_v4().to_string();
    tx.sql
        .prepare_cached(
            "INSERT INTO message (queue, message_id, body, attributes, trace_header, group_id, sent_ms, visible_ms)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            queue.id,
            message_id,
            message.message_body,
            serde_json::to_string(&message.message_attributes)?,
            trace_header,
            message.message_group_id,
            tx.now_ms,
            tx.now_ms + delay_s * 1_000,
        ])?;
    // Also for a delayed message: waiting receivers must find out when it becomes visible.
    tx.wake_receivers();
    Ok(SendAnswer {
        message_id,
        md5_of_body: message::md5_of_body(&message.message_body),
        md5_of_attributes: message::md5_of_attributes(&message.message_attributes),
        md5_of_system_attributes: message::md5_of_attributes(&message.message_system_attributes),
    })
}
