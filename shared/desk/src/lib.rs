//! The use cases of a manager: show, check, edit, approve, recall and reject a proposal, retry failed lines, change
//! posted schedules by hand, try changes, and keep the facts of the club. The crate also counts the numbers of a club.
//!
//! One function for each use case. The HTTP handlers, the sweep and the command line call them. Nothing here knows HTTP,
//! calls Crossmark or reads a clock.

pub mod approve;
pub mod cache;
pub mod check;
pub mod decide;
pub mod differences;
pub mod drafts;
pub mod edit;
pub mod elsewhere;
pub mod error;
pub mod evaluate;
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
