//! Runs every function's real program behind a Runtime API of our own, as on Lambda, with valid and invalid payloads of
//! `events/`. The answers are compared with those of `muster serve` over the same table and queues.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod assistant;
mod events;
mod http;
mod payloads;
mod platform;
#[allow(dead_code, reason = "shared with the tests of the whole")]
#[path = "../whole/world.rs"]
mod world;
