//! Tests of the routes of `assist`, with the table and the queues embedded in the test's process.

#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

mod ask;
mod injection;
mod people;
mod plan;
mod protocol;
mod sentences;
mod setup;
mod tenancy;
mod tools;
