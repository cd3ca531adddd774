//! Everything that the sweep repairs, with one sweep, with two at once, and with one after the other.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod approvals;
mod clubs;
mod erasures;
mod lines;
mod mornings;
mod numbers;
mod runs;
mod setup;
