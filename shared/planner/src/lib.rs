//! Makes the lines of a proposal from a club's snapshot: solved, checked and explained, with people's decisions and the
//! places that they last saw. Runs and trials use this crate. Its functions block, and do no I/O.

mod canonical;
mod carry;
mod engine;
mod lines;
pub mod replay;
pub mod seen;
mod swaps;

pub use canonical::canonical_bytes;
pub use carry::CarriedDecisions;
pub use engine::{Solved, Task, solve, solve_with};
