//! Tests of refreshes against the embedded table and queues and the Crossmark simulator.

#![allow(clippy::expect_used, clippy::panic, reason = "tests")]

mod agreement;
mod changes;
mod crashes;
mod doubts;
mod locations;
mod odd_rows;
mod outcomes;
mod setup;
mod trouble;
