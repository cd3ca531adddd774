//! What the functions share: settings, clock, queues and telemetry, and for those that need them the Crossmark client
//! and the notices to people.
//!
//! Nothing here knows a rule, a use case or HTTP; the HTTP conventions are in the crate `api`.

pub mod clock;
pub mod deadline;
pub mod environment;
mod lambda;
pub mod messages;
#[cfg(feature = "notices")]
pub mod notices;
pub mod queue;
pub mod records;
#[cfg(feature = "crossmark")]
mod secrets;
pub mod telemetry;
pub mod trigger;

pub use clock::Clock;
pub use deadline::Deadline;
pub use environment::{Environment, EnvironmentError};
pub use lambda::{Error, run};
