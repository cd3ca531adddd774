//! Runs each function's program as on Lambda, behind a simulated Runtime API, on the table and the queues of a running
//! `muster serve`. [`http`] compares answers to requests with those of `muster serve`, [`events`] sends ticks and batches of
//! queues, both with the payloads of `events/`, and [`assistant`] runs the official SDKs and the conformance suite of the
//! Model Context Protocol.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr)]

mod assistant;
mod events;
mod http;
mod payloads;
mod platform;
#[allow(dead_code, reason = "shared with the tests of `muster serve`")]
#[path = "../whole/world.rs"]
mod world;
