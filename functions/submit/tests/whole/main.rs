//! Submission against the embedded table and queues and the Crossmark simulator: whatever happens, each accepted line
//! is in the simulator's ledger exactly once, and every other line says why it failed.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "tests")]

mod faults;
mod interleavings;
mod late;
mod lost;
mod meanwhile;
mod order;
mod random;
mod redrive;
mod setup;
mod unavailable;
mod upstream;
mod ways;
