//! Sends messages to a queue, in batches and with delays.

use std::marker::PhantomData;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::messages::Message;
use crate::telemetry;

/// Maximum messages in one request.
const BATCH: usize = 10;
/// The service's maximum delay.
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// The message attribute that says why a message is in the dead-letter queue.
pub const REASON: &str = "reason";
/// The message attribute with the id of the trace. It is not part of the body, so that older code can read the message.
pub const TRACE: &str = "trace";

/// Some messages were not sent. The sweep sends the messages of nightly runs and of approved lines again, and the next
/// tick refreshes every club. A person is told that their run, trial or refresh was not queued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue did not take {unsent} of {all} messages: {why}")]
pub struct MessagesNotSent {
    /// Number of messages that were not sent.
    pub unsent: usize,
    /// Number of all messages.
    pub all: usize,
    /// The service's error.
    pub why: String,
}

/// A queue of one kind of message.
#[derive(Debug, Clone)]
pub struct Queue<M> {
    client: Client,
    address: String,
    of: PhantomData<fn() -> M>,
}

impl<M: Message> Queue<M> {
    pub(crate) fn new(client: Client, address: String) -> Queue<M> {
        Queue { client, address, of: PhantomData }
    }

    /// The queue's URL.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The client, for what only an operator does: receive, list, purge.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends messages, ten a request, which become visible after the delay. A delay above 15 minutes is shortened to 15
    /// minutes; the sweep sends messages for work that is due later. If a batch fails, the others are still sent.
    ///
    /// # Errors
    /// [`MessagesNotSent`] with the number of messages that the service did not accept.
    pub async fn send(&self, messages: &[M], delay: Duration) -> Result<(), MessagesNotSent> {
        let mut failed = MessagesNotSent { unsent: 0, all: messages.len(), why: String::new() };
        let delay = delay.min(LONGEST_DELAY).as_secs() as i32;
        for batch in messages.chunks(BATCH) {
            if let Err((unsent, why)) = self.send_batch(batch, delay).await {
                failed.unsent += unsent;
                failed.why = why;
            }
        }
        if failed.unsent == 0 { Ok(()) } else { Err(failed) }
    }

    async fn send_batch(&self, batch: &[M], delay: i32) -> Result<(), (usize, String)> {
        let all = |e: &dyn std::fmt::Display| (batch.len(), e.to_string());
        let trace = telemetry::trace().map(|trace| text(&trace)).transpose().map_err(|e| all(&e))?;
        let mut request = self.client.send_message_batch().queue_url(&self.address);
        for (n, message) in batch.iter().enumerate() {
            message.note_ids();
            let body = serde_json::to_string(message).map_err(|e| all(&e))?;
            let mut entry = SendMessageBatchRequestEntry::builder().id(n.to_string()).message_body(body);
            if let Some(trace) = &trace {
                entry = entry.message_attributes(TRACE, trace.clone());
            }
            request = request.entries(entry.delay_seconds(delay).build().map_err(|e| all(&e))?);
        }
        telemetry::count("queue.requests", 1);
        match Box::pin(request.send()).await {
            Ok(answer) if answer.failed().is_empty() => Ok(()),
            Ok(answer) => {
                let why = answer.failed().first().map(|f| f.code().to_owned()).unwrap_or_default();
                Err((answer.failed().len(), why))
            }
            Err(error) => Err((batch.len(), words(&error))),
        }
    }

    /// Sends a raw message body: to deliver a message again later, or to move it to the dead-letter queue or back. The
    /// reason, if any, says why it is in the dead-letter queue. A delay above 15 minutes is shortened to 15 minutes.
    ///
    /// # Errors
    /// [`MessagesNotSent`] if the service did not accept it.
    pub async fn send_text(&self, body: &str, reason: Option<&str>, delay: Duration) -> Result<(), MessagesNotSent> {
        let delay = delay.min(LONGEST_DELAY).as_secs() as i32;
        let mut request = self.client.send_message().queue_url(&self.address).message_body(body).delay_seconds(delay);
        let trace = telemetry::trace();
        for (name, value) in [(REASON, reason), (TRACE, trace.as_deref())] {
            if let Some(value) = value {
                let value = text(value).map_err(|e| MessagesNotSent { unsent: 1, all: 1, why: e.to_string() })?;
                request = request.message_attributes(name, value);
            }
        }
        telemetry::count("queue.requests", 1);
        let sent = Box::pin(request.send()).await;
        sent.map(drop).map_err(|error| MessagesNotSent { unsent: 1, all: 1, why: words(&error) })
    }
}

fn text(value: &str) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder().data_type("String").string_value(value).build()
}

fn words(error: &impl ProvideErrorMetadata) -> String {
    format!("{} {}", error.code().unwrap_or("unreachable"), error.message().unwrap_or_default()).trim().to_owned()
}
