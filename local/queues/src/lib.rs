//! A stand-in for Amazon SQS that runs embedded in one process: on a developer's machine and in tests.
//!
//! [`serve`] speaks the service's wire protocol (awsJson 1.0) over HTTP, so the code under test keeps its ordinary SDK
//! client. [`Queues`] is the state: one `SQLite` database, in memory or in a file. The file is written and synced
//! before each answer, and read at the next start. The time comes from a [`Clock`]; with a manual clock, delays,
//! visibility timeouts, retention and long polls end when the test moves the clock and calls [`Queues::wake`].
//! [`Mapping`] is the event source mapping of Lambda: it receives batches, calls a handler, and deletes the messages
//! that have not failed. [`Faults`] duplicate, delay, reorder or drop deliveries and lose messages, for drills.
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! use queues::{Mapping, Queues, serve, system_clock};
//! use serde_json::Value;
//!
//! let queues = Queues::open("queues.sqlite", system_clock())?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! tokio::spawn(serve(listener, queues.clone(), std::future::pending()));
//! Mapping::new("submissions").run(queues, |_event| async { Ok(Value::Null) }, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Behaviour that the service does not specify, or in which this stand-in differs from it:
//!
//! - A receipt handle is valid until its message is received again, goes to the dead-letter queue or is delayed by a
//!   fault. Deleting with an older handle succeeds without effect, because the message may belong to another receiver.
//! - A message goes to the dead-letter queue when a receive finds it visible after `maxReceiveCount` receives. It keeps
//!   its id, body, sent time and receive count.
//! - A move task moves at most as many messages as are visible at its start, at once or at the requested rate. Moved
//!   messages are new messages.
//! - A fault that duplicates or delays a message does so once in its life, so that every drill ends.
//! - The name of a deleted queue is free at once, not only after 60 seconds.
//! - There are no signatures, permissions, tags, encryption or FIFO queues; counts are exact, not approximate.

mod attributes;
mod batch;
mod delivery;
mod error;
mod faults;
mod mapping;
mod message;
mod moves;
mod operations;
mod outlook;
mod queue;
mod receipt;
mod receive;
mod send;
mod store;
mod wire;

pub use error::Error;
pub use faults::Faults;
pub use mapping::Mapping;
pub use outlook::Outlook;
pub use queue::Depth;
pub use store::{ACCOUNT, Clock, Queues, REGION, system_clock};
pub use wire::serve;
