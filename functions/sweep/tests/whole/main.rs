//! Each thing that the sweep heals, by one sweep, by two side by side, and by one after the other.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod approvals;
mod clubs;
mod erasures;
mod lines;
mod mornings;
mod numbers;
mod runs;
mod setup;
