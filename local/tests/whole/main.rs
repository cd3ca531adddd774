//! Tests of `muster serve` as it runs on a developer's machine: each test starts the program on random ports, with a
//! folder of its own and a manual clock, and calls it over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod assistant;
mod commands;
mod decisions;
mod differences;
mod erasures;
mod faults;
mod logs;
mod morning;
mod nights;
mod outcomes;
mod refreshes;
mod restarts;
mod world;
