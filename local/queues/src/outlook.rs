//! The state of the queues and the next due time of each. The driver of a manual clock uses it, so that the clock does not
//! overtake the processing of messages.

use chrono::{DateTime, Utc};

use crate::delivery;
use crate::error::Error;
use crate::queue;
use crate::store::Queues;

/// The state of a queue at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The queue's name.
    pub queue: String,
    /// Number of messages that a receive would find.
    pub visible: u64,
    /// Number of messages that a mapping has received and not settled yet.
    pub unsettled: u64,
    /// The time at which the next message becomes visible because its delay or visibility timeout ends.
    pub next: Option<DateTime<Utc>>,
}

impl Queues {
    /// The outlook of every queue, by name, all at one instant.
    ///
    /// # Errors
    /// [`Error`] if the store fails.
    pub async fn outlook(&self) -> Result<Vec<Outlook>, Error> {
        self.transact(|tx| {
            let mut outlook = Vec::new();
            for queue in queue::all(tx)? {
                outlook.push(Outlook {
                    visible: queue.depth(tx)?.visible,
                    unsettled: tx.unsettled().get(&queue.id).copied().unwrap_or_default(),
                    next: delivery::next_ms(tx, &queue)?.and_then(DateTime::from_timestamp_millis),
                    queue: queue.name,
                });
            }
            Ok(outlook)
        })
        .await
    }
}
