//! What a manager and the house do with a proposal: look at it, check it, edit it, approve it, recall it, retry it.
//!
//! One use case, one function: the HTTP handlers, the sweep and the command line all come here. No HTTP, no clock.

pub mod check;
pub mod error;
pub mod legal;
pub mod plan;
mod slots;
pub mod view;

pub use error::{Broken, DeskError};
pub use plan::Plan;
