//! Receipt handles, and the operations of their holders: delete a message, and change its visibility timeout.
//!
//! A handle contains the queue, the stored row and a nonce of the receive. Only the nonce of the last receive is valid.

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
    /// A new handle, for one receive of one message.
    pub fn new(queue: &Queue, seq: i64) -> Self {
        Self { queue: queue.id, seq, nonce: Uuid::new_v4().simple().to_string() }
    }

    /// The handle as text for the receiver.
    pub fn handle(&self) -> String {
        BASE64.encode(format!("{}:{}:{}", self.queue, self.seq, self.nonce))
    }

    /// Reads a handle that this queue issued.
    pub fn open(queue: &Queue, handle: &str) -> Result<Self, Error> {
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
pub(crate) struct One<T> {
    #[serde(default)]
    queue_url: String,
    #[serde(flatten)]
    ask: T,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Delete {
    #[serde(default)]
    receipt_handle: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Visibility {
    #[serde(default)]
    receipt_handle: String,
    visibility_timeout: Option<i64>,
}

/// `DeleteMessage`. Deleting again, or with a handle from before the last receive, succeeds without effect.
pub(crate) fn delete(tx: &Tx, Request { ask, .. }: Request<One<Delete>>) -> Result<Done, Error> {
    let queue = queue::by_url(tx, &ask.queue_url)?;
    remove(tx, &queue, &ask.ask.receipt_handle)
}

/// `DeleteMessageBatch`.
pub(crate) fn delete_batch(tx: &Tx, Request { ask, .. }: Request<Batch<Delete>>) -> Result<BatchAnswer<Done>, Error> {
    let queue = queue::by_url(tx, &ask.queue_url)?;
    batch::each(ask.entries, |entry| remove(tx, &queue, &entry.receipt_handle))
}

/// `ChangeMessageVisibility`; the timeout starts now.
pub(crate) fn change_visibility(tx: &Tx, Request { ask, .. }: Request<One<Visibility>>) -> Result<Done, Error> {
    let queue = queue::by_url(tx, &ask.queue_url)?;
    hide(tx, &queue, &ask.ask)
}

/// `ChangeMessageVisibilityBatch`.
pub(crate) fn change_visibility_batch(
    tx: &Tx,
    Request { ask, .. }: Request<Batch<Visibility>>,
) -> Result<BatchAnswer<Done>, Error> {
    let queue = queue::by_url(tx, &ask.queue_url)?;
    batch::each(ask.entries, |entry| hide(tx, &queue, &entry))
}

/// Deletes the message if this receipt is still the last one.
pub(crate) fn remove(tx: &Tx, queue: &Queue, handle: &str) -> Result<Done, Error> {
    let receipt = Receipt::open(queue, handle)?;
    tx.sql.prepare_cached("DELETE FROM message WHERE seq = ? AND queue = ? AND receipt = ?")?.execute(params![
        receipt.seq,
        queue.id,
        receipt.nonce
    ])?;
    Ok(Done {})
}

/// Makes the message visible now if this receipt is still the last one and the message is in flight.
pub(crate) fn give_back(tx: &Tx, queue: &Queue, handle: &str) -> Result<(), Error> {
    let visibility = Visibility { receipt_handle: handle.to_owned(), visibility_timeout: Some(0) };
    match hide(tx, queue, &visibility) {
        Ok(_) | Err(Error::MessageNotInflight | Error::InvalidParameterValue(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn hide(tx: &Tx, queue: &Queue, ask: &Visibility) -> Result<Done, Error> {
    let timeout_s = match ask.visibility_timeout {
        None => return Err(Error::MissingParameter("VisibilityTimeout")),
        Some(timeout_s) if (0..=i64::from(MAXIMUM_VISIBILITY_TIMEOUT_S)).contains(&timeout_s) => timeout_s,
        Some(other) => {
            return Err(Error::parameter("VisibilityTimeout", other, "Must be between 0 and 43200, if provided."));
        }
    };
    let receipt = Receipt::open(queue, &ask.receipt_handle)?;
    let found = tx
        .sql
        .prepare_cached("SELECT receipt IS ?2 AND visible_ms > ?3 FROM message WHERE seq = ?1 AND queue = ?4")?
        .query_row(params![receipt.seq, receipt.nonce, tx.now_ms, queue.id], |row| row.get::<_, bool>(0))
        .optional()?;
    match found {
        None => Err(Error::parameter(
            "ReceiptHandle",
            &ask.receipt_handle,
            "Message does not exist or is not available for visibility timeout change.",
        )),
        Some(false) => Err(Error::MessageNotInflight),
        Some(true) => {
            tx.sql
                .prepare_cached("UPDATE message SET visible_ms = ? WHERE seq = ?")?
                .execute(params![tx.now_ms + timeout_s * 1_000, receipt.seq])?;
            tx.ring();
            Ok(Done {})
        }
    }
}
