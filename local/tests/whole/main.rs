//! Tests of `muster serve` as it runs on a developer's machine: the real program on random ports with a folder of its
//! own, driven over HTTP, with a clock that stands still until it is moved.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod assistant;
mod commands;
mod decisions;
mod differences;
mod doors;
mod erasures;
mod faults;
mod logs;
mod morning;
mod nights;
mod outcomes;
mod refreshes;
mod restarts;
mod world;
