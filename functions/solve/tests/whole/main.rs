//! Tests of the solve function with table and queues embedded in the test process: ticks begin nightly runs, and
//! messages lead to proposals.

#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

mod decisions;
mod nights;
mod runs;
mod setup;
