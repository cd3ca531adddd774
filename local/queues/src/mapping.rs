//! The event source mapping of Lambda: receives batches from a queue, calls a handler with the event that Lambda would
//! build, and settles the messages by its answer.
//!
//! Like Lambda's own poller it only needs to receive and to delete: a failed message comes back when its visibility
//! timeout is over, unless [`Return::AtOnce`] is set. A receive starts only when a handler is free, so that waiting for
//! one does not use up receive counts.

mod event;
mod outcome;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::delivery::{Ask, Delivery, Receiver};
use crate::error::Error;
use crate::store::Queues;
use crate::{queue, receipt};
use outcome::Outcome;

/// A mapping from one queue to one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The queue's name or URL.
    pub queue: String,
    /// Maximum messages of one event: up to 10, or up to 10,000 with a batching window.
    pub batch_size: usize,
    /// How long to wait for a batch to fill after its first message; up to 300 seconds, by the clock of the queues.
    pub batching_window: Duration,
    /// Maximum concurrent handlers.
    pub maximum_concurrency: usize,
    /// Whether the handler names the failed messages (`ReportBatchItemFailures`). If not, its answer is ignored.
    pub report_batch_item_failures: bool,
    /// When failed messages can be received again.
    pub failed: Return,
}

/// When a failed message can be received again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Return {
    /// When its visibility timeout is over, as with Lambda.
    #[default]
    AfterTimeout,
    /// At once.
    AtOnce,
}

/// How long one receive waits for a first message.
const LONG_POLL: Duration = Duration::from_secs(20);

impl Mapping {
    /// Lambda's defaults: ten messages an event, no window, failures by the batch.
    pub fn new(queue: impl Into<String>) -> Self {
        Self {
            queue: queue.into(),
            batch_size: 10,
            batching_window: Duration::ZERO,
            maximum_concurrency: 5,
            report_batch_item_failures: false,
            failed: Return::default(),
        }
    }

    /// Receives and calls the handler until `shutdown`, then waits for the running handlers, which it also does after
    /// an error.
    ///
    /// # Errors
    /// [`Error`] if Lambda would not accept the mapping's settings, the queue does not exist (any more), or the store
    /// fails.
    pub async fn run<H, F>(self, queues: Queues, handler: H, shutdown: impl Future<Output = ()>) -> Result<(), Error>
    where
        H: Fn(Value) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Value, String>> + Send + 'static,
    {
        self.check()?;
        let (stop, stopped) = watch::channel(false);
        let work = Arc::new(Work { mapping: self, queues, handler });
        let mut polling = std::pin::pin!(work.poll(stopped));
        tokio::select! {
            result = &mut polling => return result,
            () = shutdown => {}
        }
        stop.send_replace(true);
        polling.await
    }

    fn check(&self) -> Result<(), Error> {
        let most = if self.batching_window.is_zero() { 10 } else { 10_000 };
        if !(1..=most).contains(&self.batch_size) {
            let reason = "Must be between 1 and 10, or 10000 with a batching window.";
            return Err(Error::parameter("BatchSize", self.batch_size, reason));
        }
        if self.batching_window > Duration::from_mins(5) {
            let window_s = self.batching_window.as_secs();
            return Err(Error::parameter("MaximumBatchingWindowInSeconds", window_s, "Must be between 0 and 300."));
        }
        if self.maximum_concurrency == 0 {
            return Err(Error::parameter("MaximumConcurrency", 0, "Must be at least 1."));
        }
        Ok(())
    }
}

struct Work<H> {
    mapping: Mapping,
    queues: Queues,
    handler: H,
}

impl<H, F> Work<H>
where
    H: Fn(Value) -> F + Send + Sync + 'static,
    F: Future<Output = Result<Value, String>> + Send + 'static,
{
    async fn poll(self: &Arc<Self>, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
        let permits = Arc::new(Semaphore::new(self.mapping.maximum_concurrency));
        let mut handlers = JoinSet::new();
        let result = loop {
            let permit = tokio::select! {
                biased;
                () = stopped(&mut stop) => break Ok(()),
                permit = Arc::clone(&permits).acquire_owned() => permit,
            };
            match self.gather(&mut stop).await {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => {
                    let work = Arc::clone(self);
                    handlers.spawn(async move {
                        work.handle(batch).await;
                        drop(permit);
                    });
                }
                Err(error) => break Err(error),
            }
            while handlers.try_join_next().is_some() {}
        };
        while handlers.join_next().await.is_some() {}
        result
    }

    /// One batch: the messages of the first receive, and those that follow while the window is open.
    async fn gather(&self, stop: &mut watch::Receiver<bool>) -> Result<Vec<Delivery>, Error> {
        let mut batch = self.receive(self.mapping.batch_size, LONG_POLL, stop).await?;
        if batch.is_empty() || self.mapping.batching_window.is_zero() {
            return Ok(batch);
        }
        let opened = (self.queues.now(), Instant::now());
        while batch.len() < self.mapping.batch_size && !*stop.borrow() {
            let by_clock = (self.queues.now() - opened.0).to_std().unwrap_or_default();
            let left = self.mapping.batching_window.saturating_sub(by_clock.max(opened.1.elapsed()));
            let more = self.receive(self.mapping.batch_size - batch.len(), left, stop).await?;
            if more.is_empty() {
                break;
            }
            batch.extend(more);
        }
        Ok(batch)
    }

    async fn receive(
        &self,
        most: usize,
        wait: Duration,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<Vec<Delivery>, Error> {
        let queue = self.mapping.queue.clone();
        let ask =
            Ask { queue, most: most.min(10), visibility_timeout_s: None, wait: Some(wait), by: Receiver::Mapping };
        self.queues.poll(ask, stopped(stop)).await
    }

    /// Calls the handler in a task of its own, so that a panic in it fails only its batch.
    async fn handle(&self, batch: Vec<Delivery>) {
        let event = event::of(&batch, &self.mapping.queue);
        let answer = tokio::spawn((self.handler)(event)).await;
        let answer = answer.unwrap_or_else(|panic| Err(panic.to_string()));
        let outcome = if self.mapping.report_batch_item_failures {
            Outcome::reported(&answer, &batch)
        } else {
            Outcome::of_whole(&answer)
        };
        if let Err(cause) = self.settle(outcome, batch).await {
            tracing::error!(queue = self.mapping.queue, ?cause, "a batch of {} was not settled", self.mapping.queue);
        }
    }

    async fn settle(&self, outcome: Outcome, batch: Vec<Delivery>) -> Result<(), Error> {
        let Mapping { queue, failed, .. } = self.mapping.clone();
        self.queues
            .transact(move |tx| {
                let queue = queue::by_url(tx, &queue)?;
                if let Some(in_hand) = tx.in_hand().get_mut(&queue.id) {
                    *in_hand = in_hand.saturating_sub(batch.len() as u64);
                }
                for delivery in &batch {
                    if outcome.is_done(&delivery.message_id) {
                        receipt::remove(tx, &queue, &delivery.receipt_handle)?;
                    } else if failed == Return::AtOnce {
                        receipt::give_back(tx, &queue, &delivery.receipt_handle)?;
                    }
                }
                Ok(())
            })
            .await
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    // If the sender is gone, the mapping is no longer needed.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
