//! What is still to be processed in each queue, and when the next message becomes visible. The code that moves
//! a manual clock reads both, so that due messages are processed before it moves the clock further.

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
    /// Number of visible messages. A receive returns a visible message, or moves it to the dead-letter queue.
    pub visible: u64,
    /// Number of messages that a [`Mapping`](crate::Mapping) has received and whose handler has not ended yet. Messages that
    /// other receivers hold do not count.
    pub unsettled: u64,
    /// The next time at which the delay or the visibility timeout of a message of this queue ends, or at which a move task of
    /// any queue moves a message; `None` if there is no such time.
    pub next: Option<DateTime<Utc>>,
}

impl Queues {
    /// The outlook of every queue, in order of names, all at one instant.
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
