//! A stand-in for Amazon SQS that runs embedded in one process: on a developer's machine and in tests.
//!
//! [`serve`] speaks the service's wire protocol (awsJson 1.0) over HTTP, so the code under test keeps its ordinary SDK
//! client. [`Queues`] is the state behind it: one `SQLite` file, written and synced before an answer goes out, and read
//! again at the next start. Time comes from a [`Clock`] that is passed in; with a manual one, delays, visibility
//! timeouts, retention and long polls pass when the test says so ([`Queues::wake`]). [`Mapping`] is the event source
//! mapping of Lambda: it receives batches, calls a handler and settles the messages by its answer. [`Faults`]
//! duplicate, delay, reorder or drop deliveries, for drills.
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! use queues::{Mapping, Queues, serve, system_clock};
//! use serde_json::Value;
//!
//! let queues = Queues::open("queues.sqlite", system_clock())?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! tokio::spawn(serve(listener, queues.clone(), std::future::pending()));
//! let mapping = Mapping { report_batch_item_failures: true, ..Mapping::new("submissions") };
//! mapping.run(queues, |_event| async { Ok(Value::Null) }, std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Choices where the service leaves room, or where this stand-in differs:
//!
//! - A receipt handle is valid until its message is received again. Deleting with an older one succeeds and does
//!   nothing, because the message belongs to another receiver by then.
//! - A message goes to the dead-letter queue when a receive finds it visible after `maxReceiveCount` receives. It keeps
//!   its id, body, sent time and receive count.
//! - A move task moves what is visible at its start, at once or at the requested rate; moved messages are new ones.
//! - A fault that duplicates or delays a message does so once in its life, so that every drill ends.
//! - A purged queue refuses another purge for 60 seconds, as the service does. A deleted queue's name is free at once.
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
pub use mapping::{Mapping, Return};
pub use outlook::Outlook;
pub use queue::Depth;
pub use store::{ACCOUNT, Clock, Queues, REGION, system_clock};
pub use wire::serve;
