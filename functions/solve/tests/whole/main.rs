//! The function over the embedded services: nights begun by ticks, runs worked off from messages.

#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

mod decisions;
mod nights;
mod runs;
mod setup;
