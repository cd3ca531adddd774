//! Sending to a queue, in batches, with delays.

use std::marker::PhantomData;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata};
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};

use crate::messages::Message;
use crate::telemetry;

/// What one request carries at most.
const BATCH: usize = 10;
/// The longest delay that the service knows.
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// The attribute in which a dead letter says why it is one.
pub const REASON: &str = "reason";
/// The attribute that says which trace a message is part of. No member of its body, so that older code reads it too.
pub const TRACE: &str = "trace";

/// A message that was not sent. Nothing is lost by that: the table says what waits, and the sweep wakes it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the queue did not take {unsent} of {all} messages: {why}")]
pub struct Unsent {
    /// So many of them.
    pub unsent: usize,
    /// Of so many.
    pub all: usize,
    /// The service's words.
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

    /// The queue's address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The client, for what only an operator does: receive, list, purge.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Sends messages, ten a request, to be seen after a delay (15 minutes at most: what is due later is woken by the
    /// sweep). All are tried; the error counts those that did not go.
    ///
    /// # Errors
    /// What the service did not take.
    pub async fn send(&self, messages: &[M], delay: Duration) -> Result<(), Unsent> {
        let mut failed = Unsent { unsent: 0, all: messages.len(), why: String::new() };
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
            message.note();
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

    /// Sends one text as it is, with a reason: for what ends in the dead-letter queue or leaves it again.
    ///
    /// # Errors
    /// What the service did not take.
    pub async fn send_text(&self, body: &str, reason: Option<&str>, delay: Duration) -> Result<(), Unsent> {
        let delay = delay.min(LONGEST_DELAY).as_secs() as i32;
        let mut request = self.client.send_message().queue_url(&self.address).message_body(body).delay_seconds(delay);
        let trace = telemetry::trace();
        for (name, value) in [(REASON, reason), (TRACE, trace.as_deref())] {
            if let Some(value) = value {
                let value = text(value).map_err(|e| Unsent { unsent: 1, all: 1, why: e.to_string() })?;
                request = request.message_attributes(name, value);
            }
        }
        telemetry::count("queue.requests", 1);
        let sent = Box::pin(request.send()).await;
        sent.map(drop).map_err(|error| Unsent { unsent: 1, all: 1, why: words(&error) })
    }
}

fn text(value: &str) -> Result<MessageAttributeValue, BuildError> {
    MessageAttributeValue::builder().data_type("String").string_value(value).build()
}

fn words(error: &impl ProvideErrorMetadata) -> String {
    format!("{} {}", error.code().unwrap_or("unreachable"), error.message().unwrap_or_default()).trim().to_owned()
}
