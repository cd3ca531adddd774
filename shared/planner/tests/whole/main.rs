//! Tests of the planner.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod affinity;
mod replays;
