//! Processes a batch from a queue. Each record is decoded and handled on its own, so that a faulty record does not
//! block the others.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures_util::FutureExt;
use futures_util::future::join_all;
use store::stamp::Timestamp;

use crate::messages::{Message, VERSION};
use crate::queue::{Queue, TRACE};
use crate::telemetry;

#[cfg(panic = "abort")]
compile_error!("a panic must fail its own record alone: build with panic = \"unwind\"");

/// How the processing of a record ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The record is done, or there was nothing to do.
    Done,
    /// The record must be processed again later. A new message is sent, so that the receive count starts at 0 again.
    Again {
        /// The delay; one above 15 minutes is shortened to 15 minutes.
        after: Duration,
    },
    /// A temporary failure. The queue delivers the message again; after 5 receives it moves the message to the
    /// dead-letter queue instead.
    Failed {
        /// The cause, for the log.
        why: String,
    },
    /// The record can never be processed: its message goes to the dead-letter queue at once.
    GiveUp {
        /// The reason, for the operator who reads the dead-letter queue.
        reason: String,
    },
}

/// The queues of one kind of record.
#[derive(Debug, Clone)]
pub struct RecordQueues<M> {
    /// The queue of the records.
    pub queue: Queue<M>,
    /// The dead-letter queue of the records.
    pub dead_letters: Queue<M>,
}

impl<M: Message> RecordQueues<M> {
    /// Processes all records of an event concurrently and returns the failed ones (`ReportBatchItemFailures`). A panic
    /// fails only its own record.
    pub async fn work<F, W>(&self, event: SqsEvent, handle: F) -> SqsBatchResponse
    where
        F: Fn(M) -> W,
        W: Future<Output = Outcome>,
    {
        self.work_with_sent_time(event, |message, _| handle(message)).await
    }

    /// Like [`work`](Self::work), for a handler that needs the time when a message was sent. A message that an operator
    /// moves back from the dead-letter queue has a new time. A message that the queue delivers twice keeps its time.
    pub async fn work_with_sent_time<F, W>(&self, event: SqsEvent, handle: F) -> SqsBatchResponse
    where
        F: Fn(M, Option<Timestamp>) -> W,
        W: Future<Output = Outcome>,
    {
        let process = |record| telemetry::with_trace(trace(record), self.process(record, &handle));
        let failed = join_all(event.records.iter().map(process)).await;
        let mut response = SqsBatchResponse::default();
        response.set_failures(failed.into_iter().flatten());
        response
    }

    /// Processes one record; returns its id if the queue must deliver it again.
    async fn process<F, W>(&self, record: &SqsMessage, handle: &F) -> Option<String>
    where
        F: Fn(M, Option<Timestamp>) -> W,
        W: Future<Output = Outcome>,
    {
        // A failure with an empty id makes the queue deliver the whole batch again, so nothing is lost.
        let id = record.message_id.clone().unwrap_or_default();
        let Some(body) = record.body.as_deref() else { return Some(redeliver(&id, "it has no body")) };
        let outcome = match decode::<M>(body) {
            Ok(message) => {
                message.note_ids();
                AssertUnwindSafe(async { handle(message, sent_at(record)).await })
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Outcome::Failed { why: "the handler panicked".to_owned() })
            }
            Err(reason) => Outcome::GiveUp { reason },
        };
        match outcome {
            Outcome::Done => None,
            Outcome::Again { after } => {
                self.queue.send_text(body, None, after).await.err().map(|error| redeliver(&id, &error.to_string()))
            }
            Outcome::Failed { why } => Some(redeliver(&id, &why)),
            Outcome::GiveUp { reason } => {
                tracing::error!(message.id = id, reason, "message {id} goes to the dead-letter queue: {reason}");
                let sent = self.dead_letters.send_text(body, Some(&reason), Duration::ZERO).await;
                sent.err().map(|error| redeliver(&id, &error.to_string()))
            }
        }
    }
}

/// When the queue accepted the message.
fn sent_at(record: &SqsMessage) -> Option<Timestamp> {
    record.attributes.get("SentTimestamp")?.parse().ok().map(Timestamp)
}

/// The id of the trace that the message belongs to.
fn trace(record: &SqsMessage) -> Option<&str> {
    record.message_attributes.get(TRACE)?.string_value.as_deref()
}

/// Logs that a message goes back to its queue, which delivers it again, or after its last receive moves it to the
/// dead-letter queue. Returns the message's id.
fn redeliver(id: &str, why: &str) -> String {
    tracing::warn!(message.id = id, why, "message {id} goes back to its queue: {why}");
    id.to_owned()
}

/// Reads a message.
///
/// # Errors
/// What is wrong with it, for the operator.
pub fn decode<M: Message>(body: &str) -> Result<M, String> {
    let mut json = serde_json::Deserializer::from_str(body);
    let message: M = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let (at, why) = (e.path().to_string(), e.inner().to_string());
        if matches!(at.as_str(), "." | "?") {
            format!("it cannot be read: {why}")
        } else {
            format!("it cannot be read: {at}: {why}")
        }
    })?;
    match message.version() {
        VERSION => Ok(message),
        other => Err(format!("it has version {other}: expected {VERSION}")),
    }
}
