//! Payloads and responses of functions without HTTP. A payload is a batch of a queue or the tick of a schedule.

pub use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use serde::Serialize;
use serde_json::Value;

/// The payload of an invocation.
pub trait Payload: Sized {
    /// Reads the platform's payload.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(payload: Value) -> Result<Self, String>;

    /// Number of records if it comes from a queue; `None` if it comes from a schedule.
    fn records(&self) -> Option<usize>;
}

/// A function's response.
pub trait Response: Serialize {
    /// Number of records that the queue must deliver again.
    fn failed_records(&self) -> usize {
        0
    }
}

/// The tick of a schedule. It has no content: the table has what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tick;

/// The payload of a function that both a queue and a schedule invoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A batch of a queue.
    Queue(SqsEvent),
    /// The tick of a schedule.
    Schedule(Tick),
}

/// The response of such a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reply<T> {
    /// To a queue: the records that it must deliver again.
    Queue(SqsBatchResponse),
    /// To a schedule: what was done.
    Schedule(T),
}

impl Payload for SqsEvent {
    fn read(payload: Value) -> Result<SqsEvent, String> {
        serde_path_to_error::deserialize(payload).map_err(|e| format!("not an event of a queue: {e}"))
    }

    fn records(&self) -> Option<usize> {
        Some(self.records.len())
    }
}

impl Payload for Tick {
    fn read(_: Value) -> Result<Tick, String> {
        Ok(Tick)
    }

    fn records(&self) -> Option<usize> {
        None
    }
}

impl Payload for Trigger {
    fn read(payload: Value) -> Result<Trigger, String> {
        if payload.get("Records").is_some() {
            SqsEvent::read(payload).map(Trigger::Queue)
        } else {
            Tick::read(payload).map(Trigger::Schedule)
        }
    }

    fn records(&self) -> Option<usize> {
        match self {
            Trigger::Queue(event) => event.records(),
            Trigger::Schedule(tick) => tick.records(),
        }
    }
}

impl Response for SqsBatchResponse {
    fn failed_records(&self) -> usize {
        self.batch_item_failures.len()
    }
}

impl<T: Serialize> Response for Reply<T> {
    fn failed_records(&self) -> usize {
        match self {
            Reply::Queue(response) => response.failed_records(),
            Reply::Schedule(_) => 0,
        }
    }
}
