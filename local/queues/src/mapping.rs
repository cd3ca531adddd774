//! The event source mapping of Lambda: receives batches from a queue, calls a handler with the event that Lambda would
//! build, and deletes the messages that the handler does not report as failed.
//!
//! As with Lambda, a failed message is visible again when its visibility timeout is over. A receive starts only when a
//! handler is free, so that no received message waits for a handler while its visibility timeout runs.

mod event;
mod outcome;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::delivery::{Delivery, ReceiveRequest, Receiver};
use crate::error::Error;
use crate::store::Queues;
use crate::{queue, receipt};
use outcome::BatchOutcome;

/// A mapping from one queue to one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The queue's name or URL.
    pub queue: String,
    /// Maximum messages of an event, up to 10.
    pub batch_size: usize,
    /// Maximum concurrent handlers.
    pub maximum_concurrency: usize,
}

/// Maximum wait of a receive for a first message.
const LONG_POLL: Duration = Duration::from_secs(20);

impl Mapping {
    /// A mapping with up to ten messages in an event and up to five concurrent handlers.
    pub fn new(queue: impl Into<String>) -> Self {
        Self { queue: queue.into(), batch_size: 10, maximum_concurrency: 5 }
    }

    /// Receives and calls the handler until `shutdown` or an error, then waits for the running handlers. The handler's answer
    /// reports the failed messages (`ReportBatchItemFailures`); after an error of the handler, all messages of the event have
    /// failed.
    ///
    /// # Errors
    /// [`Error`] if a setting of the mapping is out of range, the queue does not exist, or the store fails.
    pub async fn run<H, F>(self, queues: Queues, handler: H, shutdown: impl Future<Output = ()>) -> Result<(), Error>
    where
        H: Fn(Value) -> F + Send + Sync + 'static,
        F: Future<Output = Result<Value, String>> + Send + 'static,
    {
        self.check()?;
        let (stop, stopped) = watch::channel(false);
        let poller = Arc::new(Poller { mapping: self, queues, handler });
        let mut polling = std::pin::pin!(poller.poll(stopped));
        tokio::select! {
            result = &mut polling => return result,
            () = shutdown => {}
        }
        stop.send_replace(true);
        polling.await
    }

    fn check(&self) -> Result<(), Error> {
        if !(1..=10).contains(&self.batch_size) {
            return Err(Error::parameter("BatchSize", self.batch_size, "Must be between 1 and 10."));
        }
        if self.maximum_concurrency == 0 {
            return Err(Error::parameter("MaximumConcurrency", 0, "Must be at least 1."));
        }
        Ok(())
    }
}

struct Poller<H> {
    mapping: Mapping,
    queues: Queues,
    handler: H,
}

impl<H, F> Poller<H>
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
                () = until_stopped(&mut stop) => break Ok(()),
                permit = Arc::clone(&permits).acquire_owned() => permit,
            };
            match self.receive(&mut stop).await {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => {
                    let poller = Arc::clone(self);
                    handlers.spawn(async move {
                        poller.handle(batch).await;
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

    async fn receive(&self, stop: &mut watch::Receiver<bool>) -> Result<Vec<Delivery>, Error> {
        let Mapping { queue, batch_size, .. } = self.mapping.clone();
        let wait = Some(LONG_POLL);
        let request =
            ReceiveRequest { queue, most: batch_size, visibility_timeout_s: None, wait, receiver: Receiver::Mapping };
        self.queues.poll(request, until_stopped(stop)).await
    }

    /// Calls the handler in its own task, so that a panic in it fails only its batch.
    async fn handle(&self, batch: Vec<Delivery>) {
        let event = event::of(&batch, &self.mapping.queue);
        let answer = tokio::spawn((self.handler)(event)).await;
        let answer = answer.unwrap_or_else(|panic| Err(panic.to_string()));
        let outcome = BatchOutcome::of(&answer, &batch);
        if let Err(cause) = self.settle(outcome, batch).await {
            tracing::error!(
                queue = self.mapping.queue,
                ?cause,
                "the handled messages of {} could not be deleted",
                self.mapping.queue
            );
        }
    }

    /// Deletes the messages that are done, and counts none of the batch as unsettled any more. The others are visible
    /// again after their visibility timeout.
    async fn settle(&self, outcome: BatchOutcome, batch: Vec<Delivery>) -> Result<(), Error> {
        let queue = self.mapping.queue.clone();
        self.queues
            .transact(move |tx| {
                let queue = queue::by_url(tx, &queue)?;
                if let Some(unsettled) = tx.unsettled().get_mut(&queue.id) {
                    *unsettled = unsettled.saturating_sub(batch.len() as u64);
                }
                for delivery in batch.iter().filter(|delivery| outcome.is_done(&delivery.message_id)) {
                    receipt::remove(tx, &queue, &delivery.receipt_handle)?;
                }
                Ok(())
            })
            .await
    }
}

async fn until_stopped(stop: &mut watch::Receiver<bool>) {
    // If the sender was dropped, the mapping is no longer needed.
    let _ = stop.wait_for(|stopped| *stopped).await;
}
