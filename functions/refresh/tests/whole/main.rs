//! What comes of a refresh, over the table, the queues and Crossmark's stand-in.

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
