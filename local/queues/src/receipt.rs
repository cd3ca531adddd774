//! Receipt handles, and the operations that need one: delete a message, and change its visibility timeout.
//!
//! A handle contains the queue, the number of the message's row and a nonce of the receive. Only the nonce of the last receive
//! is valid.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;
use uuid::Uuid;

use crate::attributes::MAXIMUM_VISIBILITY_TIMEOUT_S;
use crate::batch::{self, Batch, BatchAnswer};
use crate::error::Error;
use crate::operations::{Done, Request};
use crate::queue::{self, Queue};
use crate::store::Tx;

/// The content of a handle.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Receipt {
    queue: i64,
    pub seq: i64,
    pub nonce: String,
}

impl Receipt {
    /// A new handle, for a receive of a message.
    pub fn new(queue: &Queue, seq: i64) -> Self {
        Self { queue: queue.id, seq, nonce: Uuid::new_v4().simple().to_string() }
    }

    /// The handle as text for the receiver.
    pub fn handle(&self) -> String {
        BASE64.encode(format!("{}:{}:{}", self.queue, self.seq, self.nonce))
    }

    /// Reads a handle that this queue issued.
    pub fn of_handle(queue: &Queue, handle: &str) -> Result<Self, Error> {
        if handle.is_empty() {
            return Err(Error::MissingParameter("ReceiptHandle"));
        }
        Self::parse(handle).filter(|receipt| receipt.queue == queue.id).ok_or(Error::ReceiptHandleIsInvalid)
    }

    fn parse(handle: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64.decode(handle).ok()?).ok()?;
        let mut parts = text.splitn(3, ':');
        let (queue, seq, nonce) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
        Some(Self { queue, seq, nonce: nonce.to_owned() })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ReceiptRequest<T> {
    #[serde(default)]
    queue_url: String,
    #[serde(flatten)]
    input: T,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteInput {
    #[serde(default)]
    receipt_handle: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VisibilityInput {
    #[serde(default)]
    receipt_handle: String,
    visibility_timeout: Option<i64>,
}

/// `DeleteMessage`. Deleting again, or with a handle from before the last receive, succeeds without effect.
pub(crate) fn delete(tx: &Tx, Request { input, .. }: Request<ReceiptRequest<DeleteInput>>) -> Result<Done, Error> {
    let queue = queue::by_url(tx, &input.queue_url)?;
    remove(tx, &queue, &input.input.receipt_handle)
}

/// `DeleteMessageBatch`.
pub(crate) fn delete_batch(
    tx: &Tx,
    Request { input, .. }: Request<Batch<DeleteInput>>,
) -> Result<BatchAnswer<Done>, Error> {
    let queue = queue::by_url(tx, &input.queue_url)?;
    batch::process_each(input.entries, |entry| remove(tx, &queue, &entry.receipt_handle))
}

/// `ChangeMessageVisibility`; the timeout starts now.
pub(crate) fn change_visibility(
    tx: &Tx,
    Request { input, .. }: Request<ReceiptRequest<VisibilityInput>>,
) -> Result<Done, Error> {
    let queue = queue::by_url(tx, &input.queue_url)?;
    change_timeout(tx, &queue, &input.input)
}

/// `ChangeMessageVisibilityBatch`.
pub(crate) fn change_visibility_batch(
    tx: &Tx,
    Request { input, .. }: Request<Batch<VisibilityInput>>,
) -> Result<BatchAnswer<Done>, Error> {
    let queue = queue::by_url(tx, &input.queue_url)?;
    batch::process_each(input.entries, |entry| change_timeout(tx, &queue, &entry))
}

/// Deletes the message if the handle is from its last receive.
pub(crate) fn remove(tx: &Tx, queue: &Queue, handle: &str) -> Result<Done, Error> {
    let receipt = Receipt::of_handle(queue, handle)?;
    tx.sql.prepare_cached("DELETE FROM message WHERE seq = ? AND queue = ? AND receipt = ?")?.execute(params![
        receipt.seq,
        queue.id,
        receipt.nonce
    ])?;
    Ok(Done {})
}

fn change_timeout(tx: &Tx, queue: &Queue, input: &VisibilityInput) -> Result<Done, Error> {
    let timeout_s = match input.visibility_timeout {
        None => return Err(Error::MissingParameter("VisibilityTimeout")),
        Some(timeout_s) if (0..=i64::from(MAXIMUM_VISIBILITY_TIMEOUT_S)).contains(&timeout_s) => timeout_s,
        Some(other) => {
            return Err(Error::parameter("VisibilityTimeout", other, "Must be between 0 and 43200, if provided."));
        }
    };
    let receipt = Receipt::of_handle(queue, &input.receipt_handle)?;
    let is_in_flight = tx
        .sql
        .prepare_cached("SELECT receipt IS ?2 AND visible_ms > ?3 FROM message WHERE seq = ?1 AND queue = ?4")?
        .query_row(params![receipt.seq, receipt.nonce, tx.now_ms, queue.id], |row| row.get::<_, bool>(0))
        .optional()?;
    match is_in_flight {
        None => Err(Error::parameter(
            "ReceiptHandle",
            &input.receipt_handle,
            "Message does not exist or is not available for visibility timeout change.",
        )),
        Some(false) => Err(Error::MessageNotInflight),
        Some(true) => {
            tx.sql
                .prepare_cached("UPDATE message SET visible_ms = ? WHERE seq = ?")?
                .execute(params![tx.now_ms + timeout_s * 1_000, receipt.seq])?;
            tx.wake_receivers();
            Ok(Done {})
        }
    }
}
