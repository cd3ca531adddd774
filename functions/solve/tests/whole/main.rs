//! The function over the embedded services: ticks begin nightly runs, and messages work on runs.

#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

mod decisions;
mod nights;
mod runs;
mod setup;
