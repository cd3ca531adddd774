//! The state of the queues and what becomes due next, for a driver of a manual clock that must not overtake the work.

use chrono::{DateTime, Utc};

use crate::delivery;
use crate::error::Error;
use crate::queue;
use crate::store::Queues;

/// One queue at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The queue's name.
    pub queue: String,
    /// Messages that a receive would find.
    pub visible: u64,
    /// Messages that a mapping has received and not settled yet.
    pub in_hand: u64,
    /// When the next message becomes visible by itself: its delay or its visibility timeout ends.
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
                    in_hand: tx.in_hand().get(&queue.id).copied().unwrap_or_default(),
                    next: delivery::next_ms(tx, &queue)?.and_then(DateTime::from_timestamp_millis),
                    queue: queue.name,
                });
            }
            Ok(outlook)
        })
        .await
    }
}
