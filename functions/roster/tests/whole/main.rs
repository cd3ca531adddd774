//! Tests of the routes of `roster`, with the table embedded in the test's process.

#![allow(clippy::expect_used, reason = "tests say what they expect")]

mod club_setup;
mod crashes;
mod facts;
mod files;
mod lists;
mod numbers;
mod people_gone;
mod setup;
