//! Deliveries: a receive returns visible messages, counts the receive and hides them. A receive that finds no message may
//! wait. This module also moves messages to the dead-letter queue and applies faults. It is independent of the wire format.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::{Duration, Instant};

use rusqlite::{Row, named_params, params};

use crate::error::Error;
use crate::faults::{Fate, PastFaults};
use crate::message::Attributes;
use crate::moves;
use crate::queue::{self, Queue};
use crate::receipt::Receipt;
use crate::store::{ACCOUNT, Queues, Tx};

/// A validated request to receive.
#[derive(Debug, Clone)]
pub(crate) struct ReceiveRequest {
    /// The queue's name or URL.
    pub queue: String,
    /// Maximum messages.
    pub most: usize,
    /// Visibility timeout in seconds; the queue's own if `None`.
    pub visibility_timeout_s: Option<u32>,
    /// Maximum wait for the first message; the queue's own setting if `None`.
    pub wait: Option<Duration>,
    /// The kind of receiver.
    pub receiver: Receiver,
}

/// The kind of receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// A caller of `ReceiveMessage`, over the wire or in this process.
    Caller,
    /// A mapping. The messages that it receives count as unsettled until its handler has ended.
    Mapping,
}

/// A message that was received.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub message_id: String,
    pub receipt_handle: String,
    pub body: String,
    pub attributes: Attributes,
    metadata: Metadata,
}

/// A message's metadata in the store.
#[derive(Debug, Clone)]
struct Metadata {
    seq: i64,
    sent_ms: i64,
    receive_count: u32,
    first_received_ms: Option<i64>,
    trace_header: Option<String>,
    group_id: Option<String>,
    dead_letter_source: Option<String>,
    past: PastFaults,
}

impl Delivery {
    /// The system attributes of the message, by name.
    pub fn system_attributes(&self) -> BTreeMap<&'static str, String> {
        let metadata = &self.metadata;
        let first_ms = metadata.first_received_ms.unwrap_or(metadata.sent_ms);
        let mut attributes = BTreeMap::from([
            ("SenderId", ACCOUNT.to_owned()),
            ("SentTimestamp", metadata.sent_ms.to_string()),
            ("ApproximateReceiveCount", metadata.receive_count.to_string()),
            ("ApproximateFirstReceiveTimestamp", first_ms.to_string()),
        ]);
        let optional = [
            ("AWSTraceHeader", &metadata.trace_header),
            ("MessageGroupId", &metadata.group_id),
            ("DeadLetterQueueSourceArn", &metadata.dead_letter_source),
        ];
        attributes.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        attributes
    }
}

impl Queues {
    /// Receives messages. If none is visible, waits for the first one until `request.wait` is over or `stop` completes;
    /// then the answer is empty. The wait is over when its duration has passed by the clock or in real time, whichever
    /// is sooner, so that a manual clock that nobody moves blocks no receiver.
    pub(crate) async fn poll(
        &self,
        request: ReceiveRequest,
        stop: impl Future<Output = ()>,
    ) -> Result<Vec<Delivery>, Error> {
        let mut stop = pin!(stop);
        let mut wakes = self.subscribe();
        let mut first_attempt: Option<AttemptTime> = None;
        let mut last_attempt: Option<AttemptTime> = None;
        loop {
            wakes.mark_unchanged();
            let request = request.clone();
            let attempt = self.transact(move |tx| attempt(tx, &request)).await?;
            if !attempt.deliveries.is_empty() {
                return Ok(attempt.deliveries);
            }
            let now = AttemptTime { clock_ms: attempt.now_ms, real: Instant::now() };
            let left = attempt.wait.saturating_sub(first_attempt.get_or_insert(now).elapsed(&now));
            if left.is_zero() {
                return Ok(Vec::new());
            }
            // If the clock is not moving, no due time is reached: only a wake-up or the end of the wait causes another
            // attempt.
            let is_clock_stopped = last_attempt.replace(now).is_some_and(|last| last.is_clock_stopped(&now));
            let next = attempt.next_ms.filter(|_| !is_clock_stopped);
            let pause = next.map_or(left, |ms| left.min(Duration::from_millis(ms.abs_diff(now.clock_ms))));
            tokio::select! {
                biased;
                () = &mut stop => return Ok(Vec::new()),
                _ = wakes.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

/// The time of an attempt to receive, by the clock and in real time.
#[derive(Debug, Clone, Copy)]
struct AttemptTime {
    clock_ms: i64,
    real: Instant,
}

impl AttemptTime {
    /// The time from this attempt to `now`, by the clock or in real time, whichever is longer.
    fn elapsed(&self, now: &Self) -> Duration {
        Duration::from_millis(now.clock_ms.abs_diff(self.clock_ms)).max(now.real.duration_since(self.real))
    }

    /// Whether the clock shows the same time at `now`, although more than 5 ms of real time have passed.
    fn is_clock_stopped(&self, now: &Self) -> bool {
        now.clock_ms == self.clock_ms && now.real.duration_since(self.real) > Duration::from_millis(5)
    }
}

/// The result of an attempt to receive.
struct Attempt {
    deliveries: Vec<Delivery>,
    /// Maximum wait for the first message.
    wait: Duration,
    now_ms: i64,
    /// The time at which a message may become visible.
    next_ms: Option<i64>,
}

fn attempt(tx: &Tx, request: &ReceiveRequest) -> Result<Attempt, Error> {
    let queue = queue::by_url(tx, &request.queue)?;
    queue.expire(tx)?;
    move_to_dead_letters(tx, &queue)?;
    let timeout_s = request.visibility_timeout_s.unwrap_or(queue.settings.visibility_timeout_s);
    let hidden_until_ms = tx.now_ms + i64::from(timeout_s) * 1_000;
    let mut deliveries = Vec::new();
    for message in candidates(tx, &queue)? {
        if deliveries.len() == request.most {
            break;
        }
        deliveries.extend(deliver(tx, &queue, message, hidden_until_ms)?);
    }
    if request.receiver == Receiver::Mapping {
        *tx.unsettled().entry(queue.id).or_default() += deliveries.len() as u64;
    }
    Ok(Attempt {
        deliveries,
        wait: request.wait.unwrap_or(Duration::from_secs(queue.settings.receive_wait_s.into())),
        now_ms: tx.now_ms,
        next_ms: next_ms(tx, &queue)?,
    })
}

/// Moves messages that were received too often to the dead-letter queue, if there is one.
fn move_to_dead_letters(tx: &Tx, queue: &Queue) -> Result<(), Error> {
    let Some(redrive) = &queue.settings.redrive else { return Ok(()) };
    let Some(dead_letters) = queue::by_arn(tx, &redrive.dead_letter_target_arn)? else { return Ok(()) };
    let mut update = tx.sql.prepare_cached(
        "UPDATE message SET queue = :target, receipt = NULL, visible_ms = :now, dead_letter_source = :source
         WHERE queue = :queue AND visible_ms <= :now AND receive_count >= :most",
    )?;
    let moved = update.execute(named_params! {
        ":target": dead_letters.id,
        ":now": tx.now_ms,
        ":source": queue.arn(),
        ":queue": queue.id,
        ":most": redrive.max_receive_count,
    })?;
    if moved > 0 {
        tx.wake_receivers();
    }
    Ok(())
}

/// The oldest visible messages in the order of delivery, up to 100: more than fit into an answer, because faults may
/// remove some.
fn candidates(tx: &Tx, queue: &Queue) -> Result<Vec<Delivery>, Error> {
    let mut select =
        tx.sql.prepare_cached("SELECT * FROM message WHERE queue = ? AND visible_ms <= ? ORDER BY seq LIMIT 100")?;
    let mut messages =
        select.query_map(params![queue.id, tx.now_ms], Delivery::read)?.collect::<Result<Vec<_>, _>>()?;
    if let Some(rng) = tx.rng().as_mut() {
        rng.shuffle_if_drawn(&mut messages);
    }
    Ok(messages)
}

/// Delivers a message, or applies a fault to it. Returns `None` if the receiver does not get the message.
fn deliver(tx: &Tx, queue: &Queue, mut message: Delivery, hidden_until_ms: i64) -> Result<Option<Delivery>, Error> {
    let fate = tx.rng().as_mut().map_or(Fate::Delivered, |rng| rng.draw_fate(message.metadata.past));
    let seq = message.metadata.seq;
    match fate {
        Fate::Lost => {
            tx.sql.execute("DELETE FROM message WHERE seq = ?", [seq])?;
            return Ok(None);
        }
        Fate::Delayed { delay_s } => {
            let until_ms = tx.now_ms + i64::from(delay_s) * 1_000;
            tx.sql.execute(
                "UPDATE message SET receipt = NULL, visible_ms = ?, held_back = 1 WHERE seq = ?",
                params![until_ms, seq],
            )?;
            return Ok(None);
        }
        Fate::DeliveredTwice => {
            tx.sql.execute("UPDATE message SET duplicated = 1 WHERE seq = ?", [seq])?;
            tx.sql.execute(DUPLICATE, [seq])?;
            tx.wake_receivers();
        }
        Fate::Delivered | Fate::Dropped => {}
    }
    let receipt = Receipt::new(queue, seq);
    tx.sql
        .prepare_cached(
            "UPDATE message SET receipt = ?, visible_ms = ?, receive_count = receive_count + 1,
                    first_received_ms = coalesce(first_received_ms, ?)
             WHERE seq = ?",
        )?
        .execute(params![receipt.nonce, hidden_until_ms, tx.now_ms, seq])?;
    message.metadata.receive_count += 1;
    message.metadata.first_received_ms.get_or_insert(tx.now_ms);
    message.receipt_handle = receipt.handle();
    Ok(Some(message).filter(|_| fate != Fate::Dropped))
}

const DUPLICATE: &str = "
INSERT INTO message (queue, message_id, body, attributes, trace_header, group_id, sent_ms, visible_ms, receive_count,
                     first_received_ms, dead_letter_source, held_back, duplicated)
SELECT queue, message_id, body, attributes, trace_header, group_id, sent_ms, visible_ms, receive_count,
       first_received_ms, dead_letter_source, held_back, duplicated
FROM message WHERE seq = ?";

/// The time at which a message may become visible without a send: its delay or visibility timeout ends, or a move task moves it.
pub(crate) fn next_ms(tx: &Tx, queue: &Queue) -> Result<Option<i64>, Error> {
    let visible_ms: Option<i64> = tx
        .sql
        .prepare_cached("SELECT min(visible_ms) FROM message WHERE queue = ? AND visible_ms > ?")?
        .query_row(params![queue.id, tx.now_ms], |row| row.get(0))?;
    Ok(visible_ms.into_iter().chain(moves::next_ms(tx)?).min())
}

impl Delivery {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        let attributes: String = row.get("attributes")?;
        let attributes = serde_json::from_str(&attributes)
            .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, cause.into()))?;
        Ok(Self {
            message_id: row.get("message_id")?,
            receipt_handle: String::new(),
            body: row.get("body")?,
            attributes,
            metadata: Metadata {
                seq: row.get("seq")?,
                sent_ms: row.get("sent_ms")?,
                receive_count: row.get("receive_count")?,
                first_received_ms: row.get("first_received_ms")?,
                trace_header: row.get("trace_header")?,
                group_id: row.get("group_id")?,
                dead_letter_source: row.get("dead_letter_source")?,
                past: PastFaults { duplicated: row.get("duplicated")?, delayed: row.get("held_back")? },
            },
        })
    }
}
