//! What every function shares: its configuration, the HTTP conventions, who calls, what is wrong in words, the queues,
//! logs, the clock.
//!
//! Nothing here knows a rule or a use case. Nothing trusts a header: who calls stands in the request context alone.

pub mod clock;
pub mod code;
pub mod deadline;
pub mod environment;
pub mod error;
pub mod http;
pub mod identity;
pub mod messages;
#[cfg(feature = "notices")]
pub mod notices;
pub mod queue;
pub mod records;
#[cfg(feature = "crossmark")]
mod secrets;
pub mod telemetry;

pub use clock::Clock;
pub use code::Code;
pub use deadline::Deadline;
pub use environment::{Environment, Missing};
pub use error::ApiError;
