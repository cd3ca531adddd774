//! The use cases of a manager with a proposal: show it, check it, edit it, approve it, recall it, reject it, retry it.
//!
//! One function for each use case. The HTTP handlers, the sweep and the command line call them. No HTTP, no clock.

pub mod approve;
pub mod cache;
pub mod check;
pub mod decide;
pub mod differences;
pub mod drafts;
pub mod edit;
pub mod error;
pub mod facts;
pub mod failed;
pub mod fairness;
pub mod forget;
pub mod legal;
pub mod line_dependencies;
pub mod listing;
pub mod loaded_club;
pub mod numbers;
pub mod plan;
pub mod posted_changes;
mod process_approval;
pub mod refreshes;
pub mod runs;
mod slots;
pub mod trials;
pub mod validation;
mod wake;

pub use cache::ClubCache;
pub use error::{Broken, DeskError};
pub use plan::{Desk, Plan};
