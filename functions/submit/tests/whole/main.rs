//! Submission over the embedded services and the Crossmark simulator: after whatever happened, each line is in the
//! simulator's ledger exactly once, or says why not.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "tests")]

mod away;
mod faults;
mod interleavings;
mod late;
mod lost;
mod meanwhile;
mod order;
mod random;
mod redrive;
mod setup;
mod upstream;
mod ways;
