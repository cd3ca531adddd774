//! The tasks of the sweep: in one sweep, in two concurrent sweeps, and in two consecutive ones.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod approvals;
mod clubs;
mod erasures;
mod lines;
mod mornings;
mod numbers;
mod runs;
mod setup;
