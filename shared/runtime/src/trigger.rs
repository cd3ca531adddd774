//! What invokes a function that answers no HTTP: a batch of a queue, or the tick of a schedule; and what it answers.

pub use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use serde::Serialize;
use serde_json::Value;

/// The payload of an invocation.
pub trait Payload: Sized {
    /// Reads what the platform sent.
    ///
    /// # Errors
    /// What is wrong with it.
    fn read(payload: Value) -> Result<Self, String>;

    /// How many records of a queue it has; none where it comes from a schedule.
    fn records(&self) -> Option<usize>;
}

/// What a function answers.
pub trait Response: Serialize {
    /// How many records the queue shall deliver again.
    fn failed_records(&self) -> usize {
        0
    }
}

/// The tick of a schedule. Its payload says nothing: what is due stands in the table.
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

/// What such a function answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reply<T> {
    /// To a queue: which records it shall deliver again.
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
